"""Lines of an upright page in reading order, with their boxes on the page as it lies in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, sin
from statistics import median

from ingest.ocr import OCRLine
from ingest.ocr._layout import Shape, arrange
from ingest.ocr._turns import Turn, turned_back

_LONG = 5.0
"""A line so many times as long as high shows how askew the page is."""


@dataclass(frozen=True, slots=True)
class Found:
    """A line on the upright page: its text, how sure it is, its corners from the top left one clockwise."""

    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]


def in_order(found: Sequence[Found], turn: Turn, size: tuple[int, int]) -> list[OCRLine]:
    """The lines as they are read; `size` is the picture's, whose page is upright after `turn`."""
    slope = _slope(found)
    order = arrange([_straight(line, slope) for line in found])
    return [_line(found[n], after, turn, size) for n, after in order]


def _line(line: Found, after: str, turn: Turn, size: tuple[int, int]) -> OCRLine:
    across, down = zip(*line.corners, strict=True)
    x0, y0, x1, y1 = turned_back((min(across), min(down), max(across), max(down)), turn, size)
    width, height = size
    inside = max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)
    return OCRLine(line.text, *inside, line.confidence, after)


def _slope(found: Sequence[Found]) -> float:
    """How much a line of the page falls per pixel to the right."""
    slopes = []
    for line in found:
        (x0, y0), (x1, y1), *_, (_, bottom) = line.corners
        if x1 - x0 > _LONG * abs(bottom - y0):
            slopes.append((y1 - y0) / (x1 - x0))
    return median(slopes) if slopes else 0.0


def _straight(line: Found, slope: float) -> Shape:
    """The line's rectangle when the page is laid straight."""
    angle = -atan(slope)
    turned = [(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in line.corners]
    (left0, top0), (right0, top1), (right1, bottom1), (left1, bottom0) = turned
    return Shape(
        (left0 + left1) / 2, (top0 + top1) / 2, (right0 + right1) / 2, max((bottom0 + bottom1) / 2, (top0 + top1) / 2)
    )
