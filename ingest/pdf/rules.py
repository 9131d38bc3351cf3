"""The ruled lines and shaded areas of a PDF page, which part the rows and columns of tables."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from ingest.pdf.direct import direct

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


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line or rectangle, in points as displayed, origin top left."""

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
    import pypdfium2.raw as pdfium

    call = _calls()
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    items = list(map(call.item, repeat(handle), range(min(call.count(handle), _MOST_OBJECTS))))
    paths = [item for item, kind in zip(items, map(call.kind, items), strict=True) if kind == pdfium.FPDF_PAGEOBJ_PATH]
    plain = [item for item, count in zip(paths, map(call.segments, paths), strict=True) if count <= _SEGMENTS]
    sides = (ctypes.c_float * 4)()
    places = [ctypes.addressof(sides) + 4 * at for at in range(4)]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    modes = ctypes.addressof(fill), ctypes.addressof(stroke)
    found = []
    for item in plain[:_MOST_RULES]:
        if call.bounds(item, *places):
            call.mode(item, *modes)
            found.append((*sides, bool(stroke.value)))
    return _joined(_displayed(page, found))


class _Calls:
    """PDFium's functions, called with plain addresses."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        pointer, number = ctypes.c_void_p, ctypes.c_int
        self.count = direct(pdfium.FPDFPage_CountObjects, number, pointer)
        self.item = direct(pdfium.FPDFPage_GetObject, pointer, pointer, number)
        self.kind = direct(pdfium.FPDFPageObj_GetType, number, pointer)
        self.segments = direct(pdfium.FPDFPath_CountSegments, number, pointer)
        self.mode = direct(pdfium.FPDFPath_GetDrawMode, number, pointer, pointer, pointer)
        self.bounds = direct(pdfium.FPDFPageObj_GetBounds, number, pointer, *[pointer] * 4)


@cache
def _calls() -> _Calls:
    return _Calls()


def _displayed(page: PdfPage, found: list[tuple[float, float, float, float, bool]]) -> list[Rule]:
    """From left, bottom, right, top in the page's space to the page as displayed, without what is larger than it."""
    from ingest.pdf.words import display

    shown = display(page)
    width, height = page.get_size()
    rules = []
    for left, bottom, right, top, framed in found:
        x0, y0, x1, y1 = shown(left, top, right, bottom)
        if x0 >= -2 and y0 >= -2 and x1 <= width + 2 and y1 <= height + 2 and y1 - y0 < 0.9 * height:
            rules.append(Rule(x0, y0, x1, y1, framed))
    return rules


def _joined(rules: list[Rule]) -> list[Rule]:
    """Lines across, their pieces joined where they touch; all else as it is."""
    kept = [rule for rule in rules if not rule.across]
    lines: list[Rule] = []
    for rule in sorted((rule for rule in rules if rule.across), key=lambda rule: (round(rule.y0), rule.x0)):
        last = lines[-1] if lines else None
        if last is not None and abs(last.y0 - rule.y0) <= 1 and rule.x0 - last.x1 <= _TOUCH:
            lines[-1] = Rule(last.x0, min(last.y0, rule.y0), max(last.x1, rule.x1), max(last.y1, rule.y1))
        else:
            lines.append(rule)
    return sorted([*kept, *lines], key=lambda rule: rule.y0)
