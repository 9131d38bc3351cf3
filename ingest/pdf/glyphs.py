"""Where the letters of words have their ink, with as few questions to PDFium as there are different glyphs."""

from __future__ import annotations

from collections import deque
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.codes import is_space
from ingest.pdf.direct import columns_of, spot

FEW_LETTERS = 3
"""Words of no more letters do not show how they run."""
_SIZE_STEPS = 64
"""Of a point: sizes of boxes that are equal in these are equal."""
_SIZE_BITS, _FONT_BITS = 16, 10
_SIZE_MASK, _FONT_MASK = 2**_SIZE_BITS - 1, 2**_FONT_BITS - 1
_AT_ONCE = 1_000
_INK_SIDES, _ORIGIN_SIDES = (0, 2, 3, 1), (0, 3)
"""The sides of the loose box that an ink's left, right, bottom, top and an origin's x and y are measured from."""
_FARTHEST = 1e6
"""Points: broken pages have letters at infinity."""

Floats = NDArray[np.float64]


class Glyphs:
    """The ink of words' letters: PDFium is asked once for each glyph of a page, and not for each of its letters.

    Of a font, letters with one code whose loose boxes are of one size have their ink at one place in that box.
    """

    def __init__(self, codes: NDArray[np.int64], loose: Floats, starts: Any, ends: Any) -> None:
        lengths = ends - starts
        self._first = np.cumsum(lengths) - lengths
        """Where in `_letters` each word begins."""
        self._lengths = lengths
        self._letters = np.arange(lengths.sum()) + np.repeat(starts - self._first, lengths)
        self._codes = codes[self._letters]
        self._loose = loose[:, self._letters]

    def kinds(self, fonts: NDArray[np.int64], mixed: NDArray[np.bool_], turns: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each letter a number: of equal glyphs the same, below zero where a letter is one of its own.

        Args:
            fonts: Of the words.
            mixed: Which words are of several fonts.
            turns: How the words run.
        """
        wide, high = np.rint((self._loose[2:] - self._loose[:2]) * _SIZE_STEPS).astype(np.int64) & _SIZE_MASK
        font = np.repeat(fonts & _FONT_MASK, self._lengths)
        found: NDArray[np.int64] = ((self._codes << _FONT_BITS | font) << _SIZE_BITS | wide) << _SIZE_BITS | high
        alone = is_space(self._codes) | np.repeat(mixed, self._lengths)
        if turns.any():  # turned boxes may be of one size with upright ones; short words are turned like long ones
            alone |= np.repeat((turns != 0) | (self._lengths <= FEW_LETTERS), self._lengths)
        found[alone] = -1 - self._letters[alone]
        return found

    def boxes(self, calls: Any, handle: int, kinds: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """The letters' ink (left, right, bottom, top) and the words' origins (x, y), in the page's space."""
        _, first, same = np.unique(kinds, return_index=True, return_inverse=True)
        found = near(_asked(calls, handle, self._letters[first])).T
        ink = np.stack([self._moved(side, found[n], first, same) for n, side in enumerate(_INK_SIDES)])
        origins = [self._moved(side, found[4 + n], first, same, of=self._first) for n, side in enumerate(_ORIGIN_SIDES)]
        return near(ink), near(np.stack(origins))

    def _moved(
        self, side: int, found: Floats, first: NDArray[np.int64], same: NDArray[np.int64], *, of: Any = slice(None)
    ) -> Floats:
        """Of letters a number that was `found` for the first of each glyph, moved as a side of their boxes is."""
        anchors = self._loose[side]
        moved: Floats = anchors[of] + (found - anchors[first])[same[of]]
        return moved

    def folded(self, ink: tuple[Floats, Floats, Floats, Floats]) -> tuple[Floats, Floats, Floats, Floats]:
        """The box around each word's letters."""
        low, high = np.minimum.reduceat, np.maximum.reduceat
        first = self._first
        return low(ink[0], first), low(ink[1], first), high(ink[2], first), high(ink[3], first)


def _asked(calls: Any, handle: int, letters: NDArray[np.int64]) -> Floats:
    """Of each letter the left, right, bottom and top of its ink and its origin, as PDFium has them."""
    found = np.zeros((len(letters), 6))
    page = spot(handle)
    room, spots = _room()
    for start in range(0, len(letters), _AT_ONCE):
        part = letters[start : start + _AT_ONCE].tolist()
        room[: len(part)] = 0
        deque(map(calls.tight, repeat(page), part, *spots[:4]), maxlen=0)
        deque(map(calls.origin, repeat(page), part, *spots[4:]), maxlen=0)
        found[start : start + _AT_ONCE] = room[: len(part)]
    return found


@cache
def _room() -> tuple[Floats, list[list[Any]]]:
    """Room for the numbers of so many letters, and pointers to each of them by columns: made once, for every page."""
    room = np.zeros((_AT_ONCE, 6))
    return room, [[spot(address) for address in column] for column in columns_of(room)]


def near(sides: NDArray[Any]) -> NDArray[Any]:
    """The numbers, those of broken pages brought within reach."""
    if not sides.size or (sides.min() >= -_FARTHEST and sides.max() <= _FARTHEST):
        return sides
    found: NDArray[Any] = np.nan_to_num(np.clip(sides, -_FARTHEST, _FARTHEST))
    return found
