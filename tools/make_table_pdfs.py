"""PDFs with tables of many kinds, and beside them the exact cells: what `bench/pdf_tables.py` measures with.

It needs reportlab, as `tools/make_samples.py` does:

    python tools/make_table_pdfs.py FOLDER [--seed N]

FOLDER/tables.json then lists for each file its tables: of each column its header names from the outermost level to the
innermost, and its rows as cells (the lines of a cell joined by a space, an empty cell as ""). Other seeds give other
words, numbers, fonts, sizes and widths.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "right", "center"]
Style = Literal["plain", "grid", "lines", "zebra", "rows"]
FONTS = (
    ("Helvetica", "Helvetica-Bold"),
    ("Times-Roman", "Times-Bold"),
    ("Courier", "Courier-Bold"),
)
NOUNS = (
    *("Revenue", "Cost", "Interest", "Depreciation", "Goodwill", "Inventory", "Payables", "Receivables", "Leases"),
    *("Dividends", "Taxes", "Pensions", "Freight", "Energy", "Rent", "Insurance", "Royalties", "Licences", "Equipment"),
    *("Land", "Buildings", "Software", "Patents", "Deposits", "Loans", "Research"),
)
TAILS = (
    "net",
    "gross of tax",
    "from associates",
    "on borrowings",
    "in transit",
    "at cost",
    "to customers",
    "and other",
)
PLACES = [
    "Lisbon",
    "Oslo",
    "Graz",
    "Turin",
    "Lyon",
    "Ghent",
    "Malmo",
    "Porto",
    "Basel",
    "Cork",
    "Bergen",
    "Utrecht",
    "Vilnius",
    "Tartu",
    "Split",
    "Brno",
]
NAMES = [
    "Ada",
    "Bruno",
    "Clara",
    "Dario",
    "Elena",
    "Felix",
    "Greta",
    "Hugo",
    "Irene",
    "Jonas",
    "Karin",
    "Leo",
    "Marta",
    "Nils",
    "Olga",
    "Pavel",
]
SENTENCE = [
    "the",
    "board",
    "considered",
    "the",
    "report",
    "of",
    "the",
    "auditors",
    "and",
    "found",
    "that",
    "the",
    "measures",
    "taken",
    "in",
    "the",
    "year",
    "were",
    "adequate",
    "to",
    "keep",
    "the",
    "risk",
    "within",
    "the",
    "limits",
    "that",
    "it",
    "had",
    "set",
    "for",
    "the",
    "plants",
    "and",
    "depots",
    "in",
    "the",
    "north",
    "of",
    "the",
    "country",
    "while",
    "stocks",
    "fell",
    "prices",
    "rose",
    "and",
    "most",
    "of",
    "the",
    "crews",
    "were",
    "trained",
    "again",
    "for",
    "the",
    "new",
    "line",
]


@dataclass
class Spec:
    """A table to draw: a header of levels (name, number of columns), rows of cells, and how they look."""

    header: list[list[tuple[str, int]]]
    rows: list[list[str]]
    widths: list[float]
    align: list[Align]
    style: Style = "plain"
    valign: Literal["top", "middle", "bottom"] = "bottom"
    size: float = 9
    font: tuple[str, str] = FONTS[0]
    leading: float = 1.15
    pad: float = 3
    repeat: bool = True
    sections: frozenset[int] = frozenset()
    """Numbers of rows that hold a section's label alone, in bold."""
    indent: frozenset[int] = frozenset()

    @property
    def names(self) -> list[list[str]]:
        """Of each column its header names, outermost first."""
        found: list[list[str]] = [[] for _ in self.widths]
        for level in self.header:
            at = 0
            for name, span in level:
                for column in range(at, at + span):
                    if name:
                        found[column].append(name)
                at += span
        return found


@dataclass
class Sheet:
    """A file being drawn, and what it holds."""

    canvas: Canvas
    width: float
    height: float
    tables: list[dict[str, object]] = field(default_factory=list)
    page: int = 1

    def new_page(self) -> None:
        """Goes on with the next page."""
        self.canvas.showPage()
        self.page += 1


