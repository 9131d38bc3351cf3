"""Focus: of what was found, the passages that speak for an answer, so that a model is sent little else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.types import Span
from qa.candidates import Candidate
from qa.confidence import THRESHOLD
from qa.cues import asked
from qa.measured import measured
from qa.packing import Count, Read, pack
from qa.providers import Embed
from qa.scoring import Scored, scored
from qa.types import Packed
from qa.units import quotable_units, trimmed
from retrieval.types import Hit

_EVERYTHING = 10**9
_WINDOW = 150
"""Tokens of a passage around a unit that speaks for an answer: as many as a paragraph has."""
_GAP = 40
"""Tokens: what stands between two passages of a source, and is no more, is sent with them."""
_PAGED = 0.15
"""How much smaller a share suffices in a document of pages: there the best unit is on the right page in half of the
cases only, where in prose without pages it is nearly always what answers."""
_LEAST = THRESHOLD - 0.15
"""Support below it is none for a model either, where one thing is asked for."""
_POINTED = re.compile(r"\b(?:what|which|who|whom|whose|when|where)\b", re.IGNORECASE)
_BROAD = re.compile(
    r"\b(?:summar\w+|overview|outline|compar\w+|differen\w+|explain\w*|describe\w*|discuss\w*|list|all|every|main|risks?|"
    r"why|pros|cons|trends?|both|each|respectively|versus|vs)\b|"
    r"(?:\b(?:and|or)|[,;?]) +(?:how|what|who|whom|whose|when|where|which)\b",
    re.IGNORECASE,
)
"""What is asked of much of a document, or of two things, is not in its best few sentences (English)."""


@dataclass(frozen=True, slots=True)
class Focused:
    """The passages, best first, each as a hit; and what the units of everything that was found say of the question."""

    hits: tuple[Hit, ...]
    scored: Scored
    hopeless: bool = False
    """Whether so little speaks for any answer that a model need not be asked."""


def focus(
    question: str,
    hits: Sequence[Hit],
    *,
    share: float,
    count: Count,
    embed: Embed,
    read: Read | None = None,
    unheard: Sequence[str] = (),
) -> Focused:
    """The passages around the units whose evidence is at least a share of the best one's, where one thing is asked for.

    Before them those around the lines from which a measure of a business is worked out. The more the evidence is
    concentrated, the less is sent. For a summary or a comparison, for what is asked in another language than English,
    and where pictures are described, the hits are sent as they are.

    Args:
        question: as searched.
        hits: best first.
        share: of the best unit's score, 0 to 1; 0 leaves the hits as they are.
        count: of a text's tokens.
        embed: of the collection.
        read: the text of a document at a span.
        unheard: names of the question that stand in no document.
    """
    sources = pack(hits, budget=_EVERYTHING, count=count, read=read) if hits else ()
    found = scored(question, sources, embed, unheard=unheard) if sources else Scored((), asked(question))
    if not share or not found.candidates or any(source.generated for source in sources):
        return Focused(tuple(hits), found)
    typed = found.asked.kind != "other"
    hopeless = typed and found.support < _LEAST and not found.asked.measure
    best = found.candidates[0].score
    if best <= 0 or _BROAD.search(question) or not (typed or _POINTED.search(question)):
        return Focused(tuple(hits), found, hopeless)
    spoken = [
        (one.source, one.span) for one in found.candidates if one.score >= (share - _PAGED * _is_paged(one)) * best
    ]
    lines = measured(question, sources, found.candidates) if found.asked.measure else []
    return Focused(tuple(_passages(sources, [*lines, *spoken], count)), found, hopeless)


def _is_paged(one: Candidate) -> bool:
    return one.form == "prose" and bool(one.source.hit.place.pages)


def _passages(sources: Sequence[Packed], spoken: Sequence[tuple[Packed, Span]], count: Count) -> Iterator[Hit]:
    """The passages around some units, those of the source with the best unit first."""
    units = {source.number: quotable_units(source) for source in sources}
    windows: dict[int, list[Span]] = {}
    for source, span in spoken:
        own = span.shift(-source.span.start)
        window = _window(source, units[source.number], own, count)
        windows.setdefault(source.number, []).append(window)
    by_number = {source.number: source for source in sources}
    for number, spans in windows.items():
        for span in _merged(by_number[number], spans, count):
            yield _passage(by_number[number], span)


def _window(source: Packed, units: Sequence[Span], own: Span, count: Count) -> Span:
    """A unit with those around it, by turns after and before, as far as they fit."""
    first = last = units.index(own)
    size = count(source.text[own.start : own.end])
    grows = True
    while grows:
        grows = False
        for at in (last + 1, first - 1):
            more = count(source.text[units[at].start : units[at].end]) if 0 <= at < len(units) else _WINDOW
            if size + more <= _WINDOW:
                size, grows = size + more, True
                first, last = min(first, at), max(last, at)
    return Span(units[first].start, units[last].end)


def _merged(source: Packed, spans: Sequence[Span], count: Count) -> list[Span]:
    """The spans of a source, those joined that overlap or nearly meet; in the order of their best."""
    found: list[Span] = []
    for one in spans:
        span, apart = one, []
        for other in found:
            gap = source.text[min(other.end, span.end) : max(other.start, span.start)]
            if count(gap) <= _GAP:
                span = Span(min(other.start, span.start), max(other.end, span.end))
            else:
                apart.append(other)
        found = [*apart, span]
    return found


def _passage(source: Packed, span: Span) -> Hit:
    """A part of a source as a hit."""
    own = trimmed(source.text, span)
    whole = own.shift(source.span.start)
    hit = source.hit
    match = (
        Span(max(hit.match.start, whole.start), min(hit.match.end, whole.end)) if hit.match.overlaps(whole) else whole
    )
    return replace(
        hit,
        span=whole,
        text=source.text[own.start : own.end],
        match=match,
        starts=tuple(at for at in hit.starts if whole.start <= at < whole.end),
    )
