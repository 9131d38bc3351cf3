"""`ibid eval`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ibid.cli.common import (
    EXIT_FAILED,
    GlobalCommand,
    clean,
    counted,
    emit,
    examples,
    one_line,
    open_library,
    options_of,
    remark,
    say,
)
from ibid.cli.progress import progress

if TYPE_CHECKING:
    from ibid.evaluation.abstaining import Calibration
    from ibid.evaluation.cases import Case
    from ibid.evaluation.comparing import Comparison, Run
    from ibid.evaluation.judge import Judgements
    from ibid.evaluation.kept import Kept
    from ibid.evaluation.run import Evaluation, Means
    from ibid.library import Library
    from qa.providers import Provider
    from retrieval.types import SyncReport


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    cases: Path
    corpus: str | None
    answers: bool
    calibrate: bool
    out: str | None
    baseline: str | None
    html: str | None
    judge: bool
    judge_model: str | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    evaluation: Evaluation
    report: SyncReport | None
    judgements: Judgements | None = None
    calibration: Calibration | None = None
    comparison: Comparison | None = None
    settings: str = ""
    """A calibrated threshold as a settings file."""
    kept: int = 0
    """Answers that an earlier run had made."""


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

    begun = time.perf_counter()
    file = Path(cases).expanduser()
    wanted = Wanted(
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
    _check(wanted)
    chosen = _chosen(file, where)
    before = _baseline(wanted, chosen)
    with open_library() as library:
        by = _judge(library, wanted)
        if wanted.calibrate:
            _check_calibration(library, chosen)
        with _asked(library, wanted) as (own, report):
            found = _found(own, chosen, wanted, report, by)
        if before is not None:
            found = replace(found, comparison=_compared(before, found.evaluation))
        _write(own.collection, wanted, found)
    missed = _missed(found.evaluation.metrics, bars)
    if options_of().json:
        emit(_shape(found, wanted, time.perf_counter() - begun) | {"missed": missed})
    else:
        _say(found, wanted, missed)
    worse = found.comparison is not None and bool(found.comparison.regressions)
    return EXIT_FAILED if missed or worse or (report and (report.failed or report.partial)) else 0


def _check(wanted: Wanted) -> None:
    """Refuses options that do not go together."""
    from ingest.errors import UsageError

    for given, name in ((wanted.calibrate, "--calibrate"), (wanted.judge, "--judge")):
        if given and not wanted.answers:
            raise UsageError(f"{name} needs answers, and --retrieval-only makes none", hint="leave one of them out")
    if wanted.out and not wanted.calibrate:
        raise UsageError("--out is where --calibrate writes its settings", hint="give --calibrate, too")


def _chosen(file: Path, where: Sequence[tuple[str, str]]) -> list[Case]:
    from ibid.evaluation.cases import load_cases
    from ingest.errors import UsageError

    chosen = load_cases(file, where=where)
    if where and not chosen:
        conditions = ", ".join(f"{key}={value}" for key, value in where)
        raise UsageError(
            f"no case of {str(file)!r} has {conditions}", hint="--where takes a key of the cases and its value"
        )
    return chosen


def _baseline(wanted: Wanted, chosen: Sequence[Case]) -> Run | None:
    from ibid.evaluation.comparing import check_shared, load_baseline

    if not wanted.baseline:
        return None
    before = load_baseline(Path(wanted.baseline).expanduser())
    check_shared(before, [case.id for case in chosen])
    return before


def _judge(library: Library, wanted: Wanted) -> Provider | None:
    from ibid import parts
    from ibid.evaluation.judge import model

    return model(parts.provider(library.settings), wanted.judge_model) if wanted.judge else None


def _check_calibration(library: Library, chosen: Sequence[Case]) -> None:
    from ibid import parts
    from ibid.evaluation.calibrating import check

    check(parts.provider(library.settings), chosen)


@contextmanager
def _asked(library: Library, wanted: Wanted) -> Iterator[tuple[Library, SyncReport | None]]:
    """What is asked: the collection as it stands, or the corpus' own, brought up to date."""
    if wanted.corpus is None:
        yield library, None
        return
    from ibid.evaluation.corpus import corpus_folder, corpus_library, ingest_corpus

    folder = corpus_folder(wanted.corpus)
    with corpus_library(library, folder) as own:
        with progress() as shown:
            report = ingest_corpus(own, folder, shown)
        for failed in report.failed:
            remark(f"failed: {failed.path}: {failed.error}")
        for part in report.partial:
            remark(f"partial: {part.path}: {part.reason}")
        yield own, report


