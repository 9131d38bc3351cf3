"""Pages as pypdf extracts them."""

from pathlib import Path

import pypdf
import pytest

from ingest.errors import UnreadableError
from ingest.pdf.outline import Outline
from ingest.pdf.pypdf_engine import read_by_pypdf
from ingest.types import Block, Page, Place


def test_a_page_is_a_block(set_pdf) -> None:
    file = set_pdf([[(72, 100, "First page")], [], [(72, 100, "Third page")]])
    assert list(read_by_pypdf(file, None, Outline("", (2,), (("Two",),)))) == [
        Block("First page\n\n", "page", Place(pages=(1,))),
        Page(1, "text"),
        Page(2, "empty"),
        Block("Third page\n\n", "page", Place(pages=(3,), headings=("Two",))),
        Page(3, "text"),
    ]


def test_a_password(set_pdf, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(set_pdf([[(72, 100, "First page")]]))
    writer.encrypt("opensesame", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    assert Page(1, "text") in list(read_by_pypdf(tmp_path / "b.pdf", "opensesame", Outline()))


def test_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(UnreadableError, match="pypdf cannot read it"):
        list(read_by_pypdf(tmp_path / "a.pdf", None, Outline()))


def test_a_page_that_fails_costs_no_other(set_pdf) -> None:
    file = set_pdf([[(72, 100, "First page")], [(72, 100, "Second page")]])
    file.write_bytes(file.read_bytes().replace(b"/Contents 6 0 R", b"/Contents [ 1 ]"))
    pages = [event for event in read_by_pypdf(file, None, Outline()) if isinstance(event, Page)]
    assert [page.state for page in pages][1] == "text"
