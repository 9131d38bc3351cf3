"""Scoring: how well each unit answers a question, by its words, those around it, and the vectors of the chunks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from retrieval import dates
from retrieval.lexical import is_cjk
from retrieval.passages import Floats, Ints, Units, folded

_WINDOWS = (1, 30, 60, 200)
"""Tokens: the words of a unit itself count, and those around it, nearer ones more often."""
_SHORT = 30
"""Tokens: shorter windows are not taken for more telling."""
_AMONG = 60
"""Passages, the best ones: how rare a word is among their units tells more than how rare it is in the collection."""
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
_SINGLE = "aeiouls"
"""Letters that are not doubled before an ending, or doubled in the word itself (`pass`, `fall`)."""
_SEVERAL = re.compile(r"(?:['’]?s)?(?!\w)")
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


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a word of the question tells."""

    overall: float
    """By how rare it is in the collection."""
    among_its_kind: Floats
    """Of each passage, by how rare it is among documents of its kind."""


def unit_scores(
    units: Units,
    found: Found,
    weights: Mapping[str, Weight],
    *,
    dense_weight: float | None,
    cosines: Floats | None = None,
) -> Floats:
    """A score from 0 to 1 of each unit.

    Args:
        units: of the passages.
        found: of the same passages.
        weights: how much each of the question's words tells.
        dense_weight: 1 or 0 where only vectors or only words are searched; None: both.
        cosines: of the units that have a vector of their own, of others NaN; None: none has.
    """
    weight = _DENSE if dense_weight is None else dense_weight
    near = _near(units, found)
    meant = near if cosines is None else _meant(units, near, cosines)
    own = weight * meant + (1 - weight) * _told(units, found, weights)
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


def _meant(units: Units, near: Floats, cosines: Floats) -> Floats:
    """Of the vectors, those of the units too: the mean of `near` and of the cosines in windows around the units."""
    known = ~np.isnan(cosines)
    size = np.where(known, units.tokens, 0.0)
    sizes = np.concatenate(([0.0], np.cumsum(size)))
    sums = np.concatenate(([0.0], np.cumsum(np.where(known, cosines, 0.0) * size)))
    total = near.copy()
    for width in _WINDOWS:
        low, high = _window(units, width)
        total += share((sums[high] - sums[low]) / np.maximum(sizes[high] - sizes[low], 1e-9))
    return np.where(known, total / (len(_WINDOWS) + 1), near)


def _told(units: Units, found: Found, weights: Mapping[str, Weight]) -> Floats:
    """Of the words: the mean of BM25 in windows around the units, and in their chunks with context."""
    counts = {word: _counts(units, word) for word in weights}
    telling = _telling(units, found, counts, weights)
    sums = {word: np.concatenate(([0], np.cumsum(count))) for word, count in counts.items()}
    ends = np.concatenate(([0.0], np.cumsum(units.tokens)))
    total = found.lexical[units.passage].copy()
    for width in _WINDOWS:
        low, high = _window(units, width)
        norm = _K1 * (1 - _B + _B * (ends[high] - ends[low]) / max(width, _SHORT))
        score = np.zeros(len(units))
        for word, weight in telling.items():
            often = sums[word][high] - sums[word][low]
            score += weight * often * (_K1 + 1) / (often + norm)
        total += share(score)
    return np.asarray(total / (len(_WINDOWS) + 1))


def _telling(
    units: Units, found: Found, counts: Mapping[str, Ints], weights: Mapping[str, Weight]
) -> dict[str, Floats]:
    """How much each word tells in each unit: in prose by how rare it is among the units of the best passages.

    What most of them speak of does not tell which of them answers, however rare it is in the collection. Rows, records
    and prints are sent whole: what tells them apart is what does so among their kind. Both weigh the same in all.
    """
    prose = ~np.asarray([one.tabular for one in units.passages], dtype=bool)[units.passage]
    best = np.zeros(len(units.passages), dtype=bool)
    best[np.argsort(-found.fused.round(5), kind="stable")[:_AMONG]] = True  # equal ones by path and place
    among = prose & best[units.passage]
    here = {word: int(np.count_nonzero(count[among])) for word, count in counts.items()}
    local = {word: weight_of(often, int(np.count_nonzero(among))) for word, often in here.items()}
    there = [word for word, often in here.items() if often]
    rate = sum(weights[word].overall for word in there) / sum(local[word] for word in there) if there else 0.0
    return {
        word: np.where(prose, rate * local[word], weight.among_its_kind[units.passage])
        for word, weight in weights.items()
    }


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
    if date := dates.pattern_of(word):
        return [match.start() for match in date.finditer(text)]
    whole = is_cjk(word)
    base = word if whole else base_of(word)
    found: list[int] = []
    ends = _ends if len(base) >= _LEAST else _ends_short
    at = text.find(base)
    while at >= 0:
        if whole or (not (at and text[at - 1].isalnum()) and ends(text, at + len(base))):
            found.append(at)
        at = text.find(base, at + 1)
    return found


def _ends(text: str, at: int) -> bool:
    """Whether a word that begins with a base ends here, with an ending, or with its last letter doubled before one."""
    if at == len(text) or not (text[at].isalnum() or text[at] == "_"):
        return True
    last = text[at - 1]
    doubled = last.isalpha() and last not in _SINGLE and text.startswith(last, at)
    return bool(_TAIL.match(text, at) or (doubled and _TAIL.match(text, at + 1)))


def _ends_short(text: str, at: int) -> bool:
    """The same of a base of one or two letters, of which few words are forms: `B` and `B's`, not `be` and `by`."""
    return _SEVERAL.match(text, at) is not None


def base_of(word: str) -> str:
    """A folded word without its ending: what its other forms begin with too."""
    if not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in _SINGLE else word


def words_of(terms: Sequence[str]) -> list[str]:
    """The folded words of what is looked up; a date in numbers is one."""
    return list(dict.fromkeys(word for term in terms for word in _parts(term)))


def _parts(term: str) -> list[str]:
    return [term] if dates.pattern_of(term) else _WORD.findall(folded(term))


def weight_of(count: int, size: int) -> float:
    """How much a word tells that so many of the chunks have (as BM25 has it, never below 0)."""
    return log(1 + (size - count + 0.5) / (count + 0.5))


def share(values: Floats) -> Floats:
    """Each value as a share of the best one; 0 where that is not above 0."""
    most = values.max() if len(values) else 0.0
    return np.maximum(0.0, values / most) if most > 0 else np.zeros(len(values))
