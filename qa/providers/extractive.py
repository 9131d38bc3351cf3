"""The `extractive` provider: the best few sentences, rows or lines of the sources, verbatim; no language model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from ingest.types import Span
from qa.evidence import THRESHOLD
from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Quote, Request
from qa.scoring import Candidate, Scored, scored
from qa.tokens import count_tokens
from qa.types import Usage
from qa.units import is_printed, is_sentence, leans, trimmed
from qa.words import terms

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
        support = found.candidates[0].score if found.candidates else 0.0
        if not found.candidates or support < self.threshold:
            yield Delta(ABSTENTION, usage=Usage(), abstained=True, support=support)
            return
        first = True
        for candidate, span in self._chosen(request.question, found):
            start = candidate.source.span.start
            said = " ".join(candidate.source.text[span.start - start : span.end - start].split())
            marker = candidate.source.number
            yield Delta(f"{'' if first else chr(10)}{said} [{marker}]", quotes=(Quote(marker, span),))
            first = False
        yield Delta(usage=Usage(), abstained=False, support=support)

    def _chosen(self, question: str, found: Scored) -> Iterator[tuple[Candidate, Span]]:
        """The best candidates with the span to quote of each, within the words and quotes; best first."""
        known = frozenset(terms(question))
        room = self.words
        taken: list[tuple[str, Span]] = []
        said: list[frozenset[str]] = []
        for candidate in found.candidates:
            if len(taken) == self.quotes or candidate.score < self.relative * found.candidates[0].score:
                break
            if taken and _is_label(candidate, known) and not candidate.source.hit.place.rows:
                continue
            span = _quoted(candidate, known, room=room, first=not taken)
            text = _slice(candidate, span)
            path = candidate.source.hit.path
            own = frozenset(terms(candidate.text))
            again = own in said or any(p == path and s.overlaps(span) for p, s in taken)
            if again or not text or len(text.split()) > room:
                continue
            yield candidate, span
            room -= len(text.split())
            taken.append((path, span))
            said.append(own)


def _slice(candidate: Candidate, span: Span) -> str:
    start = candidate.source.span.start
    return candidate.source.text[span.start - start : span.end - start]


def _quoted(candidate: Candidate, known: frozenset[str], *, room: int, first: bool) -> Span:
    """The candidate's span; with what it leans on or leads to where there is room, cut where it is too long."""
    span = candidate.span
    if len(candidate.text.split()) > room and first:
        return _cut(candidate, known, room=room)
    before, after = candidate.beside
    wider = [span]
    printed = is_printed(candidate.source.hit.place) and not is_sentence(candidate.text)
    if after and (printed or _is_label(candidate, known)):
        wider.append(Span(span.start, after.end))
    elif first and before and not candidate.source.hit.place.rows and leans(candidate.text):
        wider.append(Span(before.start, span.end))
    return next(one for one in reversed(wider) if one == span or len(_slice(candidate, one).split()) <= 0.75 * room)


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
    half = max(room // 2, 1)
    while last + 1 < len(parts) and len(text[parts[first].start : parts[last + 1].end].split()) <= half:
        last += 1
    while first > 0 and len(text[parts[first - 1].start : parts[last].end].split()) <= half:
        first -= 1
    span = trimmed(text, Span(parts[first].start, parts[last].end))
    words = list(re.finditer(r"\S+", text[span.start : span.end]))
    if len(words) > room:
        span = Span(span.start, span.start + words[room - 1].end())
    return span.shift(candidate.span.start)
