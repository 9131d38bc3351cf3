"""The index: what is found, in which order, of which state; and what is told of it."""

import os
import threading

import pytest

from ingest.errors import NothingIndexedError, UsageError
from ingest.types import Span
from retrieval.types import EmbedderIdentity, PageCounts, RuleStatus, SourceStatus

BRIDGE = "The bridge of Moss was opened in 2003 by Anna Lind."
FERRY = "The ferry of Moss was closed in 1998."
STARS = "name,constellation\nVega,Lyra\nAltair,Aquila\n"


@pytest.fixture
def filled(home):
    home.write("bridge.txt", BRIDGE)
    home.write("old/ferry.txt", FERRY)
    home.write("old/stars.csv", STARS)
    home.write("notes.md", "# Notes\n\nNobody wrote these.\n")
    home.ingest()
    return home


class TestSearch:
    @pytest.mark.parametrize(
        ("mode", "names"), [("hybrid", {"dense", "lexical"}), ("dense", {"dense"}), ("lexical", {"lexical"})]
    )
    def test_a_hit_says_all(self, filled, mode, names) -> None:
        hits = filled.search("Who opened the bridge?", 2, mode=mode)
        first = hits[0]
        assert (first.rank, first.collection, first.path) == (1, "default", "bridge.txt")
        assert (first.text, first.context, first.span, first.match) == (BRIDGE, "bridge", Span(0, 51), Span(0, 51))
        assert first.scores.keys() == names
        assert all(hit.score <= first.score for hit in hits)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert first.tokens == len(filled.embedder.token_starts(f"bridge\n{BRIDGE}")) + 2

    def test_the_mode_of_the_settings(self, filled, open_home) -> None:
        lexical = open_home(filled.folder, search={"mode": "lexical"})
        assert {name for hit in lexical.search("bridge") for name in hit.scores} == {"lexical"}
        assert {name for hit in lexical.search("bridge", mode="dense") for name in hit.scores} == {"dense"}

    def test_hybrid_finds_by_words_and_by_meaning(self, filled) -> None:
        assert filled.search("Altair", 1)[0].path == "old/stars.csv"
        assert filled.search("a boat that carried passengers", 1)[0].path == "old/ferry.txt"

    def test_among_some_documents(self, filled) -> None:
        assert {hit.path for hit in filled.search("Moss", pattern="old/")} == {"old/ferry.txt", "old/stars.csv"}
        assert [hit.path for hit in filled.search("Moss", files=["bridge.txt"])] == ["bridge.txt"]
        assert filled.search("Moss", files=["bridge.txt"], pattern="old/") == []

    def test_few_candidates_are_enough_for_many_hits(self, filled, open_home) -> None:
        narrow = open_home(filled.folder, search={"candidates": 1})
        assert len(narrow.search("Moss", 4)) == len(filled.search("Moss", 4)) == 4

    def test_equal_hits_come_by_path_however_the_index_came_about(self, home, open_home, tmp_path) -> None:
        names = [f"{letter}/same.txt" for letter in "bdacfe"]
        for name in names:  # one by one, so that the numbers of the chunks are not in the order of the paths
            home.write(name, BRIDGE)
            home.ingest()
        for mode in ("hybrid", "dense", "lexical"):
            [hit] = home.search("bridge", 6, mode=mode)
            assert [hit.path, *(copy.path for copy in hit.copies)] == sorted(names)
        plain = open_home(home.folder, search={"unit": "chunk", "send": "chunk"})
        for k in (6, 3, 1):
            assert [hit.path for hit in plain.search("bridge", k)] == sorted(names)[:k]

    def test_a_question_that_is_nothing(self, filled) -> None:
        for question in ("", "?", "\0", "\ud800"):
            assert filled.search(question, mode="lexical") == []
            assert len(filled.search(question)) == 4


