"""`ibid show`."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ibid.cli.common import GlobalCommand, clean, emit, examples, one_line, open_library, options_of, remark, say

if TYPE_CHECKING:
    from ibid.places import Shown


@click.command(
    cls=GlobalCommand,
    name="show",
    short_help="Open a cited place.",
    epilog=examples(
        "ibid show 'report.pdf#page=3'",
        "ibid show 'data.csv#rows=4-6'",
        "ibid show 'report.pdf#page=3&char=120,180' --png page.png",
        "ibid show '[1]'      # the first citation of the last answer",
    ),
)
@click.argument("citation")
@click.option("--png", "target", metavar="OUT.png", help="Render the page or picture, with the place highlighted.")
@click.option("--password", "passwords", multiple=True, metavar="P", help="Tried on an encrypted file (repeatable).")
def command(citation: str, target: str | None, passwords: tuple[str, ...]) -> int:
    """Open a place: print it with its surroundings. CITATION as an answer prints it, or `[n]` of the last answer.

    Rows are printed as a table, a record with a line for each member, text with its line numbers.
    """
    from ibid.shapes import rendered_shape, shown_shape

    with open_library() as library:
        shown = library.show(citation)
        picture = None if target is None else library.render(citation, passwords=passwords)
    if picture is not None and target is not None:
        _write(target, picture.png)
        for warning in picture.warnings:
            remark(warning)
    if options_of().json:
        emit(shown_shape(shown) | (rendered_shape(picture, target) if picture and target else {}))
    elif picture is not None:
        say(f"page {picture.page} of {one_line(picture.path)} is in {one_line(str(target))}")
    else:
        say_shown(shown)
    return 0


def _write(target: str, png: bytes) -> None:
    from ingest.errors import UsageError

    try:
        Path(target).write_bytes(png)
    except OSError as error:
        raise UsageError(f"{target!r} cannot be written: {error.strerror}") from error


def say_shown(shown: Shown) -> None:
    """The place, its surroundings dimmed, the text itself marked off: in colour, or by arrows where there is none."""
    from ibid.places import remark_on

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
    where += [noted] if (noted := remark_on(place)) else []
    say(click.style(" · ".join(where), bold=True))
    if place.headings:
        say(click.style(" › ".join(one_line(heading) for heading in place.headings), dim=True))
    say(_body(shown))


def _body(shown: Shown) -> str:
    from ibid.display import first_line, members, numbered, record, table

    kinds = {block.kind for block in shown.blocks}
    if kinds == {"row"} and shown.place.rows:
        return table([replace(block, text=clean(block.text)) for block in shown.blocks], width=_width())
    if kinds == {"record"} and len(shown.blocks) == 1:
        return record(members(clean(shown.blocks[0].text)))
    header = next((block.header for block in shown.blocks if block.header), "")
    before, after = clean(shown.before), clean(shown.after)
    whole = click.style(before, dim=True) + _marked(clean(shown.text)) + click.style(after, dim=True)
    first = first_line(shown)
    said = whole if first is None else numbered(whole, first)
    return (click.style(one_line(header), dim=True) + "\n" if header else "") + said


def _width() -> int | None:
    """Of the terminal; None where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _range(noun: str, first: int, last: int) -> str:
    return f"{noun} {first}" if first == last else f"{noun}s {first}-{last}"


def _marked(text: str) -> str:
    """Reversed on a terminal, else `>>> text <<<`."""
    if sys.stdout.isatty():
        return click.style(text, reverse=True)
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else ("", "", text)
    return f"{before}>>> {inner} <<<{after}"
