"""`ibid chunks --html` in a real browser: Debian's Chromium, spoken to over a pipe (Chrome DevTools Protocol).

In CI (`IBID_TEST_CHROMIUM=1`) the tests fail where there is no Chromium; elsewhere they are skipped.
"""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ibid
from ibid.viewing.page import page_of

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
WANTED = bool(os.environ.get("IBID_TEST_CHROMIUM"))
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(BROWSER is None and not WANTED, reason="there is no chromium"),
]
SECONDS = 60


class Browser:
    """A headless browser with a profile of its own, and one tab in it."""

    def __init__(self, profile: Path) -> None:
        assert BROWSER, "chromium is missing: apt-get install chromium"
        ours, theirs = os.pipe(), os.pipe()
        command = [
            BROWSER,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            f"--user-data-dir={profile}",
            "--remote-debugging-pipe",
            "about:blank",
        ]
        # Chromium reads from 3 and writes to 4; of the shells only bash knows descriptors of two digits
        wired = ["bash", "-c", f'exec "$@" 3<&{ours[0]} 4>&{theirs[1]}', "bash", *command]
        self._child = subprocess.Popen(
            wired,
            pass_fds=(ours[0], theirs[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(profile), "XDG_CONFIG_HOME": str(profile / "config")},
        )
        os.close(ours[0])
        os.close(theirs[1])
        self._to, self._from = ours[1], theirs[0]
        self._read = b""
        self._numbers = itertools.count(1)
        self._session = ""
        self.events: list[dict[str, Any]] = []
        try:
            self._open_tab()
        except BaseException:
            self.close()
            raise

    def _open_tab(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._child.kill()
        self._child.wait()
        os.close(self._to)
        os.close(self._from)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            answer = self._message()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def open(self, file: Path, *, width: int = 1400, height: int = 1000, dark: bool = False) -> None:
        """Opens a page and waits until its script has run."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri())
        end = time.monotonic() + SECONDS
        while self.run("document.readyState + document.documentElement?.dataset.ready") != "completeyes":
            assert time.monotonic() < end, "the page's script has not run"
            time.sleep(0.05)

    def run(self, script: str) -> Any:
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def hover(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def screenshot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def complaints(self) -> list[dict[str, Any]]:
        """What was written to the console, thrown, or refused."""
        names = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
        return [event for event in self.events if event.get("method") in names]

    def requests(self) -> list[str]:
        """The addresses that were asked for, data within the page left out."""
        sent = [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in sent if not url.startswith("data:")]

    def _message(self) -> dict[str, Any]:
        end = time.monotonic() + SECONDS
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._from], [], [], max(0.0, end - time.monotonic()))
            assert ready, "chromium does not answer"
            more = os.read(self._from, 1 << 20)
            assert more, "chromium has ended"
            self._read += more
        first, _, self._read = self._read.partition(b"\0")
        return json.loads(first)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


MARKDOWN = """\
# Harbour rules

Boats moor at the north quay. <script>alert(1)</script> They leave before noon. The harbour master keeps a list.

## Fees

A night costs 12 euros. <img src="http://127.0.0.1:9/a.png" onerror="alert(2)"> Showers are free. Dogs stay on board.

## نظام المرفأ

القوارب ترسو في الشمال. 船は北に停泊する。🚤 They may turn \u202e around.
"""
TABLE = "name,town,boats\n" + "".join(f"Quay {n},Town {n} <b>bold</b>,{n}\n" for n in range(40))
RECORDS = [{"quay": f"Quay {n}", "note": f"Boats & bells, number {n}, </script> and more words"} for n in range(30)]
PLACES = """(() => [...document.querySelectorAll('.document [data-chunks]')].map((element) => {
  const side = Number(element.closest('[data-side]').dataset.side);
  const rects = [...element.getClientRects()].filter((one) => one.width > 0);
  return {side, chunks: element.dataset.chunks.split(' ').map(Number), start: Number(element.dataset.start),
    end: Number(element.dataset.end), text: element.textContent, top: rects[0]?.top + scrollY, left: rects[0]?.left,
    row: element.tagName === 'TR'};
}))()"""


@pytest.fixture
def quay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.md").write_text(MARKDOWN)
    (tmp_path / "quays.csv").write_text(TABLE)
    (tmp_path / "quays.json").write_text(json.dumps(RECORDS))
    (tmp_path / "small.yaml").write_text(
        "ingest: {chunking: {inherit: false, default: {strategy: sentence, size: 60, overlap: 30}}}"
    )
    return tmp_path


def shown(run, browser: Browser, file: str, *args: str) -> dict[str, Any]:
    """The page of a file opened in the browser; what `--json` says of the file."""
    found = run("chunks", file, *args, "--html", "out.html", "--json")
    assert (found.code, found.json["html"]) == (0, "out.html")
    browser.open(Path("out.html").resolve())
    return found.json


def check_clean(browser: Browser) -> None:
    assert browser.complaints() == []
    assert browser.requests() == [Path("out.html").resolve().as_uri()]
    assert browser.run("[...document.querySelectorAll('img, iframe, object, link[rel=stylesheet]')].length") == 0
    assert browser.run("document.scripts.length") == 2  # the chunks as data, and the page's own


def check_places(places: list[dict[str, Any]], chunks: list[dict[str, Any]]) -> None:
    """Each chunk is drawn from its start to its end, with its text, and one after the other down the page."""
    tops = []
    for chunk in chunks:
        mine = sorted((one for one in places if chunk["ordinal"] in one["chunks"]), key=lambda one: one["start"])
        assert (mine[0]["start"], mine[-1]["end"]) == tuple(chunk["span"])
        if not any(one["row"] for one in mine):
            drawn = "".join(one["text"] for one in mine)
            assert drawn.split() == chunk["text"].replace("\u202e", "\ufffd").split()
        tops.append((mine[0]["top"], mine[0]["left"]))
        for one in mine:  # and no piece of it elsewhere
            assert chunk["span"][0] <= one["start"] < one["end"] <= chunk["span"][1]
    assert tops == sorted(tops)


@pytest.mark.parametrize("file", ["rules.md", "quays.csv", "quays.json"])
@pytest.mark.parametrize("args", [[], ["--config", "small.yaml"]], ids=["default", "with overlap"])
def test_chunks_are_drawn_where_the_json_says(run, browser, quay, file, args) -> None:
    found = shown(run, browser, file, *args)
    check_clean(browser)
    places = browser.run(PLACES)
    check_places(places, found["chunks"])
    overlapping = sum(a["span"][1] > b["span"][0] for a, b in itertools.pairwise(found["chunks"]))
    assert (overlapping > 0) == bool(args)
    both = {tuple(one["chunks"]) for one in places if len(one["chunks"]) > 1}
    assert len(both) >= overlapping


def test_details_by_mouse_and_by_keyboard(run, browser, quay) -> None:
    found = shown(run, browser, "quays.csv")
    details = "document.getElementById('details').innerText"
    assert "Point at a chunk" in browser.run(details)
    chunk = found["chunks"][2]
    where = browser.run(
        f"(() => {{ const row = document.querySelector('tr[data-start=\"{chunk['span'][0]}\"]');"
        " row.scrollIntoView({block: 'center'}); const box = row.getBoundingClientRect();"
        " return [box.left + box.width / 2, box.top + box.height / 2]; })()"
    )
    browser.hover(*where)
    said = browser.run(details)
    assert "Chunk 2" in said
    assert f"tokens\n{chunk['tokens']}" in said.replace("\t", "\n")
    assert "quays.csv#rows=" in said
    assert chunk["context"] in said
    assert "strategy 'rows', chosen by the rule" in said
    assert chunk["text"].split("\n")[0] in said
    lit = "[...new Set([...document.querySelectorAll('.document .on')].map((one) => one.dataset.chunks))].join()"
    assert browser.run(lit) == "2"
    browser.run("document.querySelector('.document [tabindex]').focus()")
    assert "Chunk 0" in browser.run(details)
    browser.press("ArrowRight")
    assert "Chunk 1" in browser.run(details)
    assert browser.run("document.activeElement.dataset.chunks") == "1"
    browser.press("ArrowLeft")
    assert "Chunk 0" in browser.run(details)
    browser.press("Escape")
    assert "Point at a chunk" in browser.run(details)
    check_clean(browser)


def test_two_configurations_side_by_side(run, browser, quay) -> None:
    found = shown(run, browser, "rules.md", "--diff", "small.yaml")
    check_clean(browser)
    places = browser.run(PLACES)
    check_places([one for one in places if one["side"] == 0], found["chunks"])
    check_places([one for one in places if one["side"] == 1], found["diff"]["chunks"])
    assert {one["left"] < 500 for one in places if one["side"] == 0} == {True}
    first = [next(one for one in places if one["side"] == side) for side in (0, 1)]
    assert first[0]["top"] == first[1]["top"]
    assert f"{found['diff']['embed']['tokens']} tokens" in browser.run("document.querySelector('header').innerText")


def write_pdf(file: Path, pages: int) -> None:
    """A PDF with a few lines of text on each page, drawn by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    numbers = []
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    for page in range(1, pages + 1):
        lines = [f"Page {page}: the lighthouse keeper counted {page * 10 + n} ships that passed." for n in range(12)]
        text = "\n".join(f"BT /F1 12 Tf 60 {740 - 30 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
        contents = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        numbers.append(len(objects))
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>"
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    file.write_bytes(data + table.encode() + trailer.encode())


DARK = """(async () => {
  const found = [];
  for (const image of document.querySelectorAll('.side[data-side="0"] image')) {
    const picture = new Image();
    picture.src = image.getAttribute('href');
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0);
    const scale = picture.width / Number(image.getAttribute('width'));
    const page = image.closest('.page').dataset.page;
    for (const box of image.closest('svg').querySelectorAll('rect.box')) {
      const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => Number(box.getAttribute(name)) * scale);
      const pixels = context.getImageData(x, y, w, h).data;
      let dark = 0;
      for (let at = 0; at < pixels.length; at += 4) dark += pixels[at] < 128;
      const frame = image.closest('svg').getBoundingClientRect();
      const drawn = box.getBoundingClientRect();
      const unit = frame.width / Number(image.getAttribute('width'));
      found.push({page: Number(page), chunk: Number(box.closest('[data-chunks]').dataset.chunks),
        dark: dark / (pixels.length / 4),
        box: [(drawn.left - frame.left) / unit, (drawn.top - frame.top) / unit,
              (drawn.right - frame.left) / unit, (drawn.bottom - frame.top) / unit]});
    }
  }
  return found;
})()"""


def test_chunks_on_the_pages_of_a_pdf(run, browser, quay) -> None:
    write_pdf(quay / "ships.pdf", 20)
    found = shown(run, browser, "ships.pdf", "--set", "ingest.chunking.default.overlap=30", "--diff", "small.yaml")
    check_clean(browser)
    assert browser.run("document.querySelectorAll('.side[data-side=\"0\"] .page').length") == 20
    assert browser.run("document.querySelectorAll('image').length") == 20  # the other side uses the same pictures
    drawn = browser.run(DARK)
    for chunk in found["chunks"]:
        said = [(one["page"], one["x0"], one["y0"], one["x1"], one["y1"]) for one in chunk["boxes"]]
        mine = [(one["page"], *one["box"]) for one in drawn if one["chunk"] == chunk["ordinal"]]
        assert len(said) == len(mine) > 0
        for there, here in zip(said, mine, strict=True):
            assert here == pytest.approx(there, abs=0.6)
    assert all(0.03 < one["dark"] < 0.6 for one in drawn)  # each box lies on letters
    assert browser.run("document.querySelectorAll('.again').length") > 20


def test_a_picture(run, browser, quay) -> None:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(picture).text((60, 60), "The beacon was lit in 1874", fill="black", font_size=44)
    picture.save("beacon.png")
    found = shown(run, browser, "beacon.png")
    check_clean(browser)
    (box,) = browser.run(DARK)
    said = found["chunks"][0]["boxes"][0]
    assert box["box"] == pytest.approx([said[side] for side in ("x0", "y0", "x1", "y1")], abs=0.6)
    assert 0.03 < box["dark"] < 0.6


def test_a_large_file_is_drawn_in_part_and_the_page_says_so(run, browser, quay) -> None:
    (quay / "large.txt").write_text("The quay was empty in the morning, and full at night.\n\n" * 8_000)
    found = shown(run, browser, "large.txt")
    check_clean(browser)
    assert (quay / "out.html").stat().st_size < 3_000_000
    left = sum(chunk["span"][0] >= 300_000 for chunk in found["chunks"])
    assert left > 0
    note = f"{left:,} of {len(found['chunks']):,} chunks are not drawn: beyond the first 300,000 characters"
    assert note in browser.run("document.querySelector('header').innerText")
    assert (
        browser.run("Math.max(...[...document.querySelectorAll('[data-end]')].map((e) => +e.dataset.end))") == 300_000
    )


def test_it_is_legible_in_the_dark_and_on_a_narrow_screen(run, browser, quay) -> None:
    shown(run, browser, "rules.md")
    for dark, width in ((False, 500), (True, 1400)):
        browser.open(quay / "out.html", dark=dark, width=width)
        assert browser.run("document.documentElement.scrollWidth <= innerWidth")
        ink, paper = browser.run(
            "['color', 'backgroundColor']"
            ".map((name) => getComputedStyle(document.body)[name].match(/\\d+/g).map(Number))"
        )
        assert abs(sum(ink[:3]) - sum(paper[:3])) > 500
        assert (sum(ink[:3]) > sum(paper[:3])) is dark


def test_rows_of_which_hardly_two_have_a_column_in_common_are_text(run, browser, quay) -> None:
    columns = [f"c{n}" for n in range(400)]
    rows = [",".join("x" if n == row else "" for n in range(400)) for row in range(400)]
    (quay / "sparse.csv").write_text("\n".join([",".join(columns), *rows]) + "\n")
    found = shown(run, browser, "sparse.csv")
    check_clean(browser)
    assert browser.run("document.querySelectorAll('td').length") == 0
    check_places(browser.run(PLACES), found["chunks"])


def test_pages_keep_to_the_limit_of_pixels_and_can_be_left_out(run, browser, quay) -> None:
    write_pdf(quay / "ships.pdf", 3)
    found = shown(run, browser, "ships.pdf", "--set", "ingest.limits.pixels=10000")
    check_clean(browser)
    assert browser.run("document.querySelectorAll('image').length") == 3
    with ibid.open(".ibid") as library:
        (quay / "out.html").write_text(page_of(library.view("ships.pdf")), encoding="utf-8")
    browser.open(quay / "out.html")
    check_clean(browser)
    check_places(browser.run(PLACES), found["chunks"])
