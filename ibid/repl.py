"""The REPL of `ibid chat`: questions in a conversation that is kept, and commands that begin with a slash."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from ibid.cli.ask import say_citations, say_nearest, say_unsure
from ibid.cli.common import EXIT_FAILED, EXIT_INTERRUPTED, clean, counted, emit_error, one_line, options_of, remark, say
from ibid.cli.search import say_hits, searched_otherwise
from ibid.cli.show import say_shown
from ingest.errors import IbidError, UsageError

if TYPE_CHECKING:
    from ibid.library import Library
    from qa.types import Answer

HELP = """\
Type a question; it may lean on the ones before. Ctrl-C stops an answer, Ctrl-D leaves.
  /sources          the hits that the last answer was made from
  /show N           the place of citation [N] of the last answer; also /show CITATION
  /search QUESTION  hits alone, no answer
  /conversations    the kept conversations
  /resume ID        go on with one of them (or: last)
  /help             this
  /quit             leave"""


class Repl:
    """Reads questions and commands until there are no more."""

    def __init__(self, library: Library, *, conversation: str | None = None) -> None:
        self._library = library
        self._conversation: str | None = None
        self._last: Answer | None = None
        self._failed = False
        self._commands: dict[str, Callable[[str], None]] = {
            "sources": self._sources,
            "show": self._show,
            "search": self._search,
            "conversations": self._conversations,
            "resume": self._resume,
            "help": self._help,
        }
        library.index()  # says now, not at the first question, that nothing is indexed
        if conversation is not None:
            self._resume(conversation)

    def run(self) -> int:
        """The exit code: 1 where a question read from a pipe could not be answered."""
        interactive = sys.stdin.isatty() and sys.stdout.isatty()
        for line in self._typed() if interactive else iter(sys.stdin.readline, ""):
            text = line.strip()
            if text in ("/quit", "/exit"):
                break
            if text and not self._guarded(text) and not interactive:
                return EXIT_INTERRUPTED
        return EXIT_FAILED if self._failed and not interactive else 0

    def _typed(self) -> Iterator[str]:
        """Lines from a terminal, with history and completion of commands."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.history import FileHistory, History, InMemoryHistory

        home = self._library.home
        history: History = FileHistory(str(home.folder / "history")) if home.writable else InMemoryHistory()
        names = [f"/{name}" for name in (*self._commands, "quit")]
        session: PromptSession[str] = PromptSession(
            history=history, completer=WordCompleter(names, sentence=True), complete_while_typing=False
        )
        if not options_of().quiet:
            say("Ask a question, or type /help. Ctrl-D leaves.")
        while True:
            try:
                yield session.prompt("ibid> ")
            except KeyboardInterrupt:
                continue
            except EOFError:
                return

    def _guarded(self, text: str) -> bool:
        """Does what a line says; whether it was not interrupted. An error is said and the REPL goes on."""
        try:
            self._do(text)
        except KeyboardInterrupt:
            say()
            click.echo(click.style("stopped", dim=True), err=True)
            return False
        except IbidError as error:
            self._failed = True
            emit_error(type(error).__name__, error.message, error.hint, as_json=False)
        return True

    def _do(self, text: str) -> None:
        if not text.startswith("/"):
            self._ask(text)
            return
        name, _, rest = text[1:].partition(" ")
        known = self._commands.get(name)
        if known is None:
            raise UsageError(f"there is no command /{name}", hint="/help lists them")
        known(rest.strip())

    def _ask(self, question: str) -> None:
        from qa.followups import asks_nothing

        if asks_nothing(question):
            say("Nothing is asked: the last answer stands. /help lists the commands.\n")
            return
        streams = sys.stdout.isatty() and self._library.generates
        answer = self._library.ask(question, conversation=self._conversation, stream=_piece if streams else False)
        self._last = answer
        if self._library.home.writable:  # else nothing is kept: there is no such conversation to go on with
            self._conversation = answer.conversation
        say_unsure(answer)
        say("" if streams else clean(answer.text))
        say_citations(answer)
        say_nearest(answer)
        for warning in answer.warnings:
            remark(warning)
        say()

    def _sources(self, rest: str) -> None:  # noqa: ARG002
        if self._last is None:
            raise UsageError("there is no answer yet")
        say_hits(self._last.hits)

    def _show(self, rest: str) -> None:
        if not rest:
            raise UsageError("which one?", hint="/show 1")
        cited = self._last.citations if self._last else ()
        found = [one for one in cited if rest.strip("[]") == str(one.marker)]
        for citation in found:
            say_shown(self._library.show_span(citation.path, citation.span, citation=citation.citation))
        if found:
            return
        if rest.strip("[]").isdigit():
            raise UsageError(f"the last answer has no citation [{rest.strip('[]')}]")
        say_shown(self._library.show(rest))

    def _search(self, rest: str) -> None:
        if not rest:
            raise UsageError("what for?", hint="/search cycle life")
        say_hits(self._library.search(rest))
        for one in searched_otherwise(self._library.named(rest), self._library.spelt(rest)):
            remark(one)

    def _conversations(self, rest: str) -> None:  # noqa: ARG002
        for one in self._library.conversations():
            say(f"{one.conversation}  {counted(one.turns, 'turn'):>9}  {one_line(one.question)[:80]}")

    def _resume(self, rest: str) -> None:
        wanted = self._library.conversation_id(rest or "last")
        assert wanted is not None
        turns = self._library.turns(wanted)
        self._conversation, self._last = wanted, turns[-1].answer
        say(click.style(f"conversation {wanted}, {counted(len(turns), 'turn')}; the last question was:", dim=True))
        say(one_line(turns[-1].question))

    def _help(self, rest: str) -> None:  # noqa: ARG002
        say(HELP)


def _piece(text: str) -> None:
    click.echo(clean(text), nl=False)
