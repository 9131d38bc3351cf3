"""ODS: a row is a block, sheet by sheet."""  # a part is named after its format

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from zipfile import BadZipFile, ZipFile

from ingest.errors import UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._opendocument import sheets_of
from ingest.parsers._sheets import sheets_to_blocks
from ingest.parsers._zip import check_zip
from ingest.types import ParseEvent


class ODS(Parser):
    """Reads OpenDocument spreadsheets in a stream; cells are what a reader sees, formulas their saved results.

    A merged range is read as in XLSX.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".ods",)
    version: ClassVar[int] = 3
    depends: ClassVar[tuple[str, ...]] = ("decompressed_mb",)

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """A block a row, with its sheet; at each table's end a block that says what it holds."""
        check_zip(file, aids.bounds)
        try:
            with ZipFile(file) as archive:
                yield from sheets_to_blocks(sheets_of(archive))
        except BadZipFile as error:
            raise UnreadableError(f"it is a damaged zip container: {error}") from error
