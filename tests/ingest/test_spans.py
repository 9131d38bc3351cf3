"""Spans, units, and the places between them."""

import pytest

from ingest.spans import Level, Units, content_start, is_between_characters, trim
from ingest.types import Span


@pytest.mark.parametrize(
    ("text", "span", "trimmed"),
    [
        ("  ab  ", Span(0, 6), Span(2, 4)),
        ("  ab  ", Span(3, 5), Span(3, 4)),
        ("  ab  ", Span(4, 6), Span(4, 4)),
        ("ab", Span(1, 1), Span(1, 1)),
    ],
)
def test_trim(text: str, span: Span, trimmed: Span) -> None:
    assert trim(text, span) == trimmed


@pytest.mark.parametrize(("start", "end", "found"), [(0, 6, 2), (2, 6, 2), (4, 6, 4), (4, 99, 4), (1, 2, 1), (6, 6, 6)])
def test_content_start(start: int, end: int, found: int) -> None:
    assert content_start("  ab  ", start, end) == found


def test_units_begin_where_the_one_before_ends() -> None:
    units = Units([3, 5, 9], [Level.SENTENCE] * 3)
    assert units.starts == [0, 3, 5]
    assert units.within(Span(3, 9)) == [5]
    assert units.within(Span(0, 9)) == [3, 5]
    assert Units([], []).starts == []


def test_a_border_parts_the_unit_that_it_falls_into() -> None:
    units = Units([3, 9], [Level.SENTENCE, Level.BLOCK]).bordered([0, 3, 7, 9])
    assert units == Units([3, 7, 9], [Level.BORDER, Level.BORDER, Level.BLOCK])


def test_ends_without_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="2 ends have 1 levels"):
        Units([1, 2], [Level.WORD])


@pytest.mark.parametrize(
    "text",
    ["e\u0301", "हि", "👍🏽", "👩‍👩", "❤\ufe0f", "c\u0327\u0301"],
)
def test_no_place_within_what_is_seen_as_one_character(text: str) -> None:
    assert not any(is_between_characters(text, at) for at in range(1, len(text)))


@pytest.mark.parametrize("text", ["ab", "漢字", "🙂🙂", "a "])
def test_a_place_between_two_characters(text: str) -> None:
    assert is_between_characters(text, 1)
