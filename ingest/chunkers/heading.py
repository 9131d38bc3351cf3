"""The sections below the headings."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.spans import Units
from ingest.types import Segment


class Heading(Chunker):
    """Keeps sections apart: one that fits is one chunk, a larger one is packed by sentences.

    A heading without text of its own goes with the section after it.
    """

    def units(self, segment: Segment) -> Units:
        """The sentences, with a border before each section."""
        return units_of(segment).bordered(_borders(segment))


def _borders(segment: Segment) -> Iterator[int]:
    """Where another heading path begins and something but headings stands before."""
    content = False
    headings: tuple[str, ...] = ()
    for block, offset in zip(segment.blocks, segment.offsets, strict=False):
        if content and block.place.headings != headings:
            yield offset
            content = False
        headings = block.place.headings
        content = content or (block.kind != "heading" and not block.text.isspace())
