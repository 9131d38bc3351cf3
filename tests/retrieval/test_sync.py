"""Sync: the collection becomes equal to the files under the given paths, and nothing is done twice."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import LockedError, MismatchError, NothingIndexedError, ProviderError
from ingest.loader import Loader
from ingest.settings import IngestSettings, Limits
from ingest.types import Failed, Page, Rows, Skipped
from retrieval.embedders.minilm import MiniLM
from retrieval.index import remove_collection
from retrieval.status import collections
from retrieval.stores.chroma import Chroma
from retrieval.types import PageCounts, Partial, SyncPlan

BRIDGE = "The bridge was opened in 2003. It is painted every seven years."
FERRY = "The ferry was closed in 1998."
GERMAN = (
    "Die Brücke wurde im Jahr 2003 eröffnet und wird alle sieben Jahre gestrichen. Die Lampen der Brücke werden von "
    "einer Firma aus der Stadt gewechselt. Sie wurde mit dem Geld gebaut, das die Bürgermeisterin gab. Der Hafen ist "
    "nicht weit von der Brücke, und die Fähre fährt nicht mehr."
)
ORPHANS = {
    "documents": "SELECT count(*) FROM documents WHERE NOT current",
    "texts": "SELECT count(*) FROM texts WHERE NOT complete OR id NOT IN (SELECT text_id FROM documents)",
    "segments": "SELECT count(*) FROM segments WHERE text_id NOT IN (SELECT id FROM texts)",
    "chunks": "SELECT count(*) FROM chunks WHERE document_id NOT IN (SELECT id FROM documents)",
    "embeddings": "SELECT count(*) FROM embeddings WHERE id NOT IN (SELECT embedding_id FROM chunks)",
}


def orphans(home) -> dict[str, int]:
    """Rows that nothing needs, where there are any."""
    found = {table: home.rows(sql)[0][0] for table, sql in ORPHANS.items()}
    indexed = sum(count for name, count in home.counts().items() if name.startswith("fts_"))
    found["full text"] = indexed - home.counts()["chunks"]
    return {table: count for table, count in found.items() if count}


def did(report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def texts_of(home) -> dict[str, int]:
    """The number of each document's stored text: it stays where a file is not parsed again."""
    return dict(home.rows("SELECT path, text_id FROM documents WHERE current"))


def first(home, question: str) -> str:
    return home.search(question, 1)[0].path


@pytest.fixture
def two(home):
    """A home with two documents."""
    home.write("bridge.txt", BRIDGE)
    home.write("old/ferry.txt", FERRY)
    assert did(home.ingest()) == (2, 0, 0, 0)
    return home


