"""`ibid eval`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ibid.cli.common import (
    EXIT_FAILED,
    GlobalCommand,
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
    from ibid.evaluation.cases import Case
    from ibid.evaluation.run import Evaluation, Means, Result
    from ibid.evaluation.scores import Spread
    from ibid.library import Library
    from retrieval.types import SyncReport

_TABLE = (
    "hit@1", "hit@5", "hit@10", "file_hit@5", "answer_in_hits@5", "recall@5", "mrr", "ndcg@10", "hit@1000t",
    "char_recall@5", "char_iou@5", "char_recall@1000t", "char_precision@1000t",
    "answer_contains", "exact_match", "token_f1", "number_match", "citation_precision", "citation_recall",
    "quote_verbatim", "abstention_precision", "abstention_recall", "false_refusals",
)  # fmt: skip
"""What a terminal shows; `--json` has all."""


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
def command(
    cases: str, corpus: str | None, where: list[tuple[str, str]], retrieval_only: bool, bars: list[tuple[str, float]]
) -> int:
    """Ask the questions of a case file and measure what is found and answered.

    With --corpus the folder is ingested first, into a collection named after folder and settings: a second run embeds
    nothing. Without, the cases are asked of the collection as it stands.
    """
    import time

    from ibid.evaluation.cases import load_cases
    from ingest.errors import UsageError

    begun = time.perf_counter()
    chosen = load_cases(Path(cases).expanduser(), where=where)
    if where and not chosen:
        conditions = ", ".join(f"{key}={wanted}" for key, wanted in where)
        raise UsageError(
            f"no case of {cases!r} has {conditions}", hint="--where takes a key of the cases and its value"
        )
    with open_library() as library:
        if corpus is None:
            report = None
            evaluation = _evaluated(library, chosen, answers=not retrieval_only)
        else:
            report, evaluation = _on_corpus(library, corpus, chosen, answers=not retrieval_only)
    missed = _missed(evaluation.metrics, bars)
    if options_of().json:
        emit(_shape(evaluation, report, time.perf_counter() - begun) | {"missed": missed})
    else:
        _say(evaluation, report)
        for line in missed:
            say(click.style("missed  ", fg="red") + line)
    return EXIT_FAILED if missed or (report and (report.failed or report.partial)) else 0


def _on_corpus(library: Library, corpus: str, chosen: list[Case], *, answers: bool) -> tuple[SyncReport, Evaluation]:
    from ibid.evaluation.corpus import corpus_folder, corpus_library, ingest_corpus

    folder = corpus_folder(corpus)
    with corpus_library(library, folder) as own:
        with progress() as shown:
            report = ingest_corpus(own, folder, shown)
        for failed in report.failed:
            remark(f"failed: {failed.path}: {failed.error}")
        for part in report.partial:
            remark(f"partial: {part.path}: {part.reason}")
        return report, _evaluated(own, chosen, answers=answers)


def _evaluated(library: Library, chosen: list[Case], *, answers: bool) -> Evaluation:
    from ibid.evaluation.run import evaluate

    with progress() as shown:
        shown.stage("asking", len(chosen))
        evaluation = evaluate(library, chosen, answers=answers, advance=shown.advance)
    if evaluation.unknown_files:
        names = evaluation.unknown_files
        some = f"1 file that the cases name is not indexed: {names[0]!r}"
        more = f"{len(names)} files that the cases name are not indexed, such as {names[0]!r}"
        remark(some if len(names) == 1 else more)
    return evaluation


def _missed(metrics: Means, bars: Sequence[tuple[str, float]]) -> list[str]:
    missed = []
    for name, bar in bars:
        value = metrics.get(name)
        if value is None:
            missed.append(f"{name} applies to no case (bar: {bar:g})")
        elif (value > bar) if name == "false_refusals" else (value < bar):
            missed.append(f"{name} is {value:.4f} (bar: {bar:g})")
    return missed


def _shape(evaluation: Evaluation, report: SyncReport | None, seconds: float) -> dict[str, Any]:
    from ibid.shapes import report_shape

    return {
        "cases": len(evaluation.results),
        "metrics": evaluation.metrics,
        "by_type": evaluation.by_type,
        "results": [_result_shape(result) for result in evaluation.results],
        "tokens": {
            "context_tokens": _spread_shape(evaluation.context_tokens),
            "input_tokens": _spread_shape(evaluation.input_tokens),
        },
        "cost": _spread_shape(evaluation.cost),
        "seconds": {**(_spread_shape(evaluation.seconds) or {"p50": None, "p95": None, "total": None}), "all": seconds},
        "unknown_files": list(evaluation.unknown_files),
        "ingest": report_shape(report) if report else None,
    }


def _spread_shape(spread: Spread | None) -> dict[str, float] | None:
    return asdict(spread) if spread else None


def _result_shape(result: Result) -> dict[str, Any]:
    from ibid.shapes import citation_shape, hit_shape

    kept = ("rank", "score", "scores", "collection", "match")
    retrieved = [{key: value for key, value in hit_shape(hit).items() if key not in kept} for hit in result.hits]
    shape: dict[str, Any] = {"id": result.case.id, "retrieved": retrieved, "answer": None, "scores": result.scores}
    if result.answer is not None:
        shape["answer"] = result.answer.text
        shape["abstained"] = result.answer.abstained
        shape["citations"] = [citation_shape(citation) for citation in result.answer.citations]
    return shape


def _say(evaluation: Evaluation, report: SyncReport | None) -> None:
    if report:
        documents, texts = counted(report.documents, "document"), counted(report.embedded, "text")
        say(f"corpus: {documents}, {len(report.failed)} failed, {texts} embedded now")
    say(counted(len(evaluation.results), "case"))
    types = list(evaluation.by_type) if len(evaluation.by_type) > 1 else []
    names = [name for name in _TABLE if evaluation.metrics.get(name) is not None]
    width = max((len(name) for name in names), default=0)
    for name in names:
        say(f"  {name:{width}}  {evaluation.metrics[name]:.4f}")
    for kind in types:
        means = evaluation.by_type[kind]
        shown = [(name, means[name]) for name in ("hit@5", "answer_contains", "abstention_recall", "false_refusals")]
        told = ", ".join(f"{name} {value:.3f}" for name, value in shown if value is not None)
        say(f"{one_line(kind) or '(no type)'}: {told or 'nothing to measure'}")
    for name, found in (
        ("context tokens", evaluation.context_tokens),
        ("input tokens", evaluation.input_tokens),
        ("cost", evaluation.cost),
        ("seconds", evaluation.seconds),
    ):
        if found is not None:
            say(f"{name}: p50 {found.p50:.4g}, p95 {found.p95:.4g}, total {found.total:.6g}")
