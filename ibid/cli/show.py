"""`ibid show`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ibid.cli.common import GlobalCommand, clean, emit, examples, one_line, open_library, options_of, say

if TYPE_CHECKING:
    from ibid.places import Shown


@click.command(
    cls=GlobalCommand,
    name="show",
    short_help="Open a cited place.",
    epilog=examples(
        "ibid show 'report.pdf#page=3'",
        "ibid show 'data.csv#rows=4-6'",
        "ibid show '[1]'      # the first citation of the last answer",
    ),
)
@click.argument("citation")
def command(citation: str) -> int:
    """Open a place: print it with its surroundings. CITATION as an answer prints it, or `[n]` of the last answer."""
    from ibid.shapes import shown_shape

    with open_library() as library:
        shown = library.show(citation)
    if options_of().json:
        emit(shown_shape(shown))
    else:
        say_shown(shown)
    return 0


def say_shown(shown: Shown) -> None:
    """The place, its surroundings dimmed, the text itself marked off: in colour, or by arrows where there is none."""
    place = shown.place
    where = [one_line(shown.path)]
    if place.pages:
        where.append(("page " if len(place.pages) == 1 else "pages ") + ", ".join(map(str, place.pages)))
    if place.sheet:
        where.append(f"sheet {one_line(place.sheet)}")
    if place.rows:
        where.append(_range("row", *place.rows))
    if place.lines:
        where.append(_range("line", *place.lines))
    where += [one_line(pointer) for pointer in place.pointers[:3] if pointer]
    where.append(f"characters {shown.span.start}-{shown.span.end}")
    say(click.style(" · ".join(where), bold=True))
    if place.headings:
        say(click.style(" › ".join(one_line(heading) for heading in place.headings), dim=True))
    before, after = clean(shown.before), clean(shown.after)
    say(click.style(before, dim=True) + _marked(clean(shown.text)) + click.style(after, dim=True))


def _range(noun: str, first: int, last: int) -> str:
    return f"{noun} {first}" if first == last else f"{noun}s {first}-{last}"


def _marked(text: str) -> str:
    """Reversed on a terminal, else `>>> text <<<`."""
    if sys.stdout.isatty():
        return click.style(text, reverse=True)
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else ("", "", text)
    return f"{before}>>> {inner} <<<{after}"
