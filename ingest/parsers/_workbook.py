"""The workbooks of XLSX (ECMA-376): names of sheets, shared strings, formats, and each sheet's rows in a stream."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial
from zipfile import ZipFile

from ingest.errors import UnreadableError
from ingest.parsers._cells import Format, format_of, number_shown
from ingest.parsers._sheets import Merged, Sheet
from ingest.parsers._xml import Handler, opened, streamed

_PIECE = 1 << 20
_OVERLAP = 200
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_MERGED = 100_000


class Workbook:
    """An XLSX file that is open."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._main = next(iter(_related(archive, "", "/officeDocument").values()), "xl/workbook.xml")
        self._strings: list[str] = []
        self._formats: list[Format] = []

    def sheets(self) -> Iterator[Sheet]:
        """The sheets, in the workbook's order, hidden ones too."""
        folder, name = posixpath.split(self._main)
        targets = _related(self._archive, f"{folder}/{name}", "/worksheet")
        about = _About()
        list(streamed(self._archive, self._main, about))
        self._strings = self._shared(folder)
        self._formats = self._styles(folder)
        for title, relation in about.sheets:
            if member := targets.get(relation):
                rows = partial(self._rows, member, since_1904=about.since_1904)
                yield Sheet(title, rows, self._merged(member), list(self._notes(member)))

    def _rows(self, member: str, *, since_1904: bool) -> Iterator[list[str]]:
        cells = _Cells(self._strings, self._formats, since_1904=since_1904)
        return _with_gaps(streamed(self._archive, member, cells))

    def _shared(self, folder: str) -> list[str]:
        member = f"{folder}/sharedStrings.xml".lstrip("/")
        if member not in self._archive.NameToInfo:
            return []
        return [text for (text,) in streamed(self._archive, member, _Strings())]

    def _styles(self, folder: str) -> list[Format]:
        member = f"{folder}/styles.xml".lstrip("/")
        if member not in self._archive.NameToInfo:
            return []
        styles = _Styles()
        list(streamed(self._archive, member, styles))
        return [format_of(number, styles.codes.get(number)) for number in styles.numbers]

    def _notes(self, member: str) -> Iterator[str]:
        """Comments and text boxes of a sheet, titles of its charts; no comment that only stands for a thread."""
        threads = [
            (place, text) for part in self._parts(member, "/threadedComment") for place, text in part(_Threads())
        ]
        answered = {place for place, _ in threads}
        comments = [(place, text) for part in self._parts(member, "/comments") for place, text in part(_Comments())]
        comments = [(place, text) for place, text in comments if place not in answered]
        yield from (f"{place}: {text.strip()}" for place, text in (*comments, *threads) if text.strip())
        for drawing in _linked(self._archive, member, "/drawing"):
            for found in (drawing, *_linked(self._archive, drawing, "/chart")):
                yield from (text for (text,) in streamed(self._archive, found, _Drawn()))

    def _parts(self, member: str, kind: str) -> list[Callable[[Handler], Iterator[list[str]]]]:
        return [partial(streamed, self._archive, part) for part in _linked(self._archive, member, kind)]

    def _merged(self, member: str) -> list[Merged]:
        """The merged ranges of more than one row: they stand after the rows, so the member is looked through first."""
        found: list[Merged] = []
        with opened(self._archive, member) as stream:
            rest = b""
            while (piece := stream.read(_PIECE)) and len(found) < _MOST_MERGED:
                text = rest + piece
                end = 0
                for match in _MERGED.finditer(text):
                    end = match.end()
                    row, last = int(match[2]) - 1, int(match[3]) - 1
                    if last > row:
                        found.append(Merged(row, _column(match[1].decode()), last))
                rest = text[max(end, len(text) - _OVERLAP) :]
        return found


def _related(archive: ZipFile, member: str, kind: str) -> dict[str, str]:
    """The members of a kind that a member (the archive itself: "") refers to, by the reference."""
    folder, name = posixpath.split(member)
    relations = _Relations(kind)
    list(streamed(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relations))
    return {key: posixpath.normpath(posixpath.join("/", folder, target))[1:] for key, target in relations.targets}


def _linked(archive: ZipFile, member: str, kind: str) -> list[str]:
    """The members of a kind that belong to a member, those that are there."""
    folder, name = posixpath.split(member)
    if posixpath.join(folder, "_rels", f"{name}.rels") not in archive.NameToInfo:
        return []
    return [found for found in _related(archive, member, kind).values() if found in archive.NameToInfo]


