"""Vector stores: where the vectors of a collection are searched once there are too many to go through all."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.plugins import Component


class VectorIndex(Protocol):
    """One collection's vectors, open. Keys are the catalog's chunk numbers."""

    def upsert(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Adds vectors, or replaces those of the same keys."""

    def delete(self, keys: Sequence[int]) -> None:
        """Removes what is there of `keys`."""

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The `k` nearest keys with their cosine similarity, best first (approximate)."""

    def count(self) -> int:
        """How many vectors are there."""

    def keys(self) -> Iterable[int]:
        """All keys, in any order."""

    def close(self) -> None:
        """Lets go of files and connections."""


class Store(Component):
    """Opens indexes of vectors. Raises StoreError."""

    exact_below: int = 50_000
    """Collections with fewer chunks are searched exactly, without the store."""

    @property
    @abstractmethod
    def embedded(self) -> bool:
        """Whether the vectors lie in the folder handed to `open` (and can be thrown away with it)."""

    @property
    @abstractmethod
    def key(self) -> str:
        """Where the vectors lie: other keys, other vectors (no secret is in it: it is kept in the database)."""

    @abstractmethod
    def open(self, folder: Path, name: str, *, dimensions: int) -> VectorIndex:
        """The index called `name` (letters, digits, `-`, `_`; 3–512), made where it is not there.

        Raises:
            StoreError: the store cannot be opened.
        """

    @abstractmethod
    def drop(self, folder: Path, name: str) -> None:
        """Removes the index called `name`, where it is there."""
