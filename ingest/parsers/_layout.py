"""Where a table begins: what stands above it, its header of one or several lines, or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median_high

from ingest.parsers._values import ValueKind, kind_of, shape_of

_MOST_ABOVE = 20
_MOST_LINES = 5
"""Rows above a table, and lines of a header."""
_FIRM_ROWS = 4
_FEW_ROWS = 2
_FIRM_SHARE = 0.9
_RECURS = 3
NEAR = 12
"""So many rows tell whether a table begins."""
_LONGEST_NAME = 200
"""What is longer is no name: the row above it, if it has a single one, is then the header."""
_UNIT = re.compile(r"[(\[].*[)\]]")
_SEPARATOR = re.compile(r"sep=.?", re.IGNORECASE)
"""Excel's own first line, which names the delimiter."""
_TYPED: tuple[ValueKind, ...] = ("number", "date", "time")

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which rows stand `above` the table, and which are its `header`, by number from 0; the data begins at `data`."""

    above: tuple[int, ...]
    header: tuple[int, ...]
    data: int
    width: int


def layout_of(rows: Sequence[Cells]) -> Layout:
    """The layout of a table, by its first rows; in doubt the first row is its header."""
    width = Counter(len(row) for row in _without_comments(rows) if _filled(row)).most_common(1)[0][0]
    first = _first_row(rows, width)
    above = tuple(number for number in range(first) if _filled(rows[number]))
    if _has_no_header(rows[first:], width):
        return Layout(above, (), first, width)
    if above and above[-1] == first - 1 and max(map(len, rows[first])) > _LONGEST_NAME:
        return Layout(above[:-1], (first - 1,), first, width)
    header = _header_lines(rows, first)
    return Layout(above, header, header[-1] + 1, width)


def _without_comments(rows: Sequence[Cells]) -> Sequence[Cells]:
    """The rows from the first on that is no comment: a long comment must not decide how wide the table is."""
    at = next((at for at, row in enumerate(rows) if _filled(row) and not row[0].lstrip().startswith("#")), 0)
    return rows[at:]


def _filled(row: Cells) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _first_row(rows: Sequence[Cells], width: int) -> int:
    """The number of the first row that is the table's: titles and notes above it have one cell, or another width."""
    filled = [number for number, row in enumerate(rows) if _filled(row)]
    typical = median_high(_filled(row) for row in _without_comments(rows) if _filled(row))
    if typical < 2 or width < 2:  # a table of one column has no titles that could be told from it
        return filled[0]
    comments = _comments(rows, filled, width)
    for at, number in enumerate(filled[comments : comments + _MOST_ABOVE], comments):
        following = rows[filled[at + 1]] if at + 1 < len(filled) else ()
        if _is_title(rows[number], following, [rows[other] for other in filled[at + 2 : at + 4]]):
            continue
        parted = at + 1 < len(filled) and filled[at + 1] > number + 1
        if not _is_above(rows, rows[number], following, width=width, parted=parted):
            return number
    return filled[comments]


def _comments(rows: Sequence[Cells], filled: Sequence[int], width: int) -> int:
    """How many comments are at the top; the last one is a header where it is as wide as the table, and words.

    Where all rows begin so, these are marks of theirs, as in a list of issues.
    """
    marked = (number for number, row in enumerate(filled) if not rows[row][0].lstrip().startswith("#"))
    count = next(marked, 0)
    if count and _is_as_wide(rows, filled, count, width) and _are_names_below(rows, filled, count):
        count -= 1
    return count


def _is_as_wide(rows: Sequence[Cells], filled: Sequence[int], count: int, width: int) -> bool:
    """Whether the last comment has as many cells as most rows, or as the longer ones: the last cells may be missing."""
    size = len(rows[filled[count - 1]])
    return size == width or (size > width and max(len(rows[number]) for number in filled[count:]) == size)


def _are_names_below(rows: Sequence[Cells], filled: Sequence[int], count: int) -> bool:
    """Whether the last comment names the columns: what follows it holds numbers or dates, and it does not.

    Or it is no prose: its cells differ, and no space stands beside a delimiter, while the other comments have none.
    """
    kinds = [kind_of(cell) for cell in rows[filled[count]]]
    last = rows[filled[count - 1]]
    named = all(kind_of(cell) == "text" for cell in last)
    cells = [*last[1:], last[0].lstrip("# ")]
    apart = len(set(cells)) == len(cells) and all(cell == cell.strip() for cell in cells)
    only = all(len(rows[number]) == 1 for number in filled[: count - 1])
    return named and (any(kind in _TYPED for kind in kinds) or (apart and only))


