"""Breaks where neighbouring sentences differ, after Greg Kamradt's semantic chunker."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.chunkers._embed import Embed
from ingest.chunkers._packing import pack
from ingest.chunkers._pieces import Pieces, pieces_of
from ingest.chunkers._room import Room
from ingest.spans import Units
from ingest.tokens import Measure
from ingest.types import Segment, Span

_AT_ONCE = 500
"""Places looked at at once: sums are wider than vectors."""
_SMALL = 8
"""What fills less than this part of its room goes to a neighbour."""
_DIGITS = 5
"""Smaller differences of distances are noise."""
_NOTHING = 1e-12


class Semantic(Chunker):
    """Compares the sentences before each place with those after it, and breaks where the distance is large.

    After "The 5 Levels of Text Splitting for Retrieval" (G. Kamradt, 2024, level 4), but for three things. There a
    sentence with its neighbours is compared with the next and its neighbours, so that both sides share most of their
    words: of the places where 56 passages of Wikipedia meet it found 20 %, 80 % but for one sentence. Here the sides
    share nothing, and are the means of their sentences' vectors: 85 % and 96 %, for a third of the embedding. The size
    is a hard limit: what is larger is packed by sentences, what is very small joins the neighbour that it differs less
    from, and a heading stays with what it heads. The percentile is that of a segment (a quarter of a megabyte).
    """

    percentile: Annotated[float, Field(gt=0, lt=100)] = 95
    """A break is where the distance is greater than this share, in per cent, of all distances."""
    buffer: Annotated[int, Field(ge=0, le=20)] = 1
    """How many sentences beside the nearest one are compared on each side."""

    @property
    def needs_vectors(self) -> bool:
        """Of the sentences."""
        return True

    def units(self, segment: Segment) -> Units:
        """The sentences."""
        return units_of(segment)

    def split(self, segment: Segment, units: Units, measure: Measure, room: Room, embed: Embed | None) -> list[Span]:  # noqa: ARG002
        """What lies between the breaks, each part packed by itself."""
        assert embed is not None  # rules are not made without
        sentences = pieces_of(units, measure)
        if len(sentences) < 2:
            return pack(units, measure, room)
        distances = _distances(sentences.vectors(embed), sentences.tokens, self.buffer)
        threshold = np.percentile(distances, self.percentile)
        breaks = np.flatnonzero(distances > threshold).tolist()
        kept = _without_small(breaks, distances.tolist(), sentences, room)
        return pack(units.bordered(sentences.spans[number].end for number in kept), measure, room)


def _distances(vectors: NDArray[np.float32], tokens: Sequence[int], buffer: int) -> NDArray[np.float64]:
    """The cosine distance of the sentences before each place to those after it, each by its tokens."""
    found: list[NDArray[np.float64]] = []
    count = len(vectors)
    weights = np.maximum(np.asarray(tokens, dtype=np.float64), 1.0)[:, None]
    for start in range(0, count - 1, _AT_ONCE):
        stop = min(count - 1, start + _AT_ONCE)
        low, high = max(0, start - buffer), min(count, stop + buffer + 1)
        sums = np.cumsum(vectors[low:high] * weights[low:high], axis=0)
        sums = np.concatenate((np.zeros_like(sums[:1]), sums))
        at = np.arange(start, stop) + 1 - low  # the first after the place
        before = sums[at] - sums[np.maximum(at - 1 - buffer, 0)]
        after = sums[np.minimum(at + 1 + buffer, high - low)] - sums[at]
        norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        found.append(1.0 - np.einsum("ij,ij->i", before, after) / np.maximum(norms, _NOTHING))
    distances: NDArray[np.float64] = np.concatenate(found)
    return distances.round(_DIGITS)


def _without_small(breaks: Sequence[int], distances: Sequence[float], sentences: Pieces, room: Room) -> list[int]:
    """The breaks that stay: the weakest goes first where a part beside it is small, and both fit together."""
    total = [0, *accumulate(sentences.tokens)]
    edges = [-1, *breaks, len(sentences) - 1]
    before = dict(zip(breaks, edges, strict=False))
    after = dict(zip(breaks, edges[2:], strict=True))
    for number in sorted(breaks, key=lambda number: (distances[number], number)):
        first, last = before[number], after[number]
        start, middle, end = total[first + 1], total[number + 1], total[last + 1]
        fits = room(sentences.spans[first + 1].start)
        if min(middle - start, end - middle) * _SMALL < fits and end - start <= fits:
            del before[number], after[number]
            if first in after:
                after[first] = last
            if last in before:
                before[last] = first
    return sorted(before)
