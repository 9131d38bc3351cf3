"""What stands side by side and is no row: columns of prose, two tables beside one another."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, takewhile
from operator import attrgetter

from ingest.pdf.columns import are_past
from ingest.pdf.lines import Line as PageLine
from ingest.pdf.lines import goes_on, line_of
from ingest.pdf.rules import Rule
from ingest.pdf.table_columns import Column
from ingest.pdf.table_lines import Line, Stretch, is_number

_LEAST = 6
"""Columns of prose have at least so many lines."""
_PROSE_WORDS, _LONG_WORDS = 4, 2
_FILLED = 0.55
_PROSE = 0.55
_SOME_PROSE = 0.35
_MOSTLY_PROSE = 0.7
_CLOSE = 1.5
_SOON = 6.0
_ALIGNED = 0.5
_DEEPEST = 4
_FULL = 0.6
_ACROSS = 0.6
_BOTH = 3
_OFTEN = 0.3
_BIN = 4.0
_BINS = 500
_MARGIN = 0.15
_CANDIDATES = 4
_TITLE = re.compile(
    r"(?:table|tabelle|tabella|tableau|tabla|tabela|exhibit|schedule|chart|figure|panel)\s+[\dIVXA-Z]", re.IGNORECASE
)
_TITLES = 2
"""Two titles of tables are in the first so many lines."""
_LOWER = 2
"""Of two tables beside one another one ends so many rows before the other; the right one, one more."""
_BASE = attrgetter("base")


def zones(lines: list[PageLine], depth: int = 0) -> list[list[PageLine]]:
    """The lines in groups that are read apart: each column of prose, with the tables in it, and what is outside."""
    if not depth:
        lines = [part for line in lines for part in _at_gaps(line)]
    rows: Counter[float] = Counter(line.row for line in lines)
    if depth < _DEEPEST and sum(count > 1 for count in rows.values()) >= _LEAST / 2:
        for at in _edges(lines):
            split = _split(lines, at)
            if split is not None:
                return [zone for part in split if part for zone in zones(part, depth + 1)]
    return [lines] if lines else []


def _at_gaps(line: PageLine) -> list[PageLine]:
    """The line, cut where a wide gap was left in it: after what may be a list's mark, or a number."""
    if len(line.words) == 1 or line.words[1].x0 - line.words[0].x1 <= line.size:
        return [line]
    return [line_of(line.words[:1], line.row), line_of(line.words[1:], line.row)]


def _edges(lines: list[PageLine]) -> list[float]:
    """Where many rows have a gap, away from the page's edges: the middles of such places."""
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    step = max(_BIN, (right - left) / _BINS)
    votes: Counter[int] = Counter()
    rows: dict[float, list[PageLine]] = {}
    for line in lines:
        rows.setdefault(line.row, []).append(line)
    for row in rows.values():
        row.sort(key=lambda line: line.x0)
        for before, after in pairwise(row):
            if before.x1 < after.x0:
                votes.update(range(int(before.x1 / step) + 1, int(after.x0 / step) + 1))
    margin = _MARGIN * (right - left)
    likely = [
        place for place, count in votes.items() if count >= _LEAST / 2 and left + margin < step * place < right - margin
    ]
    found: list[int] = []
    for place in sorted(likely, key=lambda place: (-votes[place], abs(step * place - (left + right) / 2))):
        if all(abs(place - other) > 3 for other in found):
            found.append(place)
        if len(found) == _CANDIDATES:
            break
    return [step * place for place in found]


def _split(lines: list[PageLine], at: float) -> list[list[PageLine]] | None:
    """Above, left, right and below of the longest run of lines that cross not a place; None if it is no gutter."""
    best: list[PageLine] = []
    run: list[PageLine] = []
    for line in sorted(lines, key=_BASE):
        if line.x0 < at - 1 and line.x1 > at + 1:
            best, run = (run if len(run) > len(best) else best), []
        else:
            run.append(line)
    best = max(best, run, key=len)
    left = [line for line in best if line.x1 <= at + 1]
    right = [line for line in best if line.x1 > at + 1]
    if not _apart(left, right):
        return None
    chosen = set(map(id, best))
    top = min(line.base for line in best)
    rest = [line for line in lines if id(line) not in chosen]
    return [
        [line for line in rest if line.base < top],
        left,
        right,
        [line for line in rest if line.base >= top],
    ]


