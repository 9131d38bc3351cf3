"""Embedders around the one of a collection: watched, so that a sweep can be reckoned, or not asked at all."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr

from ingest.errors import RetrievalError
from ingest.tokens import counts_by_word
from retrieval.embedders import Embedder


@dataclass
class Meter:
    """What was embedded so far; kept questions do not count."""

    texts: int = 0
    characters: int = 0
    seconds: float = 0.0
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, texts: Sequence[str], seconds: float) -> None:
        """One more call."""
        with self.lock:
            self.texts += len(texts)
            self.characters += sum(map(len, texts))
            self.seconds += seconds


class Around(Embedder):
    """Another embedder: what it says of itself holds."""

    inner: Embedder

    @property
    def component_name(self) -> str:
        """The other's, as collections are named for it."""
        return self.inner.component_name

    @property
    def counts_by_word(self) -> bool:
        """As the other."""
        return counts_by_word(self.inner)

    @property
    def model_name(self) -> str:
        """The other's."""
        return self.inner.model_name

    @property
    def identity(self) -> str:
        """The other's: so are the vectors."""
        return self.inner.identity

    @property
    def dimensions(self) -> int:
        """The other's."""
        return self.inner.dimensions

    @property
    def remote(self) -> bool:
        """As the other."""
        return self.inner.remote

    @property
    def english_only(self) -> bool:
        """As the other."""
        return self.inner.english_only

    @property
    def special_tokens(self) -> int:
        """The other's."""
        return self.inner.special_tokens

    @property
    def max_tokens(self) -> int:
        """The other's."""
        return self.inner.max_tokens

    @property
    def tokenizer_key(self) -> str:
        """The other's."""
        return self.inner.tokenizer_key

    def load(self) -> None:
        """Loads the other."""
        self.inner.load()

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """As the other counts."""
        return self.inner.token_starts(text)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The other's vectors."""
        return self.inner.embed(texts)


class Metered(Around):
    """Shared by all configurations of a sweep: counts what it embeds, and embeds no question twice."""

    questions: frozenset[str] = Field(default=frozenset(), repr=False)
    """Texts whose vectors are kept."""

    _meter: Meter = PrivateAttr(default_factory=Meter)
    _kept: dict[str, NDArray[np.float32]] = PrivateAttr(default_factory=dict)

    @property
    def meter(self) -> Meter:
        """What was embedded so far."""
        return self._meter

    def stop(self) -> None:
        """Embeds nothing more: whoever asks for vectors, in another thread, gives up."""
        self._meter.stopped = True

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The other's vectors; a question's is made once, all questions' at the first of them."""
        if self._meter.stopped:
            raise RetrievalError("the sweep was stopped")
        if len(texts) != 1 or texts[0] not in self.questions:
            begun = time.perf_counter()
            vectors = self.inner.embed(texts)
            self._meter.add(texts, time.perf_counter() - begun)
            return vectors
        if not self._kept:
            asked = sorted(self.questions)
            self._kept.update(zip(asked, self.inner.embed(asked), strict=True))
        return self._kept[texts[0]][np.newaxis]


class Guessing(Around):
    """Notes the texts whose vectors are asked for, and makes some up: equal ones for equal texts."""

    _asked: dict[str, None] = PrivateAttr(default_factory=dict)

    def taken(self) -> list[str]:
        """The texts that were asked for since the last time, each once."""
        texts = list(self._asked)
        self._asked.clear()
        return texts

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows that mean nothing."""
        self._asked.update(dict.fromkeys(texts))
        rows = [np.random.default_rng(zlib.crc32(text.encode("utf-8", "replace"))) for text in texts]
        made = np.array([row.standard_normal(self.dimensions) for row in rows], dtype=np.float32)
        made = made.reshape(len(texts), self.dimensions)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)
