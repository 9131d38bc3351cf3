"""The rows of a table's body: which of its lines are one row, by rules and shades, else by distance and wording."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf.rules import Rule
from ingest.pdf.table_columns import Column, placed
from ingest.pdf.table_lines import Line, Stretch, walls

_TIGHT = 0.88
"""Lines closer to one another than so much of the usual distance of rows are one row."""
_LEVEL = 0.6
"""Lines closer than so much of the font's height stand side by side."""
_RULED = 0.75
_MOST_LINES = 12
_REACH = 20.0
_TALLEST = 14.0
"""A shaded area of more lines is the table's background."""
_GOES_ON = re.compile(r"(?:[,/–—(&-]|\b(?:and|or|of|the|to|for|in|on|by|with|from|at|net|per|a|an|as|than|less))$")


@dataclass(slots=True, eq=False)
class Laid:
    """A line of a table with its words in columns."""

    line: Line
    cells: dict[int, list[Stretch]]
    numeric: frozenset[int]
    """The columns of the table that hold numbers."""
    values: frozenset[int]
    """The columns of numbers in which it has some."""

    @property
    def label(self) -> str:
        """What stands in the first column."""
        return " ".join(stretch.text for stretch in self.cells.get(0, []))

    @property
    def bold(self) -> bool:
        """Whether its first word is bold."""
        return self.line.words[0].bold

    @property
    def top(self) -> float:
        """About where its letters begin."""
        return self.line.base - 0.7 * self.line.size


def laid(lines: list[Line], columns: list[Column]) -> list[Laid]:
    """The lines' stretches in their columns."""
    placements = [[place for stretch in line.stretches for place in placed(stretch, columns)] for line in lines]
    values: Counter[int] = Counter()
    others: Counter[int] = Counter()
    first = next((number for number, line in enumerate(lines) if line.values), 0)
    for places in placements[first:]:
        for number, part in places:
            (values if part.value else others)[number] += 1
    numeric = frozenset(number for number in values if number and values[number] >= 0.5 * others[number])
    found = []
    for line, places in zip(lines, placements, strict=True):
        cells: dict[int, list[Stretch]] = {}
        for number, part in places:
            cells.setdefault(number, []).append(part)
        filled = frozenset([number for number, part in places if part.numeric])
        found.append(Laid(line, cells, numeric, filled & numeric))
    return found


class Borders:
    """What is drawn between and behind the lines of a table."""

    def __init__(self, rules: list[Rule], lines: list[Laid]) -> None:
        left = min(item.line.x0 for item in lines)
        right = max(item.line.x1 for item in lines)
        size = median(item.line.size for item in lines)
        near = [rule for rule in rules if rule.x0 < right and rule.x1 > left and rule.y1 > lines[0].top]
        top, bottom = lines[0].top, lines[-1].line.base
        self.grid = any(
            (rule.down or rule.framed) and left < rule.x1 and rule.x0 < right and rule.y0 < bottom and rule.y1 > top
            for rule in rules
        )
        """Whether lines run down between the columns."""
        bases = [item.line.base for item in lines]
        self._edges = [(rule.y0 + rule.y1) / 2 for rule in near if rule.across and not _underlines(rule, lines, bases)]
        areas = [rule for rule in near if not rule.across and not rule.down]
        self._areas = [area for area in areas if area.y1 - area.y0 <= _TALLEST * size]
        self._edges += [edge for area in self._areas for edge in (area.y0, area.y1)]
        self._edges.sort()
        drawn = [rule for rule in near if rule.across or rule.framed]
        self._drawn = [(edge, rule.x0, rule.x1) for rule in drawn for edge in (rule.y0, rule.y1)] if self.grid else []
        """Lines across and edges of frames: how far down, from where to where."""
        self._walls = walls(near) if self.grid else []

    def spans(self, rows: list[list[Laid]], columns: list[Column]) -> Iterator[list[int]]:
        """The numbers of rows whose first cells are one: a line runs down beside them, lines across begin there."""
        first, *others = [(left + right) / 2 for left, right in columns]
        held = [0]
        for number, (upper, lower) in enumerate(pairwise(rows), 1):
            low, high = _between(upper[-1], lower[0])
            between = [(left, right) for edge, left, right in self._drawn if low <= edge <= high]
            wall = any(first < at < others[0] and top <= low and high <= bottom for at, top, bottom in self._walls)
            own = any(left < first < right for left, right in between)
            if own or not wall or not any(left < at < right for left, right in between for at in others):
                yield held
                held = []
            held.append(number)
        yield held

    def part(self, upper: Laid, lower: Laid) -> bool:
        """Whether a line or the edge of a shade runs between two lines of text."""
        low, high = _between(upper, lower)
        at = bisect_left(self._edges, low)
        return at < len(self._edges) and self._edges[at] <= high

    def hold(self, upper: Laid, lower: Laid) -> bool:
        """Whether one shade or frame lies behind both lines, and no edge between them."""
        return any(area.y0 <= upper.top + 1.5 and area.y1 >= lower.line.base - 1 for area in self._areas)


def _between(upper: Laid, lower: Laid) -> tuple[float, float]:
    """From where to where down the page a line parts two lines of text."""
    return upper.line.base - 0.1 * upper.line.size, lower.line.base - 0.45 * lower.line.size


