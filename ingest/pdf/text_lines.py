"""Whether a picture shows lines of text: a test without OCR, in about a millisecond."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 100
"""The resolution that the sizes below are made for."""
_STEP = 32
"""Grey levels between neighbouring pixels that make an edge."""
_STRIP = 16
"""Pixels: so wide is a strip that is looked at from top to bottom."""
_EDGES = 3
"""So many edges has a row of a strip that cuts through letters."""
_QUIET = 1
"""At most so many has a row between two lines of text."""
_LOW, _HIGH = 5, 26
"""Pixels: how high a line of text is (6 to 24 points)."""
_MARGIN = 3
"""Pixels above and below a line in which a quiet row must come."""
_SHARED = 0.6
"""So much of their heights pieces in neighbouring strips share when they are of one line."""
_LONG = 3
"""Pieces in a row that make a word or more."""
_LEAST_LONG = 4
_LEAST_JOINED = 0.2
"""The share of pieces that go on from the strip before: in text 0.3 to 0.9, in photographs below 0.2."""
Piece = tuple[int, int, int]
"""Of a line of text what is in one strip: its first row, the row after its last, the pieces before it in the line."""


def shows_text(grey: NDArray[np.uint8]) -> bool:
    """Whether a grey picture of 100 dots an inch shows lines of text: many edges in a row, and quiet rows around."""
    import numpy as np

    height, width = grey.shape
    if height < 2 * _LOW or width <= _STRIP:
        return False
    edges = np.abs(np.diff(grey.astype(np.int16), axis=1)) > _STEP
    strips = np.arange(max(1, (width - 1) // _STRIP)) * _STRIP
    counted = np.pad(np.add.reduceat(edges, strips, axis=1, dtype=np.int32), ((1, 1), (0, 0)))
    pieces = joined = long = 0
    before: list[Piece] = []
    for strip in counted.T:
        before = [(first, last, _before(first, last, before)) for first, last in _runs(strip)]
        pieces += len(before)
        joined += sum(count > 0 for *_, count in before)
        long += sum(count + 1 >= _LONG for *_, count in before)
    return long >= _LEAST_LONG and joined >= _LEAST_JOINED * pieces


def _runs(strip: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Rows in a strip, first and after last, that are as high as a line of text, with quiet ones above and below."""
    import numpy as np

    change = np.diff((strip >= _EDGES).astype(np.int8))
    found: list[tuple[int, int]] = []
    starts, ends = np.flatnonzero(change == 1) + 1, np.flatnonzero(change == -1) + 1
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        if found and first - found[-1][1] <= 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return [
        (first, last)
        for first, last in found
        if _LOW <= last - first <= _HIGH
        and strip[max(0, first - _MARGIN) : first].min() <= _QUIET
        and strip[last : last + _MARGIN].min() <= _QUIET
    ]


def _before(first: int, last: int, pieces: list[Piece]) -> int:
    """How many pieces of the same line come before, given those of the strip before."""
    high = last - first
    return max(
        (
            count + 1
            for other, end, count in pieces
            if min(last, end) - max(first, other) >= _SHARED * max(high, end - other)
        ),
        default=0,
    )
