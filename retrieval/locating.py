"""Locating: the span of a document that a citation names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from ingest.citations import Cited
from ingest.errors import UsageError
from ingest.places import boxes_of
from ingest.types import Block, Box, Span
from retrieval.tables import SEGMENTS
from retrieval.texts import Texts

Test = Callable[[Block], bool]


def locate(connection: sa.Connection, texts: Texts, text_id: int, *, length: int, cited: Cited) -> Span:
    """The span that a citation names in its document.

    Raises:
        UsageError: the document has no such place.
    """
    if cited.char is not None:
        if cited.char.end > length:
            raise UsageError(f"{cited.path!r} has {length} characters, not {cited.char.end}")
        return cited.char
    if cited.pointer:
        return _pointed(connection, texts, text_id, cited)
    if (cited.page, cited.rows, cited.box, cited.sheet) == (None, None, None, None):
        return Span(0, length)
    found = _found(connection, texts, text_id, lambda block: _is_at(block, cited), _may_hold(cited))
    if found is None:
        raise UsageError(f"{cited.path!r} has no {_in_words(cited)}", hint="`ibid show FILE` prints all of it")
    return found


def _pointed(connection: sa.Connection, texts: Texts, text_id: int, cited: Cited) -> Span:
    """What stands at a JSON pointer or below it; else the record that it lies in."""
    pointer = cited.pointer or ""
    below = SEGMENTS.c.blocks.contains(json.dumps(pointer, ensure_ascii=False)[:-1], autoescape=True)
    found = _found(connection, texts, text_id, lambda block: _points_into(block, pointer), [below])
    while found is None and pointer.rpartition("/")[0]:
        pointer = pointer.rpartition("/")[0]
        same = SEGMENTS.c.blocks.contains(json.dumps(pointer, ensure_ascii=False), autoescape=True)
        found = _found(connection, texts, text_id, _names_exactly(pointer), [same])
    if found is None:
        raise UsageError(f"{cited.path!r} has nothing at {cited.pointer!r}")
    return found


def _names_exactly(pointer: str) -> Test:
    return lambda block: pointer in block.place.pointers


def _points_into(block: Block, pointer: str) -> bool:
    return any(one == pointer or one.startswith(pointer + "/") for one in block.place.pointers)


def _found(
    connection: sa.Connection, texts: Texts, text_id: int, test: Test, where: list[sa.ColumnElement[bool]]
) -> Span | None:
    """From the first block that passes the test to the last."""
    start, end = None, 0
    for block, span in _blocks(connection, texts, text_id, where):
        if test(block):
            start = span.start if start is None else start
            end = span.start + len(block.text.rstrip()) if block.text.strip() else span.end
    return None if start is None else Span(start, end)


def _blocks(
    connection: sa.Connection, texts: Texts, text_id: int, where: list[sa.ColumnElement[bool]]
) -> Iterator[tuple[Block, Span]]:
    query = sa.select(SEGMENTS.c.start).where(SEGMENTS.c.text_id == text_id, *where).order_by(SEGMENTS.c.ordinal)
    for start in connection.execute(query).scalars().all():
        segment = texts.segment_at(connection, text_id, start)
        for block, offset in zip(segment.blocks, segment.offsets, strict=False):
            yield block, Span(start + offset, start + offset + len(block.text))


def _may_hold(cited: Cited) -> list[sa.ColumnElement[bool]]:
    """What is true of the segments that hold the place."""
    where: list[sa.ColumnElement[bool]] = []
    if cited.rows is not None:
        where += [SEGMENTS.c.first_row <= cited.rows[1], SEGMENTS.c.last_row >= cited.rows[0]]
    if cited.page is not None:
        here = sa.and_(SEGMENTS.c.first_page <= cited.page, SEGMENTS.c.last_page >= cited.page)
        where.append(here if cited.box is None else sa.or_(here, SEGMENTS.c.first_page.is_(None)))
    return where


def _is_at(block: Block, cited: Cited) -> bool:
    place = block.place
    if cited.sheet is not None and place.sheet != cited.sheet:
        return False
    if cited.rows is not None:
        return place.rows is not None and place.rows[0] <= cited.rows[1] and cited.rows[0] <= place.rows[1]
    if cited.box is not None:
        return any(_meet(cited.box, box) for box in boxes_of(block, Span(0, len(block.text))))
    return cited.page is None or cited.page in place.pages


def _meet(one: Box, other: Box) -> bool:
    """Whether the middle of the other box lies in this one, on the same page."""
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return one.page == other.page and one.x0 <= x <= one.x1 and one.y0 <= y <= one.y1


def _in_words(cited: Cited) -> str:
    words = [f"sheet {cited.sheet!r}"] if cited.sheet is not None else []
    words += [f"page {cited.page}"] if cited.page is not None else []
    words += [f"rows {cited.rows[0]} to {cited.rows[1]}"] if cited.rows is not None else []
    words += ["text in that box"] if cited.box is not None else []
    return ", ".join(words)
