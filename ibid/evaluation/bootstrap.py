"""The paired bootstrap over cases: how far a mean, or the difference of two, may be off for the cases' sake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_DRAWS = 4_000
_SEED = 20_240_501
_NUMBERS_AT_ONCE = 4_000_000
_LEVEL = 95
Vector = NDArray[np.float64]
Statistic = Callable[[Vector], Vector]
LEAST_CASES = 100
"""With fewer cases an interval is wide, and not to be built upon."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over cases, and between what it lies in 95 of 100 draws of as many cases with replacement."""

    mean: float
    low: float
    high: float
    cases: int


def interval(values: Sequence[float]) -> Interval:
    """The percentile interval of the mean; the draws are the same for every series of the same length.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    series = np.asarray(values, dtype=np.float64)
    tail = (100 - _LEVEL) / 2
    low, high = np.percentile(_means(series), [tail, 100 - tail])
    return Interval(float(series.mean()), float(low), float(high), len(series))


def difference(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Interval | None:
    """Ours less theirs, case by case, over the cases (by id) that both have; None where there are none."""
    paired = [value - theirs[key] for key, value in ours.items() if key in theirs]
    return interval(paired) if paired else None


def bounds(statistic: Statistic, cases: int) -> tuple[float, float] | None:
    """Between what a statistic lies in 95 of 100 draws of the cases; None where it has no value in any.

    Args:
        statistic: of weights, how often each case is drawn: a row for each draw; NaN where it has no value.
        cases: how many there are.
    """
    values = np.concatenate([np.asarray(statistic(drawn)) for drawn in _all_draws(cases)])
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    tail = (100 - _LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)


def _means(series: Vector) -> Vector:
    """The mean of each draw."""
    sums = np.concatenate([drawn @ series for drawn in _all_draws(len(series))])
    return np.asarray(sums / len(series))


def _all_draws(cases: int) -> Iterator[Vector]:
    """All draws, so many at once that they need little memory."""
    parts = max(1, cases * _DRAWS // _NUMBERS_AT_ONCE)
    for part in range(parts):
        yield _draws(cases, part, _DRAWS // parts + (part < _DRAWS % parts))


@lru_cache(maxsize=4)
def _draws(cases: int, part: int, size: int) -> Vector:
    """How often each case is drawn: a row for each of `size` draws."""
    rng = np.random.default_rng([_SEED, part])
    return rng.multinomial(cases, np.full(cases, 1 / cases), size=size).astype(np.float64)
