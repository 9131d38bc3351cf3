"""Documents' text read back: any span of it, with its blocks, a few segments at a time."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import sqlalchemy as sa

from ingest.places import block_from_list, place_of
from ingest.types import Place, Segment, Span
from retrieval.bounded import Bounded

_KEPT = 16_000_000
"""Characters of segments and their blocks that are remembered."""
_STARTS_KEPT = 200_000
"""Segments of which is remembered where they begin."""
_STARTS = "SELECT start FROM segments WHERE text_id = ? ORDER BY ordinal"
_STARTS_OF_MANY = (
    "SELECT s.text_id, s.start FROM json_each(?) AS wanted CROSS JOIN segments AS s ON s.text_id = wanted.value "
    "ORDER BY s.text_id, s.ordinal"
)
_MANY = """
SELECT json_extract(p.value, '$[0]'), substr(s.text, json_extract(p.value, '$[3]'), json_extract(p.value, '$[4]'))
FROM json_each(?) AS p CROSS JOIN segments AS s
ON s.text_id = json_extract(p.value, '$[1]') AND s.ordinal = json_extract(p.value, '$[2]') ORDER BY p.key
"""
_SEGMENT = "SELECT start, text, blocks FROM segments WHERE text_id = ? AND ordinal = ?"


class Texts:
    """Reads texts by their number in the catalog; a text never changes, so what was read is remembered."""

    def __init__(self) -> None:
        self._stored: Bounded[tuple[int, int], _Stored] = Bounded(_KEPT, lambda one: one.size)
        self._starts: Bounded[int, list[int]] = Bounded(_STARTS_KEPT, len)

    def text(self, connection: sa.Connection, text_id: int, span: Span) -> str:
        """The characters of a span."""
        return text_of(self.segments(connection, text_id, span), span)

    def many(self, connection: sa.Connection, wanted: Sequence[tuple[int, Span]]) -> list[str]:
        """The characters of many spans, each with its text's number: asked for at once, their blocks left."""
        starts = self._starts_of_many(connection, {text_id for text_id, _ in wanted})
        places: list[tuple[int, int, int, int, int]] = []
        for number, (text_id, span) in enumerate(wanted):
            begins = starts[text_id]
            for at in range(max(0, bisect_right(begins, span.start) - 1), bisect_left(begins, span.end)):
                first = max(0, span.start - begins[at])
                places.append((number, text_id, at, first + 1, span.end - begins[at] - first))
        found = [""] * len(wanted)
        for number, text in connection.exec_driver_sql(_MANY, (json.dumps(places),)):
            found[number] += text
        return found

    def place(self, connection: sa.Connection, text_id: int, span: Span) -> Place:
        """Where a span stands in its source."""
        return place_in(list(self.segments(connection, text_id, span)), span)

    def segments(self, connection: sa.Connection, text_id: int, span: Span | None = None) -> Iterator[Segment]:
        """The segments that hold a span, in order, each cut to the blocks that do; all of them where none is given."""
        starts = self._starts_of(connection, text_id)
        if span is None:
            for ordinal in range(len(starts)):
                yield self._segment(connection, text_id, ordinal).whole()
            return
        last = bisect_left(starts, max(span.end, span.start + 1))
        for ordinal in range(max(0, bisect_right(starts, span.start) - 1), last):
            yield self._segment(connection, text_id, ordinal).around(span)

    def segment_at(self, connection: sa.Connection, text_id: int, start: int) -> Segment:
        """The whole segment that begins at a place."""
        ordinal = bisect_right(self._starts_of(connection, text_id), start) - 1
        return self._segment(connection, text_id, ordinal).whole()

    def _starts_of(self, connection: sa.Connection, text_id: int) -> list[int]:
        if (known := self._starts.get(text_id)) is not None:
            return known
        return self._starts.put(text_id, [row[0] for row in connection.exec_driver_sql(_STARTS, (text_id,))])

    def _starts_of_many(self, connection: sa.Connection, text_ids: Iterable[int]) -> dict[int, list[int]]:
        found = {text_id: self._starts.get(text_id) for text_id in text_ids}
        new: dict[int, list[int]] = {text_id: [] for text_id, starts in found.items() if starts is None}
        for text_id, start in connection.exec_driver_sql(_STARTS_OF_MANY, (json.dumps(list(new)),)) if new else ():
            new[text_id].append(start)
        known = {text_id: starts for text_id, starts in found.items() if starts is not None}
        return known | {text_id: self._starts.put(text_id, starts) for text_id, starts in new.items()}

    def _segment(self, connection: sa.Connection, text_id: int, ordinal: int) -> _Stored:
        key = (text_id, ordinal)
        if (known := self._stored.get(key)) is not None:
            return known
        start, text, blocks = connection.exec_driver_sql(_SEGMENT, key).one()
        return self._stored.put(key, _Stored.of(ordinal, start, text=text, blocks=blocks))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A segment as it is stored: its blocks are made when they are asked for, which takes longer than reading them."""

    ordinal: int
    start: int
    text: str
    offsets: list[int]
    """Where each block begins in the text; at the end the text's length."""
    blocks: list[list[Any]]
    size: int
    """Of both, in characters."""

    @classmethod
    def of(cls, ordinal: int, start: int, *, text: str, blocks: str) -> _Stored:
        """What a row says."""
        found = json.loads(blocks)
        offsets = list(accumulate((block[0] for block in found), initial=0))
        if offsets[-1] != len(text):
            raise ValueError(f"the blocks have {offsets[-1]} characters, the text {len(text)}")
        return cls(ordinal, start, text, offsets, found, len(text) + len(blocks))

    def whole(self) -> Segment:
        """All of it."""
        return self._part(0, len(self.blocks))

    def around(self, span: Span) -> Segment:
        """Its blocks that hold something of a span of the document, or that stand at its beginning."""
        first = max(0, bisect_right(self.offsets, span.start - self.start, hi=len(self.blocks)) - 1)
        end = bisect_left(self.offsets, span.end - self.start, hi=len(self.blocks))
        return self._part(first, max(first + 1, end))

    def _part(self, first: int, end: int) -> Segment:
        parts = zip(pairwise(self.offsets[first : end + 1]), self.blocks[first:end], strict=False)
        made = tuple(block_from_list(self.text[low:high], block[1:]) for (low, high), block in parts)
        return Segment(self.ordinal, self.start + self.offsets[first], made)


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
