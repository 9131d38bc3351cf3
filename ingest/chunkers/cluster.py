"""The partition whose chunks hold what is most alike, the best of all under the size limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.chunkers._embed import Embed
from ingest.chunkers._packing import pack
from ingest.chunkers._pieces import pieces_of
from ingest.chunkers._room import Room
from ingest.spans import Units
from ingest.tokens import Measure
from ingest.types import Segment, Span

_LEAST_PIECES = 3
_TIE = 1e-4
"""Pieces that are as alike as any two stay together: what repeats itself fills its chunks."""


class Cluster(Chunker):
    """Gathers sentences into small pieces, and these into chunks by dynamic programming.

    The best of all partitions whose chunks keep within the size: the one in which the pieces of a chunk are most
    similar, pair by pair, over what any two pieces of the segment are. After the ClusterSemanticChunker of B. Smith and
    A. Troynikov, "Evaluating Chunking Strategies for Retrieval", Chroma Technical Report, 2024
    (https://research.trychroma.com/evaluating-chunking). There a chunk holds at most a number of pieces, here a number
    of tokens; and of the matrix of similarities only one row, as wide as a chunk, is held at a time.
    """

    piece: Annotated[int, Field(ge=4, le=1000)] = 50
    """The most tokens of a piece of several sentences (at most a third of a chunk); a longer sentence is one alone."""

    @property
    def needs_vectors(self) -> bool:
        """Of the pieces."""
        return True

    def units(self, segment: Segment) -> Units:
        """The sentences."""
        return units_of(segment)

    def split(self, segment: Segment, units: Units, measure: Measure, room: Room, embed: Embed | None) -> list[Span]:  # noqa: ARG002
        """The chunks of the best partition; a piece that is too large for one is packed by itself."""
        assert embed is not None  # rules are not made without
        pieces = pieces_of(units, measure, most=min(self.piece, room.least // _LEAST_PIECES))
        if len(pieces) < 2:
            return pack(units, measure, room)
        rooms = [room(span.start) for span in pieces.spans]
        ends = [pieces.spans[last].end for last in _best_ends(pieces.vectors(embed), pieces.tokens, rooms)]
        return pack(units.bordered(ends), measure, room)


def _best_ends(vectors: NDArray[np.float32], tokens: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """The numbers of the pieces that end a chunk of the best partition."""
    value = np.zeros(len(tokens) + 1)
    first = [0] * len(tokens)
    for last, (low, rewards) in enumerate(_rewards(vectors, tokens, rooms)):
        totals = value[low : last + 1] + rewards
        best = int(np.argmax(totals))  # of equal ones the first: the longest chunk
        value[last + 1] = totals[best]
        first[last] = low + best
    ends: list[int] = []
    end = len(tokens) - 1
    while end >= 0:
        ends.append(end)
        end = first[end] - 1
    return ends[::-1]


def _rewards(
    vectors: NDArray[np.float32], tokens: Sequence[int], rooms: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """For each piece: the first piece that a chunk which it ends may begin with, and what each such chunk is worth.

    A chunk is worth the similarities of its pairs of pieces, each less the mean over all pairs; one that does not fit,
    nothing at all.
    """
    mean = _mean_similarity(vectors) - _TIE
    total = [0, *accumulate(tokens)]
    limit = np.asarray(rooms) + np.asarray(total[:-1])
    widest = max(rooms)
    low = 0
    worth = np.zeros(0)
    for last in range(len(tokens)):
        before = low
        while low < last and total[last + 1] - total[low] > widest:
            low += 1
        similarities = (vectors[low:last] @ vectors[last]).astype(np.float64) - mean
        worth = np.append(worth[low - before :] + np.cumsum(similarities[::-1])[::-1], 0.0)
        fits = total[last + 1] <= limit[low : last + 1]
        fits[-1] = True  # alone it is cut finer
        yield low, np.where(fits, worth, -np.inf)


def _mean_similarity(vectors: NDArray[np.float32]) -> float:
    """The mean similarity of all pairs: that of the sum with itself, less each with itself."""
    count = len(vectors)
    whole = vectors.sum(axis=0, dtype=np.float64)
    own = np.einsum("ij,ij->", vectors, vectors, dtype=np.float64)
    return float((whole @ whole - own) / (count * (count - 1)))
