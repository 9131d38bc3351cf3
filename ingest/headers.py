"""A table's header said in fewer words: where it does not fit whole, no column's name and no level is lost."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

_MARK = re.compile(r"\s?\((?:[a-z]|\d{1,2})(?:, ?(?:[a-z]|\d{1,2}))*\)(?![^\s;|:,])")
"""A footnote's mark behind a name."""
_BETWEEN = re.compile(r"(; | \| |: )")
_LONG_NAME = 8
"""So many words has the name of a column; what is longer, behind them, is a caption."""


def shortened(header: str, fits: Callable[[str], bool]) -> str:
    """The header, or the longest of its shorter forms that fits; the shortest where none does.

    Shorter is one without footnotes' marks and with each name only once, then without the sections and the caption
    that follow the names, then one whose longest names have lost their last words.
    """
    form = ""
    for form in _forms(header):
        if fits(form):
            return form
    parts = _parts(form)
    order = _words_to_drop([len(name.split()) for _, name in parts])
    fewest = bisect_left(range(len(order)), 1, key=lambda count: fits(_without(parts, order[:count])))
    return _without(parts, order[:fewest])


def _forms(header: str) -> Iterator[str]:
    yield header
    plain = _MARK.sub("", header)
    yield _once(plain)
    yield _once(_columns(plain))


def _words_to_drop(words: list[int]) -> list[int]:
    """The numbers of the names that lose a word, in turn: always the longest one, until each has one word left."""
    left = list(words)
    order = []
    for most in range(max(left, default=1), 1, -1):
        for number in reversed(range(len(left))):
            if left[number] == most:
                left[number] -= 1
                order.append(number)
    return order


def _without(parts: list[tuple[str, str]], dropped: list[int]) -> str:
    """The header with one word less of a name for each time that its number is in `dropped`."""
    kept = []
    for number, (between, name) in enumerate(parts):
        words = name.split()
        kept.append((between, " ".join(words[: len(words) - dropped.count(number)])))
    return _joined(kept)


def _parts(header: str) -> list[tuple[str, str]]:
    """The names in order, each with what stands before it."""
    found = _BETWEEN.split(header)
    return list(zip(["", *found[1::2]], found[::2], strict=True))


def _joined(parts: list[tuple[str, str]]) -> str:
    return "".join(between + name for between, name in parts)


def _once(header: str) -> str:
    """Without the names that were said before."""
    kept: dict[str, tuple[str, str]] = {}
    for between, name in _parts(header):
        kept.setdefault(name.strip().casefold(), (between if kept else "", name))
    return _joined(list(kept.values()))


def _columns(header: str) -> str:
    """Without the sections and the caption that follow the names of the columns."""
    parts = header.split("; ")
    while len(parts) > 1 and _follows(parts[-1]):
        del parts[-1]
    return "; ".join(parts)


def _follows(part: str) -> bool:
    """Whether a part at the end names no column."""
    names = " | " in part or ": " in part
    return not names and (part.endswith(":") or " › " in part or len(part.split()) > _LONG_NAME)