class TestChanges:
    def test_the_first_time(self, home) -> None:
        home.write("bridge.txt", BRIDGE)
        home.write("old/shops.csv", "city,shops\nOslo,12\nBergen,7\n")
        report = home.ingest()
        assert did(report) == (2, 0, 0, 0)
        assert (report.collection, report.documents, report.chunks) == ("default", 2, 2)
        assert (report.embedded, report.reused) == (2, 0)
        assert report.skipped == (Skipped(".ibid", "ibid's own home"),)
        assert (report.failed, report.partial, report.missing, report.warnings) == ((), (), (), ())
        assert report.seconds > 0
        assert home.index.paths() == ["bridge.txt", "old/shops.csv"]
        assert home.counts() == {
            "collections": 1, "documents": 2, "texts": 2, "segments": 2, "chunks": 2, "embeddings": 2, "fts_1": 2,
        }  # fmt: skip
        assert first(home, "When was the bridge opened?") == "bridge.txt"

    def test_nothing_has_changed(self, two) -> None:
        before = two.rows("SELECT * FROM documents"), two.rows("SELECT id FROM chunks")
        report = two.ingest()
        assert did(report) == (0, 0, 0, 2)
        assert (report.documents, report.chunks, report.embedded) == (2, 0, 0)
        assert (two.rows("SELECT * FROM documents"), two.rows("SELECT id FROM chunks")) == before

    def test_a_file_that_changed(self, two) -> None:
        kept = texts_of(two)["old/ferry.txt"]
        two.write("bridge.txt", "The tunnel was opened in 2010.")
        report = two.ingest()
        assert did(report) == (0, 1, 0, 1)
        assert (report.chunks, report.embedded) == (1, 1)
        assert [hit.text for hit in two.search("painted", 5, mode="lexical")] == []
        assert first(two, "the tunnel") == "bridge.txt"
        assert two.index.text("bridge.txt", two.search("tunnel")[0].span) == "The tunnel was opened in 2010."
        assert texts_of(two)["old/ferry.txt"] == kept
        assert orphans(two) == {}

    def test_a_file_that_vanished(self, two) -> None:
        (two.folder / "bridge.txt").unlink()
        assert did(two.ingest()) == (0, 0, 1, 1)
        assert two.index.paths() == ["old/ferry.txt"]
        assert orphans(two) == {}

    def test_a_file_that_was_renamed_is_not_embedded_again_where_its_name_is_not_in_the_context(
        self, tmp_path, open_home
    ) -> None:
        home = open_home(tmp_path / "work", chunking={"default": {"context": []}})
        file = home.write("bridge.txt", BRIDGE)
        home.ingest()
        number = texts_of(home)["bridge.txt"]
        file.rename(home.folder / "crossing.txt")
        report = home.ingest()
        assert did(report) == (1, 0, 1, 0)
        assert (report.embedded, report.reused) == (0, 1)
        assert texts_of(home) == {"crossing.txt": number}
        assert [hit.path for hit in home.search("bridge")] == ["crossing.txt"]
        assert orphans(home) == {}

    @pytest.mark.parametrize("at_once", [True, False])
    def test_a_byte_copy_shares_text_and_vectors(self, home, at_once) -> None:
        home.write("a/bridge.txt", BRIDGE)
        if not at_once:
            home.ingest()
        home.write("b/bridge.txt", BRIDGE)
        report = home.ingest()
        assert report.documents == 2
        assert (report.embedded, report.reused) == ((1, 1) if at_once else (0, 1))
        assert {name: home.counts()[name] for name in ("documents", "texts", "segments", "chunks", "embeddings")} == {
            "documents": 2, "texts": 1, "segments": 1, "chunks": 2, "embeddings": 1,
        }  # fmt: skip
        [found] = home.search("bridge")
        assert [found.path, *(copy.path for copy in found.copies)] == ["a/bridge.txt", "b/bridge.txt"]
        (home.folder / "a/bridge.txt").unlink()
        assert did(home.ingest()) == (0, 0, 1, 1)
        assert [hit.text for hit in home.search("bridge")] == [BRIDGE]
        assert orphans(home) == {}

    def test_a_text_that_many_documents_share_is_embedded_once(self, tmp_path, open_home) -> None:
        """Also while it is on its way: a batch of 96 chunks is embedded while the next ones are gathered."""
        home = open_home(tmp_path / "work", chunking={"default": {"size": 16, "context": []}})
        shared = "The lighthouse keeper lights the lamp at nine every night."
        for number in range(150):
            home.write(f"{number:03}.txt", f"{shared}\n\nOn day {number} the lamp of the lighthouse burned well.")
        report = home.ingest()
        assert (report.chunks, report.embedded, report.reused) == (300, 151, 149)
        assert home.counts()["embeddings"] == 151

    def test_a_copy_with_another_suffix_is_read_in_another_way(self, home) -> None:
        home.write("a.txt", "# Title\n\ntext\n")
        home.write("a.md", "# Title\n\ntext\n")
        home.ingest()
        assert home.counts()["texts"] == 2

    def test_a_file_that_was_touched_is_unchanged(self, two) -> None:
        (before,) = two.rows("SELECT signature, text_id FROM documents WHERE path = 'bridge.txt'")
        os.utime(two.folder / "bridge.txt", (1, 1))
        report = two.ingest()
        assert (did(report), report.embedded) == ((0, 0, 0, 2), 0)
        (after,) = two.rows("SELECT signature, text_id FROM documents WHERE path = 'bridge.txt'")
        assert (after[0] != before[0], after[1]) == (True, before[1])
        plan = replace(two.plan(), seconds=0.0)
        assert plan == SyncPlan(unchanged=("bridge.txt", "old/ferry.txt"), documents=2, skipped=report.skipped)

    def test_other_rules_cut_the_stored_text_again(self, two, open_home) -> None:
        two.write("bridge.txt", f"{BRIDGE} {FERRY}")
        two.ingest()
        before = texts_of(two)
        small = open_home(two.folder, chunking={"rules": [{"match": "bridge*", "size": 16, "context": []}]})
        assert list(small.stale()) == ["bridge.txt"]
        assert small.stale()["bridge.txt"].startswith("the chunking rules have changed")
        report = small.ingest()
        assert did(report) == (0, 1, 0, 1)
        assert (report.chunks, report.embedded) == (2, 2)
        assert texts_of(small) == before
        assert small.stale() == {}
        assert small.index.chunk_spans("bridge.txt")[0].start == 0
        assert len(small.index.chunk_spans("bridge.txt")) == 2
        assert orphans(small) == {"embeddings": 1}

    def test_going_back_to_earlier_rules_embeds_nothing(self, two, open_home) -> None:
        small = open_home(two.folder, chunking={"rules": [{"match": "bridge*", "size": 16, "context": []}]})
        assert small.ingest().embedded > 0
        report = two.ingest()
        assert (did(report), report.embedded) == ((0, 1, 0, 1), 0)

    def test_what_was_cut_otherwise_goes_with_its_text(self, two, open_home) -> None:
        small = open_home(two.folder, chunking={"rules": [{"match": "bridge*", "size": 16, "context": []}]})
        small.ingest()
        small.write("bridge.txt", "Nothing is left of it.")
        small.ingest()
        assert orphans(small) == {}

    def test_spare_vectors_are_bounded_the_oldest_go_first(self, two, open_home, monkeypatch) -> None:
        monkeypatch.setattr("retrieval.purging._SPARE_LEAST", 2)
        monkeypatch.setattr("retrieval.purging._SPARE_TIMES", 0)
        two.write("bridge.txt", " ".join(f"Bridge number {number} is long." for number in range(30)))
        two.ingest()
        known = two.rows("SELECT max(id) FROM embeddings")[0][0]
        for size in (20, 40, 60):
            open_home(two.folder, chunking={"default": {"size": size, "context": []}}).ingest()
        spare = two.rows("SELECT id FROM embeddings WHERE id NOT IN (SELECT embedding_id FROM chunks)")
        assert len(spare) == 2
        assert min(spare)[0] > known

    def test_a_document_of_several_segments(self, home) -> None:
        home.write(
            "long.txt", "The golden cathedral stands here.\n" + "\n" * 600_000 + "A violet lighthouse stands there."
        )
        report = home.ingest()
        assert (report.documents, report.chunks) == (1, 2)
        assert home.counts()["segments"] > 2
        (hit,) = home.search("violet lighthouse", 1)
        assert (hit.text, hit.span.start) == ("A violet lighthouse stands there.", 600_034)
        assert hit.place.lines == (600_002, 600_002)
        os.utime(home.folder / "long.txt", (1, 1))
        assert did(home.ingest()) == (0, 0, 0, 1)
        (home.folder / "long.txt").unlink()
        home.write("other.txt", "x")
        home.ingest()
        assert home.counts()["segments"] == 1


