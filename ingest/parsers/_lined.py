"""Marked-up text as blocks: the lines of a file, each block with those it stands on and the headings above it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.types import Block, BlockKind, Place

Headings = list[tuple[int, str]]
"""The headings above a place, each with its level."""


@dataclass
class Lined(ABC):
    """Goes through the lines once; a block takes the blank lines after it, the first one those before it."""

    lines: list[str]
    at: int = 0
    path: Headings = field(default_factory=list)
    header: str = ""
    """Of the table whose rows are being read."""

    @abstractmethod
    def take(self, start: int) -> BlockKind:
        """Takes the lines of the next block, at least one; its kind. `start` is where the one before it ended."""

    def read(self) -> Iterator[Block]:
        """The blocks in order: together they are the file."""
        start = 0
        self._skip_blank()
        while self.at < len(self.lines):
            kind = self.take(start)
            self._skip_blank()
            yield self._block(kind, start)
            start = self.at
        if start == 0 and self.lines != [""]:
            yield Block("\n".join(self.lines))

    def line(self, at: int) -> str:
        """A line without its end; "" beyond the last."""
        return self.lines[at].rstrip("\r") if at < len(self.lines) else ""

    def enter(self, level: int, title: str) -> None:
        """What follows stands below this heading; level 1 is the highest."""
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        self.path.append((level, title))

    def _block(self, kind: BlockKind, start: int) -> Block:
        text = "\n".join(self.lines[start : self.at]) + ("\n" if self.at < len(self.lines) else "")
        headings = tuple(title for _, title in self.path)
        lines = (start + 1, start + 1 + text.rstrip().count("\n"))
        return Block(text, kind, Place(lines=lines, headings=headings), self.header if kind == "row" else "")

    def _skip_blank(self) -> None:
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
