"""PDFs whose end is missing: the pages that are still there are read."""

from pathlib import Path

import pypdfium2
import pytest

from ingest.errors import UnreadableError
from ingest.pdf.opening import open_document
from ingest.pdf.salvage import end_is_missing, salvaged

PAGES = [[(72, 100, f"This is page {number}.")] for number in range(1, 6)]


def cut(file: Path) -> Path:
    """The file without what comes after the first line of the fourth page."""
    data = file.read_bytes()
    file.write_bytes(data[: data.index(b"11 0 obj") + 30])
    return file


def texts(file: Path) -> list[str]:
    document, _ = open_document(file, ())
    found = []
    for page in document:
        textpage = page.get_textpage()
        found.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return found


def test_a_whole_file_is_left_alone(set_pdf) -> None:
    file = set_pdf(PAGES)
    assert not end_is_missing(file)
    assert salvaged(file) is None


def test_a_download_that_broke_off(set_pdf) -> None:
    file = cut(set_pdf(PAGES))
    file.write_bytes(file.read_bytes().replace(b"/Type /Pages", b"/Type /Lost!"))
    assert end_is_missing(file)
    assert texts(file) == ["This is page 1.", "This is page 2.", "This is page 3."]


def test_an_older_version_of_a_page_is_not_read_twice(set_pdf) -> None:
    file = set_pdf(PAGES[:2])
    data = file.read_bytes()
    start = data.index(b"5 0 obj")
    page = data[start : data.index(b"endobj", start) + 7]
    file.write_bytes(data[: data.index(b"xref")] + page.replace(b"5 0 obj", b"20 0 obj"))
    assert sorted(texts(file)) == ["This is page 1.", "This is page 2."]


def test_where_the_tree_of_pages_is_left_lost_pages_fail(set_pdf) -> None:
    document, _ = open_document(cut(set_pdf(PAGES)), ())
    assert len(document) == 5
    for number in (3, 4):
        with pytest.raises(pypdfium2.PdfiumError):
            document[number]
    document.close()


def test_nothing_is_left(set_pdf) -> None:
    file = set_pdf(PAGES)
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(UnreadableError, match="no PDF that can be read"):
        open_document(file, ())
