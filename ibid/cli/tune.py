"""`ibid tune`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
from ibid.cli.progress import Silent, progress

if TYPE_CHECKING:
    from ibid.evaluation.cases import Case
    from ibid.library import Library
    from ibid.tuning.estimate import Estimate
    from ibid.tuning.results import Cell, Column
    from ibid.tuning.sweep import Outcome, Sweep


@click.command(
    cls=GlobalCommand,
    name="tune",
    short_help="Compare ways of chunking on your questions.",
    epilog=examples(
        "ibid tune questions.jsonl --corpus docs/ --estimate",
        "ibid tune questions.jsonl --corpus docs/ --out tuned/",
        "ibid tune questions.jsonl --corpus docs/ --grid grid.yaml --metric hit@500t",
        "ibid ingest docs/ --config tuned/best.yaml",
    )
    + "\n\n\b\nA grid file is a list; short keys are those of ingest.chunking.default:\n"
    "  - {name: small, strategy: sentence, size: 100}\n"
    "  - {name: two sizes, retrieval.search.top_k: 5, size: 400}\n"
    "  - {cross: {strategy: [sentence, recursive], size: [100, 200], overlap: [0, 40]}}",
)
@click.argument("cases")
@click.option("--corpus", metavar="DIR", required=True, help="The folder that the cases are about.")
@click.option("--grid", metavar="FILE", help="What to compare (YAML); otherwise some ten sensible configurations.")
@click.option("--metric", metavar="NAME", help="What decides; otherwise char_recall@1000t, without spans hit@1000t.")
@click.option("--estimate", is_flag=True, help="Parse and cut, say what it would cost; embed and keep nothing.")
@click.option("--out", metavar="DIR", default="tune", show_default=True, help="Where table, plot and best.yaml go.")
@click.option("--forget", is_flag=True, help="Remove the collections again when all is done.")
def command(
    cases: str, corpus: str, grid: str | None, metric: str | None, estimate: bool, out: str, forget: bool
) -> int:
    """Compare chunking configurations at equal numbers of tokens sent, on the questions of a case file.

    Each is ingested into a collection of its own, that stays: what was parsed and embedded once serves all of them,
    and a second run. The best one is written as settings for --config. A difference that may be chance is called a
    tie: the present settings stay where they are tied with the best score, else the highest score is taken; of scores
    equal to three digits, that which stores the fewest tokens.
    """
    from ibid.cli.evaluating import say_unread
    from ibid.evaluation.cases import load_cases
    from ibid.evaluation.corpus import corpus_folder, within
    from ibid.tuning.judging import check_metric

    check_metric(metric)
    folder = corpus_folder(corpus)
    chosen = within(load_cases(Path(cases).expanduser()), folder)
    say_unread(chosen)
    with open_library() as library:
        sweep = _sweep(library, folder, chosen)
        file = None if grid is None else Path(grid).expanduser()
        if estimate:
            return _estimate(sweep, library, file)
        return _run(sweep, library, file, metric=metric, out=Path(out).expanduser(), forget=forget)


def _sweep(library: Library, folder: Path, cases: list[Case]) -> Sweep:
    from ibid.tuning.embedders import Metered
    from ibid.tuning.sweep import Sweep, questions_of

    embedder = Metered(inner=library.embedder, questions=questions_of(cases))
    return Sweep(library.home, folder, cases, embedder, warn=remark)


def _run(sweep: Sweep, library: Library, grid: Path | None, *, metric: str | None, out: Path, forget: bool) -> int:
    import time

    from ibid.tuning import results
    from ibid.tuning.judging import judge, main_metric, reason

    begun = time.perf_counter()
    configurations = sweep.configurations(library.loaded, grid)
    for note in sweep.notes:
        _tell(note)
    with progress() as shown:
        outcomes = sweep.run(configurations, Watch(shown))
    first = outcomes[0]
    verdict = judge(outcomes, main_metric(first.evaluation, metric))
    seconds = time.perf_counter() - begun
    files = results.write(
        out, verdict, corpus=f"{sweep.folder.parent.name}/{sweep.folder.name}", notes=sweep.notes, seconds=seconds
    )
    if options_of().json:
        emit(results.shape(verdict, notes=sweep.notes, seconds=seconds, files=files))
    else:
        say(f"{results.curve(verdict.metric)} of {counted(verdict.cases, 'case')}, by {verdict.metric}")
        say()
        _say_table(*results.table(verdict))
        say(results.LEGEND)
        _say_verdict(reason(verdict), files, outcomes, forget=forget)
    if forget:
        sweep.forget(outcomes)
    for failed in first.report.failed:
        remark(f"failed: {failed.path}: {failed.error}")
    for name in first.evaluation.unknown_files:
        remark(f"a file that the cases name is not there: {name!r}")
    return EXIT_FAILED if first.report.failed or first.report.partial else 0


class Watch:
    """Says how a sweep goes on: a bar for what is going on, a line for what is done."""

    def __init__(self, shown: Silent) -> None:
        self._shown = shown

    def begins(self, name: str, number: int, of: int) -> Silent:
        """What is told how far a configuration is."""
        return _Named(self._shown, f"{number}/{of} {one_line(name)}")

    def done(self, outcome: Outcome, number: int, of: int) -> None:
        """A line on stderr."""
        embedded = f"{counted(outcome.embedded, 'text')} embedded in {outcome.embedding_seconds:.1f} s"
        counts = f"{counted(outcome.chunks, 'chunk')}, {outcome.tokens:,} tokens"
        _tell(f"{number}/{of} {outcome.name}: {counts}, {embedded}, {outcome.seconds:.1f} s in all")


class _Named(Silent):
    """Puts a name before each stage."""

    def __init__(self, shown: Silent, name: str) -> None:
        self._shown = shown
        self._name = name

    def stage(self, name: str, total: int | None) -> None:
        """A new stage."""
        self._shown.stage(f"{self._name}: {name}", total)

    def advance(self, n: int = 1) -> None:
        """So many more."""
        self._shown.advance(n)


def _tell(text: str) -> None:
    """A line on stderr."""
    if not options_of().quiet:
        click.echo(one_line(text), err=True)


def _say_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """The table, in a narrow terminal without what can be spared."""
    from ibid.tuning.results import in_text

    texts = [[column.name for column in columns], *([one_line(in_text(cell)) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    kept = list(range(len(columns)))
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    for spare in [number for number, column in enumerate(columns) if column.spare][::-1]:
        if sum(widths[number] + 2 for number in kept) > room:
            kept.remove(spare)
    for number, row in enumerate(texts):
        cells = [row[at].ljust(widths[at]) if at == 0 else row[at].rjust(widths[at]) for at in kept]
        line = "  ".join(cells).rstrip()
        say(click.style(line, bold=True) if number == 0 else line)


def _say_verdict(reason: Sequence[str], files: dict[str, str], outcomes: Sequence[Outcome], *, forget: bool) -> None:
    say()
    for line in reason:
        say(clean(line))
    say()
    for what, file in files.items():
        say(f"{what:6}  {one_line(file)}")
    if not forget:
        stay = f"{counted(len({outcome.collection for outcome in outcomes}), 'collection')} (eval-…) stay in the home"
        say(f"{stay}, so that a second run embeds nothing; run it with --forget to remove them")


def _estimate(sweep: Sweep, library: Library, grid: Path | None) -> int:
    from ibid.tuning.estimate import estimate, shape

    configurations = sweep.configurations(library.loaded, grid)
    with progress() as shown:
        found = estimate(sweep, configurations, shown)
    if options_of().json:
        emit(shape(found, notes=sweep.notes))
    else:
        _say_estimate(found)
    return EXIT_FAILED if found.failed else 0


def _say_estimate(found: Estimate) -> None:
    from ibid.tuning.results import Column

    names = ("configuration", "chunks", "tokens", "to embed", "seconds")
    rows: list[list[Cell]] = []
    for cost in found.costs:
        about = "~" if cost.by_meaning else ""
        seconds = found.embedding_seconds(cost)
        told = "?" if seconds is None and cost.texts else f"{seconds or 0:,.0f}"
        rows.append([cost.name, f"{about}{cost.chunks:,}", f"{about}{cost.tokens:,}", cost.texts, told])
    _say_table([Column(name) for name in names], rows)
    for failed in found.failed:
        remark(f"failed: {failed.path}: {failed.error}")
    total = sum(cost.texts for cost in found.costs)
    seconds = found.total_seconds
    time = "at a price of its own: the embedder is an endpoint" if seconds is None else f"about {seconds:,.0f} s"
    say()
    say(f"{counted(found.documents, 'document')}; {counted(total, 'text')} to embed in all, {time}")
    if any(cost.by_meaning for cost in found.costs):
        say("~ cuts by vectors, which are made up here: about right")
    say("to embed: not embedded yet, nor for a configuration above; nothing was embedded or kept (--estimate)")
