"""Search: a question to hits, by vectors, by full text, or both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ingest.places import place_from_json
from ingest.types import Span
from retrieval import lexical
from retrieval.database import Row
from retrieval.embedders import Embedder
from retrieval.fusion import Standing, convex, with_surroundings
from retrieval.settings import SearchSettings
from retrieval.tables import CHUNKS, DOCUMENTS
from retrieval.texts import Texts, starts_in, text_of
from retrieval.types import Hit, Mode
from retrieval.vectors import Vectors, listed

_DIGITS = 5
"""Scores that differ after so many are equal: a cosine's last bits depend on which vectors it was computed with."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search: a state of the database, a collection, and some of its documents (None: all)."""

    connection: sa.Connection
    collection_id: int
    documents: Collection[int] | None = None


class Searcher:
    """Searches one collection."""

    def __init__(
        self, collection: str, *, embedder: Embedder, vectors: Vectors, texts: Texts, settings: SearchSettings
    ) -> None:
        self._collection = collection
        self._embedder = embedder
        self._vectors = vectors
        self._texts = texts
        self._settings = settings

    def search(self, scope: Scope, question: str, *, k: int, mode: Mode | None = None) -> list[Hit]:
        """The best `k` hits of current documents, best first.

        Args:
            scope: where to search.
            question: in words.
            k: how many at most.
            mode: by default that of the settings.
        """
        wide = max(self._settings.candidates, k)
        mode = mode or self._settings.mode
        if mode == "hybrid":
            found = self._hybrid(scope, question, wide)
        elif mode == "dense":
            found = {key: {"dense": one, "fused": one} for key, one in self._dense(scope, question, wide).items()}
        else:
            found = {key: {"lexical": one, "fused": one} for key, one in _lexical(scope, question, wide).items()}
        return self._hits(scope.connection, found, k)

    def _dense(self, scope: Scope, question: str, wide: int) -> dict[int, float]:
        vector = self._embedder.embed([question])[0]
        return self._vectors.nearest(scope.connection, scope.collection_id, vector, k=wide, documents=scope.documents)

    def _hybrid(self, scope: Scope, question: str, wide: int) -> dict[int, dict[str, float]]:
        """What either search found, and the neighbours of that, with all scores."""
        vector = self._embedder.embed([question])[0]
        dense = self._vectors.nearest(scope.connection, scope.collection_id, vector, k=wide, documents=scope.documents)
        terms = _lexical(scope, question, wide)
        standings = _standings(scope.connection, {*dense, *islice(terms, wide)})
        more = standings.keys() - dense.keys()
        dense |= self._vectors.similarities(scope.connection, scope.collection_id, vector, chunks=more)
        terms = {key: score for key, score in terms.items() if key in standings}
        fused = with_surroundings(convex(dense, terms, self._settings.dense_weight), standings)
        return {key: {"dense": dense[key], "lexical": terms.get(key, 0.0), "fused": fused[key]} for key in fused}

    def _hits(self, connection: sa.Connection, found: dict[int, dict[str, float]], k: int) -> list[Hit]:
        """The best `k`; equal ones by path and place, so that how the index came about decides nothing."""
        score = {key: round(scores["fused"], _DIGITS) for key, scores in found.items()}
        least = sorted(score.values(), reverse=True)[:k][-1:]
        best = [key for key in found if [score[key]] >= least]
        rows = {row.id: row for row in connection.execute(_CHOSEN.where(CHUNKS.c.id.in_(listed(best))))}
        best.sort(key=lambda key: (-score[key], rows[key].path, rows[key].start))
        return [self._hit(connection, rows[key], rank, found[key]) for rank, key in enumerate(best[:k], 1)]

    def _hit(self, connection: sa.Connection, row: Row, rank: int, scores: dict[str, float]) -> Hit:
        span = Span(row.start, row.end)
        segments = list(self._texts.segments(connection, row.text_id, span))
        return Hit(
            rank=rank,
            score=scores["fused"],
            scores={name: score for name, score in scores.items() if name != "fused"},
            collection=self._collection,
            path=row.path,
            span=span,
            match=span,
            text=text_of(segments, span),
            context=row.context,
            tokens=row.tokens,
            place=place_from_json(row.place),
            starts=starts_in(segments, span),
        )


def _lexical(scope: Scope, question: str, wide: int) -> dict[int, float]:
    return lexical.search(scope.connection, scope.collection_id, question, k=wide, documents=scope.documents)


def _standings(connection: sa.Connection, found: Collection[int]) -> dict[int, Standing]:
    """Where the chunks stand that were found, and their neighbours."""
    beside = CHUNKS.alias()
    query = (
        sa.select(beside.c.id, beside.c.document_id, beside.c.ordinal)
        .join(CHUNKS, CHUNKS.c.document_id == beside.c.document_id)
        .where(CHUNKS.c.id.in_(listed(found)), beside.c.ordinal.between(CHUNKS.c.ordinal - 1, CHUNKS.c.ordinal + 1))
        .distinct()
    )
    rows = connection.execute(query).all()
    at = {(row.document_id, row.ordinal): row.id for row in rows}
    return {
        key: Standing(document, at.get((document, ordinal - 1)), at.get((document, ordinal + 1)))
        for (document, ordinal), key in at.items()
    }


_CHOSEN: sa.Select[Any] = sa.select(
    CHUNKS.c.id,
    CHUNKS.c.start,
    CHUNKS.c.end,
    CHUNKS.c.tokens,
    CHUNKS.c.context,
    CHUNKS.c.place,
    DOCUMENTS.c.path,
    DOCUMENTS.c.text_id,
).join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
