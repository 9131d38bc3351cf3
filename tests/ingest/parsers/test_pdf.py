"""PDF: pages, headings, passwords, OCR, damage."""

from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import LimitError, PasswordError, UnreadableError
from ingest.parsers import Bounds
from ingest.parsers.pdf import PDF
from ingest.types import Page

LONG = "A page with more than twenty characters."


def test_lines_become_paragraphs(make_pdf, read) -> None:
    found = read(PDF(), make_pdf([f"{LONG}\nSecond line.", f"Other: {LONG}"]))
    assert found.texts == [f"{LONG} Second line.\n\n", f"Other: {LONG}\n\n"]
    assert [(block.kind, block.place.pages) for block in found.blocks] == [("text", (1,)), ("text", (2,))]
    assert found.pages == [Page(1, "text"), Page(2, "text")]
    assert found.warnings == []


def test_blank_pages_are_empty_and_short_ones_text(make_pdf, read) -> None:
    found = read(PDF(), make_pdf([LONG, "", "7"]))
    assert found.pages == [Page(1, "text"), Page(2, "empty"), Page(3, "text")]
    assert found.texts == [f"{LONG}\n\n", "7\n\n"]


def test_outline_and_title(make_pdf, read, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(make_pdf([f"{number} {LONG}" for number in range(5)]))
    chapter = writer.add_outline_item(title="One", page_number=1)
    writer.add_outline_item(title="One  A", page_number=1, parent=chapter)
    writer.add_outline_item(title="One B", page_number=3, parent=chapter)
    writer.add_outline_item(title="Two", page_number=4)
    writer.add_metadata({"/Title": "The\nReport"})
    writer.write(tmp_path / "b.pdf")
    found = read(PDF(), tmp_path / "b.pdf")
    assert found.title == "The Report"
    paths = [block.place.headings for block in found.blocks]
    assert paths == [(), ("One",), ("One", "One A"), ("One", "One B"), ("Two",)]


def test_passwords(make_pdf, read, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(make_pdf([LONG]))
    writer.encrypt("opensesame", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    with pytest.raises(PasswordError, match="is encrypted") as none:
        read(PDF(), tmp_path / "b.pdf")
    assert "--password" in none.value.hint
    with pytest.raises(PasswordError, match="no given password"):
        read(PDF(), tmp_path / "b.pdf", passwords=("wrong",))
    assert read(PDF(), tmp_path / "b.pdf", passwords=("wrong", "opensesame")).texts == [f"{LONG}\n\n"]


def test_a_truncated_file(make_pdf, read) -> None:
    file = make_pdf([LONG, LONG])
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(UnreadableError, match="no PDF that can be read"):
        read(PDF(), file)


def test_a_file_whose_end_is_missing_is_read_with_a_warning(make_pdf, read) -> None:
    file = make_pdf([LONG])
    data = file.read_bytes()
    file.write_bytes(data[: data.index(b"xref")] + b"trailer\n<< /Root 1 0 R >>\n")
    found = read(PDF(), file)
    assert found.texts == [f"{LONG}\n\n"]
    assert found.cut == "its end is missing: pages may be lost"


def test_a_page_that_fails_costs_no_other(make_pdf, read) -> None:
    file = make_pdf([LONG, LONG, LONG])
    file.write_bytes(file.read_bytes().replace(b"[4 0 R 6 0 R 8 0 R]", b"[4 0 R 99 0 R 8 0 R]".ljust(19)))
    found = read(PDF(), file)
    assert [page.state for page in found.pages].count("text") == 2


def test_too_many_pages(make_pdf, read) -> None:
    with pytest.raises(LimitError, match="it has 3 pages, over the limit of 2"):
        read(PDF(), make_pdf(["a", "b", "c"]), bounds=Bounds(pages=2))


def scanned(tmp_path: Path, *, rotate: int = 0) -> Path:
    """A PDF whose one page is a picture of words at 100 dots an inch."""
    image = Image.new("RGB", (850, 1100), "white")
    draw = ImageDraw.Draw(image)
    draw.text((100, 200), "Invoice number 4711", fill="black", font=ImageFont.load_default(32))
    draw.text((100, 300), "Total", fill="black", font=ImageFont.load_default(32))
    draw.text((500, 300), "99.50", fill="black", font=ImageFont.load_default(32))
    image.rotate(rotate, expand=True).save(tmp_path / "scan.pdf", resolution=100)
    if rotate:
        writer = pypdf.PdfWriter(tmp_path / "scan.pdf")
        writer.pages[0].rotate(rotate)
        writer.write(tmp_path / "scan.pdf")
    return tmp_path / "scan.pdf"


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_scanned_page_is_read_by_ocr(tmp_path: Path, read, rotate: int) -> None:
    found = read(PDF(), scanned(tmp_path, rotate=rotate))
    assert found.text == "Invoice number 4711\nTotal  99.50\n"
    assert found.pages == [Page(1, "ocr")]
    assert {block.kind for block in found.blocks} == {"line"}
    (box,) = found.blocks[0].place.boxes
    assert box.page == 1
    assert (box.x0, box.y0) == pytest.approx((72, 148), abs=8)  # 100 and about 206 pixels, in points
    assert found.blocks[0].place.confidence > 0.9


def test_the_engine_can_be_pypdf(make_pdf, read) -> None:
    file = make_pdf([LONG, ""])
    found = read(PDF(engine={"name": "pypdf"}), file)
    assert [text.strip() for text in found.texts] == [LONG]
    assert [page.state for page in found.pages] == ["text", "empty"]


def test_a_password_by_the_path(make_pdf, read, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(make_pdf([LONG]))
    writer.encrypt("opensesame", algorithm="RC4-128")
    (tmp_path / "closed").mkdir()
    writer.write(tmp_path / "closed" / "b.pdf")
    parser = PDF(passwords={"other/*.pdf": "no", "closed/*.pdf": "opensesame"})
    assert read(parser, tmp_path / "closed" / "b.pdf").texts == [f"{LONG}\n\n"]
    with pytest.raises(PasswordError):
        read(PDF(passwords={"other/*.pdf": "opensesame"}), tmp_path / "closed" / "b.pdf")
