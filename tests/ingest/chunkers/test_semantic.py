"""Breaks where neighbouring sentences differ."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.chunkers._embed import Embed
from ingest.chunkers.semantic import _distances
from ingest.chunking import Rules
from ingest.errors import ConfigurationError
from ingest.settings import ChunkingSettings
from ingest.tokens import Tokenizer
from ingest.types import Block, Chunk, Segment

Cut = Callable[..., list[Chunk]]

CATS = (
    "The cat sleeps on the warm sofa all day. Kittens love to play with a ball of wool. A hungry cat meows at the "
    "kitchen door. Most cats hate water and baths. The old cat purrs when it is stroked."
)
BONDS = (
    "Treasury yields rose sharply after the auction. The central bank left its interest rate unchanged. Investors sold "
    "corporate bonds on Monday. Inflation expectations drive long term rates. The bond market closed lower than before."
)
SPACE = (
    "The rocket reached orbit in nine minutes. Astronauts repaired the telescope's solar panel. The probe sent "
    "pictures of Saturn's rings. A lander touched down on the Moon. Its engines burned hydrogen and oxygen."
)


def texts(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


class Counting:
    """Remembers which texts were embedded."""

    def __init__(self, embed: Embed) -> None:
        self.embed = embed
        self.identity = embed.identity
        self.calls: list[list[str]] = []

    def __call__(self, given: Sequence[str], /) -> NDArray[np.float32]:
        self.calls.append(list(given))
        return self.embed(given)


def rules(tokenizer: Tokenizer, embed: Embed | None, **default: object) -> Rules:
    settings = {"default": {"strategy": "semantic", "size": 60, "context": (), **default}, "rules": ()}
    return Rules(ChunkingSettings.model_validate(settings), tokenizer, embed)


@pytest.mark.parametrize("percentile", [50, 80, 85])
def test_topics_are_parted(cut: Cut, percentile: int) -> None:
    """In what is 40, 34 and 33 words long there is room for one and a half."""
    text = f"{CATS} {BONDS} {SPACE}"
    assert texts(cut(text, strategy="semantic", size=60, percentile=percentile)) == [CATS, BONDS, SPACE]


def test_a_higher_percentile_breaks_less(cut: Cut) -> None:
    text = f"{CATS} {BONDS} {SPACE}"
    found = [len(cut(text, strategy="semantic", size=200, percentile=percentile)) for percentile in (10, 80, 95)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == 2


def test_what_is_too_large_is_packed_by_sentences(cut: Cut) -> None:
    found = texts(cut(f"{CATS} {BONDS}", strategy="semantic", size=24, percentile=85))
    assert len(found) > 2
    assert all(text in CATS or text in BONDS for text in found)
    assert all(text.endswith(".") for text in found)


def test_very_small_parts_join_the_neighbour_that_differs_less(cut: Cut) -> None:
    """Of 60 words two are less than an eighth."""
    text = f"{CATS} Meow, meow. {BONDS}"
    assert texts(cut(text, strategy="semantic", size=60, percentile=80)) == [f"{CATS} Meow, meow.", BONDS]


def test_a_heading_stays_with_what_it_heads(cut: Cut) -> None:
    blocks = [Block(CATS + "\n"), Block("Bond prices\n", "heading"), Block(BONDS + "\n")]
    assert texts(cut(*blocks, strategy="semantic", size=60)) == [CATS, f"Bond prices\n{BONDS}"]


def test_equal_sentences_are_not_parted(cut: Cut) -> None:
    chunks = cut("Same again. " * 60, strategy="semantic", size=20, percentile=50)
    assert [len(chunk.text.split()) for chunk in chunks] == [20] * 6


def test_one_sentence_and_none_need_no_vectors(words: Tokenizer, embed: Embed) -> None:
    counting = Counting(embed)
    made = rules(words, counting)
    for text in ("One sentence, all alone.", " \n\n "):
        list(made.chunk("a.txt", [Segment(0, 0, (Block(text),))]))
    assert counting.calls == []


def test_each_sentence_is_embedded_once_whatever_the_percentile_and_the_buffer(words: Tokenizer, embed: Embed) -> None:
    counting = Counting(embed)
    segment = Segment(0, 0, (Block("One two. Three four!\n\nFive six? Seven."),))
    for options in ({}, {"percentile": 50}, {"buffer": 0}, {"buffer": 3}):
        list(rules(words, counting, **options).chunk("a.txt", [segment]))
    assert counting.calls == [["One two.", "Three four!", "Five six?", "Seven."]] * 4


def test_many_sentences_are_embedded_in_batches(words: Tokenizer, embed: Embed) -> None:
    counting = Counting(embed)
    segment = Segment(0, 0, (Block("".join(f"Say {number}. " for number in range(1_100))),))
    list(rules(words, counting).chunk("a.txt", [segment]))
    assert [len(call) for call in counting.calls] == [500, 500, 100]


def test_distances_by_hand() -> None:
    """Four sentences, two of one direction and two of another, the last of them half as long."""
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0]], dtype=np.float32)
    assert _distances(vectors, [2, 2, 2, 2, 1], 0).tolist() == [0, 1, 0, 1]
    # (2,0) to (2,2) · (4,0) to (0,4) · (2,2) to (1,2) · (0,4) to (1,0)
    assert _distances(vectors, [2, 2, 2, 2, 1], 1).tolist() == pytest.approx(
        [1 - 2**-0.5, 1, 1 - 6 / (8 * 5) ** 0.5, 1], abs=1e-5
    )


@pytest.mark.parametrize("buffer", [0, 1, 3, 20])
def test_distances_do_not_depend_on_the_batch(buffer: int) -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(size=(1_203, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tokens = random.integers(1, 30, size=1_203).tolist()

    def side(first: int, last: int) -> NDArray[np.float64]:
        chosen = slice(max(0, first), last + 1)
        mean = (vectors[chosen] * np.array(tokens[chosen])[:, None]).sum(axis=0)
        return mean / np.linalg.norm(mean)

    found = _distances(vectors, tokens, buffer)
    assert len(found) == 1_202
    for at in (0, 1, 498, 499, 500, 501, 1_000, 1_200, 1_201):
        wanted = 1 - side(at - buffer, at) @ side(at + 1, at + 1 + buffer)
        assert found[at] == pytest.approx(wanted, abs=2e-5)


def test_without_an_embedder_it_is_refused(words: Tokenizer) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rules(words, None)
    assert "ingest.chunking.default.strategy: 'semantic' cuts by vectors" in caught.value.message


def test_another_embedder_cuts_otherwise(words: Tokenizer, embed: Embed) -> None:
    other = Counting(embed)
    other.identity = "another"
    one, two = rules(words, embed), rules(words, other)
    assert one.choose("a.txt").key != two.choose("a.txt").key
    assert rules(words, embed, strategy="sentence").choose("a.txt") == rules(words, other, strategy="sentence").choose(
        "a.txt"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"percentile": 100}, "default.percentile: Input should be less than 100"),
        ({"percentile": 0}, "default.percentile: Input should be greater than 0"),
        ({"buffer": -1}, "default.buffer: Input should be greater than or equal to 0"),
        ({"threshold": 3}, "default.threshold: there is no such option"),
    ],
)
def test_options_that_cannot_be(words: Tokenizer, embed: Embed, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        rules(words, embed, **options)
    assert message in caught.value.message
