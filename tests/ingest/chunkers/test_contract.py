"""What every strategy in the folder must do; a new file there is tested without editing this one."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.chunking import Rules
from ingest.plugins import names
from ingest.segments import gather
from ingest.settings import ChunkingDefault, ChunkingSettings
from ingest.tokens import Tokenizer
from ingest.types import Block, BlockKind, Chunk, Place, Segment

CHUNKERS = names("ingest.chunkers")
PIECES = [
    *("a", "the", "word", "Heading", "Yes.", "No!", "Mr. ", "1,234.56", "e.g. ", "don't", "U.S. ", "(see p. 4), "),
    *(" ", "  ", "\n", "\r\n", "\n\n", "\n\n\n", "\t", "\x0c", "\u2028", "\u200b", "\xa0", "\u3000", ". ", "- ", " — "),
    *("漢字", "かな", "。", "！", "한국어", "שלום. ", "مرحبا؟ ", "हिन्दी। ", "ไทย"),
    *("🙂", "👩‍👩‍👧‍👦", "👍🏽", "e\u0301\u0323", "\ufffd", "naïve", "x" * 130, "Ab1-" * 40, "\u0301"),
]
KINDS: list[BlockKind] = ["text", "heading", "list", "table", "row", "record", "line", "code", "page"]
PLACES = st.builds(
    Place,
    pages=st.sampled_from([(), (1,), (2,)]),
    headings=st.sampled_from([(), ("Heading",), ("Heading", "the word")]),
    sheet=st.sampled_from([None, "One", "Two"]),
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)
BLOCKS = st.builds(Block, TEXTS, st.sampled_from(KINDS), PLACES, st.sampled_from(["", "name, year", "x" * 300]))
DOCUMENTS = st.lists(BLOCKS, min_size=1, max_size=8).filter(
    lambda blocks: not "".join(block.text for block in blocks).isspace()
)
PLAIN = {
    "one character": "x",
    "one word": "word",
    "one line": "The quick brown fox jumps over the lazy dog.",
    "one long line": "The quick brown fox jumps over the lazy dog, " * 100,
    "repeated": "Same again. " * 300,
    "repeated lines": "Same again\n" * 300,
    "CJK": "漢字仮名交じり文です。これは二番目の文です！" * 30,
    "CJK without stops": "漢字仮名交" * 150,
    "emoji": "🙂" * 500,
    "families": "👩‍👩‍👧‍👦" * 100,
    "right to left": "שלום עולם. מה שלומך היום? " * 40 + "مرحبا بالعالم، كيف حالك؟ " * 40,
    "no white space": "0123456789abcdef" * 400,
    "much white space": "a" + " " * 3_000 + "\n" * 3_000 + "b" + "\t" * 3_000,
    "accents": "e\u0301\u0323" * 500,
    "dots": "." * 2_000,
}


@cache
def rules(strategy: str, tokenizer: Tokenizer, *, size: int, overlap: int) -> Rules:
    default = ChunkingDefault(
        strategy=strategy,
        size=size,
        overlap=overlap,
        context=("title", "document_title", "headings", "table_header"),
    )
    return Rules(ChunkingSettings(default=default, rules=()), tokenizer)


def chunks_of(made: Rules, segments: list[Segment]) -> list[Chunk]:
    return list(made.chunk("a folder/Report 2021.txt", segments, title="The document's own title"))


def segments_of(blocks: list[Block], limit: int) -> list[Segment]:
    return [event for event in gather(blocks, limit=limit) if isinstance(event, Segment)]


def check(strategy: str, tokenizer: Tokenizer, segments: list[Segment], *, size: int, overlap: int) -> list[Chunk]:
    """All invariants, for one document."""
    text = "".join(segment.text for segment in segments)
    chunks = chunks_of(rules(strategy, tokenizer, size=size, overlap=overlap), segments)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    done = 0
    for chunk in chunks:
        span = chunk.span
        assert chunk.text == text[span.start : span.end]
        assert chunk.text
        assert chunk.text == chunk.text.strip()
        assert span.start >= done or overlap
        assert span.end > done
        assert not text[done : span.start].strip(), "left out"
        if span.start < done:
            assert len(tokenizer.token_starts(text[span.start : done])) <= overlap
        check_size(chunk, tokenizer, size)
        done = span.end
    assert not text[done:].strip(), "left out at the end"
    return chunks


def check_size(chunk: Chunk, tokenizer: Tokenizer, size: int) -> None:
    assert chunk.tokens == tokenizer.special_tokens + len(tokenizer.token_starts(chunk.embedded))
    assert chunk.tokens <= size
    if chunk.context:
        assert len(tokenizer.token_starts(chunk.context)) <= size // 4
        assert chunk.context.strip() == chunk.context


@pytest.mark.parametrize("strategy", CHUNKERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=DOCUMENTS,
    limit=st.sampled_from([50, 300, 10_000]),
    sizes=st.sampled_from([(24, 0), (24, 8), (40, 20), (60, 0), (200, 30)]),
)
def test_any_document(
    strategy: str, tokenizer: Tokenizer, blocks: list[Block], limit: int, sizes: tuple[int, int]
) -> None:
    size, overlap = sizes
    segments = segments_of(blocks, limit)
    chunks = check(strategy, tokenizer, segments, size=size, overlap=overlap)
    assert chunks == chunks_of(rules(strategy, tokenizer, size=size, overlap=overlap), segments)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("strategy", CHUNKERS)
def test_plain_texts(strategy: str, name: str, tokenizer: Tokenizer) -> None:
    segments = segments_of([Block(PLAIN[name])], 2_000)
    for overlap in (0, 12):
        check(strategy, tokenizer, segments, size=50, overlap=overlap)


@pytest.mark.parametrize("strategy", CHUNKERS)
def test_a_document_without_segments_has_no_chunks(strategy: str, words: Tokenizer) -> None:
    assert chunks_of(rules(strategy, words, size=50, overlap=0), []) == []


@pytest.mark.parametrize("strategy", CHUNKERS)
def test_a_segment_of_white_space_has_no_chunks_and_the_next_repeats_nothing(strategy: str, words: Tokenizer) -> None:
    segments = [Segment(0, 0, (Block("One. "),)), Segment(1, 5, (Block(" \n "),)), Segment(2, 8, (Block("Two."),))]
    chunks = chunks_of(rules(strategy, words, size=50, overlap=8), segments)
    assert [(chunk.span.start, chunk.text) for chunk in chunks] == [(0, "One."), (8, "Two.")]


@pytest.mark.parametrize("strategy", CHUNKERS)
def test_a_megabyte_without_a_space(strategy: str, words: Tokenizer) -> None:
    segments = segments_of([Block("0123456789abcdef" * 62_500)], 250_000)
    chunks = check(strategy, words, segments, size=200, overlap=0)
    assert sum(len(chunk.text) for chunk in chunks) == 1_000_000


@pytest.mark.parametrize("strategy", CHUNKERS)
def test_a_long_chunk_without_a_space_can_be_read_by_the_model(strategy: str, minilm: Tokenizer) -> None:
    text = "0123456789abcdef" * 1_000
    for chunk in check(strategy, minilm, segments_of([Block(text)], 250_000), size=200, overlap=0):
        assert len(chunk.text) <= 4 * chunk.tokens, "no unknown token that stands for a long word"


ROWS_OF: dict[str, BlockKind] = {"rows": "row", "records": "record"}


@pytest.mark.parametrize("strategy", [name for name in CHUNKERS if name != "llama"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.lists(st.integers(1, 16), min_size=1, max_size=60))
def test_a_unit_that_fits_is_never_cut(strategy: str, lengths: list[int], words: Tokenizer) -> None:
    """Sentences, rows or records of 1 to 16 words, in chunks of 16 words."""
    units = [" ".join(["Word"] * length) + ".\n" for length in lengths]
    kind = ROWS_OF.get(strategy, "text")
    texts = ["".join(units)] if kind == "text" else units
    segments = segments_of([Block(text, kind) for text in texts], 100_000)
    ends = {sum(map(len, units[: number + 1])) - 1 for number in range(len(units))}
    default = ChunkingDefault(strategy=strategy, size=16, context=())
    chunks = chunks_of(Rules(ChunkingSettings(default=default, rules=()), words), segments)
    assert {chunk.span.end for chunk in chunks} <= ends
