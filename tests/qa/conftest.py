"""Hits made by hand, and an embedder that counts words."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.types import Place, Span
from qa.words import terms
from retrieval.types import Hit

MakeHit = Callable[..., Hit]


@pytest.fixture
def hit() -> MakeHit:
    """Makes a hit of a text, which begins at `start` of its document."""

    def make(
        text: str,
        *,
        path: str = "a.txt",
        start: int = 0,
        rank: int = 1,
        context: str = "",
        place: Place | None = None,
        generated: Sequence[Span] = (),
    ) -> Hit:
        span = Span(start, start + len(text))
        where = place or Place(lines=(1, 1 + text.count("\n")))
        return Hit(
            rank, 1.0 / rank, {}, "default", path, span, span, text, context, 0, where, generated=tuple(generated)
        )

    return make


@pytest.fixture
def embed() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Unit vectors of word counts: texts with the same words are near."""

    def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                found[row, sum(ord(char) * (at + 7) for at, char in enumerate(term)) % 512] += 1
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / np.maximum(lengths, 1e-9)).astype(np.float32)

    return vectors
