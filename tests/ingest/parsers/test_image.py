"""Pictures: lines with boxes, orientation, frames, bounds."""

import struct
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from ingest.errors import LimitError, UnreadableError
from ingest.parsers import Bounds
from ingest.parsers.image import Picture, _decoded
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


def test_light_text_on_nothing_is_read(tmp_path: Path, read) -> None:
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((50, 60), "Hello World 42", fill="white", font=ImageFont.load_default(40))
    image.save(tmp_path / "a.png")
    assert read(Picture(), tmp_path / "a.png").text == "Hello World 42\n"


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_what_can_be_seen_of_a_picture_that_is_broken_off_is_read(tmp_path: Path, read, name: str) -> None:
    image = picture("Hello World 42", size=(600, 600))
    ImageDraw.Draw(image).text((50, 500), "the end of it", fill="black", font=ImageFont.load_default(40))
    image.save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 3 // 4])
    found = read(Picture(), tmp_path / name)
    assert found.texts[0] == "Hello World 42\n"
    assert found.pages == [Page(1, "ocr")]
    assert found.cut == "picture 1 is damaged: what can be seen of it was read"


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


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_tiff_is_turned_once(tmp_path: Path, read, orientation: int) -> None:
    turned = {3: 180, 6: 90, 8: 270}[orientation]
    stored = picture("Hello World 42").convert("1").rotate(turned, expand=True)
    stored.save(tmp_path / "a.tif", compression="group4", tiffinfo={0x0112: orientation})
    (block,) = read(Picture(), tmp_path / "a.tif").blocks
    assert block.text == "Hello World 42\n"
    assert (block.place.boxes[0].x0, block.place.boxes[0].y0) == (pytest.approx(50, abs=8), pytest.approx(68, abs=10))


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


def test_a_picture_of_which_nothing_can_be_seen_is_a_failed_page(tmp_path: Path, read) -> None:
    picture("Hello World 42").save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 10])
    found = read(Picture(), tmp_path / "a.png")
    assert [(page.state, "cannot be decoded" in page.reason) for page in found.pages] == [("failed", True)]


def test_what_is_no_picture(tmp_path: Path, read) -> None:
    (tmp_path / "a.png").write_text("text", encoding="utf-8")
    with pytest.raises(UnreadableError, match="no picture"):
        read(Picture(), tmp_path / "a.png")


def test_a_photograph_of_a_telephone(read) -> None:
    """Made by pillow-heif 1.8.1 from `picture("Hello World 42")`: what decodes cannot encode."""
    assert read(Picture(), Path(__file__).with_name("hello.heic")).text == "Hello World 42\n"


def test_a_large_picture_is_scaled_in_strips(tmp_path: Path) -> None:
    large = Image.radial_gradient("L").resize((5100, 4003)).convert("1")
    large.save(tmp_path / "a.tif", compression="group4")
    with Image.open(tmp_path / "a.tif") as picture:
        image, scale = _decoded(picture, 10**9)
    assert image.size == (round(5100 * scale), round(4003 * scale))
    assert image.width * image.height == pytest.approx(16_000_000, rel=0.001)
    small = large.convert("RGB").resize((510, 400), Image.Resampling.BOX)
    off = ImageChops.difference(image.resize((510, 400), Image.Resampling.BOX), small)
    assert max(ImageStat.Stat(off).mean) < 2


def test_a_picture_that_takes_too_much_memory_is_refused_before_it_is_decoded(tmp_path: Path, read) -> None:
    file = tmp_path / "a.tif"
    Image.new("CMYK", (20, 20)).save(file)
    data = file.read_bytes()
    for tag in (256, 257):  # width and height, in the file's list of what it holds
        at = data.index(struct.pack("<HH", tag, 4))
        data = data[: at + 8] + struct.pack("<I", 14_000) + data[at + 12 :]
    file.write_bytes(data)
    with pytest.raises(LimitError, match="748 MB when it is decoded"):
        read(Picture(), file)


def test_an_animation_says_that_only_its_first_picture_is_read(tmp_path: Path, read) -> None:
    frames = [Image.new("RGB", (60, 40), shade) for shade in ("white", "black")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read(Picture(), tmp_path / "a.gif").warnings == ["it is an animation: only its first picture is read"]
