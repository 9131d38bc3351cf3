"""What every engine in the folder must do, a new one too: pages whichever way they lie, columns, rows, boxes.

In CI (`IBID_TEST_TESSERACT=1`) tesseract's tests fail where the program is missing; elsewhere they are skipped.
"""

import os
import re
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import ConfigurationError, LimitError
from ingest.ocr import OCR, OCRLine, _networks
from ingest.ocr.rapidocr import RapidOCR
from ingest.ocr.tesseract import Tesseract
from ingest.plugins import find, names

NO_TESSERACT = shutil.which("tesseract") is None and not os.environ.get("IBID_TEST_TESSERACT")
needs_tesseract = pytest.mark.skipif(NO_TESSERACT, reason="there is no tesseract")
ENGINES = [pytest.param(name, marks=needs_tesseract) if name == "tesseract" else name for name in names("ingest.ocr")]
LEFT = "The harbour master|measured the northern|wall before sunset and|counted seven letters|in the old log book"
RIGHT = "Every gardener sold|twelve crates of pears|at the mill for very|little money and went|home without a word"


@cache
def engine(name: str) -> OCR:
    return find("ingest.ocr", OCR, name)(threads=1)  # type: ignore[type-abstract]


@cache
def two_columns() -> Image.Image:
    image = Image.new("RGB", (1000, 520), "white")
    draw = ImageDraw.Draw(image)
    for x, text in ((40, LEFT), (540, RIGHT)):
        for n, line in enumerate(text.split("|")):
            draw.text((x, 60 + 70 * n), line, "black", ImageFont.load_default(36))
    return image


def text(lines: list[OCRLine]) -> str:
    return "".join(line.text + line.after for line in lines)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_page_is_read_whichever_way_it_lies(name: str, quarter: int) -> None:
    upright = two_columns()
    lying = upright.rotate(90 * quarter, expand=True)
    lines = engine(name).read(lying)
    assert text(lines).split() == f"{LEFT}|{RIGHT}".replace("|", " ").split()
    for line in lines:
        mask = Image.new("L", lying.size)
        mask.paste(255, (round(line.x0), round(line.y0), round(line.x1), round(line.y1)))
        x0, y0, x1, y1 = mask.rotate(-90 * quarter, expand=True).getbbox() or (0, 0, 0, 0)
        at = (LEFT if x0 < 500 else RIGHT).split("|").index(line.text)
        assert x0 == pytest.approx(40 if x0 < 500 else 540, abs=12)
        assert (y0 + y1) / 2 == pytest.approx(60 + 70 * at + 22, abs=14)
        assert x1 - x0 > 200


def test_a_little_small_print_in_a_large_picture_is_read() -> None:
    image = Image.new("RGB", (4400, 3600), "white")
    for n, line in enumerate(LEFT.split("|")):
        ImageDraw.Draw(image).text((2000, 1500 + 26 * n), line, "black", ImageFont.load_default(20))
    assert text(engine("rapidocr").read(image)).split() == LEFT.replace("|", " ").split()


@pytest.mark.parametrize("name", ENGINES)
def test_a_price_is_in_the_row_of_its_label(name: str) -> None:
    image = Image.new("RGB", (900, 420), "white")
    draw = ImageDraw.Draw(image)
    for n, (label, price) in enumerate((("Coffee", "3.50"), ("Cheese cake", "12.80"), ("Tap water", "0.00"))):
        draw.text((40, 40 + 110 * n), label, "black", ImageFont.load_default(36))
        draw.text((700, 40 + 110 * n), price, "black", ImageFont.load_default(36))
    rows = [line.split("  ") for line in text(engine(name).read(image)).split("\n") if line]
    assert rows == [["Coffee", "3.50"], ["Cheese cake", "12.80"], ["Tap water", "0.00"]]


