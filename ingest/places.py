"""Places: where a span of a segment stands in its file, and places as plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from ingest.segments import lines_follow, runs_with_ends
from ingest.types import Block, Box, Place, Run, Segment, Span

T = TypeVar("T")
_WORD = re.compile(r"\S+")
_CELLS = " | "
"""What parts the cells of a table in a text document, and their names in its header."""


def place_of(segment: Segment, span: Span) -> Place:
    """The place of `segment.text[span]`: those of the blocks it touches, made one."""
    touched = _touched(segment, span)
    if not touched:
        return Place()
    places = [block.place for block, _ in touched]
    rows = [place.rows for place in places if place.rows]
    lines = [found for block, part in touched if (found := _lines(block, part))]
    confidences = [place.confidence for place in places if place.confidence is not None]
    sheets = {place.sheet for place in places}
    return Place(
        pages=tuple(sorted({page for place in places for page in place.pages})),
        boxes=_once(box for block, part in touched for box in boxes_of(block, part)),
        sheet=places[0].sheet if len(sheets) == 1 else None,
        rows=(min(first for first, _ in rows), max(last for _, last in rows)) if rows else None,
        columns=_once(column for block, _ in touched for column in _columns(block)),
        pointers=_once(pointer for place in places for pointer in place.pointers),
        lines=(min(first for first, _ in lines), max(last for _, last in lines)) if lines else None,
        headings=places[0].headings,
        confidence=min(confidences) if confidences else None,
        generated=any(block.kind == "caption" for block, _ in touched),
    )


def _columns(block: Block) -> tuple[str, ...]:
    """The names of the columns of a table's row, where the row does not say them itself as a sheet's does."""
    place = block.place
    if place.columns or place.rows or block.kind != "row":
        return place.columns
    names = block.header.split(_CELLS) if _CELLS in block.header else []
    return tuple(name.strip() for name in names if name.strip())


def boxes_of(block: Block, part: Span) -> tuple[Box, ...]:
    """The boxes of a part of a block: by its runs the words that the part touches, a box a line; else the block's."""
    if not block.runs:
        return block.place.boxes
    return tuple(
        box
        for run, end in runs_with_ends(block)
        if run[0] < part.end and part.start < end
        for box in _box_of_run(block.text, run, end, part)
    )


def _box_of_run(text: str, run: Run, end: int, part: Span) -> Iterator[Box]:
    """The box of those words of a run that the part touches; nothing where it touches none."""
    start, page, top, bottom, *sides = run
    touched = [
        number
        for number, word in enumerate(_WORD.finditer(text, start, end))
        if word.start() < part.end and part.start < word.end() and 2 * number + 1 < len(sides)
    ]
    if touched:
        left = min(sides[2 * number] for number in touched)
        right = max(sides[2 * number + 1] for number in touched)
        yield Box(page, left / 10, top / 10, right / 10, bottom / 10)


def _touched(segment: Segment, span: Span) -> list[tuple[Block, Span]]:
    """The blocks that share more than white space with `span` and the shared part of each, counted from its start.

    Where there are none: the block at the span's start.
    """
    found: list[tuple[Block, Span]] = []
    for number in _numbers(segment, span):
        block, start = segment.blocks[number], segment.offsets[number]
        part = Span(max(0, span.start - start), min(len(block.text), span.end - start))
        shared = block.text[part.start : part.end]
        if shared.strip():
            lead = len(shared) - len(shared.lstrip())
            found.append((block, Span(part.start + lead, part.start + len(shared.rstrip()))))
    if not found and segment.blocks:
        number = _number_at(segment, span.start)
        at = max(0, span.start - segment.offsets[number])
        found.append((segment.blocks[number], Span(at, at)))
    return found


def _numbers(segment: Segment, span: Span) -> range:
    return range(_number_at(segment, span.start), _number_at(segment, span.end - 1) + 1) if len(span) > 0 else range(0)


