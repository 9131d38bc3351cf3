"""Where on a page pictures lie."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import TYPE_CHECKING

from ingest.pdf.direct import object_calls
from ingest.pdf.positions import Corners, displayed

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MOST_OBJECTS = 40_000
"""Of a page with more, a map or a plot, the rest is not looked at."""
_MOST_INSIDE = 2_000
_DEEPEST = 3
_MOST_IMAGES = 400
Matrix = tuple[float, ...]
"""PDF's a, b, c, d, e, f."""
_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_TOUCH = 2.0
"""Pieces of one picture (writers cut large ones into strips and tiles) are no further apart, in points."""


@dataclass(frozen=True, slots=True)
class Area:
    """A picture on a page: left, top, right, bottom in points as displayed; PDFium's objects it is made of."""

    corners: Corners
    items: tuple[int, ...]


def image_areas(page: PdfPage) -> list[Area]:
    """The pictures on a page; touching ones are one. The objects are valid until the page is closed."""
    import pypdfium2.raw as pdfium

    call = object_calls()
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    numbers = range(min(call.count(handle), _MOST_OBJECTS))
    items = list(map(call.item, repeat(handle), numbers))
    kinds = bytes(map(call.kind, items))
    found = [number for number in numbers if kinds[number] in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)]
    images = (image for number in found for image in _images(items[number], _UNMOVED, 0))
    return _joined(Area(displayed(page, corners), (item,)) for item, corners in islice(images, _MOST_IMAGES))


def raw_data(item: int, most: int) -> bytes:
    """An image as the file holds it, packed; nothing where that is more than `most` bytes."""
    call = object_calls()
    size = call.data(item, None, 0)
    if not 0 < size <= most:
        return b""
    buffer = ctypes.create_string_buffer(size)
    call.data(item, ctypes.addressof(buffer), size)
    return buffer.raw


def _images(item: int, matrix: Matrix, depth: int) -> Iterator[tuple[int, Corners]]:
    """An image with its corners, or the images within a form (a drawing that may be used again)."""
    import pypdfium2.raw as pdfium

    call, numbers = object_calls(), (ctypes.c_float * 6)()
    places = [ctypes.addressof(numbers) + 4 * at for at in range(4)]
    kind = call.kind(item)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE and call.bounds(item, *places):
        yield item, _moved((numbers[0], numbers[1], numbers[2], numbers[3]), matrix)
    if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST and call.matrix(item, places[0]):
        within = _multiplied((*numbers,), matrix)
        for number in range(min(call.count_inside(item), _MOST_INSIDE)):
            yield from _images(call.inside(item, number), within, depth + 1)


def _multiplied(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    k, m, n, o, x, y = then
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + x, e * m + f * o + y


def _moved(corners: Corners, matrix: Matrix) -> Corners:
    a, b, c, d, e, f = matrix
    left, bottom, right, top = corners
    spots = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, down = zip(*spots, strict=True)
    return min(across), min(down), max(across), max(down)


def _joined(areas: Iterable[Area]) -> list[Area]:
    """The areas, those that touch or overlap made one."""
    found: list[Area] = []
    for area in areas:
        whole, apart = area, []
        for other in found:
            if _touch(whole.corners, other.corners):
                whole = Area(_around(whole.corners, other.corners), (*other.items, *whole.items))
            else:
                apart.append(other)
        found = [*apart, whole]
    return found


def _around(one: Corners, other: Corners) -> Corners:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _touch(one: Corners, other: Corners) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across >= -_TOUCH and down >= -_TOUCH