def _with_gaps(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows with blank ones where the sheet has none; each comes with its number before its cells."""
    expected = 1
    for number, *cells in rows:
        for _ in range(expected, int(number)):
            yield []
        yield cells
        expected = int(number) + 1


def _column(letters: str) -> int:
    """The number of a column, from 0: `A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


class _Reader:
    """A handler that takes nothing: others take what they need."""

    def __init__(self) -> None:
        self.ready: list[list[str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def end(self, name: str) -> None:
        pass


class _Relations(_Reader):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.targets: list[tuple[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith(self._kind):
            self.targets.append((attributes.get("Id", ""), attributes.get("Target", "")))


class _About(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")


class _Styles(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and attributes.get("numFmtId", "").isdigit():
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            number = attributes.get("numFmtId", "0")
            self.numbers.append(int(number) if number.isdigit() else 0)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


class _Strings(_Reader):
    """The texts of runs; readings of East Asian characters (`rPh`) are none of the text."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._taking = False
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  # a handler's signature
        self._taking = name == "t" and not self._reading
        self._reading = self._reading or name == "rPh"

    def text(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)

    def end(self, name: str) -> None:
        self._taking = False
        if name == "rPh":
            self._reading = False
        elif name == "si":
            self.ready.append([_unescaped("".join(self._parts))])
            self._parts.clear()


class _Comments(_Reader):
    """Comments: each the name of its cell, and its text."""

    _each, _within = "comment", "t"

    def __init__(self) -> None:
        super().__init__()
        self._place = ""
        self._parts: list[str] = []
        self._taking = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._each:
            self._place = attributes.get("ref", "")
            self._parts.clear()
        self._taking = name == self._within

    def text(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)

    def end(self, name: str) -> None:
        self._taking = False
        if name == self._each:
            self.ready.append([self._place, _unescaped("".join(self._parts))])


class _Threads(_Comments):
    _each, _within = "threadedComment", "text"


class _Drawn(_Reader):
    """The texts of drawings: of a text box, or a title, with a line a paragraph; numbers of charts are the cells'."""

    _BOXES = ("txBody", "rich")

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._taking = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  # a handler's signature
        self._taking = name == "t"
        if name in self._BOXES:
            self._parts.clear()
        elif name == "br":
            self._parts.append("\n")

    def text(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)

    def end(self, name: str) -> None:
        self._taking = False
        if name == "p":
            self._parts.append("\n")
        elif name in self._BOXES:
            self.ready.append(["".join(self._parts)])


class _Cells(_Reader):
    """The rows of a sheet: each its number, then its cells up to the last that has a value."""

    def __init__(self, strings: list[str], formats: list[Format], *, since_1904: bool) -> None:
        super().__init__()
        self._strings = strings
        self._formats = formats
        self._since_1904 = since_1904
        self._row = self._at = 0
        self._cells: list[str] = []
        self._kind, self._style = "n", 0
        self._parts: list[str] = []
        self._formula: list[str] = []
        self._taking = self._reading = self._calculating = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self._calculating = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() else self._row + 1
            if self._row > _MOST_ROWS:
                raise UnreadableError(f"a sheet has a row of number {self._row}")
            self._cells, self._at = [], 0
        elif name in ("v", "t"):
            self._taking = not self._reading
        elif name == "rPh":
            self._reading = True

    def text(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)
        elif self._calculating:
            self._formula.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._taking = False
        elif name == "f":
            self._calculating = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._reading = False
        elif name == "row":
            self.ready.append([str(self._row), *self._cells])

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place:
            self._at = min(_column(place[1]), _MOST_COLUMNS)
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isdigit() else -1
        self._parts.clear()
        self._formula.clear()

    def _end_cell(self) -> None:
        shown = self._shown("".join(self._parts)) if self._parts else ""
        if not shown and self._formula:
            shown = "=" + "".join(self._formula)  # written by a program that does not calculate
        if shown:
            self._cells.extend([""] * (self._at - len(self._cells)))
            self._cells[self._at :] = [shown]
        self._at += 1

    def _shown(self, raw: str) -> str:
        if self._kind == "s":
            return self._strings[int(raw)] if raw.strip().isdigit() and int(raw) < len(self._strings) else ""
        if self._kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if self._kind == "n":
            known = 0 <= self._style < len(self._formats)
            shown_as = self._formats[self._style] if known else "general"
            return number_shown(raw.strip(), shown_as, since_1904=self._since_1904)
        return _unescaped(raw)


def _unescaped(text: str) -> str:
    r"""The text with its `_x000D_` made characters: so XLSX writes what XML cannot hold."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
