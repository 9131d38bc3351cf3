"""The annual report: `samples_report.md` set as a PDF of 20 pages with bookmarks, tables and drawn charts."""

from __future__ import annotations

import re
from pathlib import Path

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

BLUE, PALE, GREY = HexColor("#1d4e6b"), HexColor("#e6eef2"), HexColor("#666666")
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.9, leading=14.2, spaceAfter=5.5, alignment=TA_JUSTIFY)
LIST = ParagraphStyle("list", parent=BODY, spaceAfter=1.5)
NOTE = ParagraphStyle(
    "note", parent=BODY, fontName="Times-Italic", fontSize=10, leading=12.6, spaceBefore=2, spaceAfter=8
)
CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=9, leading=10.6)
HEAD = ParagraphStyle("head", parent=CELL, fontName="Helvetica-Bold", textColor=BLUE)
HEADINGS = {
    1: ParagraphStyle("h1", fontName="Helvetica-Bold", fontSize=18, leading=23, spaceAfter=7, textColor=BLUE),
    2: ParagraphStyle(
        "h2", fontName="Helvetica-Bold", fontSize=12.5, leading=16, spaceBefore=6, spaceAfter=3, textColor=BLUE
    ),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BY_MONTH = (78.4, 80.2, 93.6, 101.9, 109.5, 121.7, 142.3, 151.2, 118.8, 98.1, 95.9, 92.7)
CAUSES = (("Weather", 402), ("Technical faults", 171), ("Lack of crew", 61), ("Other", 35))
CARBON = ((2019, 3800), (2020, 3155), (2021, 3340), (2022, 3512), (2023, 3467), (2024, 2914))


class _Heading(Paragraph):
    """A heading that is a bookmark of the document as well."""

    def __init__(self, text: str, level: int) -> None:
        super().__init__(text, HEADINGS[level])
        self.level = level


class _Report(BaseDocTemplate):
    """Adds a bookmark for each heading as it is placed."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  # reportlab's name
        if isinstance(flowable, _Heading):
            key = f"h{self.page}-{flowable.getPlainText()}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level=flowable.level - 1, closed=False)


def write_report(source: Path, target: Path) -> None:
    """Set the text; every page of the source must fill one page of the PDF."""
    document = _Report(
        str(target),
        pagesize=A4,
        title="Tarrow Sound Ferry Cooperative: Annual Report 2024",
        author="Tarrow Sound Ferry Cooperative",
        subject="The year to 31 December 2024",
        invariant=1,
    )
    frame = Frame(24 * mm, 20 * mm, A4[0] - 48 * mm, A4[1] - 38 * mm, id="page", showBoundary=0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_footer))
    pages = source.read_text(encoding="utf-8").split("=== page\n")[1:]
    story: list[Flowable] = []
    for number, page in enumerate(pages):
        story += [PageBreak()] if number else []
        story += _flowables(page)
    document.build(story)
    if document.page != len(pages):
        raise SystemExit(f"{len(pages)} pages of text became {document.page} pages")


def _footer(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillColor(GREY)
    canvas.drawString(24 * mm, 12 * mm, "Tarrow Sound Ferry Cooperative, Annual Report 2024")
    canvas.drawRightString(A4[0] - 24 * mm, 12 * mm, str(document.page))


def _flowables(page: str) -> list[Flowable]:
    found: list[Flowable] = []
    lines = page.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        many = next((mark for mark in ("|", "- ") if line.startswith(mark)), "")
        if many:
            end = at
            while end < len(lines) and lines[end].startswith(many):
                end += 1
            found.append((_table if many == "|" else _list)(lines[at:end]))
            at = end
            continue
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            found.append(_Heading(line.lstrip("# "), level))
        elif line.startswith("!figure "):
            name, caption = line.removeprefix("!figure ").split(": ", 1)
            found.append(KeepTogether([FIGURES[name](), Paragraph(caption, NOTE)]))
        elif re.fullmatch(r"\*[^*].*\*", line):
            found.append(Paragraph(line.strip("*"), NOTE))
        elif line.strip():
            found.append(Paragraph(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", line), BODY))
        at += 1
    return found


def _list(lines: list[str]) -> Flowable:
    items = [ListItem(Paragraph(line[2:], LIST), leftIndent=12) for line in lines]
    return ListFlowable(items, bulletType="bullet", start="•", bulletFontSize=8, leftIndent=12)


def _table(lines: list[str]) -> Flowable:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    cells = [[Paragraph(cell, CELL if number else HEAD) for cell in row] for number, row in enumerate(rows)]
    whole = A4[0] - 52 * mm
    longest = [max(len(row[column]) for row in rows) + 4 for column in range(len(rows[0]))]
    table = Table(cells, colWidths=[whole * width / sum(longest) for width in longest], spaceBefore=3)
    bold = [
        ("BACKGROUND", (0, n), (-1, n), PALE) for n, row in enumerate(rows) if row[0].startswith(("Total", "Surplus"))
    ]
    lines_below = ("LINEBELOW", (0, 0), (-1, -1), 0.4, GREY)
    padding = [("TOPPADDING", (0, 0), (-1, -1), 1.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2)]
    table.setStyle(TableStyle([lines_below, ("BACKGROUND", (0, 0), (-1, 0), PALE), *padding, *bold]))
    return KeepTogether([table, Spacer(1, 2)])


def _months() -> Drawing:
    drawing = Drawing(450, 128)
    chart = _bars(VerticalBarChart(), MONTHS, BY_MONTH)
    chart.x, chart.y, chart.width, chart.height = 30, 18, 410, 100
    chart.valueAxis.valueMax, chart.valueAxis.valueStep = 160, 40
    drawing.add(chart)
    return drawing


def _causes() -> Drawing:
    drawing = Drawing(450, 92)
    chart = _bars(HorizontalBarChart(), [name for name, _ in CAUSES][::-1], [count for _, count in CAUSES][::-1])
    chart.x, chart.y, chart.width, chart.height = 90, 16, 340, 72
    chart.valueAxis.valueMax, chart.valueAxis.valueStep = 450, 150
    drawing.add(chart)
    return drawing


def _carbon() -> Drawing:
    drawing = Drawing(450, 128)
    chart = _bars(VerticalBarChart(), [str(year) for year, _ in CARBON], [tonnes for _, tonnes in CARBON])
    chart.x, chart.y, chart.width, chart.height = 40, 18, 400, 100
    chart.valueAxis.valueMax, chart.valueAxis.valueStep = 4000, 1000
    drawing.add(chart)
    return drawing


def _bars(chart: VerticalBarChart, names: object, values: object) -> VerticalBarChart:
    chart.data = [tuple(values)]
    chart.categoryAxis.categoryNames = list(names)
    chart.bars[0].fillColor = BLUE
    chart.bars[0].strokeColor = None
    chart.groupSpacing = 6
    chart.valueAxis.valueMin = 0
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = "Helvetica", 7.5
    return chart


FIGURES = {"months": _months, "causes": _causes, "carbon": _carbon}
