"""Rerankers: the first hits in a better order (parts come with their issue)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ingest.plugins import Component
from retrieval.types import Hit


class Reranker(Component):
    """Orders hits anew."""

    @abstractmethod
    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same hits, best first."""
