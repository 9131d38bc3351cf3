"""Where on a page tables are: runs of lines whose gaps stand above one another."""

from __future__ import annotations

import re
from itertools import islice
from statistics import median

from ingest.pdf.table_columns import MOST_COLUMNS
from ingest.pdf.table_edges import HEADER_FAR
from ingest.pdf.table_lines import Line, Stretch, is_period, united

_FAR = 3.2
"""Lines further apart than so much of the font's height belong to two tables."""
_APART = 1.8
"""A table that begins with names over all of its numbers ends what is so much farther above it than its rows are."""
_NARROW = 0.35
"""Gaps of two lines stand above one another where they share so much of the font's height."""
_LEAST_LINES = 2
_MOST_LABELS = 10
"""So many lines of labels may stand between two rows of numbers."""
_PROSE_WIDTH = 0.72
"""A line without gaps that fills so much of the region's width is prose, …"""
_PROSE_WORDS = 7
"""… if it has so many words."""
_MARK = re.compile(
    r"[•●▪◦‣○■–—·*†‡§-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\)?|\[\w{1,6}\]|[\uf000-\uf0ff]|\d{1,3}|[☐☑☒□]"
)

_BULLETS = frozenset("•▪◦‣■●➢➤\uf0b7\uf0a7")
_TALLEST_HEADER = 8

Gap = tuple[float, float]


def gaps(line: Line) -> list[Gap]:
    """The gaps between the line's stretches."""
    found = []
    right = line.stretches[0].x1
    for stretch in line.stretches[1:]:
        if stretch.x0 > right:
            found.append((right, stretch.x0))
        right = max(right, stretch.x1)
    return found


def regions(lines: list[Line]) -> list[tuple[int, int]]:
    """Runs of lines that may be tables, each from its first line with a gap to its last: start and end in `lines`."""
    found: list[tuple[int, int]] = []
    start = end = 0
    for number, line in enumerate(lines):
        held = lines[start:end]
        if held and (not _near(lines[number - 1], line) or _is_prose(held, lines[end:number])):
            found.append((start, end))
            held = []
        if not 2 <= len(line.stretches) <= MOST_COLUMNS and not (held and _lone_value(held, line)):
            start, end = (start, end) if held else (number, number)
            continue
        if held and not _fits(held, line):
            found.append((start, end))
            held = []
        start, end = (start if held else number), number + 1
    found.append((start, end))
    cut = [part for start, end in found for part in _at_headers(lines, start, end)]
    cut = [part for start, end in cut for part in _at_gap(lines, start, end)]
    return [
        (start, end)
        for number, (start, end) in enumerate(cut)
        if _is_table(lines[start:end]) and not (number + 1 < len(cut) and _heads(lines, cut[number], cut[number + 1]))
    ]


def _heads(lines: list[Line], upper: tuple[int, int], lower: tuple[int, int]) -> bool:
    """Whether a run of lines without numbers is the header of the run right below it."""
    start, end = upper
    close = lower[0] - end <= 1 and lines[lower[0]].base - lines[end - 1].base <= HEADER_FAR * lines[end - 1].size
    return (
        close
        and not stands_apart(lines, *lower)
        and end - start <= _TALLEST_HEADER
        and not any(line.values for line in lines[start:end])
        and any(line.values for line in lines[lower[0] : lower[1]])
    )


def _at_gap(lines: list[Line], start: int, end: int) -> list[tuple[int, int]]:
    """The run of lines, cut where a table with a header of its own begins below a gap: an invoice's items, say."""
    at = next((number for number in range(start + 1, end) if stands_apart(lines, number, end)), start)
    return [(start, at), (at, end)] if at > start else [(start, end)]


def stands_apart(lines: list[Line], start: int, end: int) -> bool:
    """Whether a run of lines begins with a header of its own and the line above is farther than its rows from it."""
    if start == 0 or end - start < 1 + _LEAST_LINES:
        return False
    first, second = lines[start : start + 2]
    if first.values or not second.values or first.base - lines[start - 1].base <= _APART * (second.base - first.base):
        return False
    values = lines[start + 1 : end]
    numbers = united([found for line in values for found in _ranges(line)])
    counts = [sum(stretch.value for stretch in line.stretches[1:]) for line in values if line.values]
    return _names_over(first, numbers) >= max(2, median(counts))


def _at_headers(lines: list[Line], start: int, end: int) -> list[tuple[int, int]]:
    """The run of lines, cut before each further header that stands in it."""
    found = []
    numbers: list[Gap] = []
    counts: list[int] = []
    last = start
    for number in range(start, end):
        line = lines[number]
        if line.values:
            numbers = united([*numbers, *_ranges(line)])
            counts.append(sum(stretch.value for stretch in line.stretches[1:]))
            last = number + 1
        elif numbers and _names_over(line, numbers) >= max(2, median(counts) / 2):
            found.append((start, last))
            start, numbers, counts = number, [], []
    return [*found, (start, end)]


