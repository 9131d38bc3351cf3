"""Pictures on a page with a text layer that show text of their own: charts, screenshots, scanned inserts.

`auto` gives out those that show lines of text which are not in the text layer, after a cheap test on a small rendering
of the page; `always` all but tiny ones, to be read with all the care of a scan; `never` none. Where pictures are
described, those that are large enough are given out for that, whatever they show. A picture that comes again (a logo on
each page) is given once.
The page is rendered rather than the image unpacked: rotation, masks and colour spaces are then PDFium's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.pdf.image_areas import Area, image_areas, raw_data
from ingest.pdf.image_pages import pages_with_pictures
from ingest.pdf.positions import Corners
from ingest.pdf.text_lines import DPI, shows_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from pypdfium2 import PdfPage

Mode = Literal["auto", "always", "never"]
_NARROW, _LOW = 30.0, 10.0
"""Points: what is narrower or lower is a bullet or a rule."""
_POINTS = 72
_OCR_DPI = 200
_LONGEST_SIDE = 3000
_MOST_TESTED = 4_000_000
"""Pixels of the small rendering."""
_MOST_BYTES = 50_000_000
_LARGE = 0.5
"""Of the page's area: a picture that covers more is a scan of it, not a chart."""
_DESCRIBED = 72.0
"""Points: a picture that is described is at least an inch wide and high."""
_MOST_WORDS = 60
"""A picture under more words of the text layer is a page's scan: its words say what it shows."""
_SHOWN_SIDE = 1024
"""Pixels of the longer side of what is shown to a model."""
_AROUND = 1.5
"""Points around a word that belong to it when it is blanked out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and where on the page it lies: points as displayed; `scale` pixels of `image` make a point.

    `drawn`: it is taken for a chart or the like, drawn by a program, and not for a scan.
    """

    image: Image | None
    """To be read by OCR; None: it is not."""
    corners: Corners
    scale: float
    drawn: bool
    shown: Image | None = None
    """To be described, with all that is printed over it; None: it is not."""


class Pictures:
    """Finds the pictures with text in one document."""

    def __init__(
        self, file: Path, password: str | None, count: int, *, mode: Mode, most_pixels: int, described: bool = False
    ) -> None:
        self._mode = mode
        self._most = most_pixels
        self._described = described
        none = mode == "never" and not described
        self._pages: Collection[int] = () if none else pages_with_pictures(file, password, count)
        self._seen: set[bytes] = set()

    def of_page(self, page: PdfPage, number: int, words: Iterable[Corners]) -> Iterator[Picture]:
        """The pictures to be read or described on a page, RGB; to be read, what the text layer has is blanked out.

        Args:
            page: The open page.
            number: Its number, from 1.
            words: The boxes of the text layer's words, in points as displayed.
        """
        if number not in self._pages:
            return
        words = tuple(words)
        for area in image_areas(page):
            left, top, right, bottom = area.corners
            if right - left < _NARROW or bottom - top < _LOW:
                continue
            inside = [word for word in words if _overlap(word, area.corners)]
            is_read, is_described = self._is_read(page, area, inside), self._is_described(area, inside)
            if (is_read or is_described) and self._is_new(area):
                yield self._picture(page, area.corners, inside, is_read=is_read, is_described=is_described)

    def _is_read(self, page: PdfPage, area: Area, words: list[Corners]) -> bool:
        return self._mode == "always" or (self._mode == "auto" and self._shows_text(page, area, words))

    def _is_described(self, area: Area, words: list[Corners]) -> bool:
        left, top, right, bottom = area.corners
        return self._described and min(right - left, bottom - top) >= _DESCRIBED and len(words) <= _MOST_WORDS

    def _shows_text(self, page: PdfPage, area: Area, words: list[Corners]) -> bool:
        scale = _scale(area.corners, DPI, min(_MOST_TESTED, self._most))
        pixels = _blanked(_rendered(page, area.corners, scale, grey=True), area.corners, words, scale)
        return shows_text(pixels) or (_is_large(page, area.corners) and shows_text(pixels.T))  # a scan on its side

    def _is_new(self, area: Area) -> bool:
        """Whether the same images have not been given out before."""
        digest = blake2b(digest_size=16)
        for item in area.items:
            digest.update(raw_data(item, _MOST_BYTES) or str(item).encode())
        key = digest.digest()
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _picture(
        self, page: PdfPage, corners: Corners, words: list[Corners], *, is_read: bool, is_described: bool
    ) -> Picture:
        from PIL import Image

        scale = _scale(corners, _OCR_DPI, self._most)
        image = shown = None
        if is_described:
            smaller = min(scale, _SHOWN_SIDE / max(corners[2] - corners[0], corners[3] - corners[1]))
            shown = Image.fromarray(_rendered(page, corners, smaller, grey=False))
        if is_read:
            image = Image.fromarray(_blanked(_rendered(page, corners, scale, grey=False), corners, words, scale))
        drawn = self._mode == "auto" and not _is_large(page, corners)
        return Picture(image, corners, scale, drawn, shown)


def _is_large(page: PdfPage, corners: Corners) -> bool:
    width, height = page.get_size()
    return bool((corners[2] - corners[0]) * (corners[3] - corners[1]) > _LARGE * width * height)


def _overlap(one: Corners, other: Corners) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale(corners: Corners, dpi: int, most: int) -> float:
    width, height = corners[2] - corners[0], corners[3] - corners[1]
    return min(dpi / _POINTS, _LONGEST_SIDE / max(width, height), sqrt(most / (width * height)))


def _rendered(page: PdfPage, corners: Corners, scale: float, *, grey: bool) -> NDArray[np.uint8]:
    """A part of the page as displayed, without annotations and form fields."""
    import numpy as np

    width, height = page.get_size()
    left, top, right, bottom = corners
    crop = (left, height - bottom, width - right, top)
    bitmap: Any = page.render(
        scale=scale, crop=crop, grayscale=grey, rev_byteorder=True, draw_annots=False, may_draw_forms=False
    )
    try:
        image = bitmap.to_pil()
        return np.array(image if grey else image.convert("RGB"), dtype=np.uint8)
    finally:
        bitmap.close()


def _blanked(pixels: NDArray[np.uint8], corners: Corners, words: list[Corners], scale: float) -> NDArray[np.uint8]:
    """The picture with the words of the text layer painted over, each in the colour above and below it."""
    import numpy as np

    height, width = pixels.shape[:2]
    for word in words:
        x0 = max(0, int((word[0] - _AROUND - corners[0]) * scale))
        y0 = max(0, int((word[1] - _AROUND - corners[1]) * scale))
        x1 = min(width, int((word[2] + _AROUND - corners[0]) * scale) + 1)
        y1 = min(height, int((word[3] + _AROUND - corners[1]) * scale) + 1)
        if x0 < x1 and y0 < y1:
            pixels[y0:y1, x0:x1] = np.median(pixels[(y0, y1 - 1), x0:x1], axis=(0, 1)).astype(np.uint8)
    return pixels
