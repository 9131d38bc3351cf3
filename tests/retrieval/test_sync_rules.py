"""Rules that change: what is cut anew, from what, what of it is embedded, and that a rehearsal says so before."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest

from ingest.loader import Loader
from ingest.settings import IngestSettings

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "docs"
NOTES = "# Notes\n\n" + "".join(
    f"## Part {n}\n\nThe lamp of part {n} was lit at {n} o'clock. It burned {n} hours.\n\n" for n in range(1, 13)
)
AGREEMENT = (
    "<html><head><title>Lease Agreement</title></head><body><p>The rent is 70.</p><p>It is due.</p></body></html>"
)
NOTES += "## The last\n\n" + "".join(f"On day {n} of the year the last lamp was lit. " for n in range(1, 13))
PDF = {"match": "*.pdf", "size": 60}
BEFORE = {"rules": [{"match": "*.md", "strategy": "heading", "size": 250, "context": []}, PDF]}
MARKDOWN = {"rules": [{"match": "*.md", "strategy": "heading", "size": 50, "context": []}, PDF]}


class Watched:
    """What this process opened, and whether it started others, while it is watched."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.started = 0
        self.on = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event == "open":
            self.opened.append(str(arguments[0]))
        elif self.on and event in ("subprocess.Popen", "socket.sendmsg"):  # a worker is asked for through a socket
            self.started += 1

    @contextmanager
    def watching(self) -> Iterator[None]:
        self.opened, self.started, self.on = [], 0, True
        try:
            yield
        finally:
            self.on = False


@pytest.fixture(scope="module")
def watched() -> Watched:
    return Watched()


@pytest.fixture
def folder(tmp_path: Path, open_home: Callable) -> Path:
    """Notes, twice, and a page of a PDF, ingested."""
    home = open_home(tmp_path / "work", chunking=BEFORE)
    home.write("notes.md", NOTES)
    home.write("copy/notes.md", NOTES)
    home.write("log.txt", "The dome motor failed.")
    page = pypdf.PdfWriter()
    page.append(SAMPLES / "annual-report-2024.pdf", pages=(1, 2))
    page.write(home.folder / "report.pdf")
    assert home.ingest().added == 4
    return home.folder


@contextmanager
def reopened(open_home: Callable, folder: Path, chunking: dict) -> Iterator:
    """The home under other rules, with a loader that has no process yet."""
    with Loader(IngestSettings()) as loader:
        yield open_home(folder, chunking=chunking, loader=loader)


def state(home) -> dict[str, tuple[int, int]]:
    return {path: rest for path, *rest in home.rows("SELECT path, id, text_id FROM documents WHERE current")}


def test_a_rule_changed_for_one_kind_touches_no_other_and_opens_no_file(
    folder: Path, open_home: Callable, watched: Watched
) -> None:
    with reopened(open_home, folder, MARKDOWN) as home:
        before = state(home)
        assert set(home.stale()) == {"notes.md", "copy/notes.md"}
        with watched.watching():
            report = home.ingest()
        assert (report.added, report.changed, report.removed, report.unchanged) == (0, 2, 0, 2)
        assert not [path for path in watched.opened if path.startswith(str(folder)) and ".ibid" not in path]
        assert watched.started == 0
        after = state(home)
        assert {path for path in after if after[path] == before[path]} == {"log.txt", "report.pdf"}
        assert {path: rest[1] for path, rest in after.items()} == {path: rest[1] for path, rest in before.items()}
        assert home.stale() == {}
        home.write("new.txt", "A file that must be opened.")
        with watched.watching():
            assert home.ingest().added == 1
        assert watched.started > 0


def test_a_rehearsal_says_what_is_cut_anew_and_embedded(folder: Path, open_home: Callable, watched: Watched) -> None:
    with reopened(open_home, folder, MARKDOWN) as home:
        with watched.watching():
            plan = home.plan()
        assert not [path for path in watched.opened if path.startswith(str(folder)) and ".ibid" not in path]
        assert watched.started == 0
        assert plan.changed == plan.rechunked == ("copy/notes.md", "notes.md")
        report = home.ingest()
        assert (plan.chunks, plan.embedded, plan.reused) == (report.chunks, report.embedded, report.reused)
        assert plan.warnings == report.warnings
        again = home.plan()
        assert (again.changed, again.chunks, again.embedded, again.reused) == ((), 0, 0, 0)


