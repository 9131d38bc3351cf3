"""The database of a home: who may open it, who sees what, who waits for whom."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.errors import LockedError, MismatchError, RetrievalError
from ingest.types import Page, Parsed, Rows
from retrieval import catalog, database
from retrieval.database import Database, advance, generation
from retrieval.tables import META, METADATA

HOLDER = """
import sys, time
from pathlib import Path
from retrieval.database import Database
with Database(Path(sys.argv[1])).sync_lock("ibid ingest papers"):
    print("held", flush=True)
    time.sleep(600)
"""
AS_ANYONE = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what root may do in spite of permissions
    assert os.geteuid() != 0 or ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
READ_ONLY = """
import sys
from pathlib import Path
from ibid.home import Home
from retrieval.database import Database, get
folder = Path(sys.argv[1])
assert not Home(folder).writable
with Database(folder, readonly=True).read() as connection:
    print(get(connection, "home"))
"""


@pytest.fixture
def home(tmp_path):
    made = Database(tmp_path / ".ibid")
    yield made
    made.close()


def raw(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "ibid.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def value(connection: sa.Connection, key: str) -> str:
    return database.get(connection, key)


class TestOpening:
    def test_a_new_home(self, home) -> None:
        assert home.folder.stat().st_mode & 0o777 == 0o700
        assert (home.folder / ".gitignore").read_text() == "*\n"
        with home.read() as connection:
            tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 3
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
            assert generation(connection) == 0
        assert set(METADATA.tables) <= tables

    def test_each_home_has_an_id_that_stays(self, home, tmp_path) -> None:
        def home_id(folder: Path) -> str:
            opened = Database(folder)
            with opened.read() as connection:
                found = value(connection, "home")
            opened.close()
            return found

        assert home_id(home.folder) == home_id(home.folder) != home_id(tmp_path / "other")

    def test_a_folder_that_was_there_is_closed_to_others_and_keeps_its_own_ignore_file(self, tmp_path) -> None:
        tmp_path.chmod(0o755)
        (tmp_path / ".gitignore").write_text("vectors\n")
        Database(tmp_path).close()
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        assert (tmp_path / ".gitignore").read_text() == "vectors\n"
        tmp_path.chmod(0o750)
        Database(tmp_path).close()
        assert tmp_path.stat().st_mode & 0o777 == 0o750

    def test_a_newer_schema_is_refused(self, home) -> None:
        raw(home.folder, "PRAGMA user_version = 99")
        for readonly in (False, True):
            with pytest.raises(MismatchError, match=r"made by a newer ibid \(schema 99, known: 3\)") as caught:
                Database(home.folder, readonly=readonly)
            assert caught.value.exit_code == 2
            assert "upgrade ibid-qa" in caught.value.hint

    def test_a_home_of_schema_1_is_brought_up_to_date(self, home) -> None:
        columns = "SELECT name, type, `notnull`, dflt_value FROM pragma_table_info('texts') ORDER BY name"
        with home.read() as connection:
            made = connection.exec_driver_sql(columns).all()
        added = ("text_rows", "empty_rows", "failed_rows", "cut")
        text = (
            "INSERT INTO texts VALUES (7, 'd', 'k', 'pdf', 1, 'T', 5, '[[1, \"text\", \"\"]]', 1, 0, 0, 0, '[\"w\"]')"
        )
        tables = "SELECT name, type, tbl_name FROM sqlite_master WHERE tbl_name IN ('cuts', 'sentences') ORDER BY name"
        with home.read() as connection:
            made_tables = connection.exec_driver_sql(tables).all()
            keys = connection.exec_driver_sql("SELECT * FROM pragma_foreign_key_list('sentences')").all()
        raw(home.folder, "DROP TABLE sentences", "DROP TABLE cuts")
        raw(home.folder, *(f"ALTER TABLE texts DROP COLUMN {name}" for name in added), text, "PRAGMA user_version = 1")
        with pytest.raises(MismatchError, match=r"made by an older ibid \(schema 1\), and is read-only"):
            Database(home.folder, readonly=True)
        opened: list[Database] = []
        threads = [threading.Thread(target=lambda: opened.append(Database(home.folder))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 4
        with opened[0].read() as connection:
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 3
            assert connection.exec_driver_sql(columns).all() == made
            assert connection.exec_driver_sql(tables).all() == made_tables
            assert connection.exec_driver_sql("SELECT * FROM pragma_foreign_key_list('sentences')").all() == keys
            assert catalog.parsed(connection, 7) == Parsed("T", 5, (Page(1, "text"),), ("w",), Rows(), "")
        for one in opened:
            one.close()

    @pytest.mark.parametrize("readonly", [False, True])
    @pytest.mark.parametrize("content", [b"this is a letter to my aunt\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
    def test_a_file_that_is_no_database(self, tmp_path, content, readonly) -> None:
        (tmp_path / "ibid.db").write_bytes(content)
        with pytest.raises(RetrievalError, match=r"ibid\.db' cannot be opened: ") as caught:
            Database(tmp_path, readonly=readonly)
        assert "move it away" in caught.value.hint
        assert (tmp_path / "ibid.db").read_bytes() == content

    def test_a_folder_in_its_place(self, tmp_path) -> None:
        (tmp_path / "ibid.db").mkdir()
        with pytest.raises(RetrievalError, match="unable to open database file"):
            Database(tmp_path)

    def test_a_home_that_cannot_be_made(self, tmp_path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(RetrievalError, match=r"the home '.*file/\.ibid' cannot be made: Not a directory"):
            Database(tmp_path / "file" / ".ibid")

    def test_two_that_make_it_at_once(self, tmp_path) -> None:
        opened: list[Database] = []
        threads = [threading.Thread(target=lambda: opened.append(Database(tmp_path / ".ibid"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ids = set()
        for one in opened:
            with one.read() as connection:
                ids.add(value(connection, "home"))
            one.close()
        assert (len(opened), len(ids)) == (8, 1)


class TestReadOnly:
    def test_it_reads_and_refuses_to_write(self, home) -> None:
        reader = Database(home.folder, readonly=True)
        with home.write() as connection:
            advance(connection)
        with reader.read() as connection:
            assert generation(connection) == 1
        with pytest.raises(RetrievalError, match=r"the home '.*\.ibid' is read-only"), reader.write():
            pass
        with pytest.raises(RetrievalError, match=r"the home '.*\.ibid' is read-only"), reader.sync_lock("ingest"):
            pass
        reader.close()
        assert not (home.folder / "lock").exists()

    def test_it_makes_nothing(self, tmp_path) -> None:
        with pytest.raises(RetrievalError, match="cannot be opened"):
            Database(tmp_path / ".ibid", readonly=True)
        assert list(tmp_path.iterdir()) == []

    def test_in_a_folder_that_nobody_may_write_to(self, home) -> None:
        with home.read() as connection:
            expected = value(connection, "home")
        home.close()
        assert sorted(file.name for file in home.folder.iterdir()) == [".gitignore", "ibid.db"]
        (home.folder / "ibid.db").chmod(0o400)
        home.folder.chmod(0o500)
        done = subprocess.run(
            [sys.executable, "-c", AS_ANYONE, "-c", READ_ONLY, str(home.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        home.folder.chmod(0o700)
        assert (done.stdout, done.stderr) == (f"{expected}\n", "")
        assert sorted(file.name for file in home.folder.iterdir()) == [".gitignore", "ibid.db"]


class TestTransactions:
    def test_a_reader_sees_one_state(self, home) -> None:
        with home.read() as connection:
            assert generation(connection) == 0
            with home.write() as other:
                advance(other)
            assert generation(connection) == 0
        with home.read() as connection:
            assert generation(connection) == 1

    def test_nobody_sees_what_is_not_committed(self, home) -> None:
        with home.write() as connection:
            advance(connection)
            assert generation(connection) == 1
            with home.read() as other:
                assert generation(other) == 0

    def test_what_fails_is_undone(self, home) -> None:
        def fail() -> None:
            with home.write() as connection:
                advance(connection)
                connection.exec_driver_sql("CREATE TABLE half (done)")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with home.read() as connection:
            assert generation(connection) == 0
            assert not sa.inspect(connection).has_table("half")

    def test_a_read_before_a_write_is_not_locked(self, home) -> None:
        """What SQLite answers with "database is locked" at once, where a transaction begins as a reader."""
        with home.write() as connection:
            before = generation(connection)
            other = Database(home.folder)
            with other.read() as elsewhere:
                assert generation(elsewhere) == 0
            other.close()
            advance(connection)
        assert before == 0

    def test_writers_wait_for_each_other(self, home) -> None:
        def count() -> None:
            other = Database(home.folder)
            for _ in range(20):
                with other.write() as connection:
                    advance(connection)
            other.close()

        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with home.read() as connection:
            assert generation(connection) == 80

    def test_a_writer_that_waited_long_enough_is_told(self, home, monkeypatch) -> None:
        monkeypatch.setattr("retrieval.database._BUSY_MS", 50)
        other = Database(home.folder)
        with home.write():
            with pytest.raises(LockedError, match="database is locked") as caught, other.write():
                pass
            assert caught.value.exit_code == 1
        with other.write() as connection:
            advance(connection)
        other.close()

    def test_keys_that_lead_nowhere_are_refused(self, home) -> None:
        with pytest.raises(sa.exc.IntegrityError), home.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO chunks (document_id, ordinal, start, end, tokens, context, place, embedding_id) "
                "VALUES (7, 0, 0, 1, 1, '', '{}', 7)"
            )

    def test_meta(self, home) -> None:
        with home.write() as connection:
            database.put(connection, "store", "somewhere")
            assert value(connection, "store") == "somewhere"
            assert set(connection.execute(sa.select(META.c.key)).scalars()) == {
                "home", "generation", "vectors", "store", "dirty",
            }  # fmt: skip


class TestSyncLock:
    def test_another_process_holds_it(self, home) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(home.folder)], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(LockedError) as caught, home.sync_lock("ibid rm x"):
                pass
            assert caught.value.message == (
                f"the home {str(home.folder)!r} is being written by `ibid ingest papers`, process {holder.pid}"
            )
            assert "questions are answered meanwhile" in caught.value.hint
            with home.write() as connection:
                advance(connection)
        finally:
            os.kill(holder.pid, signal.SIGKILL)
            holder.communicate()
        with home.sync_lock("ibid rm x"):  # whoever was killed holds nothing
            assert (home.folder / "lock").read_text() == f"`ibid rm x`, process {os.getpid()}"
        assert (home.folder / "lock").read_text() == ""

    def test_the_same_process_twice(self, home) -> None:
        other = Database(home.folder)
        with (
            home.sync_lock("one"),
            pytest.raises(LockedError, match=f"`one`, process {os.getpid()}"),
            other.sync_lock("two"),
        ):
            pass
        with pytest.raises(ZeroDivisionError), home.sync_lock("one"):
            raise ZeroDivisionError
        with other.sync_lock("two"):
            pass
        other.close()


def test_its_connections_are_closed_where_nobody_closes_it(tmp_path) -> None:
    """Python 3.13 warns of each that is not."""
    made = Database(tmp_path / ".ibid")
    with made.read() as connection:
        underneath = connection.connection.driver_connection
    del made, connection
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        underneath.execute("SELECT 1")
