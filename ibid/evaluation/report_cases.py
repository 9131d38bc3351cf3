"""The cases in the report: question, right answers, answer, cited places, hits."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ibid.evaluation.cases import Case
from ibid.evaluation.outcomes import Outcome, outcome
from ibid.evaluation.run import Result
from ibid.html import Html, escape, table
from ingest.citations import citation_of
from qa.types import Answer
from retrieval.metrics import Evidence

_HITS = 8
"""Hits that are shown of a case that failed."""
_HITS_ELSE = 3
_CHARACTERS = 700
STYLE = """
details.case { border: 1px solid var(--line); border-radius: 4px; margin: .5rem 0; padding: .4rem .8rem; }
details.case > summary { cursor: pointer; overflow-wrap: anywhere; }
details.bad { border-left: 4px solid var(--warn); }
details.good { border-left: 4px solid var(--accent); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); }
.text { padding: .4rem .6rem; margin: .2rem 0; }
.command { display: block; overflow-wrap: anywhere; user-select: all; color: var(--dim); }
.case h3 { font-size: .85rem; color: var(--dim); margin: .7rem 0 .1rem; font-weight: 600; }
.hit { max-height: 11rem; overflow: auto; }
.at { border-left: 3px solid var(--accent); }
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a place is opened from a terminal: with which home and collection."""

    home: str | None
    collection: str

    def command(self, citation: str) -> str:
        """A line to paste into a shell."""
        more = [] if self.collection == "default" else ["--collection", self.collection]
        more += ["--home", self.home] if self.home else []
        return shlex.join(["ibid", "show", citation, *more])


def section(result: Result, opening: Opening, *, judged: str) -> Html:
    """A case; open where it failed."""
    found = outcome(result)
    kind = {True: " bad", False: " good", None: ""}[found.failed]
    shown = " open" if found.failed else ""
    label = f"{found.said}{judged}"
    case = result.case
    about = f'<span class="dim">{escape(case.id)}{" · " + escape(case.type) if case.type else ""}</span>'
    body = "".join(_body(result, found, opening))
    summary = f"<summary><b>{escape(label)}</b> · {escape(case.question)} {about}</summary>"
    return Html(f'<details class="case{kind}"{shown}>{summary}{body}</details>\n')


def _body(result: Result, found: Outcome, opening: Opening) -> Iterator[str]:
    case, answer = result.case, result.answer
    if case.answers is not None:
        yield f'<h3>right</h3><div class="text">{escape(_right(case))}</div>'
    if answer is not None:
        yield f'<h3>answer</h3><div class="text">{escape(answer.text)}</div>'
        yield from _cited(answer, opening)
    if case.evidence:
        places = "; ".join(_place(one) for one in case.evidence)
        yield f'<h3>evidence</h3><div class="text">{escape(places)}</div>'
    most = _HITS if found.failed else _HITS_ELSE
    yield f"<h3>hits{'' if len(result.hits) <= most else f', the first {most} of {len(result.hits)}'}</h3>"
    for hit, met in list(zip(result.hits, result.met, strict=True))[:most]:
        command = opening.command(citation_of(hit.path, hit.place, hit.span))
        at = "at the evidence" if met else ""
        yield f'<code class="command">{escape(command)}</code>'
        yield f'<div class="text hit{" at" if met else ""}">{hit.rank}. {escape(at)} {escape(_short(hit.text))}</div>'
    scores = sorted(result.scores.items())
    yield f"<details><summary>scores</summary>{table(('metric', ''), _rounded(scores))}</details>"


def _rounded(scores: list[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    return ((name, round(value, 4)) for name, value in scores)


def _right(case: Case) -> str:
    """The right answers in words."""
    assert case.answers is not None
    if not case.answers:
        return "the documents do not say"
    joined = "; and " if case.answers_all else "; or "
    return joined.join(" / ".join(item) for item in case.answers)


def _cited(answer: Answer, opening: Opening) -> Iterator[str]:
    if answer.citations:
        yield "<h3>cited</h3>"
    for citation in answer.citations:
        yield f'<code class="command">{escape(opening.command(citation.citation))}</code>'
        yield f'<div class="text">[{citation.marker}] {escape(_short(citation.quote))}</div>'
    if answer.unresolved:
        markers = ", ".join(f"[{marker}]" for marker in answer.unresolved)
        yield f'<p class="warning">{escape(markers)}: no such source</p>'
    for sentence in answer.unsupported:
        yield f'<p class="warning">not borne by its sources: {escape(_short(sentence))}</p>'


def _place(one: Evidence) -> str:
    """A place of the case file in words."""
    parts = [one.path]
    if one.page is not None:
        parts.append(f"page {one.page}")
    if one.rows:
        parts.append(f"rows {', '.join(map(str, one.rows[:10]))}{' …' if len(one.rows) > 10 else ''}")
    if one.pointers:
        parts.append(", ".join(one.pointers[:5]) + (" …" if len(one.pointers) > 5 else ""))
    if one.span is not None:
        parts.append(f"characters {one.span.start}–{one.span.end}")
    return " ".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]} …"
