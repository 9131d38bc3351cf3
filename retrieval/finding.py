"""Finding: the chunks for a question, by vectors, by full text, or by both and what stands around."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import sqlalchemy as sa

from retrieval import dates
from retrieval.embedders import Embedder
from retrieval.fusion import Standing, convex, with_surroundings
from retrieval.lexical import names
from retrieval.roster import Roster
from retrieval.spelling import Asked, Speller
from retrieval.types import Mode
from retrieval.vectors import Told, Vector, Vectors
from retrieval.words import Matches, Words

_EMBEDDED = 8_000
"""Characters of a question that are embedded: what is longer is no question."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search: a state of the database, a collection, and some of its documents (None: all)."""

    connection: sa.Connection
    collection_id: int
    words: Words
    speller: Speller
    documents: Collection[int] | None = None

    @property
    def roster(self) -> Roster:
        """The chunks that are visible."""
        return self.words.roster

    def asked(self, question: str, mode: Mode) -> Asked:
        """A question as it is searched; vectors alone are searched for it as it is."""
        if mode == "dense":
            return Asked(question)
        return self.speller.asked(self.connection, self.words, question)

    def matches(self, asked: Asked) -> Matches:
        """What the words of a question find."""
        return self.words.matches(self.connection, asked.weights)

    def named(self, asked: Asked) -> dict[int, float]:
        """Of each document the share of the question's names that it has anywhere; {} where it has none."""
        found = names(asked.text)
        found |= {name.removesuffix("'s") for name in found}
        if months := dates.months_of(asked.text):
            otherwise = [term for term, weight in dates.terms(asked.text).items() if weight == 1]
            if any(map(len, self.words.rows(self.connection, otherwise))):
                found -= months  # who writes the date in numbers has no month's name
        return self.words.held(self.connection, [term for term in asked.weights if term in found])


@dataclass(frozen=True, slots=True)
class Candidates:
    """The chunks that were found, by their numbers."""

    scores: dict[int, dict[str, float]]
    """Of each way of searching, as it gives them."""
    own: dict[int, float]
    """Of the chunk by itself, from 0 to 1."""
    fused: dict[int, float]
    """With what its surroundings add."""
    standings: dict[int, Standing]
    vector: Vector | None = None
    """The question's, where vectors were searched."""
    named: Mapping[int, float] = field(default_factory=dict)
    """Of each document the share of the question's names that it has."""


class Finder:
    """Finds the chunks of one collection.

    Args:
        meanwhile: given the chunks that words find, best first, while vectors are still searched.
    """

    def __init__(
        self,
        embedder: Embedder,
        vectors: Vectors,
        *,
        dense_weight: float,
        meanwhile: Callable[[Scope, Sequence[int]], None],
    ) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._dense_weight = dense_weight
        self._meanwhile = meanwhile
        self._last: tuple[str, Vector] | None = None

    def vector(self, question: str) -> Vector:
        """The vector of a question; that of the last one is remembered."""
        last = self._last
        if last is None or last[0] != question:
            self._last = last = (question, self._embedder.embed([question[:_EMBEDDED]])[0])
        return last[1]

    def candidates(self, scope: Scope, asked: Asked, *, wide: int, mode: Mode, other: Executor) -> Candidates:
        """The `wide` best chunks of each way of searching; of both together also the neighbours of these.

        Args:
            scope: where to search.
            asked: the question.
            wide: how many of each.
            mode: what to search by.
            other: a thread that embeds the question while words are looked up; neither holds Python's lock for long.
        """
        if mode == "hybrid":
            return self._hybrid(scope, asked, wide, other)
        vector: Vector | None = None
        if mode == "dense":
            vector, told = other.submit(self._embedded(scope, asked.text, wide)).result()
            values = self._nearest(scope, vector, wide, told)
        else:
            values = scope.matches(asked).best(wide, scope.documents)
        most = max(values.values(), default=0.0)
        own = {key: max(0.0, value / most) if most > 0 else 0.0 for key, value in values.items()}
        return Candidates({key: {mode: value} for key, value in values.items()}, own, values, {}, vector)

    def _hybrid(self, scope: Scope, asked: Asked, wide: int, other: Executor) -> Candidates:
        """What either search found, and the neighbours of that."""
        embedded = other.submit(self._embedded(scope, asked.text, wide))
        matches = scope.matches(asked)
        best = list(matches.best(wide, scope.documents))
        if not embedded.done():
            self._meanwhile(scope, best)
        vector, told = embedded.result()
        dense = self._nearest(scope, vector, wide, told)
        standings = scope.roster.standings({*dense, *best})
        more = standings.keys() - dense.keys()
        dense |= self._vectors.similarities(scope.connection, scope.collection_id, vector, chunks=more)
        terms = matches.of(standings)
        own = convex(dense, terms, self._dense_weight)
        scores = {key: {"dense": dense[key], "lexical": terms.get(key, 0.0)} for key in own}
        named = scope.named(asked)
        return Candidates(scores, own, with_surroundings(own, standings, named), standings, vector, named)

    def _embedded(self, scope: Scope, question: str, wide: int) -> Callable[[], tuple[Vector, Told | None]]:
        """What embeds the question, and asks the store: needs no connection."""
        guess = self._vectors.guess(scope.connection, scope.collection_id, k=wide, documents=scope.documents)

        def run() -> tuple[Vector, Told | None]:
            vector = self.vector(question)
            return vector, None if guess is None else guess(vector)

        return run

    def _nearest(self, scope: Scope, vector: Vector, wide: int, told: Told | None) -> dict[int, float]:
        return self._vectors.nearest(
            scope.connection, scope.collection_id, vector, k=wide, documents=scope.documents, told=told
        )
