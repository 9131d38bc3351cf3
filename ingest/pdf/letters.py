"""Letters of a text as numbers, and how usual it is that they follow one another in languages of Latin script."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
STEP = 0.18
"""A level of the table is so many nats of surprise."""
_BEYOND = 0x2000
"""Letters of Latin script have lower codes."""
# Row: a letter (first: none) ; column: the one after it. Made by tools/make_letter_pairs.py.
_PAIRS = (
    "2NQRTSTSWPZQSPRTShTOOVYXiZd",
    "HVWYUgYYaUdYORKcYlOSRWccoYa",
    "NJcdkLeoZLWoRliNkpRadMncqSm",
    "QKpYaMnoLOjUSZfKmlTaORmoqdh",
    "HKkdXKnleLciZibMksaUjSmcrca",
    "IScTSWbWiXfYQUMbXeMORYadXYa",
    "JMnfhTUYjKlmXgkLkmJfVRnlnbn",
    "KKYnhNobUMegVkZNnqQYhLbUqZb",
    "MJjmfGnemLjhccfOfoVbWQkfqec",
    "LNUTXTYXfZWQRVKTXeSNQcYciVZ",
    "PFgfbKkdhLaadeZOjkgYaSghjcf",
    "MHcfjOqkbJhaYWiMbrUWaQhXrXr",
    "LIYjVLdYhKgaQfjPgtmYURdhnWl",
    "NHPemJlfaOongXkMSsibiUqgsZo",
    "JMmVNNfOeLfabeYSjrqROXhowYe",
    "KYYVUcUZfbfWPPKVTrLRTTVXlha",
    "OIdfiLibaOnoSdhMSpPbROdfiWp",
    "MPccaTcccUccacbVccYZPEYcccc",
    "MLYYVLdVrJjWbWUPknVVSQdbrYh",
    "INmXkMmoULiUVhdTWpaTMRcYvag",
    "KLgckMktLLpjaghOfuQTYPieoZi",
    "NQSaSRbVbTbVPSNdVnKOPXYXgaa",
    "QHlkkHllkIklijhUklYdhXfhlRi",
    "PGjigMkhOJcbbkXRllTXfUkfiZa",
    "JOcPdNbeYLeebceXReZcIceebcc",
    "IGlZYRlemQZbfYUTToWSTUieohf",
    "OJagcKibcHaiZeWSikcWdSackUW",
)


def encoded(text: str) -> NDArray[np.uint32]:
    """The text's code points; a lone surrogate is a question mark."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def numbered(codes: NDArray[np.uint32]) -> NDArray[np.int16]:
    """For each code point the number of its letter without its accent, from 1; 0 for what is no Latin letter."""
    import numpy as np

    return _numbers()[np.minimum(codes, _BEYOND)]


@cache
def _numbers() -> NDArray[np.int16]:
    import numpy as np

    found = np.zeros(_BEYOND + 1, np.int16)
    for code in range(_BEYOND):
        base = unicodedata.normalize("NFKD", chr(code)).lower()[:1]
        if "a" <= base <= "z":
            found[code] = ord(base) - 96
    return found


@cache
def surprises() -> NDArray[np.float32]:
    """How surprising each pair of letters is, in nats, at `27 * first + second`."""
    import numpy as np

    return np.array([LEVELS.index(level) * STEP for row in _PAIRS for level in row], np.float32)
