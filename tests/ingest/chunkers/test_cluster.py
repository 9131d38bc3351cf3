"""The best partition under the size limit."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.chunkers.cluster import _TIE, _best_ends
from ingest.errors import ConfigurationError
from ingest.types import Block, Chunk

Cut = Callable[..., list[Chunk]]

CATS = "The cat sleeps on the warm sofa. Kittens love to play. A hungry cat meows. Most cats hate water."
BONDS = "Treasury yields rose after the auction. Investors sold corporate bonds. The bond market closed lower."
SPACE = "The rocket reached orbit. Astronauts repaired the telescope. The probe sent pictures of Saturn."


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def test_topics_are_parted(cut: Cut) -> None:
    text = f"{CATS} {BONDS} {SPACE}"
    for size in (24, 40, 100):
        assert texts(cut(text, strategy="cluster", size=size, piece=6)) == [CATS, BONDS, SPACE]


def test_the_size_is_kept(cut: Cut) -> None:
    chunks = cut(f"{CATS} {BONDS} {SPACE}", strategy="cluster", size=16, piece=4)
    assert max(chunk.tokens for chunk in chunks) <= 16
    assert all(text.endswith(".") for text in texts(chunks))


def test_sentences_are_gathered_into_pieces(cut: Cut) -> None:
    """Of 8 words: a piece of two topics cannot be parted."""
    text = "A cat purrs loudly. Bond yields rose again. A kitten purrs too. Bond prices fell again."
    assert texts(cut(text, strategy="cluster", size=40, piece=8)) == [text]
    assert len(cut(text, strategy="cluster", size=40, piece=4)) > 1


def test_what_repeats_itself_fills_its_chunks(cut: Cut) -> None:
    chunks = cut("Same again. " * 100, strategy="cluster", size=16, piece=4)
    assert sorted(chunk.tokens for chunk in chunks) == [8] + [16] * 12


def test_a_sentence_that_is_too_large_is_packed_by_itself(cut: Cut) -> None:
    long = "Word " * 40 + "end."
    chunks = cut(f"One cat. {long} Two cats.", strategy="cluster", size=16)
    assert [chunk.tokens for chunk in chunks] == [2, 16, 16, 9, 2]


def test_a_heading_stays_with_what_it_heads(cut: Cut) -> None:
    blocks = [Block(f"{CATS}\n"), Block("Bond prices\n", "heading"), Block(f"{BONDS}\n"), Block(SPACE)]
    assert texts(cut(*blocks, strategy="cluster", size=40, piece=6)) == [CATS, f"Bond prices\n{BONDS}", SPACE]


def worth(vectors: NDArray[np.float32], parts: list[range]) -> float:
    """By definition: the similarities of all pairs within the parts, over the mean of all pairs."""
    similarities = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    count = len(vectors)
    mean = np.mean([similarities[one, two] for one, two in itertools.combinations(range(count), 2)]) - _TIE
    return sum(similarities[one, two] - mean for part in parts for one, two in itertools.combinations(part, 2))


def parted(ends: list[int]) -> list[range]:
    return [range(before + 1, end + 1) for before, end in zip([-1, *ends[:-1]], ends, strict=True)]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    tokens=st.lists(st.integers(1, 9), min_size=2, max_size=8),
    room=st.integers(9, 30),
    narrow=st.sets(st.integers(0, 7)),
)
def test_no_other_partition_is_better(seed: int, tokens: list[int], room: int, narrow: set[int]) -> None:
    """Of all partitions that fit, by trying each; some chunks have less room by where they start."""
    vectors = np.random.default_rng(seed).normal(size=(len(tokens), 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rooms = [9 if at in narrow else room for at in range(len(tokens))]
    found = parted(_best_ends(vectors, tokens, rooms))
    assert [at for part in found for at in part] == list(range(len(tokens)))
    possible = [
        parted([*inner, len(tokens) - 1])
        for count in range(len(tokens))
        for inner in itertools.combinations(range(len(tokens) - 1), count)
    ]
    fitting = [
        parts for parts in possible if all(sum(tokens[at] for at in part) <= rooms[part.start] for part in parts)
    ]
    assert found in fitting
    assert worth(vectors, found) == pytest.approx(max(worth(vectors, parts) for parts in fitting), abs=1e-5)


def test_a_long_text_takes_little_memory_and_time() -> None:
    """10,000 pieces: of their matrix, 800 MB, only a row as wide as a chunk is ever made."""
    import tracemalloc

    vectors = np.random.default_rng(1).normal(size=(10_000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tracemalloc.start()
    ends = _best_ends(vectors, [40] * 10_000, [250] * 10_000)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert ends[-1] == 9_999
    assert max(len(part) for part in parted(ends)) <= 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"piece": 3}, "default.piece: Input should be greater than or equal to 4"),
        ({"pieces": 50}, "default.pieces: there is no such option"),
    ],
)
def test_options_that_cannot_be(cut: Cut, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        cut("x", strategy="cluster", **options)
    assert message in caught.value.message