def draw_table(sheet: Sheet, spec: Spec, x: float, y: float, *, bottom: float = 60, top: float = 60) -> float:
    """Draws the table from `y` (from the page's top) down, over as many pages as it takes; returns where it ends."""
    lefts = [x + sum(spec.widths[:column]) for column in range(len(spec.widths) + 1)]
    y = _draw_header(sheet, spec, lefts, y)
    pages = []
    for number, row in enumerate(spec.rows):
        height = _row_height(spec, row)
        if y + height > sheet.height - bottom:
            sheet.new_page()
            y = _draw_header(sheet, spec, lefts, top) if spec.repeat else top
        _draw_row(sheet, spec, lefts, (y, number))
        pages.append(sheet.page)
        y += height
    if spec.style == "lines":
        sheet.canvas.line(lefts[0], sheet.height - y, lefts[-1], sheet.height - y)
    sheet.tables.append({"pages": pages, "names": spec.names, "rows": spec.rows})
    return y


def _lines(spec: Spec, text: str, width: float, font: str) -> list[str]:
    return simpleSplit(text, font, spec.size, width - 2 * spec.pad) if text else []


def _row_height(spec: Spec, row: list[str]) -> float:
    most = max(len(_lines(spec, text, width, spec.font[1])) for text, width in zip(row, spec.widths, strict=True))
    return max(most, 1) * spec.size * spec.leading + 2 * spec.pad


def _draw_header(sheet: Sheet, spec: Spec, lefts: list[float], y: float) -> float:
    canvas = sheet.canvas
    if spec.style == "lines":
        canvas.line(lefts[0], sheet.height - y, lefts[-1], sheet.height - y)
    for level in spec.header:
        spans = []
        at = 0
        for name, span in level:
            spans.append((name, at, at + span))
            at += span
        tall = [len(_lines(spec, name, lefts[end] - lefts[start], spec.font[1])) or 1 for name, start, end in spans]
        height = max(tall) * spec.size * spec.leading + 2 * spec.pad
        for name, start, end in spans:
            align = "center" if end - start > 1 else spec.align[start]
            _draw_cell(sheet, spec, name, (lefts[start], lefts[end], y, y + height), align=align, font=spec.font[1])
            if spec.style == "lines" and end - start > 1:
                canvas.line(lefts[start] + 2, sheet.height - y - height, lefts[end] - 2, sheet.height - y - height)
            if spec.style == "grid":
                canvas.rect(lefts[start], sheet.height - y - height, lefts[end] - lefts[start], height)
        y += height
    if spec.style in ("lines", "rows") and spec.header:
        canvas.line(lefts[0], sheet.height - y, lefts[-1], sheet.height - y)
    return y


def _draw_row(sheet: Sheet, spec: Spec, lefts: list[float], at: tuple[float, int]) -> None:
    y, number = at
    row, canvas = spec.rows[number], sheet.canvas
    height = _row_height(spec, row)
    if spec.style == "zebra" and number % 2 == 0:
        canvas.setFillGray(0.88)
        canvas.rect(lefts[0], sheet.height - y - height, lefts[-1] - lefts[0], height, stroke=0, fill=1)
        canvas.setFillGray(0)
    font = spec.font[1] if number in spec.sections else spec.font[0]
    for column, text in enumerate(row):
        left = lefts[column] + (8 if column == 0 and number in spec.indent else 0)
        align = spec.align[column]
        _draw_cell(sheet, spec, text, (left, lefts[column + 1], y, y + height), align=align, font=font)
        if spec.style == "grid":
            canvas.rect(lefts[column], sheet.height - y - height, lefts[column + 1] - lefts[column], height)
    if spec.style == "rows":
        canvas.line(lefts[0], sheet.height - y - height, lefts[-1], sheet.height - y - height)


def _draw_cell(
    sheet: Sheet, spec: Spec, text: str, box: tuple[float, float, float, float], *, align: str, font: str
) -> None:
    left, right, top, end = box
    sheet.canvas.setFont(font, spec.size)
    lines = _lines(spec, text, right - left, font)
    step = spec.size * spec.leading
    base = top + spec.pad + spec.size * 0.8
    if spec.valign == "bottom":
        base = end - spec.pad - spec.size * 0.25 - step * (len(lines) - 1)
    if spec.valign == "middle":
        base = (top + end) / 2 + spec.size * 0.3 - step * (len(lines) - 1) / 2
    for line in lines:
        at = sheet.height - base
        if align == "right" and line.startswith("$ "):
            sheet.canvas.drawString(left + spec.pad, at, "$")
            sheet.canvas.drawRightString(right - spec.pad, at, line[2:])
        elif align == "right":
            hang = stringWidth(")", font, spec.size) if line.endswith(")") else 0
            sheet.canvas.drawRightString(right - spec.pad + hang, at, line)
        elif align == "center":
            sheet.canvas.drawCentredString((left + right) / 2, at, line)
        else:
            sheet.canvas.drawString(left + spec.pad, at, line)
        base += step