def _apart(left: list[PageLine], right: list[PageLine]) -> bool:
    """Whether two sides are read one after the other: both are prose, or one is and they do not stand on one level."""
    if min(len(left), len(right)) < _LEAST:
        return False
    scores = _prose(left), _prose(right)
    if min(scores) >= _PROSE or (min(scores) >= _SOME_PROSE and max(scores) >= _MOSTLY_PROSE):
        return True
    rows = {line.row for line in left}
    level = sum(line.row in rows for line in right) / min(len(left), len(right))
    return max(scores) >= _PROSE and level < _ALIGNED


def _prose(lines: list[PageLine]) -> float:
    """How much of the rows are lines of prose, close to others of it."""
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    rows = Counter(line.row for line in lines)
    bases = [
        (line.base, line.size)
        for line in sorted(lines, key=_BASE)
        if rows[line.row] == 1
        and len(line.words) >= _PROSE_WORDS
        and line.x1 - line.x0 >= _FILLED * (right - left)
        and sum(is_number(word.text) for word in line.words) < 0.4 * len(line.words)
    ]
    near = [after[0] - before[0] <= _CLOSE * before[1] for before, after in pairwise(bases)]
    full = sum(above or below for above, below in zip([False, *near], [*near, False], strict=True)) if bases else 0
    return full / len(rows)


def parted(lines: list[Line], columns: list[Column], rules: list[Rule]) -> float | None:
    """Where two tables stand beside one another, the place between them."""
    texts = [_is_text(lines, column) for column in columns]
    for number in range(2, len(columns) - 1):
        left, right = columns[number - 1][1], columns[number][0]
        labelled = texts[0] and texts[number] and not texts[number - 1] and not all(texts[number:])
        if labelled and (_rules_end(rules, left, right, lines) or _unlevel(lines, right) or _goes_lower(lines, right)):
            return right - 1
        if _goes_on_beside(lines, columns, number):
            return right - 1
        if (title := _second_title(lines, columns[0][0], right)) is not None:
            return min(title, right) - 1
    return None


def _second_title(lines: list[Line], first: float, second: float) -> float | None:
    """Where the second of two titles begins that count tables, above where the two begin, in one of the first lines."""
    for line in lines[:_TITLES]:
        starts = [stretch.x0 for stretch in line.stretches if _TITLE.match(stretch.text)]
        if len(starts) != 2 or len(line.stretches) != 2:
            continue
        if abs(starts[0] - first) < line.size and abs(starts[1] - second) < line.size:
            return starts[1]
    return None


def _goes_lower(lines: list[Line], at: float) -> bool:
    """Whether all lines have words on both sides of a place, but for several rows with numbers at one side's end."""
    left, right = zip(*[_sides_of(line, at) for line in lines], strict=True)
    for side, other, least in ((right, left, _LOWER), (left, right, _LOWER + 1)):
        lower = list(takewhile(lambda pair: not pair[1], zip(reversed(side), reversed(other), strict=True)))
        upper = list(zip(side, other, strict=True))[: len(lines) - len(lower)]
        if len(lower) >= least and len(upper) >= _BOTH and all(a and b for a, b in upper):
            return all(len(one) > 1 and any(stretch.value for stretch in one) for one, _ in lower)
    return False


def _sides_of(line: Line, at: float) -> tuple[list[Stretch], list[Stretch]]:
    return (
        [stretch for stretch in line.stretches if stretch.x0 < at - 1],
        [stretch for stretch in line.stretches if stretch.x0 >= at - 1],
    )


def _goes_on_beside(lines: list[Line], columns: list[Column], half: int) -> bool:
    """Whether a list goes on beside itself: the columns' names come twice, and the first column's cells rise on."""
    rows = [line for line in lines if len(line.stretches) == len(columns)]
    if len(columns) != 2 * half or len(rows) <= _BOTH:
        return False
    names = [stretch.text for stretch in rows[0].stretches]
    if names[:half] != names[half:]:
        return False
    keys = [line.stretches[at].text.casefold() for at in (0, half) for line in rows[1:]]
    digits = max(map(len, keys)) if all(map(str.isdecimal, keys)) else 0
    return all(before.zfill(digits) < after.zfill(digits) for before, after in pairwise(keys))


