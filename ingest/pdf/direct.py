"""PDFium's functions called with plain addresses: through pypdfium2's own prototypes they take thrice the time."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def direct(function: Any, result: Any, *arguments: Any) -> Any:
    """One of `pypdfium2.raw`'s functions, with these ctypes for its result and arguments."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def columns_of(buffer: NDArray[Any]) -> list[range]:
    """The addresses of a buffer's cells, a range for each of its columns, from its first row to its last."""
    count, width = buffer.shape
    step = width * buffer.itemsize
    starts = range(buffer.ctypes.data, buffer.ctypes.data + step, buffer.itemsize)
    return [range(start, start + step * count, step) for start in starts]


def bare(function: Any, result: Any) -> Any:
    """A function whose arguments are `spot`s and numbers that fit a C int: nothing is converted, in half the time.

    `result` None: nobody looks at what it returns, and a tenth of the time is saved.
    """
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def spot(address: int) -> Any:
    """A pointer to an address, ready to be handed to a `bare` function."""
    return ctypes.byref(ctypes.c_char.from_address(address))


class ObjectCalls:
    """The functions that go through a page's objects, and those within forms (a page in another)."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        pointer, number = ctypes.c_void_p, ctypes.c_int
        self.count = direct(pdfium.FPDFPage_CountObjects, number, pointer)
        self.item = direct(pdfium.FPDFPage_GetObject, pointer, pointer, number)
        self.kind = direct(pdfium.FPDFPageObj_GetType, number, pointer)
        self.matrix = direct(pdfium.FPDFPageObj_GetMatrix, number, pointer, pointer)
        self.count_inside = direct(pdfium.FPDFFormObj_CountObjects, number, pointer)
        self.inside = direct(pdfium.FPDFFormObj_GetObject, pointer, pointer, ctypes.c_ulong)
        self.data = direct(pdfium.FPDFImageObj_GetImageDataRaw, ctypes.c_ulong, pointer, pointer, ctypes.c_ulong)
        self.bounds = direct(pdfium.FPDFPageObj_GetBounds, number, pointer, *[pointer] * 4)


@cache
def object_calls() -> ObjectCalls:
    """These functions, prepared once."""
    return ObjectCalls()
