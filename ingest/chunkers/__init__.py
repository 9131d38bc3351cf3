"""Chunkers: one file per strategy, a segment to spans."""

from __future__ import annotations

from abc import abstractmethod

from ingest.chunkers._embed import Embed
from ingest.chunkers._packing import pack
from ingest.chunkers._room import Room
from ingest.plugins import Component
from ingest.spans import Units
from ingest.tokens import Measure
from ingest.types import Segment, Span


class Chunker(Component):
    """Cuts a segment; its fields are the strategy's own options (size, overlap and context are the rule's).

    A strategy says what its units are and where no chunk may go on; packing, overlap and context are the same for all.
    """

    @property
    def revision(self) -> str:
        """Changes when the same options cut the same text in another way."""
        return "1"

    @property
    def needs_vectors(self) -> bool:
        """Whether it cuts by vectors: another embedder then cuts otherwise."""
        return False

    def check(self) -> None:
        """Checks what takes a slow import to know; called once, when the rules are made.

        Raises:
            ConfigurationError: the options cannot be.
        """

    @abstractmethod
    def units(self, segment: Segment) -> Units:
        """The whole units (sentences, rows, records) of `segment.text`: what chunks and overlaps are made of."""

    def repeatable(self, units: Units, measure: Measure) -> Units:  # noqa: ARG002  # others need it
        """What an overlap is made of; by default the units."""
        return units

    def split(
        self,
        segment: Segment,  # noqa: ARG002  # others need it
        units: Units,
        measure: Measure,
        room: Room,
        embed: Embed | None,  # noqa: ARG002  # others need it
    ) -> list[Span]:
        """Spans in `segment.text` (from 0): disjoint, in order, covering all of it but white space at their ends.

        No span holds more than `room(span.start)` tokens by `measure.size`.

        Args:
            segment: what is cut.
            units: what `units` gave for it.
            measure: its text's tokens.
            room: how many of them fit.
            embed: gives vectors; there where `needs_vectors` says so.
        """
        return pack(units, measure, room)
