"""Overlap: what a chunk repeats of the one before it, the same for every strategy."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ingest.chunkers._sentences import clauses, words
from ingest.spans import Units, trim
from ingest.tokens import Measure
from ingest.types import Segment, Span


@dataclass(frozen=True, slots=True)
class Cut:
    """A chunk without its own overlap, in the segment that it was cut from."""

    segment: Segment
    units: Units
    measure: Measure
    span: Span


def overlap_starts(cut: Cut, tokens: int) -> list[int]:
    """Where an overlap of at most `tokens` tokens may begin in a chunk, the longest first.

    It is whole units. Where the chunk ends in the middle of a unit that had to be cut, and that piece is too long, it
    is as many of the piece's clauses as fit, else of its words.
    """
    inner = cut.units.within(cut.span)
    found = _fitting(cut, [cut.span.start, *inner], tokens)
    if found or _ends_whole(cut):
        return found
    start = inner[-1] if inner else cut.span.start
    piece = cut.segment.text[start : cut.span.end]
    for part in (clauses, words):
        found = _fitting(cut, [start + offset for offset in part(piece)], tokens)
        if found:
            break
    return found


def joined(cut: Cut, segment: Segment, start: int) -> tuple[Segment, int]:
    """The blocks of the cut's segment from offset `start` on with those of the next, and where `start` is in them."""
    first = bisect_left(cut.segment.offsets, start + 1) - 1
    begin = cut.segment.offsets[first]
    blocks = (*cut.segment.blocks[first:], *segment.blocks)
    return Segment(segment.ordinal, cut.segment.start + begin, blocks), start - begin


def _fitting(cut: Cut, starts: list[int], tokens: int) -> list[int]:
    measure, end = cut.measure, cut.span.end
    begins = dict.fromkeys(trim(measure.text, Span(start, end)).start for start in starts)
    return [start for start in begins if measure.size(start, end) <= tokens and measure.count(start, end) <= tokens]


def _ends_whole(cut: Cut) -> bool:
    """Whether the chunk ends where a unit does, white space aside."""
    ends = cut.units.ends
    end = ends[bisect_left(ends, cut.span.end)]
    rest = cut.segment.text[cut.span.end : end]
    return not rest or rest.isspace()
