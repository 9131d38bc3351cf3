"""Pages whose text runs sideways or upside down as a whole are read as others are; their places are those displayed."""

from pathlib import Path

import pypdfium2
import pytest

from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.pdf import PDF
from ingest.pdf.upright import turn_of
from ingest.places import boxes_of
from ingest.types import Block, Span

MATRICES = {
    0: "1 0 0 1 {x} {y}",
    90: "0 1 -1 0 {right} {x}",
    180: "-1 0 0 -1 {left} {down}",
    270: "0 -1 1 0 {y} {left}",
}
"""Puts text at (x, y) of a page of 600 × 800 that is turned so far: it is to be turned by as much to be upright."""
ROWS = [("Sales", "4,711", "815"), ("Costs", "(97)", "12"), ("Profit", "33", "—"), ("Tax", "5", "7")]


def set_text(turn: int, spots: list[tuple[float, float, str]]) -> str:
    matrix = MATRICES[turn]
    return "\n".join(
        f"BT /F1 10 Tf {matrix.format(x=x, y=800 - y, right=y, left=600 - x, down=y)} Tm ({text}) Tj ET"
        for x, y, text in spots
    )


def table() -> list[tuple[float, float, str]]:
    spots = [(60.0, 60.0, "in millions"), (300.0, 60.0, "2022"), (400.0, 60.0, "2021")]
    for number, row in enumerate(ROWS):
        spots += [(x, 80.0 + 14 * number, cell) for x, cell in zip((60.0, 300.0, 400.0), row, strict=True)]
    return spots


def no_ocr() -> OCR:
    raise AssertionError("this page has text")


def blocks(file: Path) -> list[Block]:
    return [event for event in PDF().parse(file, Aids(Bounds(), no_ocr)) if isinstance(event, Block)]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_turned_as_its_text_runs(set_pdf, turn: int) -> None:
    with pypdfium2.PdfDocument(set_pdf([[]], extra=set_text(turn, table()))) as document:
        assert turn_of(document[0]) == turn


def test_a_page_is_left_as_it_is_where_some_of_its_text_runs_otherwise(set_pdf) -> None:
    extra = set_text(0, table()) + "\n" + set_text(90, [(100, 100, "along the margin")])
    with pypdfium2.PdfDocument(set_pdf([[]], extra=extra)) as document:
        assert turn_of(document[0]) == 0


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_table_is_found_on_its_side(set_pdf, turn: int) -> None:
    rows = [block for block in blocks(set_pdf([[]], extra=set_text(turn, table()))) if block.kind == "row"]
    assert [tuple(block.text.rstrip("\n").split("\t")) for block in rows] == ROWS
    assert all("2022" in block.header and "2021" in block.header for block in rows)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_boxes_are_those_of_the_page_as_displayed(set_pdf, turn: int, rotate: int) -> None:
    file = set_pdf([[]], extra=set_text(turn, [(100, 100, "alpha beta"), (100, 120, "gamma delta")]), rotate=rotate)
    (block,) = blocks(file)
    start = block.text.index("gamma")
    (box,) = boxes_of(block, Span(start, start + 5))
    document = pypdfium2.PdfDocument(file)
    page = document[0]
    width, height = page.get_size()
    area = {
        0: (box.x0, height - box.y1, box.x1, height - box.y0),
        90: (box.y0, box.x0, box.y1, box.x1),
        180: (width - box.x1, box.y0, width - box.x0, box.y1),
        270: (height - box.y1, width - box.x1, height - box.y0, width - box.x0),
    }[rotate]
    page.set_rotation(turn)  # so that PDFium has the letters in their order
    said = page.get_textpage().get_text_bounded(*area)
    assert said.strip() == "gamma"
    document.close()
