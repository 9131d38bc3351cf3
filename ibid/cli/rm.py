"""`ibid rm`."""

from __future__ import annotations

import click

from ibid.cli.common import GlobalCommand, emit, examples, one_line, open_library, options_of, say


@click.command(
    cls=GlobalCommand,
    name="rm",
    short_help="Forget documents.",
    epilog=examples("ibid rm drafts/", "ibid rm report.pdf --collection papers"),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
def command(paths: tuple[str, ...]) -> int:
    """Forget documents: files, or folders with all below them. The files themselves are not touched."""
    with open_library() as library:
        removed = library.remove(*paths)
    if options_of().json:
        emit({"collection": options_of().collection, "removed": removed})
    else:
        for path in removed:
            say(f"removed  {one_line(path)}")
    return 0
