"""The vector store beside the database: in step with it, searched like it, and made anew whenever it is not usable."""

import logging
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import catalog, database
from retrieval.keeping import Keeper
from retrieval.stores.chroma import Chroma
from retrieval.vectors import Held

COLOURS = ("red", "green", "blue", "white", "black", "yellow", "brown", "purple", "orange", "grey")
THINGS = ("bridge", "tower", "boat", "house", "lamp", "garden", "engine", "coat")
QUESTIONS = ("Where is the red bridge?", "a purple coat", "Which boat is black?", "engines and lamps", "something else")
SENTENCES = {"default": {"size": 16}}
"""A chunk is a sentence."""
CHUNKS = {"unit": "chunk", "send": "chunk"}
"""Hits are chunks: what the vectors found is what is seen."""
ALWAYS = Chroma(exact_below=0)
"""A store that is always asked."""


@pytest.fixture(scope="session")
def things(tmp_path_factory, make_home) -> Path:
    """A folder with its home, to be copied."""
    home = make_home(tmp_path_factory.mktemp("things"), chunking=SENTENCES)
    for colour in COLOURS:
        lines = [f"The {colour} {thing} stands in street number {n}." for n, thing in enumerate(THINGS)]
        home.write(f"{colour}.txt", "\n\n".join(lines))
    assert home.ingest().chunks == 80
    home.close()
    return home.folder


@pytest.fixture
def filled(things, tmp_path, open_home):
    shutil.copytree(things, tmp_path / "work")
    return open_home(tmp_path / "work", chunking=SENTENCES, search=CHUNKS)


@pytest.fixture
def reopened(filled, open_home):
    """Opens the same home once more; five candidates are asked for, or else 80 chunks are too few for the store."""
    options = {"chunking": SENTENCES, "search": {"candidates": 5, **CHUNKS}}
    return lambda store, **more: open_home(filled.folder, store=store, **options, **more)


def hits(home, question: str, k: int = 5) -> list[tuple[str, int]]:
    return [(hit.path, hit.span.start) for hit in home.search(question, k, mode="dense")]


def meta(home, key: str) -> str:
    with home.database.read() as connection:
        return database.get(connection, key)


def set_meta(home, key: str, value: str) -> None:
    with home.database.write() as connection:
        database.put(connection, key, value)


def behind(home) -> set[int]:
    with home.database.read() as connection:
        return catalog.behind(connection)


def stored(home, store: Chroma | None = None) -> list[int]:
    """The keys in the store."""
    with home.database.read() as connection:
        collection = catalog.collection(connection, home.index.name)
        index = Keeper(home.database, store or Chroma()).open(connection, collection)
    keys = sorted(index.keys())
    index.close()
    return keys


def wanted(home) -> list[int]:
    """The keys that the store should have."""
    return [
        key for (key,) in home.rows("SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY 1")
    ]


class TestNearest:
    HELD = Held(
        chunks=np.array([4, 5, 6, 7]),
        documents=np.array([1, 1, 2, 2]),
        vectors=np.array([[1, 0], [0.6, 0.8], [0, 1], [0.6, 0.8]], dtype=np.float32),
    )

    @pytest.mark.parametrize(
        ("k", "keys"), [(1, [4]), (2, [4, 5]), (3, [4, 5, 7]), (4, [4, 5, 7, 6]), (99, [4, 5, 7, 6])]
    )
    def test_best_first_and_equal_ones_by_number(self, k: int, keys: list[int]) -> None:
        found = self.HELD.nearest(np.array([1, 0], dtype=np.float32), k)
        assert list(found) == keys
        assert found[4] == 1.0

    def test_among_some_documents(self) -> None:
        assert list(self.HELD.among([2, 99]).nearest(np.array([1, 0], dtype=np.float32), 5)) == [7, 6]
        assert self.HELD.among([]).nearest(np.array([1, 0], dtype=np.float32), 5) == {}
        assert self.HELD.among(None) is self.HELD


