"""Dense search: a collection's vectors gone through exactly, or, where they are too many, asked of the store first."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.errors import StoreError
from retrieval import catalog, database
from retrieval.stores import VectorIndex
from retrieval.tables import CHUNKS, DOCUMENTS, EMBEDDINGS

_AT_ONCE = 10_000
"""Vectors read from the database at once where not all are held."""
_MORE = 5
"""How many times the wanted hits a store is asked for: its graph is approximate, and may know chunks that are gone."""
_SLACK = 1e-4
"""By how much a store's cosines may be off before all of what it found is scored again, not only the best of it."""
_LOG = logging.getLogger("ibid")

Vector = NDArray[np.float32]
Opener = Callable[[sa.Connection], VectorIndex]
Told = dict[int, float]
"""Chunks and their cosines, as a store has them."""
Guess = Callable[[Vector], Told | None]


@dataclass(frozen=True, slots=True)
class Held:
    """Vectors in memory: of each row its chunk and document."""

    chunks: NDArray[np.int64]
    documents: NDArray[np.int64]
    vectors: Vector

    def among(self, documents: Collection[int] | None) -> Held:
        """Those of some documents only."""
        if documents is None:
            return self
        return self._where(self.documents, documents)

    def of(self, chunks: Collection[int]) -> Held:
        """Those of some chunks."""
        return self._where(self.chunks, chunks)

    def _where(self, numbers: NDArray[np.int64], wanted: Collection[int]) -> Held:
        mask = np.isin(numbers, np.fromiter(wanted, dtype=np.int64, count=len(wanted)))
        return Held(self.chunks[mask], self.documents[mask], self.vectors[mask])

    def nearest(self, vector: Vector, k: int) -> dict[int, float]:
        """The chunks of the `k` nearest vectors, and their cosines."""
        similarities = self.vectors @ vector
        few = len(similarities) <= k
        best = np.arange(len(similarities)) if few else np.argpartition(-similarities, k - 1)[:k]
        order = best[np.lexsort((self.chunks[best], -similarities[best]))]
        return {int(self.chunks[row]): float(similarities[row]) for row in order}


