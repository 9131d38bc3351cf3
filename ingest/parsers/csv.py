"""CSV and TSV: a row is a block, every field in it."""  # a part is named after its format

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from ingest.errors import EmptyError
from ingest.parsers import Aids, Parser
from ingest.parsers._decoding import Encoding, encoding_of, open_text
from ingest.parsers._dialect import Dialect, rows_of, surveyed
from ingest.types import Block, Info, ParseEvent, Place

_CHUNK = 5_000


class CSV(Parser):
    """Reads CSV and TSV in a stream: the first row names the columns, each other row is a line `column: value; …`.

    A rectangular table is read by pandas, as text: `007` and `NA` stay what they are. Ragged tables, and quotes that
    are escaped by a backslash, are read by Python's csv module, since pandas drops fields or backslashes there.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """A block a row; fields beyond the header are named `column N`."""
        encoding = encoding_of(file)
        dialect, found = surveyed(file, encoding)
        if not found.rows:
            raise EmptyError("there is no row in it")
        warnings = [encoding.warning] if encoding.warning else []
        if len(found.widths) > 1:
            warnings.append(f"its rows have {min(found.widths)} to {max(found.widths)} fields")
        yield Info(warnings=tuple(warnings))
        plain = len(found.widths) == 1 and not dialect.backslash and not found.nul and max(found.widths) > 1
        rows = _rows_by_pandas(file, encoding, dialect) if plain else _rows_by_csv(file, encoding, dialect)
        yield from blocks(rows)


def _rows_by_csv(file: Path, encoding: Encoding, dialect: Dialect) -> Iterator[list[str]]:
    with open_text(file, encoding, newline="") as handle:
        yield from rows_of(handle, dialect)


def _rows_by_pandas(file: Path, encoding: Encoding, dialect: Dialect) -> Iterator[list[str]]:
    import pandas as pd

    with (
        open_text(file, encoding, newline="") as handle,
        pd.read_csv(
            handle,
            sep=dialect.delimiter,
            header=None,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            chunksize=_CHUNK,
        ) as reader,
    ):
        done = 0
        try:
            for frame in reader:
                yield from frame.to_numpy().tolist()
                done += len(frame)
        except pd.errors.ParserError:  # what it refuses, such as a last quote that is not closed, csv reads
            yield from islice(_rows_by_csv(file, encoding, dialect), done, None)


def blocks(rows: Iterable[list[str]]) -> Iterator[Block]:
    """A block for each row after the first that has a value; the names alone where there is no such row."""
    names: list[str] | None = None
    number = 0
    for number, row in enumerate(rows):
        if names is None:
            names = [" ".join(name.split()) or f"column {at}" for at, name in enumerate(row, 1)]
            continue
        names.extend(f"column {at}" for at in range(len(names) + 1, len(row) + 1))
        fields = [f"{name}: {stripped}" for name, value in zip(names, row, strict=False) if (stripped := value.strip())]
        if fields:
            yield Block("; ".join(fields) + "\n", "row", Place(rows=(number, number)))
    if names and number == 0:
        yield Block("; ".join(names) + "\n", "table")
