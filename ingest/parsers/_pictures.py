"""What OCR reads in a picture, and how a model describes it, as blocks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.ocr import OCR, OCRLine
from ingest.parsers import Caption
from ingest.types import Block, Box, Place

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDE = 1024
"""Pixels: what a model is shown is not longer or wider."""
_MOST_BYTES = 1_000_000
_TESTED_SIDES = (2400, 1200)
"""Pixels: what is longer or wider is scaled down before lines of text are looked for: a page, then less."""
_LEAST_SIDE = 48
"""Pixels: what is lower or narrower is an icon or a rule, and not described."""


def read(ocr: Callable[[], OCR], image: Image, *, drawn: bool = False) -> list[OCRLine]:
    """The lines of a picture; for one of a single colour the engine is not even built."""
    if image.width < 4 or image.height < 4 or _is_plain(image):
        return []
    return ocr().read(image, drawn=drawn)


class OfLines(OCR):
    """Reads those pictures that show lines of text to a cheap test: for others the engine is not even built."""

    engine: Callable[[], OCR]

    def read(self, image: Image, *, drawn: bool = False) -> list[OCRLine]:
        """The lines; none where the test sees none, whichever way the page lies in the picture."""
        return self.engine().read(image, drawn=drawn) if _shows_lines(image) else []


def _shows_lines(image: Image) -> bool:
    """Whether there are lines of text in a picture as large as it is, or as it is made small."""
    import numpy as np

    from ingest.pdf.text_lines import shows_text

    grey = image.convert("L")
    for side in _TESTED_SIDES:
        grey.thumbnail((side, side))
        pixels = np.asarray(grey)
        if shows_text(pixels) or shows_text(pixels.T):
            return True
    return False


def described(caption: Caption | None, image: Image) -> str:
    """A generated description of an RGB picture; "" where none is wanted, or there is nothing to describe."""
    if caption is None or min(image.size) < _LEAST_SIDE or _is_plain(image):
        return ""
    return caption(_encoded(image))


def _encoded(image: Image) -> bytes:
    """The picture, scaled down to what a model is shown, as PNG, or as JPEG where that is too large."""
    image = image.copy()
    image.thumbnail((_SIDE, _SIDE))
    for kind in ("PNG", "JPEG"):
        target = io.BytesIO()
        image.save(target, kind)
        if target.tell() <= _MOST_BYTES:
            break
    return target.getvalue()


def caption_block(text: str, box: Box, *, paged: bool, headings: tuple[str, ...] = ()) -> Block:
    """The block of a picture's description, whose box is the picture's."""
    return Block(text + "\n", "caption", Place((box.page,) if paged else (), (box,), headings=headings))


def _is_plain(image: Image) -> bool:
    return all(low == high for low, high in _extremes(image))


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
