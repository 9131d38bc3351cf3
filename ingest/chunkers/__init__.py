"""Chunkers: one file per strategy, a segment to spans."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from ingest.plugins import Component
from ingest.tokens import Measure
from ingest.types import Segment, Span

Room = Callable[[int], int]
"""How many tokens of new text fit into a chunk that starts at an offset of the segment (context, overlap and special
tokens already taken off)."""


class Chunker(Component):
    """Cuts a segment; its fields are the strategy's own options (size, overlap and context are the rule's)."""

    @abstractmethod
    def split(self, segment: Segment, measure: Measure, room: Room) -> list[Span]:
        """Spans in `segment.text` (from 0): disjoint, in order, covering all of it but white space at their ends.

        No span holds more than `room(span.start)` tokens.
        """

    @abstractmethod
    def units(self, segment: Segment, span: Span) -> list[Span]:
        """The whole units (sentences, rows, records, pieces) of one span, in order: what overlap is made of."""
