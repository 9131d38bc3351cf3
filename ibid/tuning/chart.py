"""The plot of a sweep: the metric over the number of tokens sent, a line for each configuration; as SVG and as PNG."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ibid.html import Html, escape

if TYPE_CHECKING:
    from PIL import ImageDraw

_COLOURS = (
    "#1f6feb", "#d1495b", "#2e8b57", "#b7791f", "#7b4fb5", "#0f8b8d", "#c2468f", "#5b6b7b", "#8a5a2b", "#4c8c2b",
    "#3d5a9e", "#a33b20",
)  # fmt: skip
"""Dark enough for white, light enough for a dark page."""
_INK, _GRID, _PAPER = "#444444", "#d8d8d8", "#ffffff"
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 60, 300, 44, 46
_ROW = 18
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_SCALE = 2
"""Pixels of the PNG for each unit."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plot: its name, and a value at each place of the axis (None: there is none)."""

    name: str
    values: tuple[float | None, ...]
    band: tuple[tuple[float, float], ...] = ()
    """Low and high at each place; drawn as a surface."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """Points joined by a line."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Surface:
    """A polygon."""

    points: tuple[tuple[float, float], ...]
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text; `y` is the middle of its height."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    size: int = 12
    colour: str = _INK


Mark = Stroke | Surface | Label


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, in units of which the picture is `width` × `height`."""

    width: int
    height: int
    marks: tuple[Mark, ...]

    def svg(self) -> Html:
        """The picture as an SVG element."""
        inner = "".join(_svg(mark) for mark in self.marks)
        box = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        paper = f'<rect width="{self.width}" height="{self.height}" fill="{_PAPER}"/>'
        return Html(f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box}>{paper}{inner}</svg>')

    def png(self) -> bytes:
        """The picture as a PNG file."""
        from PIL import Image, ImageDraw

        picture = Image.new("RGB", (self.width * _SCALE, self.height * _SCALE), _PAPER)
        draw = ImageDraw.Draw(picture, "RGBA")
        for mark in self.marks:
            _draw(draw, mark)
        out = io.BytesIO()
        picture.save(out, format="PNG", optimize=True)
        return out.getvalue()


def chart(title: str, axis: Sequence[int], lines: Sequence[Line], *, below: str) -> Chart:
    """A plot of lines over a logarithmic axis.

    Args:
        title: what the values are.
        axis: the places of the axis, ascending.
        lines: the first ones are drawn on top.
        below: what the axis is.
    """
    height = max(420, _TOP + _BOTTOM + _ROW * len(lines))
    found = [value for line in lines for value in line.values if value is not None]
    frame = _Frame(axis, *_scale(found or [0.0, 1.0]), height)
    marks: list[Mark] = [Label(_LEFT, 18, title, size=15), *_axes(frame, below)]
    coloured = [(line, _COLOURS[number % len(_COLOURS)]) for number, line in enumerate(lines)]
    for line, colour in reversed(coloured):
        marks += _line(frame, line, colour)
    by_end = sorted(coloured, key=lambda one: [-(value or 0.0) for value in reversed(one[0].values)])
    marks += _legend(by_end)
    return Chart(_WIDTH, height, tuple(marks))


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


def _line(frame: _Frame, line: Line, colour: str) -> list[Mark]:
    marks: list[Mark] = []
    if line.band:
        upper = [(frame.x(number), frame.y(min(high, frame.high))) for number, (_, high) in enumerate(line.band)]
        lower = [(frame.x(number), frame.y(max(low, frame.low))) for number, (low, _) in enumerate(line.band)]
        marks.append(Surface((*upper, *reversed(lower)), colour, 0.15))
    points = [(frame.x(number), frame.y(value)) for number, value in enumerate(line.values) if value is not None]
    marks.append(Stroke(tuple(points), colour, 2))
    marks += [Surface(_dot(x, y), colour) for x, y in points]
    return marks


def _dot(x: float, y: float) -> tuple[tuple[float, float], ...]:
    turns = [2 * math.pi * number / 12 for number in range(12)]
    return tuple((x + 3.5 * math.cos(turn), y + 3.5 * math.sin(turn)) for turn in turns)


def _legend(lines: Sequence[tuple[Line, str]]) -> list[Mark]:
    """Names beside the plot, that which ends highest first."""
    marks: list[Mark] = []
    for number, (line, colour) in enumerate(lines):
        x, y = _WIDTH - _RIGHT + 14, _TOP + 8 + number * _ROW
        value = line.values[-1]
        said = "" if value is None else f"  {value:.3f}"
        name = line.name if len(line.name) <= 32 else line.name[:31] + "…"
        marks.append(Stroke(((x, y), (x + 18, y)), colour, 3))
        marks.append(Label(x + 26, y, name + said))
    return marks


def _svg(mark: Mark) -> str:
    if isinstance(mark, Label):
        place = f'x="{mark.x:.1f}" y="{mark.y:.1f}" dominant-baseline="central" text-anchor="{mark.anchor}"'
        font = f'font-family="system-ui, sans-serif" font-size="{mark.size}" fill="{mark.colour}"'
        return f"<text {place} {font}>{escape(mark.text)}</text>"
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
    if isinstance(mark, Stroke):
        stroke = f'fill="none" stroke="{mark.colour}" stroke-width="{mark.width:g}" stroke-linejoin="round"'
        return f'<polyline points="{points}" {stroke}/>'
    return f'<polygon points="{points}" fill="{mark.colour}" fill-opacity="{mark.opacity:g}"/>'


def _draw(draw: ImageDraw.ImageDraw, mark: Mark) -> None:
    from PIL import ImageFont

    if isinstance(mark, Label):
        anchor = {"start": "lm", "middle": "mm", "end": "rm"}[mark.anchor]
        font = ImageFont.load_default(mark.size * _SCALE)
        draw.text((mark.x * _SCALE, mark.y * _SCALE), mark.text, fill=mark.colour, font=font, anchor=anchor)
        return
    points = [(x * _SCALE, y * _SCALE) for x, y in mark.points]
    if isinstance(mark, Stroke):
        if len(points) > 1:
            draw.line(points, fill=mark.colour, width=round(mark.width * _SCALE), joint="curve")
        return
    draw.polygon(points, fill=f"{mark.colour}{round(255 * mark.opacity):02x}")
