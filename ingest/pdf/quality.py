"""Whether the text layer of a PDF's page can be trusted, judged by the text alone.

A layer is broken in few ways: codes that mean no character, letters shifted or swapped (a wrong table from glyphs to
characters), bytes read in a wrong encoding, letters spaced out, characters of many scripts thrown together. Each
shows in what follows what: in every language that is written in Latin letters some pairs of letters are common, and
words are not made of capitals, digits and signs in turn. Numbers, codes and other scripts give no such evidence and
are trusted.
"""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING, Literal

from ingest.pdf.letters import encoded, numbered, surprises
from ingest.pdf.scripts import is_foreign, is_mixed
from ingest.pdf.shapes import is_jumbled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Verdict = Literal["good", "sparse", "broken"]

FEW = 20
"""A page with fewer characters, white space aside, has as good as no text layer."""
_CID = re.compile(r"\(cid:\d+\)")
_NO_CHARACTER = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f\ufffd\ufdd0-\ufdef\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Controls, the replacement character, private use; U+0002, U+FFFE and U+FFFF are how PDFium says "hyphen"."""
_MOST_WITHOUT_CHARACTER = 0.2
_LONG_CODE = re.compile(r"[A-Za-z0-9+/=_\-]{25,}")
"""Hashes, keys, base64: they look like noise and are none."""
_LEAST = 20
"""So many pairs of neighbours are needed to judge by them: below, chance decides."""
_PIECE = 150
"""Pairs of letters that are judged together, so that one broken font among good ones shows."""
_SURPRISE = 3.4
"""In nats a pair: above all text of 50 languages (2.3 to 3.3), below letters swapped or shifted (3.5 to 4.5)."""
_CHANCE = 2.0
"""Divided by the square root of how many pairs there are: so much more must it be."""
_WORTH_A_LOOK = 2.85
_BROKEN_PIECES = 0.3
_SINGLE = 0.6
_SINGLE_SURPRISE = 3.2
"""Below, letters in a row are words run together; a matrix of letters has 3.5 and more."""
_WORDS = 0.67
"""So many inner pairs a letter have words of over three letters; codes and part numbers have fewer."""
_FEWEST_LETTERS = 10
"""So many different letters has any text of some length; the alphabet of a gene has four."""
_MISREAD = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\u00e2\u20ac")
"""UTF-8 that was read as Windows-1252."""
_MISREAD_STARTS = "\u00c2\u00c3\u00e2"
_FEWEST_MISREAD = 5
_MOST_MISREAD = 0.005


def verdict(text: str, *, few: int = FEW) -> Verdict:
    """What a page's extracted text is worth: "good", "sparse" (as good as none) or "broken" (not what is shown)."""
    bare = "".join(text.split())
    if len(bare) < few:
        return "sparse"
    if _share_without_character(bare) > _MOST_WITHOUT_CHARACTER:
        return "broken"
    return "broken" if _is_noise(text) and _is_noise(_LONG_CODE.sub(" ", text)) else "good"


def _share_without_character(bare: str) -> float:
    plain = bare.isprintable() and "\ufffd" not in bare  # asked first: the pattern takes ten times as long
    found = 0 if plain else len(_NO_CHARACTER.findall(bare))
    if "(cid:" in bare:
        found += sum(map(len, _CID.findall(bare)))
    return found / len(bare)


def _is_noise(text: str) -> bool:
    codes = encoded(text)
    letters = numbered(codes)
    if (not is_foreign(codes)) and (_is_swapped(letters) or is_jumbled(codes) or _is_spaced_out(letters)):
        return True
    return not text.isascii() and (is_mixed(codes) or _is_misread(text))


def _is_misread(text: str) -> bool:
    if not any(letter in text for letter in _MISREAD_STARTS):
        return False
    found = len(_MISREAD.findall(text))
    return found >= _FEWEST_MISREAD and found > _MOST_MISREAD * len(text)


def _is_swapped(letters: NDArray[np.int16]) -> bool:
    """Whether letters follow one another as in no language, in all the text or in many pieces of it."""
    found = _surprises(letters)
    if len(found) < _LEAST or not _are_words(letters):
        return False
    usual = found.mean()
    if usual > _SURPRISE + _CHANCE / sqrt(len(found)):
        return True
    if usual < _WORTH_A_LOOK or len(found) < 2 * _PIECE:
        return False
    pieces = found[: len(found) // _PIECE * _PIECE].reshape(-1, _PIECE).mean(axis=1)
    return bool((pieces > _SURPRISE + _CHANCE / sqrt(_PIECE)).mean() >= _BROKEN_PIECES)


def _are_words(letters: NDArray[np.int16]) -> bool:
    """Whether there are many different letters, most of them inside words."""
    import numpy as np

    inner = np.count_nonzero((letters[:-1] > 0) & (letters[1:] > 0))
    used = np.bincount(letters)[1:]
    return bool(inner > _WORDS * used.sum() and np.count_nonzero(used) >= _FEWEST_LETTERS)


def _surprises(letters: NDArray[np.int16]) -> NDArray[np.float32]:
    pairs = 27 * letters[:-1] + letters[1:]
    found: NDArray[np.float32] = surprises()[pairs[pairs > 0]]
    return found


def _is_spaced_out(letters: NDArray[np.int16]) -> bool:
    """Whether most letters stand alone though together they read as words."""
    import numpy as np

    isolated = (letters[1:-1] > 0) & (letters[:-2] == 0) & (letters[2:] == 0)
    together = letters[letters > 0]
    if len(together) < _LEAST or np.count_nonzero(isolated) < _SINGLE * len(together):
        return False
    return bool(_surprises(together).mean() < _SINGLE_SURPRISE)
