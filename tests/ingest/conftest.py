"""Tokenizers to count with: one that a reader can check by hand, and real ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.chunkers._embed import Embed
from ingest.chunking import Rules
from ingest.segments import gather
from ingest.settings import ChunkingSettings
from ingest.tokens import Tokenizer, break_words, unbroken
from ingest.types import Block, Chunk, Segment
from retrieval.embedders._tiktoken import encoding
from retrieval.embedders.minilm import MiniLM
from retrieval.remembering import Recalling


@dataclass(frozen=True)
class Words:
    """Each word is a token (long ones are cut), and the model adds none."""

    special_tokens: int = 0
    max_tokens: int = 1000
    tokenizer_key: str = "words"
    counts_by_word: bool = True

    def token_starts(self, text: str) -> list[int]:
        broken, put = break_words(text)
        found = [at for at in range(len(broken)) if broken[at] != " " and not broken[at].isspace()]
        starts = [at for at in found if at == 0 or broken[at - 1].isspace()]
        return unbroken(np.array(starts, dtype=np.int64), put).tolist()


@dataclass(frozen=True)
class BytePairs:
    """OpenAI's vocabulary: a word's tokens depend on the space before it, and a character may be several tokens."""

    special_tokens: int = 3
    max_tokens: int = 8191
    tokenizer_key: str = "cl100k_base"

    def token_starts(self, text: str) -> NDArray[np.int64]:
        broken, put = break_words(text)
        vocabulary = encoding("cl100k_base")
        _, offsets = vocabulary.decode_with_offsets(vocabulary.encode_ordinary(broken))
        return unbroken(np.asarray(offsets, dtype=np.int64), put)


@dataclass(frozen=True)
class OneByOne:
    """A tokenizer that does not say that it counts by words, though it may."""

    inner: Tokenizer

    @property
    def special_tokens(self) -> int:
        return self.inner.special_tokens

    @property
    def max_tokens(self) -> int:
        return self.inner.max_tokens

    @property
    def tokenizer_key(self) -> str:
        return self.inner.tokenizer_key

    def token_starts(self, text: str) -> NDArray[np.int64]:
        return np.asarray(self.inner.token_starts(text), dtype=np.int64)


@dataclass(frozen=True)
class ByWord(OneByOne):
    """A tokenizer that says that it counts by words."""

    counts_by_word: bool = True


@pytest.fixture(scope="session")
def words() -> Tokenizer:
    return Words()


@pytest.fixture(scope="session")
def minilm() -> Tokenizer:
    return MiniLM()


@pytest.fixture(scope="session")
def byte_pairs() -> Tokenizer:
    return BytePairs()


@pytest.fixture(scope="session", params=["minilm by word", "minilm", "byte pairs", "words"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    """Each of them in turn, MiniLM's counted both ways."""
    made = {
        "minilm by word": lambda: ByWord(MiniLM()),
        "minilm": lambda: OneByOne(MiniLM()),
        "byte pairs": BytePairs,
        "words": Words,
    }
    return made[request.param]()


@pytest.fixture(scope="session")
def embed(minilm: Tokenizer) -> Embed:
    """The embedded model's vectors."""
    assert isinstance(minilm, MiniLM)
    return Recalling(minilm, lambda: None)


@pytest.fixture(scope="session")
def cut(words: Tokenizer, embed: Embed) -> Callable[..., list[Chunk]]:
    """Cuts blocks, given as texts or whole, by one strategy; counts words where no tokenizer is given."""

    def cut(*blocks: str | Block, tokenizer: Tokenizer = words, limit: int = 100_000, **default: Any) -> list[Chunk]:
        rules = Rules(
            ChunkingSettings.model_validate({"default": {"size": 16, "context": (), **default}, "rules": ()}),
            tokenizer,
            embed,
        )
        events = gather([Block(block) if isinstance(block, str) else block for block in blocks], limit=limit)
        segments = [event for event in events if isinstance(event, Segment)]
        return list(rules.chunk("folder/report.txt", segments, title="The Title"))

    return cut
