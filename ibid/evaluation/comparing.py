"""Two runs beside each other, by paired bootstrap over the cases that both have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ibid.evaluation.abstaining import Weighed, above, auroc
from ibid.evaluation.bootstrap import Statistic, Vector, bounds
from ibid.evaluation.names import ABSTENTION_AUROC, COSTS, LESS_IS_BETTER
from ingest.errors import UsageError

Verdict = Literal["better", "worse", "tie", "more", "less"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One case of a run: its scores, what it took, and how sure the answer was."""

    scores: Mapping[str, float]
    costs: Mapping[str, float] = field(default_factory=dict)
    abstained: bool = False
    support: float | None = None

    @property
    def weighed(self) -> Weighed | None:
        """The case as abstaining sees it; None where no answer is judged."""
        answerable = "false_refusals" in self.scores
        if not answerable and "abstention_recall" not in self.scores:
            return None
        return Weighed(answerable, self.abstained, self.support, bool(self.scores.get("answer_contains")))


Run = Mapping[str, Recorded]
"""Cases by id."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric of two runs over the cases that both have, and between what the difference lies (95 of 100 draws)."""

    metric: str
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    cases: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All metrics that apply."""

    rows: tuple[Compared, ...]
    shared: int
    only_before: int
    only_after: int

    @property
    def regressions(self) -> list[str]:
        """Metrics that are worse, and not by chance."""
        return [row.metric for row in self.rows if row.verdict == "worse"]


def compare(before: Run, after: Run, names: Sequence[str]) -> Comparison:
    """Compares two runs by the named metrics, and by what they took.

    Raises:
        UsageError: they have no case in common.
    """
    shared = check_shared(before, list(after))
    ours, theirs = [after[key] for key in shared], [before[key] for key in shared]
    rows = []
    for name in names:
        if name == ABSTENTION_AUROC:
            rows.append(_auroc(theirs, ours))
        else:
            rows.append(_mean(name, [one.scores for one in theirs], [one.scores for one in ours]))
    rows += [_mean(name, [one.costs for one in theirs], [one.costs for one in ours]) for name in COSTS]
    found = tuple(row for row in rows if row is not None and not _is_free(row))
    return Comparison(found, len(shared), len(before) - len(shared), len(after) - len(shared))


def check_shared(before: Run, cases: Sequence[str]) -> list[str]:
    """The ids of the cases that an earlier run has, too.

    Raises:
        UsageError: there are none.
    """
    shared = [key for key in cases if key in before]
    if not shared:
        raise UsageError(
            "--baseline: none of its cases is among these", hint="it must be the --json output of a run of these cases"
        )
    return shared


def _mean(name: str, before: Sequence[Mapping[str, float]], after: Sequence[Mapping[str, float]]) -> Compared | None:
    """The means over the cases that a metric applies to in each run: where it abstains there is nothing cited."""
    pairs = [(old.get(name), new.get(name)) for old, new in zip(before, after, strict=True)]
    pairs = [pair for pair in pairs if pair != (None, None)]
    if not pairs:
        return None
    old, new = (_ratio([pair[side] for pair in pairs]) for side in (0, 1))
    return _compared(name, old, new, len(pairs))


def _ratio(values: Iterable[float | None]) -> Statistic:
    """The mean over the cases that have a value."""
    series = np.array([np.nan if value is None else value for value in values])
    applies = ~np.isnan(series)
    known = np.where(applies, series, 0.0)

    def statistic(drawn: Vector) -> Vector:
        return _divided(drawn @ known, drawn @ applies.astype(np.float64))

    return statistic


def _auroc(before: Sequence[Recorded], after: Sequence[Recorded]) -> Compared | None:
    pairs = [(old.weighed, new.weighed) for old, new in zip(before, after, strict=True)]
    known = [(old, new) for old, new in pairs if old and new and old.answerable == new.answerable]
    old, new = [pair[0] for pair in known], [pair[1] for pair in known]
    if auroc(old) is None:
        return None
    return _compared(ABSTENTION_AUROC, _area(old), _area(new), len(known))


def area_bounds(cases: Sequence[Weighed]) -> tuple[float, float] | None:
    """Between what `abstention_auroc` lies in 95 of 100 draws of the cases; None without both kinds."""
    return bounds(_area(cases), len(cases)) if auroc(cases) is not None else None


def _area(cases: Sequence[Weighed]) -> Statistic:
    """The area under the curve of weighted cases."""
    answerable = np.array([case.answerable for case in cases])
    confidence = np.array([case.confidence for case in cases])
    pairs = above(confidence[answerable].tolist(), confidence[~answerable].tolist())

    def statistic(drawn: Vector) -> Vector:
        ours, theirs = drawn[:, answerable], drawn[:, ~answerable]
        return _divided(((ours @ pairs) * theirs).sum(axis=1), ours.sum(axis=1) * theirs.sum(axis=1))

    return statistic


def _divided(above_: Vector, below: Vector) -> Vector:
    """The quotients; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(above_, below, out=np.full(len(above_), np.nan), where=below > 0))


def _compared(name: str, before: Statistic, after: Statistic, cases: int) -> Compared:
    once = np.ones((1, cases))
    old, new = float(before(once)[0]), float(after(once)[0])
    found = bounds(lambda drawn: after(drawn) - before(drawn), cases)
    if found is None or np.isnan(old) or np.isnan(new):
        return Compared(name, _known(old), _known(new), None, None, None, "tie", cases)
    return Compared(name, old, new, new - old, *found, _verdict(name, *found), cases)


def _is_free(row: Compared) -> bool:
    """Whether it is something that neither run had to pay."""
    return row.metric in COSTS and not row.before and not row.after


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _verdict(name: str, low: float, high: float) -> Verdict:
    """What an interval says; what it took is more or less, and neither better nor worse."""
    if low <= 0 <= high:
        return "tie"
    if name in COSTS:
        return "more" if low > 0 else "less"
    return "better" if (low > 0) != (name in LESS_IS_BETTER) else "worse"


def load_baseline(file: Path) -> dict[str, Recorded]:
    """The cases of an earlier run, from the object that `ibid eval --json` printed.

    Raises:
        UsageError: it cannot be read, or is no such object.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
        return {str(one["id"]): _recorded(one) for one in told["results"]}
    except OSError as error:
        raise UsageError(f"--baseline: {str(file)!r} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"--baseline: {str(file)!r} is not the output of an evaluation", hint="ibid eval … --json > baseline.json"
        ) from error


def _recorded(told: dict[str, Any]) -> Recorded:
    costs = {"seconds": told.get("seconds"), "cost": told.get("cost"), **(told.get("usage") or {})}
    support = told.get("support")
    return Recorded(
        scores={str(name): float(value) for name, value in told["scores"].items()},
        costs={name: float(value) for name, value in costs.items() if name in COSTS and value is not None},
        abstained=bool(told.get("abstained")),
        support=None if support is None else float(support),
    )
