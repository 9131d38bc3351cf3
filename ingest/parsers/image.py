"""Pictures: read by OCR, a line is a block with its box and confidence; at the end a description, where wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ingest.errors import LimitError, UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._pictures import blocks, caption_block, described, read
from ingest.types import Box, Info, Page, ParseEvent

if TYPE_CHECKING:
    from PIL.Image import Image

_READ_PIXELS = 16_000_000
"""A larger picture is scaled down to so many before it is read (A4 at 400 dpi): its copies would fill the memory."""
_SMALL_PIXELS = 2_000_000
"""A larger picture is opened by itself, and forgotten as a whole before it is read."""
_MOST_MB = 640
"""What a picture may take when it is decoded, as a whole, since Pillow cannot do it in parts."""
_STRIP = 2_000_000
"""So many of its pixels are brought to RGB at once."""

_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "I;16L": 2}
"""What Pillow takes a pixel; RGB and the like 4."""
_SAMPLED = 256
"""Pixels of a side of the sample by which it is decided what a transparent picture is laid on."""
_OPAQUE, _LIGHT, _DARKEST = 128, 150, 0.02
"""What counts as seen, what grey as light, and the share of the darkest pixels that may be edges."""
_ORIENTATION = 0x0112
"""The EXIF tag."""


class Picture(Parser):
    """Reads pictures, boxes in pixels as displayed; a TIFF's pictures are pages, of an animation the first is read."""

    suffixes: ClassVar[tuple[str, ...]] = (
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
    )
    version: ClassVar[int] = 4
    depends: ClassVar[tuple[str, ...]] = ("ocr", "captions", "pixels")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """A block a line, a page a picture."""
        from pi_heif import register_heif_opener
        from PIL import Image

        register_heif_opener()
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
            more = "it is an animation: only its first picture is read" if _is_animated(picture, count) else ""
            yield Info(page_count=count, warnings=(more,) if more else ())
            for number in range(1, count + 1):
                if number in aids.avoid:
                    continue
                aids.reading(number)
                yield from _frame(file, picture, number, aids, paged=count > 1)


def _is_animated(picture: Image, count: int) -> bool:
    return count == 1 and picture.format in ("GIF", "WEBP", "PNG") and bool(getattr(picture, "is_animated", False))


def _frames(picture: Image) -> int:
    """How many pictures of the file are read."""
    if picture.format != "TIFF":
        return 1
    try:
        return max(1, int(getattr(picture, "n_frames", 1)))
    except Exception:  # noqa: BLE001  # a broken chain of pictures: the first may be right
        return 1


def _frame(file: Path, picture: Image, number: int, aids: Aids, *, paged: bool) -> Iterator[ParseEvent]:
    damage = ""
    try:
        image, scale = _page(file, picture, number, aids.bounds.pixels)
    except LimitError:
        raise
    except MemoryError as error:
        raise LimitError(f"picture {number} needs more memory than there is") from error
    except Exception as error:  # noqa: BLE001  # Pillow's decoders raise all sorts
        damage = f"the picture cannot be decoded: {error}"
        left = _what_is_left(file, number, aids.bounds.pixels)
        if left is None:
            yield Page(number, "failed", damage)
            return
        image, scale = left
    lines = read(aids.ocr, image)
    if damage and not lines:
        yield Page(number, "failed", damage)
        return
    if damage:
        yield Info(cut=f"picture {number} is damaged: what can be seen of it was read")
    yield from blocks(lines, page=number, scale=scale, paged=paged)
    caption = described(aids.caption, image)
    if caption:
        box = Box(number, 0, 0, round(image.width / scale, 1), round(image.height / scale, 1))
        yield caption_block(caption, box, paged=paged)
    yield Page(number, "ocr" if lines else "empty")