class TestSearch:
    def test_by_the_store_as_by_all_vectors(self, filled, reopened) -> None:
        assert stored(filled) == wanted(filled)
        by_store = reopened(ALWAYS)
        for question in QUESTIONS:
            assert hits(by_store, question) == hits(filled, question)

    def test_the_store_is_really_asked(self, filled, reopened) -> None:
        by_store = reopened(ALWAYS)
        first = hits(filled, "red bridge", 1)[0]
        with filled.database.read() as connection:
            collection = catalog.collection(connection, "default")
            index = Keeper(filled.database, Chroma()).open(connection, collection)
        (key,) = filled.rows(
            f"SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id "
            f"WHERE d.path = '{first[0]}' AND c.start = {first[1]}"
        )[0]
        index.delete([key])
        index.close()
        assert hits(by_store, "red bridge", 1)[0] != first

    @pytest.mark.parametrize("off", [1e-4, 0.01])
    def test_a_store_whose_vectors_are_a_little_off(self, filled, reopened, off: float) -> None:
        """All that it found is scored again, not only what it takes for the best."""
        exact = {question: hits(filled, question) for question in QUESTIONS}
        sql = "SELECT c.id, e.vector FROM chunks c JOIN embeddings e ON e.id = c.embedding_id ORDER BY 1"
        rows = filled.rows(sql)
        vectors = np.array([np.frombuffer(blob, dtype="<f4") for _, blob in rows])
        vectors += off * np.random.default_rng(3).standard_normal(vectors.shape).astype(np.float32)
        with filled.database.read() as connection:
            index = Keeper(filled.database, Chroma()).open(connection, catalog.collection(connection, "default"))
        index.upsert([key for key, _ in rows], vectors)
        index.close()
        assert {question: hits(reopened(ALWAYS), question) for question in QUESTIONS} == exact

    @pytest.mark.parametrize("exact_below", [0, 81, 80])
    def test_among_some_documents_and_more_than_there_are(self, filled, reopened, exact_below) -> None:
        other = reopened(Chroma(exact_below=exact_below))
        for one in (filled, other):
            found = one.search("red bridge", 3, mode="dense", files=["blue.txt", "white.txt"])
            assert {hit.path for hit in found} == {"blue.txt", "white.txt"}
            assert len(one.search("red bridge", 200, mode="dense")) == 80
        assert hits(other, "boat", 200) == hits(filled, "boat", 200)

    def test_many_are_read_in_parts(self, filled, reopened, monkeypatch) -> None:
        monkeypatch.setattr("retrieval.vectors._AT_ONCE", 7)
        set_meta(filled, "dirty", "1")
        other = reopened(ALWAYS)
        for question in QUESTIONS:
            assert hits(other, question, 20) == hits(filled, question, 20)

    def test_a_reader_that_stays_open_sees_every_commit(self, filled, reopened) -> None:
        readers = [reopened(store) for store in (Chroma(), ALWAYS)]
        for reader in readers:
            assert hits(reader, "a golden cathedral", 1)[0][0] != "new.txt"
        filled.write("new.txt", "The golden cathedral stands in street number 9.")
        filled.ingest()
        for reader in readers:
            assert hits(reader, "a golden cathedral", 1)[0][0] == "new.txt"
        (filled.folder / "new.txt").unlink()
        filled.ingest()
        for reader in readers:
            assert "new.txt" not in {path for path, _ in hits(reader, "a golden cathedral", 100)}

    def test_between_a_commit_and_the_store_all_vectors_are_gone_through(self, filled, reopened, monkeypatch) -> None:
        """And what was opened of the store meanwhile is not used after it has been brought in step."""
        reader = reopened(ALWAYS)
        seen = []
        update = Keeper.update

        def watched(self: Keeper, changed: catalog.Collection) -> None:
            seen.append(hits(reader, "a golden cathedral", 1)[0][0])
            update(self, changed)

        monkeypatch.setattr(Keeper, "update", watched)
        filled.write("new.txt", "The golden cathedral stands in street number 9.")
        filled.ingest()
        assert seen == ["new.txt"]
        assert hits(reader, "a golden cathedral", 1)[0][0] == "new.txt"
        assert behind(filled) == set()

    def test_a_collection_that_is_made_again_is_another_one(self, filled, reopened) -> None:
        from retrieval.index import remove_collection

        reader = reopened(ALWAYS)
        hits(reader, "red bridge")
        remove_collection(filled.database, Chroma(), "default")
        (filled.folder / "red.txt").unlink()
        filled.ingest()
        assert hits(reader, "red bridge", 100) == hits(filled, "red bridge", 100)
        assert len(hits(reader, "red bridge", 100)) == 72
        assert stored(filled) == wanted(filled)
        (file,) = (filled.folder / ".ibid" / "vectors").glob("*/chroma.sqlite3")
        chroma = sqlite3.connect(file)
        names = [name for (name,) in chroma.execute("SELECT name FROM collections")]
        chroma.close()
        assert names == [f"ibid-{meta(filled, 'home')}-2"]  # nobody has made the old one again


