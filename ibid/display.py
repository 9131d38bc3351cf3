"""A place as a reader wants to see it: rows as a table, a record with a line a member, text with its line numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from ibid.places import Shown
from ingest.types import Block

Members = dict[str, str]

_MEMBER = re.compile(r"(?:^|; |\n)((?:[^:;\n]|[:;](?! )){1,200}): ")
_WIDEST = 10_000


def table(blocks: Sequence[Block], *, width: int | None) -> str:
    """Rows of a table under their columns' names, aligned; one alone with a line for each of its cells.

    Args:
        blocks: rows, as the parsers of tables write them: `column: value; …`.
        width: of the terminal; None: as wide as it gets.
    """
    rows = [_cells(block.text) for block in blocks]
    if len(rows) == 1:
        return record(rows[0])
    names = list(dict.fromkeys(name for row in rows for name in row))
    numbers = [str(block.place.rows[0]) if block.place.rows else "" for block in blocks]
    lines = [
        ["row", *names],
        *([number, *(row.get(name, "") for name in names)] for number, row in zip(numbers, rows, strict=True)),
    ]
    return _aligned(lines, width)


def _cells(text: str) -> Members:
    """The cells of a row by their columns; as it stands where a name is there twice: one may be words of a cell."""
    names = [match[1].strip() for match in _MEMBER.finditer(text)]
    return members(text) if len(set(names)) == len(names) else {"": text.strip()}


def members(text: str) -> Members:
    """The members of a row or record, by name; what has no name is under ""."""
    found = list(_MEMBER.finditer(text))
    said: Members = {}
    head = text[: found[0].start()] if found else text
    if head.strip():
        said[""] = head.strip()
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        value = text[match.end() : end].strip()
        said[match[1].strip()] = f"{said[match[1].strip()]}; {value}" if match[1].strip() in said else value
    return said


def record(found: Members) -> str:
    """A line for each member, the values below one another."""
    if list(found) == [""]:
        return found[""]
    width = min(40, max(map(len, found), default=0))
    lines = []
    for name, value in found.items():
        first, *rest = value.split("\n")
        lines.append(f"{name:{width}}  {first}".rstrip())
        lines += [" " * (width + 2) + line for line in rest]
    return "\n".join(lines)


def _aligned(lines: Sequence[Sequence[str]], width: int | None) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in lines[0]:
        shown.add_column(Text(name))
    for line in lines[1:]:
        shown.add_row(*map(Text, line))
    target = io.StringIO()
    Console(file=target, width=width or _WIDEST, color_system=None).print(shown)
    return "\n".join(line.rstrip() for line in target.getvalue().split("\n") if line.strip())


def first_line(shown: Shown) -> int | None:
    """The number of the line on which `before` begins; None where the document's lines are not the file's."""
    lines, text = shown.place.lines, shown.text
    if lines is None or any(block.kind in ("row", "record") for block in shown.blocks):
        return None
    body = text.strip()
    if body.count("\n") != lines[1] - lines[0]:
        return None
    lead = text[: len(text) - len(text.lstrip())]
    first = lines[0] - (shown.before + lead).count("\n")
    return first if first > 0 else None


def numbered(text: str, first: int) -> str:
    """The text with the number of each line before it."""
    lines = text.split("\n")
    width = len(str(first + len(lines) - 1))
    return "\n".join(f"{number:{width}}  {line}".rstrip() for number, line in enumerate(lines, first))