def _underlines(rule: Rule, lines: list[Laid], bases: list[float]) -> bool:
    """Whether a rule underlines words, as that of a link does."""
    for item in lines[bisect_left(bases, rule.y0 - _REACH) :]:
        if item.line.base > rule.y0 + 0.1 * item.line.size:
            return False
        if rule.y0 - item.line.base > 0.35 * item.line.size:
            continue
        for column, found in item.cells.items():
            inside = any(part.x0 - 1.5 <= rule.x0 and rule.x1 <= part.x1 + 1.5 for part in found)
            if inside and column not in item.numeric:
                return True
    return False


def grouped(lines: list[Laid], borders: Borders) -> list[list[Laid]]:
    """The lines of each row."""
    if not lines:
        return []
    rows = [[lines[0]]]
    joiner = _Joiner(lines, borders)
    for number in range(1, len(lines)):
        if joiner.joins(rows[-1], number):
            rows[-1].append(lines[number])
        else:
            rows.append([lines[number]])
    return rows


class _Joiner:
    """Decides of each line whether it goes on with the row before."""

    def __init__(self, lines: list[Laid], borders: Borders) -> None:
        self._lines = lines
        self._borders = borders
        self._steps = [lower.line.base - upper.line.base for upper, lower in pairwise(lines)]
        valued = [
            number
            for number in range(len(lines) - 1)
            if lines[number].values & lines[number + 1].values and lines[number].label and lines[number + 1].label
        ]
        parted = sum(borders.part(lines[number], lines[number + 1]) for number in valued)
        self._ruled = len(valued) >= 2 and parted >= _RULED * len(valued)
        self._texts = not any(item.values for item in lines)
        self._pitch = self._usual(valued)
        if self._texts:
            self._ruled = self._separated()

    def _usual(self, valued: list[int]) -> float:
        """The usual distance of two rows of one line each."""
        if valued:
            return median(self._steps[number] for number in valued)
        starts = [
            step
            for step, upper, lower in zip(self._steps, self._lines, self._lines[1:], strict=False)
            if 0 in upper.cells and 0 in lower.cells and len(lower.cells) > 1
        ]
        return median(starts) if starts else 1.35 * self._lines[0].line.size

    def _separated(self) -> bool:
        """Whether, in a table of texts, each line in which most columns begin is parted from the one before."""
        starts = [
            number
            for number in range(1, len(self._lines))
            if 0 in self._lines[number].cells and len(self._lines[number].cells) > 1
        ]
        parted = sum(self._borders.part(self._lines[number - 1], self._lines[number]) for number in starts)
        if self._borders.grid:
            return parted > 0
        return len(starts) >= 2 and parted >= _RULED * len(starts)

    def joins(self, row: list[Laid], number: int) -> bool:
        """Whether line `number` belongs to the row of the lines before it."""
        before, line = self._lines[number - 1], self._lines[number]
        filled = frozenset().union(*(item.values for item in row))
        if filled & line.values or len(row) >= _MOST_LINES:
            return False
        if self._steps[number - 1] < _LEVEL * line.line.size and not (before.cells.keys() & line.cells.keys() - {0}):
            return True
        if self._borders.part(before, line):
            return False
        if self._borders.hold(before, line):
            return True
        if self._ruled:
            return not self._is_title(row, line)
        if 0 not in line.cells:
            return self._unlabelled(row, number)
        return self._labelled(row, number)

    def _is_title(self, row: list[Laid], line: Laid) -> bool:
        """Whether the row is a section's label over the line."""
        title = not any(item.values for item in row) and bool(line.values) and not self._texts
        return title and (row[-1].label.endswith(":") or (row[-1].bold and not line.bold))

    def _unlabelled(self, row: list[Laid], number: int) -> bool:
        """Whether a line without a label goes on with the row: numbers with a label before, or more text of a cell."""
        line = self._lines[number]
        if line.values:
            return not any(item.values for item in row) and not row[-1].label.endswith(":")
        after = self._steps[number] if number < len(self._steps) else float("inf")
        return self._steps[number - 1] <= 1.15 * after

    def _labelled(self, row: list[Laid], number: int) -> bool:
        before, line = row[-1], self._lines[number]
        step = self._steps[number - 1]
        after = self._steps[number] if number < len(self._steps) else float("inf")
        if before.bold != line.bold or before.label.endswith(":") or step > 1.5 * self._pitch:
            return False
        tight = step < _TIGHT * self._pitch
        if self._texts:
            return tight
        if not any(item.values for item in row):
            return tight or self._reads_on(before, line)
        if line.values or len(line.cells) > 1:
            return False
        return step <= after * 1.02 and ((tight and step < 0.95 * after) or self._reads_on(before, line))

    def _reads_on(self, before: Laid, line: Laid) -> bool:
        """Whether the label goes on in the next line, by its wording."""
        upper, lower = before.label, line.label
        if not upper or not lower:
            return False
        opened = upper.count("(") > upper.count(")")
        return opened or lower[0].islower() or bool(_GOES_ON.search(upper)) or before.line.words[-1].hyphen
