"""`ibid chunks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ibid.cli.common import (
    GlobalCommand,
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
    from ibid.viewing.difference import Difference
    from ibid.viewing.view import View


@click.command(
    cls=GlobalCommand,
    name="chunks",
    short_help="Show how one file is cut, and why.",
    epilog=examples(
        "ibid chunks report.pdf",
        "ibid chunks report.pdf --html report.html",
        "ibid chunks notes.md --set ingest.chunking.default.size=120 --diff default",
        "ibid chunks notes.md --diff other.yaml --html both.html",
        "ibid chunks data.csv --json | jq '.chunks[0]'",
    ),
)
@click.argument("file")
@click.option("--diff", "other", metavar="FILE|PRESET", help="Also as by `--config FILE|PRESET`: what would change.")
@click.option("--html", "target", metavar="OUT.html", help="One page with the chunks drawn on the document.")
@click.option("--password", "passwords", multiple=True, metavar="P", help="Tried on an encrypted file (repeatable).")
def command(file: str, other: str | None, target: str | None, passwords: tuple[str, ...]) -> int:
    """Show how one file is cut, and by which rule, before anything is embedded.

    With --diff, what another settings file would change, and what it would cost to embed. (A few chunks are embedded to
    learn how long that takes, where no endpoint is asked.)
    """
    from ingest.process import prepare

    prepare()
    from ibid.shapes import chunks_shape

    with open_library() as library:
        if other is None and target is None:
            found, seen = library.chunks(file, passwords=passwords), None
        else:
            seen = library.view(file, other=other, pictures=target is not None, passwords=passwords)
            found = seen.found
    if seen is not None and target is not None:
        _write(target, seen)
    difference = seen.difference if seen else None
    if options_of().json:
        emit(chunks_shape(found, difference) | ({"html": target} if target else {}))
    elif target is not None:
        say(f"{one_line(found.path)}, with its chunks, is in {one_line(target)}")
    else:
        _say(found, difference)
    return 0


def _say(found: FileChunks, difference: Difference | None) -> None:
    from ibid.cli.status import rows_in_words
    from ibid.viewing.terminal import chunks_in_words, difference_in_words

    lines = chunks_in_words(found, rows_in_words(found.rows)) if difference is None else difference_in_words(difference)
    for line in lines:
        say(line)
    warnings = [*found.warnings, *([f"not read to its end: {found.cut}"] if found.cut else [])]
    if difference is not None:
        warnings += [*difference.after.warnings, *difference.warnings]
    for warning in dict.fromkeys(warnings):
        remark(warning)


def _write(target: str, seen: View) -> None:
    from ibid.viewing.page import page_of
    from ingest.errors import UsageError

    try:
        Path(target).write_text(page_of(seen), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target!r} cannot be written: {error.strerror}") from error
