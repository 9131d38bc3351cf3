"""The ruled lines and shaded areas of a PDF page, which part the rows and columns of tables."""

from __future__ import annotations

import ctypes
from functools import cache
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.direct import bare, columns_of, direct, spot

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_OBJECTS = 40_000
_MOST_RULES = 5_000
"""Of a page with more, a map or a plot, the rest is not looked at."""
_SEGMENTS = 9
"""A path of so few segments is a line or a frame."""
_THIN = 3.0
"""What is no thicker is a line, in points."""
_TOUCH = 1.2
"""Pieces of a line that are no further apart make one."""


class Rule(NamedTuple):
    """A drawn line or rectangle, in points as displayed, origin top left.

    A tuple: a page may have thousands, and a frozen dataclass takes five times as long to make.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    framed: bool = False
    """Its outline is drawn."""

    @property
    def across(self) -> bool:
        """Whether it is a line from left to right."""
        return self.y1 - self.y0 <= _THIN < self.x1 - self.x0

    @property
    def down(self) -> bool:
        """Whether it is a line from top to bottom."""
        return self.x1 - self.x0 <= _THIN < self.y1 - self.y0


def read_rules(page: PdfPage) -> list[Rule]:
    """The lines and rectangles of a page, from top to bottom; pieces of one line joined."""
    call = _calls()
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value or 0
    items = list(map(call.item, repeat(spot(handle)), range(min(call.count(handle), _MOST_OBJECTS))))
    counts = map(call.segments, items)  # below zero for what is no path
    plain = [item for item, count in zip(items, counts, strict=True) if 0 <= count <= _SEGMENTS][:_MOST_RULES]
    sides, modes = np.zeros((len(plain), 4), np.float32), np.zeros((len(plain), 2), np.int32)
    known = list(map(call.bounds, plain, *columns_of(sides)))
    for _ in map(call.mode, plain, *columns_of(modes)):
        pass
    kept = np.array(known, bool)
    return _joined(_displayed(page, sides[kept].astype(np.float64), modes[kept, 1] != 0))


class _Calls:
    """PDFium's functions, called with plain addresses."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        pointer, number = ctypes.c_void_p, ctypes.c_int
        self.count = direct(pdfium.FPDFPage_CountObjects, number, pointer)
        self.item = bare(pdfium.FPDFPage_GetObject, pointer)
        self.segments = direct(pdfium.FPDFPath_CountSegments, number, pointer)
        self.mode = direct(pdfium.FPDFPath_GetDrawMode, number, pointer, pointer, pointer)
        self.bounds = direct(pdfium.FPDFPageObj_GetBounds, number, pointer, *[pointer] * 4)


@cache
def _calls() -> _Calls:
    return _Calls()


def _displayed(page: PdfPage, sides: NDArray[np.float64], framed: NDArray[np.bool_]) -> list[Rule]:
    """From left, bottom, right, top in the page's space to the page as displayed, without what is larger than it."""
    from ingest.pdf.words import display

    shown = display(page)
    width, height = page.get_size()
    left, bottom, right, top = sides.T
    x0, y0, x1, y1 = shown(left, top, right, bottom)
    inside = (x0 >= -2) & (y0 >= -2) & (x1 <= width + 2) & (y1 <= height + 2) & (y1 - y0 < 0.9 * height)
    return list(map(Rule, *(column[inside].tolist() for column in (x0, y0, x1, y1, framed))))


def _joined(rules: list[Rule]) -> list[Rule]:
    """Lines across, their pieces joined where they touch; all else as it is."""
    kept: list[Rule] = []
    across: list[tuple[int, float, Rule]] = []
    for rule in rules:
        x0, y0, x1, y1, _ = rule
        if y1 - y0 <= _THIN < x1 - x0:
            across.append((round(y0), x0, rule))
        else:
            kept.append(rule)
    across.sort(key=itemgetter(0, 1))
    lines: list[Rule] = []
    for _, _, rule in across:
        last = lines[-1] if lines else None
        if last is not None and abs(last.y0 - rule.y0) <= 1 and rule.x0 - last.x1 <= _TOUCH:
            lines[-1] = Rule(last.x0, min(last.y0, rule.y0), max(last.x1, rule.x1), max(last.y1, rule.y1))
        else:
            lines.append(rule)
    return sorted([*kept, *lines], key=itemgetter(1))
