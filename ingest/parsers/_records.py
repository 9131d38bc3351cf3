"""Records in JSON: which parts of a value are blocks of their own, and how they read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.types import Block, BlockKind, Place

Json = dict[str, "Json"] | list["Json"] | str | bool | None
"""A JSON value; a number is the string of its digits as written (`Number`)."""

_ONE_LINE = 300
"""A record of at most so many characters is one line `key: value; …`, a longer one has a line a member."""
_LARGE = 1_500
"""A record of more characters that holds records itself is parted into them."""
_PROSE = 40
"""Strings of this length on average are paragraphs, each a record; shorter ones are a list of words."""
_HEADER_ROWS = 4
_NUMERIC = re.compile(r"[-+($€£¥ ]*\d[\d,.' ]*[%)]*\s*")
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")


class Number(str):
    """A number's digits as the file has them."""

    __slots__ = ()


@dataclass(frozen=True)
class Spot:
    """Where a value stands: its pointer, the names above it, the physical lines where they are known."""

    pointer: str = ""
    names: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None

    def key(self, name: str) -> Spot:
        """The spot of a member."""
        return replace(self, pointer=f"{self.pointer}/{escape(name)}", names=(*self.names, name))

    def item(self, number: int) -> Spot:
        """The spot of an array's item."""
        return replace(self, pointer=f"{self.pointer}/{number}")

    def block(self, text: str, kind: BlockKind = "record", *, header: str = "") -> Block:
        """A block that stands here."""
        headings = tuple(" ".join(name.split())[:200] for name in self.names)
        return Block(text, kind, Place(pointers=(self.pointer,), headings=headings, lines=self.lines), header)


def escape(name: str) -> str:
    """A member's name in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def records(value: Json, spot: Spot) -> Iterator[Block]:
    """The blocks of a value: the records of the arrays in it, and what else its objects hold."""
    if isinstance(value, list):
        yield from _items(value, spot)
    elif isinstance(value, dict):
        yield from _object(value, spot)
    else:
        yield from _record(value, spot)


def _object(value: dict[str, Json], spot: Spot) -> Iterator[Block]:
    """An object's plain members as one block, then the records of its arrays."""
    own = {name: member for name, member in value.items() if not holds_records(member)}
    yield from _record(own, spot)
    for name, member in value.items():
        if name not in own:
            yield from records(member, spot.key(name))


def _items(value: list[Json], spot: Spot) -> Iterator[Block]:
    header_rows = _header_rows(value)
    header = " / ".join(_row(row) for row in value[:header_rows])
    for number, item in enumerate(value):
        here = spot.item(number)
        if isinstance(item, list) and _is_row(item):
            text = _row(item)
            if text:
                yield here.block(text + "\n", "row", header="" if number < header_rows else header)
        elif isinstance(item, dict | list) and _is_large(item):
            yield from records(item, here)
        else:
            yield from _record(item, here)


def _record(value: Json, spot: Spot) -> Iterator[Block]:
    members = [(name, text) for name, text in flat(value) if text.strip()]
    line = "; ".join(f"{name}: {text}" if name else text for name, text in members)
    if len(line) > _ONE_LINE or "\n" in line:
        line = "\n".join(f"{name}: {text}" if name else text for name, text in members)
    if line:
        yield spot.block(line + "\n")


def holds_records(value: Json) -> bool:
    """Whether an array in the value, or the value, has items that are records of their own."""
    if isinstance(value, dict):
        return any(map(holds_records, value.values()))
    if not isinstance(value, list) or not value:
        return False
    nested = sum(isinstance(item, dict | list) for item in value)
    strings = [item for item in value if isinstance(item, str) and not isinstance(item, Number)]
    prose = sum(map(len, strings)) >= _PROSE * len(value)
    return 2 * nested >= len(value) or prose


def _is_large(value: Json) -> bool:
    return holds_records(value) and sum(len(name) + len(text) for name, text in flat(value)) > _LARGE


def flat(value: Json, name: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a value, each with its path of names (`a.b.0.c`); an array of leaves is one leaf, with commas."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from flat(member, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        if _is_row(value) and not any(isinstance(item, str) and len(item) > _PROSE for item in value):
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


def _is_row(value: list[Json]) -> bool:
    return not any(isinstance(item, dict | list) for item in value)


def _row(value: Json) -> str:
    """A table's row, as text; a cell's own line ends become spaces."""
    assert isinstance(value, list)
    return " | ".join(" ".join(leaf(cell).split()) for cell in value if leaf(cell).strip())


def _header_rows(table: list[Json]) -> int:
    """How many rows at the head of a table name its columns: those without a number, years aside."""
    count = 0
    for row in table[:_HEADER_ROWS]:
        if not isinstance(row, list) or not _is_row(row) or len(row) < 2 or any(map(_is_figure, row)):
            break
        count += 1
    return count if 0 < count < len(table) else 0


def _is_figure(cell: Json) -> bool:
    text = leaf(cell)
    return _NUMERIC.fullmatch(text) is not None and _YEAR.fullmatch(text) is None
