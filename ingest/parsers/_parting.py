"""JSON parted into blocks: the records of its arrays wherever they are, and what its objects hold beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ingest.parsers._records import (
    HEADER_ROWS,
    LARGE,
    Names,
    Spot,
    header_rows,
    holds_records,
    is_large,
    is_row,
    names_in,
    record_text,
    row_text,
)
from ingest.parsers._strict import Json, Number, inner
from ingest.parsers._window import Child, Piece, Window
from ingest.types import Block, Rows

_COLUMNS = frozenset(
    ["columns", "cols", "columnnames", "colnames", "fields", "fieldnames", "header", "headers", "head", "names"]
)
"""What a member is called that names the columns of the rows beside it."""
_LETTERS = re.compile(r"[\W_]+")
_HELD = 50_000
"""Members of a long object are given out when they have so many characters."""
_RUN = 300
"""So many characters of numbers in a row are a block."""


@dataclass
class Parting:
    """Goes through one JSON text, and counts the records."""

    text: int = 0
    empty: int = 0

    @property
    def rows(self) -> Rows:
        """What became of the records."""
        return Rows(self.text, self.empty)

    def root(self, window: Window) -> Iterator[Block]:
        """The blocks of a whole text."""
        window.peek()
        piece = window.whole()
        if piece is None:
            yield from self.inside(window, Spot(), whole=False)
        elif isinstance(piece.value, tuple | list):
            yield from self.inside(window.inside(piece), Spot(), whole=True)
        else:
            yield from self.record(piece.value, Spot(), (piece.first, piece.last))
        window.end()

    def inside(self, window: Window, spot: Spot, *, whole: bool, columns: Sequence[Names] = ()) -> Iterator[Block]:
        """The blocks of the container that stands in the window.

        Args:
            window: On the container.
            spot: Where it stands.
            whole: Whether all of it has been read.
            columns: What is said beside an array that may name the columns of its rows.
        """
        if window.peek() == "[":
            items = Items(self, spot, columns)
            for number, child in enumerate(window.children()):
                yield from items.take(spot.item(number), window, child.piece)
            yield from items.rest()
        else:
            yield from self._members(window, spot, whole=whole)

    def record(self, value: Json, spot: Spot, lines: tuple[int, int]) -> Iterator[Block]:
        """The value as a record."""
        yield from self.counted(spot.block(record_text(value, lines), lines))

    def counted(self, block: Block) -> Iterator[Block]:
        """The block, unless it is empty."""
        if block.text:
            self.text += 1
            yield block
        else:
            self.empty += 1

    def _members(self, window: Window, spot: Spot, *, whole: bool) -> Iterator[Block]:
        """An object's own members, and those that are parted: after them where they are all known, else in order."""
        own = _Own(self, spot)
        members: Iterable[Child] = window.children()
        columns: list[Names] = []
        if whole:
            members = sorted(members, key=_is_parted)
            columns += filter(None, map(_columns, members))
        for child in members:
            if not whole and (names := _columns(child)):
                columns.append(names)
            if not _is_parted(child):
                yield from own.take(child)
                continue
            yield from own.rest()
            here = spot.key(child.name)
            within = window if child.piece is None else window.inside(child.piece)
            yield from _headed(
                here, child.line, self.inside(within, here, whole=child.piece is not None, columns=columns)
            )
            own.heading = spot.heading(child.line) if any(spot.names) else None
        yield from own.rest()


def _is_parted(child: Child) -> bool:
    """Whether a member has blocks of its own: one that holds records, or a large object."""
    if child.piece is None:
        return True
    value = child.piece.value
    if not isinstance(value, tuple | list):
        return False
    return holds_records(value) or (len(child.piece) > LARGE and is_large(value))


def _columns(child: Child) -> Names:
    """The names of columns where the member says such: `{"columns": ["a", "b"], "data": [[1, 2], …]}`."""
    if child.piece is None or _LETTERS.sub("", child.name.lower()) not in _COLUMNS:
        return ()
    return names_in(child.piece.value)


