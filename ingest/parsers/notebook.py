"""Jupyter notebooks: Markdown, code, and what the code printed."""  # a part is named after its format

from __future__ import annotations

import base64
import binascii
import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from mimetypes import guess_extension
from pathlib import Path
from typing import ClassVar

from ingest.errors import UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._embedded import Pictures
from ingest.parsers._flow import unread
from ingest.parsers._lined import Headings
from ingest.parsers._markup import Markup
from ingest.parsers._parting import Parting
from ingest.parsers._records import Spot
from ingest.parsers._strict import Json, decoded, encoding_at
from ingest.parsers._window import Piece, Window
from ingest.parsers.markdown import markdown_blocks
from ingest.types import Block, BlockKind, Info, ParseEvent, Place

_PIECE = 1 << 20
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""Colours and moves of the cursor, as a terminal takes them."""
_INLINE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=-]+")
_READ_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_OLD_KEYS = {
    "text": "text/plain",
    "html": "text/html",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
}
"""What results are called in nbformat 3, and in 4."""


class Notebook(Parser):
    """Reads notebooks of nbformat 3 and 4: each block with the lines of its cell in the file.

    Of a result that is there in several forms one is read: Markdown, plain text, or HTML. Of pictures those are read by
    OCR that show lines of text.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".ipynb",)
    depends: ClassVar[tuple[str, ...]] = ("ocr", "pixels")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """Cells in order, each with what it printed; Markdown's headings stand above all that follows."""
        with file.open("rb") as handle:
            encoding = encoding_at(handle)
            window = Window(decoded(iter(partial(handle.read, _PIECE), b""), encoding), lenient=True, reach=sys.maxsize)
            root = window.whole()
            if root is None:
                deque(Parting().inside(window, Spot(), whole=False), maxlen=0)  # says where it is wrong
                raise UnreadableError("it is no notebook: its JSON is nested too deeply")
        members = root.value if isinstance(root.value, tuple) else ()
        if not any(name in ("cells", "worksheets") and isinstance(value, list) for name, value in members):
            raise UnreadableError("it is no notebook: it has no cells")
        reading = _Reading(Pictures(replace(aids, caption=None)))
        for number, piece in _cells(window.inside(root), ("cells", "worksheets")):
            yield from reading.cell(number, piece)
        yield Info(title=reading.title, warnings=unread(reading.unread))


def _cells(window: Window, names: tuple[str, ...]) -> Iterator[tuple[int, Piece]]:
    """The cells of a notebook, or of each of its worksheets, as nbformat 3 has them, with their numbers from 0."""
    for member in window.children():
        if member.name not in names or member.piece is None or not isinstance(member.piece.value, list):
            continue
        items = window.inside(member.piece)
        for number, item in enumerate(items.children()):
            if item.piece is None or not isinstance(item.piece.value, tuple):
                continue
            if member.name == "cells":
                yield number, item.piece
            else:
                yield from _cells(items.inside(item.piece), ("cells",))


@dataclass(slots=True)
class _Reading:
    """Goes through the cells of a notebook.

    Their JSON pointers are no places of the blocks: what has one is taken for a record, and searched and quoted so.
    """

    pictures: Pictures
    path: Headings = field(default_factory=list)
    title: str = ""
    unread: int = 0
    """Pictures of a form that is not read."""

    def cell(self, number: int, piece: Piece) -> Iterator[Block | Info]:
        """What a cell holds, at its place."""
        for event in self._events(f"cell {number}", _members(piece.value)):
            if isinstance(event, Block):
                yield replace(event, place=replace(event.place, lines=(piece.first, piece.last)))
            else:
                yield event

    def _events(self, name: str, cell: dict[str, Json]) -> Iterator[Block | Info]:
        kind, source = cell.get("cell_type"), _text(cell.get("source") or cell.get("input")).strip("\n")
        if kind == "code":
            yield from self._block(source, "code")
            for output in _items(cell.get("outputs")):
                yield from self._output(_members(output), name)
        elif kind == "markdown" or kind == "heading":
            level = str(cell.get("level", "1"))
            marks = "#" * min(6, int(level) if level.isdecimal() else 1) + " " if kind == "heading" else ""
            yield from self._markdown(marks + source)
            for _, attached in _pairs(cell.get("attachments")):
                yield from self._pictures(_members(attached), name)
        else:
            yield from self._block(source, "text")

    def _output(self, output: dict[str, Json], name: str) -> Iterator[Block | Info]:
        """What a cell printed, or its result in the form that reads best."""
        if output.get("output_type") in ("error", "pyerr"):
            yield from self._block(f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}", "text")
        elif output.get("output_type") == "stream":
            yield from self._block(_printed(_text(output.get("text"))), "text")
        else:
            old = {_OLD_KEYS[key]: value for key, value in output.items() if key in _OLD_KEYS}
            forms = _members(output.get("data")) or old
            yield from self._result(forms, drawn=any(form.startswith("image/") for form in forms))
            yield from self._pictures(forms, name)

    def _result(self, forms: dict[str, Json], *, drawn: bool) -> Iterator[Block]:
        plain = _printed(_text(forms.get("text/plain"))).strip()
        if "text/markdown" in forms:
            yield from self._markdown(_text(forms["text/markdown"]).strip("\n"))
        elif plain and not (drawn and plain.startswith("<")):  # <Figure size 640x480 with 1 Axes>
            yield from self._block(plain, "text")
        elif "text/html" in forms and not plain:
            yield from Markup(self._headings).blocks(_text(forms["text/html"]))

    def _markdown(self, source: str) -> Iterator[Block]:
        source, inline = _INLINE.subn("", source)
        self.unread += inline
        if source.strip():
            yield from markdown_blocks(source.rstrip() + "\n\n", self.path)
        self.title = self.title or next((title for _, title in self.path), "")

    def _pictures(self, forms: dict[str, Json], name: str) -> Iterator[Block | Info]:
        """What OCR reads in pictures, each of which is there as base64."""
        for form, value in forms.items():
            if form in _READ_PICTURES and (data := _decoded(_text(value))):
                yield from self.pictures.blocks(f"{name}{guess_extension(form)}", data, above=self._headings)
            elif form.startswith("image/"):
                self.unread += 1

    def _block(self, text: str, kind: BlockKind) -> Iterator[Block]:
        if text.strip():
            yield Block(text.rstrip() + "\n\n", kind, Place(headings=self._headings))

    @property
    def _headings(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.path)


def _pairs(value: Json) -> Iterable[tuple[str, Json]]:
    return value if isinstance(value, tuple) else ()


def _members(value: Json) -> dict[str, Json]:
    return dict(_pairs(value))


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    """A text, which may be there as a list of its lines."""
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str))


def _printed(text: str) -> str:
    """What a terminal shows of it in the end: without colours, and of a line that was written over the last state."""
    lines = _ESCAPE.sub("", text).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
