"""Pictures in documents and beside the text of slides: what shows lines of text is read, each once."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.office import Office
from ingest.types import Block, Info, Page

Drawn = Callable[..., bytes]
LINES = "The meeting is on Friday", "Bring the signed contract", "and the key of room 204"
ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body><office:text><text:p>See below.
 <draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>
 <draw:frame><draw:image xlink:href="./Pictures/1.png"/><draw:image xlink:href="Pictures/2.emf"/></draw:frame>
 <draw:frame><draw:image xlink:href="https://example.org/3.png"/></draw:frame>
</text:p></office:text></office:body></office:document-content>"""

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="b/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"><manifest>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="i/1.png" media-type="image/png"/><item id="b" href="i/2.png" media-type="image/png"/>
<item id="c" href="i/3.png" media-type="image/png"/></manifest><spine><itemref idref="one"/></spine></package>"""


def read(file: Path) -> tuple[list[Block | Page], list[str]]:
    events = list(Office().parse(file, Aids(Bounds(), RapidOCR)))
    said = [warning for event in events if isinstance(event, Info) for warning in event.warnings]
    return [event for event in events if not isinstance(event, Info)], said


def texts(found: list[Block | Page], name: str) -> list[str]:
    return [one.text.strip() for one in found if isinstance(one, Block) and one.place.headings == (name,)]


def test_in_an_open_document(tmp_path: Path, picture: Drawn) -> None:
    file = tmp_path / "a.odt"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", ODT)
        archive.writestr("Pictures/1.png", picture(*LINES))
        archive.writestr("Pictures/2.emf", b"drawn")
    found, said = read(file)
    assert texts(found, "1.png") == list(LINES)
    assert said == ["'2.emf' in it is not read: no parser reads such files"]


def test_in_a_book(tmp_path: Path, picture: Drawn) -> None:
    file = tmp_path / "a.epub"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("b/content.opf", PACKAGE)
        archive.writestr("b/one.xhtml", "<html><body><p>See below.</p><img src='i/1.png'/></body></html>")
        archive.writestr("b/i/1.png", picture(*LINES))
        archive.writestr("b/i/2.png", picture("Acme"))
    found, said = read(file)
    assert [one.text.strip() for one in found if isinstance(one, Block)] == ["See below.", *LINES]
    assert texts(found, "1.png") == list(LINES)
    assert said == []


def test_in_a_word_document(tmp_path: Path, picture: Drawn) -> None:
    pytest.importorskip("unstructured", reason="the extra office is not installed")
    document = pytest.importorskip("docx").Document()
    document.add_paragraph("See below.")
    document.add_picture(BytesIO(picture(*LINES)))
    document.add_picture(BytesIO(picture("Acme")))
    document.save(str(tmp_path / "a.docx"))
    found, said = read(tmp_path / "a.docx")
    assert [one.text.strip() for one in found if isinstance(one, Block)] == ["See below.", *LINES]
    assert texts(found, "image1.png") == list(LINES)
    assert said == []


def test_beside_the_text_of_a_slide(tmp_path: Path, picture: Drawn) -> None:
    pytest.importorskip("unstructured", reason="the extra office is not installed")
    deck = pytest.importorskip("pptx").Presentation()
    for title in ("One", "Two"):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        slide.shapes.add_picture(BytesIO(picture(*LINES)), 0, 0)
    deck.save(str(tmp_path / "a.pptx"))
    found, said = read(tmp_path / "a.pptx")
    of_pages = [(one.text.strip(), one.place.pages) for one in found if isinstance(one, Block)]
    assert of_pages == [("One", (1,)), *((line, (1,)) for line in LINES), ("Two", (2,))]
    assert [one for one in found if isinstance(one, Page)] == [Page(1, "text"), Page(2, "text")]
    assert said == []