def without_mark(header: Sequence[Cells], above: Sequence[Cells]) -> list[Cells]:
    """The header, which without the mark of a comment stands below other comments."""
    lines = list(header)
    if lines and above and above[-1][0].lstrip().startswith("#"):
        first, *rest = lines[0]
        lines[0] = [first.lstrip().removeprefix("#").strip() or first, *rest]
    return lines


def _is_above(rows: Sequence[Cells], row: Cells, following: Cells, *, width: int, parted: bool) -> bool:
    """Whether a row is a title or a note: it has one cell, or another width before what is clearly a header."""
    if _SEPARATOR.fullmatch(row[0].strip()) and not any(map(str.strip, row[1:])):
        return True
    if _filled(row) == 1:
        return parted or len(row) != width or (width > 3 and bool(following))
    if len(row) == width or len(following) != width:
        return False
    columns = typed(rows, width)
    return bool(columns) and all(kind_of(following[at]) == "text" for at in columns)


def _is_title(row: Cells, names: Cells, below: Sequence[Cells]) -> bool:
    """Whether a single cell stands over the first of several names, with rows of numbers or dates below them."""
    if len(below) < _FEW_ROWS or _filled(row) != 1 or not row[0].strip() or _filled(names) < 2 or not names[0].strip():
        return False
    named = [at for at, cell in enumerate(names) if cell.strip()]
    if any(kind_of(names[at]) != "text" for at in named):
        return False
    return any(all(at < len(line) and kind_of(line[at]) in _TYPED for line in below) for at in named)


def _header_lines(rows: Sequence[Cells], first: int) -> tuple[int, ...]:
    """The header's lines: the first row, and those after it that repeat, divide or measure it."""
    lines = [first]
    for number in range(first + 1, min(first + 2 * _MOST_LINES, len(rows) - 1)):
        if not _filled(rows[number]):
            continue
        if not _goes_on(rows, lines, number) or len(lines) == _MOST_LINES:
            break
        lines.append(number)
    return tuple(lines)


def _goes_on(rows: Sequence[Cells], lines: Sequence[int], number: int) -> bool:
    row, head = rows[number], rows[lines[0]]
    if list(row) == list(head) and len(head) > 1 and rows[-1] != row:
        return all(kind_of(cell) in ("text", "blank") for cell in row)
    cells = [cell.strip() for cell in row if cell.strip()]
    if any(kind_of(cell) not in ("text", "truth") for cell in cells):
        return False
    if len(cells) > 1 and all(_UNIT.fullmatch(cell) for cell in cells):
        return True
    spans = _spans(head)
    within = [at for at, cell in enumerate(row) if cell.strip()]
    divided = [span for span in spans if sum(at in span for at in within) > 1]
    corner = range(_corner(head) if typed(rows[number + 1 :], len(head)) else 0)
    return bool(divided) and all(at in corner or any(at in span for span in spans) for at in within)


def _corner(head: Cells) -> int:
    """How many cells are blank before the first name: those over the rows' labels, which the next line may name."""
    return next((at for at, cell in enumerate(head) if cell.strip()), 0)


def _spans(head: Cells) -> list[range]:
    """The cells of a header line that stand over several columns: a name, and the blank cells after it."""
    starts = [at for at, cell in enumerate(head) if cell.strip()]
    ends = [*starts[1:], len(head)]
    return [range(start, end) for start, end in zip(starts, ends, strict=False) if end - start > 1]


def _has_no_header(rows: Sequence[Cells], width: int) -> bool:
    """Whether the first row is one like the others: its numbers, dates and recurring words stand where theirs do."""
    filled = [row for row in rows if _filled(row)]
    first, rest = filled[0], [row for row in filled[1:] if len(row) == width]
    if len(rest) < _FIRM_ROWS or len(first) != width or len(rest) < _FIRM_SHARE * (len(filled) - 1):
        return False
    kinds = [kind_of(cell) for cell in first]
    columns = typed(rest, width)
    if not columns or any(kinds[at] not in (*_TYPED, "blank") for at in columns):
        return False
    told = [first[at].strip() for at in columns if kinds[at] != "blank"]
    if len(columns) == width:
        return bool(told) and not _are_names(told)
    return any(_is_data(first[at], kinds[at], rest, at) for at in range(width))


def _is_typed(rest: Sequence[Cells], at: int, least: int = _FIRM_ROWS) -> bool:
    kinds = Counter(kind_of(row[at]) for row in rest)
    filled = len(rest) - kinds["blank"]
    return filled >= least and sum(kinds[kind] for kind in _TYPED) >= _FIRM_SHARE * filled


