"""Parsers: one file per format, bytes to blocks. They run in a worker process, one file at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ingest.ocr import OCR
from ingest.plugins import Component
from ingest.types import ParseEvent


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one file may take; beyond it a parser raises LimitError, or keeps what it has and reports the rest."""

    pages: int = 10_000
    pixels: int = 200_000_000
    decompressed_mb: int = 500


def _nobody(page: int) -> None:
    """Nobody watches."""


Caption = Callable[[bytes], str]
"""A picture, as PNG or JPEG, to a generated description of it; "" where there is none, which is then said elsewhere."""


@dataclass(frozen=True, slots=True)
class Aids:
    """What a parser is handed: bounds, the OCR engine, passwords to try."""

    bounds: Bounds
    ocr: Callable[[], OCR]
    """Builds or returns the OCR engine: called only when a page needs it, since loading takes seconds."""
    passwords: tuple[str, ...] = ()
    reading: Callable[[int], None] = _nobody
    """To be told of a page before it is read: who watches the time then knows that it goes on, and which page hangs."""
    avoid: frozenset[int] = frozenset()
    """Pages that hung or killed a worker: they are left out, without an event."""
    caption: Caption | None = None
    """Describes a picture; None: no captions are wanted."""


class Parser(Component):
    """Reads one format."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    """Lower case, with the dot."""
    version: ClassVar[int] = 1
    """Raised when the same bytes give other blocks than before: files are then parsed anew."""
    depends: ClassVar[tuple[str, ...]] = ()
    """What else decides the blocks: "ocr", "captions", and names of limits ("pixels")."""
    secret: ClassVar[frozenset[str]] = frozenset()
    """Options whose values are never shown; they decide whether a file opens, not what is read in it."""

    @abstractmethod
    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """Blocks in reading order, and pages and document information as they become known.

        Raises:
            IngestError: EmptyError, UnreadableError, PasswordError or LimitError.
        """