def _page(file: Path, picture: Image, number: int, most: int) -> tuple[Image, float]:
    """A picture of the file; of a large one, only what is read stays in memory."""
    from PIL import Image

    if number > 1:
        picture.seek(number - 1)
    if picture.width * picture.height <= _SMALL_PIXELS:
        return _decoded(picture, most)
    with Image.open(file) as large:
        if number > 1:
            large.seek(number - 1)
        return _decoded(large, most)


def _what_is_left(file: Path, number: int, most: int) -> tuple[Image, float] | None:
    """What can be seen of a picture that is broken off or damaged, as programs show it; None where that is nothing."""
    from PIL import Image, ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        with Image.open(file) as picture:
            picture.seek(number - 1)
            return _decoded(picture, most)
    except Exception:  # noqa: BLE001  # Pillow's decoders raise all sorts
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _decoded(picture: Image, most: int) -> tuple[Image, float]:
    """The picture as displayed, in RGB, at most `_READ_PIXELS` large, and by how much it was scaled."""
    width, height = picture.size
    if width * height > most:
        raise LimitError(f"the picture has {width} × {height} pixels, over the limit of {most}")
    scale = min(1.0, sqrt(_READ_PIXELS / (width * height)))
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    if scale < 1:
        picture.draft("RGB", (across, down))
    needed = picture.width * picture.height * _BYTES.get(picture.mode, 4) / 2**20
    if needed > _MOST_MB:
        raise LimitError(f"the picture takes {needed:.0f} MB when it is decoded, over the limit of {_MOST_MB}")
    picture.load()  # of a TIFF it turns the picture itself, and takes the tag away
    return _upright(_scaled(picture, across, down), picture.getexif().get(_ORIENTATION)), scale


def _scaled(picture: Image, across: int, down: int) -> Image:
    """The picture in RGB and another size, made strip by strip."""
    from PIL import Image

    shown = _as_shown(picture)
    if picture.size == (across, down):
        return shown(picture)
    scaled = Image.new("RGB", (across, down))
    step = max(1, down * _STRIP // (picture.width * picture.height))
    per_row = picture.height / down
    for top in range(0, down, step):
        rows = min(step, down - top)
        first, last = int(top * per_row), min(picture.height, ceil((top + rows) * per_row))
        strip = shown(picture.crop((0, first, picture.width, last)))
        box = (0, top * per_row - first, picture.width, min((top + rows) * per_row - first, strip.height))
        scaled.paste(strip.resize((across, rows), resample=Image.Resampling.HAMMING, box=box), (0, top))
    return scaled


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


def _as_shown(picture: Image) -> Callable[[Image], Image]:
    """What brings a picture like this one, or a part of it, to RGB as displayed, transparent parts laid on paper."""
    if picture.mode.startswith(("I", "F")):
        low, high = (float(value) for value in picture.getextrema())  # type: ignore[arg-type]
        factor = 255 / (high - low) if high > low else 0.0  # 16 and 32 bit: brought to what a screen shows
        return lambda part: part.convert("F").point(lambda value: (value - low) * factor).convert("L").convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        return partial(_laid_on, _paper(picture))
    return lambda part: part.convert("RGB")


def _paper(picture: Image) -> str:
    """What a picture with transparent parts is laid on: black where all that is seen of it is light, else white."""
    import numpy as np
    from PIL import Image

    size = (min(picture.width, _SAMPLED), min(picture.height, _SAMPLED))
    sample = picture.resize(size, resample=Image.Resampling.NEAREST).convert("RGBA")
    alpha, grey = np.asarray(sample.getchannel("A")), np.asarray(sample.convert("RGB").convert("L"))
    seen = grey[alpha >= _OPAQUE]
    return "black" if 0 < seen.size < grey.size and np.quantile(seen, _DARKEST) >= _LIGHT else "white"


def _laid_on(paper: str, part: Image) -> Image:
    from PIL import Image

    layer = part.convert("RGBA")
    sheet = Image.new("RGB", layer.size, paper)
    sheet.paste(layer, mask=layer.getchannel("A"))
    return sheet
