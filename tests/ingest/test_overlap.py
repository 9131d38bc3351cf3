"""What a chunk repeats of the one before it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from ingest.tokens import Tokenizer
from ingest.types import Block, Chunk, Place, Span

Cut = Callable[..., list[Chunk]]

TEXT = "One two three four. Five six. Seven eight nine. Ten eleven twelve thirteen. Fourteen fifteen. End it here."


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def test_without_overlap(cut: Cut) -> None:
    assert texts(cut(TEXT)) == [
        "One two three four. Five six. Seven eight nine. Ten eleven twelve thirteen. Fourteen fifteen.",
        "End it here.",
    ]


def test_whole_sentences_as_many_as_fit(cut: Cut) -> None:
    """Size 16, overlap 6: 10 words of new text each, but for the first, which repeats nothing."""
    assert texts(cut(TEXT, overlap=6)) == [
        "One two three four. Five six. Seven eight nine. Ten eleven twelve thirteen. Fourteen fifteen.",
        "Ten eleven twelve thirteen. Fourteen fifteen. End it here.",
    ]


@pytest.mark.parametrize(("overlap", "begins"), [(6, "Five"), (8, "Five"), (9, "One")])
def test_a_sentence_that_does_not_fit_is_left_out(cut: Cut, overlap: int, begins: str) -> None:
    """The first chunk's sentences have 4, 2 and 3 words."""
    pages = ("One two three four. Five six. Seven eight nine. ", "Ten eleven twelve thirteen.")
    blocks = [Block(text, "text", Place(pages=(number,))) for number, text in enumerate(pages, 1)]
    first, second = cut(*blocks, strategy="page", size=10 + overlap, overlap=overlap)
    assert first.text.endswith("nine.")
    assert second.text.split()[0] == begins


def test_rows_are_repeated_whole(cut: Cut) -> None:
    rows = [Block(f"r{n} a b c\n", "row", Place(rows=(n, n))) for n in range(1, 9)]
    chunks = cut(*rows, strategy="rows", overlap=7)
    assert [chunk.place.rows for chunk in chunks] == [(1, 4), (4, 6), (6, 8)]
    assert chunks[1].text == "r4 a b c\nr5 a b c\nr6 a b c"


def test_a_unit_that_had_to_be_cut_gives_its_last_clauses(cut: Cut) -> None:
    text = "a1 a2 a3 a4, a5 a6 a7, a8 a9 b1 b2, b3 b4 b5 b6 b7, b8 b9 and so on"
    assert texts(cut(text, overlap=8)) == [
        "a1 a2 a3 a4, a5 a6 a7, a8 a9 b1 b2, b3 b4 b5 b6 b7,",
        "b3 b4 b5 b6 b7, b8 b9 and so on",
    ]


def test_else_its_last_words(cut: Cut) -> None:
    text = " ".join(f"w{number}" for number in range(24))
    assert texts(cut(text, overlap=3)) == [
        "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15",
        "w13 w14 w15 w16 w17 w18 w19 w20 w21 w22 w23",
    ]


def test_a_word_is_never_repeated_in_part(cut: Cut) -> None:
    """Pieces of 100 characters count as words; 9 of them are a later chunk's new text."""
    chunks = cut("x" * 3_000, overlap=7)
    assert [chunk.span for chunk in chunks] == [Span(0, 1_600), Span(1_600, 2_500), Span(2_500, 3_000)]


def test_it_goes_over_the_border_of_segments(cut: Cut) -> None:
    whole = cut("One two three. ", "Four five six. ", "Seven eight nine.", overlap=8, size=17)
    apart = cut("One two three. ", "Four five six. ", "Seven eight nine.", overlap=8, size=17, limit=20)
    assert texts(whole) == ["One two three. Four five six. Seven eight nine."]
    assert texts(apart) == [
        "One two three.",
        "One two three. Four five six.",
        "Four five six. Seven eight nine.",
    ]
    assert [chunk.span for chunk in apart] == [Span(0, 14), Span(0, 29), Span(15, 47)]


def test_white_space_before_a_unit_is_not_repeated(cut: Cut) -> None:
    """Blocks that begin with white space."""
    chunks = cut("A b c d e f g h i j.", "\n  K l.", "\n\n M n o p q r.", overlap=4)
    assert texts(chunks) == ["A b c d e f g h i j.\n  K l.", "K l.\n\n M n o p q r."]


def test_place_and_context(cut: Cut) -> None:
    """The place is that of all the text, the context that of the new text."""
    blocks = [
        Block("One two three. ", "text", Place(pages=(1,), headings=("A",))),
        Block("Four five six.", "text", Place(pages=(2,), headings=("B",))),
    ]
    first, second = cut(*blocks, strategy="page", overlap=4, context=["headings"])
    assert (first.context, first.place.pages) == ("A", (1,))
    assert (second.context, second.place.pages) == ("B", (1, 2))
    assert second.text == "One two three. Four five six."


def test_as_many_as_fit_whatever_counts(cut: Cut, tokenizer: Tokenizer) -> None:
    """Of sentences of 4 words each, the next one more would not fit."""
    text = "".join(f"Word number {number} here. " for number in range(100, 160))
    chunks = cut(text, tokenizer=tokenizer, size=60, overlap=25)
    starts = [at for at in range(len(text)) if text.startswith("Word number", at)]
    for before, after in pairwise(chunks):
        end = before.span.end
        fitting = [at for at in starts if at < end and len(tokenizer.token_starts(text[at:end])) <= 25]
        assert after.span.start == min(fitting)
