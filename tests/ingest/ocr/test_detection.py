"""Rectangles around what the network marks, and bands put together."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.ocr import _detection
from ingest.ocr._detection import _new, _quads, detect
from ingest.ocr._networks import rapidocr_network


def quad(x: float, y: float) -> list[list[float]]:
    return [[x, y], [x + 100, y], [x + 100, y + 20], [x, y + 20]]


def test_a_marked_strip_is_grown_to_the_height_of_its_letters() -> None:
    marks = np.zeros((64, 160), np.float32)
    marks[24:34, 20:120] = 0.9
    ((top_left, top_right, bottom_right, bottom_left),) = _quads(marks)
    more = 100 * 10 * 1.6 / (2 * 110)
    assert top_left == pytest.approx([20 - more, 24 - more], abs=1.5)
    assert bottom_right == pytest.approx([120 + more, 34 + more], abs=1.5)
    assert top_right[0] > top_left[0]
    assert bottom_left[1] > top_left[1]


def test_specks_and_faint_marks_are_none() -> None:
    marks = np.zeros((64, 160), np.float32)
    marks[10, 10] = 0.9
    marks[24:34, 20:120] = 0.35
    assert len(_quads(marks)) == 0


def test_what_two_bands_have_found_counts_once() -> None:
    known = np.array([quad(0, 0), quad(0, 24)], np.float32)
    again = np.array([quad(2, 23), quad(0, 48), quad(110, 24)], np.float32)
    assert _new(again, known).tolist() == again[1:].tolist()


def test_bands_find_what_the_whole_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (500, 1600), "white")
    for n in range(40):
        ImageDraw.Draw(image).text((30, 20 + 39 * n), f"line {n} of the page", "black", ImageFont.load_default(22))
    pixels = np.asarray(image.rotate(2, fillcolor="white"))
    network = rapidocr_network("det", threads=2)
    monkeypatch.setattr(_detection, "BAND_PIXELS", 1_000_000)
    whole = detect(network, pixels, 1.0)
    monkeypatch.setattr(_detection, "BAND_PIXELS", 300_000)
    bands = detect(network, pixels, 1.0)
    assert len(whole) == len(bands) == 40
    middles = [sorted(found.mean(axis=1)[:, 1]) for found in (whole, bands)]
    assert middles[0] == pytest.approx(middles[1], abs=3)


def test_a_line_taller_than_what_bands_share_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (600, 900), "white")
    ImageDraw.Draw(image).text((30, 60), "HALL", "black", ImageFont.load_default(220))
    for n in range(14):
        ImageDraw.Draw(image).text((30, 360 + 36 * n), f"line {n} of the page", "black", ImageFont.load_default(22))
    pixels = np.asarray(image)
    network = rapidocr_network("det", threads=2)
    coarse = detect(network, pixels, 0.5)
    monkeypatch.setattr(_detection, "BAND_PIXELS", 100)
    monkeypatch.setattr(_detection, "_LOWEST", 260)
    assert len(coarse) == 15
    assert len(detect(network, pixels, 1.0)) == 14
    assert len(detect(network, pixels, 1.0, known=coarse)) == 15