def _number_at(segment: Segment, offset: int) -> int:
    """The number of the block that holds `offset`."""
    from bisect import bisect_right

    return min(max(bisect_right(segment.offsets, offset) - 1, 0), len(segment.blocks) - 1)


def _lines(block: Block, part: Span) -> tuple[int, int] | None:
    if block.place.lines is None or not lines_follow(block):
        return block.place.lines
    first = block.place.lines[0] + block.text.count("\n", 0, part.start)
    return first, first + block.text.count("\n", part.start, part.end)


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def place_to_dict(place: Place) -> dict[str, Any]:
    """The place under the keys of the JSON output, each only where it means something."""
    found: dict[str, Any] = {}
    if place.boxes:
        found["boxes"] = [{"page": b.page, "x0": b.x0, "y0": b.y0, "x1": b.x1, "y1": b.y1} for b in place.boxes]
    for key in ("pages", "rows", "columns", "pointers", "lines", "headings"):
        value = getattr(place, key)
        if value:
            found[key] = list(value)
    if place.sheet is not None:
        found["sheet"] = place.sheet
    if place.confidence is not None:
        found["confidence"] = place.confidence
    if place.generated:
        found["generated"] = True
    return found


def place_from_dict(found: dict[str, Any]) -> Place:
    """The place that `place_to_dict` wrote; other keys are ignored."""
    return Place(
        pages=tuple(found.get("pages", ())),
        boxes=tuple(map(_box, found.get("boxes", ()))),
        sheet=found.get("sheet"),
        rows=_pair(found.get("rows")),
        columns=tuple(found.get("columns", ())),
        pointers=tuple(found.get("pointers", ())),
        lines=_pair(found.get("lines")),
        headings=tuple(found.get("headings", ())),
        confidence=found.get("confidence"),
        generated=bool(found.get("generated", False)),
    )


def place_to_json(place: Place) -> str:
    """The place in one string, as `place_from_json` reads it."""
    return json.dumps(_kept(place), ensure_ascii=False, separators=(",", ":"))


def _kept(place: Place) -> dict[str, Any]:
    """As `place_to_dict`, boxes as lists of numbers."""
    found = place_to_dict(replace(place, boxes=()) if place.boxes else place)
    if place.boxes:
        found["boxes"] = [[box.page, box.x0, box.y0, box.x1, box.y1] for box in place.boxes]
    return found


def place_from_json(text: str) -> Place:
    """The place that `place_to_json` wrote."""
    return place_from_dict(json.loads(text))


def _box(found: dict[str, Any] | list[Any]) -> Box:
    return Box(*found) if isinstance(found, list) else Box(**found)


def _pair(value: list[int] | None) -> tuple[int, int] | None:
    return (value[0], value[1]) if value else None


def block_to_list(block: Block) -> list[Any]:
    """The block as plain data, without its text: kind, place, header, runs."""
    return [block.kind, _kept(block.place), block.header, block.runs]


def block_from_list(text: str, found: list[Any]) -> Block:
    """The block of a text, and of what `block_to_list` made."""
    kind, place, header, runs = found
    return Block(text, kind, place_from_dict(place), header, tuple(map(tuple, runs)))


def blocks_to_json(segment: Segment) -> str:
    """The segment's blocks without their text: of each its length, then what `block_to_list` makes."""
    blocks = [[len(block.text), *block_to_list(block)] for block in segment.blocks]
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))


def segment_from_parts(ordinal: int, start: int, *, text: str, blocks: str) -> Segment:
    """The segment made again of its text and of what `blocks_to_json` wrote."""
    found: list[Block] = []
    done = 0
    for length, *rest in json.loads(blocks):
        found.append(block_from_list(text[done : done + length], rest))
        done += length
    if done != len(text):
        raise ValueError(f"the blocks have {done} characters, the text {len(text)}")
    return Segment(ordinal, start, tuple(found))
