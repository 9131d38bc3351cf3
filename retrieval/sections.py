"""Sections: what stands under the same headings around a place."""

from __future__ import annotations

import sqlalchemy as sa

from ingest.spans import trim
from ingest.types import Span
from retrieval.passages import Passage
from retrieval.texts import Texts, text_of

_TOKENS = 1_000
"""Of a section at most; of a longer one the blocks around."""
_REACH = 20_000
"""Characters to either side that are looked at."""


def section_of(connection: sa.Connection, texts: Texts, passage: Passage, match: Span, within: Span) -> Span:
    """The blocks around a unit that stand under the same headings, as many as fit, the shorter side first.

    Args:
        connection: reads the state that is searched.
        texts: the documents' text.
        passage: the chunk that the unit lies in; it tells how many tokens its characters are.
        match: the unit.
        within: it goes no farther.
    """
    wide = Span(max(0, match.start - _REACH), match.end + _REACH)
    segments = list(texts.segments(connection, passage.text_id, wide))
    blocks = [
        (Span(segment.start + offset, segment.start + offset + len(block.text)), block.place.headings)
        for segment in segments
        for block, offset in zip(segment.blocks, segment.offsets, strict=False)
        if block.text
    ]
    touched = [number for number, (span, _) in enumerate(blocks) if span.overlaps(match)]
    low, high = touched[0], touched[-1]
    headings = blocks[low][1]
    room = _TOKENS * max(1, len(passage.text) + len(passage.context)) / max(1, passage.tokens) - len(match)
    while True:
        sides = [at for at in (low - 1, high + 1) if 0 <= at < len(blocks)]
        fits = [at for at in sides if blocks[at][1] == headings and len(blocks[at][0]) <= room]
        if not fits:
            break
        best = min(fits, key=lambda at: len(blocks[at][0]))
        room -= len(blocks[best][0])
        low, high = min(low, best), max(high, best)
    whole = Span(max(blocks[low][0].start, within.start), min(blocks[high][0].end, within.end))
    return trim(text_of(segments, whole), Span(0, len(whole))).shift(whole.start)
