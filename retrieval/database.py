"""The database of a home: one SQLite file, read in snapshots, written in short transactions, by one sync at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ingest.errors import LockedError, MismatchError, RetrievalError
from retrieval import tables

NAME = "ibid.db"
_LOCK = "lock"
_SCHEMA = 3
_BUSY_MS = 60_000
"""How long a writer waits for another's short transaction."""
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to open it while another makes it: SQLite does not wait by itself to change the journal."""
_MIGRATIONS = {
    1: (
        "ALTER TABLE texts ADD COLUMN text_rows INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE texts ADD COLUMN empty_rows INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE texts ADD COLUMN failed_rows INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE texts ADD COLUMN cut TEXT NOT NULL DEFAULT ''",
    ),
    2: (
        """CREATE TABLE cuts (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL, chunking_key TEXT NOT NULL,
            UNIQUE (digest, chunking_key))""",
        """CREATE TABLE sentences (
            cut_id INTEGER NOT NULL REFERENCES cuts (id), embedding_id INTEGER NOT NULL REFERENCES embeddings (id),
            PRIMARY KEY (cut_id, embedding_id)) WITHOUT ROWID""",
        "CREATE INDEX ix_sentences_embedding_id ON sentences (embedding_id)",
    ),
}
"""What brings a database from one schema to the next."""


class Database:
    """The database of one home.

    Args:
        folder: the home; made (mode 0700) where it is not there.
        readonly: nothing is ever written.
        create: whether a home that is not there is made.

    Raises:
        MismatchError: it was made by a newer ibid.
        RetrievalError: the file cannot be opened.
    """

    def __init__(self, folder: Path, *, readonly: bool = False, create: bool = True) -> None:
        self.folder = folder
        self.readonly = readonly
        if create and not readonly:
            _make_home(folder)
        self._engine = _engine(folder / NAME, readonly=readonly)
        weakref.finalize(self, self._engine.dispose)  # Python 3.13 warns of each connection that nobody closed
        try:
            self._check_schema()
        except sa.exc.DatabaseError as error:
            self.close()
            raise RetrievalError(
                f"the database {str(folder / NAME)!r} cannot be opened: {error.orig}",
                hint="is it a file of ibid's? move it away and ingest again",
            ) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database, whatever others commit meanwhile."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A connection that holds the write lock from its beginning, committed at the end.

        Raises:
            LockedError: another transaction did not end in a minute.
            RetrievalError: the home is read-only.
        """
        self._check_writable()
        connection = self._engine.connect().execution_options(begin="IMMEDIATE")
        with connection:
            try:
                transaction = connection.begin()
            except sa.exc.OperationalError as error:
                raise LockedError(
                    f"{str(self.folder / NAME)!r} cannot be written: {error.orig}", hint="try again in a moment"
                ) from error
            with transaction:
                yield connection

    @contextmanager
    def sync_lock(self, doing: str) -> Iterator[None]:
        """Held by the one process that ingests, removes or repairs.

        Raises:
            LockedError: another process holds it; the message says which.
            RetrievalError: the home is read-only.
        """
        self._check_writable()
        file = self.folder / _LOCK
        with file.open("a+", encoding="utf-8", errors="replace") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                holder = handle.read().strip() or "another process"
                raise LockedError(
                    f"the home {str(self.folder)!r} is being written by {holder}",
                    hint="wait until it is done; questions are answered meanwhile",
                ) from error
            handle.truncate(0)
            handle.write(f"`{doing}`, process {os.getpid()}")
            handle.flush()
            try:
                yield
            finally:
                handle.truncate(0)

    def _check_writable(self) -> None:
        if self.readonly:
            raise RetrievalError(
                f"the home {str(self.folder)!r} is read-only",
                hint="make it writable for you, or use another --home; questions are answered as it is",
            )

    def _check_schema(self) -> None:
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found > _SCHEMA:
            raise MismatchError(
                f"the database {str(self.folder / NAME)!r} was made by a newer ibid (schema {found}, known: {_SCHEMA})",
                hint="upgrade ibid-qa, or use another --home",
            )
        if found == _SCHEMA or (found == 0 and self.readonly):
            return
        if self.readonly:
            raise MismatchError(
                f"the home {str(self.folder)!r} was made by an older ibid (schema {found}), and is read-only",
                hint="make it writable for you once: it is then brought up to date",
            )
        with self.write() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if found == 0:
                _make_tables(connection)
            for version in range(found or _SCHEMA, _SCHEMA):
                for statement in _MIGRATIONS[version]:
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {_SCHEMA}")


def _make_tables(connection: sa.Connection) -> None:
    tables.METADATA.create_all(connection)
    first = {"home": secrets.token_hex(8), "generation": "0", "vectors": "1", "store": "", "dirty": "1"}
    connection.execute(tables.META.insert(), [{"key": key, "value": value} for key, value in first.items()])


def get(connection: sa.Connection, key: str) -> str:
    """A value of the table of single values."""
    return str(connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (key,)).scalar_one())


def put(connection: sa.Connection, key: str, value: str) -> None:
    """Sets a value of the table of single values."""
    connection.execute(tables.META.update().where(tables.META.c.key == key).values(value=value))


def generation(connection: sa.Connection) -> int:
    """A number that moves with every commit that changes what a question can find."""
    return int(get(connection, "generation"))


def advance(connection: sa.Connection) -> None:
    """Says that this transaction changes what a question can find."""
    put(connection, "generation", str(generation(connection) + 1))


def _make_home(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / NAME).exists():
            folder.chmod(0o700)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise RetrievalError(
            f"the home {str(folder)!r} cannot be made: {error.strerror}", hint="use another --home"
        ) from error


def _engine(file: Path, *, readonly: bool) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        return _readonly(file) if readonly else _connection(str(file), uri=False)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def _connection(database: str, *, uri: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database, uri=uri, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -32000"):
            connection.execute(f"PRAGMA {pragma}")
        # a look at the file: whether it can be read is seen here, and not by the first who asks
        _look(connection, "SELECT count(*) FROM sqlite_master" if uri else "PRAGMA journal_mode = WAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _look(connection: sqlite3.Connection, statement: str) -> None:
    for seconds in _PAUSES:
        try:
            connection.execute(statement).fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(seconds)
        else:
            return
    connection.execute(statement).fetchone()


def _readonly(file: Path) -> sqlite3.Connection:
    """Reads as others write where the folder allows it; in a folder that nobody can write to, as the file stands."""
    name = file.resolve().as_uri()
    try:
        return _connection(f"{name}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        wal = file.with_name(file.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        return _connection(f"{name}?immutable=1", uri=True)


Row = sa.Row[Any]
