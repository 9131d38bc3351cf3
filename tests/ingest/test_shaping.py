"""Small pieces merged, and blocks that belong together kept whole, whatever the strategy."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import Rules
from ingest.plugins import names
from ingest.segments import gather
from ingest.settings import ChunkingSettings
from ingest.tokens import Tokenizer
from ingest.types import Block, Chunk, Place, Segment

Cut = Callable[..., list[Chunk]]
STRATEGIES = [name for name in names("ingest.chunkers") if name != "llama"]


def section(name: str, words: int) -> list[Block]:
    place = Place(headings=(name,))
    return [Block(f"{name}\n", "heading", place), Block(f"{name.lower()} " * (words - 1) + "\n", "text", place)]


def table(rows: int, *, page: int = 1) -> list[Block]:
    place = Place(pages=(page,))
    return [
        Block("Year Sales\n", "table", place),
        *(Block(f"{2000 + n} {n}\n", "row", place, "Year | Sales") for n in range(rows)),
    ]


class TestMinSize:
    def test_small_sections_go_with_a_neighbour(self, cut: Cut) -> None:
        blocks = [*section("A", 12), *section("B", 3), *section("C", 12), *section("D", 4)]
        apart = cut(*blocks, strategy="heading", size=20)
        assert [chunk.tokens for chunk in apart] == [12, 3, 12, 4]
        merged = cut(*blocks, strategy="heading", size=20, min_size=6)
        assert [chunk.tokens for chunk in merged] == [15, 16]
        assert [chunk.text[0] for chunk in merged] == ["A", "C"]

    def test_never_over_the_size(self, cut: Cut) -> None:
        blocks = [*section("A", 15), *section("B", 3), *section("C", 15)]
        assert [chunk.tokens for chunk in cut(*blocks, strategy="heading", size=17, min_size=6)] == [15, 3, 15]
        assert [chunk.tokens for chunk in cut(*blocks, strategy="heading", size=18, min_size=6)] == [18, 15]

    def test_the_context_counts(self, cut: Cut) -> None:
        """`report` stands before each: sections of 3 have 4 tokens."""
        blocks = [*section("A", 3), *section("B", 3)]
        assert len(cut(*blocks, strategy="heading", size=16, min_size=4, context=["title"])) == 2
        assert len(cut(*blocks, strategy="heading", size=16, min_size=5, context=["title"])) == 1

    def test_several_small_ones_become_one(self, cut: Cut) -> None:
        blocks = [block for name in "ABCDEFGH" for block in section(name, 3)]
        assert [chunk.tokens for chunk in cut(*blocks, strategy="heading", size=16, min_size=9)] == [15, 9]

    def test_it_goes_with_what_it_is_less_parted_from(self, cut: Cut) -> None:
        """The end of page 1 is a part of its own because of the size; page 2 is another page."""
        first, second = Place(pages=(1,)), Place(pages=(2,))
        blocks = [Block("one " * 13 + "\n", "text", first), Block("two " * 3 + "\n", "text", first)]
        chunks = cut(*blocks, Block("three " * 3 + "\n", "text", second), strategy="page", size=16, min_size=4)
        assert [chunk.text.split()[-1] for chunk in chunks] == ["two", "three"]

    def test_not_from_one_sheet_to_the_next(self, cut: Cut) -> None:
        rows = [Block(f"a: {sheet}\n", "row", Place(sheet=sheet, rows=(1, 1))) for sheet in ("x", "y")]
        assert len(cut(*rows, strategy="rows", min_size=10)) == 2


class TestKeepTogether:
    def test_a_table_that_fits_is_whole(self, cut: Cut) -> None:
        """10 words, then a table of 12: in 16 they do not fit together."""
        blocks = [Block("word " * 9 + "end.\n", "text", Place(pages=(1,))), *table(5)]
        apart = [chunk.text.count("\n") for chunk in cut(*blocks, strategy="token")]
        assert apart == [3, 2]  # the windows of tokens cut it
        kept = cut(*blocks, strategy="token", keep_together=["table"])
        assert [chunk.text.split()[0] for chunk in kept] == ["word", "Year"]
        assert kept[1].text.count("\n") == 5

    def test_of_one_that_does_not_fit_the_rows_are(self, cut: Cut) -> None:
        chunks = cut(*table(30), strategy="token", size=17, keep_together=["table"])
        assert len(chunks) > 2
        assert all(len(line.split()) == 2 for chunk in chunks for line in chunk.text.split("\n"))

    def test_the_next_table_is_another(self, cut: Cut) -> None:
        chunks = cut(*table(5), *table(5), strategy="token", size=20, keep_together=["table"])
        assert [chunk.text.count("Year") for chunk in chunks] == [1, 1]

    @pytest.mark.parametrize("kind", ["list", "code"])
    def test_neighbours_are_one_list(self, cut: Cut, kind: str) -> None:
        items = [Block(f"- item {n}.\n", kind) for n in range(4)]  # type: ignore[arg-type]
        blocks = [Block("One two three four five six seven.\n\n"), *items]
        assert len(cut(*blocks, strategy="sentence")) == 2
        chunks = cut(*blocks, strategy="sentence", size=16, keep_together=[kind])
        assert chunks[1].text.startswith("- item 0.")

    def test_a_paragraph_that_fits(self, cut: Cut) -> None:
        blocks = [Block(f"{'a ' * 9}b. {'c ' * 4}d.\n\n"), Block("e f. " * 4 + "\n\n")]
        assert [len(chunk.text.split()) for chunk in cut(*blocks, strategy="token")] == [16, 7]
        assert [len(chunk.text.split()) for chunk in cut(*blocks, strategy="token", keep_together=["text"])] == [15, 8]


blocks = st.lists(
    st.tuples(st.sampled_from(["text", "list", "row", "table", "code", "record"]), st.integers(1, 40)),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=25, deadline=None)
@given(made=blocks, size=st.integers(16, 40), least=st.integers(0, 16), overlap=st.sampled_from([0, 6]))
def test_they_cover_in_order_within_the_size_and_cut_nothing_that_fits(
    words: Tokenizer, embed, strategy: str, made, size: int, least: int, overlap: int
) -> None:
    least = min(least, size - overlap)
    overlap = overlap if size - overlap >= 8 else 0
    kinds = ["text", "list", "row", "table", "code", "record"]
    default = {"strategy": strategy, "size": size, "min_size": least, "overlap": overlap, "keep_together": kinds}
    rules = Rules(ChunkingSettings.model_validate({"default": default | {"context": ()}, "rules": ()}), words, embed)
    found = [Block(f"w{number} " * count + "\n", kind) for number, (kind, count) in enumerate(made)]
    segments = [event for event in gather(found) if isinstance(event, Segment)]
    text = "".join(block.text for block in found)
    chunks = list(rules.chunk("a", segments))
    assert all(chunk.tokens <= size and chunk.text == text[chunk.span.start : chunk.span.end] for chunk in chunks)
    ends = [0, *(chunk.span.end for chunk in chunks)]
    assert all(before < after for before, after in pairwise(ends))
    own = [max(chunk.span.start, end) for chunk, end in zip(chunks, ends, strict=False)]
    covered = "".join(text[start : chunk.span.end] for start, chunk in zip(own, chunks, strict=True))
    assert "".join(covered.split()) == "".join(text.split())
    at = 0
    for block in found:
        cuts = [start for start in own if at < start < at + len(block.text.rstrip())]
        assert not cuts or len(block.text.split()) > size - overlap
        at += len(block.text)
