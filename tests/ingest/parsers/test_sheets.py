"""XLSX and ODS: cells as a reader sees them, with their sheet."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ingest.errors import EmptyError, LimitError, UnreadableError
from ingest.parsers import Bounds
from ingest.parsers.ods import ODS
from ingest.parsers.xlsx import XLSX
from ingest.types import Place, Rows

PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/>'
    '<numFmt numFmtId="165" formatCode="0.0%"/><numFmt numFmtId="166" formatCode="00000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="164"/><xf numFmtId="20"/>'
    '<xf numFmtId="166"/></cellXfs>'
)
"""Formats 1 and 3 are dates, 2 a percentage, 4 a time, 5 a code of five digits."""


def xlsx(tmp_path: Path, *sheets: tuple[str, str], strings: str = "", name: str = "a.xlsx") -> Path:
    """Writes a workbook of sheets, each its name and what it holds."""
    named = "".join(f'<sheet name="{title}" sheetId="{at}" r:id="r{at}"/>' for at, (title, _) in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    file = tmp_path / name
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        main = f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{main}</Relationships>')
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>')
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>')
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        for at, (_, content) in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{at}.xml", f'<worksheet xmlns="{MAIN}">{content}</worksheet>')
    return file


def cell(place: str, value: str, kind: str = "str", style: int = 0) -> str:
    return f'<c r="{place}" t="{kind}" s="{style}"><v>{value}</v></c>'


def rows(*cells: tuple[int, str]) -> str:
    return "<sheetData>" + "".join(f'<row r="{number}">{row}</row>' for number, row in cells) + "</sheetData>"


def ods(tmp_path: Path, tables: str) -> Path:
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text"))
    file = tmp_path / "a.ods"
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return file


def texts(found) -> list[str]:
    return [block.text for block in found.blocks if block.kind == "row"]


def test_cells_are_what_a_reader_sees(tmp_path: Path, read) -> None:
    strings = "<si><t>name</t></si><si><r><t>va</t></r><r><t>lue</t></r><rPh><t>x</t></rPh></si>"
    head = (1, cell("A1", "0", "s") + cell("B1", "1", "s"))
    values = [
        ("007", "str", 0, "007"),
        ("NA", "str", 0, "NA"),
        ("0.30000000000000004", "n", 0, "0.3"),
        ("1E+20", "n", 0, "100000000000000000000"),
        ("45293", "n", 1, "2024-01-02"),
        ("45293.5", "n", 3, "2024-01-02 12:00:00"),
        ("0.153", "n", 2, "15.3%"),
        ("0.5", "n", 4, "12:00:00"),
        ("1067", "n", 5, "01067"),
        ("123456789012345678", "n", 0, "123456789012345678"),
        ("1", "b", 0, "TRUE"),
        ("#DIV/0!", "e", 0, "#DIV/0!"),
        ("one_x000A_two", "str", 0, "one\ntwo"),
    ]
    body = [
        (at, cell(f"A{at}", f"r{at}") + cell(f"B{at}", raw, kind, style))
        for at, (raw, kind, style, _) in enumerate(values, 2)
    ]
    found = read(XLSX(), xlsx(tmp_path, ("Q1", rows(head, *body)), strings=strings))
    assert texts(found) == [f"name: r{at}; value: {shown}\n" for at, (*_, shown) in enumerate(values, 2)]
    assert found.rows == Rows(text=len(values))


def test_sheets_rows_and_what_they_hold(tmp_path: Path, read) -> None:
    def sheet(value: int) -> str:
        return rows((1, cell("A1", "name") + cell("B1", "size")), (4, cell("A4", "x") + cell("B4", str(value), "n")))

    found = read(XLSX(), xlsx(tmp_path, ("Q 1", sheet(3)), ("none", "<sheetData/>"), ("Q2", sheet(5))))
    assert [(block.kind, block.place) for block in found.blocks] == [
        ("table", Place(sheet="Q 1")),
        ("row", Place(sheet="Q 1", rows=(3, 3))),
        ("table", Place(sheet="Q2")),
        ("row", Place(sheet="Q2", rows=(3, 3))),
    ]
    assert found.blocks[2].text.startswith("Table of sheet Q2: 3 rows, 2 columns\n")
    assert "size: numbers from 5 to 5, 2 blank\n" in found.blocks[2].text


def test_merged_cells(tmp_path: Path, read) -> None:
    content = rows(
        (1, cell("A1", "Region") + cell("B1", "Sales")),
        (2, cell("B2", "Air") + cell("C2", "Rail")),
        (3, cell("A3", "North") + cell("B3", "1", "n") + cell("C3", "2", "n")),
        (4, cell("B4", "3", "n") + cell("C4", "4", "n")),
        (5, cell("A5", "South") + cell("B5", "5", "n") + cell("C5", "6", "n")),
    )
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="A3:A4"/></mergeCells>'
    found = read(XLSX(), xlsx(tmp_path, ("S", content + merged)))
    assert texts(found) == [
        "Region: North; Sales Air: 1; Sales Rail: 2\n",
        "Region: North; Sales Air: 3; Sales Rail: 4\n",
        "Region: South; Sales Air: 5; Sales Rail: 6\n",
    ]


def test_a_cell_far_away(tmp_path: Path, read) -> None:
    content = rows(
        (1, cell("A1", "name") + cell("B1", "size")), (2, cell("A2", "x")), (30_000, cell("XFD30000", "far"))
    )
    found = read(XLSX(), xlsx(tmp_path, ("S", content)))
    assert texts(found) == ["name: x\n", "column 16384: far\n"]
    assert found.rows == Rows(text=2, empty=29_997)


def test_ods(tmp_path: Path, read) -> None:
    def text(value: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'

    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    tall = text("007", 'table:number-rows-spanned="2"')
    spaced = text('a<text:s text:c="2"/>b</text:p><text:p>c')
    tables = (
        '<table:table table:name="Blatt">'
        f"<table:table-row>{text('name')}{text('size')}{text('day')}</table:table-row>"
        f"<table:table-row>{tall}"
        '<table:table-cell office:value-type="float" office:value="3.14159"><text:p>3.14</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2024-01-02"><text:p>2.1.</text:p>'
        "</table:table-cell>"
        f"{blank}</table:table-row>"
        "<table:table-row><table:covered-table-cell/>"
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>'
        f"{spaced}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row></table:table>'
    )
    found = read(ODS(), ods(tmp_path, tables))
    assert texts(found) == ["name: 007; size: 3.14159; day: 2024-01-02\n", "name: 007; size: 50%; day: a  b\nc\n"]
    assert found.rows == Rows(text=2)
    assert {block.place.sheet for block in found.blocks} == {"Blatt"}


def test_what_is_refused(tmp_path: Path, read) -> None:
    with pytest.raises(EmptyError):
        read(XLSX(), xlsx(tmp_path, ("S", "<sheetData/>")))
    with pytest.raises(EmptyError):
        read(ODS(), ods(tmp_path, '<table:table table:name="S"/>'))
    with pytest.raises(UnreadableError, match="no XML"):
        read(XLSX(), xlsx(tmp_path, ("S", "<sheetData>")))
    with pytest.raises(UnreadableError, match="no member"):
        read(XLSX(), ods(tmp_path, ""))
    big = xlsx(tmp_path, ("S", rows((1, cell("A1", "x" * 3_000_000)))))
    with pytest.raises(LimitError, match="unpacks to more than 1 MB"):
        read(XLSX(), big, bounds=Bounds(decompressed_mb=1))


def test_declared_entities_are_refused(tmp_path: Path, read) -> None:
    file = xlsx(tmp_path, ("S", rows((1, cell("A1", "x")))))
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", '<!DOCTYPE a [<!ENTITY b "c">]><sst><si><t>&b;</t></si></sst>')
    with pytest.raises(UnreadableError, match="document type"):
        read(XLSX(), file)


def test_a_formula_without_a_value_stands_there_itself(tmp_path: Path, read) -> None:
    head = cell("A1", "name") + cell("B1", "sum")
    row = cell("A2", "x") + '<c r="B2"><f>SUM(C2:D2)</f></c>'
    known = cell("A3", "y") + '<c r="B3"><f>SUM(C3:D3)</f><v>7</v></c>'
    found = read(XLSX(), xlsx(tmp_path, ("S", rows((1, head), (2, row), (3, known)))))
    said = [block.text for block in found.blocks if block.kind == "row"]
    assert said == ["name: x; sum: =SUM(C2:D2)\n", "name: y; sum: 7\n"]


def added(file: Path, members: dict[str, str]) -> Path:
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file


def test_comments_text_boxes_and_titles_of_charts_are_read(tmp_path: Path, read) -> None:
    kinds = {"comments": "../comments1.xml", "threadedComment": "../threads/t1.xml", "drawing": "../drawings/d1.xml"}
    links = "".join(f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{to}"/>' for kind, to in kinds.items())
    chart = f'<Relationship Id="c" Type="{OFFICE}/chart" Target="../charts/c1.xml"/>'
    legacy = '<comment ref="A2"><text><r><t>[Threaded comment] see </t></r><r><t>below</t></r></text></comment>'
    members = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/comments1.xml": f'<comments><comment ref="B2"><text><t>Ask Ann</t></text></comment>{legacy}</comments>',
        "xl/threads/t1.xml": '<T><threadedComment ref="A2"><text>Is it so?</text></threadedComment></T>',
        "xl/drawings/d1.xml": "<d><sp><txBody><p><r><t>A box of</t></r><r><t> text</t></r></p></txBody></sp></d>",
        "xl/drawings/_rels/d1.xml.rels": f'<Relationships xmlns="{PACKAGE}">{chart}</Relationships>',
        "xl/charts/c1.xml": "<c><title><tx><rich><p><r><t>Sales by month</t></r></p></rich></tx></title><v>7</v></c>",
    }
    sheet = rows((1, cell("A1", "name") + cell("B1", "size")), (2, cell("A2", "x") + cell("B2", "3", "n")))
    found = read(XLSX(), added(xlsx(tmp_path, ("Q1", sheet)), members))
    said = ["B2: Ask Ann\n", "A2: Is it so?\n", "A box of text\n", "Sales by month\n"]
    assert [block.text for block in found.blocks if block.kind == "text"] == said
    assert {block.place for block in found.blocks if block.kind == "text"} == {Place(sheet="Q1")}


def test_a_sheet_with_nothing_but_a_text_box(tmp_path: Path, read) -> None:
    link = f'<Relationship Id="a" Type="{OFFICE}/drawing" Target="../drawings/d1.xml"/>'
    members = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{PACKAGE}">{link}</Relationships>',
        "xl/drawings/d1.xml": "<d><sp><txBody><p><r><t>Read me</t></r></p></txBody></sp></d>",
    }
    assert read(XLSX(), added(xlsx(tmp_path, ("Q1", "<sheetData/>")), members)).text == "Read me\n"


def test_comments_and_text_boxes_of_ods(tmp_path: Path, read) -> None:
    def text(said: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{said}</text:p>'

    note = "<office:annotation><creator>Ann</creator><text:p>Ask Bo</text:p></office:annotation></table:table-cell>"
    box = "<table:shapes><frame><text-box><text:p>A box</text:p></text-box></frame></table:shapes>"
    row = f"<table:table-row>{text('name')}</table:table-cell>{text('size')}{note}</table:table-row>"
    row += f"<table:table-row>{text('x')}</table:table-cell>{text('y')}</table:table-cell></table:table-row>"
    found = read(ODS(), ods(tmp_path, f'<table:table table:name="S">{box}{row}</table:table>'))
    assert [block.text for block in found.blocks if block.kind != "table"] == [
        "name: x; size: y\n",
        "A box\n",
        "B1: Ask Bo\n",
    ]


def test_short_tables_below_one_another_have_names_of_their_own(tmp_path: Path, read) -> None:
    table = [("Sales",), ("name", "n"), ("x", "1"), ("y", "2"), (), ("Costs",), ("item", "cost", "year")]
    table += [("q", "5", "2020"), ("r", "6", "2021")]
    lines = [
        (at, "".join(cell(f"{'ABC'[n]}{at}", said, "n" if said.isdigit() else "str") for n, said in enumerate(line)))
        for at, line in enumerate(table, 1)
    ]
    found = read(XLSX(), xlsx(tmp_path, ("S", rows(*lines))))
    assert texts(found) == [
        "name: x; n: 1\n",
        "name: y; n: 2\n",
        "item: q; cost: 5; year: 2020\n",
        "item: r; cost: 6; year: 2021\n",
    ]
    assert [block.text for block in found.blocks if block.kind == "text"] == ["Sales\n", "Costs\n"]
