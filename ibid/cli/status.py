"""`ibid status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ibid.cli.common import GlobalCommand, counted, emit, examples, one_line, open_library, options_of, say

if TYPE_CHECKING:
    from retrieval.types import CollectionStatus, PageCounts


@click.command(
    cls=GlobalCommand,
    name="status",
    short_help="Show what is indexed, and what is stale.",
    epilog=examples("ibid status", "ibid status reports/", "ibid status --json | jq .stale"),
)
@click.argument("path", required=False)
def command(path: str | None) -> int:
    """Show what is indexed: documents, pages, chunks, the rules that cut them, stale files.

    With PATH also each document below it.
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
    for source in status.sources:
        pages = pages_in_words(source.pages)
        how = f"{source.parser}, {one_line(source.rule)} → {source.strategy}"
        chunks = counted(source.chunks, "chunk")
        say(f"{one_line(source.path)}: {how}, {chunks}" + (f", pages {pages}" if pages else ""))


def pages_in_words(pages: PageCounts) -> str:
    """Pages by how their text was got."""
    counts = ((pages.text, "with text"), (pages.ocr, "by OCR"), (pages.empty, "empty"), (pages.failed, "failed"))
    return ", ".join(f"{count} {word}" for count, word in counts if count)
