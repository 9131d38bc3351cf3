"""Embedders: texts to unit vectors, and the tokenizer that sizes are counted with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.plugins import Component
from retrieval.bounded import Bounded

_WORD = 30
"""Letters of the longest word that is remembered."""
_KEPT = 30_000_000
"""Bytes of words' vectors that are remembered: 20,000 of 384 dimensions."""


class Embedder(Component):
    """Turns texts into vectors; also the `ingest.tokens.Tokenizer` of its collections."""

    @property
    @abstractmethod
    def model_name(self) -> str:
        """The model's name, as status shows it."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """Equal identities make equal vectors of equal texts: part name, model, revision or hash."""

    @property
    @abstractmethod
    def dimensions(self) -> int:
        """The length of a vector (asking may load the model, or call the endpoint)."""

    @property
    def remote(self) -> bool:
        """Whether texts leave this machine, and may cost money."""
        return False

    @property
    def english_only(self) -> bool:
        """Whether the model reads English alone: other text gets a warning."""
        return False

    @property
    @abstractmethod
    def special_tokens(self) -> int:
        """How many tokens the model adds to each text."""

    @property
    @abstractmethod
    def max_tokens(self) -> int:
        """The most tokens the model reads at once, special ones included."""

    @property
    @abstractmethod
    def tokenizer_key(self) -> str:
        """Equal keys count equally."""

    def load(self) -> None:
        """Loads what `token_starts` and `embed` need, so that it is there when the first text comes.

        Raises:
            IngestError: what these would raise.
        """

    @abstractmethod
    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of `text` begins, ascending; special tokens left out; words of over 100 characters cut."""

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit row per text, in order: `[len(texts), dimensions]`.

        A text longer than `max_tokens` is embedded in windows whose vectors are averaged.

        Raises:
            RetrievalError, ProviderError: the model cannot be loaded, or the endpoint failed.
        """

    def embed_known(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `embed`, but what was embedded before is not embedded again if it is a word: words come back soon."""
        found = {text: known for text in texts if (known := self._known.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        for text, vector in zip(new, self.embed(new) if new else (), strict=True):
            is_word = len(text) <= _WORD and text.isalnum()
            found[text] = self._known.put(text, vector.copy()) if is_word else vector  # not the others with it
        return np.stack([found[text] for text in texts]) if texts else self.embed(())

    @cached_property
    def _known(self) -> Bounded[str, NDArray[np.float32]]:
        return Bounded(_KEPT, lambda vector: vector.nbytes)
