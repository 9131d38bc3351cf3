"""What kinds of characters stand beside one another: words are not made of capitals, digits and signs in turn."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST = 20
_ODD = 0.3
"""The share of odd neighbours: in source code 0.1 to 0.25, in swapped characters 0.33 to 0.6."""
_ACCENTED = 0.25
"""The share of accented letters beside accented letters: in Vietnamese 0.05, in bytes read wrongly 0.5 to 1."""
_KINDS = 9
_LOWER, _UPPER, _DIGIT, _ENDER, _OPENER, _JOINER, _SIGN, _ACCENT = range(1, _KINDS)
_SIGNS = (
    (_DIGIT, "0123456789"),
    (_ENDER, '.,;:!?)"%”…'),
    (_OPENER, "($“"),
    (_JOINER, "-/'&’‘‐‑–—\xad"),
    (_SIGN, "#*+<=>@[\\]^_`{|}~"),
    (_ACCENT, "‚„†‡ˆ‰‹›˜™€"),
)
_ODD_NEIGHBOURS = (
    *((_LOWER, other) for other in (_UPPER, _DIGIT, _OPENER, _SIGN)),
    *((_UPPER, other) for other in (_DIGIT, _OPENER, _SIGN)),
    *((_DIGIT, other) for other in (_LOWER, _UPPER, _OPENER, _SIGN)),
    *((_ENDER, other) for other in (_LOWER, _SIGN)),
    (_OPENER, _SIGN),
    *((_SIGN, other) for other in (_LOWER, _UPPER, _DIGIT, _ENDER, _OPENER)),
)
_BEYOND = 0x2200


def is_jumbled(codes: NDArray[np.uint32]) -> bool:
    """Whether words are made of small and capital letters, digits and signs in turn, or of accented letters alone."""
    import numpy as np

    kinds = _kinds()[np.minimum(codes, _BEYOND)]
    pairs = np.bincount(_KINDS * kinds[:-1] + kinds[1:], minlength=_KINDS * _KINDS).reshape(_KINDS, _KINDS)
    joined = int(pairs[1:, 1:].sum())
    if joined < _LEAST:
        return False
    odd = sum(int(pairs[first, second]) for first, second in _ODD_NEIGHBOURS)
    chance = 1 / sqrt(joined)
    return odd > (_ODD + chance) * joined or bool(pairs[_ACCENT, _ACCENT] > (_ACCENTED + chance) * joined)


@cache
def _kinds() -> NDArray[np.uint8]:
    """What kind of character each code point is; 0 for white space and what stands beside anything."""
    import numpy as np

    found = np.zeros(_BEYOND + 1, np.uint8)
    for first, last in ((0xA1, 0xAC), (0xAE, 0x24F), (0x1E00, 0x1EFF)):
        found[first : last + 1] = _ACCENT
    found[ord("a") : ord("z") + 1] = _LOWER
    found[ord("A") : ord("Z") + 1] = _UPPER
    for kind, signs in _SIGNS:
        found[list(map(ord, signs))] = kind
    return found
