"""`ibid status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ibid.cli.common import GlobalCommand, counted, emit, examples, one_line, open_library, options_of, say

if TYPE_CHECKING:
    from ingest.types import Rows
    from retrieval.types import CollectionStatus, PageCounts, SourceStatus


@click.command(
    cls=GlobalCommand,
    name="status",
    short_help="Show what is indexed, and what is stale.",
    epilog=examples("ibid status", "ibid status reports/", "ibid status report.pdf", "ibid status --json | jq .stale"),
)
@click.argument("path", required=False)
def command(path: str | None) -> int:
    """Show what is indexed: documents, pages, chunks, the rules that cut them, stale files.

    With PATH also each document below it, with what became of its pages and rows.
    """
    from ibid.shapes import status_shape

    with open_library() as library:
        status = library.status(path)
        home = str(library.home.folder)
    if options_of().json:
        emit(status_shape(status, home, sources=path is not None))
    else:
        _say_status(status, home)
    return 0


def _say_status(status: CollectionStatus, home: str) -> None:
    say(f"home        {one_line(home)}")
    say(f"collection  {status.collection}")
    say(f"documents   {status.documents}")
    say(f"pages       {pages_in_words(status.pages) or 'none'}")
    say(f"chunks      {status.chunks} ({counted(status.tokens, 'token')})")
    if status.embedder:
        embedder = status.embedder
        say(f"embedder    {embedder.name}: {one_line(embedder.model)}, {embedder.dimensions} dimensions")
    for rule in status.rules:
        counts = f"{counted(rule.documents, 'document')}, {counted(rule.chunks, 'chunk')}"
        say(f"rule        {one_line(rule.match)} → {rule.strategy}: {counts}")
    for stale in status.stale:
        say(click.style("stale       ", fg="yellow") + f"{one_line(stale.path)}: {one_line(stale.reason)}")
    if status.stale:
        say("            `ibid ingest` of the folder that holds them brings them up to date")
    for source in status.sources:
        _say_source(source)


def _say_source(source: SourceStatus) -> None:
    from ibid.coverage import lines

    how = f"{source.parser}, {one_line(source.rule)} → {source.strategy}"
    say(f"{one_line(source.path)}: {how}, {counted(source.chunks, 'chunk')}")
    for line in lines(source.coverage):
        say(f"            {one_line(line)}")
    if rows := rows_in_words(source.rows):
        say(f"            rows {rows}")
    if source.cut:
        say(click.style("            not read to its end: ", fg="yellow") + one_line(source.cut))
    for warning in source.warnings:
        say(click.style("            warning: ", fg="yellow") + one_line(warning))


def rows_in_words(rows: Rows) -> str:
    """Rows and records by what became of them."""
    counts = ((rows.text, "with text"), (rows.empty, "empty"), (rows.failed, "failed"))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def pages_in_words(pages: PageCounts) -> str:
    """Pages by how their text was got."""
    counts = ((pages.text, "with text"), (pages.ocr, "by OCR"), (pages.empty, "empty"), (pages.failed, "failed"))
    return ", ".join(f"{count} {word}" for count, word in counts if count)
