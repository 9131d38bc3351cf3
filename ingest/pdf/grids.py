"""Areas of a page that are ruled as tables all over: what stands in them is read by their rows, be it prose."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.pdf.lines import Line
from ingest.pdf.rules import Rule
from ingest.pdf.table_lines import Wall, united, walls

_SAME = 3.0
"""Points by which lines of one grid may begin or end apart."""
_DOWN, _ACROSS = 3, 4
"""A grid has so many lines that run down over all of it, and so many that run across."""

Box = tuple[float, float, float, float]


def kept_whole(zones: list[list[Line]], rules: Iterable[Rule]) -> list[list[Line]]:
    """The zones of a page, the lines of a grid that were parted among several of them in one of their own."""
    if len(zones) < 2:
        return zones
    found = zones
    for grid in _grids(list(rules)):
        inside = [[line for line in zone if _is_in(line, grid)] for zone in found]
        if sum(map(bool, inside)) > 1:
            taken = {id(line) for lines in inside for line in lines}
            others = [[line for line in zone if id(line) not in taken] for zone in found]
            found = [*filter(None, others), [line for lines in inside for line in lines]]
    return found


def _is_in(line: Line, box: Box) -> bool:
    return box[0] <= line.x0 and line.x1 <= box[2] and box[1] <= line.base <= box[3]


def _grids(rules: list[Rule]) -> list[Box]:
    """Left, top, right and bottom of each grid."""
    found: list[Box] = []
    levels = _levels(rules)
    for group in _groups(walls(rules)):
        left, right = min(wall[0] for wall in group), max(wall[0] for wall in group)
        top, bottom = group[0][1], group[0][2]
        over = sum(
            top - _SAME <= level <= bottom + _SAME
            and any(x0 <= left + _SAME and right - _SAME <= x1 for x0, x1 in parts)
            for level, parts in levels.items()
        )
        if len(group) >= _DOWN and over >= _ACROSS:
            found.append((left, top, right, bottom))
    return found


def _groups(lines: list[Wall]) -> list[list[Wall]]:
    """Lines down that begin and end on the same heights, together."""
    groups: list[list[Wall]] = []
    for line in sorted(lines, key=lambda line: (line[1], line[2])):
        group = next(
            (one for one in groups if abs(one[0][1] - line[1]) <= _SAME and abs(one[0][2] - line[2]) <= _SAME), None
        )
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return groups


def _levels(rules: list[Rule]) -> dict[int, list[tuple[float, float]]]:
    """Lines across, and the edges of frames: on which heights, from where to where."""
    parts: dict[int, list[tuple[float, float]]] = {}
    for rule in rules:
        if rule.across or (rule.framed and not rule.down):
            for level in {round(rule.y0), round(rule.y1)}:
                parts.setdefault(level, []).append((rule.x0, rule.x1))
    return {level: united(ranges) for level, ranges in parts.items()}
