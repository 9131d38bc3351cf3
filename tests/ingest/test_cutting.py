"""One document's chunks: made to fit by exact count, with context and place."""

from collections.abc import Callable
from itertools import pairwise

from ingest.chunkers.sentence import Sentence
from ingest.context import Contexts
from ingest.cutting import Cutter
from ingest.spans import Units
from ingest.tokens import Measure, Tokenizer
from ingest.types import Block, Chunk, Place, Segment, Span

Cut = Callable[..., list[Chunk]]


class Lazy(Sentence):
    """A strategy that does not cut at all."""

    def split(self, segment: Segment, units: Units, measure: Measure, room: object, embed: object) -> list[Span]:
        return [Span(0, len(segment.text))]


def lazily(text: str, tokenizer: Tokenizer, *, size: int, overlap: int = 0) -> list[Chunk]:
    contexts = Contexts((), tokenizer, budget=0, path="a", title="")
    cutter = Cutter(Lazy(), size, overlap=overlap, contexts=contexts, tokenizer=tokenizer)
    return list(cutter.chunks(Segment(0, 0, (Block(text),))))


def test_spans_count_from_the_documents_start(cut: Cut) -> None:
    chunks = cut("One two three. ", "Four five. ", "Six seven.", limit=15)
    assert [(chunk.ordinal, chunk.span, chunk.text) for chunk in chunks] == [
        (0, Span(0, 14), "One two three."),
        (1, Span(15, 25), "Four five."),
        (2, Span(26, 36), "Six seven."),
    ]


def test_text_context_tokens_and_place(cut: Cut) -> None:
    (chunk,) = cut(
        Block("It grew.", "text", Place(pages=(3,), headings=("Sales",))), size=24, context=["title", "headings"]
    )
    assert chunk.context == "report — Sales"
    assert chunk.embedded == "report — Sales\nIt grew."
    assert chunk.tokens == 5, "the dash is a word here"
    assert chunk.place == Place(pages=(3,), headings=("Sales",))


def test_special_tokens_count(cut: Cut, minilm: Tokenizer) -> None:
    (chunk,) = cut("It grew.", tokenizer=minilm)
    assert chunk.tokens == 2 + 3, "[CLS] it grew . [SEP]"


def test_the_splitter_fills_what_context_leaves(cut: Cut) -> None:
    text = " ".join(f"w{number}" for number in range(40))
    assert [chunk.tokens for chunk in cut(text, size=20)] == [20, 20]
    assert [len(chunk.text.split()) for chunk in cut(text, size=20, context=["title"])] == [19, 19, 2]


def test_a_span_that_is_too_large_by_exact_count_is_cut_after_white_space(words: Tokenizer) -> None:
    text = " ".join(f"w{number}" for number in range(50))
    chunks = lazily(text, words, size=20)
    assert [len(chunk.text.split()) for chunk in chunks] == [20, 20, 10]
    assert " ".join(chunk.text for chunk in chunks) == text


def test_it_is_cut_between_characters_where_there_is_no_space(tokenizer: Tokenizer) -> None:
    for text in ("x" * 2_000, "漢字" * 200, "👍🏽" * 100, "e\u0301" * 200):
        chunks = lazily(text, tokenizer, size=20)
        assert "".join(chunk.text for chunk in chunks) == text
        assert all(chunk.tokens <= 20 for chunk in chunks)
        assert not any(chunk.text[0] in "\u0301\U0001f3fd" for chunk in chunks)


def test_one_character_that_is_too_large_stays(byte_pairs: Tokenizer) -> None:
    (chunk,) = lazily("🙂", byte_pairs, size=4)
    assert (chunk.text, chunk.tokens) == ("🙂", 3 + len(byte_pairs.token_starts("🙂")))


def test_as_long_as_nothing_repeats_no_segment_is_kept(words: Tokenizer) -> None:
    contexts = Contexts((), words, budget=0, path="a", title="")
    kept = {}
    for overlap in (0, 4):
        cutter = Cutter(Sentence(), 16, overlap=overlap, contexts=contexts, tokenizer=words)
        list(cutter.chunks(Segment(0, 0, (Block("One two."),))))
        kept[overlap] = cutter._before is not None
    assert kept == {0: False, 4: True}


def test_an_overlap_over_half_of_the_size_slides_on_and_the_first_chunk_is_full(cut: Cut) -> None:
    text = " ".join(f"w{number}" for number in range(60))
    found = [chunk.text.split() for chunk in cut(text, strategy="token", size=24, overlap=16)]
    assert found[0] == [f"w{number}" for number in range(24)]
    for before, after in pairwise(found):
        assert after[:16] == before[-16:]
    assert [len(one) for one in found] == [24, 24, 24, 24, 24, 20]
    assert found[-1][-1] == "w59"
