"""The catalog: what is read and written of collections, documents, texts, chunks and embeddings in `ibid.db`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.sqlite import insert

from ingest.places import blocks_to_json, place_to_json
from ingest.types import Chunk, Chunking, Page, PageState, Parsed, Rows, Segment, Source, Span
from retrieval import lexical
from retrieval.database import advance
from retrieval.embedders import Embedder
from retrieval.tables import CHUNKS, COLLECTIONS, DOCUMENTS, EMBEDDINGS, SEGMENTS, TEXTS
from retrieval.types import EmbedderIdentity, PageCounts

_PAGE_COLUMNS: dict[PageState, sa.Column[int]] = {
    "text": TEXTS.c.text_pages,
    "ocr": TEXTS.c.ocr_pages,
    "empty": TEXTS.c.empty_pages,
    "failed": TEXTS.c.failed_pages,
}


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, and the embedder that it was built with."""

    id: int
    name: str
    identity: str
    embedder: EmbedderIdentity


@dataclass(frozen=True, slots=True)
class Known:
    """A document as it is indexed."""

    id: int
    path: str
    text_id: int
    digest: str
    parse_key: str
    parser: str
    signature: str
    match: str
    strategy: str
    chunking_key: str
    chunks: int
    tokens: int
    stale: str
    pages: PageCounts
    rows: Rows
    cut: str
    title: str

    @property
    def lost(self) -> bool:
        """Whether something readable of the file is not in it."""
        return bool(self.pages.failed or self.rows.failed or self.cut)


def collections(connection: sa.Connection) -> list[Collection]:
    """All collections, by name."""
    rows = connection.execute(sa.select(COLLECTIONS).order_by(COLLECTIONS.c.name))
    return [
        Collection(row.id, row.name, row.identity, EmbedderIdentity(row.embedder, row.model, row.dimensions))
        for row in rows
    ]


def collection(connection: sa.Connection, name: str) -> Collection | None:
    """The collection of a name."""
    return next((one for one in collections(connection) if one.name == name), None)


def create_collection(connection: sa.Connection, name: str, embedder: Embedder) -> Collection:
    """Makes a collection, with its full-text index."""
    said = EmbedderIdentity(embedder.component_name, embedder.model_name, embedder.dimensions)
    values = {"name": name, "embedder": said.name, "model": said.model, "dimensions": said.dimensions}
    row = connection.execute(COLLECTIONS.insert().values(identity=embedder.identity, behind=True, **values))
    key = int(row.inserted_primary_key[0])  # type: ignore[index]
    lexical.create(connection, key)
    return Collection(key, name, embedder.identity, said)


def touch(connection: sa.Connection, collection_id: int) -> None:
    """Says that this transaction changes what a question can find in a collection."""
    advance(connection)
    connection.execute(COLLECTIONS.update().where(COLLECTIONS.c.id == collection_id).values(behind=True))


def behind(connection: sa.Connection) -> set[int]:
    """The numbers of the collections whose vectors the store may not have."""
    return set(connection.execute(sa.select(COLLECTIONS.c.id).where(COLLECTIONS.c.behind.is_(True))).scalars())


def documents(connection: sa.Connection, collection_id: int, path: str | None = None) -> dict[str, Known]:
    """The current documents by path, in order; only one, where a path is given."""
    query = (
        sa.select(
            *(
                DOCUMENTS.c[name]
                for name in ("id", "path", "text_id", "signature", "match", "strategy", "chunking_key")
            ),
            *(DOCUMENTS.c[name] for name in ("chunks", "tokens", "stale")),
            *(TEXTS.c[name] for name in ("digest", "parse_key", "parser")),
            *(TEXTS.c[name] for name in ("text_rows", "empty_rows", "failed_rows", "cut", "title")),
            *_PAGE_COLUMNS.values(),
        )
        .join(TEXTS, TEXTS.c.id == DOCUMENTS.c.text_id)
        .where(DOCUMENTS.c.collection_id == collection_id, DOCUMENTS.c.current.is_(True))
        .order_by(DOCUMENTS.c.path)
    )
    if path is not None:
        query = query.where(DOCUMENTS.c.path == path)
    return {row.path: _known(row) for row in connection.execute(query)}


