"""The columns of a table: what stands between the gaps that its rows have in common."""

from __future__ import annotations

from itertools import pairwise

from ingest.pdf.table_lines import Line, Stretch, is_currency, is_hanging, is_number, stretch_of
from ingest.pdf.words import Word

_CROSSING = 0.17
"""Of the rows so many may stand across the gap between two columns."""
_SOME = 6
MOST_COLUMNS = 150
"""A table has no more; what seems to is a drawing or was made to take time."""
_MOSTLY = 0.8
_NEAR = 1.5
_SOME_GAP = 0.2
_NUMBER_GAP = 0.42
_CLOSE = 0.8
_SMALL = 0.85
"""What is smaller is a footnote's mark."""

Column = tuple[float, float]


def columns_of(lines: list[Line]) -> list[Column]:
    """The left and right of each column, by the rows from the first one that holds values on."""
    rows = [line for line in _body(lines) if len(line.stretches) > 1]
    most = max(int(_CROSSING * len(rows)), 1 if len(rows) >= _SOME else 0)
    columns = _covered(rows, most)
    columns = _with_lone(columns, [stretch for line in rows for stretch in line.stretches])
    columns = _with_labels_inside(columns, rows)
    return _merged(columns, [stretch for line in rows for stretch in line.stretches])


def _body(lines: list[Line]) -> list[Line]:
    first = next((number for number, line in enumerate(lines) if line.values and len(line.stretches) > 1), 0)
    return lines[first:] if sum(len(line.stretches) > 1 for line in lines[first:]) > 1 else lines


def _covered(rows: list[Line], most: int) -> list[Column]:
    """Where more than `most` rows have words."""
    edges = sorted(
        [(stretch.x0, 1) for line in rows for stretch in line.stretches]
        + [(stretch.x1, -1) for line in rows for stretch in line.stretches],
        key=lambda edge: (edge[0], -edge[1]),
    )
    found: list[Column] = []
    depth, start = 0, 0.0
    for at, step in edges:
        if step > 0 and depth == most:
            start = at
        depth += step
        if step < 0 and depth == most and at > start:
            found.append((start, at))
    return found


def _with_lone(columns: list[Column], stretches: list[Stretch]) -> list[Column]:
    """The columns, and one more for what stands in no column at all."""
    for stretch in stretches:
        if len(columns) > MOST_COLUMNS:
            break
        if not any(left < stretch.x1 and stretch.x0 < right for left, right in columns):
            columns = sorted([*columns, (stretch.x0, stretch.x1)])
    return columns


def _with_labels_inside(columns: list[Column], rows: list[Line]) -> list[Column]:
    """The columns, a single cell close before one joined to it where no row has both: the word before a sum."""
    if len(columns) < 3 or len(columns) > MOST_COLUMNS:
        return columns
    found = columns[:1]
    for column in columns[1:]:
        before = found[-1]
        if column[0] - before[1] < _CLOSE * rows[0].size and len(found) > 1 and _is_label_inside(before, column, rows):
            found[-1] = (before[0], column[1])
        else:
            found.append(column)
    return found


def _is_label_inside(left: Column, right: Column, rows: list[Line]) -> bool:
    labels, values = ([_in(line, column) for line in rows] for column in (left, right))
    found = [stretch for held in labels for stretch in held]
    if len(found) != 1 or any(label and value for label, value in zip(labels, values, strict=True)):
        return False
    return not found[0].numeric or is_currency(found[0].text)


def _in(line: Line, column: Column) -> list[Stretch]:
    return [stretch for stretch in line.stretches if column[0] - 0.1 <= stretch.x0 and stretch.x1 <= column[1] + 0.1]


def _merged(columns: list[Column], stretches: list[Stretch]) -> list[Column]:
    """Columns of currency signs joined to what stands right of them, of percent signs and marks to what stands left."""
    kinds = [_kind(column, stretches) for column in columns]
    found: list[Column] = []
    joins = False
    for column, kind in zip(columns, kinds, strict=True):
        if found and (joins or kind == "hanging"):
            found[-1] = (found[-1][0], max(column[1], found[-1][1]))
        else:
            found.append(column)
        joins = kind == "currency"
    return found


