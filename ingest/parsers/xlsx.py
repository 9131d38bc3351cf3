"""XLSX and XLSM: a row is a block, sheet by sheet."""  # a part is named after its format

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from zipfile import BadZipFile, ZipFile

from ingest.errors import UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._sheets import sheets_to_blocks
from ingest.parsers._workbook import Workbook
from ingest.parsers._zip import check_zip
from ingest.types import ParseEvent


class XLSX(Parser):
    """Reads workbooks in a stream; a formula is its value as it was saved, an error its name (`#DIV/0!`).

    A formula that was saved without a value, as by programs that do not calculate, stands there itself.

    Dates are written as ISO 8601, percentages as such. A merged range's value stands in its first cell; in a header it
    names all its columns, and below one it is repeated in each of its rows, so that a row has its label.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm")
    version: ClassVar[int] = 3
    depends: ClassVar[tuple[str, ...]] = ("decompressed_mb",)

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """A block a row, with its sheet; at each table's end a block that says what it holds."""
        check_zip(file, aids.bounds)
        try:
            with ZipFile(file) as archive:
                yield from sheets_to_blocks(Workbook(archive).sheets())
        except BadZipFile as error:
            raise UnreadableError(f"it is a damaged zip container: {error}") from error