def test_only_texts_that_are_new_are_embedded(folder: Path, open_home: Callable) -> None:
    """Of 13 sections the last one alone is cut otherwise."""
    with reopened(open_home, folder, MARKDOWN) as home:
        plan, report = home.plan(), home.ingest()
        assert report.chunks == 2 * (12 + report.embedded)
        assert 1 < plan.embedded == report.embedded < 6
    other = {"rules": [{"match": "*.md", "strategy": "heading", "size": 51, "context": []}, PDF]}
    with reopened(open_home, folder, other) as home:
        plan, report = home.plan(), home.ingest()
        assert (report.changed, report.embedded, report.reused) == (2, 0, report.chunks)
        assert (plan.embedded, plan.reused) == (0, report.reused)


def test_a_rehearsal_counts_files_that_are_new_or_changed_too(folder: Path, open_home: Callable) -> None:
    with reopened(open_home, folder, BEFORE) as home:
        home.write("log.txt", "The dome motor was repaired.")
        home.write("new.txt", "The dome motor failed.")
        plan, report = home.plan(), home.ingest()
        assert (plan.added, plan.changed, plan.rechunked) == (("new.txt",), ("log.txt",), ())
        assert (plan.chunks, plan.embedded, plan.reused) == (report.chunks, report.embedded, report.reused) == (2, 2, 0)


def test_a_failed_file_is_not_counted(folder: Path, open_home: Callable) -> None:
    with reopened(open_home, folder, BEFORE) as home:
        home.write("bad.json", '{"a": "one", "b": ')
        plan = home.plan()
        assert [one.path for one in plan.failed] == ["bad.json"]
        assert (plan.chunks, plan.embedded, plan.reused) == (0, 0, 0)


class TestByWhatParsingTells:
    @pytest.fixture
    def home(self, tmp_path: Path, open_home: Callable):
        rule = {"metadata": {"title": "*agreement*"}, "strategy": "heading", "size": 16, "context": []}
        home = open_home(tmp_path / "work", chunking={"rules": [rule]})
        home.write("a.html", AGREEMENT)
        home.write("b.html", AGREEMENT.replace("Lease Agreement", "Essay"))
        return home

    def test_the_rule_is_chosen_when_the_title_is_known(self, home) -> None:
        assert home.ingest().added == 2
        rules = dict(home.rows("SELECT path, match FROM documents WHERE current"))
        assert rules == {"a.html": "title: *agreement*", "b.html": "default"}
        assert home.stale() == {}
        report = home.ingest()
        assert (report.unchanged, report.chunks) == (2, 0)

    def test_a_changed_rule_touches_only_those_with_the_title(self, home, open_home: Callable) -> None:
        home.ingest()
        other = {"rules": [{"metadata": {"title": "essay"}, "size": 20}]}
        again = open_home(home.folder, chunking=other)
        assert set(again.stale()) == {"a.html", "b.html"}
        assert again.plan().rechunked == ("a.html", "b.html")
        assert again.ingest().changed == 2
        assert dict(again.rows("SELECT path, match FROM documents WHERE current")) == {
            "a.html": "default",
            "b.html": "title: essay",
        }

    def test_a_file_that_outgrows_a_rule(self, tmp_path: Path, open_home: Callable) -> None:
        home = open_home(tmp_path / "work", chunking={"rules": [{"larger_than": 100, "strategy": "page"}]})
        file = home.write("a.txt", "Short.")
        home.ingest()
        file.write_text("Long. " * 40)
        assert home.ingest().changed == 1
        assert home.rows("SELECT match, strategy FROM documents WHERE current") == [("larger_than: 100", "page")]
        assert home.stale() == {}
