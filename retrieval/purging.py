"""Forgetting: what no current document needs any more, removed in short transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from ingest.types import Span, embedded_text
from retrieval import lexical
from retrieval.database import Database
from retrieval.tables import CHUNKS, CUTS, DOCUMENTS, EMBEDDINGS, SEGMENTS, SENTENCES, TEXTS
from retrieval.texts import Texts

_AT_ONCE = 500
_SPARE_TIMES = 3
_SPARE_LEAST = 10_000
_UNUSED = sa.select(EMBEDDINGS.c.id).where(
    ~sa.exists().where(CHUNKS.c.embedding_id == EMBEDDINGS.c.id),
    ~sa.exists().where(SENTENCES.c.embedding_id == EMBEDDINGS.c.id),
)
_ROWID: sa.ColumnElement[int] = sa.literal_column("rowid")


def purge_documents(database: Database) -> bool:
    """Removes documents that are not current, texts that no document has, and texts that were not finished.

    The caller holds the sync lock: nothing of this is being built.

    Returns:
        Whether a text was forgotten.
    """
    for document_id, collection_id in _hidden(database):
        while _purge_chunks(database, document_id, collection_id):
            pass
        with database.write() as connection:
            connection.execute(DOCUMENTS.delete().where(DOCUMENTS.c.id == document_id))
    return _purge_texts(database)


def purge_embeddings(database: Database, *, spare: bool) -> None:
    """Removes vectors that neither a chunk has nor a document is cut by.

    Args:
        database: the home's, with its sync lock held.
        spare: keep the newest of them, up to three times as many as are used: where rules change and change back,
            nothing is embedded again. Not where a text was forgotten: nothing that was made of it is to stay.
    """
    _purge_cuts(database)
    unused = _count(database, _UNUSED)
    used = _count(database, sa.select(EMBEDDINGS.c.id)) - unused
    over = unused - (max(_SPARE_LEAST, _SPARE_TIMES * used) if spare else 0)
    oldest = _UNUSED.order_by(EMBEDDINGS.c.id)
    while over > 0:
        with database.write() as connection:
            numbers = list(connection.execute(oldest.limit(min(over, _AT_ONCE * 10))).scalars())
            connection.execute(EMBEDDINGS.delete().where(EMBEDDINGS.c.id.in_(numbers)))
        over = over - len(numbers) if numbers else 0


def _hidden(database: Database) -> list[tuple[int, int]]:
    query = sa.select(DOCUMENTS.c.id, DOCUMENTS.c.collection_id).where(DOCUMENTS.c.current.is_(False))
    with database.read() as connection:
        return [(row.id, row.collection_id) for row in connection.execute(query)]


def _purge_chunks(database: Database, document_id: int, collection_id: int) -> bool:
    """Removes the next chunks of a document; whether there were any."""
    query = (
        sa.select(CHUNKS.c.id, CHUNKS.c.start, CHUNKS.c.end, CHUNKS.c.context, DOCUMENTS.c.text_id)
        .join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
        .where(CHUNKS.c.document_id == document_id)
        .order_by(CHUNKS.c.id)
        .limit(_AT_ONCE)
    )
    with database.write() as connection:
        rows = connection.execute(query).all()
        lexical.remove(connection, collection_id, _indexed(connection, rows))
        if rows:
            connection.execute(CHUNKS.delete().where(CHUNKS.c.document_id == document_id, CHUNKS.c.id <= rows[-1].id))
    return bool(rows)


def _indexed(connection: sa.Connection, rows: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """The chunks' numbers and embedded texts."""
    texts = Texts()
    for row in rows:
        text = texts.text(connection, row.text_id, Span(row.start, row.end))
        yield row.id, embedded_text(row.context, text)


def _purge_texts(database: Database) -> bool:
    """Removes the texts that no document has; whether there were any."""
    unused = sa.select(TEXTS.c.id).where(~sa.exists().where(DOCUMENTS.c.text_id == TEXTS.c.id))
    with database.read() as connection:
        numbers = list(connection.execute(unused).scalars())
    for number in numbers:
        rows: sa.Select[Any] = sa.select(_ROWID).select_from(SEGMENTS).where(SEGMENTS.c.text_id == number)
        while True:
            with database.write() as connection:
                found = list(connection.execute(rows.limit(_AT_ONCE)).scalars())
                if not found:
                    connection.execute(TEXTS.delete().where(TEXTS.c.id == number))
                    break
                connection.execute(SEGMENTS.delete().where(_ROWID.in_(found)))
    return bool(numbers)


def _purge_cuts(database: Database) -> None:
    """Forgets by which vectors files were cut that no current document holds, or that are cut otherwise now."""
    used = (
        sa.exists()
        .where(DOCUMENTS.c.current.is_(True), DOCUMENTS.c.chunking_key == CUTS.c.chunking_key)
        .where(DOCUMENTS.c.text_id == TEXTS.c.id, TEXTS.c.digest == CUTS.c.digest)
    )
    with database.read() as connection:
        numbers = list(connection.execute(sa.select(CUTS.c.id).where(~used)).scalars())
    for number in numbers:
        of_cut = SENTENCES.c.cut_id == number
        while True:
            with database.write() as connection:
                some = sa.select(SENTENCES.c.embedding_id).where(of_cut).limit(_AT_ONCE * 10)
                found = list(connection.execute(some).scalars())
                if not found:
                    connection.execute(CUTS.delete().where(CUTS.c.id == number))
                    break
                connection.execute(SENTENCES.delete().where(of_cut, SENTENCES.c.embedding_id.in_(found)))


def _count(database: Database, which: sa.Select[Any]) -> int:
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(which.subquery())).scalar_one()
