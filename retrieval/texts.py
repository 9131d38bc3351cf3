"""Documents' text read back: any span of it, with its blocks, a few segments at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import sqlalchemy as sa

from ingest.places import place_of, segment_from_parts
from ingest.types import Place, Segment, Span
from retrieval.tables import SEGMENTS

_KEPT = 16
"""Segments that are remembered: each of a quarter megabyte."""


class Texts:
    """Reads texts by their number in the catalog; a text never changes, so what was read is remembered."""

    def __init__(self) -> None:
        self._segments: OrderedDict[tuple[int, int], Segment] = OrderedDict()

    def text(self, connection: sa.Connection, text_id: int, span: Span) -> str:
        """The characters of a span."""
        return text_of(self.segments(connection, text_id, span), span)

    def place(self, connection: sa.Connection, text_id: int, span: Span) -> Place:
        """Where a span stands in its source."""
        return place_in(list(self.segments(connection, text_id, span)), span)

    def segments(self, connection: sa.Connection, text_id: int, span: Span | None = None) -> Iterator[Segment]:
        """The segments that hold a span, in order; all of them where none is given."""
        for ordinal in self._ordinals(connection, text_id, span):
            yield self._segment(connection, text_id, ordinal)

    def _ordinals(self, connection: sa.Connection, text_id: int, span: Span | None) -> list[int]:
        here = SEGMENTS.c.text_id == text_id
        query = sa.select(SEGMENTS.c.ordinal).where(here).order_by(SEGMENTS.c.ordinal)
        if span is not None:
            first = sa.select(sa.func.max(SEGMENTS.c.ordinal)).where(here, SEGMENTS.c.start <= span.start)
            query = query.where(SEGMENTS.c.ordinal >= first.scalar_subquery())
            query = query.where(SEGMENTS.c.start < max(span.end, span.start + 1))
        return list(connection.execute(query).scalars())

    def _segment(self, connection: sa.Connection, text_id: int, ordinal: int) -> Segment:
        key = (text_id, ordinal)
        if (found := self._segments.get(key)) is not None:
            with suppress(KeyError):  # another thread has just let go of it
                self._segments.move_to_end(key)
            return found
        row = connection.execute(
            sa.select(SEGMENTS.c.start, SEGMENTS.c.text, SEGMENTS.c.blocks).where(
                SEGMENTS.c.text_id == text_id, SEGMENTS.c.ordinal == ordinal
            )
        ).one()
        segment = segment_from_parts(ordinal, row.start, text=row.text, blocks=row.blocks)
        self._segments[key] = segment
        if len(self._segments) > _KEPT:
            self._segments.popitem(last=False)
        return segment


def place_in(segments: Sequence[Segment], span: Span) -> Place:
    """Where a span stands in its source that lies in some segments, which follow one another."""
    if not segments:
        return Place()
    first = segments[0]
    blocks = tuple(block for segment in segments for block in segment.blocks)
    whole = first if len(segments) == 1 else Segment(first.ordinal, first.start, blocks)
    return place_of(whole, span.shift(-first.start))


def text_of(segments: Iterable[Segment], span: Span) -> str:
    """The characters of a span that lies in some segments."""
    return "".join(
        segment.text[max(0, span.start - segment.start) : max(0, span.end - segment.start)] for segment in segments
    )


def starts_in(segments: Iterable[Segment], span: Span) -> tuple[int, ...]:
    """Where the rows, the records and the headings above them begin that lie in a span of some segments."""
    found = (
        segment.start + offset
        for segment in segments
        for block, offset in zip(segment.blocks, segment.offsets, strict=False)
        if block.kind in ("row", "record", "heading")
    )
    return tuple(start for start in found if span.start <= start < span.end)


def generated_in(segments: Iterable[Segment], span: Span) -> tuple[Span, ...]:
    """The parts of a span of some segments that are generated descriptions of pictures."""
    found = (
        Span(segment.start + offset, segment.start + offset + len(block.text))
        for segment in segments
        for block, offset in zip(segment.blocks, segment.offsets, strict=False)
        if block.kind == "caption"
    )
    return tuple(Span(max(one.start, span.start), min(one.end, span.end)) for one in found if one.overlaps(span))