class TestBadFiles:
    def test_they_do_not_stop_the_others(self, home) -> None:
        home.write("a.json", '{"a": }')
        home.write("b.txt", BRIDGE)
        home.write("c.json", "[]")
        home.write("d.bin", b"\0\1\2")
        home.write("e.txt", b"")
        report = home.ingest()
        assert (did(report), report.documents) == ((1, 0, 0, 0), 1)
        assert [one.path for one in report.failed] == ["a.json"]
        assert report.failed[0].error.startswith("it is no JSON: line 1, column 7: ")
        assert report.skipped == (
            Skipped(".ibid", "ibid's own home"),
            Skipped("c.json", "valid JSON without content"),
            Skipped("d.bin", "no parser reads .bin, and it is no text"),
            Skipped("e.txt", "empty: zero bytes"),
        )
        assert orphans(home) == {}

    def test_the_last_good_version_stays_and_is_stale(self, home) -> None:
        home.write("a.json", '{"bridge": "opened in 2003"}')
        home.write("b.txt", FERRY)
        home.ingest()
        good = texts_of(home)
        home.write("a.json", '{"bridge": ')
        for _ in range(2):
            report = home.ingest()
            assert (did(report), len(report.failed), report.documents) == ((0, 0, 0, 1), 1, 1)
            assert first(home, "When was the bridge opened?") == "a.json"
            assert texts_of(home) == good
            assert list(home.stale()) == ["a.json"]
            assert home.stale()["a.json"].startswith("it is no JSON: line 1, column 12")
        assert orphans(home) == {}

    @pytest.mark.parametrize(("content", "expected"), [("2003", (0, 0, 0, 1)), ("2004", (0, 1, 0, 0))])
    def test_it_recovers(self, home, content, expected) -> None:
        home.write("a.json", '{"bridge": "opened in 2003"}')
        home.ingest()
        home.write("a.json", "{")
        assert len(home.ingest().failed) == 1
        home.write("a.json", f'{{"bridge": "opened in {content}"}}')
        report = home.ingest()
        assert (did(report), report.failed, home.stale()) == (expected, (), {})
        assert content in home.search("bridge")[0].text
        assert did(home.ingest()) == (0, 0, 0, 1)

    def test_a_file_that_became_a_link_to_nowhere(self, two) -> None:
        (two.folder / "bridge.txt").unlink()
        (two.folder / "bridge.txt").symlink_to("nowhere.txt")
        report = two.ingest()
        assert report.failed == (Failed("bridge.txt", "the link leads nowhere"),)
        assert first(two, "bridge") == "bridge.txt"
        assert two.stale() == {"bridge.txt": "the link leads nowhere"}

    def test_a_folder_that_cannot_be_opened_does_not_say_what_vanished(self, two) -> None:
        """Here a link to a disk that is not there: root may open every folder that is."""
        shutil.move(two.folder / "old", two.folder.parent / "elsewhere")
        (two.folder / "old").symlink_to(two.folder.parent / "not mounted")
        report = two.ingest()
        assert (did(report), report.failed) == ((0, 0, 0, 1), (Failed("old", "the link leads nowhere"),))
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt"]
        (two.folder / "old").unlink()
        assert did(two.ingest()) == (0, 0, 1, 1)

    @pytest.mark.parametrize(
        ("name", "good", "hollow", "reason"),
        [
            ("a.json", '{"bridge": 1}', "[]", "valid JSON without content"),
            ("a.txt", "bridge", "", "empty: zero bytes"),
            ("a.txt", "bridge", " \n\n ", ""),
            ("a.dat", "bridge", "\0\1", "no parser reads .dat, and it is no text"),
        ],
    )
    def test_a_file_that_holds_nothing_any_more_is_forgotten(self, home, name, good, hollow, reason) -> None:
        home.write(name, good)
        home.write("b.txt", FERRY)
        home.ingest()
        home.write(name, hollow)
        report = home.ingest()
        assert did(report) == (0, 0, 1, 1)
        assert [one.path for one in report.skipped] == [".ibid", name]
        assert reason in report.skipped[1].reason
        assert home.index.paths() == ["b.txt"]
        assert orphans(home) == {}

    def test_a_file_that_breaks_in_its_middle_leaves_nothing(self, home) -> None:
        home.write("a.json", "[" + '{"x": "golden cathedral"},\n' * 20_000 + '{"x": }]\n')
        report = home.ingest()
        assert [one.error[:39] for one in report.failed] == ["it is no JSON: line 20001, column 7: ex"]
        assert (report.documents, orphans(home)) == (0, {})

    def test_strict_stops_at_the_first(self, home) -> None:
        home.write("a.txt", BRIDGE)
        home.write("gone.txt", "gone")
        home.ingest()
        (home.folder / "gone.txt").unlink()
        home.write("b.json", "{")
        home.write("c.json", "{")
        home.write("d.txt", FERRY)
        report = home.ingest(strict=True)
        assert [one.path for one in report.failed] == ["b.json"]
        assert did(report) == (0, 0, 0, 1)
        assert home.index.paths() == ["a.txt", "gone.txt"]
        assert did(home.ingest()) == (1, 0, 1, 1)
        assert orphans(home) == {}

    def test_strict_does_nothing_where_a_file_cannot_even_be_found(self, home) -> None:
        (home.folder / "a.txt").symlink_to("nowhere.txt")
        home.write("b.txt", BRIDGE)
        report = home.ingest(strict=True)
        assert (did(report), [one.path for one in report.failed]) == ((0, 0, 0, 0), ["a.txt"])


