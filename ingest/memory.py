"""What a worker holds without using it."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Has the C library return what it freed, in a millisecond or two: else a worker grows from page to page."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
