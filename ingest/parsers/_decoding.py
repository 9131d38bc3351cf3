"""Bytes to text: which encoding a text file has, and its text, unchanged, a piece at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ingest.errors import UnreadableError

_PIECE = 1 << 20
_HEAD = 1 << 16
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\b\x1b") + b"\x7f"
_BINARY_SHARE = 0.02
"""Random bytes hold a tenth of such controls, prose none."""
_MOSTLY_UTF8 = 10
"""So many right non-ASCII characters to a wrong one, and the file is taken for damaged UTF-8."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file; `warning` where that was a guess."""

    name: str
    errors: str = "strict"
    warning: str = ""


def looks_binary(head: bytes) -> bool:
    """Whether the beginning of a file holds more control codes than text does."""
    if any(head.startswith(bom) for bom, _ in BOMS):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > _BINARY_SHARE * len(head)


def encoding_of(file: Path) -> Encoding:
    """The encoding of a text file: by its byte order mark, UTF-8 where it is that, else Windows-1252 or Latin-1.

    Raises:
        UnreadableError: it is no text.
    """
    with file.open("rb") as handle:
        head = handle.read(_HEAD)
    if looks_binary(head):
        raise UnreadableError("it is no text: it holds control codes", hint="is its suffix right?")
    for bom, name in BOMS:
        if head.startswith(bom):
            return Encoding(name, "replace")
    right, wrong = _as_utf8(file)
    if not wrong:
        return Encoding("utf-8")
    if right >= _MOSTLY_UTF8 * wrong:
        return Encoding("utf-8", "replace", f"{wrong} bytes are no UTF-8 and were replaced")
    name = "cp1252" if _decodes(file, "cp1252") else "latin-1"
    return Encoding(name, warning=f"it is no UTF-8 and was read as {name}")


def _as_utf8(file: Path) -> tuple[int, int]:
    """How many characters beyond ASCII the file has as UTF-8, and how many wrong places."""
    if _decodes(file, "utf-8"):
        return 0, 0
    right = wrong = 0
    with file.open(encoding="utf-8", errors="replace", newline="\n") as handle:
        while piece := handle.read(_PIECE):
            wrong += piece.count("\ufffd")
            right += len(piece) - len(piece.encode("ascii", "ignore"))
    return right - wrong, wrong


def _decodes(file: Path, name: str) -> bool:
    try:
        with file.open(encoding=name, newline="\n") as handle:
            while handle.read(_PIECE):
                pass
    except UnicodeError:
        return False
    return True


def open_text(file: Path, encoding: Encoding, *, newline: str | None = "\n") -> TextIO:
    r"""Opens a file for reading its text unchanged; lines end at "\n" alone."""
    return file.open(encoding=encoding.name, errors=encoding.errors, newline=newline)


def lines_of(handle: TextIO, *, most: int = 65_536) -> Iterator[str]:
    """The lines with their ends; one of over `most` characters comes in pieces."""
    while line := handle.readline(most):
        yield line
