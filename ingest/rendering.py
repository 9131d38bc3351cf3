"""Rendering: a page or picture of a file as PNG, with places on it highlighted, or many small. Runs in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import IngestError, LimitError, UnreadableError, UnsupportedError
from ingest.parsers import Aids, Bounds
from ingest.pdf.opening import open_document

if TYPE_CHECKING:
    from PIL.Image import Image

PAGED = (".pdf",)
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif")
_DPI = 150
_POINTS = 72
_LONGEST_SIDE = 4000
_OVERVIEW_DPI = 110
_OVERVIEW_SIDE = 1600
_OVERVIEW_QUALITY = 80
_YELLOW = (255, 238, 88)
"""Laid over the page as a marker does: white becomes yellow, black stays black."""
_MARGIN = 0.003
"""Of the page's longer side: by so much a highlight is wider than its box."""


@dataclass(frozen=True, slots=True)
class Pictured:
    """A page as a small picture; width and height are of the page, in PDF points or pixels of the picture."""

    page: int
    width: float
    height: float
    webp: bytes
    error: str
    """Why there is no picture; "" where there is one."""


def render(file: Path, picture: dict[str, Any], aids: Aids) -> bytes:
    """A page as displayed, in PNG.

    Args:
        file: a PDF or a picture.
        picture: `page`, from 1, and `boxes`: of each x0, y0, x1, y1 in PDF points or pixels of the page as displayed.
        aids: its bounds and passwords are kept to.

    Raises:
        IngestError: it cannot be opened or shown.
    """
    boxes = [tuple(box) for box in picture["boxes"]]
    image, scale = _displayed(file, int(picture["page"]), aids, dpi=_DPI, longest=_LONGEST_SIDE)
    target = BytesIO()
    highlighted(image, [tuple(side * scale for side in box) for box in boxes]).save(target, "PNG")
    return target.getvalue()


def overview(file: Path, pages: Sequence[int], aids: Aids) -> Iterator[dict[str, Any]]:
    """Pages as displayed, small, one at a time.

    Returns:
        Of each `page`, `width`, `height` (in PDF points, or pixels of the picture) and `webp`; of one that cannot be
        shown `page` and `error`.
    """
    for number in pages:
        try:
            image, scale = _displayed(file, number, aids, dpi=_OVERVIEW_DPI, longest=_OVERVIEW_SIDE)
        except IngestError as error:
            yield {"page": number, "error": error.message}
            continue
        target = BytesIO()
        image.save(target, "WEBP", quality=_OVERVIEW_QUALITY, method=2)
        yield {
            "page": number,
            "width": image.width / scale,
            "height": image.height / scale,
            "webp": target.getvalue(),
        }


def _displayed(file: Path, number: int, aids: Aids, *, dpi: int, longest: int) -> tuple[Image, float]:
    """A page or picture, and how many of its pixels a point (a pixel) of it is."""
    suffix = file.suffix.lower()
    if suffix in PAGED:
        return _page(file, number, aids, dpi=dpi, longest=longest)
    if suffix in PICTURES:
        return _picture(file, number, aids.bounds, longest=longest)
    raise UnsupportedError("only pages of PDFs and pictures can be rendered")


def highlighted(image: Image, rectangles: Sequence[tuple[float, ...]]) -> Image:
    """The picture with rectangles of it marked, in pixels."""
    from PIL import Image, ImageChops, ImageDraw

    layer = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(layer)
    margin = max(1.0, _MARGIN * max(image.size))
    for x0, y0, x1, y1 in rectangles:
        corners = (min(x0, x1) - margin, min(y0, y1) - margin, max(x0, x1) + margin, max(y0, y1) + margin)
        draw.rectangle(corners, fill=_YELLOW)
    return ImageChops.multiply(image.convert("RGB"), layer)


def _page(file: Path, number: int, aids: Aids, *, dpi: int, longest: int) -> tuple[Image, float]:
    """A page of a PDF, and how many pixels a point is."""
    import pypdfium2

    document, _ = open_document(file, aids.passwords)
    try:
        if not 1 <= number <= len(document):
            raise UnreadableError(f"it has {len(document)} pages, no page {number}")
        page = document[number - 1]
        width, height = page.get_size()
        most = min(longest / max(width, height, 1), sqrt(aids.bounds.pixels / max(width * height, 1)))
        scale = min(dpi / _POINTS, most)
        bitmap = page.render(scale=scale, may_draw_forms=True)
        return bitmap.to_pil().convert("RGB"), scale
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"PDFium cannot render page {number}: {error}") from error
    finally:
        document.close()


def _picture(file: Path, number: int, bounds: Bounds, *, longest: int) -> tuple[Image, float]:
    """A picture as displayed, and by how much it was scaled."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own bound is checked before anything is decoded
    if file.suffix.lower() in (".heic", ".heif"):
        _know_heic()
    try:
        with Image.open(file) as opened:
            if number > 1:
                opened.seek(number - 1)
            width, height = opened.size
            if width * height > bounds.pixels:
                raise LimitError(f"the picture has {width} × {height} pixels, over the limit of {bounds.pixels}")
            if max(width, height) > longest:
                share = longest / max(width, height)
                opened.draft("RGB", (int(width * share), int(height * share)))
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except EOFError as error:
        raise UnreadableError(f"it has no picture {number}") from error
    except UnidentifiedImageError as error:
        raise UnreadableError("it is no picture that can be read") from error
    image.thumbnail((longest, longest))
    return image, max(image.size) / max(width, height)


def _know_heic() -> None:
    from importlib import import_module

    import_module("pi_heif").register_heif_opener()