class Maker:
    """Makes up words and numbers."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def label(self, words: int = 2) -> str:
        """A row's label."""
        nouns = self.dice.sample(NOUNS, words)
        tail = f", {self.dice.choice(TAILS)}" if self.dice.random() < 0.5 else ""
        return " and ".join([nouns[0], *(noun.lower() for noun in nouns[1:])]) + tail

    def labels(self, count: int, words: int = 2) -> list[str]:
        """Labels that all differ."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.label(words)] = None
        return list(found)

    def number(self, most: int = 60_000) -> str:
        """An amount, negative ones in parentheses."""
        value = self.dice.randint(-most // 3, most)
        return f"({-value:,})" if value < 0 else f"{value:,}"

    def numbers(self, count: int, most: int = 60_000) -> list[str]:
        """Amounts."""
        return [self.number(most) for _ in range(count)]

    def sentence(self, words: int) -> str:
        """Some words of prose."""
        start = self.dice.randrange(len(SENTENCE) - min(words, len(SENTENCE) - 1))
        return " ".join((SENTENCE * 3)[start : start + words]).capitalize()

    def font(self) -> tuple[str, str]:
        """A font, plain and bold."""
        return self.dice.choice(FONTS[:2])

    def size(self) -> float:
        """A font's size."""
        return self.dice.choice((8, 8.5, 9, 10))


def prose(sheet: Sheet, text: str, x: float, y: float, *, width: float = 460, size: float = 10) -> float:
    """Draws a paragraph; returns where it ends."""
    sheet.canvas.setFont("Times-Roman", size)
    for line in simpleSplit(text, "Times-Roman", size, width):
        sheet.canvas.drawString(x, sheet.height - y - size, line)
        y += size * 1.2
    return y + size * 0.8


def years(maker: Maker, count: int) -> list[str]:
    """Years, the last one first."""
    last = maker.dice.randint(2012, 2024)
    return [str(last - back) for back in range(count)]


def numeric(maker: Maker, rows: int, columns: int, style: Style, *, stub: str = "(in thousands)") -> Spec:
    """Labels and numbers under one level of years."""
    header = [[(name, 1) for name in [stub, *years(maker, columns)]]]
    body = [[label, *maker.numbers(columns)] for label in maker.labels(rows)]
    width = maker.dice.uniform(58, 80)
    return Spec(
        header,
        body,
        [210, *[width] * columns],
        ["left", *["right"] * columns],
        style,
        font=maker.font(),
        size=maker.size(),
    )


def framed(draw: Callable[[Sheet, Maker, float], None]) -> Callable[[Sheet, Maker], None]:
    """Puts prose before a table and, unless it fills the page, after it."""

    def drawn(sheet: Sheet, maker: Maker) -> None:
        y = prose(sheet, f"{maker.sentence(40)}. {maker.sentence(20)}.", 60, 60)
        draw(sheet, maker, y)

    drawn.__name__ = draw.__name__
    return drawn


def after(sheet: Sheet, maker: Maker, y: float) -> None:
    """Prose after a table."""
    prose(sheet, f"{maker.sentence(45)}. {maker.sentence(30)}.", 60, y + 14)


@framed
def grid(sheet: Sheet, maker: Maker, y: float) -> None:
    """Every cell in a frame."""
    after(sheet, maker, draw_table(sheet, numeric(maker, 12, 4, "grid"), 60, y))


@framed
def aligned(sheet: Sheet, maker: Maker, y: float) -> None:
    """No rule at all."""
    after(sheet, maker, draw_table(sheet, numeric(maker, 14, 3, "plain"), 60, y))


@framed
def zebra(sheet: Sheet, maker: Maker, y: float) -> None:
    """Every other row shaded."""
    after(sheet, maker, draw_table(sheet, numeric(maker, 13, 4, "zebra"), 60, y))


