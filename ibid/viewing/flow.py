"""Text and tables with the chunks drawn on them: coloured spans, and rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ibid.display import members
from ibid.html import escape
from ibid.viewing.pieces import Part, Piece
from ingest.types import Chunk

_COLOURS = 4
_BAR = " | "
"""Between the cells of a row that has no columns' names in it."""
_MOST_CELLS = 100_000


def drawn(parts: Iterable[Part], changed: frozenset[int] | None) -> str:
    """Blocks as HTML, rows of one table together.

    Args:
        parts: the blocks, in pieces.
        changed: the chunks that another configuration has not; None where none is compared.
    """
    shown = []
    for columns, run in groupby(parts, key=_columns):
        if columns is None:
            shown.append(f'<div class="text" dir="auto">{"".join(_text(part, changed) for part in run)}</div>')
        else:
            shown.append(_table(list(run), changed))
    return "".join(shown)


def classes(ordinals: Sequence[int], changed: frozenset[int] | None) -> str:
    """The classes that colour what lies in some chunks."""
    if not ordinals:
        return ""
    names = ["chunk", f"c{ordinals[-1] % _COLOURS}"]
    if len(ordinals) > 1:
        names += ["both", f"b{ordinals[-2] % _COLOURS}"]
    if changed is not None and not changed.intersection(ordinals):
        names.append("kept")
    return " ".join(names)


def holds(ordinals: Sequence[int], start: int, end: int) -> str:
    """The attributes that tell which chunks hold a part of the text."""
    return f'data-chunks="{" ".join(map(str, ordinals))}" data-start="{start}" data-end="{end}"'


def handle(first: Sequence[int]) -> str:
    """The attributes of where chunks begin: there the keyboard stops."""
    if not first:
        return ""
    names = ", ".join(map(str, first))
    return f' tabindex="0" aria-label="chunk {names}" data-tag="{names}"'


def _columns(part: Part) -> str | None:
    """The sheet that a row belongs to; None for other blocks."""
    return (part.block.place.sheet or "") if part.block.kind == "row" else None


def _text(part: Part, changed: frozenset[int] | None) -> str:
    pointer = part.block.place.pointers[0] if part.block.kind == "record" and part.block.place.pointers else ""
    label = f'<i class="pointer" data-tag="{escape(pointer)}"></i>' if pointer else ""
    first, *others = part.pieces
    shown = [_span(first, part.block.kind, changed, label=label, level=True)]
    before = first
    for piece in others:
        shown.append(_span(piece, part.block.kind, changed, level=before.text.endswith("\n")))
        before = piece
    return "".join(shown)


def _span(piece: Piece, kind: str, changed: frozenset[int] | None, *, level: bool = False, label: str = "") -> str:
    """A piece of text; `level`: it begins a line."""
    if not piece.chunks:
        return label + escape(piece.text)
    names = f"{classes(piece.chunks, changed)} k-{kind}{' level' if level else ''}"
    held = holds(piece.chunks, piece.start, piece.end)
    return f'<span class="{names}" {held}{handle(piece.first)}>{label}{escape(piece.text)}</span>'


def _table(parts: Sequence[Part], changed: frozenset[int] | None) -> str:
    rows = [(part, _cells(part)) for part in parts]
    names = list(dict.fromkeys(name for _, cells in rows for name in cells or {}))
    if len(names) * len(rows) > _MOST_CELLS:  # hardly a table: each row would be mostly empty
        return f'<div class="text" dir="auto">{"".join(_text(part, changed) for part in parts)}</div>'
    shown = any(not name.isdigit() for name in names)
    head = "".join(f"<th>{escape(name if shown else '')}</th>" for name in names)
    body = "".join(
        _row(part, None if cells is None else [cells.get(name, "") for name in names], changed) for part, cells in rows
    )
    sheet = parts[0].block.place.sheet
    return (
        f'<div class="sheet"><table class="rows">{f"<caption>{escape(sheet)}</caption>" if sheet else ""}'
        f"{f'<thead><tr><th></th>{head}</tr></thead>' if shown else ''}<tbody>{body}</tbody></table></div>"
    )


def _cells(part: Part) -> dict[str, str] | None:
    """The cells of a row by their column's name, or number where the text has none; None where it is cut within."""
    if part.whole is None:
        return None
    text = part.block.text.strip()
    if _BAR in text or set(found := members(text)) <= {""}:
        return {str(number): cell for number, cell in enumerate(text.split(_BAR))}
    return found


def _row(part: Part, cells: Sequence[str] | None, changed: frozenset[int] | None) -> str:
    number = part.block.place.rows[0] if part.block.place.rows else ""
    whole = part.whole
    if whole is None or cells is None:
        spans = "".join(_span(piece, "row", changed) for piece in part.pieces)
        return f'<tr><th>{number}</th><td colspan="999" class="text" dir="auto">{spans}</td></tr>\n'
    said = "".join(f'<td dir="auto">{escape(cell)}</td>' for cell in cells)
    held = holds(whole.chunks, whole.start, whole.end)
    names = classes(whole.chunks, changed)
    tag = f' data-tag="{", ".join(map(str, whole.first))}"' if whole.first else ""
    return f'<tr class="{names}" {held}{handle(whole.first)}><th{tag}>{number}</th>{said}</tr>\n'


def without_place(chunks: Sequence[Chunk], changed: frozenset[int] | None) -> str:
    """Chunks of which nobody knows where on a page they stand, below it; nothing where there are none."""
    if not chunks:
        return ""
    pieces = (Piece(chunk.span.start, chunk.text, (chunk.ordinal,), (chunk.ordinal,)) for chunk in chunks)
    shown = "".join(f'<p class="text" dir="auto">{_span(piece, "text", changed, level=True)}</p>' for piece in pieces)
    return f'<div class="placeless"><p class="dim">Where on the pages these stand is not known:</p>{shown}</div>'


def in_strips(parts: Iterable[Part], characters: int) -> Iterator[list[Part]]:
    """Blocks in groups of about so many characters; rows of one table stay together."""
    held: list[Part] = []
    size = 0
    for part in parts:
        if size >= characters and (_columns(part) is None or _columns(part) != _columns(held[-1])):
            yield held
            held, size = [], 0
        held.append(part)
        size += len(part.block.text)
    if held:
        yield held
