"""Reckoning: a document cut by every configuration, and what of it would have to be embedded."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibid.tuning.configuration import Document
from ibid.tuning.embedders import Guessing
from ingest.types import Segment
from retrieval import catalog
from retrieval.database import Database
from retrieval.sentences import sentences_of

if TYPE_CHECKING:
    from ingest.chunking import Rules

_SAMPLE = 64
"""Texts that the embedder is timed by: about a second."""
_AT_ONCE = 500


@dataclass
class Cost:
    """What a configuration would cost beside those before it."""

    name: str
    by_meaning: bool = False
    """It cuts by vectors, which were made up here: chunks and tokens are about right only."""
    chunks: int = 0
    tokens: int = 0
    texts: int = 0
    """To be embedded: not embedded yet, and not met in a configuration before."""
    characters: int = 0
    """Of these."""


class Reckoning:
    """Cuts documents by every configuration, and counts."""

    def __init__(
        self, rules: Sequence[Rules], names: Sequence[str], guessing: Guessing, database: Database | None
    ) -> None:
        self.costs = [Cost(name) for name in names]
        self.documents = 0
        self.sample: list[str] = []
        self._rules = rules
        self._guessing = guessing
        self._database = database
        self._seen: set[bytes] = set()
        self._random = random.Random(0)  # noqa: S311  # a sample, not a secret
        self._met = 0

    def add(self, document: Document, title: str, segments: Iterable[Segment]) -> None:
        """One more document."""
        self.documents += 1
        path, parser, size = document.path, document.parser, document.size
        for rules, cost in zip(self._rules, self.costs, strict=True):
            with_sentences = rules.choose(path, title=title, parser=parser, size=size).sentence_vectors
            chunks = rules.chunk(path, segments, title=title, parser=parser, size=size)
            while batch := list(itertools.islice(chunks, _AT_ONCE)):
                cost.chunks += len(batch)
                cost.tokens += sum(chunk.tokens for chunk in batch)
                self._count(cost, [chunk.embedded for chunk in batch])
                if with_sentences:
                    self._count(cost, [text for chunk in batch for text in sentences_of(chunk)])
                self._count_asked(cost)
            self._count_asked(cost)

    def _count_asked(self, cost: Cost) -> None:
        """Counts the texts by whose vectors it was cut."""
        asked = self._guessing.taken()
        cost.by_meaning |= bool(asked)
        self._count(cost, asked)

    def _count(self, cost: Cost, texts: Sequence[str]) -> None:
        digests = {catalog.embedding_digest(self._guessing.identity, text): text for text in texts}
        new = {digest: text for digest, text in digests.items() if digest not in self._seen}
        self._seen.update(new)
        if self._database is not None and new:
            with self._database.read() as connection:
                there = catalog.embedding_ids(connection, list(new))
            new = {digest: text for digest, text in new.items() if digest not in there}
        cost.texts += len(new)
        for text in new.values():
            cost.characters += len(text)
            self._perhaps(text)

    def _perhaps(self, text: str) -> None:
        """Keeps every text with the same chance."""
        self._met += 1
        if len(self.sample) < _SAMPLE:
            self.sample.append(text)
        elif (at := self._random.randrange(self._met)) < _SAMPLE:
            self.sample[at] = text
