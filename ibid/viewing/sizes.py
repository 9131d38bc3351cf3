"""How large the chunks of a file are, counted in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.types import Chunk

_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Step:
    """The chunks of `least` to `most` tokens, both included."""

    least: int
    most: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """The tokens of some chunks; all 0 where there are none."""

    least: int
    median: int
    most: int
    total: int
    steps: tuple[Step, ...]


def sizes_of(chunks: Sequence[Chunk]) -> Sizes:
    """How many tokens the chunks have, counted in at most eight steps of 1, 2 or 5 times a power of ten."""
    tokens = [chunk.tokens for chunk in chunks]
    if not tokens:
        return Sizes(0, 0, 0, 0, ())
    width = _width(min(tokens), max(tokens))
    first, last = (min(tokens) - 1) // width, (max(tokens) - 1) // width
    counts = [0] * (last - first + 1)
    for size in tokens:
        counts[(size - 1) // width - first] += 1
    steps = tuple(
        Step((first + number) * width + 1, (first + number + 1) * width, count) for number, count in enumerate(counts)
    )
    return Sizes(min(tokens), round(median(tokens)), max(tokens), sum(tokens), steps)


def _width(least: int, most: int) -> int:
    scale = 1
    while True:
        for factor in (1, 2, 5):
            width = factor * scale
            if (most - 1) // width - (least - 1) // width < _MOST_STEPS:
                return width
        scale *= 10
