"""Tables as blocks: the header's lines in one, then a block a row."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.pdf.blocks import Composer, Vocabulary
from ingest.pdf.table_headers import said
from ingest.pdf.tables import Row, Table
from ingest.types import Block, BlockKind, Place

_SECTIONS = " › "


def table_blocks(table: Table, page: int, headings: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[Block]:
    """The blocks of a table: cells parted by tabs, an empty cell being nothing between two.

    A row's `header` has the names of all columns, the sections that it stands under and the caption, in one line (the
    end of a long one is cut off where it becomes context); its `place.columns` the names of those columns in which it
    has something.
    """
    rows = [row for row in table.rows if row.kind == "header"]
    if rows:
        yield _block(rows, page, Place(pages=(page,), headings=headings), "", vocabulary)
    named = [" ".join(name) for name in table.names]
    for row in table.rows:
        if row.kind == "header":
            continue
        columns = [name for name, cell in zip(named, row.cells, strict=True) if name and cell]
        place = Place(pages=(page,), headings=headings, columns=tuple(dict.fromkeys(columns)))
        header = "; ".join(filter(None, (table.header, _SECTIONS.join(row.sections), table.caption)))
        yield _block([row], page, place, header, vocabulary)


def _block(rows: list[Row], page: int, place: Place, header: str, vocabulary: Vocabulary) -> Block:
    composer = Composer(page, vocabulary)
    for number, row in enumerate(rows):
        before = "\n" if number else ""
        for cell in row.cells:
            for line in cell:
                composer.write(list(line), before)
                before = " "
            before = "\t" if before == " " else f"{before}\t"
    kind: BlockKind = "table" if rows[0].kind == "header" else "row"
    return Block(composer.text + "\n", kind, place, header, tuple(composer.runs))


def cell_texts(row: Row) -> list[str]:
    """The cells as texts."""
    return [" ".join(said(list(line)) for line in cell) for cell in row.cells]
