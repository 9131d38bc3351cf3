"""Pages."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.spans import Units
from ingest.types import Segment


class Page(Chunker):
    """Keeps pages apart: one that fits is one chunk, a longer one is packed by sentences."""

    def units(self, segment: Segment) -> Units:
        """The sentences, with a border before each page."""
        return units_of(segment).bordered(_borders(segment))


def _borders(segment: Segment) -> Iterator[int]:
    pages: tuple[int, ...] = ()
    for block, offset in zip(segment.blocks, segment.offsets, strict=False):
        if block.place.pages and pages and block.place.pages != pages:
            yield offset
        pages = block.place.pages or pages
