"""Rows of tables."""

from __future__ import annotations

from typing import ClassVar

from ingest.chunkers._counted import CountedChunker
from ingest.types import BlockKind


class Rows(CountedChunker):
    """Packs table rows; a row that fits is never cut, and no chunk goes on from one sheet to the next."""

    whole: ClassVar[tuple[BlockKind, ...]] = ("row", "record")
    counted: ClassVar[BlockKind] = "row"
