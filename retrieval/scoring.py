"""Scoring: how well each unit answers a question, by its words, those around it, and the vectors of the chunks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from retrieval.lexical import is_cjk
from retrieval.passages import Floats, Ints, Units, folded

_WINDOWS = (1, 30, 60, 200)
"""Tokens: the words of a unit itself count, and those around it, nearer ones more often."""
_SHORT = 30
"""Tokens: shorter windows are not taken for more telling."""
_K1, _B = 1.2, 0.75
_DENSE = 0.4
"""The weight of the vectors, beside the words, in a unit's own score; of the two in a chunk's see the settings."""
_NEIGHBOUR = 0.25
"""What the better of the units before and after adds."""
_CHUNK = 0.6
"""What the score of the chunk around a unit adds."""
_DOCUMENT = 1.0
"""What the best chunk of the document adds (as in `fusion`)."""
_MOST = 1 + _NEIGHBOUR + _CHUNK * 2.3 + _DOCUMENT
_WORD = re.compile(r"\w+")
_ENDINGS_TEXT = """
ations ation ational ically ities ments ment iness ness ings ing ions ion iest ier ies ied ity ive ives able ably
ally al als ers er ors or ed es ly est ic y e s
"""
_ENDINGS = _ENDINGS_TEXT.split()
_TAIL = re.compile(rf"(?:{'|'.join(_ENDINGS)}|['’]s)?(?!\w)")
_LEAST = 3
"""Letters that are left of a word without its ending."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about the passages, one value of each."""

    dense: Floats
    """Cosine, as a share of the best one."""
    lexical: Floats
    """BM25 of chunk and context, as a share of the best one."""
    fused: Floats
    """Both and the neighbours and the document's best, from 0 to 1."""
    document: Floats
    """The best of its document's chunks, of both, from 0 to 1."""
    before: Ints
    """The number of the passage before it; its own where that was not found."""
    after: Ints


def unit_scores(units: Units, found: Found, weights: Mapping[str, float], *, dense_weight: float | None) -> Floats:
    """A score from 0 to 1 of each unit.

    Args:
        units: of the passages.
        found: of the same passages.
        weights: how much each of the question's words tells, as `lexical.weights` gives them.
        dense_weight: 1 or 0 where only vectors or only words are searched; None: both.
    """
    weight = _DENSE if dense_weight is None else dense_weight
    own = weight * _near(units, found) + (1 - weight) * _told(units, found, weights)
    same = units.run[1:] == units.run[:-1]
    beside = np.zeros(len(units))
    beside[1:] = np.where(same, own[:-1], 0.0)
    beside[:-1] = np.maximum(beside[:-1], np.where(same, own[1:], 0.0))
    chunk = 2.3 * found.fused[units.passage]
    total = own + _NEIGHBOUR * beside + _CHUNK * chunk + _DOCUMENT * found.document[units.passage]
    return np.asarray(total / _MOST, dtype=np.float64)


def _near(units: Units, found: Found) -> Floats:
    """Of the vectors: the farther a unit lies from its chunk's middle, the more the neighbour's counts."""
    middle = np.cumsum(units.tokens) - units.tokens / 2
    first = np.searchsorted(units.passage, np.arange(len(units.passages)), "left")
    last = np.searchsorted(units.passage, np.arange(len(units.passages)), "right")
    ends = np.concatenate(([0.0], np.cumsum(units.tokens)))
    low, high = ends[first][units.passage], ends[last][units.passage]
    off = 2 * (middle - low) / np.maximum(high - low, 1e-9) - 1
    own = found.dense[units.passage]
    beside = np.where(off < 0, found.dense[found.before[units.passage]], found.dense[found.after[units.passage]])
    return np.asarray(own + np.abs(off) * (beside - own))


def _told(units: Units, found: Found, weights: Mapping[str, float]) -> Floats:
    """Of the words: the mean of BM25 in windows around the units, and in their chunks with context."""
    counts = {word: np.concatenate(([0], np.cumsum(_counts(units, word)))) for word in weights}
    ends = np.concatenate(([0.0], np.cumsum(units.tokens)))
    total = found.lexical[units.passage].copy()
    for width in _WINDOWS:
        low, high = _window(units, width)
        norm = _K1 * (1 - _B + _B * (ends[high] - ends[low]) / max(width, _SHORT))
        score = np.zeros(len(units))
        for word, weight in weights.items():
            often = counts[word][high] - counts[word][low]
            score += weight * often * (_K1 + 1) / (often + norm)
        total += share(score)
    return np.asarray(total / (len(_WINDOWS) + 1))


def _window(units: Units, width: int) -> tuple[Ints, Ints]:
    """First and last (beyond it) of the units that lie within so many tokens around each; itself at least."""
    ends = np.cumsum(units.tokens)
    begins = ends - units.tokens
    middle = (begins + ends) / 2
    low = np.searchsorted(begins, middle - width / 2, "left")
    high = np.searchsorted(ends, middle + width / 2, "right")
    number = np.arange(len(units))
    low = np.maximum(low, np.searchsorted(units.run, units.run, "left"))
    high = np.minimum(high, np.searchsorted(units.run, units.run, "right"))
    return np.minimum(low, number), np.maximum(high, number + 1)


def _counts(units: Units, word: str) -> NDArray[np.int64]:
    """How often each unit has a word, in any form of it."""
    places = np.asarray(_places(units.text, word), dtype=np.int64)
    if not len(places) or not len(units):
        return np.zeros(len(units), dtype=np.int64)
    number = np.searchsorted(units.at, places, "right") - 1
    inside = (number >= 0) & (places < (units.at + units.end - units.start)[number])
    return np.bincount(number[inside], minlength=len(units))


def _places(text: str, word: str) -> list[int]:
    """Where a word stands in a folded text."""
    whole = is_cjk(word)
    base = word if whole else base_of(word)
    found: list[int] = []
    at = text.find(base)
    while at >= 0:
        if whole or (not (at and text[at - 1].isalnum()) and _TAIL.match(text, at + len(base))):
            found.append(at)
        at = text.find(base, at + 1)
    return found


def base_of(word: str) -> str:
    """A folded word without its ending: what its other forms begin with too."""
    if not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "aeiouls" else word


def words_of(terms: Sequence[str]) -> list[str]:
    """The folded words of what is looked up."""
    return list(dict.fromkeys(word for term in terms for word in _WORD.findall(folded(term))))


def weight_of(count: int, size: int) -> float:
    """How much a word tells that so many of the chunks have (as BM25 has it, never below 0)."""
    return log(1 + (size - count + 0.5) / (count + 0.5))


def share(values: Floats) -> Floats:
    """Each value as a share of the best one; 0 where that is not above 0."""
    most = values.max() if len(values) else 0.0
    return np.maximum(0.0, values / most) if most > 0 else np.zeros(len(values))
