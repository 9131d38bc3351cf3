"""Abstaining: how well what an answer stands on tells questions that the documents answer from those that they do not.

A provider that weighs its sources gives each answer a support, and abstains below a threshold: other thresholds can be
looked at afterwards. Of one that does not it is only known whether it abstained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOST_REFUSED = 0.10
"""Of the answerable questions, at a calibrated threshold."""
_MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class Weighed:
    """One case whose right answer is known, or that has none."""

    answerable: bool
    abstained: bool
    support: float | None
    right: bool
    """Whether the answer holds the right one."""

    @property
    def confidence(self) -> float:
        """What orders the cases: the support; else whether it abstained."""
        if self.support is not None:
            return self.support
        return -math.inf if self.abstained else math.inf


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of one threshold."""

    threshold: float | None
    """None: the answers as they were given."""
    coverage: float
    """The share of the questions that is answered."""
    accuracy: float | None
    """The share of right ones among the answers; an unanswerable question has none."""
    false_refusals: float | None
    abstention_recall: float | None

    @property
    def balanced(self) -> float:
        """The mean of the shares of answerable questions answered and of unanswerable ones refused; NaN of one kind."""
        if self.false_refusals is None or self.abstention_recall is None:
            return math.nan
        return (1 - self.false_refusals + self.abstention_recall) / 2


def above(answerable: Sequence[float], others: Sequence[float]) -> NDArray[np.float64]:
    """For each pair whether the answerable case has the higher confidence: 1, 0, or ½ where they are equal."""
    ours, theirs = np.asarray(answerable)[:, None], np.asarray(others)[None, :]
    return np.asarray((ours > theirs) + 0.5 * (ours == theirs), dtype=np.float64)


def auroc(cases: Sequence[Weighed]) -> float | None:
    """How often an answerable case has a higher confidence than one that is not; None without both kinds."""
    ours = [case.confidence for case in cases if case.answerable]
    theirs = [case.confidence for case in cases if not case.answerable]
    return float(above(ours, theirs).mean()) if ours and theirs else None


def points(cases: Sequence[Weighed]) -> list[Point]:
    """The answers as they were given, and each higher threshold that changes something, ascending."""
    if not cases:
        return []
    supports = sorted({case.support for case in cases if case.support is not None and not case.abstained})
    cuts = [_between(low, high) for low, high in pairwise(supports)]
    return [_point(cases, cut) for cut in (None, *cuts)]


def thinned(found: Sequence[Point], *, most: int = _MOST_POINTS) -> list[Point]:
    """At most so many of the points, the first and the last among them."""
    if len(found) <= most:
        return list(found)
    return [found[round(at * (len(found) - 1) / (most - 1))] for at in range(most)]


def _between(low: float, high: float) -> float:
    """A number between two, with as few digits as will do."""
    middle = (low + high) / 2
    for digits in range(2, 8):
        if low < (short := round(middle, digits)) <= high:
            return short
    return middle


def _point(cases: Sequence[Weighed], threshold: float | None) -> Point:
    def refused(case: Weighed) -> bool:
        return case.abstained or (threshold is not None and case.confidence < threshold)

    answered = [case for case in cases if not refused(case)]
    return Point(
        threshold=threshold,
        coverage=len(answered) / len(cases),
        accuracy=_share([case.answerable and case.right for case in answered]),
        false_refusals=_share([refused(case) for case in cases if case.answerable]),
        abstention_recall=_share([refused(case) for case in cases if not case.answerable]),
    )


def _share(which: Sequence[bool]) -> float | None:
    return sum(which) / len(which) if which else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold found from cases."""

    present: float
    """The threshold in force."""
    at_present: Point
    chosen: Point
    """Of the thresholds that refuse at most a tenth of the answerable questions, that of the best balanced accuracy."""
    best: Point
    """That of the best balanced accuracy of all."""
    curve: tuple[Point, ...]
    answerable: int
    unanswerable: int


def calibrated(cases: Sequence[Weighed], present: float) -> Calibration:
    """The threshold to use.

    Args:
        cases: of both kinds, asked so that nothing was withheld.
        present: the threshold in force.
    """
    lowest = min((case.support for case in cases if case.support is not None and not case.abstained), default=0.0)
    curve = [_point(cases, math.floor(max(lowest, 0.0) * 100) / 100), *points(cases)[1:]]
    allowed = [one for one in curve if (one.false_refusals or 0.0) <= MOST_REFUSED] or curve[:1]
    return Calibration(
        present=present,
        at_present=_point(cases, present),
        chosen=max(allowed, key=lambda one: one.balanced),
        best=max(curve, key=lambda one: one.balanced),
        curve=tuple(curve),
        answerable=sum(case.answerable for case in cases),
        unanswerable=sum(not case.answerable for case in cases),
    )