def _kind(column: Column, stretches: list[Stretch]) -> str:
    words = [
        word
        for stretch in stretches
        if column[0] - 1 <= stretch.x0 and stretch.x1 <= column[1] + 1
        for word in stretch.words
    ]
    if words and sum(is_currency(word.text) for word in words) >= _MOSTLY * len(words):
        return "currency"
    if not words or not all(is_hanging(word.text) for word in words):
        return "cells"
    size = max(word.size for stretch in stretches for word in stretch.words)
    return "hanging" if all(word.size < _SMALL * size or not is_number(word.text) for word in words) else "cells"


def placed(stretch: Stretch, columns: list[Column]) -> list[tuple[int, Stretch]]:
    """In which column a stretch stands; one of numbers that reaches over several is parted."""
    x0, x1 = stretch.x0, stretch.x1
    touched = [
        number for number, (left, right) in enumerate(columns) if left < x1 and x0 < right and x0 < x1 and left < right
    ]
    if len(touched) > 1 and stretch.numeric and len(stretch.words) > 1:
        return _parted(stretch, columns)
    if len(touched) > 1 and stretch.numeric:
        return [(max(touched, key=lambda number: _shared(stretch, columns[number])), stretch)]
    if len(touched) > 1:
        return _cut(stretch, touched, columns)
    if touched:
        return [(touched[0], stretch)]
    return [(nearest((stretch.x0 + stretch.x1) / 2, columns), stretch)]


def _shared(stretch: Stretch, column: Column) -> float:
    return min(stretch.x1, column[1]) - max(stretch.x0, column[0])


def nearest(at: float, columns: list[Column]) -> int:
    """The number of the column that is closest to a place."""
    return min(range(len(columns)), key=lambda number: max(columns[number][0] - at, at - columns[number][1], 0.0))


def _cut(stretch: Stretch, touched: list[int], columns: list[Column]) -> list[tuple[int, Stretch]]:
    """Words that reach over several columns: cut where one begins as the column does, or is a number in it."""
    found: list[tuple[int, list[Word]]] = [(touched[0], [stretch.words[0]])]
    for before, word in pairwise(stretch.words):
        gap = (word.x0 - before.x1) / word.size
        column = next(
            (number for number in touched if number > found[-1][0] and _begins(word, columns[number], gap)), None
        )
        if column is not None:
            found.append((column, []))
        found[-1][1].append(word)
    if len(found) == 1:
        return [(touched[0], stretch)]
    return [(number, stretch_of(words, max(word.size for word in words))) for number, words in found]


def _begins(word: Word, column: Column, gap: float) -> bool:
    """Whether a word after a gap, in font sizes, is the first of a column's cell."""
    if is_hanging(word.text):
        return False
    starts = abs(word.x0 - column[0]) <= _NEAR and gap > _SOME_GAP
    fits = column[0] - _NEAR <= word.x0 and abs(word.x1 - column[1]) <= 2 * _NEAR
    return starts or (fits and gap > _NUMBER_GAP and is_number(word.text))


def _parted(stretch: Stretch, columns: list[Column]) -> list[tuple[int, Stretch]]:
    found: list[tuple[int, Stretch]] = []
    for word in stretch.words:
        number = nearest((word.x0 + word.x1) / 2, columns)
        if is_currency(word.text) and word is not stretch.words[-1]:
            following = stretch.words[stretch.words.index(word) + 1]
            number = nearest((following.x0 + following.x1) / 2, columns)
        if found and found[-1][0] == number:
            last = found[-1][1]
            found[-1] = (number, Stretch([*last.words, word], last.x0, word.x1, last.numeric, last.value))
        else:
            found.append((number, Stretch([word], word.x0, word.x1, stretch.numeric, stretch.value)))
    return found


def gutters(columns: list[Column]) -> list[float]:
    """The middles of the white between columns."""
    return [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
