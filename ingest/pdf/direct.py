"""PDFium's functions called with plain addresses: through pypdfium2's own prototypes they take thrice the time."""

from __future__ import annotations

import ctypes
from typing import Any

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
