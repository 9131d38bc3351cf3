"""PDFium's functions called with plain addresses: through pypdfium2's own prototypes they take thrice the time."""

from __future__ import annotations

import ctypes
from typing import Any


def direct(function: Any, result: Any, *arguments: Any) -> Any:
    """One of `pypdfium2.raw`'s functions, with these ctypes for its result and arguments."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)
