"""Files attached to a PDF are read by the parsers of their suffixes, and named where they are not."""

from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds
from ingest.pdf.annotations import Annotations
from ingest.pdf.attachments import attachments
from ingest.pdf.opening import open_document
from ingest.types import Block, Info


def no_ocr() -> OCR:
    raise AssertionError("nothing here needs OCR")


@pytest.fixture
def writer() -> pypdf.PdfWriter:
    found = pypdf.PdfWriter()
    found.add_blank_page(600, 800)
    return found


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[list[Block], list[str]]]:
    """Reads what is attached to a document: blocks and warnings."""

    def run(writer: pypdf.PdfWriter, *, megabytes: int = 10, password: str = "") -> tuple[list[Block], list[str]]:
        file = tmp_path / "a.pdf"
        if password:
            writer.encrypt(password, algorithm="RC4-128")
        writer.write(file)
        document, _ = open_document(file, (password,))
        over = Annotations()
        page = document[0]
        list(over.of_page(page, 1))
        page.close()
        aids = Aids(Bounds(decompressed_mb=megabytes), no_ocr)
        events = list(attachments(document, file, aids, pages=over.attached))
        document.close()
        blocks = [event for event in events if isinstance(event, Block)]
        return blocks, [warning for event in events if isinstance(event, Info) for warning in event.warnings]

    return run


def clip(writer: pypdf.PdfWriter, name: str, data: bytes) -> None:
    """Attaches a file to the first page."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    files = DictionaryObject({NameObject("/F"): writer._add_object(stream.flate_encode())})
    specification = {"/Type": NameObject("/Filespec"), "/F": TextStringObject(name), "/EF": files}
    annotation = {
        "/Type": NameObject("/Annot"),
        "/Subtype": NameObject("/FileAttachment"),
        "/Rect": ArrayObject(map(FloatObject, (10, 10, 30, 30))),
        "/FS": DictionaryObject({NameObject(key): value for key, value in specification.items()}),
    }
    writer.add_annotation(0, DictionaryObject({NameObject(key): value for key, value in annotation.items()}))


def test_none(writer, read) -> None:
    assert read(writer) == ([], [])


@pytest.mark.parametrize("password", ["", "opensesame"])
def test_each_is_read_by_its_parser(writer, read, password: str) -> None:
    writer.add_attachment("notes.txt", b"The first line.\nThe second.\n")
    writer.add_attachment("prices.csv", b"item,price\npen,2\n")
    clip(writer, "C:\\clipped.txt", b"On a paper clip.\n")
    blocks, warnings = read(writer, password=password)
    assert warnings == []
    found = {block.place.headings[:2]: block.text for block in blocks}
    assert found["attachment", "notes.txt"].endswith("The second.\n")
    assert "pen" in "".join(block.text for block in blocks if block.place.headings[1] == "prices.csv")
    assert found["attachment", "clipped.txt"] == "On a paper clip.\n"
    assert all(not block.place.pages and block.place.lines is None for block in blocks)


def test_one_that_no_parser_reads_is_named(writer, read) -> None:
    writer.add_attachment("movie.mkv", b"\x1a\x45\xdf\xa3")
    blocks, (warning,) = read(writer)
    assert blocks == []
    assert "'movie.mkv'" in warning


def test_one_that_is_too_large_is_named(writer, read) -> None:
    clip(writer, "bomb.txt", b"0" * 3_000_000)
    blocks, (warning,) = read(writer, megabytes=2)
    assert blocks == []
    assert warning == "the attachment 'bomb.txt' is not read: over 2 MB unpacked"


def test_the_same_file_twice_is_read_once(writer, read) -> None:
    writer.add_attachment("notes.txt", b"Once.\n")
    clip(writer, "notes.txt", b"Once.\n")
    assert [block.text for block in read(writer)[0]] == ["Once.\n"]


def test_what_is_attached_to_an_attachment_is_not_read(set_pdf, tmp_path: Path, read) -> None:
    inner = pypdf.PdfWriter(set_pdf([[(72, 100, "The inner page has enough text to be one.")]]))
    inner.add_attachment("deep.txt", b"too deep\n")
    inner.write(tmp_path / "inner.pdf")
    outer = pypdf.PdfWriter()
    outer.add_blank_page(600, 800)
    outer.add_attachment("inner.pdf", (tmp_path / "inner.pdf").read_bytes())
    blocks, _ = read(outer)
    assert "The inner page" in "".join(block.text for block in blocks)
    assert "too deep" not in "".join(block.text for block in blocks)
