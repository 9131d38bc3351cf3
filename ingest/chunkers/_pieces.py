"""Pieces: whole units gathered until they say enough to be compared by their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.chunkers._embed import Embed
from ingest.spans import Level, Units
from ingest.tokens import Measure
from ingest.types import Span

_AT_ONCE = 500
_LITTLE = 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """Neighbouring parts of a text, each ending where the next begins; none is of white space only.

    A heading, or a table's header, is a piece with what follows it.
    """

    text: str
    spans: list[Span]
    tokens: list[int]

    def __len__(self) -> int:
        return len(self.spans)

    def vectors(self, embed: Embed) -> NDArray[np.float32]:
        """A row for each piece; not all texts are handed over at once."""
        texts = [self.text[span.start : span.end].strip() for span in self.spans]
        return np.concatenate([embed(texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)])


def pieces_of(units: Units, measure: Measure, *, most: int = 0) -> Pieces:
    """The units as pieces: as many of a section as have at most `most` tokens together, or one that has more.

    What has less than a quarter of it says too little alone, and goes with what follows.
    """
    made = Pieces(measure.text, [], [])
    before = [0, *measure.before(units.ends)]
    goes_on, begins = False, True
    for number, (start, end) in enumerate(zip(units.starts, units.ends, strict=True)):
        level = units.levels[number]
        tokens = before[number + 1] - before[number]
        blank = not measure.text[start:end].strip()
        begins = begins or level == Level.KEEP
        joins = goes_on or blank or (not begins and _is_one(made.tokens, tokens, most))
        if made.spans and joins:
            made.spans[-1] = Span(made.spans[-1].start, end)
            made.tokens[-1] += tokens
        elif not blank:
            made.spans.append(Span(start, end))
            made.tokens.append(tokens)
        goes_on = level == Level.KEEP or (blank and goes_on)
        begins = level >= Level.SECTION or (blank and begins)
    return made


def _is_one(tokens: Sequence[int], more: int, most: int) -> bool:
    return bool(tokens) and (tokens[-1] + more <= most or tokens[-1] * _LITTLE < most)