class TestGivenPaths:
    def test_what_lies_elsewhere_is_not_touched(self, two) -> None:
        (two.folder / "bridge.txt").unlink()
        two.write("old/new.txt", "new")
        assert did(two.ingest(two.folder / "old")) == (1, 0, 0, 1)
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt", "old/new.txt"]

    def test_names_that_only_begin_alike_are_elsewhere(self, home) -> None:
        home.write("a/x.txt", "one")
        home.write("a b/x.txt", "two")
        home.ingest()
        shutil.rmtree(home.folder / "a b")
        assert did(home.ingest(home.folder / "a")) == (0, 0, 0, 1)
        assert home.index.paths() == ["a b/x.txt", "a/x.txt"]

    @pytest.mark.parametrize("name", ["old", "old/ferry.txt"])
    def test_a_missing_path_removes_nothing_without_prune(self, two, name) -> None:
        shutil.rmtree(two.folder / "old")
        path = two.folder / name
        report = two.ingest(path, two.folder / "bridge.txt")
        assert (did(report), report.missing) == ((0, 0, 0, 1), (str(path),))
        assert report.warnings == (f"{str(path)!r} is missing: 1 of its documents stay indexed; --prune forgets them",)
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt"]
        report = two.ingest(path, prune=True)
        assert (did(report), report.warnings) == ((0, 0, 1, 0), ())
        assert two.index.paths() == ["bridge.txt"]
        assert orphans(two) == {}

    @pytest.mark.parametrize("left", [None, ".hidden.txt", "empty.txt"])
    def test_an_emptied_folder_removes_nothing_without_prune(self, two, left) -> None:
        (two.folder / "old" / "ferry.txt").unlink()
        if left:
            two.write(f"old/{left}", "")
        report = two.ingest(two.folder / "old")
        assert (did(report), report.missing) == ((0, 0, 0, 0), ())
        said = f"{str(two.folder / 'old')!r} has nothing to ingest any more: 1 of its documents stay indexed"
        assert report.warnings == (f"{said}; --prune forgets them",)
        assert did(two.ingest(two.folder / "old", prune=True)) == (0, 0, 1, 0)
        assert two.index.paths() == ["bridge.txt"]

    def test_a_folder_below_that_vanished_or_is_empty_is_forgotten(self, two) -> None:
        (two.folder / "old" / "ferry.txt").unlink()
        report = two.ingest()
        assert (did(report), report.warnings) == ((0, 0, 1, 1), ())

    def test_nested_paths(self, two) -> None:
        assert did(two.ingest(two.folder / "old", two.folder)) == (0, 0, 0, 2)
        shutil.rmtree(two.folder / "old")
        report = two.ingest(two.folder, two.folder / "old")
        assert (did(report), report.missing) == ((0, 0, 1, 1), (str(two.folder / "old"),))
        assert report.warnings == ()  # the outer one has spoken for it: nothing stays

    def test_a_path_that_is_a_link(self, two) -> None:
        link = two.folder.parent / "link"
        link.symlink_to(two.folder / "old")
        two.write("old/new.txt", "new")
        assert did(two.ingest(link)) == (1, 0, 0, 1)
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt", "old/new.txt"]

    def test_files_outside_the_root_have_absolute_paths(self, two, tmp_path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "a.txt").write_text("A lighthouse.")
        (other / "b.txt").write_text("A windmill.")
        assert did(two.ingest(other)) == (2, 0, 0, 0)
        (other / "a.txt").unlink()
        assert did(two.ingest(other)) == (0, 0, 1, 1)
        assert two.index.paths() == [str(other / "b.txt"), "bridge.txt", "old/ferry.txt"]

    def test_what_is_ignored_now_is_forgotten(self, two) -> None:
        two.write(".ibidignore", "old/\n")
        report = two.ingest()
        assert did(report) == (0, 0, 1, 1)
        assert Skipped("old", "named in .ibidignore") in report.skipped
        (two.folder / ".ibidignore").unlink()
        assert did(two.ingest()) == (1, 0, 0, 1)

    def test_a_hidden_file_that_was_given_by_name_stays_only_by_name(self, two) -> None:
        two.write(".note.txt", "A note of the lighthouse.")
        assert did(two.ingest(two.folder / ".note.txt")) == (1, 0, 0, 0)
        assert did(two.ingest(two.folder / ".note.txt")) == (0, 0, 0, 1)
        assert did(two.ingest()) == (0, 0, 1, 2)


