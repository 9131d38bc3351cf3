"""The outline and title by PDFium."""

from pathlib import Path

import pypdf
import pypdfium2
import pytest

from ingest.pdf.outline import Outline, read_outline, title_of


def outline_of(writer: pypdf.PdfWriter, tmp_path: Path) -> Outline:
    writer.write(tmp_path / "b.pdf")
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as document:
        return read_outline(document)


def pages(count: int) -> pypdf.PdfWriter:
    writer = pypdf.PdfWriter()
    for _ in range(count):
        writer.add_blank_page(100, 100)
    return writer


def test_outline_and_title(tmp_path: Path) -> None:
    writer = pages(5)
    chapter = writer.add_outline_item(title="One", page_number=1)
    writer.add_outline_item(title="One  A", page_number=1, parent=chapter)
    writer.add_outline_item(title="One B", page_number=3, parent=chapter)
    writer.add_outline_item(title="Two", page_number=4)
    writer.add_metadata({"/Title": "The\nReport"})
    found = outline_of(writer, tmp_path)
    assert found.title == "The Report"
    assert [found.at(page) for page in range(1, 6)] == [(), ("One",), ("One", "One A"), ("One", "One B"), ("Two",)]


def test_an_entry_that_leads_nowhere_names_those_below_it(tmp_path: Path) -> None:
    writer = pages(2)
    part = writer.add_outline_item(title="Part", page_number=None)
    writer.add_outline_item(title="Chapter", page_number=1, parent=part)
    assert outline_of(writer, tmp_path).paths == (("Part", "Chapter"),)


def test_no_outline(tmp_path: Path) -> None:
    assert outline_of(pages(1), tmp_path) == Outline()


def test_where_an_outline_is_current() -> None:
    outline = Outline("", (2, 2, 4), (("a",), ("a", "b"), ("c",)))
    assert [outline.at(page) for page in (1, 2, 3, 4, 9)] == [(), ("a",), ("a", "b"), ("c",), ("c",)]


@pytest.mark.parametrize("written", ["", "0000004962-23-000006", "Untitled", "PowerPoint Presentation", "ab12.tmp"])
def test_what_programs_write_is_no_title(written: str) -> None:
    assert title_of(written) == ""


def test_the_program_is_no_part_of_the_title() -> None:
    assert title_of("Microsoft Word - Annual report.doc") == "Annual report.doc"
    assert title_of("Form 10-K 2022") == "Form 10-K 2022"
