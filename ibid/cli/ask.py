"""`ibid ask`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ibid.cli.common import (
    GlobalCommand,
    clean,
    elsewhere,
    emit,
    examples,
    one_line,
    open_library,
    options_of,
    remark,
    say,
    shortened,
)
from ibid.cli.search import checked_filters
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ibid.library import Library
    from qa.answering import Preview
    from qa.types import Answer

_MOST_STDIN = 1_000_000
"""Characters of a question on stdin."""
_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
"""Files of which ibid itself says what their columns are."""
_NEAREST = 3
"""Passages that are shown where there is no answer: what was asked may stand there in other words."""
_SHOWN = 200
"""Characters of each."""


@click.command(
    cls=GlobalCommand,
    name="ask",
    short_help="Answer a question, with citations.",
    epilog=examples(
        "ibid ask 'Who signed the inspection?'",
        "ibid ask 'and in 2021?' --conversation 3f2a91c0",
        "echo 'What limits the cycle life?' | ibid ask -",
        "ibid ask 'Who signed it?' --show-prompt --set qa.provider.name=openai --set qa.provider.model=gpt-5-mini",
    ),
)
@click.argument("question")
@click.option("-k", "k", type=click.IntRange(1, 1000), metavar="N", help="How many hits are considered.")
@click.option(
    "--filter",
    "patterns",
    multiple=True,
    callback=checked_filters,
    metavar="KEY=…",
    help="Only documents with path=PATTERN, format=pdf or title=WORDS (repeatable).",
)
@click.option("--conversation", metavar="ID|last", help="Go on with a kept conversation.")
@click.option("--context-tokens", type=click.IntRange(20), metavar="N", help="How much of the sources may be sent.")
@click.option("--no-llm", is_flag=True, help="Quote; ask no language model.")
@click.option("--show-prompt", is_flag=True, help="Print what would leave the machine and its price; send nothing.")
def command(
    question: str,
    k: int | None,
    patterns: list[str],
    conversation: str | None,
    context_tokens: int | None,
    no_llm: bool,
    show_prompt: bool,
) -> int:
    """Answer a question, with citations. `-` reads the question from stdin."""
    from ibid.shapes import answer_shape

    if question == "-":
        question = sys.stdin.read(_MOST_STDIN + 1)
        if len(question) > _MOST_STDIN:
            raise UsageError(
                f"the question on stdin is over {_MOST_STDIN:,} characters", hint="documents are for `ibid ingest`"
            )
    sets = [("qa.budget.context_tokens", str(context_tokens), "--context-tokens")] if context_tokens else []
    if no_llm:
        sets.append(("qa.provider.name", "extractive", "--no-llm"))
    with open_library(*sets) as library:
        conversation = library.conversation_id(conversation)
        if show_prompt:
            stream = _streams()
            _show(library.preview(question, conversation=conversation, k=k, filter=patterns, stream=stream))
            return 0
        answer = _asked(library, question, conversation=conversation, k=k, patterns=patterns)
    if options_of().json:
        emit(answer_shape(answer))
    return 0


def _asked(library: Library, question: str, *, conversation: str | None, k: int | None, patterns: list[str]) -> Answer:
    """Asks, and prints the answer as it comes where a person is looking."""
    as_json = options_of().json
    streams = _streams() and library.generates
    answer = library.ask(
        question, conversation=conversation, k=k, filter=patterns, stream=_streamed if streams else False
    )
    if not as_json:
        say_unsure(answer)
        say("" if streams else clean(answer.text))
        say_citations(answer)
        say_nearest(answer)
        if sys.stderr.isatty() and not options_of().quiet:
            click.echo(click.style(f"conversation {answer.conversation}", dim=True), err=True)
    for warning in answer.warnings:
        remark(warning)
    return answer


def _streams() -> bool:
    """Whether the answer is shown as it comes."""
    return sys.stdout.isatty() and not options_of().json


def _streamed(piece: str) -> None:
    click.echo(clean(piece), nl=False)


def say_citations(answer: Answer) -> None:
    """Each citation with its marker, its place and its quote; markers and sentences that nothing bears are said."""
    from qa.quoting import shown
    from qa.units import describes_table

    for citation in answer.citations:
        say()
        say(click.style(f"[{citation.marker}] {clean(citation.citation)}", bold=True))
        place = citation.place
        quote = clean(shown(citation.quote, place))
        say("    “" + quote.replace("\n", "\n     ") + "”")
        if citation.path.lower().endswith(_TABLES) and not place.rows and describes_table(citation.quote):
            say(click.style("    said by ibid of the table's columns: the file has no such line", dim=True))
        if place.columns and not place.rows:
            say(click.style(f"    columns: {one_line(' | '.join(place.columns))}", dim=True))
        if citation.copies:
            say(click.style(f"    the same in {elsewhere(citation.copies)}", dim=True))
    if answer.unresolved:
        say()
        say(
            "unresolved: "
            + " ".join(f"[{marker}]" for marker in answer.unresolved)
            + " (no such source, or nothing of it is there)"
        )
    for number, sentence in enumerate(answer.unsupported):
        if not number:
            say("\nnot borne out by the sources it names:")
        say(f"    ? {one_line(sentence)}")


def say_unsure(answer: Answer) -> None:
    """Where little speaks for the answer, that it is so."""
    if answer.unsure:
        say(click.style("unsure whether this answers the question:", fg="yellow"))


def say_nearest(answer: Answer) -> None:
    """Where there is no answer, the passages that come nearest, each by the part of it that matched."""
    from ingest.citations import citation_of

    if not answer.abstained:
        return
    for number, hit in enumerate(answer.hits[:_NEAREST]):
        if not number:
            say("\nnearest passages:")
        say(f"    {clean(citation_of(hit.path, hit.place, hit.span))}")
        start = hit.match.start - hit.span.start
        text = one_line(hit.text[start : start + len(hit.match)])
        say(click.style(f"        {shortened(text, _SHOWN)}", dim=True))


def _show(preview: Preview) -> None:
    if options_of().json:
        messages = [{"role": message.role, "content": message.content} for message in preview.messages]
        emit({"messages": messages, "input_tokens": preview.input_tokens, "cost": preview.cost})
        return
    if not preview.messages:
        say("nothing would leave the machine: the provider quotes, and asks no language model")
        return
    for message in preview.messages:
        say(click.style(f"── {message.role} ──", bold=True))
        say(clean(message.content))
    price = "price not known" if preview.cost is None else f"at most {preview.cost:.6f}"
    say(f"── {preview.input_tokens} input tokens, {price}; nothing was sent ──")
