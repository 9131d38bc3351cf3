"""`ibid collections`."""

from __future__ import annotations

from typing import Any

import click

from ibid.cli.common import (
    GLOBAL_OPTIONS,
    GlobalCommand,
    counted,
    emit,
    examples,
    one_line,
    open_library,
    options_of,
    say,
)


class _Group(click.Group):
    """Without a subcommand it lists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += GLOBAL_OPTIONS()


@click.group(
    cls=_Group,
    name="collections",
    short_help="List collections, or forget one.",
    invoke_without_command=True,
    epilog=examples("ibid collections", "ibid collections rm old-papers"),
)
@click.pass_context
def command(context: click.Context) -> int:
    """List the collections of this home, or forget one."""
    if context.invoked_subcommand is not None:
        return 0
    with open_library() as library:
        found = library.collections()
    if options_of().json:
        rows = [
            {
                "collection": one.collection,
                "documents": one.documents,
                "chunks": one.chunks,
                "tokens": one.tokens,
                "embedder": one.embedder.model if one.embedder else None,
            }
            for one in found
        ]
        emit({"collections": rows})
        return 0
    for one in found:
        model = f", {one_line(one.embedder.model)}" if one.embedder else ""
        counts = f"{counted(one.documents, 'document')}, {counted(one.chunks, 'chunk')}"
        say(f"{one_line(one.collection)}: {counts}{model}")
    return 0


@command.command(cls=GlobalCommand, name="rm", epilog=examples("ibid collections rm old-papers"))
@click.argument("name")
def remove(name: str) -> int:
    """Forget a collection with all its documents. The files themselves are not touched."""
    options_of().collection = name  # its own settings say where its vectors are
    with open_library() as library:
        library.remove_collection(name)
    if options_of().json:
        emit({"removed": name})
    else:
        say(f"removed  {one_line(name)}")
    return 0
