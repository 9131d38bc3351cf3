"""What the strategies of rows and of records share: whole blocks as units, and at most so many in a chunk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.spans import Units
from ingest.types import BlockKind, Segment


class CountedChunker(Chunker):
    """Packs whole blocks of some kinds; what else the document holds is packed by sentences."""

    whole: ClassVar[tuple[BlockKind, ...]] = ()
    counted: ClassVar[BlockKind]

    per_chunk: Annotated[int, Field(ge=1)] | None = None
    """The most of them in a chunk; as many as fit where it is not given."""

    def units(self, segment: Segment) -> Units:
        """The whole blocks, and the sentences of others; no chunk goes on from one sheet to the next."""
        return units_of(segment, whole=self.whole).bordered(self._borders(segment))

    def _borders(self, segment: Segment) -> Iterator[int]:
        sheet = segment.blocks[0].place.sheet if segment.blocks else None
        count = 0
        for block, offset in zip(segment.blocks, segment.offsets, strict=False):
            full = block.kind == self.counted and count == self.per_chunk
            if full or block.place.sheet != sheet:
                yield offset
                count = 0
            sheet = block.place.sheet
            count += block.kind == self.counted
