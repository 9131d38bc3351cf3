"""How `ibid eval` prints what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ibid.cli.common import counted, one_line, say

if TYPE_CHECKING:
    from ibid.evaluation.abstaining import Calibration, Point
    from ibid.evaluation.comparing import Compared, Comparison
    from ibid.evaluation.judge import Judgements
    from ibid.evaluation.run import Evaluation, Result
    from retrieval.types import SyncReport

_CURVE = 12
"""Points of a curve that are printed."""
_MISSED, _QUESTION = 10, 90
"""Questions that are listed, and characters of each."""
_COLOURS = {"worse": "red", "better": "green"}


def say_evaluation(evaluation: Evaluation, report: SyncReport | None) -> None:
    """The means, and what it took."""
    from ibid.evaluation.names import SHOWN

    if report:
        documents, texts = counted(report.documents, "document"), counted(report.embedded, "text")
        say(f"corpus: {documents}, {len(report.failed)} failed, {texts} embedded now")
    say(counted(len(evaluation.results), "case"))
    types = list(evaluation.by_type) if len(evaluation.by_type) > 1 else []
    names = [name for name in SHOWN if evaluation.metrics.get(name) is not None]
    width = max((len(name) for name in names), default=0)
    for name in names:
        say(f"  {name:{width}}  {evaluation.metrics[name]:.4f}")
    for kind in types:
        means = evaluation.by_type[kind]
        shown = [(name, means[name]) for name in ("hit@5", "answer_contains", "abstention_recall", "false_refusals")]
        told = ", ".join(f"{name} {value:.3f}" for name, value in shown if value is not None)
        count = sum(result.case.type == kind for result in evaluation.results)
        say(f"{one_line(kind) or '(no type)'} ({count}): {told or 'nothing to measure'}")
    _say_missed(evaluation.results)
    for name, found in (
        ("context tokens", evaluation.context_tokens),
        ("input tokens", evaluation.input_tokens),
        ("output tokens", evaluation.output_tokens),
        ("cost", evaluation.cost),
        ("seconds", evaluation.seconds),
    ):
        if found is not None:
            say(f"{name}: p50 {found.p50:.4g}, p95 {found.p95:.4g}, total {found.total:.6g}")


def _say_missed(results: Sequence[Result]) -> None:
    """Which questions were not answered rightly, the first of them, and how many answers were called unsure."""
    judged = [(one, weighed) for one in results if (weighed := one.weighed)]
    missed = [
        (one, weighed)
        for one, weighed in judged
        if (weighed.abstained or not weighed.right if weighed.answerable else not weighed.abstained)
    ]
    for one, weighed in missed[:_MISSED]:
        wrong = "not right" if weighed.answerable else "answered, though it is not told"
        how = "refused" if weighed.abstained else wrong
        say(f"  {how}: {one_line(one.case.id)}: {one_line(one.case.question)[:_QUESTION]}")
    if len(missed) > _MISSED:
        say(f"  and {len(missed) - _MISSED} more (--html OUT.html shows all, at their places)")
    if judged:
        unsure = sum(bool(one.answer and one.answer.unsure) for one, _ in judged)
        say(f"unsure: {unsure} of {counted(len(judged), 'answer')}")


def say_comparison(found: Comparison, file: str) -> None:
    """The table of a comparison."""
    say()
    others = [f"{number} only {where}" for number, where in ((found.only_before, "there"), (found.only_after, "here"))]
    more = "".join(f", {told}" for told in others if not told.startswith("0 "))
    say(f"beside {one_line(file)}: {counted(found.shared, 'case')} that both have{more}")
    rows = [("metric", "before", "after", "difference", "95 %", ""), *(_row(one) for one in found.rows)]
    for number, cells in enumerate(_aligned(rows)):
        colour = _COLOURS.get(found.rows[number - 1].verdict) if number else None
        say(click.style(cells, bold=number == 0, fg=colour) if colour or number == 0 else cells)


def _row(one: Compared) -> tuple[str, ...]:
    values = [_number(one.before), _number(one.after)]
    if one.difference is None or one.low is None or one.high is None:
        return (one.metric, *values, "–", "–", one.verdict)
    return (one.metric, *values, f"{one.difference:+.4g}", f"{one.low:+.3g} to {one.high:+.3g}", one.verdict)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}" if abs(value) < 10 else f"{value:,.1f}"


def say_calibration(found: Calibration) -> None:
    """The curve, thinned, and what is to be said of the thresholds in it."""
    from ibid.evaluation.abstaining import thinned
    from ibid.evaluation.calibrating import in_words

    say()
    shown = sorted({*thinned(found.curve, most=_CURVE), found.chosen, found.at_present}, key=_by_threshold)
    rows: list[tuple[str, ...]] = [("threshold", "answered", "right", "refused", "abstained", "balanced", "")]
    for point in shown:
        marks = [mark for mark, one in (("chosen", found.chosen), ("now", found.at_present)) if one == point]
        shares = (point.coverage, point.accuracy, point.false_refusals, point.abstention_recall, point.balanced)
        rows.append((f"{point.threshold:.4g}", *map(_share, shares), ", ".join(marks)))
    for number, line in enumerate(_aligned(rows)):
        say(click.style(line, bold=True) if number == 0 else line)
    say("answered: of all; right: of the answers; refused: of the answerable; abstained: of the unanswerable")
    for told in in_words(found):
        say(told)


def _by_threshold(point: Point) -> float:
    return -1.0 if point.threshold is None else point.threshold


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *others, last = row
        middle = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=False)]
        lines.append("  ".join((first.ljust(widths[0]), *middle, last)).rstrip())
    return lines


def say_judgements(found: Judgements) -> None:
    """What a judge said."""
    say()
    said = f"judge {one_line(found.model)}: {counted(len(found.verdicts), 'answer')} judged"
    if found.right is None or found.agreement is None:
        say(f"{said}, no reply could be understood")
        return
    kappa = "" if found.kappa is None else f" (kappa {found.kappa:.2f})"
    say(f"{said}, {found.right:.1%} right, {found.unclear} unclear; agrees with answer_contains on")
    say(f"  {found.agreement:.1%}{kappa}; {counted(len(found.disagreements), 'disagreement')}")
    if found.doubtful:
        say("  that is hardly more than chance would bring: read some of the answers before you rely on this judge")
    for key in found.disagreements[:10]:
        judged, by_rule = ("right" if one else "wrong" for one in (found.verdicts[key], found.by_rule[key]))
        say(f"  {one_line(key)}: {judged}, by rule {by_rule}")
