"""Limits of one file: what is cut, what is kept of it, and what the other files feel. The parsers are real modules."""

import time
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings, Limits
from ingest.types import Page, Parsed, Rows, Source

PART = '''
import os, time
from ingest.errors import LimitError, UnreadableError
from ingest.parsers import Parser
from ingest.types import Block, Info, Page, Rows

class Part(Parser):
    suffixes = (".part",)

    def parse(self, file, aids):
        """Each line of the file is an order."""
        for line in file.read_text().splitlines():
            word, _, value = line.partition(" ")
            if word == "pages": yield Info(page_count=int(value))
            if word == "page": yield from (Block(f"page {value}\\n"), Page(int(value), "text"))
            if word == "row": yield from (Block(f"row {value}\\n", "row"), Info(rows=Rows(text=1)))
            if word == "text": yield Block("x" * int(value))
            if word == "sign": yield Info()
            if word == "read":
                number, _, order = value.partition(" ")
                if int(number) in aids.avoid: continue
                aids.reading(int(number))
                if order == "hang": time.sleep(60)
                if order == "die": os._exit(3)
                if order == "die once" and not (file.parent / "died").exists():
                    (file.parent / "died").touch()
                    os._exit(3)
                yield from (Block(f"page {number}\\n"), Page(int(number), "text"))
            if word == "sleep": time.sleep(float(value))
            if word == "wait":
                while not (file.parent / "go").exists(): time.sleep(0.02)
            if word == "eat":
                held = b"x" * int(value) * 1_000_000
                time.sleep(5)
            if word == "burst":
                held = bytearray(int(value) * 1_000_000)
            if word == "flood":
                while True: yield Block("flood ")
            if word == "drip":
                while True:
                    time.sleep(0.02)
                    yield from (Block("drip "), Info())
            if word == "die": os._exit(3)
            if word == "limit": raise LimitError("it is over the limit of " + value)
            if word == "broken": raise UnreadableError("it is broken")
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "modules" / "some_parts"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "part.py").write_text(PART, encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def loader(*, workers: int = 1, **limits: float) -> Loader:
    return Loader(IngestSettings(parsers={"some_parts.part": {}}, limits=Limits(**limits)), workers=workers)  # type: ignore[arg-type]


def sources(folder: Path, **files: list[str]) -> tuple[Source, ...]:
    for name, lines in files.items():
        (folder / f"{name}.part").write_text("\n".join(lines), encoding="utf-8")
    return walk([folder], root=folder, home=None).sources


def parsed(folder: Path, lines: list[str], **limits: float) -> tuple[str, Parsed]:
    """The text of a file of these orders, and what the parse said of it."""
    with loader(**limits) as parts:
        for parsing in parts.parse(sources(folder, a=lines)):
            return "".join(segment.text for segment in parsing.segments()), parsing.result
    raise AssertionError


def failure(folder: Path, lines: list[str], **limits: float) -> str:
    with pytest.raises(IngestError) as caught:
        parsed(folder, lines, **limits)
    return f"{type(caught.value).__name__}: {caught.value.message}"


TEXT = (Page(1, "text"), Page(2, "text"))
SLOW = "page 3 took more than 0.5 seconds"


def lost(*numbers: int, why: str) -> tuple[Page, ...]:
    return tuple(Page(number, "failed", f"not read: {why}") for number in numbers)


def test_a_page_that_hangs_costs_what_comes_after_it(folder: Path) -> None:
    began = time.monotonic()
    lines = ["pages 4", "page 1", "page 2", "text 10", "sleep 60", "page 3", "page 4"]
    text, said = parsed(folder, lines, seconds_per_page=0.5)
    assert time.monotonic() - began < 10
    assert text == "page 1\npage 2\n"
    assert said.pages == (*TEXT, *lost(3, 4, why=SLOW))
    assert said.cut == f"{SLOW} (raise ingest.limits.seconds_per_page)"


def test_a_parser_that_gives_signs_of_life_may_take_longer_for_a_page(folder: Path) -> None:
    lines = ["pages 1", "sleep 0.4", "sign", "sleep 0.4", "sign", "sleep 0.4", "page 1"]
    assert parsed(folder, lines, seconds_per_page=0.7)[1].pages == TEXT[:1]


def test_many_honest_pages_are_not_cut(folder: Path) -> None:
    lines = ["pages 6", *(line for number in range(1, 7) for line in ("sleep 0.3", f"page {number}"))]
    assert parsed(folder, lines, seconds=1, seconds_per_page=1)[1].cut == ""


def test_a_large_file_without_pages_has_time_for_each_megabyte(folder: Path) -> None:
    text, said = parsed(folder, ["drip", " " * 2_000_000], seconds=0.4, seconds_per_page=0.5)
    assert text.startswith("drip drip ")
    assert said.cut.startswith("parsing took more than 1 seconds")


def test_a_file_that_never_ends_is_cut(folder: Path) -> None:
    text, said = parsed(folder, ["drip"], seconds=0.5, seconds_per_page=0.5)
    assert set(text.split()) == {"drip"}
    assert said.cut == "parsing took more than 0.5 seconds (raise ingest.limits.seconds)"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["die"], "the parser died on it (exit code 3)"),
        (["eat 320"], "parsing took more than 300 MB of memory"),
        (["burst 600"], "the file needs more memory than it may have"),
        (["limit pixels"], "it is over the limit of pixels"),
    ],
)
def test_what_was_read_before_a_limit_is_kept(folder: Path, lines: list[str], why: str) -> None:
    text, said = parsed(folder, ["pages 3", "page 1", "page 2", *lines], memory_mb=300)
    assert text == "page 1\npage 2\n"
    assert said.pages == (*TEXT, *lost(3, why=why))
    assert said.cut.startswith(why)


@pytest.mark.parametrize(
    "lines", [["die"], ["limit pixels"], ["broken"], ["text 0", "limit pixels"], ["pages 2", "die"]]
)
def test_nothing_was_read_before_it(folder: Path, lines: list[str]) -> None:
    assert failure(folder, lines).startswith(("LimitError: it is over", "UnreadableError: "))


def test_what_is_broken_is_no_document_though_something_was_read(folder: Path) -> None:
    assert failure(folder, ["pages 2", "page 1", "broken"]) == "UnreadableError: it is broken"


def test_rows_before_a_limit_are_kept(folder: Path) -> None:
    text, said = parsed(folder, ["row 1", "row 2", "limit 10 MB"])
    assert (text, said.pages, said.rows) == ("row 1\nrow 2\n", (), Rows(text=2))
    assert said.cut == "it is over the limit of 10 MB"


def test_a_worker_that_is_ended_is_replaced_and_the_others_feel_nothing(folder: Path) -> None:
    files = {
        "a": ["page 1", "die"],
        "b": ["page 1"],
        "c": ["eat 320"],
        "d": ["page 1"],
        "e": ["sleep 60"],
        "f": ["page 1"],
    }
    said = {}
    with loader(workers=2, memory_mb=300, seconds=4, seconds_per_page=4) as parts:
        for parsing in parts.parse(sources(folder, **files)):
            try:
                list(parsing.segments())
                said[parsing.source.path] = parsing.result.cut
            except IngestError as error:
                said[parsing.source.path] = error.message
    assert dict(sorted(said.items())) == {
        "a.part": "the parser died on it (exit code 3)",
        "b.part": "",
        "c.part": "parsing took more than 300 MB of memory",
        "d.part": "",
        "e.part": "nothing was read of it for more than 4 seconds",
        "f.part": "",
    }


def test_who_is_ready_does_not_wait_for_who_is_not(folder: Path) -> None:
    files = {"a": ["wait", "page 1"], "b": ["page 1"], "c": ["page 1"], "d": ["text 600000", "wait", "page 1"]}
    order = []
    with loader(workers=3) as parts:
        for parsing in parts.parse(sources(folder, **files)):
            order.append(parsing.source.path)
            if len(order) == 3:
                (folder / "go").touch()
            list(parsing.segments()) if len(order) >= 3 or parsing.ended else None
    assert set(order) == {"a.part", "b.part", "c.part", "d.part"}
    assert order[3] == "a.part"  # it says nothing before the others have come


def test_many_that_all_wait_for_who_reads(folder: Path) -> None:
    files = {f"f{number}": ["text 3000000", "page 1"] for number in range(7)}
    with loader(workers=3) as parts:
        sizes = [
            sum(len(segment.text) for segment in parsing.segments())
            for parsing in parts.parse(sources(folder, **files))
        ]
    assert sizes == [3_000_007] * 7


def test_a_page_that_hangs_or_kills_costs_no_other_where_the_parser_tells_what_it_reads(folder: Path) -> None:
    lines = ["pages 5", "read 1", "read 2 hang", "read 3", "read 4 die", "read 5"]
    text, said = parsed(folder, lines, seconds_per_page=1)
    assert text == "page 1\npage 3\npage 5\n"
    assert said.pages == (
        Page(1, "text"),
        *lost(2, why="page 2 took more than 1 seconds"),
        Page(3, "text"),
        *lost(4, why="the parser died on it (exit code 3)"),
        Page(5, "text"),
    )
    assert said.cut == ""


def test_it_is_not_tried_for_ever(folder: Path) -> None:
    lines = ["pages 9", *(f"read {number} die" for number in range(1, 9)), "read 9"]
    assert failure(folder, lines) == "UnreadableError: the parser died on it (exit code 3)"
    assert failure(folder, ["pages 1", "read 1 die"]) == "UnreadableError: the parser died on it (exit code 3)"


def test_who_dies_of_the_files_before_is_replaced(folder: Path) -> None:
    with loader() as parts:
        for parsing in parts.parse(sources(folder, a=["page 1"], b=["pages 1", "read 1 die once"])):
            assert "page 1" in "".join(segment.text for segment in parsing.segments())
            assert parsing.result.cut == ""


def test_what_was_taken_is_not_read_again(folder: Path) -> None:
    lines = ["pages 3", "text 600000", "read 1", "read 2 die", "read 3"]
    text, said = parsed(folder, lines)
    assert (len(text), said.pages) == (600_007, (*TEXT[:1], *lost(2, 3, why="the parser died on it (exit code 3)")))
