"""Sentences, as many as fit."""

from __future__ import annotations

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.spans import Units
from ingest.types import Segment


class Sentence(Chunker):
    """Packs sentences; ends a chunk at a paragraph, page or heading where that leaves it well filled."""

    def units(self, segment: Segment) -> Units:
        """The sentences."""
        return units_of(segment)