class TestPlan:
    def test_it_says_what_sync_does_and_does_nothing(self, two) -> None:
        two.write("bridge.txt", "other")
        two.write("new.txt", "new")
        two.write("broken.json", "{")
        (two.folder / "old" / "ferry.txt").unlink()
        before = two.rows("SELECT * FROM documents"), two.rows("SELECT * FROM meta")
        plan = two.plan()
        assert (plan.added, plan.changed, plan.chunks) == (("new.txt",), ("bridge.txt",), 2)
        assert [one.path for one in plan.failed] == ["broken.json"]
        assert (plan.removed, plan.unchanged) == (("old/ferry.txt",), ())
        assert (two.rows("SELECT * FROM documents"), two.rows("SELECT * FROM meta")) == before
        assert did(two.ingest()) == (1, 1, 1, 0)

    def test_before_the_first_ingest(self, home) -> None:
        home.write("a.txt", "x")
        assert home.plan().added == ("a.txt",)
        with pytest.raises(NothingIndexedError):
            home.search("x")
        assert home.counts()["collections"] == 0


class Other(MiniLM):
    """The embedded model under another identity."""

    @property
    def identity(self) -> str:
        return "other"

    @property
    def model_name(self) -> str:
        return "other-model"


class TestCollections:
    def test_they_share_texts_and_vectors(self, two, open_home) -> None:
        other = open_home(two.folder, collection="other")
        report = other.ingest(two.folder / "old")
        assert (did(report), report.embedded, report.reused) == ((1, 0, 0, 0), 0, 1)
        assert {name: two.counts()[name] for name in ("texts", "embeddings", "chunks")} == {
            "texts": 2, "embeddings": 2, "chunks": 3,
        }  # fmt: skip
        assert (two.counts()["fts_1"], two.counts()["fts_2"]) == (2, 1)
        assert [hit.path for hit in other.search("bridge ferry")] == ["old/ferry.txt"]
        assert [hit.collection for hit in other.search("bridge")] == ["other"]
        assert [(one.collection, one.documents, one.chunks) for one in collections(two.database)] == [
            ("default", 2, 2),
            ("other", 1, 1),
        ]

    def test_one_is_forgotten_and_the_other_stays_whole(self, two, open_home) -> None:
        other = open_home(two.folder, collection="other")
        other.write("new.txt", "Only here.")
        other.ingest()
        remove_collection(two.database, Chroma(), "other")
        assert orphans(two) == {}
        assert two.counts() == {
            "collections": 1, "documents": 2, "texts": 2, "segments": 2, "chunks": 2, "embeddings": 2, "fts_1": 2,
        }  # fmt: skip
        assert first(two, "bridge") == "bridge.txt"
        with pytest.raises(NothingIndexedError, match="'other'"):
            other.search("bridge")
        with pytest.raises(NothingIndexedError, match="'other'"):
            remove_collection(two.database, Chroma(), "other")

    def test_another_embedder_is_refused_and_told_what_to_do(self, two, open_home) -> None:
        other = open_home(two.folder, embedder=Other())
        for call in (other.ingest, lambda: other.search("bridge"), lambda: other.search("x", mode="lexical")):
            with pytest.raises(MismatchError) as caught:
                call()
            assert caught.value.exit_code == 2
            assert "the embedder 'minilm' (all-MiniLM-L6-v2)" in caught.value.message
            assert "(other-model)" in caught.value.message
            assert "ibid collections rm default, then ibid ingest FOLDER" in caught.value.hint
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt"]
        remove_collection(two.database, Chroma(), "default")
        report = other.ingest()
        assert (did(report), report.embedded) == ((2, 0, 0, 0), 2)
        assert first(other, "bridge") == "bridge.txt"

    def test_other_embedders_vectors_are_apart_in_one_home(self, two, open_home) -> None:
        other = open_home(two.folder, collection="other", embedder=Other())
        assert other.ingest().embedded == 2
        assert two.counts()["embeddings"] == 4

    def test_a_folder_without_files_is_said(self, home) -> None:
        folder = home.folder / "empty"
        (folder / "below").mkdir(parents=True)
        report = home.ingest(folder)
        assert did(report) == (0, 0, 0, 0)
        assert report.warnings == (
            f"there is no file in {str(folder)!r}: give a folder that holds documents, or files",
        )

    def test_an_emptied_collection_has_nothing(self, two) -> None:
        assert two.index.remove(["bridge.txt", "nowhere.txt", "old/ferry.txt"]) == ["bridge.txt", "old/ferry.txt"]
        assert {name: count for name, count in two.counts().items() if count} == {"collections": 1}
        with pytest.raises(NothingIndexedError, match="nothing is indexed in the collection 'default'"):
            two.search("bridge")
        assert did(two.ingest()) == (2, 0, 0, 0)


