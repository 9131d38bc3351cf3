"""Windows of tokens."""

from collections.abc import Callable
from itertools import pairwise

from ingest.tokens import Tokenizer
from ingest.types import Block, Chunk, Place

Cut = Callable[..., list[Chunk]]


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def numbered(count: int) -> str:
    return " ".join(f"w{number}" for number in range(count))


def test_windows_wherever_they_end(cut: Cut) -> None:
    chunks = cut(numbered(40) + ". And now.\n\nA new paragraph.", strategy="token")
    assert [chunk.tokens for chunk in chunks] == [16, 16, 13]
    assert chunks[1].text == " ".join(f"w{number}" for number in range(16, 32))


def test_overlap_is_as_many_tokens_as_asked(cut: Cut) -> None:
    """Size 16, of which 5 are repeated but by the first: 11 new ones each; sentences do not matter."""
    chunks = cut(numbered(20) + ". One. " + numbered(10), strategy="token", overlap=5)
    words = [chunk.text.split() for chunk in chunks]
    assert [len(found) for found in words] == [16, 16, 9]
    assert all(before[-5:] == after[:5] for before, after in pairwise(words))


def test_overlap_goes_over_the_border_of_segments(cut: Cut) -> None:
    chunks = cut("a b c d e ", "f g h i j", strategy="token", overlap=3, limit=10)
    assert texts(chunks) == ["a b c d e", "c d e f g h i j"]


def test_tokens_may_be_parts_of_words(cut: Cut, minilm: Tokenizer) -> None:
    """`electroencephalography` has nine word pieces; with [CLS] and [SEP] fourteen others fit."""
    text = "electroencephalography " * 4
    chunks = cut(text, strategy="token", tokenizer=minilm)
    assert all(chunk.tokens <= 16 for chunk in chunks)
    assert "".join("".join(texts(chunks)).split()) == "".join(text.split())
    assert any(not chunk.text.startswith("electro") for chunk in chunks)


def test_what_is_seen_as_one_character_is_not_torn(cut: Cut, byte_pairs: Tokenizer) -> None:
    """Nor does an overlap begin inside one: each is of several tokens."""
    text = "🙂👍🏽e\u0301" * 60
    chunks = cut(text, strategy="token", tokenizer=byte_pairs, size=40, overlap=12)
    assert len(chunks) > 5
    assert not any(chunk.text[0] in "\u0301\U0001f3fd\ufffd" for chunk in chunks)


def test_a_character_that_is_too_large_is_torn(cut: Cut, byte_pairs: Tokenizer) -> None:
    family = "👩‍👩‍👧‍👦" * 3
    chunks = cut(family, strategy="token", tokenizer=byte_pairs, size=16)
    assert "".join(texts(chunks)) == family
    assert all(chunk.tokens <= 16 for chunk in chunks)


def test_white_space_with_tokens_of_its_own_counts(cut: Cut, byte_pairs: Tokenizer) -> None:
    chunks = cut("a" + "\n \t" * 500 + "b", strategy="token", tokenizer=byte_pairs, size=30)
    assert texts(chunks) == ["a", "b"]


def test_place_is_that_of_the_blocks_a_window_touches(cut: Cut) -> None:
    blocks = [Block(numbered(10) + "\n", "page", Place(pages=(page,))) for page in (1, 2, 3)]
    assert [chunk.place.pages for chunk in cut(*blocks, strategy="token")] == [(1, 2), (2, 3)]
