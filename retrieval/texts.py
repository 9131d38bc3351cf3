"""Documents' text read back: any span of it, with its blocks, a few segments at a time."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import sqlalchemy as sa

from ingest.places import block_from_list, place_of
from ingest.types import Place, Segment, Span
from retrieval.bounded import Bounded

_KEPT = 12_000_000
"""Characters of segments that are remembered."""
_BLOCKS_KEPT = 4_000_000
"""Characters of what is stored of their blocks, likewise."""
_STARTS_KEPT = 200_000
"""Segments of which is remembered where they begin."""
_MARKS_KEPT = 1_000_000
"""Marks of segments that are remembered: see `_marks_of`."""
_MARK = 1024
"""Bytes between two of them."""
_STARTS = (
    "SELECT s.text_id, s.start FROM json_each(?) AS wanted CROSS JOIN segments AS s ON s.text_id = wanted.value "
    "ORDER BY s.text_id, s.ordinal"
)
_SEGMENTS = (
    "FROM json_each(?) AS wanted CROSS JOIN segments AS s "
    "ON s.text_id = json_extract(wanted.value, '$[0]') AND s.ordinal = json_extract(wanted.value, '$[1]')"
)
_ROWS = f"SELECT wanted.key, s.rowid {_SEGMENTS}"
_BLOCKS = f"SELECT wanted.key, s.start, s.blocks {_SEGMENTS}"
_WHOLE = "SELECT text FROM segments WHERE text_id = ? AND ordinal = ?"

_JSON = json.JSONDecoder()

Key = tuple[int, int]
"""Of a segment: text and ordinal."""


class Texts:
    """Reads texts by their number in the catalog; a text never changes, so what was read is remembered.

    Of a segment that was read before only the part is read that is asked for: SQLite's own `substr` reads all of it.
    """

    def __init__(self) -> None:
        self._texts: Bounded[Key, str] = Bounded(_KEPT, len)
        self._marks: Bounded[Key, tuple[int, ...]] = Bounded(_MARKS_KEPT, len)
        self._blocks: Bounded[Key, _Blocks] = Bounded(_BLOCKS_KEPT, lambda one: one.size)
        self._starts: Bounded[int, list[int]] = Bounded(_STARTS_KEPT, len)

    def text(self, connection: sa.Connection, text_id: int, span: Span) -> str:
        """The characters of a span."""
        return self.many(connection, [(text_id, span)])[0]

    def many(self, connection: sa.Connection, wanted: Sequence[tuple[int, Span]]) -> list[str]:
        """The characters of many spans, each with its text's number: asked for at once, their blocks left."""
        starts = self._starts_of(connection, {text_id for text_id, _ in wanted})
        numbers: list[int] = []
        parts: list[tuple[Key, int, int]] = []
        for number, (text_id, span) in enumerate(wanted):
            begins = starts[text_id]
            for at in range(max(0, bisect_right(begins, span.start) - 1), bisect_left(begins, span.end)):
                numbers.append(number)
                parts.append(((text_id, at), max(0, span.start - begins[at]), span.end - begins[at]))
        found = [""] * len(wanted)
        for number, text in zip(numbers, self._parts(connection, parts), strict=True):
            found[number] += text
        return found

    def place(self, connection: sa.Connection, text_id: int, span: Span) -> Place:
        """Where a span stands in its source."""
        return place_in(list(self.segments(connection, text_id, span)), span)

    def around(self, connection: sa.Connection, wanted: Sequence[tuple[int, Span]]) -> list[list[Segment]]:
        """Of many spans, each with its text's number, what `segments` gives of one; asked for at once."""
        starts = self._starts_of(connection, {text_id for text_id, _ in wanted})
        numbers: list[int] = []
        keys: list[Key] = []
        for number, (text_id, span) in enumerate(wanted):
            begins = starts[text_id]
            last = bisect_left(begins, max(span.end, span.start + 1))
            found = [(text_id, at) for at in range(max(0, bisect_right(begins, span.start) - 1), last)]
            keys += found
            numbers += [number] * len(found)
        blocks = self._blocks_of(connection, keys)
        places = [blocks[key].around(wanted[number][1]) for number, key in zip(numbers, keys, strict=True)]
        parts = [
            (key, blocks[key].offsets[first], blocks[key].offsets[end])
            for key, (first, end) in zip(keys, places, strict=True)
        ]
        made: list[list[Segment]] = [[] for _ in wanted]
        texts = self._parts(connection, parts)
        for number, key, (first, end), text in zip(numbers, keys, places, texts, strict=True):
            made[number].append(blocks[key].part(text, first, end))
        return made

    def segments(self, connection: sa.Connection, text_id: int, span: Span | None = None) -> Iterator[Segment]:
        """The segments that hold a span, in order, each cut to the blocks that do; all of them where none is given."""
        if span is not None:
            yield from self.around(connection, [(text_id, span)])[0]
            return
        for ordinal in range(len(self._starts_of(connection, [text_id])[text_id])):
            yield self._whole(connection, (text_id, ordinal))

    def segment_at(self, connection: sa.Connection, text_id: int, start: int) -> Segment:
        """The whole segment that begins at a place."""
        starts = self._starts_of(connection, [text_id])[text_id]
        return self._whole(connection, (text_id, bisect_right(starts, start) - 1))

    def _whole(self, connection: sa.Connection, key: Key) -> Segment:
        blocks = self._blocks_of(connection, [key])[key]
        text = self._texts.get(key)
        if text is None:
            text = self._texts.put(key, connection.exec_driver_sql(_WHOLE, key).scalar_one())
        if blocks.offsets[-1] != len(text):
            raise ValueError(f"the blocks have {blocks.offsets[-1]} characters, the text {len(text)}")
        return blocks.part(text, 0, len(blocks.blocks))

    def _starts_of(self, connection: sa.Connection, text_ids: Iterable[int]) -> dict[int, list[int]]:
        found = {text_id: self._starts.get(text_id) for text_id in text_ids}
        new: dict[int, list[int]] = {text_id: [] for text_id, starts in found.items() if starts is None}
        for text_id, start in connection.exec_driver_sql(_STARTS, (json.dumps(list(new)),)) if new else ():
            new[text_id].append(start)
        known = {text_id: starts for text_id, starts in found.items() if starts is not None}
        return known | {text_id: self._starts.put(text_id, starts) for text_id, starts in new.items()}

    def _blocks_of(self, connection: sa.Connection, keys: Iterable[Key]) -> dict[Key, _Blocks]:
        found = {key: known for key in keys if (known := self._blocks.get(key)) is not None}
        new = [key for key in dict.fromkeys(keys) if key not in found]
        for number, start, blocks in connection.exec_driver_sql(_BLOCKS, (json.dumps(new),)) if new else ():
            key = new[number]
            found[key] = self._blocks.put(key, _Blocks.of(key[1], start, blocks))
        return found

    def _parts(self, connection: sa.Connection, wanted: Sequence[tuple[Key, int, int]]) -> list[str]:
        """Parts of segments: from a character to another."""
        whole = {key: text for key, _, _ in wanted if (text := self._texts.get(key)) is not None}
        some: dict[Key, list[tuple[int, int]]] = {}
        for key, low, high in wanted:
            if key not in whole:
                some.setdefault(key, []).append((low, high))
        read = self._read(connection, some) if some else {}
        return [whole[key][low:high] if key in whole else read[key, low, high] for key, low, high in wanted]

    def _read(
        self, connection: sa.Connection, wanted: Mapping[Key, Sequence[tuple[int, int]]]
    ) -> dict[tuple[Key, int, int], str]:
        database: Any = connection.connection.driver_connection
        found: dict[tuple[Key, int, int], str] = {}
        keys = list(wanted)
        # their rows are asked for each time: VACUUM changes the numbers
        for number, row in connection.exec_driver_sql(_ROWS, (json.dumps(keys),)).all():
            key = keys[number]
            with database.blobopen("segments", "text", row, readonly=True) as stored:
                marks = self._marks.get(key)
                if marks is None:
                    marks = self._marks.put(key, _marks_of(stored.read()))
                for low, high in wanted[key]:
                    first, end = bisect_right(marks, low) - 1, bisect_left(marks, high)
                    stored.seek(min(first * _MARK, len(stored)))
                    # a sign that goes on over a mark is counted before it
                    text = stored.read((end - first + 1) * _MARK).decode(errors="ignore")
                    found[key, low, high] = text[low - marks[first] : high - marks[first]]
        return found


