"""What every parser in the folder must do; a new file there is tested without editing this one."""

import contextlib
import random
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds, Parser
from ingest.plugins import find, names
from ingest.segments import Gathered, gather
from ingest.types import Segment
from ingest.worker import guarded

PARSERS = names("ingest.parsers")
KINDS = {"text", "heading", "list", "table", "row", "record", "line", "code", "page"}
RANDOM = random.Random(7).randbytes(3_000)
BROKEN = {
    "random": RANDOM,
    "zeros": b"\0" * 2_000,
    "png": b"\x89PNG\r\n\x1a\n" + RANDOM,
    "jpeg": b"\xff\xd8\xff\xe0" + RANDOM,
    "tiff": b"II*\0\x08\0\0\0" + RANDOM,
    "gif": b"GIF89a" + RANDOM,
    "pdf": b"%PDF-1.7\n" + RANDOM,
    "pdf end": b"%PDF-1.7\nstartxref\n99999\n%%EOF",
    "zip": b"PK\x03\x04" + RANDOM,
    "utf-16": b"\xff\xfe\x00\xd8\x41",
    "open string": b'{"a": "b',
    "open quote": b'a,b\n"c,d\n',
    "deep": b"[" * 100_000,
    "half utf-8": b"caf\xc3",
}


def parser(name: str) -> Parser:
    return find("ingest.parsers", Parser, name)()  # type: ignore[type-abstract]


def cases() -> list[tuple[str, str]]:
    return [(name, suffix) for name in PARSERS for suffix in parser(name).suffixes]


def events(name: str, file: Path) -> list[Gathered]:
    return list(gather(guarded(parser(name), file, Aids(Bounds(), RapidOCR))))


def test_no_two_parsers_read_the_same_suffix() -> None:
    suffixes = [suffix for name in PARSERS for suffix in parser(name).suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)


@pytest.mark.parametrize(("name", "suffix"), cases())
def test_an_empty_file_is_refused(name: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"a{suffix}"
    file.touch()
    with pytest.raises(IngestError, match=r"\w"):
        events(name, file)


@pytest.mark.parametrize(("name", "suffix"), cases())
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_read_or_refused(name: str, suffix: str, kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_bytes(BROKEN[kind])
    with contextlib.suppress(IngestError):
        check(events(name, file))


@pytest.mark.parametrize(("name", "suffix"), cases())
def test_a_file_that_is_none_is_refused(name: str, suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").mkdir()
    with pytest.raises(IngestError, match="directory"):
        events(name, tmp_path / f"a{suffix}")
    with pytest.raises(IngestError, match="No such file"):
        events(name, tmp_path / f"gone{suffix}")


def check(found: list[Gathered]) -> None:
    """Segments follow one another, and blocks are of known kinds and not empty."""
    at = 0
    for number, segment in enumerate(event for event in found if isinstance(event, Segment)):
        assert (segment.ordinal, segment.start) == (number, at)
        assert all(block.text and block.kind in KINDS for block in segment.blocks)
        at += len(segment.text)
    assert at > 0
