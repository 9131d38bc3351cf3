"""Encodings that statistics of bytes do not tell: each is tried, and the one kept whose words look like words."""

from __future__ import annotations

import re

_TRIED = ("cp1250", "iso8859_2", "cp850", "mac_roman", "cp1251", "koi8_r", "cp866", "iso8859_5", "cp1253")
_LEAST, _FEW = 2, 6
"""So many places within words that no language has, and characters beyond ASCII: fewer may be slips."""
_SHARE, _BETTER = 0.1, 0.25
"""Of the characters beyond ASCII, and of the odd ones of Windows-1252, that may be left."""
_ODD = re.compile(
    r"[\x80-\x9f\ufffd]|(?<=[^\W\d_])[^\w\s\x00-\x7f’‘–—·…°´\xad]+(?=[^\W\d_])",
)
_CAPITAL = re.compile(r"(?<=[^\W\d_])[^\W\d_](?=[^\W\d_])")
_LANGUAGES = (
    ("cp1254", re.compile("[ýþðÝÞÐ]"), "çöü", "áæóúíåøãõñ"),  # Turkish, that is no Icelandic
    ("cp1250", re.compile("[õûÕÛ]"), "áéíóöüú", "ãçàèêëîïôâñåäæøßœ"),  # Hungarian, that is no Portuguese or French
)
"""The encoding, its letters as they look in Windows-1252, letters of the language beside them, and those it has not."""
_KANA = re.compile("[\u3041-\u30ff]")
_KANA_SHARE = 0.15
_WIDE_SHARE = 0.9
_LEAST_WIDE = 16
"""Characters from which on UTF-16 without a mark is told."""


def likelier(head: bytes) -> str:
    """The single-byte encoding in which the beginning of a text looks like words, where in Windows-1252 it does not."""
    western = head.decode("cp1252", "replace")
    count, odd = _beyond_ascii(western), _odd(western)
    if count < _FEW or ("\ufffd" not in western and (odd < _LEAST or odd < _SHARE * count)):
        return _by_letters(western)
    best = min(_TRIED, key=lambda name: _odd(head.decode(name, "replace")))
    return best if _odd(head.decode(best, "replace")) <= _BETTER * odd else ""


def _by_letters(western: str) -> str:
    """The encoding of a language whose letters are letters in Windows-1252 too, though not together."""
    for name, wrong, beside, never in _LANGUAGES:
        found = {char for char in western.lower() if not char.isascii()}
        if len(wrong.findall(western)) > 1 and found & set(beside) and not found & set(never):
            return name
    return ""


def _odd(text: str) -> int:
    """How many signs stand within words, and capitals after small letters, ASCII aside."""
    capitals = sum(
        found[0].isupper() and text[found.start() - 1].islower() and ord(found[0]) > 0x7F
        for found in _CAPITAL.finditer(text)
    )
    return sum(map(len, _ODD.findall(text))) + capitals


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def japanese(head: bytes) -> str:
    """EUC-JP or ISO-2022-JP where the beginning of a text is that, by the kana in it; "" where it is not."""
    if b"\x1b$" not in head and head.isascii():
        return ""
    for name in ("iso2022_jp", "euc_jp"):
        if (name == "iso2022_jp") != (b"\x1b$" in head):
            continue
        text = head.decode(name, "replace").rstrip("\ufffd")
        if "\ufffd" not in text and len(_KANA.findall(text)) > _KANA_SHARE * _beyond_ascii(text):
            return name
    return ""


def as_wide(head: bytes) -> str:
    """UTF-16 without a byte order mark, of whatever script: all of it are letters, digits, spaces and marks."""
    head = head[: len(head) // 2 * 2]
    scores = {name: _wide_score(head, name) for name in ("utf_16_le", "utf_16_be")}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else ""


def _wide_score(head: bytes, name: str) -> int:
    """How many spaces, line ends and marks of all scripts the text has; 0 where it is none."""
    try:
        text = head.decode(name)
    except UnicodeDecodeError:
        return 0
    signs = sum(char in " \n\r\t,.;:-()\u3002\u3001\uff0c" for char in text)
    letters = sum(char.isalnum() for char in text)
    return signs if len(text) >= _LEAST_WIDE and letters + signs >= _WIDE_SHARE * len(text) else 0
