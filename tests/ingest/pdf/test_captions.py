"""Pictures on pages described: where they stand, which of them, and what is said where there is no caption."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from ingest.captions import Captions
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings
from ingest.types import Block, Box, Parsed

Describe = Callable[[bytes], str]


def fail(error: Exception) -> Describe:
    def describe(picture: bytes) -> str:
        raise error

    return describe


def parse(
    file: Path, describe: Describe | None, *, seconds: float = 30.0, limits: float = 120.0
) -> tuple[list[Block], Parsed]:
    settings = IngestSettings.model_validate({"limits": {"seconds": limits, "seconds_per_page": limits}})
    found = walk([file], root=file.parent, home=file.parent / ".ibid")
    captions = Captions("key", describe, seconds)
    with Loader(settings, captions=captions) as loader:
        (parsing,) = loader.parse(found.sources)
        blocks = [block for segment in parsing.segments() for block in segment.blocks]
        return blocks, parsing.result


def photograph(*, width: int = 600, height: int = 400, seed: int = 1) -> Image.Image:
    """Soft blobs."""
    chance = np.random.default_rng(seed).integers(0, 255, (6, 8), dtype=np.uint8)
    return Image.fromarray(chance).resize((width, height), Image.Resampling.BICUBIC).convert("RGB")


@pytest.fixture
def pdf(set_pdf, tmp_path: Path) -> Callable[..., Path]:
    """A PDF, a line of text on each page, with pictures: (page, image, left, top, width, height) in points."""

    def make(*placed: tuple, pages: int = 1) -> Path:
        document = pypdfium2.PdfDocument(
            set_pdf([[(50, 50, f"Words of page {n + 1} stand here")] for n in range(pages)])
        )
        for number, image, left, top, width, height in placed:
            page = document[number - 1]
            item = pypdfium2.PdfImage.new(document)
            item.set_bitmap(pypdfium2.PdfBitmap.from_pil(image))
            item.set_matrix(
                pypdfium2.PdfMatrix().scale(width, height).translate(left, page.get_height() - top - height)
            )
            page.insert_obj(item)
            page.gen_content()
            page.close()
        document.save(tmp_path / "b.pdf")
        document.close()
        return tmp_path / "b.pdf"

    return make


def test_a_picture_of_a_pdf_is_described_where_it_stands(pdf) -> None:
    shown: list[Image.Image] = []

    def describe(picture: bytes) -> str:
        shown.append(Image.open(io.BytesIO(picture)))
        return "Soft blobs."

    file = pdf((2, photograph(), 100, 200, 300, 200), pages=2)
    blocks, parsed = parse(file, describe)
    assert [(block.text.strip(), block.kind, block.place.pages) for block in blocks] == [
        ("Words of page 1 stand here", "text", (1,)),
        ("Words of page 2 stand here", "text", (2,)),
        ("Soft blobs.", "caption", (2,)),
    ]
    assert blocks[2].place.boxes == (Box(2, 100.0, 200.0, 400.0, 400.0),)
    assert [picture.size for picture in shown] == [(833, 555)]
    assert (parsed.warnings, [page.state for page in parsed.pages]) == ((), ["text", "text"])


def test_small_pictures_and_ones_seen_before_are_not_described(pdf) -> None:
    asked: list[bytes] = []
    blobs = photograph()
    placed = [(1, blobs, 100, 200, 300, 200), (2, blobs, 100, 200, 300, 200), (2, photograph(seed=2), 50, 600, 70, 70)]
    blocks, _ = parse(pdf(*placed, pages=2), lambda picture: asked.append(picture) or "Soft blobs.")
    assert ([block.kind for block in blocks].count("caption"), len(asked)) == (1, 1)


def test_a_page_with_a_photograph_alone_stays_empty(set_pdf, pdf, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(pdf((2, photograph(), 100, 200, 300, 200), pages=2))
    page = document[1]
    text = next(item for item in page.get_objects() if item.type == 1)
    page.remove_obj(text)
    page.gen_content()
    document.save(tmp_path / "c.pdf")
    document.close()
    blocks, parsed = parse(tmp_path / "c.pdf", lambda picture: "Soft blobs.")
    assert [block.kind for block in blocks] == ["text", "caption"]
    assert [page.state for page in parsed.pages] == ["text", "empty"]


def test_pictures_without_a_caption_are_counted(pdf) -> None:
    placed = [(1, photograph(seed=seed), 100, 150 * seed, 140, 100) for seed in (1, 2)]
    blocks, parsed = parse(pdf(*placed), fail(KeyError("no")))
    assert ([block.kind for block in blocks], parsed.undescribed) == (["text"], 2)
    assert parsed.warnings == ("2 pictures are not described: KeyError: 'no'",)


def test_a_model_without_a_callable_describes_nothing(pdf) -> None:
    blocks, parsed = parse(pdf((1, photograph(), 100, 200, 300, 200)), None)
    assert ([block.kind for block in blocks], parsed.undescribed) == (["text"], 0)


def test_waiting_is_not_the_parsers_time(pdf) -> None:
    def slowly(picture: bytes) -> str:
        time.sleep(12)
        return "Soft blobs."

    blocks, parsed = parse(pdf((1, photograph(), 100, 200, 300, 200)), slowly, seconds=60, limits=10)
    assert (blocks[-1].text, parsed.cut) == ("Soft blobs.\n", "")
