"""Sheets to blocks: rows made as wide as their sheet, values of merged cells put where they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice

from ingest.errors import EmptyError
from ingest.parsers._layout import layout_of
from ingest.parsers._tables import SAMPLE_ROWS, blocks
from ingest.types import Block, ParseEvent, Place


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: numbers of its first row and column and of its last row, from 0."""

    row: int
    column: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows anew with each call, blank ones included; cells at a row's end may be left out."""

    name: str
    rows: Callable[[], Iterable[list[str]]]
    merged: Sequence[Merged] = ()
    notes: Sequence[str] = ()
    """What hangs on its cells or lies over them: comments, each after its cell's name, and text boxes."""


def sheets_to_blocks(sheets: Iterable[Sheet]) -> Iterator[ParseEvent]:
    """The blocks of all sheets that have a value.

    Raises:
        EmptyError: none has.
    """
    found = False
    for sheet in sheets:
        with suppress(EmptyError):
            for event in blocks(partial(_rows, sheet), sheet=sheet.name):
                found = True
                yield event
        for note in filter(None, map(str.strip, sheet.notes)):
            found = True
            yield Block(note + "\n", "text", Place(sheet=sheet.name))
    if not found:
        raise EmptyError("there is no cell with a value in it")


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    """The rows, as wide as the widest of the first, blank ones at the end left out."""
    coming = iter(sheet.rows())
    first = list(islice(coming, SAMPLE_ROWS))
    width = max(map(len, first), default=0)
    first = [_wide(row, width) for row in first]
    filled = any(any(row) for row in first)
    data = layout_of(first).data if filled else 0
    tall = sorted((merged for merged in sheet.merged if merged.row >= data), key=lambda merged: merged.row)
    rows = (_wide(row, width) for row in chain(first, coming))
    return _without_end(_labelled(rows, tall) if tall else rows)


def _wide(row: list[str], width: int) -> list[str]:
    return row if len(row) >= width else row + [""] * (width - len(row))


def _without_end(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """The rows up to the last that has a value."""
    blank, width = 0, 0
    for row in rows:
        if not any(row):
            blank, width = blank + 1, len(row)
            continue
        for _ in range(blank):
            yield [""] * width
        blank = 0
        yield row


def _labelled(rows: Iterable[list[str]], tall: Sequence[Merged]) -> Iterator[list[str]]:
    """The rows, a value that stands over several of them repeated in each."""
    waiting = list(reversed(tall))
    going: list[tuple[Merged, str]] = []
    for number, row in enumerate(rows):
        going = [held for held in going if held[0].last_row >= number]
        for merged, value in going:
            if merged.column < len(row) and not row[merged.column]:
                row[merged.column] = value
        while waiting and waiting[-1].row <= number:
            merged = waiting.pop()
            if merged.row == number and merged.column < len(row) and row[merged.column]:
                going.append((merged, row[merged.column]))
        yield row
