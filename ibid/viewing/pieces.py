"""A document's text in pieces: cut wherever a chunk or a block begins or ends, so that each lies in the same chunks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ingest.types import Block, Chunk, Segment


@dataclass(frozen=True, slots=True)
class Piece:
    """Text from `start` on that lies in the same chunks throughout."""

    start: int
    text: str
    chunks: tuple[int, ...]
    """The ordinals of the chunks that hold it: several where they overlap, none for what is trimmed between them."""
    first: tuple[int, ...]
    """Those of them that begin here."""

    @property
    def end(self) -> int:
        """Where it ends in the document's text."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or what of it is drawn, in pieces."""

    block: Block
    start: int
    pieces: tuple[Piece, ...]

    @property
    def chunks(self) -> tuple[int, ...]:
        """The chunks that hold something of it."""
        return tuple(dict.fromkeys(ordinal for piece in self.pieces for ordinal in piece.chunks))

    @property
    def whole(self) -> Piece | None:
        """The one piece that holds all of it but white space at its ends; None where it is cut within."""
        held = [piece for piece in self.pieces if piece.text.strip()]
        return held[0] if len(held) == 1 else None


class Pieces:
    """Cuts blocks into pieces, by the chunks of one configuration."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._starts = [chunk.span.start for chunk in chunks]
        self._ends = list(accumulate((chunk.span.end for chunk in chunks), max))
        self._bounds = sorted({*self._starts, *(chunk.span.end for chunk in chunks)})

    def part(self, block: Block, start: int, most: int) -> Part:
        """A block that begins at `start`, up to `most`."""
        end = min(start + len(block.text), most)
        inner = self._bounds[bisect_right(self._bounds, start) : bisect_left(self._bounds, end)]
        bounds = [start, *inner, end]
        pieces = (self._piece(block.text[a - start : b - start], a) for a, b in pairwise(bounds))
        return Part(block, start, tuple(pieces))

    def _piece(self, text: str, start: int) -> Piece:
        holding = []
        number = bisect_right(self._starts, start) - 1
        while number >= 0 and self._ends[number] > start:
            if self._chunks[number].span.end > start:
                holding.append(number)
            number -= 1
        ordinals = tuple(self._chunks[number].ordinal for number in reversed(holding))
        first = tuple(self._chunks[number].ordinal for number in reversed(holding) if self._starts[number] == start)
        return Piece(start, text, ordinals, first)


def blocks_of(segments: Iterable[Segment], most: int) -> Iterator[tuple[Block, int]]:
    """The blocks that begin before `most`, and where each does."""
    for segment in segments:
        for block, offset in zip(segment.blocks, segment.offsets, strict=False):
            if segment.start + offset >= most:
                return
            yield block, segment.start + offset
