"""Reading order on rectangles."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.ocr._layout import Shape, arrange


def column(x: float, y: float, lines: int, *, width: float = 300, pitch: float = 24) -> list[Shape]:
    """Lines 20 high; each third is shorter."""
    return [Shape(x, y + n * pitch, x + (width if n % 3 else 0.7 * width), y + n * pitch + 20) for n in range(lines)]


def numbers(shapes: list[Shape]) -> list[int]:
    return [number for number, _ in arrange(shapes)]


def test_two_columns_one_after_the_other() -> None:
    shapes = column(0, 0, 8) + column(340, 0, 8)
    mixed = shapes[::2] + shapes[1::2]
    assert [mixed[n] for n in numbers(mixed)] == shapes


def test_three_columns() -> None:
    shapes = column(0, 0, 8) + column(340, 5, 7) + column(680, 0, 6)
    assert numbers(shapes) == list(range(21))


def test_a_title_over_columns_and_a_second_band_below() -> None:
    shapes = [
        Shape(100, 0, 540, 30),
        *column(0, 60, 6),
        *column(340, 60, 6),
        Shape(0, 220, 640, 240),
        *column(0, 260, 5),
        *column(340, 260, 5),
    ]
    assert numbers(shapes) == list(range(24))


def test_the_rows_of_a_receipt_stay_rows() -> None:
    labels = [Shape(0, n * 30, 90 + 40 * (n % 4), n * 30 + 20) for n in range(8)]
    prices = [Shape(500, n * 30 + 2, 560, n * 30 + 22) for n in range(8)]
    order = arrange(labels + prices)
    assert [number for number, _ in order] == [n for row in zip(range(8), range(8, 16), strict=True) for n in row]
    assert [after for _, after in order] == ["  ", "\n"] * 8


def test_the_rows_of_a_table_with_long_labels_stay_rows() -> None:
    labels = column(0, 0, 9, width=400)
    years = [Shape(x, n * 24, x + 60, n * 24 + 20) for n in range(9) for x in (500, 600, 700)]
    shapes = labels + years
    assert [[round(shapes[n].y0) for n in numbers(shapes)][at : at + 4] for at in range(0, 36, 4)] == [
        [n * 24] * 4 for n in range(9)
    ]


def test_a_paragraph_ends_where_white_follows() -> None:
    order = arrange(column(0, 0, 3) + column(0, 110, 2))
    assert [after for _, after in order] == ["\n", "\n", "\n\n", "\n", "\n"]


def test_words_taken_for_two_lines_are_one_space_apart() -> None:
    row = [Shape(0, 0, 100, 20), Shape(104, 0, 130, 20), Shape(300, 0, 360, 20)]
    assert arrange(row) == [(0, " "), (1, "  "), (2, "\n")]


def test_a_line_on_its_end_comes_last() -> None:
    assert numbers([Shape(-60, 0, -40, 180), *column(0, 0, 6)]) == [1, 2, 3, 4, 5, 6, 0]


side = st.floats(0, 2000).map(lambda value: round(value, 1))
rectangles = st.tuples(side, side, st.floats(1, 600), st.floats(1, 60)).map(
    lambda given: Shape(given[0], given[1], given[0] + given[2], given[1] + given[3])
)


@given(st.lists(rectangles, max_size=60))
def test_every_line_once(shapes: list[Shape]) -> None:
    order = arrange(shapes)
    assert sorted(number for number, _ in order) == list(range(len(shapes)))
    assert {after for _, after in order} <= {" ", "  ", "\n", "\n\n"}
    assert not order or order[-1][1] == "\n"
