"""`ibid eval`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ibid.cli.common import EXIT_FAILED, GlobalCommand, clean, emit, examples, one_line, open_library, options_of, say

if TYPE_CHECKING:
    from ibid.cli.evaluating import Found, Wanted
    from ibid.evaluation.run import Means


def _pairs(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in value:
        key, equals, wanted = text.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{text!r} is not of the form key=value", context, parameter)
        found.append((key, wanted))
    return found


def _bars(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> list[tuple[str, float]]:
    from ibid.evaluation.names import METRICS
    from ibid.layers import similar

    found = []
    for name, wanted in _pairs(context, parameter, value):
        if name not in METRICS:
            raise click.BadParameter(f"there is no metric {name!r}. {similar(name, METRICS)}", context, parameter)
        try:
            found.append((name, float(wanted)))
        except ValueError as error:
            raise click.BadParameter(f"{wanted!r} is no number", context, parameter) from error
    return found


@click.command(
    cls=GlobalCommand,
    name="eval",
    short_help="Measure what is found and answered.",
    epilog=examples(
        "ibid eval questions.jsonl --corpus docs/",
        "ibid eval questions.jsonl --corpus docs/ --retrieval-only --where type=pdf/table",
        "ibid eval questions.jsonl --fail-under hit@5=0.9 --fail-under quote_verbatim=1",
        "ibid eval questions.jsonl --json > before.json",
        "ibid eval questions.jsonl --baseline before.json --html report.html",
        "ibid eval questions.jsonl --calibrate --out threshold.yaml",
    ),
)
@click.argument("cases")
@click.option("--corpus", metavar="DIR", help="Ingest this folder into a collection of its own, and ask that.")
@click.option("--where", multiple=True, callback=_pairs, metavar="KEY=VALUE", help="Only such cases (repeatable).")
@click.option("--retrieval-only", is_flag=True, help="Search, and make no answers.")
@click.option(
    "--fail-under",
    "bars",
    multiple=True,
    callback=_bars,
    metavar="METRIC=VALUE",
    help="Exit with 1 where a metric is worse (repeatable).",
)
@click.option("--baseline", metavar="FILE", help="Compare with an earlier run's --json; exit with 1 on a regression.")
@click.option("--html", metavar="OUT.html", help="Write a report, failures first.")
@click.option("--calibrate", is_flag=True, help="Find the threshold to abstain by (extractive answers).")
@click.option("--out", metavar="FILE", help="With --calibrate: write the threshold as settings for --config.")
@click.option("--judge", is_flag=True, help="Have the model of the settings judge the answers, too.")
@click.option("--judge-model", metavar="MODEL", help="The same by another model.")
@click.option("--fresh", is_flag=True, help="Ask a language model anew what it has answered in an earlier run.")
def command(
    cases: str,
    corpus: str | None,
    where: list[tuple[str, str]],
    retrieval_only: bool,
    bars: list[tuple[str, float]],
    baseline: str | None,
    html: str | None,
    calibrate: bool,
    out: str | None,
    judge: bool,
    judge_model: str | None,
    fresh: bool,
) -> int:
    """Ask the questions of a case file and measure what is found and answered.

    With --corpus the folder is ingested first, into a collection named after folder and settings: a second run embeds
    nothing. Without, the cases are asked of the collection as it stands.

    Answers of a language model are kept in the home as they come: a run that was stopped goes on where it was.
    --baseline compares by paired bootstrap over the cases that both runs have; what may be chance is a tie.
    """
    import time

    from ibid.cli import evaluating

    begun = time.perf_counter()
    file = Path(cases).expanduser()
    wanted = evaluating.Wanted(
        file,
        corpus=corpus,
        answers=not retrieval_only,
        calibrate=calibrate,
        out=out,
        baseline=baseline,
        html=html,
        judge=judge or judge_model is not None,
        judge_model=judge_model,
        fresh=fresh,
    )
    evaluating.check(wanted)
    chosen = evaluating.chosen_cases(file, where)
    before = evaluating.baseline_of(wanted, chosen)
    with open_library() as library:
        by = evaluating.judging_model(library, wanted)
        if wanted.calibrate:
            evaluating.check_calibration(library, chosen)
        with evaluating.asked(library, wanted) as (own, report):
            found = evaluating.found_in(own, chosen, wanted, report, by)
        if before is not None:
            found = replace(found, comparison=evaluating.compared(before, found.evaluation))
        evaluating.write_files(own.collection, wanted, found)
    missed = _missed(found.evaluation.metrics, bars)
    if options_of().json:
        emit(_shape(found, wanted, time.perf_counter() - begun) | {"missed": missed})
    else:
        _say(found, wanted, missed)
    worse = found.comparison is not None and bool(found.comparison.regressions)
    return EXIT_FAILED if missed or worse or (report and (report.failed or report.partial)) else 0


def _missed(metrics: Means, bars: Sequence[tuple[str, float]]) -> list[str]:
    from ibid.evaluation.names import LESS_IS_BETTER

    missed = []
    for name, bar in bars:
        value = metrics.get(name)
        if value is None:
            missed.append(f"{name} applies to no case (bar: {bar:g})")
        elif (value > bar) if name in LESS_IS_BETTER else (value < bar):
            missed.append(f"{name} is {value:.4f} (bar: {bar:g})")
    return missed


def _shape(found: Found, wanted: Wanted, seconds: float) -> dict[str, Any]:
    from ibid.evaluation import shapes

    told = shapes.shape(found.evaluation, report=found.report, seconds=seconds)
    told["kept"] = found.kept
    if found.judgements is not None:
        told["judge"] = shapes.judge_shape(found.judgements)
    if found.calibration is not None:
        told["calibration"] = shapes.calibration_shape(found.calibration, wanted.out) | {"settings": found.settings}
    if found.comparison is not None:
        told["baseline"] = shapes.comparison_shape(found.comparison) | {"file": wanted.baseline}
    if wanted.html:
        told["html"] = wanted.html
    return told


def _say(found: Found, wanted: Wanted, missed: Sequence[str]) -> None:
    from ibid.cli import evaluated

    evaluated.say_evaluation(found.evaluation, found.report)
    if found.judgements is not None:
        evaluated.say_judgements(found.judgements)
    if found.calibration is not None:
        evaluated.say_calibration(found.calibration)
        say(f"written to {one_line(wanted.out)}" if wanted.out else clean(found.settings.rstrip()))
    if found.comparison is not None:
        evaluated.say_comparison(found.comparison, str(wanted.baseline))
    if wanted.html:
        say(f"report: {one_line(wanted.html)}")
    for line in missed:
        say(click.style("missed  ", fg="red") + line)
    for name in found.comparison.regressions if found.comparison else ():
        say(click.style("regression  ", fg="red") + name)