def are_prose(lines: list[Line], columns: list[Column], rules: list[Rule]) -> bool:
    """Whether many lines fill both the first column and another one: prose, read one after the other.

    Not where lines across part rows.
    """
    top, bottom = lines[0].base, lines[-1].base - lines[-1].size
    width = columns[-1][1] - columns[0][0]
    if sum(top < rule.y0 < bottom and rule.x1 - rule.x0 > _ACROSS * width and rule.across for rule in rules) > 1:
        return False
    if _runs_past(lines, columns):
        return True
    rows = [line for line in lines if len(line.stretches) > 1]
    both = 0
    for line in rows:
        filled = [number for number, column in enumerate(columns) if _fills(line, column)]
        both += len(filled) > 1 and filled[0] == 0 and not line.values
    return both >= _BOTH and both >= _OFTEN * len(rows)


def _runs_past(lines: list[Line], columns: list[Column]) -> bool:
    """Whether prose right of the first column goes on in the midst of its sentences where items of a list begin there.

    The list has an item a line until it ends, as the labels of rows that take several lines have not.
    """
    sides = [_sides_of(line, columns[1][0]) for line in lines]
    dense = list(takewhile(lambda side: side[0], sides[1:]))
    past = [
        bool(after[1] and before[1]) and goes_on(before[1][-1].words[-1], after[1][0].words[0])
        for before, after in pairwise([sides[0], *dense])
        if not after[0][0].words[0].text[0].islower()
    ]
    if any(left for left, _ in sides[1 + len(dense) :]) or any(left[0].numeric for left, _ in dense):
        return False
    return are_past(past, _LEAST - 1)


def _fills(line: Line, column: Column) -> bool:
    """Whether the line has prose over most of the column's width."""
    inside = [stretch for stretch in line.stretches if stretch.x0 < column[1] and column[0] < stretch.x1]
    words = [word for stretch in inside if not stretch.numeric for word in stretch.words]
    goes_on = len(words) >= _LONG_WORDS and words[0].text[0].islower()  # in the midst of a sentence, as few cells are
    return (goes_on or len(words) >= _PROSE_WORDS) and inside[-1].x1 - inside[0].x0 >= _FULL * (column[1] - column[0])


def _is_text(lines: list[Line], column: Column) -> bool:
    kinds = [
        stretch.numeric
        for line in lines
        for stretch in line.stretches
        if stretch.x0 < column[1] and column[0] < stretch.x1
    ]
    return sum(kinds) < 0.5 * len(kinds)


def _rules_end(rules: list[Rule], left: float, right: float, lines: list[Line]) -> bool:
    """Whether lines across end before the gap and others begin after it, and each reaches over several columns."""
    top, bottom = lines[0].base - 2 * lines[0].size, lines[-1].base + lines[-1].size
    across = [rule for rule in rules if rule.across and top <= rule.y0 <= bottom]
    if any(rule.x0 < left and rule.x1 > right for rule in across):
        return False
    first, last = min(line.x0 for line in lines), max(line.x1 for line in lines)
    ends = sum(left - 2 <= rule.x1 <= right + 2 and rule.x0 <= first + 6 for rule in across)
    starts = sum(left - 2 <= rule.x0 <= right + 2 and rule.x1 >= last - 6 for rule in across)
    return ends >= 2 and starts >= 2


def _unlevel(lines: list[Line], at: float) -> bool:
    """Whether most lines have words on one side alone."""
    sides = [(bool(left), bool(right)) for left, right in (_sides_of(line, at) for line in lines)]
    both = sum(left and right for left, right in sides)
    return both < 0.5 * min(sum(left for left, _ in sides), sum(right for _, right in sides)) if lines else False


def has_gaps(lines: list[PageLine]) -> bool:
    """Whether gaps of two rows, one soon after the other, stand above one another."""
    rows: dict[float, list[PageLine]] = {}
    for line in lines:
        rows.setdefault(line.row, []).append(line)
    before: list[tuple[float, float, float]] = []
    for row in rows.values():
        if len(row) < 2:
            continue
        row.sort(key=lambda line: line.x0)
        gaps = [(left.x1, right.x0, right.base) for left, right in pairwise(row) if left.x1 < right.x0]
        for start, end, base in gaps:
            for other_start, other_end, other_base in before:
                near = abs(base - other_base) <= _SOON * row[0].size
                if near and min(end, other_end) > max(start, other_start):
                    return True
        before = gaps or before
    return False
