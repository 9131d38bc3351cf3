"""Pictures made of lines, polygons and texts: written as SVG and as PNG."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ibid.html import Html, escape

if TYPE_CHECKING:
    from PIL import ImageDraw

INK, PAPER = "#333333", "#ffffff"
_SCALE = 2
"""Pixels of the PNG for each unit."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """Points joined by a line."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    """Lengths drawn and left out by turns; none: drawn through."""


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
    colour: str = INK


Mark = Stroke | Surface | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, in units of which the picture is `width` × `height`."""

    width: int
    height: int
    marks: tuple[Mark, ...]

    def svg(self) -> Html:
        """The picture as an SVG element."""
        inner = "".join(_svg(mark) for mark in self.marks)
        box = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        paper = f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>'
        return Html(f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box}>{paper}{inner}</svg>')

    def png(self) -> bytes:
        """The picture as a PNG file."""
        from PIL import Image, ImageDraw

        picture = Image.new("RGB", (self.width * _SCALE, self.height * _SCALE), PAPER)
        draw = ImageDraw.Draw(picture, "RGBA")
        for mark in self.marks:
            _draw(draw, mark)
        out = io.BytesIO()
        picture.save(out, format="PNG", optimize=True)
        return out.getvalue()


def _svg(mark: Mark) -> str:
    if isinstance(mark, Label):
        place = f'x="{mark.x:.1f}" y="{mark.y:.1f}" dominant-baseline="central" text-anchor="{mark.anchor}"'
        font = f'font-family="system-ui, sans-serif" font-size="{mark.size}" fill="{mark.colour}"'
        return f"<text {place} {font}>{escape(mark.text)}</text>"
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in mark.points)
    if isinstance(mark, Stroke):
        stroke = f'fill="none" stroke="{mark.colour}" stroke-width="{mark.width:g}" stroke-linejoin="round"'
        dashes = f' stroke-dasharray="{" ".join(f"{one:g}" for one in mark.dashes)}"' if mark.dashes else ""
        return f'<polyline points="{points}" {stroke}{dashes}/>'
    return f'<polygon points="{points}" fill="{mark.colour}" fill-opacity="{mark.opacity:g}"/>'


def _draw(draw: ImageDraw.ImageDraw, mark: Mark) -> None:
    from PIL import ImageFont

    if isinstance(mark, Label):
        anchor = {"start": "lm", "middle": "mm", "end": "rm"}[mark.anchor]
        font = ImageFont.load_default(mark.size * _SCALE)
        draw.text((mark.x * _SCALE, mark.y * _SCALE), mark.text, fill=mark.colour, font=font, anchor=anchor)
        return
    if isinstance(mark, Stroke):
        for part in dashed(mark.points, mark.dashes):
            scaled = [(x * _SCALE, y * _SCALE) for x, y in part]
            draw.line(scaled, fill=mark.colour, width=round(mark.width * _SCALE), joint="curve")
        return
    points = [(x * _SCALE, y * _SCALE) for x, y in mark.points]
    draw.polygon(points, fill=f"{mark.colour}{round(255 * mark.opacity):02x}")


def dashed(points: Sequence[tuple[float, float]], dashes: Sequence[float]) -> list[list[tuple[float, float]]]:
    """The parts of a line that are drawn: all of it, or its dashes."""
    if len(points) < 2:
        return []
    if not dashes:
        return [list(points)]
    parts = [[points[0]]]
    turns = enumerate(itertools.cycle(dashes))
    number, left = next(turns)
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        length, gone = math.dist((x, y), (to_x, to_y)), 0.0
        while length - gone > left:
            gone += left
            at = (x + (to_x - x) * gone / length, y + (to_y - y) * gone / length)
            if number % 2 == 0:
                parts[-1].append(at)
            else:
                parts.append([at])
            number, left = next(turns)
        left -= length - gone
        if number % 2 == 0:
            parts[-1].append((to_x, to_y))
    return [part for part in parts if len(part) > 1]
