"""Windows: as many tokens as there is room for, wherever they end."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.chunkers._room import Room
from ingest.spans import content_start, is_between_characters, trim
from ingest.tokens import Measure
from ingest.types import Span


def windows(measure: Measure, room: Room, within: Span) -> Iterator[Span]:
    """Spans that fill their room to the last token, in order; what is seen as one character is kept whole.

    White space that has tokens of its own counts, also where it stands at a window's ends, which are trimmed.
    """
    start = within.start
    while start < within.end:
        end = _end(measure, Span(start, within.end), room(content_start(measure.text, start, within.end)))
        if len(span := trim(measure.text, Span(start, end))) > 0:
            yield span
        start = end


def _end(measure: Measure, rest: Span, free: int) -> int:
    """Where a window ends that begins with `rest`: at most `free` tokens by exact count, at least a character."""
    tokens = free
    while tokens > 0:
        end = _between(measure.text, rest.start, min(measure.reach(rest.start, tokens), rest.end))
        if end <= rest.start:
            break
        kept = trim(measure.text, Span(rest.start, end))
        excess = measure.count(kept.start, kept.end) - free
        if excess <= 0:
            return end
        tokens = min(tokens, measure.size(rest.start, end)) - excess
    return _first(measure, rest, free)


def _between(text: str, start: int, end: int) -> int:
    """The last place at or before `end` that tears no character; `start` where there is none."""
    while start < end < len(text) and not is_between_characters(text, end):
        end -= 1
    return end


def _first(measure: Measure, rest: Span, free: int) -> int:
    """Where a window ends whose first character has more tokens than it may hold: that character is torn."""
    end = rest.start + 1
    while end < rest.end and measure.count(rest.start, end + 1) <= free:
        end += 1
    return end