def _are_names(told: Sequence[str]) -> bool:
    """Whether numbers may be names of columns: whole ones that rise evenly, such as years or places."""
    if not all(cell.isdigit() for cell in told) or len(set(told)) < len(told):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(told)}
    return len(steps) <= 1


def _is_data(cell: str, kind: str, rest: Sequence[Cells], at: int) -> bool:
    """Whether a cell of the first row is no name: a date, a time, a fraction, or a word that recurs below."""
    text = cell.strip()
    if kind in ("date", "time"):
        return shape_of(text) in {shape_of(row[at]) for row in rest}
    if kind == "number":
        return not text.isdigit() and _is_typed(rest, at)
    return bool(text) and sum(row[at].strip() == text for row in rest) >= _RECURS


def typed(rows: Sequence[Cells], width: int) -> list[int]:
    """The columns that hold numbers, dates or times, by number from 0; also of a short table above a gap."""
    even = [row for row in rows if len(row) == width]
    if found := [at for at in range(width) if _is_typed(even, at)]:
        return found
    short = list(takewhile(_filled, even))
    return [at for at in range(width) if len(short) < len(even) and _is_typed(short, at, _FEW_ROWS)]


def begins_another(row: Cells, following: Sequence[Cells], columns: Sequence[int]) -> bool:
    """Whether a row within a table is the header of another: words over columns of numbers and dates, above some.

    Args:
        row: The row.
        following: The rows after it.
        columns: Which columns of the table are `typed`.
    """
    if _filled(row) < 2 or any(kind_of(cell) not in ("text", "blank") for cell in row):
        return False
    below = next((other for other in following if _filled(other) > 1), ())
    over = any(at < len(row) and row[at].strip() for at in columns)
    return over and any(kind_of(cell) in _TYPED for cell in below)


def begins_apart(rows: Sequence[Cells], width: int) -> bool:
    """Whether rows after a blank line are another table than the one before it: names, and below them what they name.

    Args:
        rows: The rows, blank lines, which have no cell, among them.
        width: How many columns the table before has.
    """
    titled, rows = _without_titles(rows)
    names, *body = takewhile(bool, rows) if rows else [()]
    if len(names) < _FEW_ROWS or len(set(names)) < len(names) or any(kind_of(cell) != "text" for cell in names):
        return False
    if not body or any(len(row) != len(names) for row in body):
        return False
    if any(all(kind_of(row[at]) in _TYPED for row in body) for at in range(len(names))):
        return True
    return len(names) != width and len(body) >= _FEW_ROWS and (titled or len(names) > _FEW_ROWS)


def _without_titles(rows: Sequence[Cells]) -> tuple[bool, Sequence[Cells]]:
    """The rows from the first that has several cells on, and whether there are titles before it."""
    at = next((at for at, row in enumerate(rows) if len(row) > 1), len(rows))
    return at > 0, rows[at:]


def end_of_first(rows: Sequence[Cells]) -> int:
    """The number of the row at which a second table begins, after a blank line; else how many rows there are."""
    widths: Counter[int] = Counter()
    for at, row in enumerate(rows):
        if not row:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
            if width > 1 and count >= _FEW_ROWS and begins_apart(rows[at + 1 : at + 1 + NEAR], width):
                return at
        else:
            widths[len(row)] += 1
    return len(rows)


def names_of(lines: Sequence[Cells], width: int) -> list[str]:
    """A name for each column: its cells in the header's lines; `column N` where it has none.

    In a header of several lines a name stands for the blank cells after it too, where a line below divides it.
    """
    levels: list[list[str]] = []
    for number, line in enumerate(lines):
        cells = [" ".join(cell.split()) for cell in line] + [""] * (width - len(line))
        if number + 1 < len(lines) and not (cells[0] and _filled(cells) == 1):  # else a title, which is over all
            below = [[cell.strip() for cell in other] + [""] * width for other in lines[number + 1 :]]
            _fill(cells, levels, below)
        levels.append(cells)
    count = max([width, *map(len, levels)])
    joined = (" ".join(level[at] for level in levels if at < len(level) and level[at]) for at in range(count))
    return [name or f"column {at}" for at, name in enumerate(joined, 1)]


def _fill(cells: list[str], above: Sequence[list[str]], below: Sequence[Cells]) -> None:
    for at in range(1, len(cells)):
        same = all(level[at] == level[at - 1] for level in above)
        if not cells[at] and same and any(line[at] for line in below):
            cells[at] = cells[at - 1]
