"""Worker processes: what a file does to one, and what the others feel of it. The bad parsers are real modules."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ingest.errors import IngestError
from ingest.loader import Loader, Parsing, walk
from ingest.settings import IngestSettings, Limits
from ingest.types import Parsed, Source

BAD = """
import os, sys, time
from ingest.errors import EmptyError
from ingest.parsers import Parser
from ingest.types import Block, Info, Page

KEPT = []

class Bad(Parser):
    suffixes = (".bad",)

    def parse(self, file, aids):
        text = file.read_text()
        if text == "die":
            os._exit(3)
        if text == "kill":
            os.kill(os.getpid(), 9)
        if text == "hang":
            while True: time.sleep(0.1)
        if text == "stall":
            yield from (Block("x" * 200_000), Block("x" * 200_000))
            time.sleep(60)
        if text == "pages":
            yield Info(page_count=4)
            time.sleep(1.5)
        if text == "eat":
            held = []
            while True: held.append(bytearray(20_000_000))
        if text == "raise":
            raise ZeroDivisionError("surprise")
        if text == "print":
            print("noise"); sys.stdout.flush(); os.write(1, b"noise")
        if text == "input":
            assert sys.stdin.buffer is not None
        if text == "where":
            yield Block(os.getcwd() + "|" + str(os.listdir()) + "|" + str("API_KEY" in os.environ))
        if text == "flood":
            for number in range(40):
                (file.parent / "count").write_text(str(number))
                yield Block("x" * 240_000)
        if text in ("keep", "free"):
            pieces = [b"%05d" % n * 1_000 for n in range(40_000)]
            KEPT.append(pieces if text == "keep" else pieces[-1])
            del pieces
            time.sleep(0.2)
        if text in ("keep", "free", "pid"):
            yield Block(str(os.getpid()))
            return
        if text == "part":
            yield from (Info(title="T"), Block("a" * 250_000), Page(1, "text"), Block("b"), Page(2, "failed", "torn"))
        yield Block(text)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, where the parser `some_bad.part` is importable from beside it."""
    package = tmp_path / "modules" / "some_bad"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.py").write_text(BAD, encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def loader(*, workers: int = 1, **limits: float) -> Loader:
    return Loader(IngestSettings(parsers={"some_bad.part": {}}, limits=Limits(**limits)), workers=workers)  # type: ignore[arg-type]


def outcome(parsing: Parsing) -> str:
    try:
        return "".join(segment.text for segment in parsing.segments())
    except IngestError as error:
        return f"{type(error).__name__}: {error}"


def parse(folder: Path, texts: list[str], parts: Loader) -> list[str]:
    for number, text in enumerate(texts):
        (folder / f"{number:02}.bad").write_text(text, encoding="utf-8")
    with parts:
        said = {parsing.source.path: outcome(parsing) for parsing in parts.parse(sources_of(folder))}
    return [text for _, text in sorted(said.items())]


def sources_of(folder: Path) -> tuple[Source, ...]:
    return walk([folder], root=folder, home=None).sources


def test_a_dying_parser_costs_one_file(folder: Path) -> None:
    assert parse(folder, ["a", "die", "b", "kill", "c"], loader(workers=2)) == [
        "a",
        "UnreadableError: the parser died on it (exit code 3)",
        "b",
        "UnreadableError: the parser died on it (killed by SIGKILL)",
        "c",
    ]


def test_a_surprise_costs_one_file_and_no_process(folder: Path) -> None:
    assert parse(folder, ["raise", "a"], loader()) == [
        "UnreadableError: the parser 'some_bad.part' failed on it: ZeroDivisionError: surprise",
        "a",
    ]


def test_a_hanging_parser_is_ended(folder: Path) -> None:
    began = time.monotonic()
    assert parse(folder, ["hang", "a"], loader(seconds=0.5, seconds_per_page=1)) == [
        "LimitError: nothing was read of it for more than 0.5 seconds",
        "a",
    ]
    assert time.monotonic() - began < 20


def test_the_time_grows_with_the_pages(folder: Path) -> None:
    assert parse(folder, ["pages"], loader(seconds=1, seconds_per_page=2)) == ["pages"]


def test_a_greedy_parser_is_ended(folder: Path) -> None:
    assert parse(folder, ["eat", "a"], loader(memory_mb=300)) == [
        "LimitError: parsing took more than 300 MB of memory",
        "a",
    ]


def test_what_a_library_prints_does_not_come_between(folder: Path) -> None:
    assert parse(folder, ["print", "a"], loader()) == ["print", "a"]


def test_a_worker_works_in_an_empty_folder_and_knows_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    where, listed, secret = parse(folder, ["where"], loader())[0].removesuffix("where").split("|")
    assert where != str(Path.cwd())
    assert (listed, secret) == ("[]", "False")
    assert not Path(where).exists()


def test_a_parser_waits_for_who_reads(folder: Path) -> None:
    (folder / "0.bad").write_text("flood", encoding="utf-8")
    with loader(seconds=1) as parts:
        for parsing in parts.parse(sources_of(folder)):
            segments = parsing.segments()
            next(segments)
            time.sleep(2)  # longer than the file's time: waiting for us is not the parser's
            assert int((folder / "count").read_text(encoding="utf-8")) < 20
            assert sum(len(segment.text) for segment in segments) == 39 * 240_000 + 5


def test_title_pages_and_result(folder: Path) -> None:
    (folder / "0.bad").write_text("part", encoding="utf-8")
    with loader() as parts:
        (parsing,) = parts.parse(sources_of(folder))
        with pytest.raises(RuntimeError):
            _ = parsing.result
    with loader() as parts:
        for parsing in parts.parse(sources_of(folder)):
            assert parsing.title == "T"
            assert [segment.start for segment in parsing.segments()] == [0, 250_000]
            result: Parsed = parsing.result
            assert (result.title, result.characters) == ("T", 250_005)
            assert [(page.number, page.state, page.reason) for page in result.lost] == [(2, "failed", "torn")]


def test_what_is_not_wanted_is_dropped_and_the_next_comes(folder: Path) -> None:
    for number, text in enumerate(["flood", "stall", "a"]):
        (folder / f"{number}.bad").write_text(text, encoding="utf-8")
    with loader(workers=2) as parts:
        texts = []
        for parsing in parts.parse(sources_of(folder)):
            if parsing.source.path == "2.bad":
                texts.append(outcome(parsing))
        assert texts == ["a"]


def test_a_worker_that_holds_much_is_replaced(folder: Path) -> None:
    first, second, third = parse(folder, ["pid", "keep", "pid"], loader(memory_mb=300))
    assert first == second != third


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap")
def test_a_worker_that_gives_back_is_kept(folder: Path) -> None:
    first, second, third = parse(folder, ["pid", "free", "pid"], loader(memory_mb=300))
    assert first == second == third


def test_closing_ends_a_busy_worker(folder: Path, workers: Callable[[], set[int]]) -> None:
    (folder / "0.bad").write_text("stall", encoding="utf-8")
    before = workers()
    parts = loader()
    coming = parts.parse(sources_of(folder))
    next(coming)
    assert len(workers() - before) == 1
    time.sleep(0.5)
    parts.close()
    assert workers() == before
    coming.close()


def test_a_file_that_changes_while_it_is_read(folder: Path) -> None:
    (folder / "0.txt").write_text("text", encoding="utf-8")
    sources = walk([folder], root=folder, home=None).sources
    (folder / "0.txt").write_text("other text", encoding="utf-8")
    with loader() as parts:
        (said,) = [outcome(parsing) for parsing in parts.parse(sources)]
    assert said == "UnreadableError: the file changed while it was read"


def test_a_folder_with_our_packages_names_runs_nothing(tmp_path: Path) -> None:
    for name in (
        "ingest/__init__.py",
        "ingest/worker.py",
        "qa/__init__.py",
        "sitecustomize.py",
        "json.py",
        "ingest.py",
    ):
        file = tmp_path / "docs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")  # no __main__ guard: none is needed
    done = subprocess.run(
        [sys.executable, "-P", str(script)], cwd=tmp_path / "docs", capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("6 documents\n", "")
    assert not (tmp_path / "ran").exists()


SCRIPT = """
from pathlib import Path
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings
with Loader(IngestSettings(), workers=2) as loader:
    found = walk([Path.cwd()], root=Path.cwd(), home=None)
    print(sum(bool(list(parsing.segments())) for parsing in loader.parse(found.sources)), "documents")
"""


def test_a_worker_ends_with_its_parent(folder: Path) -> None:
    (folder / "0.bad").write_text("stall", encoding="utf-8")
    script = ORPHAN.format(modules=str(folder.parent / "modules"), folder=str(folder))
    parent = subprocess.Popen([sys.executable, "-P", "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert (len(gone), alive) == (2, [])


ORPHAN = """
import sys, time
sys.path.append({modules!r})
import psutil
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings
parts = Loader(IngestSettings(parsers={{"some_bad.part": {{}}}}))
coming = parts.parse(walk([{folder!r}], root={folder!r}, home=None).sources)
next(coming)
while len(children := psutil.Process().children(recursive=True)) < 2:  # the server, and what it made
    time.sleep(0.05)
print(*(child.pid for child in children), flush=True)
time.sleep(60)
"""
