"""The pipeline of a sync: chunks are gathered into batches, embedded in the background, and written in order.

While one batch is embedded, the next is parsed (in worker processes), chunked and looked up here. A batch is one
transaction: segments, vectors, chunks, full text, and the receipts of the documents that are whole with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.types import Chunk, Chunking, Parsed, Segment, Source
from retrieval import catalog
from retrieval.database import Database
from retrieval.embedders import Embedder

_BATCH = 96
"""Chunks of a batch: about a second of embedding on two cores."""
_BATCH_CHARACTERS = 1_000_000
"""Characters of segments after which a batch is full, however few chunks it has."""
_AHEAD = 2
"""Batches that wait for the embedder."""


@dataclass(eq=False)
class Building:
    """A document on its way into the index.

    Args:
        source: the file.
        chunking: how it is cut.
        text_id: of the text, where it is stored already; else `digest`, `parse_key` and `parser` say whose it is.
    """

    source: Source
    chunking: Chunking
    digest: str
    parse_key: str
    parser: str
    text_id: int | None = None
    document_id: int | None = None
    parsed: Parsed | None = None
    """What the parse said, where the text is new."""
    chunks: int = 0
    tokens: int = 0


@dataclass(eq=False)
class _Batch:
    segments: list[tuple[Building, Segment]] = field(default_factory=list)
    chunks: list[tuple[Building, Chunk, bytes]] = field(default_factory=list)
    finished: list[Building] = field(default_factory=list)
    characters: int = 0
    new: list[bytes] = field(default_factory=list)
    """Digests whose texts this batch has embedded."""
    vectors: Future[NDArray[np.float32]] | None = None

    @property
    def full(self) -> bool:
        return len(self.chunks) >= _BATCH or self.characters >= _BATCH_CHARACTERS or len(self.finished) >= _BATCH

    @property
    def empty(self) -> bool:
        return not (self.segments or self.chunks or self.finished)


class Pipeline:
    """Takes documents piece by piece and writes them; `close` writes what is left.

    Attributes:
        embedded: texts that went through the embedder.
        reused: chunks whose vector was there.
        finished: documents whose receipt is written.
    """

    def __init__(self, database: Database, collection: catalog.Collection, embedder: Embedder) -> None:
        self._database = database
        self._collection = collection
        self._embedder = embedder
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._batch = _Batch()
        self._waiting: deque[_Batch] = deque()
        self._coming: set[bytes] = set()
        self.embedded = 0
        self.reused = 0
        self.finished: list[Building] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def prepare(self) -> None:
        """Has the embedder loaded while the first file is parsed; what goes wrong is told when it embeds."""
        self._executor.submit(self._embedder.load)

    def add_segment(self, building: Building, segment: Segment) -> None:
        """A segment of a text that is new."""
        self._batch.segments.append((building, segment))
        self._batch.characters += len(segment.text)
        self._send_full()

    def add_chunk(self, building: Building, chunk: Chunk) -> None:
        """The document's next chunk."""
        digest = catalog.embedding_digest(self._embedder.identity, chunk.embedded)
        building.chunks += 1
        building.tokens += chunk.tokens
        self._batch.chunks.append((building, chunk, digest))
        self._send_full()

    def finish(self, building: Building) -> None:
        """Nothing more of the document comes."""
        self._batch.finished.append(building)
        self._send_full()

    def flush(self) -> None:
        """Writes all that came."""
        self._send()
        while self._waiting:
            self._write(self._waiting.popleft())

    def _send_full(self) -> None:
        if self._batch.full:
            self._send()

    def _send(self) -> None:
        """Has the batch embedded; writes those that are done, and waits where too many are not."""
        batch, self._batch = self._batch, _Batch()
        if batch.empty:
            return
        texts = self._missing(batch)
        batch.new = list(texts)
        self._coming |= texts.keys()
        if texts:
            batch.vectors = self._executor.submit(self._embedder.embed, list(texts.values()))
        self._waiting.append(batch)
        while self._waiting and (len(self._waiting) > _AHEAD or _is_done(self._waiting[0])):
            self._write(self._waiting.popleft())

    def _missing(self, batch: _Batch) -> dict[bytes, str]:
        """The texts that have to be embedded, each once."""
        texts = {digest: chunk.embedded for _, chunk, digest in batch.chunks if digest not in self._coming}
        with self._database.read() as connection:
            there = catalog.embedding_ids(connection, list(texts))
        return {digest: text for digest, text in texts.items() if digest not in there}

    def _write(self, batch: _Batch) -> None:
        vectors = None if batch.vectors is None else batch.vectors.result()
        with self._database.write() as connection:
            self._begin(connection, batch)
            catalog.add_segments(connection, [(_text_id(building), segment) for building, segment in batch.segments])
            if vectors is not None:
                catalog.add_embeddings(connection, batch.new, vectors)
            self._add_chunks(connection, batch)
            self._finish(connection, batch.finished)
        self._coming.difference_update(batch.new)
        self.embedded += len(batch.new)
        self.reused += len(batch.chunks) - len(batch.new)
        self.finished += batch.finished

    def _begin(self, connection: sa.Connection, batch: _Batch) -> None:
        """Makes the rows of documents that this batch is the first of."""
        for building in _buildings(batch):
            if building.text_id is None:
                building.text_id = catalog.begin_text(
                    connection, digest=building.digest, parse_key=building.parse_key, parser=building.parser
                )
            if building.document_id is None:
                building.document_id = catalog.begin_document(
                    connection,
                    self._collection.id,
                    building.source,
                    text_id=building.text_id,
                    chunking=building.chunking,
                )

    def _add_chunks(self, connection: sa.Connection, batch: _Batch) -> None:
        numbers = catalog.embedding_ids(connection, list({digest for _, _, digest in batch.chunks}))
        rows = [(_document_id(building), chunk, numbers[digest]) for building, chunk, digest in batch.chunks]
        catalog.add_chunks(connection, self._collection.id, rows)

    def _finish(self, connection: sa.Connection, finished: Sequence[Building]) -> None:
        for building in finished:
            if building.parsed is not None:
                catalog.finish_text(connection, _text_id(building), building.parsed, parse_key=building.parse_key)
            catalog.finish_document(connection, _document_id(building), chunks=building.chunks, tokens=building.tokens)
        if finished:
            catalog.touch(connection, self._collection.id)


def _is_done(batch: _Batch) -> bool:
    return batch.vectors is None or batch.vectors.done()


def _buildings(batch: _Batch) -> list[Building]:
    """The documents of a batch, each once, in order."""
    all_of_them = [pair[0] for pair in batch.segments] + [row[0] for row in batch.chunks] + batch.finished
    return list(dict.fromkeys(all_of_them))


def _text_id(building: Building) -> int:
    assert building.text_id is not None
    return building.text_id


def _document_id(building: Building) -> int:
    assert building.document_id is not None
    return building.document_id
