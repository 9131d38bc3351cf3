"""Which configuration is best: by one metric; the present settings stay where the difference may be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ibid.evaluation.bootstrap import LEAST_CASES, Interval, difference, interval
from ibid.evaluation.names import RETRIEVAL
from ibid.evaluation.run import Evaluation
from ibid.layers import similar
from ibid.tuning.configuration import PRESENT
from ibid.tuning.sweep import Outcome
from ingest.errors import UsageError

BUDGET = 1000
_NAMED = 3
"""Ties that are named one by one."""
_DIGITS = 3
"""Scores that are equal to so many digits are equal."""
_BY_CHARACTERS, _BY_HITS = f"char_recall@{BUDGET}t", f"hit@{BUDGET}t"


@dataclass(frozen=True, slots=True)
class Judged:
    """A configuration beside the best."""

    outcome: Outcome
    value: Interval
    """Of the metric."""
    behind: Interval
    """The best less this one, case by case."""
    intervals: Mapping[str, Interval]
    """Of every metric of retrieval that applies."""

    @property
    def tied(self) -> bool:
        """Whether it may be as good as the best."""
        return self.behind.low <= 0

    @property
    def score(self) -> float:
        """The value, as far as its digits mean something."""
        return round(self.value.mean, _DIGITS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sweep says."""

    metric: str
    judged: tuple[Judged, ...]
    """All configurations, in the order of the grid."""
    best: Judged
    """With the highest score; of equal ones the present settings, else that which stores the fewest tokens."""
    chosen: Judged
    """The present settings where they are tied with the best, else the best."""

    @property
    def cases(self) -> int:
        """How many cases it was judged by."""
        return self.best.value.cases

    @property
    def tied(self) -> list[Judged]:
        """Those that may be as good as the best, itself left out."""
        return [one for one in self.judged if one.tied and one is not self.best]

    @property
    def equal(self) -> list[Judged]:
        """Those with the best's score, itself left out."""
        return [one for one in self.judged if one.score == self.best.score and one is not self.best]


def check_metric(named: str | None) -> None:
    """Refuses what is no metric, before anything is done.

    Raises:
        UsageError: there is no such metric of retrieval.
    """
    if named is not None and named not in RETRIEVAL:
        raise UsageError(
            f"--metric: there is no metric {named!r} of retrieval",
            hint=f"{similar(named, RETRIEVAL)}for example {_BY_HITS}, {_BY_CHARACTERS}, mrr",
        )


def main_metric(evaluation: Evaluation, named: str | None) -> str:
    """What is judged by: as named, else recall in characters where all evidence has spans, else hits.

    Raises:
        UsageError: it applies to no case.
    """
    scored = [result.scores for result in evaluation.results if result.scores]
    if named is None:
        every = scored and all(_BY_CHARACTERS in scores for scores in scored)
        named = _BY_CHARACTERS if every else _BY_HITS
    if not any(named in scores for scores in scored):
        raise UsageError(
            f"{named} applies to no case: no evidence is of that kind", hint="char metrics need evidence with spans"
        )
    return named


def judge(outcomes: Sequence[Outcome], metric: str) -> Verdict:
    """The verdict over the configurations of a sweep."""
    series = [scores_of(outcome, metric) for outcome in outcomes]
    values = [interval(list(one.values())) for one in series]
    top = max(
        range(len(outcomes)),
        key=lambda at: (round(values[at].mean, _DIGITS), outcomes[at].name == PRESENT, -outcomes[at].tokens),
    )
    judged = []
    for outcome, scores, value in zip(outcomes, series, values, strict=True):
        behind = difference(series[top], scores)
        assert behind is not None
        judged.append(Judged(outcome, value, behind, intervals(outcome)))
    stays = next((one for one in judged if one.tied and one.outcome.name == PRESENT), None)
    return Verdict(metric, tuple(judged), judged[top], stays or judged[top])


def scores_of(outcome: Outcome, metric: str) -> dict[str, float]:
    """The metric case by case, by the cases' ids."""
    results = outcome.evaluation.results
    return {result.case.id: result.scores[metric] for result in results if metric in result.scores}


def intervals(outcome: Outcome) -> dict[str, Interval]:
    """The interval of each metric of retrieval that applies."""
    found = {}
    for name in RETRIEVAL:
        values = list(scores_of(outcome, name).values())
        if values:
            found[name] = interval(values)
    return found


def reason(verdict: Verdict) -> list[str]:
    """Why the chosen one was chosen, in sentences."""
    chosen, best, many = verdict.chosen, verdict.best, len(verdict.judged)
    said = [f"{verdict.metric} of {chosen.outcome.name!r}: {in_words(chosen.value)}, over {verdict.cases} cases."]
    if chosen is best:
        said.append(_highest(verdict))
    else:
        said.append(
            f"{best.outcome.name!r} has the highest score of {many}, {best.value.mean:.3f}, but that is a tie: "
            f"the difference is {in_words(chosen.behind)}."
        )
        said.append("What is tied with the best need not be changed: the present settings stay.")
    said += _ties(verdict)
    if verdict.cases < LEAST_CASES:
        said.append(f"Fewer than {LEAST_CASES} cases: take it for a hint.")
    return said


def _highest(verdict: Verdict) -> str:
    """Why the best is the best."""
    best, many, equal = verdict.best.outcome, len(verdict.judged), len(verdict.equal) + 1
    if equal == 1:
        return f"It has the highest score of {many} configurations."
    share = f"All {many} configurations" if equal == many else f"{equal} of {many} configurations"
    stays = best.name == PRESENT
    return f"{share} have this score, the highest: " + (
        "the present settings stay." if stays else f"of these it stores the fewest tokens, {best.tokens:,}."
    )


def _ties(verdict: Verdict) -> list[str]:
    """The others that may be as good, with how far they are behind."""
    others = sorted((one for one in verdict.tied if one is not verdict.chosen), key=lambda one: -one.value.mean)
    if not others:
        return [] if verdict.tied else ["None is tied with it."]
    named = ", ".join(f"{one.outcome.name!r} by {in_words(one.behind)}" for one in others[:_NAMED])
    more = f", and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return [f"Tied with {verdict.best.outcome.name!r}, behind it: {named}{more}."]


def in_words(value: Interval) -> str:
    """A value with its interval: `0.912 [0.893, 0.930]`."""
    mean, low, high = (f"{round(one, _DIGITS) + 0.0:.{_DIGITS}f}" for one in (value.mean, value.low, value.high))
    return f"{mean} [{low}, {high}]"  # a zero has no sign
