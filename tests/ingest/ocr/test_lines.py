"""Boxes on the page as it lies, and pages that lie askew."""

from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ingest.ocr._lines import Found, in_order
from ingest.ocr._turns import Turn, turned_back


def found(text: str, x: float, y: float, *, width: float = 300, height: float = 20, degrees: float = 0) -> Found:
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return Found(text, 0.9, tuple((a * c - b * s, a * s + b * c) for a, b in corners))


@given(st.sampled_from([0, 1, 2, 3]), st.integers(0, 20), st.integers(0, 10), st.integers(1, 9), st.integers(1, 9))
def test_a_box_is_turned_back(turn: Turn, x: int, y: int, width: int, height: int) -> None:
    upright = Image.new("L", (40, 30))
    upright.paste(255, (x, y, x + width, y + height))
    lying = upright.rotate(-90 * turn, expand=True)
    assert turned_back((x, y, x + width, y + height), turn, lying.size) == lying.getbbox()


@pytest.mark.parametrize("degrees", [-5, -2, 2, 5])
def test_rows_of_a_page_askew(degrees: float) -> None:
    rows = [
        found(f"{name}{n}", x, 30 * n, width=width, degrees=degrees)
        for n in range(6)
        for name, x, width in (("label ", 0, 130 + 20 * (n % 3)), ("price ", 900, 60))
    ]
    lines = in_order(rows[::2] + rows[1::2], 0, (1000, 300))
    assert [line.text for line in lines] == [row.text for row in rows]
    assert {line.after for line in lines[::2]} == {"  "}


def test_boxes_lie_within_the_picture() -> None:
    (line,) = in_order([found("a", -5, -3, width=120)], 0, (100, 50))
    assert (line.x0, line.y0, line.x1, line.y1) == (0, 0, 100, 17)


def test_nothing() -> None:
    assert in_order([], 0, (10, 10)) == []