def two_levels(maker: Maker, style: Style) -> Spec:
    """Two groups of two columns, the group's name over both."""
    groups = maker.dice.sample(["Group", "Parent company", "Continuing operations", "Restated"], 2)
    names = years(maker, 2)
    header = [[("", 1), (groups[0], 2), (groups[1], 2)], [("EUR thousand", 1), *[(name, 1) for name in names * 2]]]
    body = [[label, *maker.numbers(4)] for label in maker.labels(11)]
    return Spec(
        header, body, [180, 70, 70, 70, 70], ["left", *["right"] * 4], style, font=maker.font(), size=maker.size()
    )


@framed
def merged_ruled(sheet: Sheet, maker: Maker, y: float) -> None:
    """Headers over several columns, with lines under them."""
    after(sheet, maker, draw_table(sheet, two_levels(maker, "lines"), 60, y))


@framed
def merged_grid(sheet: Sheet, maker: Maker, y: float) -> None:
    """Headers over several columns, in frames."""
    after(sheet, maker, draw_table(sheet, two_levels(maker, "grid"), 60, y))


@framed
def merged_plain(sheet: Sheet, maker: Maker, y: float) -> None:
    """Headers over several columns, without a line."""
    after(sheet, maker, draw_table(sheet, two_levels(maker, "plain"), 60, y))


@framed
def three_levels(sheet: Sheet, maker: Maker, y: float) -> None:
    """Three levels of headers."""
    first, second = years(maker, 2)
    header = [
        [("", 1), ("Year ended 30 June", 4)],
        [("", 1), (first, 2), (second, 2)],
        [("Segment", 1), *[("Sales", 1), ("Margin", 1)] * 2],
    ]
    body = [[name, *maker.numbers(4, 900)] for name in maker.dice.sample(PLACES, 10)]
    spec = Spec(
        header, body, [150, 75, 75, 75, 75], ["left", *["right"] * 4], "lines", font=maker.font(), size=maker.size()
    )
    after(sheet, maker, draw_table(sheet, spec, 60, y))


def pages_repeated(sheet: Sheet, maker: Maker) -> None:
    """Over three pages, the header on each."""
    draw_table(sheet, numeric(maker, 110, 3, "rows"), 60, 70)


def pages_once(sheet: Sheet, maker: Maker) -> None:
    """Over three pages, the header on the first alone."""
    spec = numeric(maker, 110, 4, "plain")
    spec.repeat = False
    draw_table(sheet, spec, 60, 70)


def pages_grid(sheet: Sheet, maker: Maker) -> None:
    """A grid of texts over two pages, the header on the first alone."""
    spec = texts(maker, 34, "grid")
    spec.repeat = False
    draw_table(sheet, spec, 60, 70)


def long_labels(maker: Maker, style: Style) -> Spec:
    """Labels of which every other one is wrapped."""
    spec = numeric(maker, 12, 3, style)
    for number, row in enumerate(spec.rows):
        if number % 2 == 0:
            row[0] = f"{maker.label(4)} ({maker.sentence(5).lower()})"
    spec.leading, spec.pad = 1.1, 3.5
    return spec


@framed
def wrapped_bottom(sheet: Sheet, maker: Maker, y: float) -> None:
    """Wrapped labels, the numbers beside their last line."""
    after(sheet, maker, draw_table(sheet, long_labels(maker, "plain"), 60, y))


@framed
def wrapped_top(sheet: Sheet, maker: Maker, y: float) -> None:
    """Wrapped labels, the numbers beside their first line."""
    spec = long_labels(maker, "plain")
    spec.valign = "top"
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def wrapped_middle(sheet: Sheet, maker: Maker, y: float) -> None:
    """Wrapped labels, the numbers beside their middle."""
    spec = long_labels(maker, "plain")
    spec.valign = "middle"
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def grid_middle(sheet: Sheet, maker: Maker, y: float) -> None:
    """Texts in frames, each in the middle of its cell; the header is not bold."""
    spec = texts(maker, 12, "grid")
    spec.valign, spec.font = "middle", (spec.font[0], spec.font[0])
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def by_year(sheet: Sheet, maker: Maker, y: float) -> None:
    """A row for each year, numbers with decimal commas."""
    header = [[("Year", 1), ("Tonnes", 1), ("Price", 1), ("Share", 1)]]
    body = [
        [year, f"{maker.dice.randint(1, 99)}.{maker.dice.randint(100, 999)}", f"{maker.dice.randint(2, 900)},50", "n/a"]
        for year in years(maker, 9)
    ]
    spec = Spec(header, body, [60, 80, 80, 80], ["left", *["right"] * 3], "rows", font=maker.font(), size=maker.size())
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def dotted(sheet: Sheet, maker: Maker, y: float) -> None:
    """Dots from the labels to the numbers."""
    spec = numeric(maker, 10, 2, "plain")
    spec.size, spec.widths = 8.5, [250, 70, 70]
    face = spec.font[0]
    drawn = []
    for row in spec.rows:
        room = spec.widths[0] - 2 * spec.pad - stringWidth(row[0] + " ", face, spec.size)
        drawn.append([row[0] + " " + "." * int(room / stringWidth(".", face, spec.size)), *row[1:]])
    plain_rows, spec.rows = spec.rows, drawn
    end = draw_table(sheet, spec, 60, y)
    sheet.tables[-1]["rows"] = plain_rows
    after(sheet, maker, end)


