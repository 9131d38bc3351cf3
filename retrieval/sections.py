"""Sections: what stands under the same headings around a chunk."""

from __future__ import annotations

import sqlalchemy as sa

from ingest.types import Span
from retrieval.passages import Passage
from retrieval.tables import CHUNKS

_TOKENS = 1_000
"""Of a section at most; of a longer one the chunks around."""
_CHUNKS = 40
"""To either side that are looked at."""


def section_of(connection: sa.Connection, passage: Passage) -> Span:
    """The chunks around one that stand under the same headings, as many as fit, the shorter side first."""
    own = sa.select(CHUNKS.c.ordinal).where(CHUNKS.c.id == passage.id).scalar_subquery()
    query = (
        sa.select(
            CHUNKS.c.id,
            CHUNKS.c.start,
            CHUNKS.c.end,
            CHUNKS.c.tokens,
            sa.func.json_extract(CHUNKS.c.place, "$.headings").label("headings"),
        )
        .where(CHUNKS.c.document_id == passage.document, CHUNKS.c.ordinal.between(own - _CHUNKS, own + _CHUNKS))
        .order_by(CHUNKS.c.ordinal)
    )
    rows = connection.execute(query).all()
    low = high = next(number for number, row in enumerate(rows) if row.id == passage.id)
    headings, room = rows[low].headings, _TOKENS - rows[low].tokens
    while True:
        sides = [at for at in (low - 1, high + 1) if 0 <= at < len(rows) and rows[at].headings == headings]
        fits = [at for at in sides if rows[at].tokens <= room]
        if not fits:
            return Span(rows[low].start, max(row.end for row in rows[low : high + 1]))
        best = min(fits, key=lambda at: rows[at].tokens)
        room -= rows[best].tokens
        low, high = min(low, best), max(high, best)
