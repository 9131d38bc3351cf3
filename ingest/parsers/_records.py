"""Records in JSON: how values read as text, and which arrays hold records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parsers._strict import Json, Number, inner
from ingest.types import Block, BlockKind, Place

_ONE_LINE = 300
"""A record of at most so many characters is one line `key: value; …`, a longer one has a line a member."""
LARGE = 1_500
"""A record of more characters that holds records itself is parted into them."""
_PROSE = 40
"""Strings of this length on average are paragraphs, each a record; shorter ones are a list of words."""
HEADER_ROWS = 4
_NUMERIC = re.compile(r"[-+($€£¥ ]*\d[\d,.' ]*[%)]*\s*")
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_LONGEST_NAME = 200
_MOST_COLUMNS = 1_000

Names = tuple[str, ...]
"""Of columns."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: its pointer, the names above it, and whether it is an array's item."""

    pointer: str = ""
    names: tuple[str, ...] = ()
    is_item: bool = False

    def key(self, name: str) -> Spot:
        """The spot of a member."""
        shown = " ".join(name.split())[:_LONGEST_NAME]
        return Spot(f"{self.pointer}/{escape(name)}", (*self.names, shown))

    def item(self, number: int) -> Spot:
        """The spot of an array's item."""
        return Spot(f"{self.pointer}/{number}", self.names, is_item=True)

    def block(self, text: str, lines: tuple[int, int], *, kind: BlockKind = "record", header: str = "") -> Block:
        """A block that stands here, on these lines of the file."""
        return Block(text, kind, Place(pointers=(self.pointer,), headings=self.names, lines=lines), header)

    def heading(self, line: int) -> Block:
        """The names of what follows, as a line of its own; its pointer would be that of all that it stands above."""
        return Block(".".join(self.names) + "\n", "heading", Place(headings=self.names, lines=(line, line)))


def escape(name: str) -> str:
    """A member's name in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def record_text(value: Json, lines: tuple[int, int]) -> str:
    """A record as text: `key: value; …` or a line a member; "" where nothing is in it.

    It never has as many lines as the file has for it, unless that is one: its lines would be taken for the file's.
    """
    members = [(name, text) for name, text in flat(value) if text and not text.isspace()]
    said = [f"{name}: {text}" if name else text for name, text in members]
    line = "; ".join(said)
    if len(line) > _ONE_LINE or "\n" in line:
        line = "\n".join(said)
        if len(said) > 1 and line.count("\n") == lines[1] - lines[0]:
            line = "\n".join([f"{said[0]}; {said[1]}", *said[2:]])
    return line + "\n" if line else ""


def holds_records(value: Json) -> bool:
    """Whether an array in the value, or the value, has items that are records of their own."""
    if isinstance(value, tuple):
        return any(holds_records(member) for _, member in value if isinstance(member, tuple | list))
    if not isinstance(value, list) or not value:
        return False
    nested = sum(isinstance(item, tuple | list) for item in value)
    strings = [item for item in value if isinstance(item, str) and not isinstance(item, Number)]
    prose = sum(map(len, strings)) >= _PROSE * len(value)
    return 2 * nested >= len(value) or prose


def is_large(value: Json) -> bool:
    """Whether a value has more text than a record that may hold others; nothing is gone through beyond that."""
    size = 0
    waiting: list[tuple[Json, int]] = [(value, 0)]
    while waiting and size <= LARGE:
        part, above = waiting.pop()
        if isinstance(part, tuple):
            waiting += [(member, above + len(name) + 1) for name, member in part[:LARGE]]
        elif isinstance(part, list):
            size += above
            waiting += [(item, 1 if isinstance(item, str) else above) for item in part[:LARGE]]
        else:
            size += above + len(leaf(part))
    return size > LARGE


def flat(value: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a value, each with its path of names (`a.b.0.c`); an array of leaves is one leaf, with commas."""
    if isinstance(value, tuple):
        for key, member in value:
            path = f"{name}.{key}" if name else key
            if isinstance(member, str):
                yield path, member
            else:
                yield from flat(member, path)
    elif isinstance(value, list):
        if is_row(value) and not any(isinstance(item, str) and len(item) > _PROSE for item in value):
            leaves = [leaf(item) for item in value]
            yield name, ", ".join(leaves) if any(map(str.strip, leaves)) else ""
        else:
            for number, item in enumerate(value):
                yield from flat(item, f"{name}.{number}" if name else str(number))
    else:
        yield name, leaf(value)


def leaf(value: Json) -> str:
    """A string, number, truth value or null as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_row(value: Json) -> bool:
    """Whether it is an array without containers in it."""
    return isinstance(value, list) and not any(isinstance(item, tuple | list) for item in value)


def row_text(value: Json, *, blanks: bool = False) -> str:
    """A table's row, as text, its blank cells where they are if so wished; a cell's own line ends become spaces."""
    cells = [" ".join(leaf(cell).split()) for cell in inner(value)]
    return " | ".join(cell for cell in cells if cell or blanks) if any(cells) else ""


def header_rows(table: Sequence[Json]) -> int:
    """How many rows at the head of a table, of which its first rows are given, name its columns.

    These are those without a number, years aside; where all that may be header are, the first alone.
    """
    count = 0
    for row in table[:HEADER_ROWS]:
        if not isinstance(row, list) or not is_row(row) or len(row) < 2 or any(map(_is_figure, row)):
            break
        count += 1
    if count == HEADER_ROWS:
        return 1
    return count if 0 < count < len(table) else 0


def names_in(value: Json) -> Names:
    """The names that an array of strings holds, or one of objects that each have a name; () where they are none."""
    if not isinstance(value, list) or not 1 < len(value) <= _MOST_COLUMNS:
        return ()
    names = [_name_of(item) for item in value]
    if not all(names) or len(set(names)) < len(names):
        return ()
    return tuple(names)


def _name_of(item: Json) -> str:
    if isinstance(item, tuple):
        item = next((member for key, member in item if key.lower() == "name"), "")
    said = isinstance(item, str) and not isinstance(item, Number)
    return " ".join(str(item).split())[:_LONGEST_NAME] if said else ""


def _is_figure(cell: Json) -> bool:
    text = leaf(cell)
    return _NUMERIC.fullmatch(text) is not None and _YEAR.fullmatch(text) is None
