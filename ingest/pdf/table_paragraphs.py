"""Tables of texts whose cells are paragraphs: rows that begin on one baseline in all columns, parted by white alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from ingest.pdf.lines import Line, is_mark
from ingest.pdf.table_columns import Column
from ingest.pdf.table_lines import is_number
from ingest.pdf.tables import Cell, Row, Table
from ingest.pdf.words import Word

_GAP = 1.25
"""White parts rows where two lines are so many usual distances apart."""
_FAR = 3.0
"""And no more than so many: what is farther is no row of the same table."""
_SAME = 3.0
"""Points by which cells of one column may begin apart."""
_GUTTER = 0.6
"""In sizes of type, the least white between two columns."""
_LEAST, _WRAPPED = 3, 2
"""So many rows, of which so many have cells of several lines."""
_COLUMNS, _MOST_COLUMNS = 3, 8
"""Two columns of prose may begin their paragraphs side by side, too."""
_NUMBERS = 0.5

PageRow = list[Line]
"""Lines on one baseline, from left to right."""
Band = list[PageRow]
"""Rows with white above and below them."""


def paragraph_tables(lines: list[Line]) -> list[Table]:
    """Such tables among the lines of a page that are in no other, from top to bottom."""
    by_row: dict[float, PageRow] = {}
    for line in lines:
        by_row.setdefault(line.row, []).append(line)
    if sum(len(row) > 1 for row in by_row.values()) < _LEAST:
        return []
    rows = sorted((sorted(row, key=lambda line: line.x0) for row in by_row.values()), key=lambda row: row[0].base)
    found: list[Table] = []
    bands = _bands(rows)
    start = 0
    while start < len(bands):
        run = _run(islice(bands, start, None))
        if len(run) >= _LEAST and sum(len(band) > 1 for band in run) >= _WRAPPED and _are_texts(run):
            found.append(_table(run, bands[start - 1] if start else []))
            start += len(run)
        else:
            start += 1
    return found


def _bands(rows: list[PageRow]) -> list[Band]:
    """The rows of the page in groups with white between them."""
    steps = [after[0].base - before[0].base for before, after in pairwise(rows)]
    usual = sorted(steps)[len(steps) // 4]  # within a cell: most rows may have two lines
    bands = [[rows[0]]]
    for row, step in zip(rows[1:], steps, strict=True):
        if step > _GAP * usual:
            bands.append([])
        bands[-1].append(row)
    return bands


def _run(bands: Iterator[Band]) -> list[Band]:
    """The first of the bands that are rows of one table: each begins where the first one's columns begin."""
    run = [next(bands)]
    places = [line.x0 for line in run[0][0]]
    if not (_COLUMNS <= len(places) <= _MOST_COLUMNS and _fits(run[0], places)):
        return []
    for band in bands:
        if not _fits(band, places) or band[0][0].base - run[-1][-1][0].base > _FAR * band[0][0].size:
            break
        run.append(band)
    return run


def _fits(band: Band, places: list[float]) -> bool:
    """Whether a band begins in the first column and another one, and all its lines begin in a column and end in it."""
    starts = [_column(line, places) for line in band[0]]
    if starts[0] != 0 or len(starts) < 2:
        return False
    for row in band:
        for line in row:
            at = _column(line, places)
            after = places[at + 1] if at is not None and at + 1 < len(places) else float("inf")
            if at is None or line.x1 > after - _GUTTER * line.size or (at and is_mark(line.words[0].text)):
                return False
    return True


def _column(line: Line, places: list[float]) -> int | None:
    return next((at for at, place in enumerate(places) if abs(line.x0 - place) <= _SAME), None)


def _are_texts(run: list[Band]) -> bool:
    """Whether most cells are no numbers: for these there are other signs of a table."""
    words = [word.text for band in run for row in band for line in row for word in line.words]
    return sum(map(is_number, words)) < _NUMBERS * len(words)


def _table(run: list[Band], before: Band) -> Table:
    """The table of some bands; its header is the first where that alone is bold, or the band before that names them."""
    places = [line.x0 for line in run[0][0]]
    extents = list(_extents(run, places))
    rows = [_cells(band, [_column(line, places) for row in band for line in row], len(places)) for band in run]
    bold = [all(line.bold for row in band for line in row) for band in run]
    has_header = bold[0] and not any(bold[1:])
    above = [_below(line, extents) for row in before for line in row]
    if not has_header and _are_names(before, above, run):
        run, has_header = [before, *run], True
        rows.insert(0, _cells(before, above, len(places)))
    lines = [line for band in run for row in band for line in row]
    names = tuple((" ".join(word.text for line in cell for word in line),) if cell else () for cell in rows[0])
    return Table(
        tuple(Row("header" if not number and has_header else "data", cells) for number, cells in enumerate(rows)),
        tuple(extents),
        names if has_header else ((),) * len(places),
        (min(line.x0 for line in lines), run[0][0][0].y0, max(line.x1 for line in lines), run[-1][-1][0].y1),
    )


def _are_names(band: Band, columns: list[int | None], run: list[Band]) -> bool:
    """Whether a band right above the first of some has a name for each of their columns."""
    near = bool(band) and run[0][0][0].base - band[-1][0].base <= _FAR * band[-1][0].size
    return near and set(columns) == set(range(len(run[0][0])))


def _below(line: Line, columns: list[Column]) -> int | None:
    """The one column above which a line stands."""
    under = [number for number, (left, right) in enumerate(columns) if left < line.x1 and line.x0 < right]
    return under[0] if len(under) == 1 else None


def _cells(band: Band, columns: list[int | None], count: int) -> tuple[Cell, ...]:
    """The cells of a band, of whose lines the columns are given."""
    cells: list[list[tuple[Word, ...]]] = [[] for _ in range(count)]
    for line, column in zip((line for row in band for line in row), columns, strict=True):
        cells[column or 0].append(tuple(line.words))
    return tuple(map(tuple, cells))


def _extents(run: list[Band], places: list[float]) -> Iterator[Column]:
    lines = [line for band in run for row in band for line in row]
    for number, place in enumerate(places):
        yield place, max(line.x1 for line in lines if _column(line, places) == number)
