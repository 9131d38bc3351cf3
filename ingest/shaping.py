"""What is done to the pieces of every strategy alike: blocks that belong together are not cut, small pieces merged."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.chunkers._room import Room
from ingest.settings import Together
from ingest.spans import Level, Units, trim
from ingest.tokens import Measure
from ingest.types import Block, Segment, Span

_RUNS: tuple[Together, ...] = ("table", "list", "code")
"""Kinds whose neighbouring blocks are one thing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the pieces of a strategy are put right.

    Args:
        together: kinds of blocks that are not cut where they fit.
        slack: a piece that leaves more tokens of its room free is small, and merged with a neighbour where that fits.
    """

    together: Collection[Together] = ()
    slack: int | None = None

    def units(self, segment: Segment, units: Units, measure: Measure, room: Room) -> Units:
        """The units without the places inside what is kept together."""
        kept = list(self._kept(segment, measure, room)) if self.together else []
        if not kept:
            return units
        ends = [span.end for span in kept]

        def is_inside(at: int) -> bool:
            number = bisect_right(ends, at)
            return number < len(kept) and kept[number].start < at

        pairs = [pair for pair in zip(units.ends, units.levels, strict=True) if not is_inside(pair[0])]
        return Units([end for end, _ in pairs], [level for _, level in pairs])

    def shaped(
        self, segment: Segment, units: Units, spans: Sequence[Span], measure: Measure, room: Room
    ) -> Sequence[Span]:
        """The pieces put right: disjoint, in order, and covering what they covered."""
        if self.together:
            spans = _uncut(spans, self._kept(segment, measure, room), measure, room)
        if self.slack is not None:
            spans = list(_Merging(segment, units, measure, room, self.slack).merged(spans))
        return spans

    def _kept(self, segment: Segment, measure: Measure, room: Room) -> Iterator[Span]:
        """What is kept together: what is one thing where it fits, else each block of it that does."""
        for first, last in _things(segment.blocks, self.together):
            thing = _span(segment, first, last)
            if _fits(thing, measure, room):
                yield thing
            elif first < last:
                blocks = (_span(segment, number, number) for number in range(first, last + 1))
                yield from (block for block in blocks if _fits(block, measure, room))


def _things(blocks: Sequence[Block], together: Collection[Together]) -> Iterator[tuple[int, int]]:
    """First and last number of each thing that is to be kept together."""
    first = 0
    while first < len(blocks):
        last, kind = first, _kind(blocks[first], together)
        while kind in _RUNS and last + 1 < len(blocks) and _is_one(blocks[last], blocks[last + 1], together):
            last += 1
        if kind is not None:
            yield first, last
        first = last + 1


def _kind(block: Block, together: Collection[Together]) -> Together | None:
    """As what a block is kept together."""
    if block.kind in ("table", "row") and "table" in together:
        return "table"
    return next((kind for kind in together if kind == block.kind), None)


def _is_one(block: Block, following: Block, together: Collection[Together]) -> bool:
    """Whether two neighbours are parts of one thing."""
    if _kind(block, together) != _kind(following, together) or block.place.sheet != following.place.sheet:
        return False
    return not (block.kind == "row" and following.kind == "table")  # the next table's header


def _span(segment: Segment, first: int, last: int) -> Span:
    return trim(segment.text, Span(segment.offsets[first], segment.offsets[last + 1]))


def _fits(span: Span, measure: Measure, room: Room) -> bool:
    return len(span) > 0 and measure.size(span.start, span.end) <= room(span.start)


def _uncut(spans: Sequence[Span], kept: Iterator[Span], measure: Measure, room: Room) -> list[Span]:
    """The pieces with none of what is kept cut: what it was cut into ends before it, or goes on after it."""
    done: list[Span] = []
    rest = deque(spans)
    for thing in kept:
        while rest and rest[0].end <= thing.start:
            done.append(rest.popleft())
        touched: list[Span] = []
        while rest and rest[0].start < thing.end:
            touched.append(rest.popleft())
        if len(touched) > 1:
            touched = _around(thing, Span(touched[0].start, touched[-1].end), measure, room)
        rest.extendleft(reversed(touched))
    return [*done, *rest]


def _around(thing: Span, whole: Span, measure: Measure, room: Room) -> list[Span]:
    """What to make of the pieces that a thing was cut into: with what is before it or after it, where that fits."""
    ways = ((), (thing.end,), (thing.start,))
    for cuts in ways:
        found = _parted(whole, cuts, measure.text)
        if all(_fits(span, measure, room) for span in found):
            return found
    return _parted(whole, (thing.start, thing.end), measure.text)


def _parted(whole: Span, cuts: Sequence[int], text: str) -> list[Span]:
    bounds = [whole.start, *cuts, whole.end]
    parts = (trim(text, Span(start, end)) for start, end in pairwise(bounds) if start < end)
    return [part for part in parts if len(part) > 0]


@dataclass(frozen=True, slots=True)
class _Merging:
    """Merges small pieces with the neighbour that they are less parted from."""

    segment: Segment
    units: Units
    measure: Measure
    room: Room
    slack: int

    def merged(self, spans: Sequence[Span]) -> Iterator[Span]:
        """The pieces, none of them small that could be merged."""
        before: Span | None = None
        number = 0
        while number < len(spans):
            span = spans[number]
            number += 1
            while self._is_small(span):
                after = spans[number] if number < len(spans) else None
                if self._prefers(before, span, after):
                    span, before = Span(before.start if before else span.start, span.end), None
                elif after is not None and self._may_be_one(span, after):
                    span = Span(span.start, after.end)
                    number += 1
                else:
                    break
            if before is not None:
                yield before
            before = span
        if before is not None:
            yield before

    def _is_small(self, span: Span) -> bool:
        return self.room(span.start) - self.measure.size(span.start, span.end) > self.slack

    def _prefers(self, before: Span | None, span: Span, after: Span | None) -> bool:
        """Whether a piece goes with the one before it."""
        if before is None or not self._may_be_one(before, span):
            return False
        if after is None or not self._may_be_one(span, after):
            return True
        return self._level(before, span) <= self._level(span, after)

    def _may_be_one(self, span: Span, following: Span) -> bool:
        """Whether two neighbours fit together, and are not of two sheets, nor one generated and one the file's own."""
        blocks = self.segment.blocks
        last = blocks[bisect_left(self.segment.offsets, span.end) - 1]
        first = blocks[bisect_right(self.segment.offsets, following.start) - 1]
        if last.place.sheet != first.place.sheet or (last.kind == "caption") != (first.kind == "caption"):
            return False
        return _fits(Span(span.start, following.end), self.measure, self.room)

    def _level(self, span: Span, following: Span) -> Level:
        """How well two neighbours are parted."""
        ends = self.units.ends
        first, stop = bisect_left(ends, span.end), bisect_right(ends, following.start)
        return max(self.units.levels[first:stop], default=Level.CHARACTER)