def _ranges(line: Line) -> list[Gap]:
    """Where the line's numbers stand, from their currency signs on."""
    found = []
    left = None
    for stretch in line.stretches[1:]:
        if stretch.value:
            found.append((stretch.x0 - line.size if left is None else left, stretch.x1 + 0.5 * line.size))
        left = stretch.x0 if stretch.numeric and not stretch.value else None
    return found


def _names_over(line: Line, numbers: list[Gap]) -> int:
    """How many words or years stand where the lines before have numbers; none if there is anything else."""
    over = [
        stretch
        for stretch in line.stretches
        if any(left < stretch.x1 and stretch.x0 < right for left, right in numbers)
    ]
    return len(over) if all(_is_name(stretch) for stretch in over) else 0


def _is_name(stretch: Stretch) -> bool:
    return not stretch.numeric or (not stretch.value and any(is_period(word.text) for word in stretch.words))


def _near(before: Line, line: Line) -> bool:
    return line.base - before.base <= _FAR * max(line.size, before.size)


def _lone_value(held: list[Line], line: Line) -> bool:
    """Whether the line is one number that stands beneath others: a sum without a label."""
    stretch = line.stretches[0]
    return stretch.numeric and any(
        other.numeric and other.x0 < stretch.x1 and stretch.x0 < other.x1
        for before in held[-3:]
        for other in before.stretches[1:]
    )


def _is_prose(held: list[Line], waiting: list[Line]) -> bool:
    """Whether the lines without a gap since the last one with some are no more labels but running text."""
    if not waiting:
        return False
    left, right = min(line.x0 for line in held), max(line.x1 for line in held)
    wide = [
        line
        for line in waiting
        if line.x0 < left + 1.5 * line.size
        and line.x1 > left + _PROSE_WIDTH * (right - left)
        and len(line.words) >= _PROSE_WORDS
    ]
    return len(wide) >= 2 or len(waiting) > _MOST_LABELS or bool(wide and wide[-1].x1 > left + 0.9 * (right - left))


def _fits(held: list[Line], line: Line) -> bool:
    """Whether a gap of the line stands below one of the lines before it."""
    own = gaps(line)
    if not own:
        return True
    before = list(islice((other for other in reversed(held) if len(other.stretches) > 1), 4))
    for other in before:
        if any(abs(line.x0 - stretch.x0) < 0.5 * line.size for stretch in other.stretches[1:]) and not line.values:
            return True
        for left, right in gaps(other):
            least = _NARROW * min(line.size, other.size)
            if any(min(right, end) - max(left, start) >= least for start, end in own):
                return True
    return False


def _is_table(region: list[Line]) -> bool:
    """Whether a run of lines is a table: two rows of numbers, or three of words that begin below one another."""
    rows = [line for line in region if len(line.stretches) > 1]
    if len(rows) < _LEAST_LINES or _is_list(rows):
        return False
    if any(line.values for line in rows) and sum(_has_numbers(line) for line in rows) >= _LEAST_LINES:
        return True
    return _one_row(rows) or _aligned(rows)


def _one_row(rows: list[Line]) -> bool:
    """Whether the lines are a header and one row of numbers."""
    valued = [line for line in rows if line.values]
    return len(valued) == 1 and any(_names_over(line, _ranges(valued[0])) > 1 for line in rows if not line.values)


def _has_numbers(line: Line) -> bool:
    return any(stretch.numeric for stretch in line.stretches[1:])


def _is_list(rows: list[Line]) -> bool:
    """Whether the rows are items of a list, or lines of a table of contents' text with marks before them."""
    return sum(map(_is_item, rows)) > 0.6 * len(rows)


def _is_item(line: Line) -> bool:
    """Whether a line is an item of a list, or items of lists with bullets that stand beside one another."""
    first, *others = [stretch.text for stretch in line.stretches[::2]]
    if line.values or len(line.stretches) % 2 or _MARK.fullmatch(first) is None:
        return False
    return all(text in _BULLETS for text in (first, *others)) if others else True


def _aligned(rows: list[Line]) -> bool:
    """Whether the second stretches, or what stands above one another, begin or are centred at one place, thrice."""
    if len(rows) < 3:
        return False
    size = median(line.size for line in rows)
    places: dict[int, int] = {}
    for line in rows:
        for stretch in line.stretches[1:]:
            for place in {round(stretch.x0 / size), round((stretch.x0 + stretch.x1) / 2 / size) + 10_000}:
                places[place] = places.get(place, 0) + 1
    return max(places.values(), default=0) >= max(3, 0.5 * len(rows))
