"""The tables of `ibid.db` (a collection's full-text index is a table of its own: `retrieval.lexical`).

    collections ─< documents ─< chunks >─ embeddings ─< sentences >─ cuts
                       └─> texts ─< segments

A document is visible while `current` is true: it is built beside the one it replaces, and both change in one
transaction. Rows that are not current belong to a sync that is under way, or to one that was killed.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

META = sa.Table(
    "meta",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""home: its random id · generation: see `database.generation` · vectors: the number of the store's folder ·
store: which store they lie in · dirty: "1" while the store may not hold what the database says."""

COLLECTIONS = sa.Table(
    "collections",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("embedder", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("behind", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)
"""`behind`: documents have changed since its vectors were brought into the store."""

TEXTS = sa.Table(
    "texts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("parse_key", sa.Text, nullable=False),
    sa.Column("parser", sa.Text, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("characters", sa.Integer, nullable=False),
    sa.Column("pages", sa.JSON, nullable=False),
    sa.Column("text_pages", sa.Integer, nullable=False),
    sa.Column("ocr_pages", sa.Integer, nullable=False),
    sa.Column("empty_pages", sa.Integer, nullable=False),
    sa.Column("failed_pages", sa.Integer, nullable=False),
    sa.Column("warnings", sa.JSON, nullable=False),
    sa.Column("text_rows", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("empty_rows", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("failed_rows", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("cut", sa.Text, nullable=False, server_default=""),
    sa.Index("texts_by_content", "digest", "parse_key"),
    sqlite_autoincrement=True,
)
"""A file's text, once for equal bytes read in the same way.

`pages`: [number, state, reason, header, footer] of each (of texts of schema 1 the first three), and counted, as are the
rows; `cut`: why the file was not read to its end, "" where it was.
"""

SEGMENTS = sa.Table(
    "segments",
    METADATA,
    sa.Column("text_id", sa.ForeignKey(TEXTS.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("blocks", sa.Text, nullable=False),
    sa.Column("first_page", sa.Integer),
    sa.Column("last_page", sa.Integer),
    sa.Column("first_row", sa.Integer),
    sa.Column("last_row", sa.Integer),
)
"""`blocks` as `ingest.places.blocks_to_json` writes them; the pages and rows between which all of them lie."""

DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("collection_id", sa.ForeignKey(COLLECTIONS.c.id), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("text_id", sa.ForeignKey(TEXTS.c.id), nullable=False, index=True),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("match", sa.Text, nullable=False),
    sa.Column("strategy", sa.Text, nullable=False),
    sa.Column("chunking_key", sa.Text, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("stale", sa.Text, nullable=False),
    sa.Index("documents_by_path", "collection_id", "current", "path"),
    sqlite_autoincrement=True,
)
"""`stale`: why the file's newest state is not what is indexed; "" where it is."""

EMBEDDINGS = sa.Table(
    "embeddings",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
"""Vectors (float32, little endian) by the digest of the embedder's identity and the embedded text."""

CHUNKS = sa.Table(
    "chunks",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("document_id", sa.ForeignKey(DOCUMENTS.c.id), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("context", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("embedding_id", sa.ForeignKey(EMBEDDINGS.c.id), nullable=False, index=True),
    sa.Index("chunks_by_document", "document_id", "ordinal"),
    sqlite_autoincrement=True,
)

CUTS = sa.Table(
    "cuts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("chunking_key", sa.Text, nullable=False),
    sa.UniqueConstraint("digest", "chunking_key"),
    sqlite_autoincrement=True,
)
"""Files that were cut by the vectors of their sentences, by content, and how they were cut."""

SENTENCES = sa.Table(
    "sentences",
    METADATA,
    sa.Column("cut_id", sa.ForeignKey(CUTS.c.id), primary_key=True),
    sa.Column("embedding_id", sa.ForeignKey(EMBEDDINGS.c.id), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""The vectors that a file was cut by: kept as long as a current document is cut so."""
