"""The vectors by which documents are cut: looked up where they are known, and kept as long as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.sqlite import insert

from retrieval import catalog
from retrieval.database import Database
from retrieval.embedders import Embedder
from retrieval.tables import CUTS, EMBEDDINGS, SENTENCES

_AT_ONCE = 500
"""Texts embedded and kept at once: a few seconds' work, and one short transaction."""

Vector = NDArray[np.float32]


class Recalling:
    """An `ingest.chunkers._embed.Embed` that embeds only what the home does not know, and writes nothing.

    Args:
        embedder: the collection's.
        database: gives the home's when it is first needed; None where there is none.
    """

    def __init__(self, embedder: Embedder, database: Callable[[], Database | None]) -> None:
        self._embedder = embedder
        self._database = database
        self.embedded = 0
        """Texts that were not known."""
        self.reused = 0

    @property
    def identity(self) -> str:
        """The embedder's."""
        return self._embedder.identity

    def __call__(self, texts: Sequence[str], /) -> Vector:
        """A unit row for each text, in order."""
        parts = [self._some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(parts) if parts else self._embedder.embed([])

    def _some(self, texts: Sequence[str]) -> Vector:
        digests = [catalog.embedding_digest(self.identity, text) for text in texts]
        by_digest = dict(zip(digests, texts, strict=True))
        vectors = self._known(list(by_digest))
        new = {digest: text for digest, text in by_digest.items() if digest not in vectors}
        self.embedded += len(new)
        self.reused += len(texts) - len(new)
        if new:
            vectors |= zip(new, self._embedder.embed(list(new.values())), strict=True)
        self._keep({digest: vectors[digest] for digest in by_digest}, list(new))
        return np.stack([vectors[digest] for digest in digests])

    def _known(self, digests: Sequence[bytes]) -> dict[bytes, Vector]:
        database = self._database()
        if database is None:
            return {}
        query = sa.select(EMBEDDINGS.c.digest, EMBEDDINGS.c.vector).where(EMBEDDINGS.c.digest.in_(digests))
        with database.read() as connection:
            return {row.digest: np.frombuffer(row.vector, dtype="<f4") for row in connection.execute(query)}

    def _keep(self, used: Mapping[bytes, Vector], new: Sequence[bytes]) -> None:
        """Nothing is kept."""


class Remembering(Recalling):
    """Also keeps them, as long as a current document has this content and is cut so; its maker holds the sync lock.

    Args:
        embedder: the collection's.
        database: the home's.
        digest: of the file's content.
        chunking_key: how it is cut.
    """

    def __init__(self, embedder: Embedder, database: Database, *, digest: str, chunking_key: str) -> None:
        super().__init__(embedder, lambda: database)
        self._home = database
        self._cut = {"digest": digest, "chunking_key": chunking_key}

    def _keep(self, used: Mapping[bytes, Vector], new: Sequence[bytes]) -> None:
        """Adds the new vectors, and says that the document is cut by all of them."""
        cut = sa.select(CUTS.c.id).filter_by(**self._cut)
        ids = sa.select(cut.scalar_subquery(), EMBEDDINGS.c.id).where(EMBEDDINGS.c.digest.in_(used))
        with self._home.write() as connection:
            if new:
                catalog.add_embeddings(connection, new, np.stack([used[digest] for digest in new]))
            connection.execute(insert(CUTS).values(**self._cut).on_conflict_do_nothing())
            connection.execute(SENTENCES.insert().prefix_with("OR IGNORE").from_select(["cut_id", "embedding_id"], ids))