def _known(row: sa.Row[Any]) -> Known:
    return Known(
        id=row.id,
        path=row.path,
        text_id=row.text_id,
        digest=row.digest,
        parse_key=row.parse_key,
        parser=row.parser,
        signature=row.signature,
        match=row.match,
        strategy=row.strategy,
        chunking_key=row.chunking_key,
        chunks=row.chunks,
        tokens=row.tokens,
        stale=row.stale,
        pages=PageCounts(row.text_pages, row.ocr_pages, row.empty_pages, row.failed_pages),
        rows=_rows(row),
        cut=row.cut,
        title=row.title,
    )


def document_ids(connection: sa.Connection, collection_id: int) -> dict[str, int]:
    """The numbers of the current documents by path."""
    query = sa.select(DOCUMENTS.c.path, DOCUMENTS.c.id).where(
        DOCUMENTS.c.collection_id == collection_id, DOCUMENTS.c.current.is_(True)
    )
    return {row.path: row.id for row in connection.execute(query.order_by(DOCUMENTS.c.path))}


def has_documents(connection: sa.Connection, collection_id: int) -> bool:
    """Whether a collection has any current document."""
    sql = "SELECT EXISTS (SELECT 1 FROM documents WHERE collection_id = ? AND current = 1)"
    return bool(connection.exec_driver_sql(sql, (collection_id,)).scalar_one())


def complete_texts(connection: sa.Connection) -> dict[tuple[str, str], int]:
    """The numbers of the texts that are there whole, by digest and parse key."""
    query = sa.select(TEXTS.c.digest, TEXTS.c.parse_key, TEXTS.c.id).where(TEXTS.c.complete.is_(True))
    return {(row.digest, row.parse_key): row.id for row in connection.execute(query)}


def parsed(connection: sa.Connection, text_id: int) -> Parsed:
    """What a finished parse said of a text."""
    row = connection.execute(sa.select(TEXTS).where(TEXTS.c.id == text_id)).one()
    pages = tuple(Page(*page) for page in row.pages)
    return Parsed(row.title, row.characters, pages, tuple(row.warnings), _rows(row), row.cut)


def _rows(row: sa.Row[Any]) -> Rows:
    return Rows(row.text_rows, row.empty_rows, row.failed_rows)


def begin_text(connection: sa.Connection, *, digest: str, parse_key: str, parser: str) -> int:
    """Makes a text that is not complete yet."""
    empty = {"title": "", "characters": 0, "pages": [], "warnings": []} | {
        one.name: 0 for one in _PAGE_COLUMNS.values()
    }
    values = {"digest": digest, "parse_key": parse_key, "parser": parser, "complete": False}
    made = connection.execute(TEXTS.insert().values(**values, **empty))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def finish_text(connection: sa.Connection, text_id: int, said: Parsed, *, parse_key: str | None = None) -> None:
    """The text is complete; `parse_key` is given where it is another than at its beginning: it was cut short."""
    counts = Counter(page.state for page in said.pages)
    values: dict[str, Any] = {column.name: counts[state] for state, column in _PAGE_COLUMNS.items()}
    values |= {"title": said.title, "characters": said.characters, "warnings": list(said.warnings), "complete": True}
    values |= {"text_rows": said.rows.text, "empty_rows": said.rows.empty, "failed_rows": said.rows.failed}
    values |= {"cut": said.cut, "pages": [list(astuple(page)) for page in said.pages]}
    values |= {} if parse_key is None else {"parse_key": parse_key}
    connection.execute(TEXTS.update().where(TEXTS.c.id == text_id).values(**values))


def add_segments(connection: sa.Connection, rows: Sequence[tuple[int, Segment]]) -> None:
    """Adds segments to their texts."""
    if rows:
        connection.execute(SEGMENTS.insert(), [_segment_row(text_id, segment) for text_id, segment in rows])


def _segment_row(text_id: int, segment: Segment) -> dict[str, Any]:
    pages = [page for block in segment.blocks for page in block.place.pages]
    rows = [row for block in segment.blocks for row in block.place.rows or ()]
    return {
        "text_id": text_id,
        "ordinal": segment.ordinal,
        "start": segment.start,
        "text": segment.text,
        "blocks": blocks_to_json(segment),
        "first_page": min(pages, default=None),
        "last_page": max(pages, default=None),
        "first_row": min(rows, default=None),
        "last_row": max(rows, default=None),
    }


