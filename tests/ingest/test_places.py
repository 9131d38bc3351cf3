"""Places of spans, and places as plain data."""

from ingest.places import (
    blocks_to_json,
    boxes_of,
    place_from_dict,
    place_from_json,
    place_of,
    place_to_dict,
    place_to_json,
    segment_from_parts,
)
from ingest.types import Block, Box, Place, Segment, Span

LINES = Segment(
    0,
    0,
    (
        Block("one\ntwo\nthree\n\n", "text", Place(lines=(1, 3), headings=("A",))),
        Block("five\nsix\n", "text", Place(lines=(5, 6), headings=("A", "B"))),
    ),
)


def test_lines_are_counted_inside_blocks() -> None:
    assert place_of(LINES, Span(0, 3)).lines == (1, 1)
    assert place_of(LINES, Span(4, 13)).lines == (2, 3)
    assert place_of(LINES, Span(8, 19)).lines == (3, 5)
    assert place_of(LINES, Span(20, 23)) == Place(lines=(6, 6), headings=("A", "B"))


def test_white_space_at_a_spans_ends_is_no_place() -> None:
    assert place_of(LINES, Span(13, 19)) == Place(lines=(5, 5), headings=("A", "B"))
    assert place_of(LINES, Span(3, 8)).lines == (2, 2)


def test_a_span_of_white_space_is_where_it_begins() -> None:
    assert place_of(LINES, Span(13, 15)).lines == (3, 3)
    assert place_of(LINES, Span(20, 20)).lines == (6, 6)


def test_headings_are_those_of_the_first_block() -> None:
    assert place_of(LINES, Span(0, 20)).headings == ("A",)


def test_lines_of_a_record_are_those_of_the_file() -> None:
    record = Segment(0, 0, (Block("a: 1\nb: 2\n", "record", Place(lines=(7, 7), pointers=("/6",))),))
    assert place_of(record, Span(5, 9)).lines == (7, 7)


def test_rows_pages_pointers_and_confidence_are_merged() -> None:
    segment = Segment(
        0,
        100,
        (
            Block("aa ", "row", Place(pages=(2,), rows=(4, 4), sheet="Q1", pointers=("/x",), confidence=0.9)),
            Block("bb ", "row", Place(pages=(1,), rows=(5, 5), sheet="Q1", pointers=("/a", "/x"), confidence=0.5)),
            Block("cc ", "row", Place(rows=(6, 6), sheet="Q1", columns=("n",))),
        ),
    )
    assert place_of(segment, Span(0, 5)) == Place(
        pages=(1, 2), rows=(4, 5), sheet="Q1", pointers=("/x", "/a"), confidence=0.5
    )
    assert place_of(segment, Span(6, 8)) == Place(rows=(6, 6), sheet="Q1", columns=("n",))


def test_the_columns_of_a_row_are_those_of_its_header() -> None:
    row = Block("Pottery | 140\n", "row", Place(lines=(3, 3)), "Course | Fee | ")
    sheet = Block("Course: Pottery; Fee: 140\n", "row", Place(rows=(1, 1)), "Course | Fee")
    caption = Block("Pottery\t140\n", "row", Place(pages=(2,)), "Fees of the autumn term")
    assert place_of(Segment(0, 0, (row,)), Span(0, 7)).columns == ("Course", "Fee")
    assert place_of(Segment(0, 0, (sheet,)), Span(0, 7)).columns == ()  # it says them itself
    assert place_of(Segment(0, 0, (caption,)), Span(0, 7)).columns == ()


def test_a_place_has_only_the_keys_that_mean_something() -> None:
    assert place_to_dict(Place()) == {}
    assert place_to_dict(Place(pages=(3,), boxes=(Box(3, 1, 2, 3.5, 4),), rows=(1, 2), confidence=0.0)) == {
        "pages": [3],
        "boxes": [{"page": 3, "x0": 1, "y0": 2, "x1": 3.5, "y1": 4}],
        "rows": [1, 2],
        "confidence": 0.0,
    }


def test_places_and_segments_come_back() -> None:
    place = Place((1,), (Box(1, 0, 0, 5, 5),), "S", (1, 2), ("c",), ("/p",), (3, 4), ("h",), 0.25)
    assert place_from_dict(place_to_dict(place)) == place
    assert place_from_json(place_to_json(place)) == place
    segment = Segment(3, 50, (Block("x\n", "row", place, "head"), Block("é😀", "text", runs=((0, 1, 10, 20, 5, 50),))))
    assert segment_from_parts(3, 50, text="x\né😀", blocks=blocks_to_json(segment)) == segment


TWO_LINES = Block(
    "the long exam\nple ends here\n\n".replace("\n", "", 1),
    runs=((0, 4, 100, 110, 10, 30, 40, 60, 70, 95), (13, 4, 120, 130, 10, 25, 30, 50, 60, 80)),
)


def test_a_part_of_a_block_has_the_boxes_of_its_words() -> None:
    text = TWO_LINES.text
    assert text == "the long example ends here\n\n"
    part = Span(text.index("long"), text.index(" ends"))
    assert boxes_of(TWO_LINES, part) == (Box(4, 4, 10, 9.5, 11), Box(4, 1, 12, 2.5, 13))
    assert boxes_of(TWO_LINES, Span(0, 3)) == (Box(4, 1, 10, 3, 11),)
    assert boxes_of(TWO_LINES, Span(3, 4)) == ()
    place = place_of(Segment(0, 0, (LINES.blocks[0], TWO_LINES)), Span(0, len(LINES.blocks[0].text) + 3))
    assert place.boxes == (Box(4, 1, 10, 3, 11),)