class Stopping:
    """Stops a sync after so many files, as Ctrl-C does."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.stages: list[tuple[str, int | None]] = []

    def stage(self, name: str, total: int | None) -> None:
        self.stages.append((name, total))

    def advance(self, n: int = 1) -> None:
        self.left -= n
        if self.left == 0:
            raise KeyboardInterrupt


class Failing(MiniLM):
    """An endpoint that fails on a text."""

    on: str = "windmill"

    def embed(self, texts):
        if any(self.on in text for text in texts):
            raise ProviderError("the endpoint answers 503", transient=True)
        return super().embed(texts)


class TestInterrupted:
    def test_progress_is_told(self, two) -> None:
        two.write("new.txt", "new")
        told = Stopping(99)
        two.ingest(progress=told)
        assert (told.stages, told.left) == ([("looking for changes", None), ("ingesting", 1)], 98)

    def test_an_interrupt_loses_what_is_in_flight_alone(self, home) -> None:
        """At most three batches of 96 are in flight, so that of 350 documents at least one batch is written."""
        for number in range(400):
            home.write(f"{number:03}.txt", f"Lighthouse number {number}.")
        with pytest.raises(KeyboardInterrupt):
            home.ingest(progress=Stopping(350))
        kept = home.counts()["embeddings"]
        done = len(home.rows("SELECT 1 FROM documents WHERE current"))
        assert 0 < done <= kept <= 350
        report = home.ingest()
        assert (report.added, report.unchanged, report.embedded) == (400 - done, done, 400 - kept)
        assert (home.counts()["documents"], orphans(home)) == (400, {})

    def test_an_embedder_that_fails(self, home, open_home) -> None:
        for number in range(200):
            home.write(f"{number:03}.txt", f"Lighthouse number {number}.")
        home.write("199.txt", "A windmill.")
        failing = open_home(home.folder, embedder=Failing())
        with pytest.raises(ProviderError, match="503"):
            failing.ingest()
        kept = home.counts()["embeddings"]
        done = len(home.rows("SELECT 1 FROM documents WHERE current"))
        assert 0 < done <= kept < 200
        report = home.ingest()
        assert (report.added, report.unchanged, report.embedded) == (200 - done, done, 200 - kept)
        assert orphans(home) == {}

    def test_another_process_is_writing(self, two) -> None:
        two.write("new.txt", "new")
        with two.database.sync_lock("ibid ingest elsewhere"):
            for call in (two.ingest, lambda: two.index.remove(["bridge.txt"])):
                with pytest.raises(LockedError, match="`ibid ingest elsewhere`"):
                    call()
            assert first(two, "bridge") == "bridge.txt"
        assert two.index.paths() == ["bridge.txt", "old/ferry.txt"]

    def test_who_writes_is_told_by_the_name_of_the_command(self, two, monkeypatch) -> None:
        told = []

        @contextmanager
        def lock(doing: str) -> Iterator[None]:
            told.append(doing)
            yield

        monkeypatch.setattr(two.database, "sync_lock", lock)
        two.ingest()
        two.index.remove(["bridge.txt"])
        remove_collection(two.database, Chroma(), "default")
        assert told == ["ibid ingest", "ibid rm", "ibid collections rm"]


class TestLanguage:
    def test_text_that_is_not_english_is_told_once(self, home) -> None:
        home.write("english.txt", BRIDGE * 5)
        home.write("german.txt", GERMAN)
        report = home.ingest()
        (warning,) = report.warnings
        assert warning.startswith("1 document is mostly not English (german.txt): the embedder 'all-MiniLM-L6-v2'")
        assert home.ingest().warnings == ()

    def test_the_first_three_are_named(self, home) -> None:
        for number in range(5):
            home.write(f"{number}.txt", f"{GERMAN} {number}")
        (warning,) = home.ingest().warnings
        assert warning.startswith("5 documents are mostly not English (0.txt, 1.txt, 2.txt …): ")


def test_links_to_files_are_read_under_their_own_path(two) -> None:
    (two.folder / "linked.txt").symlink_to(Path("old") / "ferry.txt")
    report = two.ingest()
    assert did(report) == (1, 0, 0, 2)
    assert two.index.paths() == ["bridge.txt", "linked.txt", "old/ferry.txt"]


def test_a_folder_whose_name_is_no_utf8_speaks_for_what_vanished_in_it(home) -> None:
    folder = Path(os.fsdecode(os.fsencode(home.folder) + b"/half \xe2\x82"))
    folder.mkdir()
    (folder / "a.txt").write_text("A ferry.")
    (folder / "b.txt").write_text("A bridge.")
    home.ingest(folder)
    assert home.index.paths() == ["half \ufffd\ufffd/a.txt", "half \ufffd\ufffd/b.txt"]
    (folder / "a.txt").unlink()
    assert home.ingest(folder).removed == 1


PART = """
from ingest.errors import LimitError
from ingest.parsers import Parser
from ingest.types import Block, Info, Page, Rows