class TestKeeping:
    def test_clean_after_an_ingest(self, filled) -> None:
        assert (meta(filled, "dirty"), meta(filled, "store"), behind(filled)) == ("0", "chroma:embedded", set())
        assert [folder.name for folder in (filled.folder / ".ibid" / "vectors").iterdir()] == [meta(filled, "vectors")]

    def test_an_ingest_without_changes_moves_nothing(self, filled) -> None:
        before = meta(filled, "generation")
        filled.ingest()
        assert meta(filled, "generation") == before
        filled.write("new.txt", "A golden cathedral.")
        filled.ingest()
        assert int(meta(filled, "generation")) > int(before)

    def test_a_dirty_store_is_not_asked_and_made_anew(self, filled, reopened) -> None:
        exact = {question: hits(filled, question) for question in QUESTIONS}
        with filled.database.read() as connection:
            index = Keeper(filled.database, Chroma()).open(connection, catalog.collection(connection, "default"))
        index.delete(wanted(filled)[:60])
        index.close()
        set_meta(filled, "dirty", "1")
        number, generation = meta(filled, "vectors"), meta(filled, "generation")
        reader = reopened(ALWAYS)
        assert {question: hits(reader, question) for question in QUESTIONS} == exact
        report = filled.ingest()
        assert (report.embedded, report.unchanged) == (0, 10)
        assert (meta(filled, "dirty"), int(meta(filled, "vectors"))) == ("0", int(number) + 1)
        assert int(meta(filled, "generation")) > int(generation)
        assert stored(filled) == wanted(filled)
        assert [folder.name for folder in (filled.folder / ".ibid" / "vectors").iterdir()] == [meta(filled, "vectors")]
        assert {question: hits(reader, question) for question in QUESTIONS} == exact

    def test_a_folder_that_was_deleted(self, filled, reopened) -> None:
        exact = {question: hits(filled, question) for question in QUESTIONS}
        filled.close()
        shutil.rmtree(filled.folder / ".ibid" / "vectors")
        reader = reopened(ALWAYS)
        assert {question: hits(reader, question) for question in QUESTIONS} == exact
        reader.close()
        again = reopened(ALWAYS)
        assert again.ingest().embedded == 0
        assert stored(again) == wanted(again)
        assert {question: hits(again, question) for question in QUESTIONS} == exact

    @pytest.mark.parametrize("which", ["chroma.sqlite3", "data_level0.bin", "everything"])
    def test_files_full_of_garbage(self, filled, reopened, which, caplog) -> None:
        exact = {question: hits(filled, question) for question in QUESTIONS}
        filled.close()
        files = [file for file in (filled.folder / ".ibid" / "vectors").rglob("*") if file.is_file()]
        chosen = [file for file in files if which in (file.name, "everything")]
        for file in chosen:
            file.write_bytes(b"garbage" * 1_000)
        reader = reopened(ALWAYS)
        with caplog.at_level(logging.CRITICAL):
            assert {question: hits(reader, question) for question in QUESTIONS} == exact
        reader.close()
        again = reopened(ALWAYS)
        assert again.ingest().embedded == 0
        assert stored(again) == wanted(again)
        assert {question: hits(again, question) for question in QUESTIONS} == exact

    def test_a_store_that_has_grown_absurdly(self, filled, monkeypatch) -> None:
        monkeypatch.setattr("retrieval.keeping._ABSURD_LEAST", 1_000)
        monkeypatch.setattr("retrieval.keeping._ABSURD_FACTOR", 0.001)
        number = int(meta(filled, "vectors"))
        assert filled.ingest().embedded == 0
        assert int(meta(filled, "vectors")) == number + 1
        assert stored(filled) == wanted(filled)

    def test_a_store_that_nobody_reads_is_left_alone_until_something_changes(self, filled) -> None:
        filled.close()
        shutil.rmtree(filled.folder / ".ibid" / "vectors")
        assert filled.ingest().unchanged == len(filled.index.paths())
        assert not (filled.folder / ".ibid" / "vectors").exists()
        filled.write("new.txt", "The golden cathedral stands in street number 9.")
        filled.ingest()
        assert stored(filled) == wanted(filled)

    def test_what_another_collection_left_behind_is_brought_in_step(self, filled, reopened, monkeypatch) -> None:
        """A process that was killed between its commit and the store, and then another collection is ingested."""

        class KilledError(BaseException):
            pass

        def killed(self: Keeper, changed: catalog.Collection) -> None:
            raise KilledError

        filled.write("new.txt", "The golden cathedral stands in street number 9.")
        with monkeypatch.context() as patched:
            patched.setattr(Keeper, "update", killed)
            with pytest.raises(KilledError):
                filled.ingest()
        assert (meta(filled, "dirty"), behind(filled)) == ("0", {1})
        other = reopened(Chroma(), collection="other")
        other.ingest(filled.folder / "red.txt")
        assert behind(filled) == set()
        assert len(stored(filled)) == 81
        assert hits(reopened(ALWAYS), "a golden cathedral", 1)[0][0] == "new.txt"

    def test_a_forgotten_collection_leaves_no_vectors_and_no_false_peace(self, filled, reopened) -> None:
        from retrieval.index import remove_collection

        other = reopened(Chroma(), collection="other")
        other.ingest(filled.folder / "red.txt")
        assert len(stored(other)) > 0
        with filled.database.read() as connection:
            collection = catalog.collection(connection, "other")
        remove_collection(filled.database, Chroma(), "other")
        assert meta(filled, "dirty") == "0"
        with filled.database.read() as connection:
            assert Keeper(filled.database, Chroma()).open(connection, collection).count() == 0
        other.ingest(filled.folder / "red.txt")
        set_meta(filled, "dirty", "1")
        remove_collection(filled.database, Chroma(), "other")
        assert meta(filled, "dirty") == "1"


