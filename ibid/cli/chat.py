"""`ibid chat`."""

from __future__ import annotations

import click

from ibid.cli.common import GlobalCommand, examples, open_library, options_of


@click.command(
    cls=GlobalCommand,
    name="chat",
    short_help="Talk, in a conversation that is kept.",
    epilog=examples("ibid chat", "ibid chat --conversation last", "printf 'Who signed it?\\nAnd when?\\n' | ibid chat"),
)
@click.option("--conversation", metavar="ID|last", help="Go on with a kept conversation.")
@click.option("--no-llm", is_flag=True, help="Quote; ask no language model.")
def command(conversation: str | None, no_llm: bool) -> int:
    """Talk: questions that lean on each other, in a conversation that is kept. /help lists what else can be typed."""
    from ibid.repl import Repl
    from ingest.errors import UsageError

    if options_of().json:
        raise UsageError(
            "chat is for people, and has no --json", hint="for programs: ibid ask --json --conversation ID"
        )
    sets = [("qa.provider.name", "extractive", "--no-llm")] if no_llm else []
    with open_library(*sets) as library:
        return Repl(library, conversation=library.conversation_id(conversation)).run()
