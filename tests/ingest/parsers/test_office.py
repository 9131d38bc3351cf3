"""Word and PowerPoint files, for real where the extra `office` is installed."""

import importlib.util
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import IngestError, LimitError, PasswordError, UnreadableError
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.office import Office
from ingest.types import Block, Info, Page, ParseEvent

# spaCy and its friends warn of their own affairs
pytestmark = pytest.mark.filterwarnings("default")

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = f"""<w:p {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">
<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>In the box.</w:t>
</w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r>
<w:t>In the box.</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>
<w:r><w:t>Around the box.</w:t></w:r></w:p>"""
FORMULA = f"""<m:oMathPara {W} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath>
<m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>
</m:oMath></m:oMathPara>"""
FOOTNOTES = f"""<?xml version="1.0"?><w:footnotes {W}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>The first note.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""


@pytest.fixture(scope="module")
def docx() -> ModuleType:
    pytest.importorskip("unstructured", reason="the extra office is not installed")
    return pytest.importorskip("docx")


@pytest.fixture(scope="module")
def pptx() -> ModuleType:
    pytest.importorskip("unstructured", reason="the extra office is not installed")
    return pytest.importorskip("pptx")


def events(file: Path, bounds: Bounds | None = None) -> list[ParseEvent]:
    return list(Office().parse(file, Aids(bounds or Bounds(), RapidOCR)))


def blocks(file: Path) -> list[Block]:
    return [event for event in events(file) if isinstance(event, Block)]


def seen(file: Path) -> list[tuple[str, str]]:
    """The kind and text of each block."""
    return [(block.kind, block.text.strip()) for block in blocks(file)]


def saved(document: Any, file: Path) -> Path:
    document.save(str(file))
    return file


def changed(file: Path, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> Path:
    """The zip container with each member changed, and others added."""
    with zipfile.ZipFile(file) as archive:
        members = {name: change(name, archive.read(name)) for name in archive.namelist()} | (extra or {})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def test_without_the_extra_it_is_named(tmp_path: Path) -> None:
    if importlib.util.find_spec("unstructured"):
        pytest.skip("the extra is installed")
    for suffix in (".docx", ".pptx"):
        with zipfile.ZipFile(tmp_path / f"a{suffix}", "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
        with pytest.raises(UnreadableError, match=f"reading {suffix} needs the extra 'office': No mod") as caught:
            events(tmp_path / f"a{suffix}")
        assert caught.value.hint == "pip install 'ibid-qa[office]'"
        assert "pip install" not in caught.value.message  # the hint is said after it


def test_nothing_of_the_extra_is_imported_before_a_file_needs_it() -> None:
    said = (
        "import sys, ibid.cli, ingest.parsers.office; print([m for m in ('unstructured', 'docx') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_headings_paragraphs_and_lists(docx: ModuleType, tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Annual Report"
    document.add_heading("Results", 1)
    document.add_paragraph("Net revenue rose by 4 %.")
    document.add_paragraph("Short Line In Capitals")
    document.add_heading("Regions", 2)
    for text in ("North", "South"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Tea", style="List Bullet")
    document.add_heading("Outlook", 1)
    document.add_paragraph("Steady.")
    file = saved(document, tmp_path / "a.docx")
    assert [(b.kind, b.place.headings, b.text) for b in blocks(file)] == [
        ("heading", ("Results",), "Results\n\n"),
        ("text", ("Results",), "Net revenue rose by 4 %.\n\n"),
        ("text", ("Results",), "Short Line In Capitals\n\n"),
        ("heading", ("Results", "Regions"), "Regions\n\n"),
        ("list", ("Results", "Regions"), "1. North\n"),
        ("list", ("Results", "Regions"), "2. South\n"),
        ("list", ("Results", "Regions"), "Tea\n"),
        ("heading", ("Outlook",), "Outlook\n\n"),
        ("text", ("Outlook",), "Steady.\n\n"),
    ]
    assert events(file)[0] == Info(title="Annual Report")


def test_headings_by_outline_level(docx: ModuleType, tmp_path: Path) -> None:
    """A style of the author's own, one based on it, and a paragraph with a level of its own."""
    document = docx.Document()
    level = docx.oxml.parse_xml
    own = document.styles.add_style("Kapitel", 1)
    own.element.get_or_add_pPr().append(level(f'<w:outlineLvl {W} w:val="0"/>'))
    based = document.styles.add_style("Kapitel blau", 1)
    based.base_style = own
    document.add_paragraph("One", style="Kapitel")
    document.add_paragraph("Two", style="Kapitel blau")
    paragraph = document.add_paragraph("Three")
    paragraph._p.get_or_add_pPr().append(level(f'<w:outlineLvl {W} w:val="1"/>'))
    body = document.add_paragraph("Body text")
    body._p.get_or_add_pPr().append(level(f'<w:outlineLvl {W} w:val="9"/>'))
    found = blocks(saved(document, tmp_path / "a.docx"))
    assert [(b.kind, b.place.headings) for b in found] == [
        ("heading", ("One",)),
        ("heading", ("Two",)),
        ("heading", ("Two", "Three")),
        ("text", ("Two", "Three")),
    ]


