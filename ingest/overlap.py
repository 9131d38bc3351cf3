"""Overlap: what a chunk repeats of the one before it, the same for every strategy."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ingest.chunkers._sentences import clauses, words
from ingest.spans import Units, content_start
from ingest.tokens import Measure
from ingest.types import Segment, Span


@dataclass(frozen=True, slots=True)
class Cut:
    """A chunk in the segment that it was cut from, with what it repeats of that segment."""

    segment: Segment
    units: Units
    measure: Measure
    span: Span


def overlap_starts(cut: Cut, tokens: int) -> Iterator[int]:
    """Where an overlap of at most `tokens` tokens may begin in a chunk, the longest first.

    It is whole units. Where the chunk ends in the middle of a unit that had to be cut, and that piece is too long, it
    is as many of the piece's clauses as fit, else of its words.
    """
    for starts in _choices(cut):
        none = True
        for start in _fitting(cut, starts, tokens):
            none = False
            yield start
        if not none:
            return


def _choices(cut: Cut) -> Iterator[list[int]]:
    """Where units begin; where the chunk ends within one, then that piece's clauses, then its words."""
    inner = cut.units.within(cut.span)
    yield [cut.span.start, *inner]
    if _ends_whole(cut):
        return
    start = inner[-1] if inner else cut.span.start
    piece = cut.segment.text[start : cut.span.end]
    for part in (clauses, words):
        yield [start + offset for offset in part(piece)]


def joined(cut: Cut, segment: Segment, start: int) -> tuple[Segment, int]:
    """The blocks of the cut's segment from offset `start` on with those of the next, and where `start` is in them."""
    first = bisect_left(cut.segment.offsets, start + 1) - 1
    begin = cut.segment.offsets[first]
    blocks = (*cut.segment.blocks[first:], *segment.blocks)
    return Segment(segment.ordinal, cut.segment.start + begin, blocks), start - begin


def _fitting(cut: Cut, starts: list[int], tokens: int) -> Iterator[int]:
    """Where the text begins after those of the starts, ascending, that at most `tokens` tokens follow."""
    measure, end = cut.measure, cut.span.end

    def begin(start: int) -> int:
        return content_start(measure.text, start, end)

    # one token less by `size` may come after one more, where a token goes on at a start
    first = bisect_left(starts, -tokens - 1, key=lambda start: -measure.size(begin(start), end))
    last = -1
    for start in map(begin, islice(starts, first, None)):
        if start != last and measure.size(start, end) <= tokens and measure.count(start, end) <= tokens:
            yield start
        last = start


def _ends_whole(cut: Cut) -> bool:
    """Whether the chunk ends where a unit does, white space aside."""
    ends = cut.units.ends
    end = ends[bisect_left(ends, cut.span.end)]
    rest = cut.segment.text[cut.span.end : end]
    return not rest or rest.isspace()
