"""What encoding a text file says it has: markup and code name it in their first lines."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.parsers._decoding import Encoding, encoding_of

_HEAD = 4_096
_PIECE = 1 << 20
_SAID = re.compile(
    rb"""\A\s*+<\?xml[^>]+?encoding\s*=\s*["']([\w.:-]+)
    | \A\s*+(?=<).*?<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)
    | \A(?:[^\n]*\n)?[ \t\f]*\#[^\n]*?coding[:=][ \t]*([\w.-]+)
    | \A@charset\s+["']([\w.:-]+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""In XML, in HTML, in a comment of code (as PEP 263 has it), in a style sheet."""
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"}
"""What browsers read under a name, as the Encoding Standard has it: with quotes and dashes where it has controls."""
_WIDER = {"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "big5": "big5hkscs"}
"""What a name is used for as well."""
_KNOWN = re.compile(r"cp\d+|iso8859|koi8|mac_|gb|shift_jis|big5|euc_|johab|ptcp|kz1048|iso2022|hz$")
_LOOKS_LIKE_ASCII = ("iso2022", "hz")


_FEW = 100
"""Of so many characters one may be wrong: pages are put together from parts."""


def declared_or_found(file: Path) -> Encoding:
    """The encoding that the file names, if its bytes are that; else the one that is found by looking at them.

    Raises:
        UnreadableError: it is no text.
    """
    with file.open("rb") as handle:
        head = handle.read(_HEAD)
    name = _declared(head)
    if not name or (not name.startswith(_LOOKS_LIKE_ASCII) and _decoded(file, "utf-8")[0] == 0):
        return encoding_of(file)  # what is UTF-8 is never anything else, whatever it says
    wrong, characters = _decoded(file, name)
    if wrong and name in _WIDER:
        name = _WIDER[name]
        wrong, characters = _decoded(file, name)
    if wrong * _FEW > characters:
        return encoding_of(file)
    warning = f"{wrong} bytes are no {name} and were replaced" if wrong else ""
    return Encoding(name, "replace" if wrong else "strict", warning)


def _declared(head: bytes) -> str:
    """The name of a codec; "" where none is named, or one that a byte order mark or the bytes themselves tell."""
    if head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    found = _SAID.search(head)
    try:
        name = codecs.lookup(next(filter(None, found.groups())).decode("ascii")).name if found else ""
    except LookupError:
        return ""
    name = _MEANT.get(name, name)
    return name if _KNOWN.match(name) else ""


def _decoded(file: Path, name: str) -> tuple[int, int]:
    """How many wrong places a file has under an encoding, and how many characters."""
    wrong = characters = 0
    with file.open(encoding=name, errors="replace", newline="\n") as handle:
        while piece := handle.read(_PIECE):
            wrong += piece.count("\ufffd")
            characters += len(piece)
    return wrong, characters