@framed
def wrapped_zebra(sheet: Sheet, maker: Maker, y: float) -> None:
    """Wrapped labels in shaded rows."""
    after(sheet, maker, draw_table(sheet, long_labels(maker, "zebra"), 60, y))


def texts(maker: Maker, rows: int, style: Style) -> Spec:
    """Columns of text, some wrapped over several lines."""
    body = [
        [
            f"{maker.dice.randint(1, 9)}.{number}",
            f"{maker.dice.choice(NAMES)} {maker.dice.choice(PLACES)}",
            maker.sentence(maker.dice.randint(4, 16)),
            maker.dice.choice(("open", "closed", "in work")),
        ]
        for number in range(1, rows + 1)
    ]
    header = [[("No.", 1), ("Responsible", 1), ("Finding of the audit", 1), ("State", 1)]]
    return Spec(header, body, [45, 110, 230, 75], ["left"] * 4, style, "top", font=maker.font(), size=maker.size())


@framed
def text_grid(sheet: Sheet, maker: Maker, y: float) -> None:
    """Columns of text in frames."""
    after(sheet, maker, draw_table(sheet, texts(maker, 12, "grid"), 60, y))


@framed
def text_plain(sheet: Sheet, maker: Maker, y: float) -> None:
    """Columns of text without a rule."""
    spec = texts(maker, 12, "plain")
    spec.pad = 4
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def register(sheet: Sheet, maker: Maker, y: float) -> None:
    """Short words in columns, no number and no rule."""
    body = [
        [
            f"{name} {maker.dice.choice(PLACES)}",
            maker.dice.choice(PLACES),
            maker.dice.choice(NOUNS),
            maker.dice.choice(PLACES),
        ]
        for name in maker.dice.sample(NAMES, 13)
    ]
    header = [[("Name", 1), ("Born in", 1), ("Department", 1), ("Works in", 1)]]
    spec = Spec(header, body, [130, 90, 110, 90], ["left"] * 4, "plain", font=maker.font(), size=maker.size())
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def gaps(sheet: Sheet, maker: Maker, y: float) -> None:
    """A third of the cells is empty."""
    spec = numeric(maker, 15, 5, "plain")
    spec.widths = [170, *[60.0] * 5]
    for row in spec.rows:
        for column in maker.dice.sample(range(1, 6), maker.dice.randint(0, 3)):
            row[column] = ""
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def money(sheet: Sheet, maker: Maker, y: float) -> None:
    """Currency signs at the left of their cells, dashes, percent signs, sections with indented rows."""
    body, sections, indent = [], set(), set()
    for section in ("Assets", "Liabilities", "Equity"):
        sections.add(len(body))
        body.append([section, "", "", ""])
        for number, label in enumerate(maker.labels(5)):
            indent.add(len(body))
            values = [maker.number() if maker.dice.random() < 0.8 else "—" for _ in range(2)]
            sign = "$ " if number == 0 else ""
            body.append([label, *(f"{sign}{value}" for value in values), f"{maker.dice.randint(-30, 60) / 10} %"])
    header = [[("(Dollars in millions)", 1), *[(name, 1) for name in years(maker, 2)], ("Change", 1)]]
    spec = Spec(
        header, body, [220, 80, 80, 70], ["left", *["right"] * 3], "lines", font=maker.font(), size=maker.size()
    )
    spec.sections, spec.indent = frozenset(sections), frozenset(indent)
    after(sheet, maker, draw_table(sheet, spec, 60, y))


