"""Words gathered into lines: what stands on one baseline without a wide gap."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from ingest.pdf.words import Word

_SAME = 0.35
"""Baselines that differ by less of the font's size are one."""
_SMALL = 0.85
"""What is smaller than so much of its neighbour may stand higher or lower: a footnote's mark, an index."""
_OVER = 0.3
_RAISED, _LOWERED = 0.7, 0.3
"""How much an index may stand above or below the line."""
_INDEX_REACH = 0.6
_LONGEST_INDEX = 20
_WIDE = 1.0
"""A gap of more of the font's size ends a line."""
_LEAST_SIZE = 0.01
_FIRST_LEFTWARD = "\u0590"
"""The first character that may run from right to left."""
_SIZE, _BASE, _LEFT = attrgetter("size"), attrgetter("base"), attrgetter("x0")
_AFTER_MARK = 4.0
"""After the mark of a list's item, or a heading's number, a wider one does."""
_MARK = re.compile(
    r"[•‣◦⁃∙▪▫■□●○➢➤✓✔–—*\uf0b7\uf0a7\uf076\uf0d8-]|"
    r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,5}|[A-Z])[.)]|\d{3}[.)]|[1-9]\d?(?:\.\d{1,2}){0,4}|\((?:\d|[a-z])\)|\[\d{1,3}\]|[*†‡§]{1,2}"
)
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_CACHED = 20_000


@dataclass(slots=True, eq=False)
class Line:
    """Words side by side, and the rectangle around them."""

    words: list[Word]
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    base: float = 0.0
    size: float = 0.0
    row: float = 0
    """Lines with equal numbers stand on one baseline."""
    content: object = None
    """What stands here in place of words: a table."""
    bold: bool = field(default=False)

    @property
    def text(self) -> str:
        """The words, parted by spaces where there is white space between them."""
        return joined(self.words)


def ends_sentence(word: Word) -> bool:
    """Whether a sentence, or what introduces something, ends with a word."""
    return _ENDS.search(word.text) is not None


def goes_on(before: Word, after: Word) -> bool:
    """Whether a sentence goes on from the last word of a line to the first of another."""
    return after.text[0].islower() and not ends_sentence(before)


@lru_cache(_CACHED)
def is_mark(text: str) -> bool:
    """Whether the word is what stands alone before an item of a list, a numbered heading or a footnote."""
    return _MARK.fullmatch(text) is not None


def joined(words: Iterable[Word]) -> str:
    """The text of words that follow one another."""
    return "".join([word.text if word.glued else f" {word.text}" for word in words]).strip()


def line_of(words: list[Word], row: float = 0) -> Line:
    """The line of some words, from left to right."""
    if len(words) == 1:
        word = words[0]
        return Line(words, word.x0, word.y0, word.x1, word.y1, word.base, word.size, row, bold=word.bold)
    largest = max(words, key=_SIZE)
    return Line(
        words,
        min([word.x0 for word in words]),
        min([word.y0 for word in words]),
        max([word.x1 for word in words]),
        max([word.y1 for word in words]),
        largest.base,
        largest.size,
        row,
        bold=words[0].bold and all(word.bold for word in words),
    )


def standing_for(content: object, box: tuple[float, float, float, float], row: float) -> Line:
    """A line in the place of what is no line of words: it takes part in the reading order."""
    x0, y0, x1, y1 = box
    return Line([], x0, y0, x1, y1, base=y1, size=max(1.0, min(y1 - y0, 12.0)), row=row, content=content)


def without(lines: list[Line], taken: set[int]) -> list[Line]:
    """The lines without the words with these ids."""
    kept = []
    for line in lines:
        words = [word for word in line.words if id(word) not in taken]
        if len(words) == len(line.words):
            kept.append(line)
        elif words:
            kept.append(line_of(words, line.row))
    return kept


def lines_of(words: Iterable[Word]) -> list[Line]:
    """The lines of a page's upright words, from top to bottom and, on one baseline, from left to right."""
    found: list[Line] = []
    for number, row in enumerate(_rows(list(words))):
        found += [line_of(part, number) for part in _parts(row)]
    return found


def _rows(words: list[Word]) -> list[list[Word]]:
    """The words by baselines, from the uppermost down; small ones with the line that they touch."""
    rows: list[list[Word]] = []
    first = None
    for word in sorted(words, key=_BASE):
        if first is not None and word.base - first.base <= _SAME * (
            word.size if word.size < first.size else first.size  # noqa: FURB136  # a call a word: a tenth of all here
        ):
            rows[-1].append(word)
        else:
            rows.append([word])
            first = word
    if len(rows) > 1:
        _raise_small(rows)
    return [row for row in rows if row]


def _raise_small(rows: list[list[Word]]) -> None:
    """Moves small words beside larger ones, a little above or below their baseline, into their row."""
    sizes = [max([word.size for word in row]) for row in rows]
    for number, row in enumerate(rows):
        for near in (number + 1, number - 1):
            if 0 <= near < len(rows) and sizes[number] < _SMALL * sizes[near] and rows[near]:
                moved = [word for word in row if _touches(word, rows[near])]
                if moved:
                    rows[near] += moved
                    row[:] = [word for word in row if word not in moved]


def _touches(word: Word, row: list[Word]) -> bool:
    """Whether a word is an index, or a mark, of one in a row of larger type."""
    if len(word.text) > _LONGEST_INDEX:
        return False
    ahead = _AFTER_MARK if is_mark(word.text) else _INDEX_REACH
    for other in row:
        size = other.size
        if word.size >= _SMALL * size or not -_RAISED < (word.base - other.base) / size < _LOWERED:
            continue
        apart = max(other.x0 - word.x1, word.x0 - other.x1) > -_OVER * word.size  # what stands below is no index
        if apart and other.x0 - ahead * size < word.x1 and word.x0 < other.x1 + _INDEX_REACH * size:
            return True
    return False


def _parts(row: list[Word]) -> list[list[Word]]:
    """A row from left to right, cut at wide gaps; right to left where its letters run so."""
    row.sort(key=_LEFT)
    part = [row[0]]
    parts = [part]
    right = row[0].x1
    for before, word in itertools.pairwise(row):
        gap = word.x0 - right
        if gap > _WIDE * before.size and _is_wide(part, before, word, gap):
            part = []
            parts.append(part)
        part.append(word)
        if word.x1 > right:
            right = word.x1
    if _runs_left(row):
        parts = [part[::-1] for part in reversed(parts)]
    return parts


def _is_wide(part: list[Word], before: Word, word: Word, gap: float) -> bool:
    """Whether a gap between two words ends a line."""
    gaps = gap / max(before.size, word.size, _LEAST_SIZE)
    return gaps > _AFTER_MARK or (gaps > _WIDE and not _is_marked(part, word))


def _is_marked(part: list[Word], word: Word) -> bool:
    """Whether all of a line so far is a mark, and what follows is no figure."""
    return len(part) == 1 and is_mark(part[0].text) and not _is_figure(word)


def _is_figure(word: Word) -> bool:
    return any(map(str.isdigit, word.text)) or word.text in ("$", "€", "£", "—", "–", "-")


def _runs_left(row: list[Word]) -> bool:
    """Whether most of the words are Arabic, Hebrew or the like."""
    letters = [word.text[0] for word in row]
    if max(letters) < _FIRST_LEFTWARD:
        return False
    strong = sum(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters)
    return strong > 0 and strong > len(row) / 2
