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
    lines: list[OCRLine],
    *,
    page: int,
    scale: float,
    paged: bool,
    headings: tuple[str, ...] = (),
    left: float = 0.0,
    top: float = 0.0,
) -> Iterator[Block]:
    """A block a line, its box divided by `scale` and moved by `left` and `top`: where the picture is on its page.

    What stands in the same row follows after two spaces, another paragraph after an empty line.
    """
    for line in lines:
        x0, x1 = (round(side / scale + left, 1) for side in (line.x0, line.x1))
        y0, y1 = (round(side / scale + top, 1) for side in (line.y0, line.y1))
        place = Place(
            pages=(page,) if paged else (),
            boxes=(Box(page, x0, y0, x1, y1),),
            headings=headings,
            confidence=round(line.confidence, 3),
        )
        yield Block(line.text + line.after, "line", place)
