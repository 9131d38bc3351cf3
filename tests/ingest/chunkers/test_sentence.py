"""Sentences: where they end, and how they are packed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunkers._sentences import clauses, lines, sentences, words
from ingest.spans import Level
from ingest.types import Block, Chunk, Place

Cut = Callable[..., list[Chunk]]


def parts(text: str) -> list[str]:
    starts = [0, *(at for at, _ in sentences(text))]
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "found",
    [
        ["It rained.", "We stayed in."],
        ["Really?", "Yes!", "Well…", "Then go."],
        ['He said "No."', "She left."],
        ["Mr. Smith met Dr. Jones at 5 p.m. on Mon. morning.", "They spoke."],
        ["J. R. R. Tolkien wrote it.", "It sold."],
        ["The U.S. economy grew.", "It had to."],
        ["It came from the U.S.", "The rest did not."],
        ["See Fig. 3 and Sec. 4.2 of vol. 2.", "Then stop."],
        ["It cost 3.5 million.", "That is 1,234.56 a day."],
        ["Acme Inc. and Foo Ltd. merged.", "Nobody knew."],
        ["Use e.g. apples, i.e. fruit.", "Not cake."],
        ["Rates rose (see p. 12).", "Prices fell."],
        ["これは一つ目です。", "これは二つ目です！", "終わり。"],
        ["यह पहला है।", "यह दूसरा है।"],
        ["هل هذا صحيح؟", "نعم."],
        ["It costs 5 $.", "2021 was better."],
        ["wait... what is it?", "Nothing."],
    ],
)
def test_sentences(found: list[str]) -> None:
    space = "" if found[0][0] == "こ" else " "
    assert parts(space.join(found)) == found


def test_wrapped_lines_go_on_and_short_ones_do_not() -> None:
    text = "A line that goes on for so long that it had to be wrapped\nhere, in the middle.\n"
    text += "Total 4\nNorth 5\n- item\n- next"
    assert parts(text) == [
        "A line that goes on for so long that it had to be wrapped\nhere, in the middle.",
        "Total 4",
        "North 5",
        "- item",
        "- next",
    ]


def test_a_quoted_sentence_goes_on_in_the_next_line() -> None:
    text = "> A line that goes on for so long that it had to be wrapped\n> here.\n> It ends.\n> - item"
    assert parts(text) == [
        "> A line that goes on for so long that it had to be wrapped\n> here.",
        "> It ends.",
        "> - item",
    ]


def test_a_blank_line_ends_a_paragraph() -> None:
    assert sentences("no stop\n\nnext one\n \nlast") == [(9, Level.BLOCK), (20, Level.BLOCK)]


@pytest.mark.parametrize("part", [sentences, clauses, words, lines])
@given(text=st.text(alphabet=" \n\t.!?。,;—\"')aA1漢-", max_size=60))
def test_parts_begin_inside_and_after_white_space_or_a_stop(
    part: Callable[[str], list[int] | list[tuple[int, Level]]], text: str
) -> None:
    starts = [found[0] if isinstance(found, tuple) else found for found in part(text)]
    assert starts == sorted(set(starts))
    assert all(0 < start < len(text) and not text[start].isspace() for start in starts)


@pytest.mark.parametrize(
    "text", ["." * 200_000, " " * 200_000, "\n" * 200_000, "a" + " " * 200_000 + "b", '."' * 100_000, ". " * 100_000]
)
def test_no_text_takes_long(text: str) -> None:
    """Each of these took minutes with a pattern that looks again from every place."""
    for part in (sentences, clauses, words, lines):
        part(text)


def test_a_chunk_holds_as_many_sentences_as_fit(cut: Cut) -> None:
    chunks = cut("One two three four five six. Seven eight nine ten eleven. Twelve thirteen fourteen fifteen sixteen.")
    assert [chunk.text for chunk in chunks] == [
        "One two three four five six. Seven eight nine ten eleven. Twelve thirteen fourteen fifteen sixteen."
    ]
    assert chunks[0].tokens == 16


def test_a_chunk_ends_at_a_paragraph_where_that_leaves_it_well_filled(cut: Cut) -> None:
    text = "One two three four five six. Seven eight nine ten eleven twelve.\n\n"
    text += "A sentence. Another one. And more of it here."
    assert [chunk.text for chunk in cut(text)] == [
        "One two three four five six. Seven eight nine ten eleven twelve.",
        "A sentence. Another one. And more of it here.",
    ]


def test_a_heading_goes_with_what_follows(cut: Cut) -> None:
    blocks = [
        Block("One two three four five six seven eight nine ten.\n"),
        Block("A Heading Here\n", "heading", Place(headings=("A Heading Here",))),
        Block("Text of the section.", "text", Place(headings=("A Heading Here",))),
    ]
    assert [chunk.text for chunk in cut(*blocks)] == [
        "One two three four five six seven eight nine ten.",
        "A Heading Here\nText of the section.",
    ]


def test_a_long_sentence_is_cut_into_clauses_then_words_then_characters(cut: Cut) -> None:
    """A word of 2,000 characters counts as 20."""
    text = "a b c d e f g h i j, k l m n o p q r s t u v w x y z " + "A" * 2_000 + " b, c"
    assert [chunk.text for chunk in cut(text)] == [
        "a b c d e f g h i j,",
        "k l m n o p q r s t u v w x y z",
        "A" * 1_600,
        "A" * 400 + " b, c",
    ]


def test_the_lines_that_ocr_read_are_one_text(cut: Cut) -> None:
    lines = [
        Block(f"{text}\n", "line", Place(pages=(1,))) for text in ("The first line of", "a page goes on", "here. End.")
    ]
    chunks = cut(*lines)
    assert [chunk.text for chunk in chunks] == ["The first line of\na page goes on\nhere. End."]


def test_code_is_parted_at_its_lines(cut: Cut) -> None:
    code = "def a(x):\n    return x. y. z\n\ndef b():\n    one two three four five six\n    seven eight nine ten"
    assert [chunk.text for chunk in cut(Block(code, "code"))] == [
        "def a(x):\n    return x. y. z\n\ndef b():\n    one two three four five six",
        "seven eight nine ten",
    ]
