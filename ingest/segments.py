"""Blocks gathered into segments: a document is handled a quarter megabyte at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.errors import EmptyError, UnreadableError
from ingest.types import Block, Info, Page, ParseEvent, Place, Run, Segment

SEGMENT_CHARACTERS = 250_000
_WORD = re.compile(r"\S+")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_CUT_WITHIN = 2_000
"""How far back from the limit a place to cut a huge block is looked for."""

Gathered = Segment | Page | Info


def clean(text: str) -> str:
    """The text with each NUL and each lone surrogate replaced by U+FFFD, one character for one."""
    return _NO_TEXT.sub("\ufffd", text) if _NO_TEXT.search(text) else text


def gather(events: Iterable[ParseEvent], *, limit: int = SEGMENT_CHARACTERS) -> Iterator[Gathered]:
    """Gathers the blocks into segments of at most `limit` characters; pages and information pass through at once.

    Raises:
        EmptyError: nothing but white space came.
        UnreadableError: the same, and pages had failed.
    """
    held: list[Block] = []
    ordinal = start = size = 0
    content = False
    failed: Page | None = None
    for event in events:
        if not isinstance(event, Block):
            failed = event if failed is None and isinstance(event, Page) and event.state == "failed" else failed
            yield clean_event(event)
            continue
        for block in cut(clean_block(event), limit):
            if held and size + len(block.text) > limit:
                yield Segment(ordinal, start, tuple(held))
                ordinal, start, size, held = ordinal + 1, start + size, 0, []
            held.append(block)
            size += len(block.text)
            content = content or not block.text.isspace()
    if not content:
        raise nothing(failed)
    if held:
        yield Segment(ordinal, start, tuple(held))


def nothing(failed: Page | None) -> EmptyError | UnreadableError:
    """What to raise for a document without text."""
    if failed is not None:
        return UnreadableError(f"no page could be read; page {failed.number}: {failed.reason}")
    return EmptyError("there is no text in it")


def clean_event(event: Page | Info) -> Page | Info:
    """The event with clean texts."""
    if isinstance(event, Info):
        return replace(event, title=clean(event.title), warnings=tuple(map(clean, event.warnings)))
    return replace(event, reason=clean(event.reason), header=clean(event.header), footer=clean(event.footer))


def clean_block(block: Block) -> Block:
    """The block with clean texts, also in its place."""
    place = block.place
    said = (block.text, block.header, place.sheet or "", *place.pointers, *place.headings, *place.columns)
    if not any(map(_NO_TEXT.search, said)):
        return block
    place = replace(
        place,
        pointers=tuple(map(clean, place.pointers)),
        headings=tuple(map(clean, place.headings)),
        columns=tuple(map(clean, place.columns)),
        sheet=None if place.sheet is None else clean(place.sheet),
    )
    return replace(block, text=clean(block.text), place=place, header=clean(block.header))


def cut(block: Block, limit: int) -> Iterator[Block]:
    """Cuts a block of over `limit` characters into several; one without text is left out."""
    text, start = block.text, 0
    while len(text) - start > limit:
        end = _cut_at(text, start, start + limit)
        yield _piece(block, start, end)
        start = end
    if start == 0 and text:
        yield block
    elif text[start:]:
        yield _piece(block, start, len(text))


def _cut_at(text: str, start: int, end: int) -> int:
    """After the last line end, else after the last space, shortly before `end`; else `end`."""
    low = max(start + 1, end - _CUT_WITHIN)
    for mark in ("\n", " "):
        found = text.rfind(mark, low, end)
        if found > 0:
            return found + 1
    return end


def _piece(block: Block, start: int, end: int) -> Block:
    place = _place_of_piece(block, start, end)
    return replace(block, text=block.text[start:end], place=place, runs=tuple(_runs_of_piece(block, start, end)))


def _runs_of_piece(block: Block, start: int, end: int) -> Iterator[Run]:
    """The runs that reach into a piece, counted from its start; of one that is parted the words that lie in it."""
    for run, over in runs_with_ends(block):
        if run[0] < end and start < over:
            gone = sum(word.end() <= start for word in _WORD.finditer(block.text, run[0], over))
            yield (max(0, run[0] - start), *run[1:4], *run[4 + 2 * gone :])


def runs_with_ends(block: Block) -> Iterator[tuple[Run, int]]:
    """The block's runs, each with where in the text it ends."""
    for number, run in enumerate(block.runs, 1):
        yield run, block.runs[number][0] if number < len(block.runs) else len(block.text)


def _place_of_piece(block: Block, start: int, end: int) -> Place:
    if not lines_follow(block):
        return block.place
    assert block.place.lines is not None
    first = block.place.lines[0] + block.text.count("\n", 0, start)
    return replace(block.place, lines=(first, first + block.text[start:end].rstrip().count("\n")))


def lines_follow(block: Block) -> bool:
    """Whether the newlines of the block's text are those of the file, so that lines can be counted in it."""
    lines = block.place.lines
    return lines is not None and block.text.rstrip().count("\n") == lines[1] - lines[0]