class TestServer:
    def test_from_the_folder_to_a_server_and_back(self, filled, reopened, chroma_server) -> None:
        server = Chroma(url=chroma_server, exact_below=0)
        moved = reopened(server)
        exact = {question: hits(filled, question) for question in QUESTIONS}
        assert {question: hits(moved, question) for question in QUESTIONS} == exact  # not moved yet: all gone through
        assert moved.ingest().embedded == 0
        assert meta(filled, "store") == server.key
        assert stored(moved, server) == wanted(filled)
        assert {question: hits(moved, question) for question in QUESTIONS} == exact
        moved.write("new.txt", "The golden cathedral stands in street number 9.")
        (moved.folder / "red.txt").unlink()
        moved.ingest()
        assert stored(moved, server) == wanted(filled)
        assert hits(moved, "a golden cathedral", 1)[0][0] == "new.txt"
        assert filled.ingest().embedded == 0
        assert (meta(filled, "store"), stored(filled)) == ("chroma:embedded", wanted(filled))

    def test_two_homes_share_a_server(self, filled, open_home, reopened, chroma_server, tmp_path) -> None:
        server = Chroma(url=chroma_server, exact_below=0)
        first = reopened(server)
        first.ingest()
        second = open_home(tmp_path / "second", store=server)
        second.write("a.txt", "A violet cathedral.")
        second.ingest()
        assert len(stored(first, server)) == 80
        assert len(stored(second, server)) == 1
        assert hits(second, "red bridge") == [("a.txt", 0)]

    def test_a_server_that_is_not_there(self, filled, reopened, free_url) -> None:
        gone = reopened(Chroma(url=free_url, exact_below=0))
        gone.write("new.txt", "The golden cathedral stands in street number 9.")
        report = gone.ingest()
        assert report.store_error.startswith("the vector store cannot be reached at 'http://127")
        assert (report.added, report.failed) == (1, ())
        assert hits(gone, "a golden cathedral", 1)[0][0] == "new.txt"  # indexed nevertheless
        assert filled.ingest().embedded == 0
        assert stored(filled) == wanted(filled)


def test_vectors_are_kept_as_they_were_embedded(filled) -> None:
    texts = filled.search("boat", 80, mode="dense")
    embedded = [f"{hit.context}\n{hit.text}" if hit.context else hit.text for hit in texts]
    vectors: NDArray[np.float32] = filled.embedder.embed(embedded)
    question = filled.embedder.embed(["boat"])[0]
    scores: Sequence[float] = [hit.score for hit in texts]
    assert scores == pytest.approx((vectors @ question).tolist(), abs=1e-6)
    assert Path(filled.folder / ".ibid" / "ibid.db").exists()
