"""What every strategy in the folder must do; a new file there is tested without editing this one."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.chunkers import Chunker
from ingest.chunkers._sentences import clauses, sentences
from ingest.chunking import Rules
from ingest.plugins import find, names
from ingest.segments import gather
from ingest.settings import ChunkingDefault, ChunkingSettings
from ingest.spans import Units
from ingest.tokens import Measure, Tokenizer
from ingest.types import Block, BlockKind, Chunk, Place, Segment

CHUNKERS = names("ingest.chunkers")


class Letters:
    """Vectors by the letters of a text: texts with the same letters are alike."""

    identity = "letters"

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        rows = [np.bincount([ord(letter) % 61 for letter in f"{text} "], minlength=61) for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(-1, 61)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


EMBED = Letters()
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
    "white space around": " \n x \n ",
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
    return Rules(ChunkingSettings(default=default, rules=()), tokenizer, EMBED)


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
    if overlap:
        check_overlap(strategy, tokenizer, segments, chunks[:30], size=size, overlap=overlap)
    return chunks


def check_size(chunk: Chunk, tokenizer: Tokenizer, size: int) -> None:
    assert chunk.tokens == tokenizer.special_tokens + len(tokenizer.token_starts(chunk.embedded))
    assert chunk.tokens <= size
    if chunk.context:
        assert len(tokenizer.token_starts(chunk.context)) <= size // 4
        assert chunk.context.strip() == chunk.context


def check_overlap(
    strategy: str, tokenizer: Tokenizer, segments: list[Segment], chunks: list[Chunk], *, size: int, overlap: int
) -> None:
    """Each chunk begins with as many whole units of the one before as fit, or with words of a unit that was cut."""
    text = "".join(segment.text for segment in segments)
    places = [Parted(strategy, tokenizer, segment) for segment in segments]
    done = 0
    for before, after in pairwise(chunks):
        own = first_letter(text, max(before.span.start, done))
        done = before.span.end
        place = next(place for place in places if own < place.end)
        own = first_letter(text, max(before.span.start, place.segment.start))  # what it repeats itself, too
        following = next(place for place in places if first_letter(text, done) < place.end)
        room = size - tokenizer.special_tokens
        fitting = [
            start
            for start in place.starts(own, done)
            if place.tokens(start, done) <= overlap and following.segment.ordinal <= place.segment.ordinal + 1
        ]
        context = f"{after.context}\n" if after.context else ""
        whole = [s for s in fitting if len(tokenizer.token_starts(context + text[s : after.span.end])) <= room]
        if fitting or place.ends_whole(done):
            assert min(after.span.start, done) == min([*whole, done])
        elif after.span.start < done:
            assert not text[after.span.start].isspace()
            assert text[after.span.start - 1].isspace() or place.is_clause(own, after.span.start)


class Parted:
    """A segment and what its overlaps are made of."""

    def __init__(self, strategy: str, tokenizer: Tokenizer, segment: Segment) -> None:
        chunker = find("ingest.chunkers", Chunker, strategy)()
        self.segment = segment
        self.end = segment.start + len(segment.text)
        self.measure = Measure(segment.text, tokenizer)
        self.units: Units = chunker.repeatable(chunker.units(segment), self.measure)

    def starts(self, start: int, end: int) -> list[int]:
        inner = [self.segment.start + at for at in self.units.ends if start < self.segment.start + at < end]
        return sorted({first_letter(self.segment.text, at, self.segment.start) for at in (start, *inner)})

    def tokens(self, start: int, end: int) -> int:
        span = start - self.segment.start, end - self.segment.start
        return max(self.measure.size(*span), self.measure.count(*span))

    def ends_whole(self, end: int) -> bool:
        at = end - self.segment.start
        unit = next(unit for unit in self.units.ends if unit >= at)
        return not self.segment.text[at:unit].strip()

    def is_clause(self, start: int, at: int) -> bool:
        piece = max([start, *(begin for begin in self.starts(start, at) if begin <= at)]) - self.segment.start
        text = self.segment.text[piece:]
        return at - self.segment.start - piece in [*clauses(text), *(found for found, _ in sentences(text))]


def first_letter(text: str, at: int, start: int = 0) -> int:
    """Where something stands in a text that begins at `start`, from a place on; the place where nothing does."""
    rest = text[at - start :]
    return at + len(rest) - len(rest.lstrip()) if rest.strip() else at


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
    size = 200_000 if strategy == "llama" else 1_000_000  # what it takes grows with the size, half a minute for all
    segments = segments_of([Block("0123456789abcdef" * (size // 16))], 250_000)
    chunks = check(strategy, words, segments, size=200, overlap=0)
    assert sum(len(chunk.text) for chunk in chunks) == size


@pytest.mark.parametrize("strategy", CHUNKERS)
def test_a_long_chunk_without_a_space_can_be_read_by_the_model(strategy: str, minilm: Tokenizer) -> None:
    text = "0123456789abcdef" * 1_000
    for chunk in check(strategy, minilm, segments_of([Block(text)], 250_000), size=200, overlap=0):
        assert len(chunk.text) <= 4 * chunk.tokens, "no unknown token that stands for a long word"


ROWS_OF: dict[str, BlockKind] = {"rows": "row", "records": "record"}


@pytest.mark.parametrize("strategy", [name for name in CHUNKERS if name not in ("llama", "token")])
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
    chunks = chunks_of(Rules(ChunkingSettings(default=default, rules=()), words, EMBED), segments)
    assert {chunk.span.end for chunk in chunks} <= ends
