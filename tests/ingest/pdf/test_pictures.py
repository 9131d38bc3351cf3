"""Pictures on a page: which are read, where they lie, what the text layer already has."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.pdf.image_areas import image_areas
from ingest.pdf.image_pages import pages_with_pictures
from ingest.pdf.pictures import Picture, Pictures
from ingest.pdf.text_lines import shows_text

Corners = tuple[float, float, float, float]
LINES = ("Sales by region, in millions", "North 4,711   South 815", "East and West together 97")


def chart(*, size: tuple[int, int] = (800, 400), turn: int = 0) -> Image.Image:
    """A picture at 200 dots an inch with three lines of 12 points and two bars."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(LINES):
        draw.text((60, 40 + 60 * number), line, fill="black", font=ImageFont.load_default(33))
    draw.rectangle((60, 250, 200, 380), fill="navy")
    draw.rectangle((260, 300, 400, 380), fill="grey")
    return image.rotate(turn, expand=True)


def photograph(*, size: tuple[int, int] = (800, 400)) -> Image.Image:
    """Soft blobs with fine noise over them."""
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 255, (8, 12), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grain = chance.normal(0, 18, (size[1], size[0]))
    return Image.fromarray((np.asarray(coarse) + grain).clip(0, 255).astype(np.uint8)).convert("RGB")


@pytest.fixture
def with_images(set_pdf, tmp_path: Path) -> Callable[..., Path]:
    """Lays images on pages of 600 × 800: each its page (from 1), image, left, top, width, height in points."""

    def make(pages: Sequence, *placed: tuple, rotate: int = 0) -> Path:
        document = pypdfium2.PdfDocument(set_pdf(pages, rotate=rotate))
        for number, image, left, top, width, height in placed:
            page = document[number - 1]
            item = pypdfium2.PdfImage.new(document)
            item.set_bitmap(pypdfium2.PdfBitmap.from_pil(image))
            item.set_matrix(pypdfium2.PdfMatrix().scale(width, height).translate(left, 800 - top - height))
            page.insert_obj(item)
            page.gen_content()
            page.close()
        document.save(tmp_path / "b.pdf")
        document.close()
        return tmp_path / "b.pdf"

    return make


def found(file: Path, mode: str = "auto", words: Sequence[Corners] = ()) -> list[tuple[int, Picture]]:
    with pypdfium2.PdfDocument(file) as document:
        pictures = Pictures(file, None, len(document), mode=mode, most_pixels=10_000_000)
        result = []
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            result += [(number, picture) for picture in pictures.of_page(page, number, words)]
            page.close()
        return result


TEXT = [(72, 100, "A page with a text layer of its own.")]


def test_one_with_lines_of_text_is_given_out(with_images) -> None:
    file = with_images([TEXT, TEXT], (2, chart(), 72, 200, 288, 144))
    ((number, picture),) = found(file)
    assert number == 2
    assert picture.corners == pytest.approx((72, 200, 360, 344), abs=0.2)
    assert picture.image.mode == "RGB"
    assert picture.image.size == pytest.approx((800, 400), abs=2)
    assert picture.scale == pytest.approx(200 / 72)


def test_a_photograph_is_not_unless_all_are_wanted(with_images) -> None:
    file = with_images([TEXT], (1, photograph(), 72, 200, 288, 144))
    assert found(file) == []
    assert len(found(file, "always")) == 1


def test_a_small_one_is_taken_for_a_drawing_and_a_large_one_for_a_scan(with_images) -> None:
    small = with_images([[]], (1, chart(), 100, 100, 288, 144))
    assert [picture.drawn for _, picture in found(small)] == [True]
    assert [picture.drawn for _, picture in found(small, "always")] == [False]
    large = with_images([[]], (1, chart(size=(1600, 2000)), 10, 10, 560, 760))
    assert [picture.drawn for _, picture in found(large)] == [False]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_read_on_its_side_too(with_images, turn: int) -> None:
    scan = chart(size=(1500, 2000), turn=turn)
    width, height = (570, 760) if scan.width < scan.height else (590, 443)
    assert len(found(with_images([TEXT], (1, scan, 5, 5, width, height)))) == 1


def test_none_where_none_is_wanted(with_images) -> None:
    assert found(with_images([TEXT], (1, chart(), 72, 200, 288, 144)), "never") == []


