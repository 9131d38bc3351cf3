"""Records of JSON."""

from __future__ import annotations

from typing import ClassVar

from ingest.chunkers._counted import CountedChunker
from ingest.types import BlockKind


class Records(CountedChunker):
    """Packs records; one that fits is never cut."""

    whole: ClassVar[tuple[BlockKind, ...]] = ("row", "record")
    counted: ClassVar[BlockKind] = "record"
