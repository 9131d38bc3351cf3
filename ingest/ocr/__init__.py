"""OCR engines: pixels to lines of text."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.plugins import Component

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class OCRLine:
    """One line: its text, its box in pixels of the image (origin top left), how sure the engine is (0 to 1)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    after: str = "\n"
    """What parts it from the line that follows: a newline, a blank line where a paragraph ends, in the same row two
    spaces, or one where the other is near."""


class OCR(Component):
    """Reads text in pictures."""

    def check(self) -> None:
        """Looks whether it can work here, without loading anything.

        Raises:
            ConfigurationError: what it needs is not installed.
        """

    @abstractmethod
    def read(self, image: Image, *, drawn: bool = False) -> list[OCRLine]:
        """The lines of an RGB image, in reading order, whichever way the page lies in it.

        Args:
            image: What to read.
            drawn: It is most likely drawn by a program, as charts are, not scanned: its letters are clear, and an
                engine may take less care with those that it is sure of.
        """
