"""`ibid chunks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ibid.cli.common import (
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

if TYPE_CHECKING:
    from ibid.preview import FileChunks
    from ingest.types import Chunk


@click.command(
    cls=GlobalCommand,
    name="chunks",
    short_help="Show how one file is cut, and why.",
    epilog=examples(
        "ibid chunks report.pdf",
        "ibid chunks notes.md --set ingest.chunking.default.size=120",
        "ibid chunks data.csv --json | jq '.chunks[0]'",
    ),
)
@click.argument("file")
@click.option("--password", "passwords", multiple=True, metavar="P", help="Tried on an encrypted file (repeatable).")
def command(file: str, passwords: tuple[str, ...]) -> int:
    """Show how one file is cut, and by which rule, before anything is embedded."""
    from ibid.shapes import chunks_shape

    with open_library() as library:
        found = library.chunks(file, passwords=passwords)
    if options_of().json:
        emit(chunks_shape(found))
    else:
        _say_chunks(found)
    return 0


def _say_chunks(found: FileChunks) -> None:
    from ibid.cli.status import rows_in_words
    from ibid.coverage import lines
    from ibid.places import citation_of

    by_rule = f"chosen by the rule {one_line(found.rule)!r}"
    why = "the default: no rule matches" if found.rule == "default" else by_rule
    say(f"{one_line(found.path)}: strategy {found.strategy!r}, {why}")
    for line in (*lines(found.coverage), *([f"rows {rows}"] if (rows := rows_in_words(found.rows)) else [])):
        say(click.style(one_line(line), dim=True))
    for chunk in found.chunks:
        place = citation_of(found.path, chunk.place, chunk.span)
        say()
        say(click.style(_heading(chunk, clean(place)), bold=True))
        if chunk.context:
            say(click.style(f"context: {one_line(chunk.context)}", dim=True))
        say(clean(chunk.text))
    for warning in (*found.warnings, *([f"not read to its end: {found.cut}"] if found.cut else [])):
        remark(warning)
    sizes = [chunk.tokens for chunk in found.chunks]
    say()
    tokens = f", {min(sizes)} to {max(sizes)} tokens, {sum(sizes)} together" if len(sizes) > 1 else ""
    say(counted(len(sizes), "chunk") + (tokens or "".join(f", {counted(size, 'token')}" for size in sizes)))


def _heading(chunk: Chunk, place: str) -> str:
    tokens = counted(chunk.tokens, "token")
    return f"── {chunk.ordinal} ── [{chunk.span.start}, {chunk.span.end}) ── {tokens} ── {place}"
