"""Kinds: the documents that one parser reads. How rare a word is among a document's like tells more than among all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_FROM_ALL = 1000
"""A kind of few chunks says little of how rare a word is: as if it had so many more, as common as in all."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kind of each of a collection's visible chunks, as a number from 0."""

    of: Ints
    """By rows of the roster."""
    sizes: Ints
    """How many chunks each kind has."""

    @classmethod
    def numbered(cls, of: Ints) -> Kinds:
        """Of the chunks' kinds, given as any numbers."""
        _, numbers = np.unique(of, return_inverse=True)
        return cls(numbers, np.bincount(numbers))

    @property
    def one(self) -> bool:
        """Whether all chunks are of one kind."""
        return len(self.sizes) < 2

    def spread(self, rows: Ints) -> Ints:
        """How many of some rows are of each kind."""
        return np.bincount(self.of[rows], minlength=len(self.sizes))

    def factors(self, spreads: Sequence[Ints], weights: Floats) -> Floats:
        """By how much each term tells more (over 1) or less in each kind than in all: terms × kinds.

        All terms together tell as much in every kind: a chunk that has them all is no better for being of a rare kind.

        Args:
            spreads: how many chunks of each kind have each term.
            weights: how much each term counts beside how rare it is.
        """
        if self.one or not spreads:
            return np.ones((len(spreads), max(1, len(self.sizes))))
        here = np.asarray(spreads)
        share = (here.sum(axis=1, keepdims=True) + 0.5) / (len(self.of) + 1)
        overall = -np.log(share)
        local = -np.log((here + _FROM_ALL * share) / (self.sizes + _FROM_ALL))
        rate = (weights[:, None] * overall).sum(axis=0) / (weights[:, None] * local).sum(axis=0)
        return np.asarray(rate * local / overall)
