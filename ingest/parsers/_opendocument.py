"""The spreadsheets of OpenDocument (ODF 1.3): each table's rows in a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from zipfile import ZipFile

from ingest.parsers._cells import number_shown
from ingest.parsers._sheets import Merged, Sheet
from ingest.parsers._xml import streamed

_CONTENT = "content.xml"
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_DURATION = re.compile(r"-?PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_OVER = ("annotation", "shapes")
"""What hangs on a cell, or lies over the cells."""
_SHAPES = ("frame", "custom-shape", "rect", "ellipse", "caption")
_BLANKS = {"s": " ", "tab": "\t", "line-break": "\n"}


def sheets_of(archive: ZipFile) -> Iterator[Sheet]:
    """The sheets in order; the rows of each are held until the next is asked for."""
    tables = _Tables()
    done = set()
    for number, group in groupby(streamed(archive, _CONTENT, tables), key=lambda row: int(row[0])):
        rows = [cells for _, *cells in group]
        done.add(number)
        yield Sheet(tables.names[number], partial(map, list[str], rows), tables.merged[number], tables.notes[number])
    for number, (name, notes) in enumerate(zip(tables.names, tables.notes, strict=True)):
        if notes and number not in done:
            yield Sheet(name, list, (), notes)


class _Tables:
    """The rows of all tables: each the number of its table, then its cells up to the last that has a value."""

    def __init__(self) -> None:
        self.ready: list[list[str]] = []
        self.names: list[str] = []
        self.merged: list[list[Merged]] = []
        self.notes: list[list[str]] = []
        self._note: list[str] = []
        self._depth = 0
        self._row = 0
        self._cells: list[str] = []
        self._at = 0
        self._row_times = self._cell_times = 1
        self._cell: dict[str, str] | None = None
        self._parts: list[str] = []
        self._noted = 0
        self._blank = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._begin_table(attributes)
        elif name == "table-row":
            self._row_times = _count(attributes, "number-rows-repeated", _MOST_ROWS)
            self._cells, self._at = [], 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self._cell_times = _count(attributes, "number-columns-repeated", _MOST_COLUMNS)
            self._parts.clear()
        elif name in _OVER:
            self._noted += 1
        elif self._noted:
            self._in_note(name, attributes)
        elif self._cell is not None:
            self._inside(name, attributes)

    def text(self, text: str) -> None:
        if self._noted and self._note:
            self._note.append(text)
        elif self._cell is not None and not self._noted and self._parts:
            self._parts.append(text)

    def end(self, name: str) -> None:
        if name == "table":
            self._depth -= 1
        elif name in _OVER:
            self._noted -= 1
            self._end_note()
        elif self._noted and name in _SHAPES:
            self._end_note()
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row" and self._depth == 1:
            self._end_row()

    def _begin_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.names.append(_attribute(attributes, "name"))
            self.merged.append([])
            self.notes.append([])
            self._row = self._blank = 0

    def _inside(self, name: str, attributes: dict[str, str]) -> None:
        """Paragraphs are parted by newlines; the first is marked by an empty part: text outside of them is layout."""
        if name == "p":
            self._parts.append("\n" if self._parts else "")
        elif name in _BLANKS and self._parts:
            self._parts.append(_BLANKS[name] * _count(attributes, "c", _MOST_COLUMNS))

    def _in_note(self, name: str, attributes: dict[str, str]) -> None:
        """As `_inside`, of a comment or shape: who wrote it, and when, stands outside of its paragraphs."""
        if name == "p":
            self._note.append("\n" if self._note else "")
        elif name in _BLANKS and self._note:
            self._note.append(_BLANKS[name] * _count(attributes, "c", _MOST_COLUMNS))

    def _end_note(self) -> None:
        said = "".join(self._note).strip()
        if said and self.notes:
            place = "" if self._cell is None else f"{column_name(self._at)}{self._row + 1}: "
            self.notes[-1].append(place + said)
        self._note.clear()

    def _end_cell(self) -> None:
        assert self._cell is not None
        shown = _shown(self._cell, "".join(self._parts).strip())
        rows = self._cell.get("number-rows-spanned", "1")
        if rows.isdigit() and int(rows) > 1 and self.merged and shown:
            self.merged[-1].append(Merged(self._row, self._at, self._row + min(int(rows), _MOST_ROWS) - 1))
        times = min(self._cell_times, _MOST_COLUMNS - self._at)
        if shown and times > 0:
            self._cells.extend([""] * (self._at - len(self._cells)))
            self._cells.extend([shown] * times)
        self._at += self._cell_times
        self._cell = None

    def _end_row(self) -> None:
        """Blank rows are kept only before one that is not: files repeat the last up to the end of the sheet."""
        times = max(0, min(self._row_times, _MOST_ROWS - self._row))
        self._row += times
        if not self._cells:
            self._blank += times
            return
        number = str(len(self.names) - 1)
        self.ready.extend([number] for _ in range(self._blank))
        self.ready.extend([number, *self._cells] for _ in range(times))
        self._blank = 0


def column_name(number: int) -> str:
    """The name of a column by its number from 0: `A` of 0, `AA` of 26."""
    name = ""
    while number >= 0:
        number, letter = divmod(number, 26)
        name = chr(ord("A") + letter) + name
        number -= 1
    return name


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _count(attributes: dict[str, str], name: str, most: int) -> int:
    value = _attribute(attributes, name)
    return max(1, min(int(value[:9]), most)) if value.isdigit() else 1


def _shown(cell: dict[str, str], text: str) -> str:
    """A cell's value: the number itself where the text shows it rounded, dates as ISO 8601, else the text."""
    kind = cell.get("value-type", "")
    if kind in ("float", "currency", "percentage") and "value" in cell:
        return number_shown(cell["value"], "percent" if kind == "percentage" else "general", since_1904=False)
    if kind == "date" and "date-value" in cell:
        return cell["date-value"].replace("T", " ").removesuffix(" 00:00:00")
    if kind == "time" and (found := _DURATION.fullmatch(cell.get("time-value", ""))):
        return f"{int(found[1]):02}:{int(found[2]):02}:{int(found[3]):02}"
    if kind == "boolean":
        return cell.get("boolean-value", text).upper()
    return text or cell.get("string-value", "")
