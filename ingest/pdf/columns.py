"""Reading order: lines that stand in columns are read column by column, all others row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingest.pdf.lines import Line, goes_on

_GUTTER = 0.6
"""The white between columns is at least so much of the font's size wide."""
_LEAST_LINES = 3
_PROSE_WORDS = 3.5
"""Words of an average line of prose; tables and forms have fewer."""
_LONG_WORDS, _SOME_LINES, _MOST_START = 2.0, 8, 0.6
"""In languages of long words it has at least so many, if of so many lines so many begin with a small letter."""
_PAST, _PAST_SHARE = 2, 0.35
"""Prose runs past a list where so many of its lines, and such a share, go on where an item begins."""
_ALIGNED = 0.6
"""Of lines that share their baselines with the other side more than this share are rows of a table."""
_DEEPEST = 12
_CANDIDATES = 12


def regions(lines: list[Line], depth: int = 0) -> list[list[Line]]:
    """Groups of lines in reading order: each a column, or what stands across the columns."""
    if len(lines) < 2 * _LEAST_LINES or depth > _DEEPEST:
        return [_by_rows(lines)] if lines else []
    split = _best_split(lines)
    if split is None:
        return [_by_rows(lines)]
    return [
        *regions(split.above, depth + 1),
        *regions(split.left, depth + 1),
        *regions(split.right, depth + 1),
        *regions(split.below, depth + 1),
    ]


def _by_rows(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.row, line.x0))


@dataclass(slots=True)
class _Split:
    above: list[Line]
    left: list[Line]
    right: list[Line]
    below: list[Line]

    @property
    def weight(self) -> int:
        """How many words the smaller side has."""
        return min(sum(len(line.words) for line in side) for side in (self.left, self.right))


def _best_split(lines: list[Line]) -> _Split | None:
    """The split into two columns that parts the most text."""
    downward = sorted(lines, key=lambda line: line.y0 + line.y1)
    splits = [split for at in _gutters(lines) if (split := _split_at(lines, downward, at)) is not None]
    return max(splits, key=lambda split: split.weight, default=None)


def _gutters(lines: list[Line]) -> list[float]:
    """Where the white between columns may be: beside the left edges at which many lines begin."""
    size = median(line.size for line in lines)
    starts: dict[int, int] = {}
    for line in lines:
        starts[round(line.x0 / 4)] = starts.get(round(line.x0 / 4), 0) + 1
    edges = [(count + starts.get(place + 1, 0), place) for place, count in starts.items()]
    most = sorted((edge for edge in edges if edge[0] >= _LEAST_LINES), reverse=True)[:_CANDIDATES]
    leftmost = min(line.x0 for line in lines)
    return [place * 4 - 2 - _GUTTER * size / 2 for _, place in most if place * 4 - leftmost > 3 * size]


def _split_at(lines: list[Line], downward: list[Line], at: float) -> _Split | None:
    """The longest run of rows without a line across the gutter, as two columns; None where they are no columns.

    Args:
        lines: of a region.
        downward: the same from top to bottom.
        at: where the gutter may be.
    """
    best: list[Line] = []
    run: list[Line] = []
    for line in downward:
        margin = _GUTTER * line.size / 2
        if line.x0 < at - margin and line.x1 > at + margin:
            best, run = (run if len(run) > len(best) else best), []
        else:
            run.append(line)
    best = max(best, run, key=len)
    left = [line for line in best if (line.x0 + line.x1) / 2 < at]
    right = [line for line in best if (line.x0 + line.x1) / 2 >= at]
    if not _are_columns(left, right):
        return None
    chosen = set(map(id, best))
    top, bottom = min(line.y0 for line in best), max(line.y1 for line in best)
    middle = (top + bottom) / 2
    rest = [line for line in lines if id(line) not in chosen]
    above = [line for line in rest if line.y0 + line.y1 < 2 * middle]
    return _Split(above, left, right, [line for line in rest if line.y0 + line.y1 >= 2 * middle])


def _are_columns(left: list[Line], right: list[Line]) -> bool:
    """Whether two sides are read one after the other: both are prose, or their lines do not stand side by side."""
    if min(_count(left), _count(right)) < _LEAST_LINES:
        return False
    rows = {line.row for line in left}
    shared = sum(line.row in rows for line in right)
    aligned = shared / min(len(left), len(right)) > _ALIGNED
    words = _words(left), _words(right)
    if min(words) >= _PROSE_WORDS or (not aligned and max(words) >= _PROSE_WORDS / 2):
        return True
    if words[1] >= _PROSE_WORDS and _runs_past(left, right):
        return True
    return min(words) >= _LONG_WORDS and _goes_on(left) and _goes_on(right)


def _runs_past(left: list[Line], right: list[Line]) -> bool:
    """Whether prose at the right goes on in the midst of its sentences where new items of a list begin at the left."""
    items = {line.row for line in left if not line.words[:1] or not line.words[0].text[0].islower()}
    prose = [line for line in right if line.words]
    past = [goes_on(before.words[-1], after.words[0]) for before, after in pairwise(prose) if after.row in items]
    return are_past(past, _LEAST_LINES)


def are_past(lines: Sequence[bool], least: int) -> bool:
    """Whether prose runs past the list beside it: of the lines where an item begins, which of them go on."""
    return len(lines) >= least and sum(lines) >= max(_PAST, _PAST_SHARE * len(lines))


def _goes_on(side: list[Line]) -> bool:
    """Whether most lines of a side begin in the midst of a sentence, as those of prose in long words do."""
    starts = [line.words[0].text[0].islower() for line in side if line.content is None]
    return len(starts) >= _SOME_LINES and sum(starts) >= _MOST_START * len(starts)


def _count(side: list[Line]) -> int:
    """How many lines there are; a table or picture counts as many."""
    return sum(1 if line.content is None else _LEAST_LINES for line in side)


def _words(side: list[Line]) -> float:
    """How many words an average line has, tables and pictures aside."""
    lines = [len(line.words) for line in side if line.content is None]
    return sum(lines) / len(lines) if lines else _PROSE_WORDS


def rows_of(region: list[Line]) -> list[list[Line]]:
    """The lines of a region that stand on one baseline, together."""
    return [list(row) for _, row in groupby(region, key=lambda line: line.row)]
