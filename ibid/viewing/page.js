"use strict";
(() => {
  const data = JSON.parse(document.getElementById("chunks").textContent);
  const sides = data.map((side) => new Map(side.chunks.map((chunk) => [chunk.ordinal, chunk])));
  const details = document.getElementById("details");
  const help = [...details.childNodes];
  const parts = sides.map(() => new Map());
  for (const element of document.querySelectorAll("[data-chunks]")) {
    const side = parts[sideOf(element)];
    for (const ordinal of ordinals(element)) {
      if (!side.has(ordinal)) side.set(ordinal, []);
      side.get(ordinal).push(element);
    }
  }
  let held = false;
  let lit = [];

  function sideOf(element) { return Number(element.closest("[data-side]").dataset.side); }
  function ordinals(element) { return element.dataset.chunks.split(" ").map(Number); }

  function make(tag, text, name) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  }

  function light(side, ordinal, name) {
    for (const element of parts[side].get(ordinal) || []) {
      element.classList.add(name);
      lit.push([element, name]);
    }
  }

  function show(element) {
    for (const [one, name] of lit) one.classList.remove(name);
    lit = [];
    const side = sideOf(element);
    const chunks = ordinals(element).map((ordinal) => sides[side].get(ordinal)).filter(Boolean);
    for (const chunk of chunks) {
      light(side, chunk.ordinal, "on");
      sides.forEach((others, number) => {
        if (number === side) return;
        for (const other of others.values()) {
          if (other.span[0] < chunk.span[1] && chunk.span[0] < other.span[1]) light(number, other.ordinal, "near");
        }
      });
    }
    if (!chunks.length) details.replaceChildren(make("p", `Chunk ${element.dataset.chunks} is not drawn.`, "dim"));
    else details.replaceChildren(...chunks.flatMap((chunk) => told(chunk, data[side].how)));
    details.scrollTop = 0;
  }

  function told(chunk, how) {
    const heading = make("h3", `Chunk ${chunk.ordinal}`);
    if (chunk.state) heading.append(make("span", chunk.state, "badge"));
    const list = make("dl");
    const say = (name, value) => { if (value) list.append(make("dt", name), make("dd", value)); };
    say("tokens", String(chunk.tokens));
    say("place", chunk.place);
    say("", chunk.remark);
    say("span", `[${chunk.span[0]}, ${chunk.span[1]})`);
    say("cut by", how);
    say("headings", chunk.headings.join(" › "));
    say("context", chunk.context);
    say("repeats", chunk.again ? `${chunk.again} characters of the one before` : "");
    const quote = make("div", undefined, `quote c${chunk.ordinal % 4}`);
    quote.dir = "auto";
    const text = [...chunk.text];
    if (chunk.again) quote.append(make("span", text.slice(0, chunk.again).join(""), "repeated"));
    quote.append(text.slice(chunk.again).join(""));
    if (chunk.more) quote.append(make("span", ` … ${chunk.more} more characters`, "dim"));
    return [heading, list, quote];
  }

  function go(side, ordinal) {
    const target = (parts[side].get(ordinal) || []).find((element) => element.hasAttribute("tabindex"));
    if (target) { target.focus({ preventScroll: true }); target.scrollIntoView({ block: "center" }); show(target); }
  }

  const at = (event) => event.target instanceof Element && event.target.closest("[data-chunks]");
  let pointer = "";
  let pointed = null;
  document.addEventListener("mousemove", (event) => {
    const now = `${event.screenX} ${event.screenY}`;
    if (now === pointer) return; // the page moved under it: by the keyboard, say
    pointer = now;
    const found = at(event);
    if (found && !held && found !== pointed) show(found);
    pointed = found;
  });
  document.addEventListener("focusin", (event) => {
    const found = at(event);
    if (!found) return;
    pointed = null;
    show(found);
  });
  document.addEventListener("click", (event) => {
    const found = at(event);
    if (!found) return;
    show(found);
    held = true;
    if (found.closest(".order")) go(sideOf(found), ordinals(found)[0]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      held = false;
      pointed = null;
      for (const [one, name] of lit) one.classList.remove(name);
      lit = [];
      details.replaceChildren(...help);
      return;
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const found = step && at(event);
    if (found) { event.preventDefault(); go(sideOf(found), ordinals(found).at(-1) + step); }
  });
  document.documentElement.dataset.ready = "yes";
})();
