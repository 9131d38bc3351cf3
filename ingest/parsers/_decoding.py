"""Bytes to text: which encoding a text file has, and its text, unchanged, a piece at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ingest.errors import UnreadableError
from ingest.parsers._codepages import as_wide, japanese, likelier

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
_ENOUGH = 30
"""From so few characters beyond ASCII no encoding is guessed but the Western ones."""
_GUESSED = frozenset((
    "big5", "big5hkscs", "cp932", "shift_jis", "euc_jp", "iso2022_jp", "cp949", "euc_kr", "johab", "iso2022_kr",
    "gb18030", "gbk", "gb2312", "cp855", "cp866", "koi8_r", "koi8_u", "cp1251", "iso8859_5", "mac_cyrillic",
    "cp1253", "iso8859_7", "cp1255", "iso8859_8", "cp1256", "iso8859_6", "cp874", "tis_620", "utf_16_le",
    "utf_16_be",
))  # fmt: skip
"""Encodings of other scripts, which are told from Western ones reliably."""
_CENTRAL = {"cp1250", "iso8859_2"}
_CENTRAL_LANGUAGES = {"Croatian", "Czech", "Hungarian", "Polish", "Romanian", "Slovak", "Slovene"}
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
    return controls > max(1, _BINARY_SHARE * len(head))


def encoding_of(file: Path) -> Encoding:
    """The encoding of a text file: by its byte order mark, UTF-8 where it is that, else guessed.

    Of other scripts charset-normalizer (3.5) tells the encoding; else it is Windows-1252 where words look like words in
    it, or that in which they do, or Latin-1.

    Raises:
        UnreadableError: it is no text.
    """
    with file.open("rb") as handle:
        head = handle.read(_HEAD)
    if looks_binary(head):
        if name := _guessed(head, wide=True) or as_wide(head):
            return Encoding(name, "replace", f"its encoding was guessed: {name}")
        raise UnreadableError("it is no text: it holds control codes", hint="is its suffix right?")
    for bom, name in BOMS:
        if head.startswith(bom):
            return Encoding(name, "replace")
    right, wrong = _as_utf8(file)
    if (wrong or b"\x1b$" in head) and (name := japanese(head)):
        return Encoding(name, "replace", f"its encoding was guessed: {name}")
    if not wrong:
        return Encoding("utf-8")
    if right >= _MOSTLY_UTF8 * wrong:
        return Encoding("utf-8", "replace", f"{wrong} bytes are no UTF-8 and were replaced")
    guess = _guessed(head)
    if guess in ("", *_CENTRAL):
        guess = likelier(head) or guess
    if guess and _decodes(file, guess):
        return Encoding(guess, warning=f"it is no UTF-8 and was read as {guess}")
    name = "cp1252" if _decodes(file, "cp1252") else "latin-1"
    return Encoding(name, warning=f"it is no UTF-8 and was read as {name}")


def _guessed(head: bytes, *, wide: bool = False) -> str:
    """The encoding that the beginning of a file most likely has, of those that are told reliably; "" for none.

    Args:
        head: The beginning.
        wide: Whether it holds control codes: then it can only be one that writes text so.
    """
    if not wide and len(head) - len(head.decode("ascii", "ignore")) < _ENOUGH:
        return ""
    if wide and not (b"\x1b" in head or _half_zero(head)):
        return ""
    from charset_normalizer import from_bytes

    best = from_bytes(head).best()
    if best is None:
        return ""
    if wide:
        return best.encoding if best.encoding.startswith(("utf_16_", "iso2022_")) else ""
    central = best.encoding in _CENTRAL and best.language in _CENTRAL_LANGUAGES
    return best.encoding if central or best.encoding in _GUESSED else ""


def _half_zero(head: bytes) -> bool:
    """Whether of every two bytes one is mostly zero and the other never: UTF-16 of a Western text."""
    counts = head[0::2].count(0), head[1::2].count(0)
    return min(counts) == 0 and max(counts) > len(head) / 4


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
