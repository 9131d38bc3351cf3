"""The units of a segment: its sentences, or whole blocks of some kinds, and how well each place between them parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ingest.chunkers._sentences import lines, sentences
from ingest.spans import Level, Units
from ingest.types import Block, BlockKind, Segment


def units_of(segment: Segment, *, whole: Collection[BlockKind] = ()) -> Units:
    """The segment's units: a block of one of the kinds in `whole` is one, of others each sentence (of code, line)."""
    ends: list[int] = []
    levels: list[Level] = []
    text = segment.text
    for first, last in _runs(segment.blocks, whole):
        start, end = segment.offsets[first], segment.offsets[last + 1]
        if start == end:
            continue
        for offset, level in _inner(segment.blocks[first].kind, text[start:end], whole):
            ends.append(start + offset)
            levels.append(level)
        ends.append(end)
        levels.append(_level_after(segment.blocks, last))
    return Units(ends, levels)


def _inner(kind: BlockKind, text: str, whole: Collection[BlockKind]) -> list[tuple[int, Level]]:
    if kind in whole or kind in ("heading", "table"):
        return []
    return lines(text) if kind == "code" else sentences(text)


def _runs(blocks: tuple[Block, ...], whole: Collection[BlockKind]) -> Iterator[tuple[int, int]]:
    """First and last number of each run of blocks that are read as one text: the lines of a page that OCR read."""
    first = 0
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        goes_on = (
            following is not None
            and block.kind == following.kind == "line"
            and "line" not in whole
            and _same_section(block, following)
        )
        if not goes_on:
            yield first, number
            first = number + 1


def _level_after(blocks: tuple[Block, ...], number: int) -> Level:
    """How well the text is parted after a block."""
    if number + 1 == len(blocks):
        return Level.BORDER
    block, following = blocks[number], blocks[number + 1]
    if (block.kind == "caption") != (following.kind == "caption"):
        return Level.BORDER  # what was generated is told apart from the file's own words
    if block.kind == "heading" or (block.kind == "table" and following.kind == "row"):
        return Level.KEEP
    begins_table = following.kind in ("table", "row") and block.kind not in ("table", "row")
    if _same_section(block, following) and not begins_table:
        return Level.BLOCK
    return Level.PAGE_SECTION if block.place.pages else Level.SECTION


def _same_section(block: Block, other: Block) -> bool:
    return block.place.pages == other.place.pages and block.place.headings == other.place.headings
