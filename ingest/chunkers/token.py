"""Windows of tokens."""

from __future__ import annotations

from ingest.chunkers import Chunker
from ingest.chunkers._embed import Embed
from ingest.chunkers._room import Room
from ingest.chunkers._windows import windows
from ingest.spans import Level, Units, is_between_characters
from ingest.tokens import Measure
from ingest.types import Segment, Span


class Token(Chunker):
    """Cuts windows of as many tokens as there is room for, wherever they end; overlaps count in tokens too."""

    def units(self, segment: Segment) -> Units:
        """The text whole: what it is made of depends on what counts."""
        return Units([len(segment.text)], [Level.BORDER]) if segment.text else Units([], [])

    def repeatable(self, units: Units, measure: Measure) -> Units:
        """The tokens; those that begin within what is seen as one character are one with the one before."""
        inner = dict.fromkeys(at for at in measure.starts if at > 0 and is_between_characters(measure.text, at))
        return Units([*inner, *units.ends[-1:]], [Level.CHARACTER] * len(inner) + units.levels[-1:])

    def split(
        self,
        segment: Segment,
        units: Units,  # noqa: ARG002
        measure: Measure,
        room: Room,
        embed: Embed | None,  # noqa: ARG002
    ) -> list[Span]:
        """The windows."""
        return list(windows(measure, room, Span(0, len(segment.text))))