class Vectors:
    """The vectors of one collection, as the database has them.

    Args:
        dimensions: of each vector.
        exact_below: collections of fewer chunks are held in memory and gone through.
        open_store: gives the store's index for what a connection sees; asked anew when the database has moved on.
    """

    def __init__(self, dimensions: int, *, exact_below: int, open_store: Opener) -> None:
        self._dimensions = dimensions
        self._exact_below = exact_below
        self._open_store = open_store
        self._generation = -1
        self._held: Held | None = None
        self._store: VectorIndex | None = None
        self._moving = threading.Lock()

    def close(self) -> None:
        """Forgets what is held."""
        self._generation, self._held = -1, None
        if self._store is not None:
            self._store.close()
            self._store = None

    def guess(
        self, connection: sa.Connection, collection_id: int, *, k: int, documents: Collection[int] | None
    ) -> Guess | None:
        """What asks the store, for `nearest`; it needs no connection, so that another thread may do it meanwhile.

        None where the store is not asked: the vectors are held, or are those of some documents, or it is behind.
        """
        held = self._current(connection, collection_id)
        if held is not None or documents is not None or not self._is_whole(connection, collection_id):
            return None
        try:
            store = self._store = self._store or self._open_store(connection)
        except StoreError as error:
            _LOG.warning("%s; the vectors are gone through instead", error.message)
            return None
        return partial(_told, store, _MORE * k)

    def nearest(
        self,
        connection: sa.Connection,
        collection_id: int,
        vector: Vector,
        *,
        k: int,
        documents: Collection[int] | None,
        told: Told | None,
    ) -> dict[int, float]:
        """The `k` nearest chunks of current documents and their cosines, best first.

        Args:
            connection: sees the state that is searched.
            collection_id: the collection.
            vector: of the question.
            k: how many at most.
            documents: only of these; None: of all.
            told: what `guess` gave for the vector.
        """
        held = self._current(connection, collection_id)
        if held is not None:
            return held.among(documents).nearest(vector, k)
        if told is not None and (found := self._of_told(connection, collection_id, vector, k, told)) is not None:
            return found
        best: dict[int, float] = {}
        for part in self._parts(connection, collection_id, documents):
            best |= part.nearest(vector, k)
            best = dict(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k])
        return best

    def similarities(
        self, connection: sa.Connection, collection_id: int, vector: Vector, *, chunks: Collection[int]
    ) -> dict[int, float]:
        """The cosines of some of the collection's visible chunks."""
        if not chunks:
            return {}
        held = self._current(connection, collection_id)
        part = self._of(connection, chunks, _OF) if held is None else held.of(chunks)
        return part.nearest(vector, len(chunks))

    def _current(self, connection: sa.Connection, collection_id: int) -> Held | None:
        """All vectors of the state that the connection sees; None where they are too many to hold."""
        now = database.generation(connection)
        with self._moving:
            if now != self._generation:
                self.close()
                if catalog.chunk_count(connection, collection_id) < self._exact_below:
                    self._held = self._read(connection, *_visible(collection_id))
                self._generation = now
            return self._held

    def _is_whole(self, connection: sa.Connection, collection_id: int) -> bool:
        """Whether the store holds what the database says."""
        return database.get(connection, "dirty") == "0" and collection_id not in catalog.behind(connection)

    def _of_told(
        self, connection: sa.Connection, collection_id: int, vector: Vector, k: int, told: Told
    ) -> dict[int, float] | None:
        """The nearest of what the store told of, scored again exactly; None where too few of them are visible.

        Reading a vector takes longer than finding it: only those are read that may be among the best.
        """
        ranked = sorted(told.values(), reverse=True)
        least = ranked[min(k, len(ranked)) - 1] - _SLACK if ranked else 0.0
        found = self._of(
            connection, [key for key, cosine in told.items() if cosine >= least], _VISIBLE_OF, collection_id
        )
        best = found.nearest(vector, k)
        off = max((abs(cosine - told[key]) for key, cosine in best.items()), default=0.0)
        if len(best) < k or off > _SLACK / 4 or min(best.values()) < least + _SLACK / 2:
            best = self._of(connection, told, _VISIBLE_OF, collection_id).nearest(vector, k)
        return best if len(best) >= k else None

    def _of(self, connection: sa.Connection, chunks: Collection[int], sql: str, *more: int) -> Held:
        """Those of some chunks."""
        return self._made(connection.exec_driver_sql(sql, (json.dumps(list(chunks)), *more)).fetchall())

    def _parts(
        self, connection: sa.Connection, collection_id: int, documents: Collection[int] | None
    ) -> Iterator[Held]:
        only = () if documents is None else (DOCUMENTS.c.id.in_(listed(documents)),)
        after = 0
        while True:
            part = self._read(connection, CHUNKS.c.id > after, *_visible(collection_id), *only, limit=_AT_ONCE)
            if not len(part.chunks):
                return
            yield part
            after = int(part.chunks[-1])

    def _read(self, connection: sa.Connection, *where: sa.ColumnElement[bool], limit: int | None = None) -> Held:
        query = (
            sa.select(CHUNKS.c.id, CHUNKS.c.document_id, EMBEDDINGS.c.vector)
            .join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
            .join(EMBEDDINGS, EMBEDDINGS.c.id == CHUNKS.c.embedding_id)
            .where(*where)
            .order_by(CHUNKS.c.id)
            .limit(limit)
        )
        return self._made(connection.execute(query).all())

    def _made(self, rows: Sequence[Sequence[Any]]) -> Held:
        """Of rows of chunk, document and vector."""
        vectors = np.frombuffer(b"".join(row[2] for row in rows), dtype="<f4").reshape(len(rows), self._dimensions)
        chunks = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        return Held(chunks, np.fromiter((row[1] for row in rows), dtype=np.int64, count=len(rows)), vectors)


_OF = (
    "SELECT c.id, c.document_id, e.vector FROM json_each(?) AS wanted CROSS JOIN chunks AS c ON c.id = wanted.value "
    "CROSS JOIN embeddings AS e ON e.id = c.embedding_id "
)
_VISIBLE_OF = f"{_OF} CROSS JOIN documents AS d ON d.id = c.document_id WHERE d.collection_id = ? AND d.current"


def _told(store: VectorIndex, count: int, vector: Vector) -> Told | None:
    """What a store says; None, with a warning, where it says nothing."""
    try:
        return dict(store.query(vector, count))
    except StoreError as error:
        _LOG.warning("%s; the vectors are gone through instead", error.message)
        return None


def _visible(collection_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return DOCUMENTS.c.collection_id == collection_id, DOCUMENTS.c.current.is_(True)


def listed(numbers: Collection[int]) -> sa.Select[Any]:
    """The numbers as a table of one column: SQLite takes only so many parameters."""
    each = sa.func.json_each(json.dumps(list(numbers))).table_valued("value")
    return sa.select(each.c.value)
