"""The plot of a sweep: the metric over the number of tokens sent, a line for each configuration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ibid.tuning.picture import INK, Label, Mark, Picture, Stroke, Surface

_LOOKS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("#0072b2", ()),
    ("#d55e00", (10, 4)),
    ("#009e73", (3, 3)),
    ("#111111", (12, 3, 3, 3)),
    ("#cc5fa0", (6, 6)),
    ("#e69f00", (18, 4)),
    ("#6a3d9a", (2, 6)),
    ("#4aa8e0", (8, 3, 2, 3, 2, 3)),
)
"""Colours that differ also for those who see few, and dashes, by which lines that lie on each other can be told."""
_REST = ("#b4b4b4", ())
"""How the lines look that are left when the looks are used up."""
_FAINT, _GRID = "#767676", "#e4e4e4"
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 60, 300, 44, 46
_ROW = 18
_NAME = 30
"""Characters of a name that the legend has room for."""
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plot: its name, and a value at each place of the axis (None: there is none)."""

    name: str
    values: tuple[float | None, ...]
    band: tuple[tuple[float, float], ...] = ()
    """Low and high at each place; drawn as a surface."""
    score: float | None = None
    """What the legend says beside the name."""


def chart(title: str, axis: Sequence[int], lines: Sequence[Line], *, below: str, scored: str = "") -> Picture:
    """A plot of lines over a logarithmic axis.

    Args:
        title: what the values are.
        axis: the places of the axis, ascending.
        lines: the first ones have colours of their own, the first a wide one; the others are grey.
        below: what the axis is.
        scored: what the scores in the legend are.
    """
    height = max(420, _TOP + _BOTTOM + _ROW * (len(lines) + 1))
    found = [value for line in lines for value in line.values if value is not None]
    frame = _Frame(axis, *_scale(found or [0.0, 1.0]), height)
    marks: list[Mark] = [Label(_LEFT, 18, title, size=15), *_axes(frame, below)]
    drawn = [(line, _stroke(number)) for number, line in enumerate(lines)]
    # grey lines beneath the others, and the wide one beneath those with dashes: it is seen through them
    for line, stroke in (*drawn[len(_LOOKS) :], *drawn[: len(_LOOKS)]):
        marks += _line(frame, line, stroke)
    marks += _legend(sorted(drawn, key=lambda one: -(one[0].score or 0.0)), scored)
    return Picture(_WIDTH, height, tuple(marks))


def _stroke(number: int) -> Stroke:
    """How a line looks, by its number."""
    colour, dashes = _LOOKS[number] if number < len(_LOOKS) else _REST
    return Stroke((), colour, 4 if number == 0 else 2 if dashes else 1.2, dashes)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Values to units."""

    axis: Sequence[int]
    low: float
    high: float
    step: float
    height: int

    def x(self, number: int) -> float:
        first, last = math.log(self.axis[0]), math.log(self.axis[-1])
        share = (math.log(self.axis[number]) - first) / (last - first) if last > first else 0.5
        return _LEFT + 12 + share * (_WIDTH - _LEFT - _RIGHT - 24)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM)


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Round numbers around the values, within 0 to 1, and the step between them."""
    least, most = min(values), max(values)
    for step in _STEPS:
        low, high = math.floor(least / step + 1e-9) * step, math.ceil(most / step - 1e-9) * step
        if high - low < step / 2:
            low, high = (low - step, high) if high >= 1 else (low, high + step)
        if high - low <= 6.5 * step:
            break
    return max(0.0, low), min(1.0, high), step


def _axes(frame: _Frame, below: str) -> list[Mark]:
    marks: list[Mark] = []
    for number in range(round((frame.high - frame.low) / frame.step) + 1):
        value = frame.low + frame.step * number
        y = frame.y(value)
        marks.append(Stroke(((_LEFT, y), (_WIDTH - _RIGHT, y)), _GRID, 1))
        marks.append(Label(_LEFT - 8, y, f"{value:.2f}", "end"))
    for number, place in enumerate(frame.axis):
        marks.append(Label(frame.x(number), frame.height - _BOTTOM + 14, f"{place:,}", "middle"))
    marks.append(Label((_LEFT + _WIDTH - _RIGHT) / 2, frame.height - 12, below, "middle"))
    return marks


def _line(frame: _Frame, line: Line, stroke: Stroke) -> list[Mark]:
    marks: list[Mark] = []
    colour = stroke.colour
    if line.band:
        upper = [(frame.x(number), frame.y(min(high, frame.high))) for number, (_, high) in enumerate(line.band)]
        lower = [(frame.x(number), frame.y(max(low, frame.low))) for number, (low, _) in enumerate(line.band)]
        marks.append(Surface((*upper, *reversed(lower)), colour, 0.15))
    points = [(frame.x(number), frame.y(value)) for number, value in enumerate(line.values) if value is not None]
    marks.append(replace(stroke, points=tuple(points)))
    marks += [Surface(_dot(x, y, radius=stroke.width / 2 + 1.5), colour) for x, y in points]
    return marks


def _dot(x: float, y: float, *, radius: float) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * number / 12 for number in range(12)]
    return tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)


def _legend(lines: Sequence[tuple[Line, Stroke]], scored: str) -> list[Mark]:
    """Names and scores beside the plot."""
    left, right = _WIDTH - _RIGHT + 14, _WIDTH - 12
    marks: list[Mark] = [Label(right, _TOP + 2, scored, "end", colour=_FAINT)]
    for number, (line, stroke) in enumerate(lines, 1):
        y = _TOP + 2 + number * _ROW
        grey = (stroke.colour, stroke.dashes) == _REST
        name = line.name if len(line.name) <= _NAME else line.name[: _NAME - 1] + "…"
        said = "" if line.score is None else f"{line.score:.3f}"
        marks.append(replace(stroke, points=((left, y), (left + 34, y))))
        marks.append(Label(left + 42, y, name, colour=_FAINT if grey else INK))
        marks.append(Label(right, y, said, "end", colour=_FAINT if grey else INK))
    return marks