def test_tiny_ones_are_never_read(with_images) -> None:
    assert found(with_images([TEXT], (1, chart(), 72, 200, 25, 9)), "always") == []


def test_the_same_picture_on_each_page_is_given_once(with_images) -> None:
    same = chart()
    other = same.copy()
    ImageDraw.Draw(other).text((450, 300), "but for this", fill="black", font=ImageFont.load_default(33))
    file = with_images(
        [TEXT] * 3, *((page, image, 72, 200, 288, 144) for page, image in enumerate((same, same, other), 1))
    )
    assert [number for number, _ in found(file)] == [1, 3]


def test_what_the_text_layer_has_is_not_read_again(with_images) -> None:
    file = with_images([TEXT], (1, chart(), 72, 200, 288, 144))
    lines = [(90, 210 + 21.6 * number, 300, 232 + 21.6 * number) for number in range(3)]
    assert found(file, words=lines) == []
    ((_, picture),) = found(file, words=lines[:1])
    pixels = np.asarray(picture.image.convert("L"))
    assert pixels[30:80, 60:600].min() > 200  # the first line is painted over
    assert pixels[100:140, 60:600].min() < 100


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_places_are_those_of_the_page_as_displayed(with_images, rotate: int) -> None:
    file = with_images([TEXT], (1, chart(turn=rotate), 72, 200, 288, 288), rotate=rotate)
    ((_, picture),) = found(file)
    expected = {0: (72, 200), 90: (312, 72), 180: (240, 312), 270: (200, 240)}[rotate]
    assert picture.corners == pytest.approx((*expected, expected[0] + 288, expected[1] + 288), abs=0.2)


def test_strips_of_one_picture_are_one(with_images) -> None:
    whole = chart()
    strips = [(1, whole.crop((0, y, 800, y + 50)), 72, 200 + y * 0.36, 288, 18) for y in range(0, 400, 50)]
    ((_, picture),) = found(with_images([TEXT], *strips))
    assert picture.corners == pytest.approx((72, 200, 360, 344), abs=0.2)


def test_images_within_a_drawing_are_found_where_they_are(with_images, tmp_path: Path) -> None:
    inner = pypdfium2.PdfDocument(with_images([[]], (1, chart(), 100, 100, 288, 144)))
    outer = pypdfium2.PdfDocument.new()
    drawing = inner.page_as_xobject(0, outer).as_pageobject()
    page = outer.new_page(600, 800)
    drawing.set_matrix(pypdfium2.PdfMatrix().scale(0.5, 0.5).translate(100, 0))
    page.insert_obj(drawing)
    page.gen_content()
    (area,) = image_areas(page)
    assert area.corners == pytest.approx((150, 450, 294, 522), abs=0.2)


def test_pages_that_hold_pictures(with_images, set_pdf, tmp_path: Path) -> None:
    assert set(pages_with_pictures(with_images([TEXT] * 3, (2, chart(), 72, 200, 288, 144)), None, 3)) == {2}
    assert not pages_with_pictures(set_pdf([TEXT]), None, 1)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 /Image")
    assert list(pages_with_pictures(tmp_path / "broken.pdf", None, 2)) == [1, 2]


def grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.resize((image.width // 2, image.height // 2)).convert("L"))


def test_lines_of_text_are_seen_on_any_ground() -> None:
    black = Image.new("RGB", (800, 400), "black")
    ImageDraw.Draw(black).multiline_text((60, 40), "\n".join(LINES), fill="#ccc", font=ImageFont.load_default(30))
    assert shows_text(grey(chart()))
    assert shows_text(grey(black))
    assert shows_text(grey(chart().rotate(1, fillcolor="white")))


def test_other_pictures_show_none() -> None:
    shapes = Image.new("L", (800, 400), "white")
    draw = ImageDraw.Draw(shapes)
    for number in range(8):
        draw.ellipse((number * 90, number * 40, number * 90 + 120, number * 40 + 80), outline="black", width=4)
        draw.line((0, number * 50, 800, 400 - number * 30), fill="black", width=2)
    stripes = Image.fromarray(np.tile(np.repeat([0, 255], 6).astype(np.uint8), (200, 40)))
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 800), dtype=np.uint8))
    for image in (photograph(), shapes, stripes, noise, Image.new("L", (800, 400), "white"), Image.new("L", (2, 2))):
        assert not shows_text(np.asarray(image.convert("L")))
