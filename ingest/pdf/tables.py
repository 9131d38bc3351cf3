"""Tables of a PDF page: found by how words are aligned and by ruled lines, as rows of cells with their headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ingest.pdf.grids import kept_whole
from ingest.pdf.lines import Line as PageLine
from ingest.pdf.rules import Rule
from ingest.pdf.table_columns import MOST_COLUMNS, Column, columns_of
from ingest.pdf.table_edges import above, below, caption_of
from ingest.pdf.table_headers import covers, header_length, header_text, headings_of, names_of, said
from ingest.pdf.table_lines import Line, lines_of
from ingest.pdf.table_regions import regions, stands_apart
from ingest.pdf.table_rows import Borders, Laid, grouped, laid
from ingest.pdf.table_sides import are_prose, has_gaps, parted, zones
from ingest.pdf.words import Word

_LEAST_ROWS = 2
_MOST_WORDS = 30_000
"""Of a page with more no table is looked for."""
_NEAR = 3.0
_LEVEL = 0.6
"""Words whose baselines differ by less of the font's height stand in one line."""
_SAME_PLACE = 0.6
"""Columns of two pages are the same where they share so much of the narrower one's width."""

_MOST_COLUMNS = 0.6
"""At least so many of the columns are the same where a table goes on."""

RowKind = Literal["header", "section", "data"]
Cell = tuple[tuple[Word, ...], ...]
"""The lines of a cell, each its words from left to right."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a reader sees it."""

    kind: RowKind
    """A section has a label and nothing else; it stands over the rows after it."""
    cells: tuple[Cell, ...]
    """One a column; what spans several columns stands in the first of them."""
    sections: tuple[str, ...] = ()
    """The labels of the sections that the row stands under, outermost first."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    """Left and right of each column."""
    names: tuple[tuple[str, ...], ...]
    """Of each column its headers, from the outermost level to the innermost; () where it has none."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    caption: str = ""
    """The lines right above it that name it or its units; their words are not the table's, they stay in the page."""

    @property
    def words(self) -> list[Word]:
        """All words of the table."""
        return [word for row in self.rows for cell in row.cells for line in cell for word in line]

    @property
    def header(self) -> str:
        """The names of the columns, in one line."""
        return header_text(self.names)


def tabular_zones(lines: list[PageLine]) -> list[list[PageLine]]:
    """The lines in zones, where there may be a table among them: a cheap test, after which rules are worth reading."""
    rows = Counter([line.row for line in lines])
    if sum(count > 1 for count in rows.values()) < _LEAST_ROWS or len(lines) > _MOST_WORDS:
        return []
    found = zones(lines)
    return found if any(map(has_gaps, found)) else []


def find_tables(areas: list[list[PageLine]], rules: list[Rule]) -> list[Table]:
    """The tables in the zones of a page, from top to bottom."""
    if sum(len(line.words) for zone in areas for line in zone) > _MOST_WORDS:
        return []
    areas = kept_whole(areas, rules)
    found = [table for zone in areas for table in _tables(lines_of(zone, rules), rules)]
    return sorted(found, key=lambda table: table.box[1])


def _tables(lines: list[Line], rules: list[Rule]) -> list[Table]:
    found: list[Table] = []
    done = 0
    for start, end in regions(lines):
        columns = columns_of(lines[start:end])
        if not 2 <= len(columns) <= MOST_COLUMNS or are_prose(lines[start:end], columns, rules):
            continue
        at = parted(lines[start:end], columns, rules)
        if at is not None:
            found += [table for side in _sides(lines[start:end], at) for table in _tables(side, rules)]
            done = end
            continue
        first = start if stands_apart(lines, start, end) else above(lines, start, columns, lowest=done)
        caption = caption_of(lines, first, lowest=done)
        done = below(lines, end, columns)
        table = _table(lines[first:done], columns, rules, caption)
        before = found[-1] if found and table.box[1] - found[-1].box[3] < _NEAR * lines[first].size else None
        found += continued([table], before=before)
    return found


def _sides(lines: list[Line], at: float) -> tuple[list[Line], list[Line]]:
    """The lines left and right of a place."""
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for number, side in enumerate(sides):
            part = [stretch for stretch in line.stretches if (stretch.x0 >= at) == bool(number)]
            if part:
                side.append(Line(line.base, line.size, [word for stretch in part for word in stretch.words], part))
    return sides


