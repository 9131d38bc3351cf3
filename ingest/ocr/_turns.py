"""Pages that lie on their side or upside down: which way, and where their lines are on the page as it lies."""

from __future__ import annotations

from typing import Literal

Turn = Literal[0, 1, 2, 3]
"""Quarter turns anticlockwise that make a page upright."""

Box = tuple[float, float, float, float]


def turned_back(box: Box, turn: Turn, size: tuple[int, int]) -> Box:
    """A box of the upright page, on the page as it lies; `size` is that one's width and height."""
    x0, y0, x1, y1 = box
    width, height = size
    if turn == 1:
        return width - y1, x0, width - y0, x1
    if turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    if turn == 3:
        return y0, height - x1, y1, height - x0
    return box