def _found(
    library: Library, chosen: list[Case], wanted: Wanted, report: SyncReport | None, by: Provider | None
) -> Found:
    """Asks the cases, and has the answers judged."""
    from ibid import parts
    from ibid.evaluation import calibrating
    from ibid.evaluation.corpus import within

    provider = parts.provider(library.settings)
    if wanted.corpus is not None:
        chosen = within(chosen, library.home.root)
    kept = _kept(library, chosen, wanted, provider) if wanted.answers and provider.generates else None
    evaluation = _evaluated(library, chosen, wanted, kept)
    found = Found(evaluation, report, kept=kept.reused if kept else 0)
    if wanted.calibrate:
        calibration = calibrating.calibration(evaluation, provider)
        written = calibrating.as_yaml(calibration, provider, cases=wanted.cases.name)
        found = replace(found, calibration=calibration, settings=written)
    return found if by is None else replace(found, judgements=_judged(library, evaluation, wanted, by))


def _kept(library: Library, chosen: list[Case], wanted: Wanted, provider: Provider) -> Kept | None:
    from ibid.evaluation.kept import kept_answers

    if not library.home.writable:
        remark("the home is read-only: answers are not kept, and a run that is stopped begins anew")
        return None
    forget = [case.question for case in chosen] if wanted.fresh else []
    return kept_answers(library, wanted.cases, provider, forget=forget)


def _evaluated(library: Library, chosen: list[Case], wanted: Wanted, kept: Kept | None) -> Evaluation:
    from ibid.evaluation.evaluate import evaluate

    try:
        with progress() as shown:
            shown.stage("asking", len(chosen))
            evaluation = evaluate(
                library,
                chosen,
                answers=wanted.answers,
                advance=shown.advance,
                kept=kept,
                calibrating=wanted.calibrate,
            )
    except BaseException:
        if kept is not None and kept.written + kept.reused:
            done = f"{kept.written + kept.reused} of {counted(len(chosen), 'answer')}"
            remark(f"{done} are kept; the same command goes on from there")
        raise
    if kept is not None and kept.reused:
        remark(f"{kept.reused} of {counted(len(chosen), 'answer')} are of an earlier run; --fresh asks anew")
    if evaluation.unknown_files:
        names = evaluation.unknown_files
        some = f"1 file that the cases name is not indexed: {names[0]!r}"
        more = f"{len(names)} files that the cases name are not indexed, such as {names[0]!r}"
        remark(some if len(names) == 1 else more)
    return evaluation


def _judged(library: Library, evaluation: Evaluation, wanted: Wanted, by: Provider) -> Judgements:
    from ibid.evaluation.judge import VERSION, Judge
    from ibid.evaluation.kept import kept_judgements
    from ibid.evaluation.ledger import ledger

    kept = None
    if library.home.writable:
        said = (VERSION, by.component_name, by.model_dump(mode="json"))
        asked = [result.case.question for result in evaluation.results] if wanted.fresh else []
        kept = kept_judgements(library, wanted.cases, said, forget=asked)
    with progress() as shown, ledger(library, by) as spent:
        shown.stage("judging", len(evaluation.results))
        return Judge(by, library.embedder, kept, spent).run(evaluation.results, advance=shown.advance)


def _compared(before: Run, evaluation: Evaluation) -> Comparison:
    from ibid.evaluation.comparing import compare
    from ibid.evaluation.names import SHOWN
    from ibid.evaluation.shapes import recorded

    return compare(before, recorded(evaluation.results), SHOWN)


def _write(collection: str, wanted: Wanted, found: Found) -> None:
    """Writes the files that are asked for."""
    from ibid.evaluation.calibrating import write

    if wanted.out:
        write(Path(wanted.out).expanduser(), found.settings, option="--out")
    if wanted.html:
        from ibid.evaluation.report import Report, page_of
        from ibid.evaluation.report_cases import Opening

        report = Report(
            found.evaluation,
            cases=wanted.cases.name,
            opening=Opening(options_of().home, collection),
            comparison=found.comparison,
            calibration=found.calibration,
            judgements=found.judgements,
        )
        write(Path(wanted.html).expanduser(), page_of(report), option="--html")


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
