"""Passages: the chunks that were found, read with their text and cut to units, all as arrays."""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.spans import trim
from ingest.types import Span
from retrieval.database import Row
from retrieval.settings import Unit
from retrieval.tables import CHUNKS, DOCUMENTS, SEGMENTS
from retrieval.texts import Texts
from retrieval.units import Starts, borders_of, cut
from retrieval.vectors import listed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_GAP = 8
"""Characters, of white space between chunks: passages of one document that lie nearer follow one another."""
_CUT = 20_000
"""Chunks whose units are remembered."""
_KEPT = 32_000_000
"""Characters of segments that are remembered."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found, with its text."""

    id: int
    document: int
    path: str
    text_id: int
    span: Span
    tokens: int
    """Of text and context."""
    context: str
    tabular: bool
    """Whether it is one matter whose lines mean little alone: rows, records, a picture's print."""
    text: str


@dataclass(frozen=True, slots=True)
class Units:
    """The units of some passages, by document and place: one array each. Tokens are estimated by characters."""

    passages: tuple[Passage, ...]
    passage: Ints
    """Of each unit its number in `passages`."""
    start: Ints
    """In the document's text, as is `end`."""
    end: Ints
    tokens: Floats
    run: Ints
    """The number of the run of passages, one after the other in one document, that it lies in."""
    document: Ints
    text: str
    """The text of all passages in one, folded: lower case, no accents, character for character."""
    at: Ints
    """Where in it each unit begins."""

    def __len__(self) -> int:
        return len(self.start)


class Reader:
    """Reads chunks' text, without their blocks, which take long to read; remembers the segments."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._segments: OrderedDict[tuple[int, int], str] = OrderedDict()
        self._starts: dict[int, list[int]] = {}
        self._size = 0
        self._cuts: OrderedDict[tuple[int, Unit, bool], tuple[Span, ...]] = OrderedDict()
        self._moving = threading.Lock()

    def passages(self, connection: sa.Connection, chunks: Collection[int]) -> list[Passage]:
        """The chunks, by path and place."""
        rows = connection.execute(_READ.where(CHUNKS.c.id.in_(listed(chunks)))).all()
        return [
            Passage(
                id=row.id,
                document=row.document_id,
                path=row.path,
                text_id=row.text_id,
                span=Span(row.start, row.end),
                tokens=row.tokens,
                context=row.context,
                tabular=row.tabular,
                text=self._text(connection, row),
            )
            for row in rows
        ]

    def cut(
        self, passage: Passage, unit: Unit, starts: Starts, rows: Callable[[Passage], Sequence[int]] | None
    ) -> tuple[Span, ...]:
        """The units of a passage, in its own text; a chunk never changes, so what was cut is remembered.

        Args:
            passage: what to cut.
            unit: to what.
            starts: where the tokens of a text begin.
            rows: where a table's rows or records part; without it, its lines are taken, which is faster.
        """
        key = (passage.id, unit, rows is not None)
        with self._moving:
            if key in self._cuts:
                self._cuts.move_to_end(key)
                return self._cuts[key]
        if rows is not None and passage.tabular:
            borders = rows(passage)
        else:
            borders = borders_of(passage.text, tabular=passage.tabular)
        found = tuple(cut(passage.text, unit, borders=borders, starts=starts))
        with self._moving:
            self._cuts[key] = found
            if len(self._cuts) > _CUT:
                self._cuts.popitem(last=False)
        return found

    def _text(self, connection: sa.Connection, row: Row) -> str:
        if row.text_id not in self._starts:
            query = sa.select(SEGMENTS.c.start).where(SEGMENTS.c.text_id == row.text_id).order_by(SEGMENTS.c.ordinal)
            self._starts[row.text_id] = list(connection.execute(query).scalars())
        starts = self._starts[row.text_id]
        ordinal = max(0, bisect_right(starts, row.start) - 1)
        segment = self._segment(connection, row.text_id, ordinal)
        found = segment[row.start - starts[ordinal] : row.end - starts[ordinal]]
        if len(found) < row.end - row.start:  # it goes on in the next segment
            return self._texts.text(connection, row.text_id, Span(row.start, row.end))
        return found

    def _segment(self, connection: sa.Connection, text_id: int, ordinal: int) -> str:
        key = (text_id, ordinal)
        with self._moving:
            if key in self._segments:
                self._segments.move_to_end(key)
                return self._segments[key]
        query = sa.select(SEGMENTS.c.text).where(SEGMENTS.c.text_id == text_id, SEGMENTS.c.ordinal == ordinal)
        text: str = connection.execute(query).scalar_one()
        with self._moving:
            self._size += 0 if key in self._segments else len(text)
            self._segments[key] = text
            while self._size > _KEPT and len(self._segments) > 1:
                self._size -= len(self._segments.popitem(last=False)[1])
        return text


def units_of(passages: Sequence[Passage], cut: Callable[[Passage], Sequence[Span]]) -> Units:
    """The units of some passages (by path and place); what two of them have in common belongs to the first.

    Args:
        passages: those that were found.
        cut: gives the units of one, in its own text.
    """
    rows: list[tuple[int, int, int, float, int, int]] = []
    run, done, reached = -1, 0, Span(-1, 0)  # of which document, up to where
    for number, one in enumerate(passages):
        goes_on = one.document == reached.start and one.span.start <= reached.end + _GAP
        run += not goes_on
        seen = reached.end if one.document == reached.start else 0
        rate = one.tokens / max(1, len(one.text) + len(one.context))
        new = (trim(one.text, Span(max(unit.start, seen - one.span.start), unit.end)) for unit in cut(one))
        rows += [
            (number, one.span.start + unit.start, one.span.start + unit.end, rate * len(unit), run, done + unit.start)
            for unit in new
            if len(unit) > 0
        ]
        reached = Span(one.document, max(seen, one.span.end))
        done += len(one.text) + 1
    numbers, begins, ends, tokens, runs, at = zip(*rows, strict=True) if rows else ((),) * 6
    whole = np.asarray(numbers, dtype=np.int64)
    return Units(
        passages=tuple(passages),
        passage=whole,
        start=np.asarray(begins, dtype=np.int64),
        end=np.asarray(ends, dtype=np.int64),
        tokens=np.asarray(tokens, dtype=np.float64),
        run=np.asarray(runs, dtype=np.int64),
        document=np.asarray([one.document for one in passages], dtype=np.int64)[whole],
        text="\n".join(folded(one.text) for one in passages),
        at=np.asarray(at, dtype=np.int64),
    )


def folded(text: str) -> str:
    """The text in lower case and without accents, character for character."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char.lower())
    return plain[0] if plain else char


_READ: sa.Select[Any] = (
    sa.select(
        CHUNKS.c.id,
        CHUNKS.c.document_id,
        CHUNKS.c.start,
        CHUNKS.c.end,
        CHUNKS.c.tokens,
        CHUNKS.c.context,
        DOCUMENTS.c.path,
        DOCUMENTS.c.text_id,
        sa.or_(
            *(sa.func.json_type(CHUNKS.c.place, f"$.{key}").is_not(None) for key in ("rows", "pointers", "confidence"))
        ).label("tabular"),
    )
    .join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
    .order_by(DOCUMENTS.c.path, CHUNKS.c.start, CHUNKS.c.ordinal)
)
