"""What RTF says, as blocks: paragraphs with their list labels and notes, rows gathered to tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.parsers._flow import Flow
from ingest.types import Block

_BODY_LEVEL = 9


@dataclass
class Row:
    """A table's row as it is read."""

    cells: list[str] = field(default_factory=list)
    merged: list[bool] = field(default_factory=list)
    """Of each cell as defined, whether it goes on from the one above."""
    header: bool = False


@dataclass
class Paper:
    """Takes paragraphs and cells as they end, and holds the blocks made of them until they are taken."""

    row: Row = field(default_factory=Row)
    label: str = ""
    """The number that the next paragraph has in a list."""
    margins: list[str] = field(default_factory=list)
    """Headers and footers."""
    _flow: Flow = field(default_factory=Flow)
    _rows: list[Row] = field(default_factory=list)
    _hanging: list[str] = field(default_factory=list)
    _hanging_on_table: list[str] = field(default_factory=list)
    _out: list[Block] = field(default_factory=list)

    def take(self) -> list[Block]:
        """The blocks made since it was last asked."""
        out, self._out = self._out, []
        return out

    def hang(self, text: str) -> None:
        """A note, comment or text box comes after the paragraph or table that is being read."""
        self._hanging.append(text)

    def end_paragraph(self, text: str, *, level: int | None, listed: bool) -> None:
        """A paragraph; a heading where it has an outline level (from 0)."""
        listed = listed or bool(self.label)
        text = self._labelled(text)
        if not text.strip():
            return
        self.end_table()
        if level is not None and level < _BODY_LEVEL:
            self._out += self._flow.heading(text, level + 1)
        else:
            self._out += self._flow.paragraph(text, "list" if listed else "text")
        self._end_hanging(self._hanging)

    def end_cell(self, text: str) -> None:
        """A cell of the row that is being read."""
        if not self.row.cells and not self._rows:
            self._end_hanging(self._hanging)  # what came before the table
        self.row.cells.append(self._labelled(text))

    def end_row(self) -> None:
        """A row; a cell that goes on from the one above is given its text."""
        above = self._rows[-1].cells if self._rows else []
        cells = self.row.cells
        for at, merged in enumerate(self.row.merged[: len(cells)]):
            if merged and at < len(above) and not cells[at].strip():
                cells[at] = above[at]
        self._rows.append(self.row)
        self.row = Row(merged=self.row.merged)
        self._hanging_on_table += self._hanging
        self._hanging.clear()

    def end(self) -> Iterator[Block]:
        """What is left, and the headers and footers, each once."""
        self.end_table()
        self._end_hanging(self._hanging)
        yield from self.take()
        for margin in dict.fromkeys(self.margins):
            if not margin.isdecimal():  # a page's number
                yield from Flow().paragraph(margin)

    def end_table(self) -> None:
        """What follows is outside the table."""
        if self.row.cells:
            self.end_row()
        rows, self._rows = self._rows, []
        if rows:
            header_rows = next((at for at, row in enumerate(rows) if not row.header), len(rows))
            self._out += self._flow.table([row.cells for row in rows], header_rows=header_rows or None)
            self._end_hanging(self._hanging_on_table)

    def _labelled(self, text: str) -> str:
        """The text with the number that its item has in a list; bullets are left out."""
        label, self.label = self.label, ""
        return f"{label} {text.strip()}" if text.strip() and any(map(str.isalnum, label)) else text

    def _end_hanging(self, texts: list[str]) -> None:
        for text in texts:
            self._out += self._flow.paragraph(text)
        texts.clear()