@pytest.mark.parametrize("name", ENGINES)
def test_a_page_askew(name: str) -> None:
    askew = two_columns().rotate(3, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert text(engine(name).read(askew)).split() == f"{LEFT}|{RIGHT}".replace("|", " ").split()


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("size", [(300, 200), (2000, 4), (5, 900)])
def test_nothing_to_read(name: str, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "white")
    image.paste("grey", (0, 0, size[0] // 2, size[1]))
    assert engine(name).read(image) == []


def test_small_letters_of_a_long_picture_are_found() -> None:
    image = Image.new("RGB", (600, 2400), "white")
    for n in range(40):
        ImageDraw.Draw(image).text((20, 20 + 59 * n), f"message {n} of many", "black", ImageFont.load_default(15))
    lines = RapidOCR(threads=2).read(image)
    assert len(lines) == 40
    assert sum(line.text == f"message {n} of many" for n, line in enumerate(lines)) > 37


def test_small_letters_below_a_large_title_are_found() -> None:
    image = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(image)
    draw.text((40, 40), "Net sales", "black", ImageFont.load_default(64))
    for n, line in enumerate(LEFT.split("|")):
        draw.text((40, 200 + 60 * n), line, "black", ImageFont.load_default(12))
    assert text(engine("rapidocr").read(image)).split() == f"Net sales {LEFT}".replace("|", " ").split()


def chart(*, bar: bool = True) -> Image.Image:
    image = Image.new("RGB", (800, 400), "white")
    draw = ImageDraw.Draw(image)
    for n, line in enumerate(("Sales by region, in millions", "North 4,711   South 815", "East and West 97.5%")):
        draw.text((60, 40 + 60 * n), line, "black", ImageFont.load_default(33))
    if bar:
        draw.rectangle((60, 250, 200, 380), fill="navy")
    return image


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_drawn_is_read_like_all_else(name: str) -> None:
    words = "Sales by region, in millions North 4,711 South 815 East and West 97.5%"
    assert text(engine(name).read(chart(), drawn=True)).split() == words.split()


def networks(ocr: RapidOCR) -> set[str]:
    return set(vars(ocr._quick_reader.networks)) - {"_threads"}


def test_clear_letters_that_are_drawn_need_the_tiny_networks_alone() -> None:
    ocr = RapidOCR(threads=1)
    ocr.read(chart(bar=False), drawn=True)
    assert networks(ocr) == {"quick_detector", "quick"}


def test_drawn_letters_in_doubt_are_read_by_the_small_network() -> None:
    ocr = RapidOCR(threads=1)
    small = chart(bar=False).resize((170, 85)).resize((800, 400))
    read = text(ocr.read(small, drawn=True)).split()
    assert networks(ocr) == {"quick_detector", "quick", "careful"}
    assert {"region,", "millions", "North", "and"} <= set(read)  # the tiny one reads `regkon` and `millons`


def test_a_bar_of_a_chart_taken_for_a_letter_is_not_read_again() -> None:
    ocr = RapidOCR(threads=1)
    assert "Sales" in text(ocr.read(chart().resize((240, 120)).resize((800, 400)), drawn=True)).split()
    assert networks(ocr) == {"quick_detector", "quick"}


def test_the_tiny_networks_are_those_of_the_notice() -> None:
    folder = Path(_networks.__file__).parent / "models"
    sums = {
        name: sha for sha, name in re.findall(r"^sha256 (\w+)  (\S+)$", (folder / "NOTICE").read_text(), re.MULTILINE)
    }
    assert sums == {file.name: sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.onnx")}
    assert len(sums) == 2


def test_tesseract_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="not installed"):
        Tesseract().check()


@needs_tesseract
def test_tesseract_has_no_such_language() -> None:
    with pytest.raises(ConfigurationError, match="no data for 'tlh'"):
        Tesseract(language="eng+tlh").check()


@needs_tesseract
def test_tesseract_takes_too_long() -> None:
    with pytest.raises(LimitError, match=r"more than 0\.001 seconds"):
        Tesseract(seconds=0.001).read(two_columns())
