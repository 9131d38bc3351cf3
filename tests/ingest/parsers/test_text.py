"""Plain text: paragraphs, lines, encodings."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableError, UnsupportedError
from ingest.parsers.text import Text


def write(tmp_path: Path, data: bytes, name: str = "a.txt") -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


def test_paragraphs_take_their_blank_lines(tmp_path: Path, read) -> None:
    found = read(Text(), write(tmp_path, b"\n one\ntwo\n\n \nthree\r\n\r\nfour"))
    assert found.texts == ["\n one\ntwo\n\n \n", "three\r\n\r\n", "four"]
    assert [block.place.lines for block in found.blocks] == [(1, 3), (6, 6), (8, 8)]


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café", None),
        ("\ufeffcafé".encode("utf-16-le"), "café", None),
        ("\ufeffcafé".encode("utf-16-be"), "café", None),
        ("\ufeffcafé".encode("utf-32-le"), "café", None),
        (b"\x93caf\xe9\x94 \x80", "“café” €", "it is no UTF-8 and was read as cp1252"),
        (b"caf\xe9 \x81", "café \x81", "it is no UTF-8 and was read as latin-1"),
        ("é".encode() * 10 + b"\xff", "é" * 10 + "\ufffd", "1 bytes are no UTF-8 and were replaced"),
        (b"a\r\nb\rc", "a\r\nb\rc", None),
    ],
)
def test_encodings(tmp_path: Path, read, data: bytes, text: str, warning: str | None) -> None:
    found = read(Text(), write(tmp_path, data))
    assert found.text == text
    assert found.warnings == ([warning] if warning else [])


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<?xml version='1.0' encoding='windows-1251'?>\n<a>", "cp1251"),
        ("# -*- coding: koi8-r -*-\n", "koi8-r"),
        ("#!/bin/x\n# vim: set fileencoding=koi8-r\n", "koi8-r"),
        ("encoding: koi8-r\n", "utf-8"),
    ],
)
def test_a_file_may_say_its_encoding(tmp_path: Path, read, head: str, encoding: str) -> None:
    text = f"{head} привет\n" * 3
    found = read(Text(), write(tmp_path, text.encode(encoding), "a.unknown"))
    assert found.text == text
    assert found.warnings == []


def test_few_wrong_bytes_do_not_unmake_what_a_file_says(tmp_path: Path, read) -> None:
    text = "<?xml version='1.0' encoding='big5'?>" + "沙發新聞廣播" * 40
    found = read(Text(), write(tmp_path, text.encode("big5") + b"\xff", "a.xml"))
    assert found.text == text + "\ufffd"
    assert found.warnings == ["1 bytes are no big5hkscs and were replaced"]


def test_a_long_paragraph_comes_in_pieces(tmp_path: Path, read) -> None:
    found = read(Text(), write(tmp_path, b"a line of a log\n" * 5_000, "a.log"))
    assert len(found.blocks) > 2
    assert [block.place.lines for block in found.blocks][:2] == [(1, 1251), (1252, 2502)]


def test_binary_under_a_known_name_is_unreadable_else_unsupported(tmp_path: Path, read) -> None:
    with pytest.raises(UnreadableError, match="control codes"):
        read(Text(), write(tmp_path, b"\x7fELF\0\0\1\2", "a.txt"))
    with pytest.raises(UnsupportedError, match=r"no parser reads \.exe"):
        read(Text(), write(tmp_path, b"\x7fELF\0\0\1\2", "a.exe"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("ab \t\r\n\u2028é"), max_size=60))
def test_the_file_unchanged(tmp_path: Path, read, text: str) -> None:
    found = read(Text(), write(tmp_path, text.encode()))
    assert found.text == text
    assert not any(block.text[0] == "\n" for block in found.blocks[1:])
    lines = text.split("\n")
    for block in found.blocks:
        first, last = block.place.lines
        assert "\n".join(lines[first - 1 : last]).strip() == block.text.strip()
