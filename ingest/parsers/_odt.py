"""OpenDocument texts: their XML read directly, since unstructured would convert them with pandoc first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ingest.errors import UnreadableError
from ingest.parsers import Aids
from ingest.parsers._embedded import Pictures
from ingest.parsers._flow import Flow, spanned
from ingest.parsers._tree import parse_xml
from ingest.types import Block, BlockKind, Info, ParseEvent

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MOST_REPEATED = 1_000
_GONE = {_TEXT + "tracked-changes", _TEXT + "sequence-decls", _OFFICE + "forms", _TEXT + "ruby-text"}
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_MARGINS = ("header", "header-first", "header-left", "footer", "footer-first", "footer-left")


def read(file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """Page headers, the text, page footers, what is read of pictures; notes and text boxes follow their paragraph."""
    with ZipFile(file) as archive:
        if "content.xml" not in archive.NameToInfo:
            raise UnreadableError("it is no OpenDocument file: it has no content.xml")
        content = parse_xml(archive.read("content.xml"), "content.xml")
        margins = _margins(archive)
        title = _title(archive)
    yield Info(title=title)
    text = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise UnreadableError("it is no OpenDocument text")
    for name in _MARGINS[:3]:
        yield from _Reader().read(margins.get(name, []))
    yield from _Reader().read(text)
    for name in _MARGINS[3:]:
        yield from _Reader().read(margins.get(name, []))
    yield from _pictures(file, content, aids)


def _pictures(file: Path, content: Element, aids: Aids) -> Iterator[Block | Info]:
    """What is read of the pictures, which lie beside the text."""
    shown = dict.fromkeys(image.get(_HREF, "").removeprefix("./") for image in content.iter(_DRAW + "image"))
    pictures = Pictures(aids)
    with ZipFile(file) as archive:
        for name in shown:
            if name in archive.NameToInfo:
                yield from pictures.blocks(PurePosixPath(name).name, archive.read(name), above=())


def _margins(archive: ZipFile) -> dict[str, list[Element]]:
    """What page headers and footers hold, each text once, by their kind."""
    found: dict[str, list[Element]] = {}
    if "styles.xml" in archive.NameToInfo:
        styles = parse_xml(archive.read("styles.xml"), "styles.xml")
        seen = set()
        for name in _MARGINS:
            for margin in styles.iter(_STYLE + name):
                said = "".join(margin.itertext()).strip()
                if said and said not in seen and not said.isdecimal():  # a page's number
                    seen.add(said)
                    found.setdefault(name, []).extend(margin)
    return found


def _title(archive: ZipFile) -> str:
    if "meta.xml" not in archive.NameToInfo:
        return ""
    return " ".join((parse_xml(archive.read("meta.xml"), "meta.xml").findtext(f".//{_DC}title") or "").split())


@dataclass
class _Reader:
    """Goes through a text's elements in order."""

    flow: Flow = field(default_factory=Flow)
    notes: int = 0

    def read(self, elements: Element | list[Element]) -> Iterator[Block]:
        """The blocks of some elements, one after the other."""
        for element in elements:
            yield from self._element(element, "text")

    def _element(self, element: Element, kind: BlockKind) -> Iterator[Block]:
        if element.tag in _GONE:
            return
        if element.tag == _TEXT + "h":
            text, hanging = self._inline(element)
            yield from self.flow.heading(text, _number(element, _TEXT + "outline-level", 10))
            yield from self._hung(hanging)
        elif element.tag == _TEXT + "p":
            text, hanging = self._inline(element)
            yield from self.flow.paragraph(text, kind)
            yield from self._hung(hanging)
        elif element.tag == _TABLE + "table":
            yield from self._table(element)
        else:  # a list, section, index, frame: what is in it
            inner: BlockKind = "list" if element.tag == _TEXT + "list" else kind
            for child in element:
                yield from self._element(child, inner)

    def _hung(self, hanging: list[tuple[str, Element]]) -> Iterator[Block]:
        """What hangs on a paragraph: notes and comments with their mark, text boxes as they are."""
        for mark, element in hanging:
            if not mark:
                for child in element:
                    yield from self._element(child, "text")
                continue
            texts = [self._inline(found)[0] for found in element.iter(_TEXT + "p")]
            yield from self.flow.paragraph("\n".join([f"{mark} {texts[0]}", *texts[1:]]) if texts else "")

    def _inline(self, element: Element) -> tuple[str, list[tuple[str, Element]]]:
        """The text of a paragraph, and what hangs on it."""
        parts: list[str] = []
        hanging: list[tuple[str, Element]] = []
        self._collect(element, parts, hanging)
        return "".join(parts), hanging

    def _collect(self, element: Element, parts: list[str], hanging: list[tuple[str, Element]]) -> None:
        parts.append(_collapsed(element.text))
        for child in element:
            written = _WRITTEN.get(child.tag)
            if written is not None:
                parts.append(written(child))
            elif child.tag == _TEXT + "note":
                self.notes += 1
                parts.append(f"[{self.notes}]")
                hanging += [(f"[{self.notes}]", body) for body in child.findall(_TEXT + "note-body")]
            elif child.tag == _OFFICE + "annotation":
                author = child.findtext(_DC + "creator")
                hanging.append((f"[Comment by {author}]" if author else "[Comment]", child))
            elif child.tag == _DRAW + "text-box":
                hanging.append(("", child))
            elif child.tag not in _GONE:
                self._collect(child, parts, hanging)
            parts.append(_collapsed(child.tail))

    def _table(self, table: Element) -> Iterator[Block]:
        """A table's rows, those of its header known; nested tables follow it."""
        rows: list[list[tuple[str, int, int]]] = []
        header_rows = 0
        for row, is_header in _rows(table, header=False):
            found = [self._cell(cell) for cell in row if cell.tag in _CELLS]
            cells = [cell for cell, times in found for _ in range(times)]
            while cells and not cells[-1][0]:
                cells.pop()
            again = min(_number(row, _TABLE + "number-rows-repeated", 1), _MOST_REPEATED) if cells else 1
            rows += [cells] * again
            header_rows += again if is_header else 0
        yield from self.flow.table(spanned(rows), header_rows=header_rows or None)

    def _cell(self, cell: Element) -> tuple[tuple[str, int, int], int]:
        """A cell's text and what it spans, and how many times it stands there; a covered one is left to its owner."""
        times = min(_number(cell, _TABLE + "number-columns-repeated", 1), _MOST_REPEATED)
        if cell.tag == _TABLE + "covered-table-cell":
            return ("", 1, 1), 0
        texts = [self._inline(found)[0] for found in cell.iter() if found.tag in (_TEXT + "p", _TEXT + "h")]
        columns = _number(cell, _TABLE + "number-columns-spanned", 1)
        return ("\n".join(texts), columns, _number(cell, _TABLE + "number-rows-spanned", 1)), times


def _rows(element: Element, *, header: bool) -> Iterator[tuple[Element, bool]]:
    """The rows of a table, with whether they are of its header."""
    for child in element:
        if child.tag == _TABLE + "table-row":
            yield child, header
        elif child.tag in (_TABLE + "table-header-rows", _TABLE + "table-rows", _TABLE + "table-row-group"):
            yield from _rows(child, header=header or child.tag == _TABLE + "table-header-rows")


def _spaces(element: Element) -> str:
    return " " * min(_number(element, _TEXT + "c", 1), _MOST_REPEATED)


_WRITTEN: dict[str, Callable[[Element], str]] = {
    _TEXT + "s": _spaces,
    _TEXT + "tab": lambda _: "\t",
    _TEXT + "line-break": lambda _: "\n",
}


def _collapsed(text: str | None) -> str:
    """White space as ODF reads it: a run of it is one space."""
    if not text:
        return ""
    lead, tail = text[0].isspace(), text[-1].isspace()
    middle = " ".join(text.split())
    return (" " if lead else "") + middle + (" " if tail and middle else "")


def _number(element: Element, name: str, default: int) -> int:
    value = element.get(name, "")
    return max(1, int(value)) if value.isdecimal() and len(value) < 10 else default
