"""The `extractive` provider: the best few sentences, rows or lines of the sources, verbatim; no language model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from ingest.types import Span
from qa.candidates import Candidate
from qa.cues import Asked
from qa.evidence import THRESHOLD
from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Quote, Request
from qa.scoring import Scored, scored
from qa.tokens import count_tokens
from qa.types import Usage
from qa.units import is_printed, is_prose, is_sentence, leans, trimmed
from qa.words import terms

_LEAST = 10
"""Words: with less room left a sentence that is too long is left out, not cut."""
_MOST_OF = 0.9
"""Of the room: how much of it a run of fields or parts fills."""
_WIDER = 0.75
"""Of the room: more is not given to one sentence, and to a quote with what it leans on or leads to."""
_ADDRESS = 0.5
"""Of the room: more is not given to an address."""
_PART = re.compile(r"[;,] +")
_HEADING = re.compile(r"#{1,6}\s|(?:figure|fig\.|table|chart) \d+[:.]", re.IGNORECASE)
"""How a Markdown heading and a caption begin."""
_TOLD_NEW = 2
"""A unit with fewer terms that the question does not have is a label: the answer comes after it."""


class ExtractiveProvider(Provider):
    """Quotes what answers the question, each quote with its source's marker; abstains where nothing does."""

    words: Annotated[int, Field(ge=10, le=2_000)] = 80
    """The most words of an answer."""
    quotes: Annotated[int, Field(ge=1, le=100)] = 4
    """The most quotes of an answer."""
    relative: Annotated[float, Field(ge=0, le=1)] = 0.8
    """A sentence is left out whose score is below this share of the best one's."""
    threshold: Annotated[float, Field(ge=0, le=2)] = THRESHOLD
    """Evidence below it is none: a higher one abstains more often."""

    @property
    def model_name(self) -> str:
        """There is no model but the embedder."""
        return "extractive"

    @property
    def generates(self) -> bool:
        """False: nothing leaves the process."""
        return False

    def count(self, text: str) -> int:
        """Tokens by cl100k_base, as the openai provider counts them."""
        return count_tokens(text)

    def cost(self, usage: Usage) -> float | None:  # noqa: ARG002
        """Nothing."""
        return 0.0

    def stream(self, request: Request) -> Iterator[Delta]:
        """A delta for each quote."""
        found = scored(request.question, request.sources, request.embed)
        if not found.candidates or found.support < self.threshold:
            yield Delta(ABSTENTION, usage=Usage(), abstained=True, support=found.support)
            return
        first = True
        for candidate, span in self._chosen(request.question, found):
            start = candidate.source.span.start
            said = " ".join(candidate.source.text[span.start - start : span.end - start].split())
            marker = candidate.source.number
            yield Delta(f"{'' if first else chr(10)}{said} [{marker}]", quotes=(Quote(marker, span),))
            first = False
        yield Delta(usage=Usage(), abstained=False, support=found.support)

    def _chosen(self, question: str, found: Scored) -> Iterator[tuple[Candidate, Span]]:
        """The best candidates with the span to quote of each, within the words and quotes; best first."""
        known = frozenset(terms(question))
        room = self.words - 1
        taken: list[tuple[str, Span]] = []
        said: list[frozenset[str]] = []
        for candidate in found.candidates:
            if len(taken) == self.quotes or candidate.score < self.relative * found.candidates[0].score:
                break
            if taken and _is_label(candidate, known) and not candidate.source.hit.place.rows:
                continue
            span = _quoted(candidate, known, room=room, first=not taken, asked=found.asked)
            text = _slice(candidate, span)
            path = candidate.source.hit.path
            own = frozenset(terms(candidate.text))
            again = own in said or any(p == path and s.overlaps(span) for p, s in taken)
            if again or not text or len(text.split()) > room:
                continue
            yield candidate, span
            room -= len(text.split()) + 1  # the marker
            taken.append((path, span))
            said.append(own)


def _slice(candidate: Candidate, span: Span) -> str:
    start = candidate.source.span.start
    return candidate.source.text[span.start - start : span.end - start]


def _quoted(candidate: Candidate, known: frozenset[str], *, room: int, first: bool, asked: Asked) -> Span:
    """The candidate's span; with what it leans on or leads to where there is room, cut where it is too long."""
    span, long = candidate.span, len(candidate.text.split())
    prose = is_prose(candidate.source.hit.place)
    if first and long > (most := int(_WIDER * room) if prose else room):
        return _cut(candidate, known, room=most)
    if long > room >= _LEAST and prose:
        return _cut(candidate, known, room=room)
    printed = is_printed(candidate.source.hit.place)
    if printed and asked.kind == "address":
        return _widest(candidate, candidate.following, most=_ADDRESS * room)
    if candidate.head and asked.issuer:
        return _widest(candidate, (candidate.head,), most=_WIDER * room)
    before, after = candidate.beside
    if after and ((printed and not is_sentence(candidate.text)) or _is_label(candidate, known)):
        return _widest(candidate, (Span(span.start, after.end),), most=_WIDER * room)
    if first and before and not candidate.source.hit.place.rows and leans(candidate.text):
        return _widest(candidate, (Span(before.start, span.end),), most=_WIDER * room)
    return span


def _widest(candidate: Candidate, wider: Sequence[Span], *, most: float) -> Span:
    """The last of the spans that has no more words; its own where none has."""
    fitting = [one for one in wider if len(_slice(candidate, one).split()) <= most]
    return fitting[-1] if fitting else candidate.span


def _is_label(candidate: Candidate, known: frozenset[str]) -> bool:
    """Whether a unit is a heading, a label or a question, which says nothing that was not asked."""
    sentence = is_sentence(candidate.text) and not candidate.text.rstrip().endswith("?")
    if candidate.text.rstrip().endswith(":") or _HEADING.match(candidate.text):
        return True
    return not sentence and not candidate.fits and len(set(terms(candidate.text)) - known) < _TOLD_NEW


def _cut(candidate: Candidate, known: frozenset[str], *, room: int) -> Span:
    """The run of a long row's fields, or a long sentence's parts, around the one that has most of the question."""
    text = candidate.text
    ends = [0, *(part.end() for part in _PART.finditer(text)), len(text)]
    parts = [Span(start, end) for start, end in pairwise(ends) if start < end]
    shared = [len(known.intersection(terms(text[part.start : part.end]))) for part in parts]
    first = last = shared.index(max(shared))
    most = max(int(room * _MOST_OF), 1)
    while last + 1 < len(parts) and len(text[parts[first].start : parts[last + 1].end].split()) <= most:
        last += 1
    while first > 0 and len(text[parts[first - 1].start : parts[last].end].split()) <= most:
        first -= 1
    span = trimmed(text, Span(parts[first].start, parts[last].end))
    words = list(re.finditer(r"\S+", text[span.start : span.end]))
    if len(words) > room:
        span = Span(span.start, span.start + words[room - 1].end())
    return span.shift(candidate.span.start)
