"""How much a chunk may hold."""

from __future__ import annotations

from typing import Protocol


class Room(Protocol):
    """How many tokens of new text fit into a chunk (context, overlap and special tokens already taken off)."""

    @property
    def least(self) -> int:
        """What fits wherever a chunk starts."""

    def __call__(self, start: int, /) -> int:
        """What fits into a chunk that starts at an offset of the segment."""