def _marks_of(stored: bytes) -> tuple[int, ...]:
    """How many characters begin before each mark in the bytes of a text."""
    begins = (np.frombuffer(stored, dtype=np.uint8) & 0xC0) != 0x80  # UTF-8: else a sign goes on
    counts = np.add.reduceat(begins, np.arange(0, len(stored), _MARK), dtype=np.int64) if stored else ()
    return (0, *np.cumsum(counts).tolist())


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What is stored of a segment's blocks: they are made when they are asked for, which takes longer than reading.

    Until then they are text: thousands of lists would keep Python's collector of garbage busy.
    """

    ordinal: int
    start: int
    offsets: tuple[int, ...]
    """Where each block begins in the segment's text; at the end the text's length."""
    blocks: tuple[str, ...]
    size: int
    """In characters."""

    @classmethod
    def of(cls, ordinal: int, start: int, stored: str) -> _Blocks:
        """What a row says: a list of lists, each of which begins with its block's length."""
        found: list[str] = []
        lengths: list[int] = []
        at = 1
        while at < len(stored) - 1:
            block, end = _JSON.raw_decode(stored, at)
            lengths.append(block[0])
            found.append(stored[at:end])
            at = end + 1
        return cls(ordinal, start, tuple(accumulate(lengths, initial=0)), tuple(found), len(stored))

    def around(self, span: Span) -> tuple[int, int]:
        """The first block that holds something of a span of the document, and the end of those, one at least."""
        first = max(0, bisect_right(self.offsets, span.start - self.start, hi=len(self.blocks)) - 1)
        end = bisect_left(self.offsets, span.end - self.start, hi=len(self.blocks))
        return first, min(max(first + 1, end), len(self.blocks))

    def part(self, text: str, first: int, end: int) -> Segment:
        """The segment with some of its blocks, whose text is given."""
        at = self.offsets[first]
        parts = zip(pairwise(self.offsets[first : end + 1]), self.blocks[first:end], strict=False)
        made = tuple(block_from_list(text[low - at : high - at], json.loads(block)[1:]) for (low, high), block in parts)
        return Segment(self.ordinal, self.start + at, made)


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
