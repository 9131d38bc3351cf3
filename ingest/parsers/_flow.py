"""A document as a flow: headings, paragraphs, list items and tables, each a block under the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.types import Block, BlockKind, Place

Grid = Sequence[Sequence[str]]
"""A table's rows of cells: a cell that spans columns is followed by empty ones, one that spans rows is repeated."""

_LONGEST_TITLE = 200
_MOST_HEADER_ROWS = 4
_MOST_CELLS = 2_000_000
_MOST_SPANNED = 1_000
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n?|[\x0b\u2028\u2029]")
_FIGURE = re.compile(r"[-+−–(~≈<>$€£¥ ]*\d[\d,.'’\s]*[%)]*\s*(?:[A-Za-z%€$£]{0,4})")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/](?:\d\d|\d{4}))?")


@dataclass
class Flow:
    """Makes the blocks of a document in reading order.

    `pages` and `above` are the place that they have in common: the slide, and headings above all others.
    """

    pages: tuple[int, ...] = ()
    above: tuple[str, ...] = ()
    _path: list[tuple[int, str]] = field(default_factory=list)

    @property
    def headings(self) -> tuple[str, ...]:
        """The heading path here."""
        return (*self.above, *(title for _, title in self._path))

    def heading(self, text: str, level: int) -> Iterator[Block]:
        """A heading; level 1 is the highest. Its own path includes it."""
        shown = tidy(text)
        title = " ".join(shown.split())[:_LONGEST_TITLE]
        if title:
            while self._path and self._path[-1][0] >= level:
                self._path.pop()
            self._path.append((level, title))
            yield self._block(shown + "\n\n", "heading")

    def paragraph(self, text: str, kind: BlockKind = "text") -> Iterator[Block]:
        """A paragraph, list item or piece of code; nothing where it is blank."""
        shown = tidy(text)
        if shown:
            yield self._block(shown + ("\n" if kind == "list" else "\n\n"), kind)

    def plain(self, text: str) -> Iterator[Block]:
        """The paragraphs of plain text: what blank lines part."""
        for part in re.split(r"\n[^\S\n]*\n\s*", _LINE_END.sub("\n", text)):
            yield from self.paragraph(part)

    def table(self, grid: Grid, *, header_rows: int | None = None) -> Iterator[Block]:
        """A block a row, its cells joined by ` | `; rows below the header carry it beside their text.

        Args:
            grid: the rows; one of a single column is no table: its cells are paragraphs.
            header_rows: how many rows at the head name the columns, where the document tells; else it is guessed.
        """
        rows = [[" ".join(tidy(cell).split()) for cell in row] for row in grid]
        rows = [row for row in rows if any(row)]
        if max((len(row) for row in rows), default=0) < 2:
            for row in grid:
                yield from self.paragraph("\n".join(row))
            return
        count = guessed_header_rows(rows) if header_rows is None else min(header_rows, len(rows) - 1)
        header = header_of(rows[:count])
        for number, row in enumerate(rows):
            yield self._block(_joined(row) + "\n", *(("table", "") if number < count else ("row", header)))

    def _block(self, text: str, kind: BlockKind, header: str = "") -> Block:
        return Block(text, kind, Place(pages=self.pages, headings=self.headings), header)


def unread(pictures: int) -> tuple[str, ...]:
    """The warning that a document holds pictures, whose text is not read."""
    if not pictures:
        return ()
    return ("a picture in it is not read" if pictures == 1 else f"{pictures} pictures in it are not read",)


def tidy(text: str) -> str:
    """The text without control codes and white space at its ends; lines end at newlines alone."""
    return _CONTROLS.sub("", _LINE_END.sub("\n", text)).strip()


def _joined(row: Sequence[str]) -> str:
    last = max(at for at, cell in enumerate(row) if cell)
    return " | ".join(row[: last + 1]).lstrip(" ")


def header_of(rows: Grid) -> str:
    """The header as one line, the levels above a column before its own name; what spans columns counts for each."""
    levels = [_filled(row) if number < len(rows) - 1 else list(row) for number, row in enumerate(rows)]
    width = max((len(row) for row in levels), default=0)
    names = []
    for column in range(width):
        parts = [row[column] for row in levels if column < len(row) and row[column]]
        names.append(" / ".join(dict.fromkeys(parts)))
    return " | ".join(names).rstrip(" |").lstrip(" ")


def _filled(row: Sequence[str]) -> list[str]:
    """The row with each empty cell taken for the rest of the cell before it."""
    filled: list[str] = []
    for cell in row:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def guessed_header_rows(rows: Grid) -> int:
    """How many rows at the head name the columns.

    The first does where it has at least two names and no figure but years; the next ones too where the one above
    leaves columns empty (a name that spans several) and figures follow below.
    """
    if len(rows) < 2 or not _names(rows[0]):
        return 0
    count = 1
    while count < min(_MOST_HEADER_ROWS, len(rows) - 1) and "" in rows[count - 1][1:] and _names(rows[count]):
        count += 1
    if count > 1 and not any(_is_figure(cell) for row in rows[count:] for cell in row):
        return 1
    return count


def _names(row: Sequence[str]) -> bool:
    return len(row) > 1 and any(row[1:]) and not any(map(_is_figure, row))


def _is_figure(cell: str) -> bool:
    return _FIGURE.fullmatch(cell) is not None and _YEAR.fullmatch(cell) is None


def spanned(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """The grid of rows whose cells are given as text, and how many columns and rows each takes."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}
    """What hangs down into a row, by column: the text, and for how many rows."""
    cells = 0
    for row in rows:
        made: list[str] = []
        coming: dict[int, tuple[str, int]] = {}
        for text, columns, below in [*row, ("", 0, 1)]:
            while len(made) in hanging:
                held, left = hanging[len(made)]
                if left > 1:
                    coming[len(made)] = (held, left - 1)
                made.append(held)
            for number in range(min(columns, _MOST_SPANNED)):
                if below > 1:
                    coming[len(made)] = ("" if number else text, below - 1)
                made.append("" if number else text)
        cells += len(made)
        grid.append(made if cells < _MOST_CELLS else [text for text, _, _ in row])
        hanging = coming
    return grid
