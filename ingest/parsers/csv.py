"""CSV and TSV: a row is a block, every field in it."""  # a part is named after its format

from __future__ import annotations

import operator
from collections.abc import Iterator
from itertools import dropwhile, islice
from pathlib import Path
from typing import ClassVar

from ingest.errors import EmptyError
from ingest.parsers import Aids, Parser
from ingest.parsers._decoding import Encoding, encoding_of, open_text
from ingest.parsers._dialect import dialect_of
from ingest.parsers._layout import end_of_first, layout_of
from ingest.parsers._lines import Dialect, Mends, records
from ingest.parsers._mending import Model, learned
from ingest.parsers._tables import SAMPLE_ROWS, blocks
from ingest.types import Info, ParseEvent

_SHARE, _SPACED_SHARE = 0.9, 0.2
"""Of the first rows, that are as wide as most: from so many on rows of another width are mended."""


class CSV(Parser):
    """Reads CSV and TSV in a stream: rows are lines `column: value; …`; a block before them says what they hold.

    Rows are read by Python's csv module, which keeps every field as it is written; rows that it reads wrongly are
    mended by what the columns hold. pandas reads the columns' numbers and dates for their ranges.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")
    version: ClassVar[int] = 5

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """A block a row; fields beyond the header are named `column N`."""
        encoding = encoding_of(file)
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        reading = _Reading(file, encoding)
        yield from blocks(reading.rows)
        yield Info(warnings=tuple(reading.mends.said()))


class _Reading:
    """A file that is read more than once in the same way; `mends` are those of the last time."""

    def __init__(self, file: Path, encoding: Encoding) -> None:
        self.mends = Mends()
        self._file = file
        self._encoding = encoding
        self._dialect = dialect_of(file, encoding)
        self._model, self._begin = _model(file, encoding, self._dialect)

    def rows(self) -> Iterator[list[str]]:
        """All rows, each with all its fields, those above the table and its header too; a blank line has none."""
        self.mends = Mends()
        with open_text(self._file, self._encoding, newline="") as handle:
            yield from records(
                handle, self._dialect, model=self._model, begin=self._begin, mends=self.mends, blanks=True
            )


def rows_of(file: Path) -> Iterator[list[str]]:
    """All rows of a file, blank lines, which have no field, among them.

    Raises:
        EmptyError: there is none.
    """
    yield from _Reading(file, encoding_of(file)).rows()


def _model(file: Path, encoding: Encoding, dialect: Dialect) -> tuple[Model, int]:
    """What the columns of the first table hold, by its first rows, and the number of the row at which its data begins.

    Blank lines are no rows here.
    """
    with open_text(file, encoding, newline="") as handle:
        rows = list(islice(dropwhile(operator.not_, records(handle, dialect, blanks=True)), SAMPLE_ROWS))
    own = rows[: end_of_first(rows)]
    if not any(cell.strip() for row in own for cell in row):
        raise EmptyError("there is no row in it")
    layout = layout_of(own)
    share = _SHARE if dialect.delimiter != " " else _SPACED_SHARE
    data = list(filter(None, own[layout.data :]))
    return learned(data, layout.width, share=share), sum(map(bool, own[: layout.data]))
