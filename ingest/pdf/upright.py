"""Pages whose text runs sideways or upside down as a whole: they are read as if turned until it runs across.

So their tables, columns and headings are found as on any page; and of text upside down PDFium gives the letters of a
line from its end to its beginning.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from math import atan2, pi
from typing import TYPE_CHECKING, Literal

from ingest.pdf.direct import object_calls
from ingest.pdf.positions import Corners

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Turn = Literal[0, 90, 180, 270]
"""Degrees clockwise by which a page is turned."""
Back = Callable[[Corners], Corners]
"""From a box of the turned page to one of the page as displayed: left, top, right, bottom, origin top left."""
_SAMPLES = 12
"""Objects of a page that are looked at, from all over it."""
_SHARE = 0.8
_DEEPEST = 2
_QUARTER = pi / 2
_STRAIGHT = 0.1
"""By so much of a right angle text may be skewed."""
Matrix = tuple[float, ...]


@contextmanager
def upright(page: PdfPage) -> Iterator[Back | None]:
    """Within it the page is turned so that its text runs across; None where that is so already."""
    turn = turn_of(page)
    if not turn:
        yield None
        return
    width, height = page.get_size()
    before = page.get_rotation()
    page.set_rotation((before + turn) % 360)
    try:
        yield lambda box: _back(box, turn, width, height)
    finally:
        page.set_rotation(before)


def turn_of(page: PdfPage) -> Turn:
    """How a page is to be turned for most of its text to run across, by a sample of its text objects."""
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value or 0
    call = object_calls()
    count = call.count(handle)
    items = (call.item(handle, number) for number in range(0, count, max(1, count // _SAMPLES)))
    turns = Counter(islice(_turns(items, page.get_rotation(), 0), _SAMPLES))
    turn, times = turns.most_common(1)[0] if turns else (0, 0)
    return turn if turn and times >= _SHARE * turns.total() else 0


def _turns(items: Iterator[int], rotation: float, depth: int) -> Iterator[Turn]:
    """How the page is to be turned for each of some text objects; those within forms (a page in another) too."""
    import pypdfium2.raw as pdfium

    call, numbers = object_calls(), (ctypes.c_float * 6)()
    for item in items:
        kind = call.kind(item)
        if kind not in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM) or not call.matrix(item, numbers):
            continue
        a, b, c, d, *_ = numbers
        quarters = (atan2(b, a) - rotation * pi / 180) / _QUARTER
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            count = call.count_inside(item)
            inside = (call.inside(item, number) for number in range(0, count, max(1, count // _SAMPLES)))
            yield from _turns(inside, -90 * quarters, depth + 1)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT and a * d > b * c and abs(quarters - round(quarters)) < _STRAIGHT:
            yield _TURNS[round(quarters) % 4]


_TURNS: tuple[Turn, Turn, Turn, Turn] = (0, 90, 180, 270)


def _back(box: Corners, turn: Turn, width: float, height: float) -> Corners:
    """A box of the turned page as it lies on the page as displayed, which is so wide and high."""
    x0, y0, x1, y1 = box
    if turn == 90:
        return y0, height - x1, y1, height - x0
    if turn == 180:
        return width - x1, height - y1, width - x0, height - y0
    return width - y1, x0, width - y0, x1
