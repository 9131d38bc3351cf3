"""Pictures: lines with boxes, orientation, frames, bounds."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import LimitError, UnreadableError
from ingest.ocr import OCRLine
from ingest.ocr.rapidocr import reading_order
from ingest.parsers import Bounds
from ingest.parsers.image import Picture
from ingest.types import Page


def picture(text: str, *, size: tuple[int, int] = (600, 200), mode: str = "RGB") -> Image.Image:
    image = Image.new("RGBA" if mode == "RGBA" else "RGB", size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(image).text((50, 60), text, fill="black", font=ImageFont.load_default(40))
    return image if mode in ("RGB", "RGBA") else image.convert(mode)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tiff", "a.bmp", "a.gif"])
def test_formats(tmp_path: Path, read, name: str) -> None:
    picture("Hello World 42").save(tmp_path / name)
    found = read(Picture(), tmp_path / name)
    assert found.texts == ["Hello World 42\n"]
    assert found.pages == [Page(1, "ocr")]
    (box,) = found.blocks[0].place.boxes
    assert (box.page, box.x0, box.y0) == (1, pytest.approx(50, abs=8), pytest.approx(68, abs=10))
    assert found.blocks[0].place.pages == ()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16"])
def test_modes(tmp_path: Path, read, mode: str) -> None:
    file = tmp_path / ("a.tiff" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        grey = picture("Hello World 42").convert("L")
        Image.frombytes("I;16", grey.size, b"".join(bytes((0, value)) for value in grey.tobytes())).save(file)
    else:
        picture("Hello World 42", mode=mode).save(file)
    assert read(Picture(), file).text == "Hello World 42\n"


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_boxes_are_of_the_picture_as_displayed(tmp_path: Path, read, orientation: int) -> None:
    turned = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture("Hello World 42").rotate(turned, expand=True).save(tmp_path / "a.jpg", exif=exif, quality=95)
    found = read(Picture(), tmp_path / "a.jpg")
    assert found.text == "Hello World 42\n"
    (box,) = found.blocks[0].place.boxes
    assert (box.x0, box.y0) == (pytest.approx(50, abs=8), pytest.approx(68, abs=10))


def test_the_pictures_of_a_tiff_are_pages(tmp_path: Path, read) -> None:
    blank = Image.new("RGB", (600, 200), "white")
    picture("First page").save(tmp_path / "a.tif", save_all=True, append_images=[blank, picture("Third page")])
    found = read(Picture(), tmp_path / "a.tif")
    assert [(block.text, block.place.pages) for block in found.blocks] == [
        ("First page\n", (1,)),
        ("Third page\n", (3,)),
    ]
    assert found.pages == [Page(1, "ocr"), Page(2, "empty"), Page(3, "ocr")]


def test_of_an_animation_the_first_picture_is_read(tmp_path: Path, read) -> None:
    picture("First page").save(tmp_path / "a.gif", save_all=True, append_images=[picture("Second page")])
    assert read(Picture(), tmp_path / "a.gif").text == "First page\n"


def test_boxes_of_a_large_picture_are_scaled_back(tmp_path: Path, read) -> None:
    large = Image.new("RGB", (5000, 1000), "white")
    ImageDraw.Draw(large).text((3000, 500), "Hello World 42", fill="black", font=ImageFont.load_default(150))
    large.save(tmp_path / "a.jpg")
    (block,) = read(Picture(), tmp_path / "a.jpg").blocks
    assert block.place.boxes[0].x0 == pytest.approx(3000, abs=50)


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path, read) -> None:
    Image.new("1", (2000, 2000)).save(tmp_path / "a.png")
    with pytest.raises(LimitError, match="2000 × 2000 pixels"):
        read(Picture(), tmp_path / "a.png", bounds=Bounds(pixels=3_999_999))


def test_a_truncated_picture_is_a_failed_page(tmp_path: Path, read) -> None:
    picture("Hello World 42").save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    found = read(Picture(), tmp_path / "a.png")
    assert [(page.state, "cannot be decoded" in page.reason) for page in found.pages] == [("failed", True)]


def test_what_is_no_picture(tmp_path: Path, read) -> None:
    (tmp_path / "a.png").write_text("text", encoding="utf-8")
    with pytest.raises(UnreadableError, match="no picture"):
        read(Picture(), tmp_path / "a.png")


def test_reading_order() -> None:
    def line(text: str, x: float, y: float) -> OCRLine:
        return OCRLine(text, x, y, x + 80, y + 20, 1.0)

    lines = [line("d", 200, 52), line("b", 200, 3), line("c", 0, 50), line("a", 0, 0)]
    assert [item.text for item in reading_order(lines)] == ["a", "b", "c", "d"]
