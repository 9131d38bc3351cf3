"""The strategies that keep something apart: sections, pages, rows, records."""

from collections.abc import Callable

import pytest

from ingest.errors import ConfigurationError
from ingest.types import Block, Chunk, Place

Cut = Callable[..., list[Chunk]]


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def section(*headings: str) -> Place:
    return Place(headings=headings)


def test_each_section_is_a_chunk_and_headings_alone_go_with_the_next(cut: Cut) -> None:
    blocks = [
        Block("Before all.\n"),
        Block("# Top\n", "heading", section("Top")),
        Block("## One\n", "heading", section("Top", "One")),
        Block("Text of one.\n", "text", section("Top", "One")),
        Block("More of one.\n", "text", section("Top", "One")),
        Block("## Two\n", "heading", section("Top", "Two")),
        Block("Text of two.\n", "text", section("Top", "Two")),
    ]
    chunks = cut(*blocks, strategy="heading", context=["headings"], size=24)
    assert texts(chunks) == ["Before all.", "# Top\n## One\nText of one.\nMore of one.", "## Two\nText of two."]
    assert [chunk.context for chunk in chunks] == ["", "", "Top"]
    assert [chunk.place.headings for chunk in chunks] == [(), ("Top",), ("Top", "Two")]


def test_a_section_that_is_too_large_is_packed_by_sentences(cut: Cut) -> None:
    place = section("Top")
    blocks = [Block("# Top\n", "heading", place), Block("One two three four five six. " * 4, "text", place)]
    assert texts(cut(*blocks, strategy="heading")) == [
        "# Top\nOne two three four five six. One two three four five six.",
        "One two three four five six. One two three four five six.",
    ]


def test_each_page_is_a_chunk(cut: Cut) -> None:
    blocks = [Block(f"Page {n} goes on\n", "page", Place(pages=(n,))) for n in (1, 2, 3)]
    chunks = cut(*blocks, strategy="page")
    assert texts(chunks) == ["Page 1 goes on", "Page 2 goes on", "Page 3 goes on"]
    assert [chunk.place.pages for chunk in chunks] == [(1,), (2,), (3,)]


def test_a_sentence_may_go_over_pages_where_they_are_not_kept_apart(cut: Cut) -> None:
    blocks = [Block(f"Page {n} goes on\n", "page", Place(pages=(n,))) for n in (1, 2, 3)]
    assert [chunk.place.pages for chunk in cut(*blocks, strategy="sentence")] == [(1, 2, 3)]


@pytest.mark.parametrize(("strategy", "kind"), [("rows", "row"), ("records", "record")])
def test_rows_and_records_are_packed_whole(cut: Cut, strategy: str, kind: str) -> None:
    """Of 5 words each, with full stops within, three fit."""
    blocks = [Block(f"r{n}. One. Two. Three. Four.\n", kind, Place(rows=(n, n))) for n in range(1, 6)]
    chunks = cut(*blocks, strategy=strategy)
    assert [chunk.place.rows for chunk in chunks] == [(1, 3), (4, 5)]
    assert chunks[1].text == "r4. One. Two. Three. Four.\nr5. One. Two. Three. Four."


@pytest.mark.parametrize(("strategy", "kind"), [("rows", "row"), ("records", "record")])
def test_at_most_so_many_in_a_chunk(cut: Cut, strategy: str, kind: str) -> None:
    blocks = [Block(f"r{n}\n", kind, Place(rows=(n, n))) for n in range(1, 6)]
    chunks = cut(*blocks, strategy=strategy, per_chunk=2)
    assert [chunk.place.rows for chunk in chunks] == [(1, 2), (3, 4), (5, 5)]


def test_a_row_that_does_not_fit_is_cut_and_the_others_are_not(cut: Cut) -> None:
    long = " ".join(f"w{number}" for number in range(20))
    blocks = [Block(f"{text}\n", "row", Place(rows=(n, n))) for n, text in enumerate(["a b", long, "c d"], 1)]
    chunks = cut(*blocks, strategy="rows")
    assert [chunk.place.rows for chunk in chunks] == [(1, 2), (2, 3)]
    assert texts(chunks)[1].endswith("w19\nc d")


def test_no_chunk_goes_from_one_sheet_to_the_next(cut: Cut) -> None:
    blocks = [Block(f"r{n}\n", "row", Place(rows=(n, n), sheet=sheet)) for sheet in ("A", "B") for n in (1, 2)]
    chunks = cut(*blocks, strategy="rows")
    assert [(chunk.place.sheet, chunk.place.rows) for chunk in chunks] == [("A", (1, 2)), ("B", (1, 2))]


def test_the_header_is_the_context_of_rows_that_do_not_carry_it(cut: Cut) -> None:
    blocks = [Block("name: Ann\n", "row"), Block("Bob 7\n", "row", Place(), header="name age")]
    chunks = cut(*blocks, strategy="rows", per_chunk=1, context=["table_header"], size=24)
    assert [(chunk.context, chunk.text) for chunk in chunks] == [("", "name: Ann"), ("name age", "Bob 7")]
    assert chunks[1].embedded == "name age\nBob 7"
    assert chunks[1].tokens == 4


@pytest.mark.parametrize("strategy", ["rows", "records"])
def test_fewer_than_one_in_a_chunk_is_refused(cut: Cut, strategy: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ingest\.chunking\.default\.per_chunk: .*greater than or equal to 1"):
        cut("a", strategy=strategy, per_chunk=0)
