"""The loader: which parser, which key, and whole folders through real worker processes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import ConfigurationError, EmptyError, IngestError, UnreadableError, UnsupportedError
from ingest.loader import Loader, check_ocr, walk
from ingest.settings import IngestSettings, Limits, PartSetting
from ingest.types import Page, Source


def source(file: Path, data: bytes = b"x") -> Source:
    file.write_bytes(data)
    return walk([file], root=file.parent, home=None).sources[0]


@pytest.mark.parametrize(
    ("name", "parser"),
    [
        ("a.pdf", "pdf"),
        ("A.PDF", "pdf"),
        ("a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.jsonl", "json"),
        ("a.md", "markdown"),
        ("a.txt", "text"),
        ("a.py", "code"),
        ("README", "text"),
        ("a.jpeg", "image"),
    ],
)
def test_the_suffix_chooses_the_parser(tmp_path: Path, name: str, parser: str) -> None:
    assert Loader(IngestSettings()).parser_for(source(tmp_path / name)) == parser


def test_an_unknown_suffix_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"no parser reads \.exe"):
        Loader(IngestSettings()).parser_for(source(tmp_path / "a.exe", b"MZ\0\0"))
    assert Loader(IngestSettings()).parser_for(source(tmp_path / "a.me", "é".encode("utf-16"))) == "text"


def test_the_key_changes_with_what_decides_the_blocks(tmp_path: Path) -> None:
    plain = Loader(IngestSettings())
    other_ocr = Loader(IngestSettings(ocr=PartSetting.model_validate({"name": "rapidocr", "detection_pixels": 960000})))
    other_limits = Loader(IngestSettings(limits=Limits(seconds=5, pixels=20_000)))
    picture, text = source(tmp_path / "a.png"), source(tmp_path / "a.txt")
    assert plain.parse_key(text) == Loader(IngestSettings()).parse_key(text)
    assert plain.parse_key(text) != plain.parse_key(source(tmp_path / "a.csv"))
    assert plain.parse_key(text) == other_ocr.parse_key(text) == other_limits.parse_key(text)
    assert len({loader.parse_key(picture) for loader in (plain, other_ocr, other_limits)}) == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (IngestSettings(parsers={"pdff": {}}), "no parser is named 'pdff'"),
        (IngestSettings(parsers={"pdf": {"wrong": 1}}), r"ingest\.parsers\.pdf\.wrong: Extra inputs"),
        (IngestSettings(parsers={"no_such.module": {}}), "cannot be imported"),
    ],
)
def test_wrong_settings(settings: IngestSettings, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Loader(settings)


def test_wrong_settings_of_ocr() -> None:
    with pytest.raises(ConfigurationError, match=r"ingest\.ocr\.threads"):
        check_ocr(IngestSettings(ocr=PartSetting.model_validate({"name": "rapidocr", "threads": -1})))
    assert check_ocr(IngestSettings()).component_name == "rapidocr"


PDFIUM = "Failed to load document (PDFium: Data format error)."


def outcomes(folder: Path, *, workers: int) -> list[tuple[str, str]]:
    found = walk([folder], root=folder, home=None)
    said = []
    with Loader(IngestSettings(), workers=workers) as loader:
        for parsing in loader.parse(found.sources):
            try:
                text = "".join(segment.text for segment in parsing.segments())
                assert parsing.result.characters == len(text)
                said.append((parsing.source.path, text))
            except IngestError as error:
                said.append((parsing.source.path, f"{type(error).__name__}: {error}"))
    return sorted(said)


@pytest.mark.parametrize("workers", [1, 3])
def test_a_folder_of_good_and_bad_files(tmp_path: Path, workers: int) -> None:
    files = {
        "a.txt": b"one\n\ntwo\n",
        "b.json": b'{"a": }',
        "c.json": b"[]",
        "d.bin": b"\0\1\2",
        "e.md": b"# Title\ntext",
        "f.txt": b"\0\1\2",
        "g.pdf": b"%PDF-1.4 cut",
        "h.markdown": b"one\n",
        "i 😀\n.jsonl": b'{"x": "y"}\n',
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with open(os.path.join(os.fsencode(tmp_path), b"j\xff.txt"), "wb") as handle:  # noqa: PTH118, PTH123
        handle.write(b"bad name")
    assert outcomes(tmp_path, workers=workers) == [
        ("a.txt", "one\n\ntwo\n"),
        ("b.json", "UnreadableError: it is no JSON: line 1, column 7: expecting a value"),
        ("c.json", "EmptyError: valid JSON without content"),
        ("d.bin", "UnsupportedError: no parser reads .bin, and it is no text"),
        ("e.md", "# Title\ntext"),
        ("f.txt", "UnreadableError: it is no text: it holds control codes"),
        (
            "g.pdf",
            "UnreadableError: it is no PDF that can be read: Failed to load document (PDFium: Data format error).",
        ),
        ("h.markdown", "one\n"),
        ("i 😀\n.jsonl", "x: y\n"),
        ("j\ufffd.txt", "bad name"),
    ]


def test_many_files(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text(f"{number} " * (1 + 2_000 * (number % 7 == 0)), encoding="utf-8")
    said = outcomes(tmp_path, workers=2)
    assert [(path, text.split()[0]) for path, text in said] == [(f"{n:02}.txt", str(n)) for n in range(60)]


def test_a_file_that_vanished(tmp_path: Path) -> None:
    gone = source(tmp_path / "a.txt")
    (tmp_path / "a.txt").unlink()
    with Loader(IngestSettings()) as loader:
        for parsing in loader.parse([gone]):
            with pytest.raises(UnreadableError, match="No such file"):
                list(parsing.segments())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_file_that_may_not_be_opened(tmp_path: Path) -> None:
    closed = source(tmp_path / "a.txt")
    (tmp_path / "a.txt").chmod(0)
    with Loader(IngestSettings()) as loader:
        for parsing in loader.parse([closed]):
            with pytest.raises(UnreadableError, match="Permission denied"):
                list(parsing.segments())


def test_nothing_to_parse_starts_no_process() -> None:
    with Loader(IngestSettings()) as loader:
        assert list(loader.parse([])) == []


def test_a_blank_pdf_is_empty_and_its_pages_are_told(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(tmp_path / "a.pdf")
    with Loader(IngestSettings()) as loader:
        for parsing in loader.parse(walk([tmp_path], root=tmp_path, home=None).sources):
            with pytest.raises(EmptyError):
                list(parsing.segments())
            assert parsing.pages == (Page(1, "empty"),)


def test_passwords_do_not_decide_what_is_read(tmp_path: Path) -> None:
    file = source(tmp_path / "a.pdf")
    plain, other = (
        Loader(IngestSettings(parsers={"pdf": options})) for options in ({}, {"passwords": {"*.pdf": "open sesame"}})
    )
    assert plain.parse_key(file) == other.parse_key(file)
    assert plain.cut_key("key") != Loader(IngestSettings(limits=Limits(seconds=5))).cut_key("key") != "key"


@pytest.mark.parametrize(("files", "size", "expected"), [(3, 10, 1), (16, 10, 2), (2, 250_000, 2), (1, 900_000, 1)])
def test_a_worker_is_started_where_there_is_enough_to_do(
    tmp_path: Path, files: int, size: int, expected: int, workers: Callable[[], set[int]]
) -> None:
    sources = [source(tmp_path / f"{number}.txt", b"a few words " * (size // 12 + 1)) for number in range(files)]
    before = workers()
    with Loader(IngestSettings(), workers=2, sparing=True) as loader:
        read = [segment.text for parsing in loader.parse(sources) for segment in parsing.segments()]
        started = workers() - before
    assert "".join(read).count("a few words") == files * (size // 12 + 1)
    assert len(started) == expected
