"""What characters are, of many at once by their codes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_LAST_CHARACTER = 0x10FFFF
_BEYOND = 0x10000
"""Neither white space nor anything else that is asked for has a code that is as high."""


def as_text(codes: NDArray[np.int64]) -> str:
    """A character for each code; U+FFFD for what broken fonts have beyond Unicode."""
    return (
        np.where(codes <= _LAST_CHARACTER, codes, 0xFFFD).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    )


def is_letter(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Letters and digits; beyond ASCII all but general punctuation."""
    plain = ((codes >= 48) & (codes <= 57)) | ((codes >= 65) & (codes <= 90)) | ((codes >= 97) & (codes <= 122))
    found: NDArray[np.bool_] = plain | ((codes > 0xBF) & ~((codes >= 0x2000) & (codes <= 0x2BFF)))
    return found


@cache
def _spaces() -> NDArray[np.bool_]:
    """For each code whether it is white space or a control."""
    codes = np.arange(_BEYOND + 1)
    space = (codes <= 32) | ((codes >= 0x7F) & (codes <= 0xA0)) | (codes == 0xAD) | (codes == 0x3000)
    space |= ((codes >= 0x2000) & (codes <= 0x200F)) | ((codes >= 0x2028) & (codes <= 0x202F)) | (codes == 0x205F)
    found: NDArray[np.bool_] = space | (codes == 0xFEFF) | (codes >= 0xFFFE) & (codes <= 0xFFFF)
    return found


def is_space(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """White space and control codes; the hyphen at a line's end among them."""
    found: NDArray[np.bool_] = _spaces()[np.minimum(codes, _BEYOND)]
    return found


def runs_left(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Letters of Hebrew, Arabic and their neighbours, and their presentation forms."""
    found: NDArray[np.bool_] = ((codes >= 0x590) & (codes <= 0x8FF)) | ((codes >= 0xFB1D) & (codes <= 0xFEFC))
    return found
