"""Characters of several scripts thrown together: what a wrong table from glyphs to characters makes of a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST = 60
_MIXED = 0.3
"""The share of neighbours that are letters of different scripts; with terms in Latin letters a Chinese text has 0.1."""
_RARE = 0.4
"""The share of rare ideographs (syllables): below 0.1 in text, 0.6 and more where they are drawn by chance."""
_FOREIGN = 0.25
_LAST_LATIN, _LAST_SIGN = 0x24F, 0x22FF
_LATIN, _GREEK, _ARABIC, _EAST, _OTHER = 1, 2, 3, 4, 5
_STARTS = (
    *((0x80, 0), (0xC0, _LATIN), (0x370, _GREEK), (0x400, 10), (0x530, 11), (0x590, 12), (0x600, _ARABIC), (0x780, 13)),
    *((0x900 + 0x80 * number, 20 + number) for number in range(12)),
    *((0xF00, 40), (0x1000, 41), (0x10A0, 42), (0x1100, _EAST), (0x1200, 43), (0x13A0, 44), (0x1780, 45), (0x1800, 46)),
    *((0x1E00, _LATIN), (0x1F00, _GREEK), (0x2000, 0), (0x2C00, 47), (0x2E00, 0), (0x2E80, _EAST), (0xA000, _OTHER)),
    *((0xAC00, _EAST), (0xD800, 0), (0xF900, _EAST), (0xFB00, _LATIN), (0xFB1D, 12), (0xFB50, _ARABIC), (0xFE00, 0)),
    *((0xFE70, _ARABIC), (0xFF00, _EAST), (0xFFE0, 0), (0x20000, _EAST), (0x32000, 0)),
)
"""Where in Unicode letters of a script begin; 0 for signs that stand beside any."""
_COMMON = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF), ("euc_kr", 0xB0, 0xC8))
"""Character sets that part common ideographs or syllables from rare ones, with the lead bytes of the common ones."""


def is_foreign(codes: NDArray[np.uint32]) -> bool:
    """Whether enough is written in other scripts that the Latin letters are terms, commands and units."""
    import numpy as np

    others = (codes > _LAST_LATIN) & ((codes < 0x1E00) | (codes > _LAST_SIGN))
    return bool(np.count_nonzero(others) > _FOREIGN * len(codes))


def is_mixed(codes: NDArray[np.uint32]) -> bool:
    """Whether letters of different scripts are neighbours too often, or ideographs mostly rare ones."""
    import numpy as np

    if not ((codes > _LAST_LATIN) & ((codes < 0x2000) | (codes >= 0x2C00))).any():
        return False
    scripts = _scripts(codes)
    both = (scripts[:-1] > 0) & (scripts[1:] > 0)
    different = np.count_nonzero(both & (scripts[:-1] != scripts[1:]))
    if np.count_nonzero(both) >= _LEAST and different > _MIXED * np.count_nonzero(both):
        return True
    found = codes[((codes >= 0x3400) & (codes < 0xA000)) | ((codes >= 0xAC00) & (codes < 0xD7A4))]
    return len(found) >= _LEAST and bool(_common()[found].mean() < 1 - _RARE)


def _scripts(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The script of each character, 0 for what is no letter."""
    import numpy as np

    starts, scripts = _table()
    found = scripts[np.searchsorted(starts, codes, side="right")]
    small = codes | 0x20
    found[(codes < 0x80) & (small >= 0x61) & (small <= 0x7A)] = _LATIN
    return found


@cache
def _table() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    import numpy as np

    return np.array([start for start, _ in _STARTS], np.uint32), np.array([0, *(script for _, script in _STARTS)])


@cache
def _common() -> NDArray[np.bool_]:
    """For each code up to U+FFFF whether it is a common ideograph or syllable somewhere."""
    import numpy as np

    found = np.zeros(0x10000, np.bool_)
    for name, first, last in _COMMON:
        pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
        for char in filter(None, (pair.decode(name, "ignore") for pair in pairs)):
            found[ord(char[0])] = len(char) == 1 or found[ord(char[0])]
    return found