class TestStates:
    def test_a_snapshot_stays_while_others_commit(self, filled, open_home) -> None:
        reader = open_home(filled.folder)
        with reader.index.snapshot():
            assert reader.search("bridge", 1)[0].path == "bridge.txt"
            (filled.folder / "bridge.txt").unlink()
            filled.write("old/ferry.txt", "The tunnel was dug.")
            assert filled.ingest().removed == 1
            with reader.index.snapshot():
                assert reader.search("bridge", 1)[0].text == BRIDGE
            assert reader.index.text("bridge.txt", Span(0, 10)) == "The bridge"
            assert reader.index.text("old/ferry.txt", Span(0, 9)) == "The ferry"
            assert len(reader.index.paths()) == 4
        assert len(reader.index.paths()) == 3
        assert reader.search("tunnel", 1)[0].text == "The tunnel was dug."
        with pytest.raises(UsageError):
            reader.index.text("bridge.txt", Span(0, 10))

    def test_a_snapshot_is_its_threads_own(self, filled, open_home) -> None:
        reader = open_home(filled.folder)
        seen: list[list[str]] = []
        with reader.index.snapshot():
            reader.index.paths()
            (filled.folder / "bridge.txt").unlink()
            filled.ingest()
            thread = threading.Thread(target=lambda: seen.append(reader.index.paths()))
            thread.start()
            thread.join()
            assert "bridge.txt" in reader.index.paths()
        assert seen == [["notes.md", "old/ferry.txt", "old/stars.csv"]]

    def test_many_threads_ask_while_documents_change(self, filled, open_home) -> None:
        reader = open_home(filled.folder)
        stop, wrong, asked = threading.Event(), [], []

        def ask() -> None:
            try:
                while not stop.is_set():
                    with reader.index.snapshot():
                        for hit in reader.search("the bridge of Moss", 10):
                            assert reader.index.text(hit.path, hit.span) == hit.text
                    asked.append(1)
            except Exception as error:
                wrong.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(8):
            filled.write("bridge.txt", f"{BRIDGE} It has {number} arches.")
            filled.write(f"new-{number}.txt", f"Bridge number {number}.")
            (filled.folder / f"new-{number - 2}.txt").unlink(missing_ok=True)
            filled.ingest()
        stop.set()
        for thread in threads:
            thread.join()
        assert (wrong, len(asked) > 3) == ([], True)


class TestStatus:
    def test_what_is_indexed(self, filled) -> None:
        status = filled.index.status(filled.rules, None)
        assert (status.collection, status.documents, status.chunks) == ("default", 4, 4)
        assert status.tokens == sum(hit.tokens for hit in filled.search("Moss", 10))
        assert status.embedder == EmbedderIdentity("minilm", "all-MiniLM-L6-v2", 384)
        assert (status.pages, status.stale, status.sources) == (PageCounts(), (), ())
        assert status.rules == (
            RuleStatus("*.md", "heading", 1, 1),
            RuleStatus("*.{csv,tsv,xlsx}", "rows", 1, 1),
            RuleStatus("default", "sentence", 2, 2),
        )

    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("bridge.txt", ["bridge.txt"]),
            ("old", ["old/ferry.txt", "old/stars.csv"]),
            ("old/", ["old/ferry.txt", "old/stars.csv"]),
            (".", ["bridge.txt", "notes.md", "old/ferry.txt", "old/stars.csv"]),
        ],
    )
    def test_document_by_document(self, filled, path, found) -> None:
        assert [source.path for source in filled.index.status(filled.rules, path).sources] == found

    def test_one_document(self, filled) -> None:
        (source,) = filled.index.status(filled.rules, "old/stars.csv").sources
        tokens = filled.search("Altair", 1)[0].tokens
        assert source == SourceStatus(
            "old/stars.csv", "csv", "*.{csv,tsv,xlsx}", "rows", PageCounts(), source.chunks, tokens, source.rows
        )

    def test_what_is_not_there(self, filled, open_home) -> None:
        for path in ("ol", "nowhere", "/"):
            with pytest.raises(UsageError, match="nothing is indexed under"):
                filled.index.status(filled.rules, path)
        other = open_home(filled.folder, collection="other")
        for call in (other.index.paths, lambda: other.index.status(None, None), lambda: other.index.remove(["x"])):
            with pytest.raises(NothingIndexedError, match="no collection 'other'"):
                call()


def test_what_is_removed_by_name_comes_back_with_the_next_ingest(filled) -> None:
    assert filled.index.remove(["bridge.txt", "nowhere.txt"]) == ["bridge.txt"]
    assert "bridge.txt" not in {hit.path for hit in filled.search("bridge", 10)}
    os.utime(filled.folder / "old" / "ferry.txt", (1, 1))
    report = filled.ingest()
    assert (report.added, report.unchanged) == (1, 3)


def test_a_hit_says_where_its_rows_and_records_begin(home) -> None:
    home.write("stars.csv", "name,magnitude\nVega,0.03\nAltair,0.76\n")
    home.write("staff.json", '[{"name": "Ines"}, {"name": "Tom"}]')
    home.write("plain.txt", "A star. A telescope.")
    home.ingest()
    hits = {hit.path: hit for hit in home.search("star Altair Ines", 10)}
    rows = hits["stars.csv"]
    begun = [home.index.text("stars.csv", Span(start, rows.span.end)).split("\n")[0] for start in rows.starts]
    assert begun == ["name: Vega; magnitude: 0.03", "name: Altair; magnitude: 0.76"]
    assert [hits[path].starts for path in ("staff.json", "plain.txt")] == [(0, 11), ()]
