"""Keeping the vector store in step with the database, which can make it anew at any time.

The store is marked dirty before it is touched and clean after. What is dirty (a process was killed), cannot be opened,
lies elsewhere than before or has grown absurdly is replaced from the database, where nothing is embedded again.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.errors import StoreError
from retrieval import catalog, database
from retrieval.database import Database
from retrieval.stores import Store, VectorIndex
from retrieval.tables import CHUNKS, COLLECTIONS, DOCUMENTS, EMBEDDINGS

_AT_ONCE = 4_000
_ABSURD_FACTOR, _ABSURD_LEAST = 50, 4 << 30
"""A store of over four gigabytes and fifty times its vectors is broken: one was seen to grow to 63 GB."""
_LOG = logging.getLogger("ibid")


class Keeper:
    """Keeps one home's store; whoever writes by it holds the sync lock."""

    def __init__(self, home: Database, store: Store) -> None:
        self._database = home
        self._store = store

    def open(self, connection: sa.Connection, collection: catalog.Collection) -> VectorIndex:
        """The collection's index, for what the connection sees.

        Raises:
            StoreError: it cannot be opened.
        """
        if database.get(connection, "store") != self._store.key:
            raise StoreError("the vectors lie in another store than the settings name", hint="ibid ingest moves them")
        folder = self._folder(database.get(connection, "vectors"))
        return self._store.open(folder, _name(connection, collection.id), dimensions=collection.embedder.dimensions)

    def update(self, changed: catalog.Collection) -> None:
        """Brings the vectors of this and every other changed collection in step; all, where the store is made anew.

        Raises:
            StoreError: the store can neither be used nor be made anew.
        """
        with self._database.read() as connection:
            usable = self._usable(connection)
            behind = catalog.behind(connection)
            if self._is_read(connection, changed):  # what questions rely on is looked at, changed or not
                behind.add(changed.id)
            collections = [one for one in catalog.collections(connection) if one.id in behind]
        if usable and not collections:
            return
        if usable:
            try:
                self._apply(collections)
            except StoreError as error:
                _LOG.warning("%s; it is made anew", error.message)
            else:
                return
        self._renew()

    def forget(self, collection: catalog.Collection) -> None:
        """Removes a collection's vectors; a store that cannot be reached is made anew by the next sync."""
        with self._database.write() as connection:
            if not self._usable(connection):
                return
            name, folder = _name(connection, collection.id), self._folder(database.get(connection, "vectors"))
            database.put(connection, "dirty", "1")
        try:
            self._store.drop(folder, name)
        except StoreError as error:
            _LOG.warning("%s; it is made anew by the next ingest", error.message)
        else:
            self._mark_clean([])

    def _is_read(self, connection: sa.Connection, collection: catalog.Collection) -> bool:
        """Whether a collection is so large that it is searched through the store."""
        return catalog.chunk_count(connection, collection.id) >= self._store.exact_below

    def _usable(self, connection: sa.Connection) -> bool:
        """Whether the store can be gone on with."""
        clean = database.get(connection, "dirty") == "0" and database.get(connection, "store") == self._store.key
        return clean and not self._absurd(connection)

    def _renew(self) -> None:
        """A new store, filled from the database; an embedded one in a new folder, and the old ones removed."""
        with self._database.write() as connection:
            number = int(database.get(connection, "vectors")) + self._store.embedded
            database.put(connection, "vectors", str(number))
            database.put(connection, "store", self._store.key)
            database.put(connection, "dirty", "1")
            database.advance(connection)  # who has the old one open lets go of it
            known = catalog.collections(connection)
            names = [_name(connection, one.id) for one in known]
        folder = self._folder(str(number))
        if self._store.embedded:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            for name in names:
                self._store.drop(folder, name)
        self._apply(known)
        for other in folder.parent.iterdir() if self._store.embedded else ():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def _apply(self, collections: list[catalog.Collection]) -> None:
        """Makes the store's keys those of the database."""
        with self._database.write() as connection:
            database.put(connection, "dirty", "1")
        with self._database.read() as connection:
            for collection in collections:
                index = self.open(connection, collection)
                try:
                    self._equal(connection, collection, index)
                finally:
                    index.close()
        self._mark_clean(collections)

    def _equal(self, connection: sa.Connection, collection: catalog.Collection, index: VectorIndex) -> None:
        query = (
            sa.select(CHUNKS.c.id)
            .join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
            .where(DOCUMENTS.c.collection_id == collection.id, DOCUMENTS.c.current.is_(True))
        )
        wanted: set[int] = set(connection.execute(query).scalars())
        there = set(index.keys())
        index.delete(sorted(there - wanted))
        missing = sorted(wanted - there)
        for keys, vectors in _vectors(connection, missing, collection.embedder.dimensions):
            index.upsert(keys, vectors)

    def _mark_clean(self, collections: list[catalog.Collection]) -> None:
        with self._database.write() as connection:
            done = COLLECTIONS.c.id.in_([one.id for one in collections])
            connection.execute(COLLECTIONS.update().where(done).values(behind=False))
            database.put(connection, "dirty", "0")

    def _folder(self, number: str) -> Path:
        return self._database.folder / "vectors" / number

    def _absurd(self, connection: sa.Connection) -> bool:
        if not self._store.embedded:
            return False
        folder = self._folder(database.get(connection, "vectors"))
        size = sum(_size(file) for file in folder.rglob("*"))
        longest = sa.func.coalesce(sa.func.sum(sa.func.length(EMBEDDINGS.c.vector)), 0)
        return size > _ABSURD_LEAST and size > _ABSURD_FACTOR * connection.execute(sa.select(longest)).scalar_one()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # a journal of another process, gone again


def _name(connection: sa.Connection, collection_id: int) -> str:
    """The name in the store: on a shared server, other homes have theirs."""
    return f"ibid-{database.get(connection, 'home')}-{collection_id}"


def _vectors(
    connection: sa.Connection, keys: list[int], dimensions: int
) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    """The vectors of chunks, some thousand at a time."""
    for at in range(0, len(keys), _AT_ONCE):
        part = keys[at : at + _AT_ONCE]
        query = sa.select(CHUNKS.c.id, EMBEDDINGS.c.vector).join(EMBEDDINGS, EMBEDDINGS.c.id == CHUNKS.c.embedding_id)
        rows = {row.id: row.vector for row in connection.execute(query.where(CHUNKS.c.id.in_(part)))}
        joined = b"".join(rows[key] for key in part)
        yield part, np.frombuffer(joined, dtype="<f4").reshape(len(part), dimensions)
