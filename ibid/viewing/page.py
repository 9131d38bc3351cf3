"""The page of HTML that shows how a file is cut, by one configuration or by two side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ibid.coverage import lines as page_lines
from ibid.html import Html, escape, page
from ibid.preview import FileChunks
from ibid.viewing.difference import Difference
from ibid.viewing.flow import drawn, in_strips, without_place
from ibid.viewing.paged import HATCHING, Pages
from ibid.viewing.pieces import Pieces, blocks_of
from ibid.viewing.side import MOST_CHARACTERS, Side
from ibid.viewing.view import View
from ibid.viewing.words import cost_in_words, counts_in_words, starts_in_words
from ingest.rendering import PAGED

_STRIP = 2_500
"""About so many characters stand side by side before both sides begin level again."""
_HERE = Path(__file__).parent


def page_of(view: View) -> str:
    """The whole page; it is bounded, whatever the size of the file, and says what it leaves out."""
    sides = [Side(number, view) for number in range(len(view.cuts))]
    heads = "".join(side.head() for side in sides)
    notes = "".join(f'<p class="warning">{escape(note)}</p>' for note in _notes(view, sides))
    body = (
        f'{HATCHING}<header class="top"><h1>{escape(view.found.path)}</h1>{_coverage(view.found)}'
        f'{_difference(view.difference)}<div class="sides sides-{len(sides)}">{heads}</div>{notes}</header>'
        f'<main class="sides-{len(sides)}"><div class="document">{"".join(_document(view, sides))}</div>'
        f'<aside id="details" aria-live="polite">{_HELP}</aside></main>'
        f'<script type="application/json" id="chunks">{_json([side.told() for side in sides])}</script>'
    )
    return page(f"{view.found.path} – chunks", body, style=_asset("page.css"), script=_asset("page.js"))


_HELP = (
    '<p class="dim">Point at a chunk, or go to one with Tab: here is what it is. ← and → go to the next, '
    "a click holds it, Esc lets go.</p>"
)


def _document(view: View, sides: Sequence[Side]) -> Iterator[str]:
    """The document, in strips that stand side by side."""
    if len(sides) > 1:
        yield f'<div class="strip names">{"".join(f"<b>{escape(side.name)}</b>" for side in sides)}</div>'
    strips = [list(_strips(view, side)) for side in sides]
    for strip in zip(*strips, strict=True):
        yield '<div class="strip">'
        for side, shown in zip(sides, strip, strict=True):
            yield f'<section class="side" data-side="{side.number}">{shown}</section>'
        yield "</div>"


def _strips(view: View, side: Side) -> Iterator[str]:
    if view.pictures:
        zoom = 1.4 if view.found.path.lower().endswith(PAGED) else 1.0
        pages = Pages(side.found.chunks, view.segments, side.changed, zoom=zoom)
        for picture in view.pictures:
            yield pages.drawn(picture, again=side.number > 0)
        yield without_place(side.placeless, side.changed)
        return
    pieces = Pieces(side.found.chunks)
    parts = (pieces.part(block, start, MOST_CHARACTERS) for block, start in blocks_of(view.segments, MOST_CHARACTERS))
    for group in in_strips(parts, _STRIP if view.difference else MOST_CHARACTERS):
        yield drawn(group, side.changed)


def _notes(view: View, sides: Sequence[Side]) -> list[str]:
    """Warnings, and what of the document is not drawn."""
    found = [warning for cut in view.cuts for warning in cut.warnings]
    found += [*view.notes, *(view.difference.warnings if view.difference else ())]
    if view.found.cut:
        found.append(f"not read to its end: {view.found.cut}")
    for side in sides:
        if side.left_out:
            name = f" ({side.name})" if len(sides) > 1 else ""
            why = (
                "no box on a page that is drawn"
                if view.pictures
                else f"beyond the first {MOST_CHARACTERS:,} characters"
            )
            found.append(f"{len(side.left_out):,} of {len(side.found.chunks):,} chunks are not drawn{name}: {why}")
    return list(dict.fromkeys(found))


def _coverage(found: FileChunks) -> str:
    return "".join(f'<p class="dim">{escape(line)}</p>' for line in page_lines(found.coverage))


def _difference(difference: Difference | None) -> str:
    if difference is None:
        return ""
    lines = (counts_in_words(difference), starts_in_words(difference), cost_in_words(difference))
    return f'<ul class="difference">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def _json(value: object) -> Html:
    """The value as JSON that may stand in a script element."""
    text = json.dumps(value, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
