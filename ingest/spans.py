"""Spans and the places between them: where a text may be parted, and how good each place is."""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from ingest.types import Span

_SPACE = re.compile(r"\s*")
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


class Level(IntEnum):
    """How good a place is to end a chunk at, from the worst to the best."""

    KEEP = 0
    """After a heading or a table's header: it belongs to what follows."""
    CHARACTER = 1
    WORD = 2
    CLAUSE = 3
    """Also a line's end."""
    SENTENCE = 4
    BLOCK = 5
    """A paragraph's, row's or record's end."""
    SECTION = 6
    """Another heading begins."""
    PAGE_SECTION = 7
    """Another heading of a page begins, or another page."""
    BORDER = 8
    """No chunk goes on here."""


@dataclass(frozen=True)
class Units:
    """What a text is put together from: each unit ends where the next begins, the last at the text's end.

    White space belongs to the unit before it.
    """

    ends: list[int]
    levels: list[Level]

    def __post_init__(self) -> None:
        if len(self.ends) != len(self.levels):
            raise ValueError(f"{len(self.ends)} ends have {len(self.levels)} levels")

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def starts(self) -> list[int]:
        """Where each unit begins."""
        return [0, *self.ends[:-1]] if self.ends else []

    def within(self, span: Span) -> list[int]:
        """The places inside a span at which one unit ends and the next begins, ascending."""
        return self.ends[bisect_right(self.ends, span.start) : bisect_left(self.ends, span.end)]

    def bordered(self, offsets: Iterable[int]) -> Units:
        """The same units with a border at each of the offsets, which part a unit that they fall into."""
        levels = dict(zip(self.ends, self.levels, strict=True))
        last = self.ends[-1] if self.ends else 0
        levels.update((offset, Level.BORDER) for offset in offsets if 0 < offset < last)
        return Units(sorted(levels), [levels[end] for end in sorted(levels)])


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends; empty, at its start, where there is nothing else."""
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    end = span.start + len(part.rstrip())
    return Span(start, end) if start < end else Span(span.start, span.start)


def content_start(text: str, start: int, end: int = sys.maxsize) -> int:
    """The first place from `start` on that holds no white space; `start` where there is none before `end`."""
    found = _SPACE.match(text, start, end)
    at = found.end() if found else start
    return at if at < min(end, len(text)) else start


def is_between_characters(text: str, at: int) -> bool:
    """Whether what is seen as one character (with its accents, or an emoji of several parts) does not go on here."""
    after = text[at]
    if after < "\u0300":
        return True
    joined = _ZERO_WIDTH_JOINER in (after, text[at - 1]) or after in _SKIN_TONES
    return not (joined or unicodedata.category(after).startswith("M"))
