"""Tables of HTML: a row is a line, its header beside it; tables that only lay a page out are read as what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from ingest.parsers._records import HEADER_ROWS, header_rows
from ingest.types import Block, Place

_LONG = 1_500
"""A row of more characters is no row of a table, but a part of a page's layout."""
_WIDE = 3
"""A table of fewer columns without a marked header may be one of names and values."""
_REPEATED = 300
"""Text of more characters is not repeated in the rows that its cell reaches down into."""
_WIDEST = 200
"""Columns: spans beyond are not followed."""


@dataclass
class Cell:
    """A cell as it is read."""

    is_header: bool = False
    across: int = 1
    down: int = 1
    blocks: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(" ".join(block.text.split()) for block in self.blocks)


@dataclass
class Row:
    """A row as it is read; `values` has a text for each column once spans are followed."""

    cells: list[Cell] = field(default_factory=list)
    in_head: bool = False
    values: list[str] = field(default_factory=list)

    @property
    def is_header(self) -> bool:
        """Whether it names the columns."""
        return self.in_head or (len(self.cells) > 1 and all(cell.is_header for cell in self.cells))

    @property
    def is_layout(self) -> bool:
        """Whether its cells hold more than a table's do."""
        blocks = [block for cell in self.cells for block in cell.blocks]
        if len(self.cells) < 2 or any(block.kind not in ("text", "list") for block in blocks):
            return True
        return sum(len(block.text) for block in blocks) > _LONG


@dataclass
class Table:
    """A table as it is read: its first rows wait until it is known which of them are its header."""

    in_head: bool = False
    row: Row | None = None
    cell: Cell | None = None
    _first: list[Row] | None = field(default_factory=list)
    _header: str = ""
    _spans: dict[int, tuple[int, str]] = field(default_factory=dict)
    """For each column the text that reaches down into the next row, and into how many in all."""

    def open_row(self) -> None:
        """Begins a row; one without cells counts where others reach down into it."""
        self.row = Row(in_head=self.in_head)

    def open_cell(self, cell: Cell) -> None:
        """Begins a cell, and the row where none has begun."""
        self.row = self.row or Row(in_head=self.in_head)
        self.row.cells.append(cell)
        self.cell = cell

    def close_row(self) -> Iterator[Block]:
        """Ends the row, if one has begun: the blocks of what can be said now."""
        row, self.row, self.cell = self.row, None, None
        if row is None:
            return
        row.values = self._values(row)
        if not row.cells:
            return
        if row.is_layout:
            if self._first:
                yield from self.settle()
            yield from (block for cell in row.cells for block in cell.blocks)
        elif self._first is None and not row.is_header:
            yield from _line(row, self._header)
        else:
            self._first = [*(self._first or ()), row]
            if len(self._first) > HEADER_ROWS or (self._first[0].is_header and not row.is_header):
                yield from self.settle()

    def settle(self) -> Iterator[Block]:
        """The rows that waited."""
        first, self._first = self._first or [], None
        count = len(list(takewhile(lambda row: row.is_header, first))) or _guessed(first)
        self._header = _header([row.values for row in first[:count]]) or self._header
        for number, row in enumerate(first):
            yield from _line(row, None if number < count else self._header)

    def _values(self, row: Row) -> list[str]:
        """The row's texts by column: one that reaches down is in each row, a header's that reaches across in each.

        A row uses up its part of all that reaches down into it, whether it has so many cells or not.
        """
        values: list[str] = []
        above = self._spans
        self._spans = {column: (left - 1, said) for column, (left, said) in above.items() if left > 1}
        for cell in row.cells:
            _fill(values, above)
            text = cell.text
            for number in range(max(1, min(cell.across, _WIDEST - len(values)))):
                said = text if number == 0 or row.is_header else ""
                if cell.down > 1 and text and len(text) <= _REPEATED and len(values) < _WIDEST:
                    self._spans[len(values)] = (cell.down - 1, said)
                values.append(said)
        _fill(values, above)
        return values


def _fill(values: list[str], above: Mapping[int, tuple[int, str]]) -> None:
    """Puts in what reaches down into the next columns."""
    while len(values) in above:
        values.append(above[len(values)][1])


def _line(row: Row, header: str | None) -> Iterator[Block]:
    """A row as a block; of the header itself where `header` is None."""
    values = row.values if header is not None else [cell.text for cell in row.cells]
    text = " | ".join(values).replace("  ", " ").rstrip(" |")
    places = [block.place for cell in row.cells for block in cell.blocks]
    if not text.strip(" |") or not places:
        return
    lines = [line for place in places for line in place.lines or ()]
    place = replace(places[0], lines=(min(lines), max(lines))) if lines else Place()
    yield Block(text + "\n", "row" if header is not None else "table", place, header or "")


def _header(rows: Sequence[Sequence[str]]) -> str:
    """The names of the columns, those of several levels joined."""
    width = max(map(len, rows), default=0)
    columns = [dict.fromkeys(row[at] for row in rows if at < len(row) and row[at]) for at in range(width)]
    return " | ".join(" / ".join(column) for column in columns)[:_LONG]


def _guessed(first: Sequence[Row]) -> int:
    """How many rows are the header of a table that does not say: those that name columns, if it is wide."""
    if len(first) < 2 or len(first[0].values) < _WIDE:
        return 0
    return header_rows([list(row.values) for row in first])