def test_tables_are_rows_below_every_level_of_their_header(docx: ModuleType, tmp_path: Path) -> None:
    document = docx.Document()
    rows = [["Region", "2023", ""], ["", "Q1", "Q2"], ["North", "12", "14"], ["", "7", ""], ["South", "", "(3)"]]
    table = document.add_table(rows=5, cols=3)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    found = blocks(saved(document, tmp_path / "a.docx"))
    header = "Region | 2023 / Q1 | 2023 / Q2"
    assert [(block.kind, block.text, block.header) for block in found] == [
        ("table", "Region | 2023\n", ""),
        ("table", "Region | Q1 | Q2\n", ""),
        ("row", "North | 12 | 14\n", header),
        ("row", "North | 7\n", header),
        ("row", "South |  | (3)\n", header),
    ]


def test_nothing_that_is_shown_is_lost(docx: ModuleType, tmp_path: Path) -> None:
    """What unstructured passes over: insertions, content controls, fields, text boxes, formulas, notes, comments."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "ACME confidential"
    document.sections[0].footer.paragraphs[0].text = "Draft of May"
    paragraph = document.add_paragraph("A")
    for part in (
        "<w:ins {}><w:r><w:t>B</w:t></w:r></w:ins>",
        "<w:del {}><w:r><w:delText>gone</w:delText></w:r></w:del>",
        "<w:sdt {}><w:sdtPr/><w:sdtContent><w:r><w:t>C</w:t></w:r></w:sdtContent></w:sdt>",
        '<w:fldSimple {} w:instr="DATE"><w:r><w:t>D</w:t></w:r></w:fldSimple>',
        "<w:smartTag {}><w:ins><w:r><w:t>E</w:t></w:r></w:ins></w:smartTag>",
    ):
        paragraph._p.append(docx.oxml.parse_xml(part.format(W)))
    document.add_comment(runs=paragraph.runs, text="Is this so?", author="Ann")
    body = document.element.body
    body.insert(len(body) - 1, docx.oxml.parse_xml(BOX))
    document.add_paragraph("Einstein: ")._p.append(docx.oxml.parse_xml(FORMULA))
    block = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    body.insert(len(body) - 1, docx.oxml.parse_xml(block))
    assert seen(saved(document, tmp_path / "a.docx")) == [
        ("text", "ACME confidential"),
        ("text", "ABCDE"),
        ("text", "[Comment by Ann] Is this so?"),
        ("text", "Around the box."),
        ("text", "In the box."),
        ("text", "Einstein: E=mc2"),
        ("text", "In a control."),
        ("text", "Draft of May"),
    ]


def test_notes_follow_their_paragraph(docx: ModuleType, tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It rose")
    paragraph._p.append(docx.oxml.parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    paragraph.add_run(" in May.")
    document.add_paragraph("It fell.")
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="rId99" Type="{types}" Target="footnotes.xml"/>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>'.encode()

    def change(name: str, data: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            return data.replace(b"</Relationships>", relation + b"</Relationships>")
        return data.replace(b"</Types>", part + b"</Types>") if name == "[Content_Types].xml" else data

    file = changed(saved(document, tmp_path / "a.docx"), change, {"word/footnotes.xml": FOOTNOTES.encode()})
    assert [text for _, text in seen(file)] == ["It rose[1] in May.", "[1] The first note.", "It fell."]


def test_a_file_with_macros_is_read_and_they_are_not_run(docx: ModuleType, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("With macros.")
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    file = changed(saved(document, tmp_path / "a.docm"), lambda _, data: data.replace(kind, macro))
    assert seen(file) == [("text", "With macros.")]


def test_entities_are_refused(docx: ModuleType, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("MARK")
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE d [<!ENTITY l0 "lol">{laughs}<!ENTITY x SYSTEM "{secret.as_uri()}">]>'

    def change(name: str, data: bytes) -> bytes:
        if name != "word/document.xml":
            return data
        head, _, rest = data.partition(b"?>")
        return head + b"?>" + bomb.encode() + rest.replace(b"MARK", b"&l8;&x;")

    with pytest.raises(UnreadableError, match=r"'word/document.xml' declares entities"):
        events(changed(saved(document, tmp_path / "a.docx"), change))


def test_encrypted_and_broken_files(docx: ModuleType, tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.docx").write_bytes(ole)
    with pytest.raises(PasswordError):
        events(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("a.txt", "no Word file")
    with pytest.raises(UnreadableError, match="no Office file"):
        events(tmp_path / "b.docx")
    file = saved(docx.Document(), tmp_path / "c.docx")
    with pytest.raises(IngestError):
        events(file, Bounds(decompressed_mb=0))


def test_slides_are_pages(pptx: ModuleType, tmp_path: Path) -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = "Quarter"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Revenue"
    slide.placeholders[1].text = "Up by 4 %\nSubscriptions lead"
    slide.notes_slide.notes_text_frame.text = "Say thanks."
    deck.slides.add_slide(deck.slide_layouts[6])
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Regions"
    table = slide.shapes.add_table(4, 2, 10**6, 2 * 10**6, 4 * 10**6, 2 * 10**6).table
    for number, row in enumerate([["Region", "2023"], ["North", "12"], ["", "13"], ["South", "(3)"]]):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    slide.shapes.add_textbox(-(10**6), -(10**6), 3 * 10**6, 10**6).text_frame.text = "Half outside"
    found = events(saved(deck, tmp_path / "a.pptx"))
    assert found[0] == Info(title="Quarter", page_count=3)
    assert [event for event in found if isinstance(event, Page)] == [
        Page(1, "text"),
        Page(2, "empty"),
        Page(3, "text"),
    ]
    shown = [(b.kind, b.place.pages, b.place.headings, b.text.strip(), b.header) for b in found if isinstance(b, Block)]
    assert shown == [
        ("heading", (1,), ("Revenue",), "Revenue", ""),
        ("text", (1,), ("Revenue",), "Up by 4 %", ""),
        ("text", (1,), ("Revenue",), "Subscriptions lead", ""),
        ("text", (1,), ("Revenue",), "Say thanks.", ""),
        ("heading", (3,), ("Regions",), "Regions", ""),
        ("text", (3,), ("Regions",), "Half outside", ""),
        ("table", (3,), ("Regions",), "Region | 2023", ""),
        ("row", (3,), ("Regions",), "North | 12", "Region | 2023"),
        ("row", (3,), ("Regions",), "North | 13", "Region | 2023"),
        ("row", (3,), ("Regions",), "South | (3)", "Region | 2023"),
    ]
    with pytest.raises(LimitError, match="3 slides, over the limit of 2"):
        events(tmp_path / "a.pptx", Bounds(pages=2))


def test_a_chart_is_the_table_that_it_draws(pptx: ModuleType, tmp_path: Path) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck = pptx.Presentation()
    data = CategoryChartData()
    data.categories = ["East", "West"]
    data.add_series("Q1", (1.5, 2))
    data.add_series("Q2", (3, None))
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 10**6, 10**6, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales"
    found = blocks(saved(deck, tmp_path / "a.pptx"))
    assert [(block.text.strip(), block.header) for block in found] == [
        ("Sales", ""),
        ("| Q1 | Q2", ""),
        ("East | 1.5 | 3", "| Q1 | Q2"),
        ("West | 2", "| Q1 | Q2"),
    ]


def test_a_charts_numbers_are_shown_by_their_formats(pptx: ModuleType, tmp_path: Path) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    deck = pptx.Presentation()
    data = CategoryChartData(number_format="0%")
    data.categories = [date(2002, 1, 5), date(2002, 2, 5)]
    data.add_series("Share", (0.25, 0.5))
    data.add_series("Whole", (32.0, 12.5), number_format="General")
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, 10**6, 10**6, data)
    found = blocks(saved(deck, tmp_path / "a.pptx"))
    assert [block.text.strip() for block in found] == [
        "| Share | Whole",
        "2002-01-05 | 25% | 32",
        "2002-02-05 | 50% | 12.5",
    ]


def test_lines_of_a_cell_are_parted(pptx: ModuleType, tmp_path: Path) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, 10**6, 2 * 10**6, 4 * 10**6, 2 * 10**6).table
    for number, row in enumerate([["Name", "Price"], ["a\vb", "12.23\nblah blah"]]):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    found = blocks(saved(deck, tmp_path / "a.pptx"))
    assert [block.text.strip() for block in found] == ["Name | Price", "a b | 12.23 blah blah"]


def test_a_slide_of_pictures_alone_is_read_by_ocr_and_one_that_cannot_be_is_said(
    pptx: ModuleType, tmp_path: Path
) -> None:
    deck = pptx.Presentation()
    picture = io.BytesIO()
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).text((40, 60), "Invoice 4711", fill="black", font=ImageFont.load_default(48))
    image.save(picture, "PNG")
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(picture, 0, 0)
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    blank = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(blank, "PNG")
    slide.shapes.add_picture(blank, 0, 0)
    file = saved(deck, tmp_path / "a.pptx")
    found = events(file)
    assert [event for event in found if isinstance(event, Page)] == [Page(1, "ocr"), Page(2, "empty")]
    read = [(block.text.strip(), block.place.pages) for block in found if isinstance(block, Block)]
    assert read == [("Invoice 4711", (1,))]
    broken = changed(file, lambda name, data: b"no picture" if name == "ppt/media/image1.png" else data)
    page = next(event for event in events(broken) if isinstance(event, Page))
    assert page.state == "failed"
    assert "picture" in page.reason


def test_a_file_is_read_with_the_network_cut(docx: ModuleType, tmp_path: Path) -> None:
    """Under a namespace without any network a look-up would fail, or wait."""
    document = docx.Document()
    document.add_paragraph("The bridge is 120 metres long and was opened in 1931.")
    file = saved(document, tmp_path / "a.docx")
    code = (
        "import os, pathlib, socket, sys\n"
        "def refuse(*_, **__): os.write(2, b'a connection was tried'); os._exit(3)  # in any thread\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from ingest.parsers import Aids, Bounds\nfrom ingest.parsers.office import Office\n"
        "events = Office().parse(pathlib.Path(sys.argv[1]), Aids(Bounds(), None))\n"
        "print(*(event.text.strip() for event in events if hasattr(event, 'text')))"
    )
    command = ["unshare", "-rn", sys.executable, "-W", "ignore", "-c", code, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "The bridge is 120 metres long and was opened in 1931.", done.stderr[-500:]
