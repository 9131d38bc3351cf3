"""Rerankers: the first hits in a better order, by something that reads question and passage together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from ingest.plugins import Component
from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Graded:
    """How well each passage answers, the higher the better; no scores: it could not be told, and `warning` says why."""

    scores: tuple[float, ...]
    warning: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    """None where the prices are not known."""


@dataclass(frozen=True, slots=True)
class Reranked:
    """The same hits, best first, and what telling took."""

    hits: tuple[Hit, ...]
    graded: Graded


class Reranker(Component):
    """Orders the first hits anew; those after them stay as they are."""

    depth: Annotated[int, Field(ge=2, le=1_000)] = 20
    """So many hits are read."""

    @property
    @abstractmethod
    def model_name(self) -> str:
        """The model, as the usage reports it."""

    @abstractmethod
    def grade(self, question: str, passages: Sequence[str]) -> Graded:
        """A score for each passage.

        Raises:
            ConfigurationError: the model cannot be loaded, or a key is missing.
            ProviderError: the endpoint refused.
        """

    def rerank(self, question: str, hits: Sequence[Hit]) -> Reranked:
        """The same hits, the first `depth` of them best first, each of these with its score as `scores["rerank"]`.

        Raises:
            ConfigurationError, ProviderError: as of `grade`.
        """
        first, rest = hits[: self.depth], hits[self.depth :]
        if len(first) < 2:
            return Reranked(tuple(hits), Graded(()))
        graded = self.grade(question, [_passage(hit) for hit in first])
        if not graded.scores:
            return Reranked(tuple(hits), graded)
        scored = [
            replace(hit, scores={**hit.scores, "rerank": score})
            for hit, score in zip(first, graded.scores, strict=True)
        ]
        best = sorted(scored, key=lambda hit: (-hit.scores["rerank"], hit.rank))
        return Reranked(tuple(replace(hit, rank=rank) for rank, hit in enumerate([*best, *rest], 1)), graded)


def _passage(hit: Hit) -> str:
    """What is read of a hit: where it stands, and its text."""
    return f"{hit.context or hit.path}\n{hit.text}"