def _table(lines: list[Line], columns: list[Column], rules: list[Rule], caption: str) -> Table:
    items = laid(lines, columns)
    tall = header_length(items)
    top, bottom = lines[0].base - lines[0].size, lines[-1].base + 0.4 * lines[-1].size
    near = [rule for rule in rules if top - 4 <= rule.y1 and rule.y0 <= bottom + 4]
    header = headings_of(lines[:tall], columns, near)
    if not covers(header, items[0].numeric):
        header, tall = [], 0
    rows = [Row("header", _cells(_parts(item), len(columns))) for item in items[:tall]]
    body = items[tall:]
    texts = not any(item.values for item in body)
    if body:
        borders = Borders(near, body)
        groups = grouped(body, borders)
        found = _under_sections([_row(row, len(columns), texts=texts) for row in groups])
        rows += _under_spans(found, borders.spans(groups, columns)) if borders.grid else found
    return Table(
        tuple(rows),
        tuple(columns),
        names_of(header, len(columns)),
        (min(line.x0 for line in lines), top, max(line.x1 for line in lines), bottom),
        caption,
    )


def _row(lines: list[Laid], count: int, *, texts: bool) -> Row:
    parts = [part for item in lines for part in _parts(item)]
    section = not texts and all(set(item.cells) == {0} for item in lines)
    return Row("section" if section else "data", _cells(parts, count))


def _parts(item: Laid) -> list[tuple[int, list[Word]]]:
    return [(column, part.words) for column, found in item.cells.items() for part in found]


def _cells(parts: list[tuple[int, list[Word]]], count: int) -> tuple[Cell, ...]:
    cells: list[list[list[Word]]] = [[] for _ in range(count)]
    for column, words in parts:
        lines = cells[column]
        if lines and abs(lines[-1][-1].base - words[0].base) <= _LEVEL * words[0].size:
            lines[-1].extend(words)
            lines[-1].sort(key=lambda word: word.x0)
        else:
            lines.append(list(words))
    return tuple(tuple(map(tuple, lines)) for lines in cells)


def _under_sections(rows: list[Row]) -> list[Row]:
    """The rows, each with the sections that it stands under, by their indents and weights."""
    found: list[Row] = []
    open_: list[tuple[float, bool, bool, str]] = []
    """Left, bold, has indented rows, label."""
    for row in rows:
        first = row.cells[0][0][0] if row.cells[0] else None
        if first is not None:
            open_ = _still_open(open_, first, section=row.kind == "section")
        found.append(replace(row, sections=tuple(label for *_, label in open_)))
        if row.kind == "section" and first is not None:
            open_ = [*open_, (first.x0, first.bold, False, said([word for line in row.cells[0] for word in line]))]
    return found


def _under_spans(rows: list[Row], spans: Iterable[list[int]]) -> list[Row]:
    """The rows; those whose first cell is one with others' stand under what is in it, in whichever that was written."""
    found = list(rows)
    for span in spans:
        labels = [rows[number].cells[0] for number in span if rows[number].cells[0]]
        if len(labels) != 1:
            continue
        label = said([word for line in labels[0] for word in line])
        for number in span:
            if not rows[number].cells[0]:
                found[number] = replace(rows[number], sections=(*rows[number].sections, label))
    return found


def _still_open(
    open_: list[tuple[float, bool, bool, str]], first: Word, *, section: bool
) -> list[tuple[float, bool, bool, str]]:
    """The sections that a row which begins with the word `first` still stands under."""
    near = 0.3 * first.size
    kept = []
    for left, bold, indented, label in open_:
        if first.x0 > left + near:
            kept.append((left, bold, indented or not section, label))
        elif first.x0 < left - near or (section and not (bold and not first.bold)) or (indented and not section):
            break
        else:
            kept.append((left, bold, indented, label))
    return kept


def continued(tables: list[Table], *, before: Table | None) -> list[Table]:
    """The tables; the first takes the headers of the last table of the page before where it goes on with that."""
    if not tables or before is None or any(tables[0].names) or not any(before.names):
        return tables
    first = tables[0]
    places = [_same_column(column, before.columns) for column in first.columns]
    known = [place for place in places if place is not None]
    if len(known) < max(2, _MOST_COLUMNS * len(places)) or len(set(known)) != len(known):
        return tables
    names = tuple(before.names[place] if place is not None else () for place in places)
    return [replace(first, names=names, caption=first.caption or before.caption), *tables[1:]]


def _same_column(column: Column, columns: tuple[Column, ...]) -> int | None:
    """The number of the column that stands at the same place."""
    for number, (left, right) in enumerate(columns):
        shared = min(right, column[1]) - max(left, column[0])
        if shared >= _SAME_PLACE * min(right - left, column[1] - column[0]) and shared > 0:
            return number
    return None
