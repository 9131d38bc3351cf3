"""Fusion: the scores of two searches made one, and what a chunk's surroundings add to its own.

The convex combination follows Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), with
the theoretical least of each score (0 for a cosine, as for BM25), which does not depend on who else was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.types import Hit

_NEIGHBOUR = 0.3
"""What the better of the chunks before and after adds. An answer often begins or ends beside what matched."""
_DOCUMENT = 1.0
"""What the best chunk of the same document adds: first the document is found, then what stands in it."""
_LONG, _HALF, _CHANCE = 10, 20, 0.25
"""Of many chunks one is like a question by chance: beyond so many, what a document's best one counts less; half of the
last number with so many more."""
_UNNAMED = 0.2
"""What it costs a document that it has, anywhere, none of the names of the question that another document has."""

_TURN = 2
"""Hits of one search before one of another."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a chunk stands: its document, and the chunks before and after it."""

    document: int
    before: int | None
    after: int | None
    among: int = 1
    """How many chunks its document has."""


def convex(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """The weighted mean of the scores, each as a share of the best one, for every key of `dense`.

    Args:
        dense: cosines.
        lexical: BM25 scores; a key that has none has no term of the question.
        dense_weight: from 0 to 1.
    """
    most_dense = max(dense.values(), default=0.0)
    most_lexical = max(lexical.values(), default=0.0)
    return {
        key: dense_weight * _share(value, most_dense) + (1 - dense_weight) * _share(lexical.get(key, 0.0), most_lexical)
        for key, value in dense.items()
    }


def with_surroundings(
    scores: Mapping[int, float], standings: Mapping[int, Standing], named: Mapping[int, float]
) -> dict[int, float]:
    """The scores with what neighbours and document add, from 0 to 1 again.

    Args:
        scores: of chunks.
        standings: theirs.
        named: of the documents, as `of_documents` takes it.
    """
    best = of_documents(scores, standings, named)
    most = 1 + _NEIGHBOUR + _DOCUMENT
    return {
        key: (score + _NEIGHBOUR * _beside(scores, standings[key]) + _DOCUMENT * best[standings[key].document]) / most
        for key, score in scores.items()
    }


def of_documents(
    scores: Mapping[int, float], standings: Mapping[int, Standing], named: Mapping[int, float]
) -> dict[int, float]:
    """What each document is worth: its best chunk, less what that may owe to there being many, or to another's name.

    The clause of a contract does not say between whom it is made: that stands in another chunk.

    Args:
        scores: of chunks.
        standings: theirs.
        named: of the documents, the share of the question's names that each has anywhere; none where it has none.
    """
    best: dict[int, float] = {}
    for key, score in scores.items():
        standing = standings[key]
        worth = max(0.0, score - _by_chance(standing.among))
        best[standing.document] = max(worth, best.get(standing.document, 0.0))
    most = max((named.get(document, 0.0) for document in best), default=0.0)
    return {one: max(0.0, worth - _UNNAMED * (most - named.get(one, 0.0))) for one, worth in best.items()}


def _by_chance(chunks: int) -> float:
    more = max(0, chunks - _LONG)
    return _CHANCE * more / (more + _HALF)


def _beside(scores: Mapping[int, float], standing: Standing) -> float:
    near = (standing.before, standing.after)
    return max((scores.get(key, 0.0) for key in near if key is not None), default=0.0)


def _share(value: float, most: float) -> float:
    return max(0.0, value / most) if most > 0 else 0.0


def interleaved(first: Sequence[Hit], second: Sequence[Hit]) -> list[Hit]:
    """Two searches' hits as one list: after two of the first one of the second, none twice.

    No hit scores more than the one before it.
    """
    order = [(hit, first) for hit in first]
    for at, hit in enumerate(second):
        order.insert(min(_TURN * (at + 1) + at, len(order)), (hit, second))
    taken: list[tuple[Hit, Sequence[Hit]]] = []
    for hit, own in order:
        if all(own is other or hit.path != one.path or not hit.span.overlaps(one.span) for one, other in taken):
            least = taken[-1][0].score if taken else hit.score
            taken.append((replace(hit, rank=len(taken) + 1, score=min(hit.score, least)), own))
    return [hit for hit, _ in taken]
