"""What OCR reads in a picture, as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.ocr import OCR, OCRLine
from ingest.types import Block, Box, Place

if TYPE_CHECKING:
    from PIL.Image import Image


def read(ocr: Callable[[], OCR], image: Image) -> list[OCRLine]:
    """The lines of a picture; for one of a single colour the engine is not even built."""
    if image.width < 4 or image.height < 4 or all(low == high for low, high in _extremes(image)):
        return []
    return ocr().read(image)


def _extremes(image: Image) -> list[tuple[float, float]]:
    found = image.getextrema()
    return [found] if image.mode == "L" else list(found)  # type: ignore[list-item,arg-type]  # one pair a band


def blocks(
    lines: list[OCRLine], *, page: int, scale: float, paged: bool, headings: tuple[str, ...] = ()
) -> Iterator[Block]:
    """A block a line, its box divided by `scale`; what stands beside the line before follows it after two spaces."""
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else None
        end = "  " if after is not None and after.x0 >= line.x1 and _same_row(line, after) else "\n"
        box = Box(page, *(round(side / scale, 1) for side in (line.x0, line.y0, line.x1, line.y1)))
        place = Place(
            pages=(page,) if paged else (), boxes=(box,), headings=headings, confidence=round(line.confidence, 3)
        )
        yield Block(line.text + end, "line", place)


def _same_row(line: OCRLine, other: OCRLine) -> bool:
    shared = min(line.y1, other.y1) - max(line.y0, other.y0)
    return shared > 0.5 * min(line.y1 - line.y0, other.y1 - other.y0)
