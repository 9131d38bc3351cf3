"""Tables to blocks: what stands above a table, each of its rows with the names of its columns, and what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ingest.errors import EmptyError
from ingest.parsers._layout import (
    NEAR,
    begins_another,
    begins_apart,
    end_of_first,
    layout_of,
    names_of,
    typed,
    without_mark,
)
from ingest.parsers._profile import TableProfile
from ingest.types import Block, Info, ParseEvent, Place, Rows

SAMPLE_ROWS = 300
"""So many first rows decide the layout."""
_BATCH = 2_000

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Begin:
    """A table begins: the rows above it, which are titles and notes, and the names of its columns."""

    above: tuple[Row, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of the table that began last."""

    rows: list[Row]


def parts(rows: Iterable[Row]) -> Iterator[Begin | Batch]:
    """The tables that stand one below the other in a file or sheet.

    Args:
        rows: Of a file blank lines, which are rows without a cell, are told too, and are in no batch.

    Raises:
        EmptyError: no cell has a value.
    """
    coming: Iterator[Row] = iter(rows)
    filled = False
    while first := list(islice(coming, SAMPLE_ROWS)):
        if not any(cell.strip() for row in first for cell in row):
            if filled and (spaced := list(filter(None, first))):
                yield Batch(spaced)
            continue
        filled = True
        own = first[: end_of_first(first)]
        layout = layout_of(own)
        header = [own[number] for number in layout.header]
        above = tuple(own[number] for number in layout.above)
        yield Begin(above, tuple(names_of(without_mark(header, above), layout.width)))
        finder = _Finder(layout.width, header[0] if header else (), typed(own[layout.data :], layout.width))
        coming = islice(chain(first, coming), layout.data, None)
        while batch := list(islice(coming, _BATCH)):
            at = finder.next_table(batch)
            if filled_rows := list(filter(None, batch[:at])):
                yield Batch(filled_rows)
            if at < len(batch):
                coming = chain(batch[at:], coming)
                break
    if not filled:
        raise EmptyError("there is no row in it")


class _Finder:
    """Finds where the next table begins: at a header, and the titles above it."""

    def __init__(self, width: int, head: Row, typed: Sequence[int]) -> None:
        self._width = width
        self._head = head
        self._typed = typed

    def next_table(self, batch: list[Row]) -> int:
        """The number of the row in the batch at which another table begins; the batch's length where none does."""
        blank = False
        for at, row in enumerate(batch):
            if not row:
                if any(batch[at + 1 : at + 2]) and begins_apart(batch[at + 1 : at + 1 + NEAR], self._width):
                    return at
                continue
            odd = blank or len(row) != self._width or row == self._head
            if odd and self._typed and any(row) and self._begins(batch, at, titled=blank):
                return at
            blank = not any(row)
        return len(batch)

    def _begins(self, batch: list[Row], at: int, *, titled: bool) -> bool:
        """Whether a header stands there, or, where titles may stand, below titles of one cell."""
        rows = [row for row in batch[at : at + NEAR] if any(cell.strip() for cell in row)]
        titles = 0
        while titled and titles < len(rows) - 1 and sum(bool(cell.strip()) for cell in rows[titles]) == 1:
            titles += 1
        return begins_another(rows[titles], rows[titles + 1 :], self._typed)


def blocks(rows: Callable[[], Iterable[Row]], *, sheet: str | None = None) -> Iterator[ParseEvent]:
    """A block for what each table holds, and one for each of its rows with a value; rows are counted on.

    What a table holds is told before its rows, so they are gone through twice.

    Args:
        rows: Gives all rows, anew with each call.
        sheet: The sheet that they are of.

    Raises:
        EmptyError: no cell has a value.
    """
    profiles = iter(list(_profiles(parts(rows()))))
    names: tuple[str, ...] = ()
    done = filled = 0
    for part in parts(rows()):
        if isinstance(part, Begin):
            names = part.names
            for row in part.above:
                text = "; ".join(cell.strip() for cell in row if cell.strip())
                yield Block(text + "\n", "text", Place(sheet=sheet))
            yield Block(next(profiles).described(sheet=sheet), "table", Place(sheet=sheet))
            continue
        for block in _rows(part.rows, names, sheet, done):
            filled += 1
            yield block
        done += len(part.rows)
    yield Info(rows=Rows(text=filled, empty=done - filled))


def _profiles(tables: Iterable[Begin | Batch]) -> Iterator[TableProfile]:
    """What each table holds."""
    profile: TableProfile | None = None
    for part in tables:
        if isinstance(part, Begin):
            if profile is not None:
                yield profile
            profile = TableProfile(part.names)
        elif profile is not None:
            profile.add(part.rows)
    if profile is not None:
        yield profile


def _rows(rows: Sequence[Row], names: Sequence[str], sheet: str | None, done: int) -> Iterator[Block]:
    starts = [f"{name}: " for name in names]
    for number, row in enumerate(rows, done + 1):
        if len(row) > len(starts):
            starts.extend(f"column {at}: " for at in range(len(starts) + 1, len(row) + 1))
        fields = [start + text for start, cell in zip(starts, row, strict=False) if (text := cell.strip())]
        if fields:
            yield Block("; ".join(fields) + "\n", "row", Place(sheet=sheet, rows=(number, number)))
