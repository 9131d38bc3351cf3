"""Fusion: scores of two searches made one, after Bruch, Gai, Ingber: "An Analysis of Fusion Functions" (2023)."""

from __future__ import annotations

from collections.abc import Mapping


def convex(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """The weighted mean of min-max-normalised scores, for every key of either.

    Args:
        dense: a cosine for every key.
        lexical: BM25 of the keys that hold a term; those it lacks have 0, which is also its least.
        dense_weight: from 0 to 1.
    """
    low, high = min(dense.values(), default=0.0), max(dense.values(), default=0.0)
    top = max(lexical.values(), default=0.0)
    return {
        key: dense_weight * _share(value, low, high) + (1 - dense_weight) * _share(lexical.get(key, 0.0), 0.0, top)
        for key, value in dense.items()
    }


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else float(value > 0)