class Part(Parser):
    suffixes = (".part",)

    def parse(self, file, aids):
        kind = file.read_text()
        if kind == "blank":
            yield from (Info(page_count=2), Page(1, "empty"), Page(2, "empty"))
        if kind.startswith("pages"):
            yield Info(page_count=4)
            yield from (Block("The bridge was opened. "), Page(1, "text", "", "Annual report", "page 1"))
            yield from (Block("It is painted. "), Page(2, "ocr"), Page(3, "failed", "torn"))
        if kind == "pages cut":
            raise LimitError("it is over a limit", hint="raise it")
        if kind == "pages":
            yield Page(4, "empty")
        if kind.startswith("rows"):
            yield from (Block("bridge: 1\\n", "row"), Info(rows=Rows(text=1, empty=2)))
        if kind == "rows lost":
            yield Info(rows=Rows(failed=3), warnings=("three are broken",))
        if kind == "rows cut":
            raise LimitError("it is over a limit")
"""


@pytest.fixture
def parts(tmp_path, open_home, monkeypatch):
    """A home whose loader has a parser that does what the file says."""
    package = tmp_path / "modules" / "odd_parts"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.py").write_text(PART)
    monkeypatch.syspath_prepend(str(package.parent))
    with Loader(IngestSettings(parsers={"odd_parts.part": {}})) as loader:
        yield open_home(tmp_path / "work", loader=loader)


class TestCoverage:
    def test_what_became_of_pages_and_rows_is_kept(self, parts) -> None:
        parts.write("a.part", "pages")
        parts.write("b.part", "rows")
        report = parts.ingest()
        assert report.partial == (Partial("a.part", (3,), "torn"),)
        assert (report.pages, report.rows) == (PageCounts(1, 1, 1, 1), Rows(1, 2, 0))
        one, other = parts.index.status(parts.rules, ".").sources
        assert one.coverage == (
            Page(1, "text", "", "Annual report", "page 1"),
            Page(2, "ocr"),
            Page(3, "failed", "torn"),
            Page(4, "empty"),
        )
        assert (other.rows, other.coverage, other.cut) == (Rows(1, 2, 0), (), "")

    def test_rows_that_are_lost_are_said_each_time(self, parts) -> None:
        parts.write("a.part", "rows lost")
        for _ in range(2):
            report = parts.ingest()
            assert report.partial == (Partial("a.part", (), "3 of its rows could not be read", 3),)
            assert (report.rows, report.documents) == (Rows(1, 2, 3), 1)
        assert parts.index.status(parts.rules, "a.part").sources[0].warnings == ("three are broken",)

    @pytest.mark.parametrize(("kind", "pages"), [("pages cut", (3, 4)), ("rows cut", ())])
    def test_what_was_cut_short_is_partial_and_read_again_under_other_limits(
        self, parts, open_home, kind, pages
    ) -> None:
        parts.write("a.part", kind)
        assert did(parts.ingest()) == (1, 0, 0, 0)
        report = parts.ingest()
        assert did(report) == (0, 0, 0, 1)
        (part,) = report.partial
        assert part.pages == pages
        assert part.reason.startswith("not read to its end: it is over a limit")
        settings = IngestSettings(parsers={"odd_parts.part": {}}, limits=Limits(seconds=50))
        with Loader(settings) as loader:
            again = open_home(parts.folder, loader=loader)
            assert did(again.ingest()) == (0, 1, 0, 0)
            assert did(again.ingest()) == (0, 0, 0, 1)
        assert orphans(parts) == {}

    def test_pages_without_any_text_are_said(self, parts) -> None:
        parts.write("a.part", "blank")
        parts.write("b.txt", FERRY)
        for report in (parts.plan(), parts.ingest()):
            assert report.documents == 1
            assert [one.path for one in report.skipped] == [".ibid", "a.part"]
            assert report.warnings == (
                "1 file has pages or pictures without any text (a.part): nothing of them can be found",
            )

    def test_a_plan_tells_what_the_sync_will(self, parts) -> None:
        for name, kind in {"a": "pages", "b": "rows lost", "c": "pages cut", "d": "blank", "e": ""}.items():
            parts.write(f"{name}.part", kind)
        parts.write("f.txt", BRIDGE)
        parts.write("g.json", "{")
        plan, report = parts.plan(), parts.ingest()
        assert len(plan.added) == report.added == 4
        for key in ("documents", "failed", "skipped", "partial", "missing", "pages", "rows", "chunks", "warnings"):
            assert getattr(plan, key) == getattr(report, key), key
        assert report.documents + len(report.failed) + len(report.skipped) == 7 + 1  # and the home itself