def begin_document(
    connection: sa.Connection, collection_id: int, source: Source, *, text_id: int, chunking: Chunking
) -> int:
    """Makes a document that nobody sees yet."""
    how = {"match": chunking.match, "strategy": chunking.strategy, "chunking_key": chunking.key}
    made = connection.execute(
        DOCUMENTS.insert().values(
            collection_id=collection_id,
            path=source.path,
            current=False,
            text_id=text_id,
            signature=source.signature,
            chunks=0,
            tokens=0,
            stale="",
            **how,
        )
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def finish_document(connection: sa.Connection, document_id: int, *, chunks: int, tokens: int) -> None:
    """The document's receipt: it takes the place of what was current under its path."""
    row = connection.execute(sa.select(DOCUMENTS).where(DOCUMENTS.c.id == document_id)).one()
    same = sa.and_(DOCUMENTS.c.collection_id == row.collection_id, DOCUMENTS.c.path == row.path)
    connection.execute(DOCUMENTS.update().where(same, DOCUMENTS.c.current.is_(True)).values(current=False))
    receipt = {"chunks": chunks, "tokens": tokens, "current": True}
    connection.execute(DOCUMENTS.update().where(DOCUMENTS.c.id == document_id).values(**receipt))


def hide_documents(connection: sa.Connection, numbers: Iterable[int]) -> None:
    """Nobody sees these documents any more; `purge` forgets them."""
    rows = [{"number": number} for number in numbers]
    if rows:
        connection.execute(
            DOCUMENTS.update().where(DOCUMENTS.c.id == sa.bindparam("number")).values(current=False), rows
        )


def note_documents(connection: sa.Connection, notes: Iterable[tuple[int, str, str]]) -> None:
    """Sets signature and staleness of documents."""
    rows = [{"number": number, "new_signature": signature, "new_stale": stale} for number, signature, stale in notes]
    if rows:
        change: dict[str, Any] = {"signature": sa.bindparam("new_signature"), "stale": sa.bindparam("new_stale")}
        connection.execute(DOCUMENTS.update().where(DOCUMENTS.c.id == sa.bindparam("number")).values(**change), rows)


def embedding_digest(identity: str, text: str) -> bytes:
    """Under what a text's vector is kept."""
    return hashlib.blake2b(f"{identity}\0{text}".encode(), digest_size=20).digest()


def embedding_ids(connection: sa.Connection, digests: Sequence[bytes]) -> dict[bytes, int]:
    """The numbers of the embeddings that are there."""
    query = sa.select(EMBEDDINGS.c.digest, EMBEDDINGS.c.id).where(EMBEDDINGS.c.digest.in_(digests))
    return {row.digest: row.id for row in connection.execute(query)}


def add_embeddings(connection: sa.Connection, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
    """Keeps vectors under their digests."""
    if digests:
        rows = [
            {"digest": digest, "vector": vector.astype("<f4").tobytes()}
            for digest, vector in zip(digests, vectors, strict=True)
        ]
        connection.execute(insert(EMBEDDINGS).on_conflict_do_nothing(), rows)


def add_chunks(connection: sa.Connection, collection_id: int, rows: Sequence[tuple[int, Chunk, int]]) -> None:
    """Adds chunks, each with its document's and its embedding's number, and indexes their text."""
    if not rows:
        return
    first = int(connection.execute(_LAST_CHUNK).scalar_one()) + 1
    values = [
        {
            "id": first + at,
            "document_id": document_id,
            "ordinal": chunk.ordinal,
            "start": chunk.span.start,
            "end": chunk.span.end,
            "tokens": chunk.tokens,
            "context": chunk.context,
            "place": place_to_json(chunk.place),
            "embedding_id": embedding_id,
        }
        for at, (document_id, chunk, embedding_id) in enumerate(rows)
    ]
    connection.execute(CHUNKS.insert(), values)
    lexical.add(connection, collection_id, [(first + at, row[1].embedded) for at, row in enumerate(rows)])


def chunk_count(connection: sa.Connection, collection_id: int) -> int:
    """How many chunks the current documents of a collection have."""
    here = (DOCUMENTS.c.collection_id == collection_id, DOCUMENTS.c.current.is_(True))
    query = sa.select(sa.func.coalesce(sa.func.sum(DOCUMENTS.c.chunks), 0)).where(*here)
    return int(connection.execute(query).scalar_one())


def chunk_spans(connection: sa.Connection, document_id: int) -> list[Span]:
    """The spans of a document's chunks, in order."""
    query = sa.select(CHUNKS.c.start, CHUNKS.c.end).where(CHUNKS.c.document_id == document_id)
    return [Span(row.start, row.end) for row in connection.execute(query.order_by(CHUNKS.c.ordinal))]


_LAST_CHUNK = sa.text("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'chunks'), 0)")
