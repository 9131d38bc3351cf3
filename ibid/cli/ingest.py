"""`ibid ingest`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ibid.cli.common import (
    EXIT_FAILED,
    EXIT_USAGE,
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
from ibid.cli.status import pages_in_words, rows_in_words

if TYPE_CHECKING:
    from retrieval.types import Captioned, Partial, SyncPlan, SyncReport


@click.command(
    cls=GlobalCommand,
    name="ingest",
    short_help="Index files and folders; bring them up to date.",
    epilog=examples(
        "ibid ingest ~/papers",
        "ibid ingest report.pdf data/ --dry-run",
        "ibid ingest scans/ --password secret --workers 4",
        "ibid ingest . --set ingest.chunking.default.size=120 --json",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Parse and cut the files, say what would be done, keep nothing.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="How many processes parse.")
@click.option("--password", "passwords", multiple=True, metavar="P", help="Tried on encrypted files (repeatable).")
@click.option("--prune", is_flag=True, help="Also forget what a missing or emptied PATH held.")
@click.option("--strict", is_flag=True, help="Stop at the first file that fails.")
def command(
    paths: tuple[str, ...], dry_run: bool, workers: int | None, passwords: tuple[str, ...], prune: bool, strict: bool
) -> int:
    """Make the collection equal to what is on disk under the given files and folders.

    Adds and updates documents, and forgets those that vanished below the given paths; nothing elsewhere. What has not
    changed is not read again. A file that fails never stops the others.
    """
    from ingest.process import prepare

    prepare()
    from ibid.shapes import plan_shape, report_shape

    with open_library() as library:
        if dry_run:
            with progress() as shown:
                plan = library.plan(*paths, prune=prune, workers=workers, passwords=passwords, progress=shown)
            if options_of().json:
                emit(plan_shape(plan, library.collection))
            else:
                _say_plan(plan)
            return _exit_code(plan.missing, plan.failed or plan.partial)
        with progress() as shown:
            report = library.ingest(
                *paths, prune=prune, strict=strict, workers=workers, passwords=passwords, progress=shown
            )
    if options_of().json:
        emit(report_shape(report))
    else:
        _say_report(report)
    return _exit_code(report.missing, report.failed or report.partial or report.store_error)


def _exit_code(missing: Sequence[str], troubles: Sequence[object]) -> int:
    """0 where all went well, 2 where a given path is missing, 1 where a file failed or something of it was lost."""
    if missing:
        return EXIT_USAGE
    return EXIT_FAILED if troubles else 0


def _say_plan(plan: SyncPlan) -> None:
    _say_missing(plan.missing)
    for word, found in (("add", plan.added), ("change", plan.changed), ("remove", plan.removed)):
        for path in found:
            say(f"{word:8} {one_line(path)}")
    for skipped in plan.skipped:
        say(f"{'skip':8} {one_line(skipped.path)}: {one_line(skipped.reason)}")
    for failed in plan.failed:
        say(f"{'fail':8} {one_line(failed.path)}: {one_line(failed.error)}")
    _say_partial(plan.partial)
    for warning in plan.warnings:
        remark(warning)
    counts = f"{len(plan.added)} to add, {len(plan.changed)} to change, {len(plan.removed)} to remove"
    counts += f", {len(plan.unchanged)} unchanged" + _troubles(plan)
    say(f"{counted(plan.documents, 'document')}: {counts}")
    if plan.rechunked:
        say(f"{counted(len(plan.rechunked), 'document')} to cut anew from the stored text")
    embedding = f"{counted(plan.embedded, 'text')} to embed, {plan.reused} reused"
    say(f"{counted(plan.chunks, 'chunk')} to make, {embedding}; rehearsed in {plan.seconds:.1f} s{_totals(plan)}")
    say("nothing was done (--dry-run)")


def _say_missing(paths: Sequence[str]) -> None:
    for path in paths:
        say(click.style("missing  ", fg="red") + f"{one_line(path)}: there is no such file or folder")


def _say_partial(partial: Sequence[Partial]) -> None:
    from ibid.coverage import ranges

    for part in partial:
        pages = f"{ranges(part.pages)}: " if part.pages else ""
        say(click.style("partial  ", fg="yellow") + f"{one_line(part.path)}: {pages}{one_line(part.reason)}")


def _say_report(report: SyncReport) -> None:
    _say_missing(report.missing)
    for failed in report.failed:
        say(click.style("failed   ", fg="red") + f"{one_line(failed.path)}: {one_line(failed.error)}")
    _say_partial(report.partial)
    if not options_of().quiet:
        for skipped in report.skipped:
            say(f"skipped  {one_line(skipped.path)}: {one_line(skipped.reason)}")
    if report.store_error:
        say(click.style("failed   ", fg="red") + one_line(report.store_error))
        say("         everything is indexed and can be asked; the next ingest brings the vector store up to date")
    for warning in report.warnings:
        remark(warning)
    say(clean(summary(report)))


def summary(report: SyncReport) -> str:
    """What was done, in two lines, and one for the pictures described."""
    counts = f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged"
    documents, chunks = counted(report.documents, "document"), counted(report.chunks, "chunk")
    made = f"{chunks}, {report.embedded} embedded, {report.reused} reused, {report.seconds:.1f} s"
    return f"{documents}: {counts}{_troubles(report)}\n{made}{_totals(report)}{_captions(report.captions)}"


def _captions(done: Captioned | None) -> str:
    """What describing pictures took, in a line of its own; nothing where none were."""
    if done is None or not done.input_tokens:
        return ""
    cost = "" if done.cost is None else f", cost {done.cost:.4f}"
    return f"\n{counted(done.count, 'picture')} described: {done.input_tokens:,} + {done.output_tokens:,} tokens{cost}"


def _troubles(done: SyncReport | SyncPlan) -> str:
    words = ((done.failed, "failed"), (done.partial, "partial"), (done.skipped, "skipped"))
    return "".join(f", {len(found)} {word}" for found, word in words if found)


def _totals(done: SyncReport | SyncPlan) -> str:
    """The pages and rows of all documents."""
    pages, rows = pages_in_words(done.pages), rows_in_words(done.rows)
    return (f"; pages: {pages}" if pages else "") + (f"; rows: {rows}" if rows else "")