def _headed(spot: Spot, line: int, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks with their names above them, where there are any; a heading among them says the names too."""
    first = next(blocks, None)
    if first is not None:
        if first.kind != "heading" and spot.names[-1]:
            yield spot.heading(line)
        yield first
        yield from blocks


@dataclass
class _Own:
    """An object's own members: one block together, or one each where they are many and the object is no record."""

    parting: Parting
    spot: Spot
    heading: Block | None = None
    """What is to stand above the next block, after another's records."""
    _held: list[Child] = field(default_factory=list)
    _size: int = 0
    _many: bool = False

    def take(self, child: Child) -> Iterator[Block]:
        """Takes one more; the blocks of those before where they are long enough."""
        self._held.append(child)
        self._size += len(child.name) + (len(child.piece) if child.piece else 0)
        if self._size > _HELD:
            yield from self.rest()

    def rest(self) -> Iterator[Block]:
        """The blocks of what is held."""
        if not self._held:
            return
        self._many = self._many or (not self.spot.is_item and self._size > LARGE)
        groups = [[child] for child in self._held] if self._many else [self._held]
        self._held, self._size = [], 0
        blocks = chain.from_iterable(map(self._block, groups))
        for block in blocks:
            if self.heading is not None:
                yield self.heading
                self.heading = None
            yield block

    def _block(self, members: list[Child]) -> Iterator[Block]:
        value = tuple((child.name, child.piece.value) for child in members if child.piece)
        last = members[-1].piece
        lines = (members[0].line, last.last if last else members[-1].line)
        spot = Spot(self.spot.key(members[0].name).pointer, self.spot.names) if self._many else self.spot
        yield from self.parting.record(value, spot, lines)


@dataclass
class Items:
    """The items of one array, or the lines of a file that has a value in each: records, a table's rows, numbers."""

    parting: Parting
    spot: Spot
    columns: Sequence[Names] = ()
    """What may be the names of the columns, where it is said beside the array."""
    _first: list[tuple[Spot, Piece]] | None = field(default_factory=list)
    """Rows that may be a table's header; None once that is known."""
    _header: str = ""
    _numbers: list[str] = field(default_factory=list)
    _size: int = 0
    _lines: tuple[int, int] = (1, 1)

    def take(self, spot: Spot, window: Window, piece: Piece | None) -> Iterator[Block]:
        """The blocks of one more item, and of what was waiting for it."""
        if self._first is not None and piece is not None and _is_table_row(piece):
            self._first.append((spot, piece))
            if len(self._first) > HEADER_ROWS:
                yield from self._table()
            return
        yield from self._table()
        if piece is not None and _is_plain(piece.value):
            yield from self._number(piece)
            return
        yield from self._run()
        if piece is None:
            yield from self.parting.inside(window, spot, whole=False)
        else:
            yield from self._item(spot, window, piece)

    def rest(self) -> Iterator[Block]:
        """The blocks of what still waits."""
        yield from self._table()
        yield from self._run()

    def _item(self, spot: Spot, window: Window, piece: Piece) -> Iterator[Block]:
        if _is_table_row(piece):
            yield from self._row(spot, piece, self._header)
        elif len(piece) > LARGE and holds_records(piece.value) and is_large(piece.value):
            yield from self.parting.inside(window.inside(piece), spot, whole=True)
        else:
            named = tuple(zip(self._named(piece.value), inner(piece.value), strict=False))
            yield from self.parting.record(named or piece.value, spot, (piece.first, piece.last))

    def _named(self, row: Json) -> Names:
        """The names of a row's columns, where those said beside the array are as many."""
        fitting = (names for names in self.columns if isinstance(row, list) and len(row) == len(names))
        return next(fitting, ())

    def _row(self, spot: Spot, piece: Piece, header: str) -> Iterator[Block]:
        names = self._named(piece.value)
        header = " | ".join(names) or header
        text = row_text(piece.value, blanks=bool(names))
        lines = (piece.first, piece.last)
        yield from self.parting.counted(spot.block(text and text + "\n", lines, kind="row", header=header))

    def _table(self) -> Iterator[Block]:
        """The rows that waited for the header to be known."""
        first, self._first = self._first or [], None
        rows = [piece.value for _, piece in first]
        count = 0 if rows and self._named(rows[0]) else header_rows(rows)
        header = " / ".join(map(row_text, rows[:count]))
        self._header = header or self._header
        for number, (spot, piece) in enumerate(first):
            yield from self._row(spot, piece, "" if number < count else header)

    def _number(self, piece: Piece) -> Iterator[Block]:
        """Numbers stand in a line together, under the array's own pointer."""
        if not isinstance(piece.value, str):
            said = {True: "true", False: "false", None: ""}[piece.value]  # type: ignore[index]
        else:
            said = piece.value
        if not said:
            self.parting.empty += 1
            return
        self._lines = (self._lines[0] if self._numbers else piece.first, piece.last)
        self._numbers.append(said)
        self._size += len(said) + 2
        if self._size > _RUN:
            yield from self._run()

    def _run(self) -> Iterator[Block]:
        if self._numbers:
            self.parting.text += len(self._numbers)
            yield self.spot.block(", ".join(self._numbers) + "\n", self._lines)
            self._numbers, self._size = [], 0


def _is_table_row(piece: Piece) -> bool:
    """Whether an item is a row: an array of cells, that is no list of paragraphs."""
    return is_row(piece.value) and not (len(piece) > LARGE and holds_records(piece.value))


def _is_plain(value: Json) -> bool:
    return value is None or isinstance(value, bool | Number)
