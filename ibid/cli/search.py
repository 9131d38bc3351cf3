"""`ibid search`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ibid.cli.common import (
    GlobalCommand,
    clean,
    elsewhere,
    emit,
    examples,
    open_library,
    options_of,
    remark,
    say,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.types import Hit, Mode

_SHOWN = 400
"""Characters of a hit's text on a terminal."""


def checked_filters(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> list[str]:
    """The conditions of `--filter`."""
    from retrieval.filters import KEYS

    for text in value:
        key, equals, wanted = text.partition("=")
        if key not in KEYS or not equals or not wanted.strip():
            raise click.BadParameter(
                f"{text!r} is not of the form path=PATTERN, format=ENDING or title=WORDS", context, parameter
            )
    return list(value)


@click.command(
    cls=GlobalCommand,
    name="search",
    short_help="Show the hits for a question.",
    epilog=examples(
        "ibid search 'cycle life'",
        "ibid search 'operating margin' -k 3 --filter 'path=reports/*.pdf'",
        "ibid search 'cycle life' --filter format=pdf --filter 'title=annual report'",
        "ibid search 'ERR-4711' --mode lexical --json",
    ),
)
@click.argument("question")
@click.option("-k", "k", type=click.IntRange(1, 1000), metavar="N", help="How many hits.")
@click.option(
    "--filter",
    "patterns",
    multiple=True,
    callback=checked_filters,
    metavar="KEY=…",
    help="Only documents with path=PATTERN, format=pdf or title=WORDS (repeatable).",
)
@click.option("--mode", type=click.Choice(["hybrid", "dense", "lexical"]), help="How to search.")
def command(question: str, k: int | None, patterns: list[str], mode: Mode | None) -> int:
    """Show the hits for a question, best first; no answer is made."""
    from ibid.shapes import search_shape

    with open_library() as library:
        begun = time.perf_counter()
        hits = library.search(question, k=k, mode=mode, filter=patterns)
        named = [] if patterns else library.named(question)
        meant = library.spelt(question, mode=mode)
        seconds = time.perf_counter() - begun
        unmatched = "" if hits or named else library.unmatched(patterns)
    warnings = [*searched_otherwise(named, meant), *([unmatched] if unmatched else [])]
    if options_of().json:
        emit(search_shape(question, hits, seconds, given=patterns, named=named, meant=meant, warnings=warnings))
    else:
        say_hits(hits)
    for warning in warnings:
        remark(warning)
    return 0


def searched_otherwise(named: Sequence[str], meant: Mapping[str, str]) -> list[str]:
    """What is said of a question that was not searched as it stands.

    Args:
        named: the documents that it was searched in alone, as it names them.
        meant: of each word that was taken for another one, both.
    """
    from ibid.library import narrowing_said
    from retrieval.spelling import said

    return [*([narrowing_said(named)] if named else []), *said(meant)]


def say_hits(hits: Sequence[Hit]) -> None:
    """The hits with place, score and the beginning of their text."""
    from ibid.places import remark_on
    from ingest.citations import citation_of

    if not hits:
        say("nothing was found")
    for hit in hits:
        place = clean(citation_of(hit.path, hit.place, hit.span))
        noted = f"  ({remark})" if (remark := remark_on(hit.place)) else ""
        say(click.style(f"{hit.rank}. {place}", bold=True) + f"  {hit.score:.3f}{noted}")
        say(_indented(shortened(clean(hit.text), _SHOWN)))
        for said, whole in (("the same in", True), ("partly in", False)):
            places = [citation_of(one.path, one.place, one.span) for one in hit.copies if one.whole is whole]
            if places:
                say(f"   {said} {elsewhere(places)}")


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines() if line.strip())
