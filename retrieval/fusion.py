"""Fusion: the scores of two searches made one, and what a chunk's surroundings add to its own.

The convex combination follows Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), with
the theoretical least of each score (0 for a cosine, as for BM25), which does not depend on who else was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from retrieval.types import Hit

_NEIGHBOUR = 0.3
"""What the better of the chunks before and after adds. An answer often begins or ends beside what matched."""
_DOCUMENT = 1.0
"""What the best chunk of the same document adds: first the document is found, then what stands in it."""
_LONG, _HALF, _CHANCE = 10, 20, 0.25
"""Of many chunks one is like a question by chance: beyond so many, what a document's best one counts less; half of the
last number with so many more."""
_UNNAMED = 0.3
"""What it costs a document that it has, anywhere, none of the names of the question that another document has."""

_TURN = 2
"""Hits of one search before one of another."""


class Standing(NamedTuple):
    """Where a chunk stands: its document, and the chunks before and after it (-1: there is none)."""

    document: int
    before: int
    after: int
    among: int = 1
    """How many chunks its document has."""


def convex(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """The weighted mean of the scores, each as a share of the best one, for every key of `dense`.

    Args:
        dense: cosines.
        lexical: BM25 scores; a key that has none has no term of the question.
        dense_weight: from 0 to 1.
    """
    means, words = _shares(dense), _shares(lexical)
    return {key: dense_weight * share + (1 - dense_weight) * words.get(key, 0.0) for key, share in means.items()}


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
    fused: dict[int, float] = {}
    for key, score in scores.items():
        standing = standings[key]
        beside = max(scores.get(standing.before, 0.0), scores.get(standing.after, 0.0))
        fused[key] = (score + _NEIGHBOUR * beside + _DOCUMENT * best[standing.document]) / most
    return fused


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
    found = [(standings[key], score) for key, score in scores.items()]
    chance = {standing.document: _by_chance(standing.among) for standing, _ in found}
    best = dict.fromkeys(chance, 0.0)
    for standing, score in found:
        worth = score - chance[standing.document]
        if worth > best[standing.document]:
            best[standing.document] = worth
    most = max((named.get(document, 0.0) for document in best), default=0.0)
    return {one: max(0.0, worth - _UNNAMED * (most - named.get(one, 0.0))) for one, worth in best.items()}


def _by_chance(chunks: int) -> float:
    more = max(0, chunks - _LONG)
    return _CHANCE * more / (more + _HALF)


def _shares(scores: Mapping[int, float]) -> dict[int, float]:
    """Each score as a share of the best one; 0 where that is not above 0."""
    most = max(scores.values(), default=0.0)
    if most <= 0:
        return dict.fromkeys(scores, 0.0)
    return {key: value / most if value > 0 else 0.0 for key, value in scores.items()}


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
