"""Vectors for the strategies that cut by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embed(Protocol):
    """Texts to vectors: the collection's embedder, handed down by the application."""

    @property
    def identity(self) -> str:
        """Equal identities make equal vectors of equal texts."""

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Vectors of length 1, a row each, in order."""
