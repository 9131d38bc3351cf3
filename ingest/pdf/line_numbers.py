"""Numbers of lines beside the text, as courts, patents and drafts print them: they are none of its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.pdf.words import Word

_DIGITS = 5
_LEAST = {1: 8, 2: 6, 5: 4, 10: 3}
"""Numbers of a page's lines count by so many; there are at least so many of them."""
_MOST = 4
"""Where more columns count, they are a table's, or a calendar's."""
_APART = 0.5
"""The middles of two numbers in one column are no further apart than so much of their size from number to number."""
_CLEAR = 0.4
"""So much of their size beside the column of numbers is white."""
_LEVEL = 0.5
_FITTING = 0.75
"""Of the numbers so many stand at a line, with as many lines between them as they count."""
_EVEN, _MANY, _ALONE = 0.03, 20, 2
"""A ruled sheet has so many numbers, so evenly apart, and some of them stand beside no line."""
_WORDS, _GAP, _MOST_GAPS, _MOST_NUMBERS = 4.0, 3.0, 0.3, 0.3
"""Lines of prose have so many words on average; not many have such a gap, in sizes, and not many words are numbers."""
_GO_ON, _SOME_GO_ON = 0.25, 0.1
"""So many of them begin in the midst of a sentence; on a ruled sheet, where a title and addresses may stand, some."""
_SAME_PLACE = 4.0
"""Points by which the column's place may differ from page to page."""

Row = list[Word]
"""Words on one baseline, from left to right."""


@dataclass(slots=True)
class LineNumbers:
    """Finds the numbers of lines on the pages of a document, as they come."""

    known: dict[tuple[int, int], float] = field(default_factory=dict)
    """Where across a page such numbers were, roughly and exactly, and how they count."""

    def of_page(self, words: list[Word]) -> list[Word]:
        """Those of a page's words that run across it that number its lines."""
        numbers = [word for word in words if word.text.isdecimal() and len(word.text) <= _DIGITS]
        counting = [(column, step) for column in _columns(numbers) if (step := _step(column))]
        found: list[Word] = []
        for column, step in counting if len(counting) <= _MOST else ():
            if _is_clear(column, words) and (self._is_known(column, step) or _number(column, step, words)):
                found += column
                self.known[round(_middle(column[0])), step] = _middle(column[0])
        return found

    def _is_known(self, column: list[Word], step: int) -> bool:
        """Whether such numbers stood there on a page before."""
        middle = _middle(column[0])
        return any(counts == step and abs(middle - place) < _SAME_PLACE for (_, counts), place in self.known.items())


def _middle(word: Word) -> float:
    return (word.x0 + word.x1) / 2


def _columns(numbers: list[Word]) -> list[list[Word]]:
    """The numbers by where they stand across the page, each column from the top down."""
    found: list[list[Word]] = []
    for number in sorted(numbers, key=_middle):
        if found and _middle(number) - _middle(found[-1][-1]) <= _APART * number.size:
            found[-1].append(number)
        else:
            found.append([number])
    return [sorted(column, key=lambda word: word.base) for column in found if len(column) > 1]


def _step(column: list[Word]) -> int:
    """By how much the numbers count; 0 where they do not count as the numbers of lines do."""
    steps = {int(after.text) - int(before.text) for before, after in pairwise(column)}
    step = steps.pop() if len(steps) == 1 else 0
    return step if step in _LEAST and int(column[0].text) % step == 0 else 0


def _is_clear(column: list[Word], words: list[Word]) -> bool:
    """Whether nothing else stands in the column, from its first number to its last."""
    size = column[0].size
    left, right = min(word.x0 for word in column) - _CLEAR * size, max(word.x1 for word in column) + _CLEAR * size
    top, bottom = column[0].base - size, column[-1].base + size
    inside = sum(word.x0 < right and left < word.x1 and top < word.base < bottom for word in words)
    return inside == len(column)


def _number(column: list[Word], step: int, words: list[Word]) -> bool:
    """Whether the numbers count the lines of prose on one of their sides."""
    if len(column) < _LEAST[step]:
        return False
    left, right = min(word.x0 for word in column), max(word.x1 for word in column)
    top, bottom = column[0].base - step * column[0].size, column[-1].base + column[-1].size
    near = [word for word in words if top < word.base < bottom]
    for side in ([word for word in near if word.x0 >= right], [word for word in near if word.x1 <= left]):
        rows = _rows(side)
        if rows and (_count_lines(column, step, rows) or _rule_a_sheet(column, step, rows)):
            return True
    return False


def _rows(words: list[Word]) -> list[Row]:
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: word.base):
        if rows and word.base - rows[-1][0].base <= _LEVEL * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def _count_lines(column: list[Word], step: int, rows: list[Row]) -> bool:
    """Whether each number stands at a line of prose, with as many lines between two as they count."""
    at = [_level(number, rows) for number in column]
    fitting = sum(b is not None and a is not None and b - a == step for a, b in pairwise(at))
    return fitting >= _FITTING * (len(column) - 1) and _words(rows) >= _WORDS and _is_prose(rows, _GO_ON)


def _rule_a_sheet(column: list[Word], step: int, rows: list[Row]) -> bool:
    """Whether the numbers stand evenly from the top to the bottom, whatever is written beside them."""
    apart = [after.base - before.base for before, after in pairwise(column)]
    usual = median(apart)
    even = all(abs(distance - usual) <= _EVEN * usual for distance in apart)
    if step != 1 or column[0].text != "1" or len(column) < _MANY or not even:
        return False
    alone = sum(_level(number, rows) is None for number in column)
    return alone >= _ALONE and _is_prose(rows, _SOME_GO_ON)


def _level(number: Word, rows: list[Row]) -> int | None:
    """The row that stands on the number's baseline."""
    near = min(range(len(rows)), key=lambda at: abs(rows[at][0].base - number.base))
    return near if abs(rows[near][0].base - number.base) <= _LEVEL * number.size else None


def _words(rows: list[Row]) -> float:
    return sum(map(len, rows)) / len(rows)


def _is_prose(rows: list[Row], least: float) -> bool:
    """Whether so many rows begin in the midst of a sentence, and they are none of a table."""
    starts = sum(row[0].text[0].islower() for row in rows)
    gaps = sum(any(b.x0 - a.x1 > _GAP * b.size for a, b in pairwise(row)) for row in rows)
    numbers = sum(any(map(str.isdigit, word.text)) for row in rows for word in row)
    return (
        starts >= least * len(rows)
        and gaps <= _MOST_GAPS * len(rows)
        and numbers <= _MOST_NUMBERS * sum(map(len, rows))
    )
