"""From a PDF's own coordinates to the page as displayed."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from ingest.types import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_FINE = 10
"""PDFium answers in whole pixels: so many make a point."""
Corners = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own coordinates: not rotated or cropped, origin bottom left."""


def corners_of(annotation: Any) -> Corners:
    """Where an annotation lies, in the page's own coordinates."""
    import pypdfium2.raw as pdfium

    found = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, found)
    return found.left, min(found.bottom, found.top), found.right, max(found.bottom, found.top)


def displayed(page: PdfPage, corners: Corners) -> Corners:
    """Left, top, right, bottom in points of the page as displayed, origin top left; kept within the page."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    size = (round(width * _FINE), round(height * _FINE))
    across, down = ctypes.c_int(), ctypes.c_int()
    spots = []
    for x, y in ((corners[0], corners[1]), (corners[2], corners[3])):
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        spots.append((_within(across.value / _FINE, width), _within(down.value / _FINE, height)))
    (x0, y0), (x1, y1) = spots
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def box_on_page(page: PdfPage, number: int, annotation: Any) -> Box:
    """The box of an annotation on page `number`."""
    return Box(number, *displayed(page, corners_of(annotation)))


def _within(value: float, most: float) -> float:
    return round(min(max(value, 0.0), most), 1)
