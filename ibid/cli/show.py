"""`ibid show`."""

from __future__ import annotations

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
    """The place, its surroundings dimmed, the text itself marked off."""
    place = shown.place
    where = [one_line(shown.path)]
    if place.pages:
        where.append("page " + ", ".join(map(str, place.pages)))
    if place.sheet:
        where.append(f"sheet {one_line(place.sheet)}")
    if place.rows:
        where.append(f"rows {place.rows[0]}-{place.rows[1]}")
    if place.lines:
        where.append(f"lines {place.lines[0]}-{place.lines[1]}")
    where += [one_line(pointer) for pointer in place.pointers[:3]]
    where.append(f"characters {shown.span.start}-{shown.span.end}")
    say(click.style(" · ".join(where), bold=True))
    if place.headings:
        say(click.style(" › ".join(one_line(heading) for heading in place.headings), dim=True))
    before, after = clean(shown.before), clean(shown.after)
    text = click.style(clean(shown.text), reverse=True)
    say(click.style(before, dim=True) + text + click.style(after, dim=True))
