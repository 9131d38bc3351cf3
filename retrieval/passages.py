"""Passages: the chunks that were found, read with their text and cut to units, all as arrays."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.spans import trim
from ingest.types import WITH_SENTENCES, Span
from retrieval.bounded import Bounded
from retrieval.settings import Unit
from retrieval.texts import Texts
from retrieval.units import Starts, borders_of, bounds

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_GAP = 8
"""Characters, of white space between chunks: passages of one document that lie nearer follow one another."""
_CUT = 200_000
"""Units of chunks that are remembered."""
_READ_CHARACTERS = 20_000_000
"""Characters of chunks that are remembered."""


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
    printed: bool = False
    """Whether it was read from a picture."""
    sentence_vectors: bool = False
    """Whether its sentences have vectors, too."""


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
    """Reads chunks, without the blocks of their text, which take long to read; remembers them, and how they are cut."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._passages: Bounded[int, Passage] = Bounded(_READ_CHARACTERS, lambda one: len(one.text) + len(one.context))
        self._cuts: Bounded[tuple[int, Unit, bool], Ints] = Bounded(_CUT, len)

    def passages(self, connection: sa.Connection, chunks: Collection[int]) -> list[Passage]:
        """The chunks, by path and place."""
        known = {key: one for key in chunks if (one := self._passages.get(key)) is not None}
        new = [key for key in chunks if key not in known]
        rows = connection.exec_driver_sql(_READ, (json.dumps(new),)).all() if new else []
        spans = [(row.text_id, Span(row.start, row.end)) for row in rows]
        for row, (_, span), text in zip(rows, spans, self._texts.many(connection, spans), strict=True):
            passage = Passage(
                id=row.id,
                document=row.document_id,
                path=row.path,
                text_id=row.text_id,
                span=span,
                tokens=row.tokens,
                context=row.context,
                tabular=bool(row.tabular),
                text=text,
                printed=bool(row.printed),
                sentence_vectors=row.chunking_key.endswith(WITH_SENTENCES) and not row.tabular,
            )
            known[row.id] = self._passages.put(row.id, passage)
        return sorted(known.values(), key=lambda one: (one.path, one.span.start, one.id))

    def cut(
        self, passage: Passage, unit: Unit, starts: Starts, rows: Callable[[Passage], Sequence[int]] | None
    ) -> Ints:
        """The units of a passage, in its own text: where each begins and ends.

        A chunk never changes, so what was cut is remembered.

        Args:
            passage: what to cut.
            unit: to what.
            starts: where the tokens of a text begin.
            rows: where a table's rows or records part; without it, its lines are taken, which is faster.
        """
        key = (passage.id, unit, rows is not None)
        if (known := self._cuts.get(key)) is not None:
            return known
        if rows is not None and passage.tabular:
            borders = rows(passage)
        else:
            borders = borders_of(passage.text, tabular=passage.tabular)
        found = bounds(passage.text, unit, borders=borders, starts=starts)
        return self._cuts.put(key, np.asarray(found, dtype=np.int64).reshape(-1, 2))


def units_of(passages: Sequence[Passage], cut: Callable[[Passage], Ints]) -> Units:
    """The units of some passages (by path and place); what two of them have in common belongs to the first.

    Args:
        passages: those that were found.
        cut: where the units of one begin and end, in its own text.
    """
    parts: list[Ints] = []
    runs: list[int] = []
    places: list[int] = []
    run, done, reached = -1, 0, Span(-1, 0)  # of which document, up to where
    for one in passages:
        run += one.document != reached.start or one.span.start > reached.end + _GAP
        seen = reached.end if one.document == reached.start else 0
        part = cut(one)
        if seen > one.span.start:
            part = _beyond(one.text, seen - one.span.start, part)
        parts.append(part)
        runs.append(run)
        places.append(done)
        reached = Span(one.document, max(seen, one.span.end))
        done += len(one.text) + 1
    whole = np.repeat(np.arange(len(passages)), np.asarray([len(part) for part in parts], dtype=np.int64))
    ends = np.concatenate(parts) if parts else np.zeros((0, 2), dtype=np.int64)
    rates = [one.tokens / max(1, len(one.text) + len(one.context)) for one in passages]
    first = np.asarray([one.span.start for one in passages], dtype=np.int64)[whole]
    return Units(
        passages=tuple(passages),
        passage=whole,
        start=first + ends[:, 0],
        end=first + ends[:, 1],
        tokens=np.asarray(rates, dtype=np.float64)[whole] * (ends[:, 1] - ends[:, 0]),
        run=np.asarray(runs, dtype=np.int64)[whole],
        document=np.asarray([one.document for one in passages], dtype=np.int64)[whole],
        text="\n".join(folded(one.text) for one in passages),
        at=np.asarray(places, dtype=np.int64)[whole] + ends[:, 0],
    )


def _beyond(text: str, seen: int, part: Ints) -> Ints:
    """What of some units lies beyond a place."""
    new = (trim(text, Span(max(start, seen), end)) for start, end in part.tolist())
    return np.asarray([(unit.start, unit.end) for unit in new if len(unit)], dtype=np.int64).reshape(-1, 2)


def folded(text: str) -> str:
    """The text in lower case and without accents, character for character."""
    return (text if text.isascii() else _FOREIGN.sub(lambda run: run[0].translate(_FOLDED), text)).lower()


class _Folded(dict[int, str]):
    """Each character in lower case and without accents, as they are asked for."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code).lower())
        self[code] = plain[:1] or chr(code)
        return self[code]


_FOLDED = _Folded()
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


_PRINTED = "json_type(c.place, '$.confidence') IS NOT NULL"
_TABULAR = f"json_type(c.place, '$.rows') IS NOT NULL OR json_type(c.place, '$.pointers') IS NOT NULL OR {_PRINTED}"
_READ = (
    "SELECT c.id, c.document_id, c.start, c.end, c.tokens, c.context, d.path, d.text_id, d.chunking_key, "  # noqa: S608
    f"({_TABULAR}) AS tabular, ({_PRINTED}) AS printed "
    "FROM json_each(?) AS wanted CROSS JOIN chunks AS c ON c.id = wanted.value "
    "CROSS JOIN documents AS d ON d.id = c.document_id"
)