@framed
def side_by_side(sheet: Sheet, maker: Maker, y: float) -> None:
    """Two tables beside one another."""
    ends = []
    for x, rows in ((50, 10), (320, 8)):
        spec = numeric(maker, rows, 2, "lines", stub="EUR")
        spec.widths, spec.size = [125, 55, 55], 8
        ends.append(draw_table(sheet, spec, x, y))
    after(sheet, maker, max(ends))


def in_column(sheet: Sheet, maker: Maker) -> None:
    """A table within one of two columns of prose."""
    y = 60.0
    for _ in range(3):
        y = prose(sheet, f"{maker.sentence(50)}.", 50, y, width=235)
    spec = numeric(maker, 9, 2, "lines", stub="EUR")
    spec.widths, spec.size = [125, 55, 55], 8
    y = draw_table(sheet, spec, 50, y) + 14
    while y < sheet.height - 160:
        y = prose(sheet, f"{maker.sentence(50)}.", 50, y, width=235)
    y = 60.0
    while y < sheet.height - 160:
        y = prose(sheet, f"{maker.sentence(46)}.", 310, y, width=235)


def dense(sheet: Sheet, maker: Maker) -> None:
    """Twelve narrow columns in small type, across a wide page."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    body = [[place, *maker.numbers(12, 9000)] for place in maker.dice.sample(PLACES, 14)]
    spec = Spec(
        [[("Depot", 1), *[(m, 1) for m in months]]], body, [90, *[46.0] * 12], ["left", *["right"] * 12], size=7.5
    )
    draw_table(sheet, spec, 60, prose(sheet, f"{maker.sentence(40)}.", 60, 60, width=640))


@framed
def centred(sheet: Sheet, maker: Maker, y: float) -> None:
    """All columns centred, in frames, with wrapped headers."""
    names = ["Depot", "Tonnes moved in the year", "Share of all depots", "Staff at the end of the year"]
    body = [
        [place, f"{maker.dice.randint(100, 9999):,}", f"{maker.dice.randint(1, 40)}%", str(maker.dice.randint(3, 90))]
        for place in maker.dice.sample(PLACES, 11)
    ]
    spec = Spec(
        [[(n, 1) for n in names]], body, [120, 90, 90, 90], ["center"] * 4, "grid", font=maker.font(), size=maker.size()
    )
    after(sheet, maker, draw_table(sheet, spec, 60, y))


def nothing(sheet: Sheet, maker: Maker) -> None:
    """Two columns of prose, then numbered items and a table of contents: no table at all."""
    for x in (50, 310):
        y = 60.0
        while y < sheet.height - 160:
            y = prose(sheet, f"{maker.sentence(50)}, {maker.number()} in {years(maker, 1)[0]}.", x, y, width=235)
    sheet.new_page()
    y = 60.0
    for number in range(1, 12):
        sheet.canvas.drawString(60, sheet.height - y, f"{number}.")
        y = prose(sheet, f"{maker.sentence(30)}.", 80, y - 8) + 8


KINDS: tuple[Callable[[Sheet, Maker], None], ...] = (
    grid,
    aligned,
    zebra,
    merged_ruled,
    merged_grid,
    merged_plain,
    three_levels,
    pages_repeated,
    pages_once,
    pages_grid,
    wrapped_bottom,
    wrapped_top,
    wrapped_middle,
    grid_middle,
    by_year,
    dotted,
    wrapped_zebra,
    text_grid,
    text_plain,
    register,
    gaps,
    money,
    side_by_side,
    in_column,
    dense,
    centred,
    nothing,
)
WIDE = (dense,)


def main() -> None:
    """Draws a file of each kind and writes what they hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for number, draw in enumerate(KINDS):
        maker = Maker(chosen.seed * 1000 + number)
        size = A4 if number % 2 else LETTER
        width, height = landscape(size) if draw in WIDE else size
        name = f"{draw.__name__}.pdf"
        sheet = Sheet(Canvas(str(chosen.folder / name), pagesize=(width, height), invariant=1), width, height)
        draw(sheet, maker)
        sheet.canvas.save()
        truth[name] = sheet.tables
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (chosen.folder / "tables.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
