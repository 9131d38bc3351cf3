"""Pictures: read by OCR, a line is a block with its box and confidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ingest.errors import LimitError, UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._pictures import blocks, read
from ingest.types import Info, Page, ParseEvent

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_SIDE = 4000
"""A larger picture is scaled down before it is read: OCR does so anyway, and the copies would fill the memory."""

_ORIENTATION = 0x0112
"""The EXIF tag."""


class Picture(Parser):
    """Reads pictures: boxes are in pixels as displayed; a TIFF's pictures are pages, of an animation the first."""

    suffixes: ClassVar[tuple[str, ...]] = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")
    depends: ClassVar[tuple[str, ...]] = ("ocr", "pixels")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """A block a line, a page a picture."""
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = None  # our own bound is checked before anything is decoded
        if not file.stat().st_size:
            raise UnreadableError("it is no picture: there is nothing in it")
        try:
            picture = Image.open(file)
        except OSError as error:
            if error.errno:
                raise
            raise UnreadableError("it is no picture that can be read") from error
        except Exception as error:  # Pillow's readers raise all sorts on a broken head
            raise UnreadableError(f"it is no picture that can be read: {error}") from error
        with picture:
            count = _frames(picture)
            if count > aids.bounds.pages:
                raise LimitError(f"it has {count} pictures, over the limit of {aids.bounds.pages} pages")
            yield Info(page_count=count)
            for number in range(1, count + 1):
                yield from _frame(picture, number, aids, paged=count > 1)


def _frames(picture: Image) -> int:
    """How many pictures of the file are read."""
    if picture.format != "TIFF":
        return 1
    try:
        return max(1, int(getattr(picture, "n_frames", 1)))
    except Exception:  # noqa: BLE001  # a broken chain of pictures: the first may be right
        return 1


def _frame(picture: Image, number: int, aids: Aids, *, paged: bool) -> Iterator[ParseEvent]:
    try:
        image, scale = _decoded(picture, number, aids.bounds.pixels)
    except LimitError:
        raise
    except MemoryError as error:
        raise LimitError(f"picture {number} needs more memory than there is") from error
    except Exception as error:  # noqa: BLE001  # Pillow's decoders raise all sorts
        yield Page(number, "failed", f"the picture cannot be decoded: {error}")
        return
    lines = read(aids.ocr, image)
    yield from blocks(lines, page=number, scale=scale, paged=paged)
    yield Page(number, "ocr" if lines else "empty")


def _decoded(picture: Image, number: int, most: int) -> tuple[Image, float]:
    """A picture of the file as displayed, in RGB, at most `_LONGEST_SIDE` long, and by how much it was scaled."""
    if number > 1:
        picture.seek(number - 1)
    width, height = picture.size
    if width * height > most:
        raise LimitError(f"the picture has {width} × {height} pixels, over the limit of {most}")
    longest = max(width, height)
    if longest > _LONGEST_SIDE:
        picture.draft("RGB", (width * _LONGEST_SIDE // longest, height * _LONGEST_SIDE // longest))
    image = _upright(_on_white(picture), picture.getexif().get(_ORIENTATION))
    if max(image.size) > _LONGEST_SIDE:
        image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return image, max(image.size) / longest


def _upright(image: Image, orientation: int | None) -> Image:
    """The picture turned as its EXIF orientation says."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _on_white(picture: Image) -> Image:
    """The picture in RGB, what is transparent in white."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        low, high = picture.getextrema()  # 16 and 32 bit: brought to what a screen shows
        span = float(high) - float(low)  # type: ignore[arg-type]
        scaled = picture.convert("F").point(lambda value: (value - float(low)) * (255 / span if span else 0))  # type: ignore[arg-type]
        return scaled.convert("L").convert("RGB")
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white
