"""Search: a question to hits, by vectors, by full text, or both."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ingest.places import place_from_json
from ingest.types import Span
from retrieval import lexical
from retrieval.database import Row
from retrieval.embedders import Embedder
from retrieval.fusion import convex
from retrieval.settings import SearchSettings
from retrieval.tables import CHUNKS, DOCUMENTS
from retrieval.texts import Texts
from retrieval.types import Hit, Mode
from retrieval.vectors import Vectors, listed


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

    def search(
        self,
        connection: sa.Connection,
        collection_id: int,
        question: str,
        *,
        k: int,
        mode: Mode | None = None,
        documents: Collection[int] | None = None,
    ) -> list[Hit]:
        """The best `k` hits of current documents, best first.

        Args:
            connection: reads the state that is searched.
            collection_id: whose chunks.
            question: in words.
            k: how many at most.
            mode: by default that of the settings.
            documents: only chunks of these, where given.
        """
        found = self._candidates(
            connection, collection_id, question, k=k, mode=mode or self._settings.mode, documents=documents
        )
        return self._hits(connection, found, k)

    def _candidates(
        self,
        connection: sa.Connection,
        collection_id: int,
        question: str,
        *,
        k: int,
        mode: Mode,
        documents: Collection[int] | None,
    ) -> dict[int, dict[str, float]]:
        """The scores of the chunks that are considered, under "dense", "lexical" and "fused"."""
        wide = max(self._settings.candidates, k)
        terms: dict[int, float] = {}
        dense: dict[int, float] = {}
        if mode != "dense":
            terms = lexical.search(connection, collection_id, question, k=wide, documents=documents)
        if mode != "lexical":
            vector = self._embedder.embed([question])[0]
            dense = self._vectors.nearest(connection, collection_id, vector, k=wide, documents=documents)
            dense |= self._vectors.similarities(connection, vector, [key for key in terms if key not in dense])
        if mode == "hybrid":
            fused = convex(dense, terms, self._settings.dense_weight)
            return {key: {"dense": dense[key], "lexical": terms.get(key, 0.0), "fused": fused[key]} for key in fused}
        return {key: {mode: score, "fused": score} for key, score in (dense or terms).items()}

    def _hits(self, connection: sa.Connection, found: dict[int, dict[str, float]], k: int) -> list[Hit]:
        best = sorted(found, key=lambda key: (-found[key]["fused"], key))[:k]
        rows = {row.id: row for row in connection.execute(_CHOSEN.where(CHUNKS.c.id.in_(listed(best))))}
        best.sort(key=lambda key: (-found[key]["fused"], rows[key].path, rows[key].start))
        return [self._hit(connection, rows[key], rank, found[key]) for rank, key in enumerate(best, 1)]

    def _hit(self, connection: sa.Connection, row: Row, rank: int, scores: dict[str, float]) -> Hit:
        span = Span(row.start, row.end)
        return Hit(
            rank=rank,
            score=scores["fused"],
            scores={name: score for name, score in scores.items() if name != "fused"},
            collection=self._collection,
            path=row.path,
            span=span,
            match=span,
            text=self._texts.text(connection, row.text_id, span),
            context=row.context,
            tokens=row.tokens,
            place=place_from_json(row.place),
        )


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
