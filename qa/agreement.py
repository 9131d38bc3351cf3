"""Agreement: what several documents say alike in answer to a question, which speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import log

from qa.fitting import fresh
from qa.kinds import Kind

_TOLD = 0.5
"""Of the best support: a unit that has less says nothing in answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A unit of a document's prose, and its support."""

    path: str
    text: str
    support: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the documents agree on each name, number or time that the question does not give itself."""

    of: dict[str, float]
    """By stem: 0 where one document says it, more with the (log of the) number of documents that do."""
    kind: Kind
    known: AbstractSet[str]

    @property
    def most(self) -> float:
        """Of that on which they agree most."""
        return max(self.of.values(), default=0.0)

    def best(self, text: str) -> float:
        """Of what a text says."""
        return max((self.of.get(word, 0.0) for word in fresh(self.kind, text, self.known)), default=0.0)


def agreement(told: Iterable[Told], kind: Kind, known: AbstractSet[str]) -> Agreement:
    """What is said in more than one document, each document counted by the support of its best unit that says it.

    Redundancy answers questions (Dumais et al., 2002, "Web question answering: is more always better?").
    """
    told = tuple(told)
    best = max((one.support for one in told), default=0.0)
    said: dict[str, dict[str, float]] = {}
    for one in told:
        if best > 0 and one.support >= _TOLD * best:
            for word in fresh(kind, one.text, known):
                by = said.setdefault(word, {})
                by[one.path] = max(by.get(one.path, 0.0), one.support / best)
    return Agreement({word: log(max(1.0, sum(by.values()))) for word, by in said.items()}, kind, known)
