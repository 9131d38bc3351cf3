"""Strings that PDFium writes into a buffer of its caller's."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

_LINE_END = re.compile(r"\r\n?")
_MOST = 4_000_000
"""Bytes; what is longer is cut."""


def read_string(function: Callable[..., int], *arguments: Any) -> str:
    """What a function of PDFium's gives that writes UTF-16 into a buffer and returns its size in bytes, tidied."""
    size = min(function(*arguments, None, 0), _MOST)
    if size <= 2:  # the terminating null
        return ""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    function(*arguments, pointer, size)
    text = buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
    return _LINE_END.sub("\n", text).strip()
