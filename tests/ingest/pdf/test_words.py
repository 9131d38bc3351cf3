"""Words and their boxes."""

import numpy as np
import pytest

from ingest.pdf.codes import as_text, is_space
from ingest.pdf.glyphs import near
from ingest.pdf.words import read_words, turned


def test_words_have_the_boxes_of_their_ink(set_pdf, opened) -> None:
    page = opened(set_pdf([[(100, 200, "Hail holy"), (100, 230, "light", 20, True)]]))[0]
    found = read_words(page)
    assert (found.width, found.height, found.lost) == (600, 800, 0)
    assert [word.text for word in found.words] == ["Hail", "holy", "light"]
    first, second, third = found.words
    assert (first.x0, first.base) == pytest.approx((100.8, 200), abs=0.2)
    assert first.y0 == pytest.approx(200 - 7.2, abs=0.3)  # a capital of Helvetica
    assert first.y1 == pytest.approx(200, abs=0.3)
    assert first.x1 < second.x0 < second.x1
    assert second.y1 == pytest.approx(202.1, abs=0.4)  # the y goes below the baseline
    assert (third.bold, first.bold) == (True, False)
    assert third.size == pytest.approx(2 * first.size, rel=0.05)
    assert third.font != first.font


def test_an_accent_makes_a_word_no_larger(set_pdf, opened) -> None:
    file = set_pdf([[(50, 100, "Über die Brücke"), (50, 120, "À la fin")]])
    low = b"/FontDescriptor << /Type /FontDescriptor /FontName /Helvetica /Flags 32 /ItalicAngle 0 /StemV 80"
    low += b" /CapHeight 700 /Ascent 740 /Descent -210 /FontBBox [-166 -225 1000 931] >>"
    file.write_bytes(file.read_bytes().replace(b"/BaseFont /Helvetica ", b"/BaseFont /Helvetica " + low + b" "))
    words = read_words(opened(file)[0]).words
    assert [word.text for word in words] == ["Über", "die", "Brücke", "À", "la", "fin"]
    assert {round(word.size, 1) for word in words} == {9.5}


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_boxes_are_those_of_the_page_as_displayed(set_pdf, opened, rotate: int) -> None:
    page = opened(set_pdf([[(100, 200, "Hail")]], rotate=rotate))[0]
    (word,) = read_words(page).words
    image = page.render(scale=2).to_pil().convert("L").point(lambda value: 255 * (value < 128))
    left, top, right, bottom = (side / 2 for side in image.getbbox())
    assert (word.x0, word.y0, word.x1, word.y1) == pytest.approx((left, top, right, bottom), abs=1)
    assert word.turn == {90: 90, 180: 180, 270: -90}[rotate]


def test_a_word_drawn_twice_is_there_once(set_pdf, opened) -> None:
    page = opened(set_pdf([[(100, 200, "bold"), (100.3, 200, "bold"), (100, 260, "bold")]]))[0]
    assert [round(word.base) for word in read_words(page).words] == [200, 260]


def test_far_parts_are_words_of_their_own(set_pdf, opened) -> None:
    page = opened(set_pdf([[(100, 200, "left"), (300, 200, "right"), (100, 600, "below")]]))[0]
    assert [word.text for word in read_words(page).words] == ["left", "right", "below"]


@pytest.mark.parametrize("turn", [90, -90])
def test_text_that_runs_down_or_up_is_turned_across(set_pdf, opened, turn: int) -> None:
    matrix = "0 -1 1 0 300 500" if turn > 0 else "0 1 -1 0 300 500"
    page = opened(set_pdf([[]], extra=f"BT /F1 10 Tf {matrix} Tm (down the page) Tj ET"))[0]
    found = read_words(page)
    assert [(word.text, word.turn) for word in found.words] == [("down", turn), ("the", turn), ("page", turn)]
    across = turned(found.words, turn, found.width, found.height)
    assert across[0].x1 < across[1].x0 < across[1].x1 < across[2].x0
    assert across[0].base == pytest.approx(across[1].base, abs=3)
    assert across[0].shown == (found.words[0].x0, found.words[0].y0, found.words[0].x1, found.words[0].y1)


def test_each_word_has_the_box_of_its_letters(set_pdf, opened) -> None:
    spots = [(60, 100, "banana bandana, glyph"), (61.3, 140, "glyph banana", 17), (60, 180, "banana glyph", 10, True)]
    turned_ones = "BT /F1 10 Tf 0 1 -1 0 300 500 Tm (banana up) Tj ET BT /F1 10 Tf -1 0 0 -1 400 600 Tm (glyph) Tj ET"
    mixed = "BT /F1 10 Tf 1 0 0 1 60 400 Tm (glyp) Tj /F2 10 Tf (h) Tj (.) Tj ET"
    page = opened(set_pdf([spots], extra=f"{turned_ones} {mixed}"))[0]
    textpage = page.get_textpage()
    found: list[list[tuple[float, ...]]] = [[]]
    for index in range(textpage.count_chars()):
        if textpage.get_text_range(index, 1).isspace():
            found.append([])
        else:
            found[-1].append(textpage.get_charbox(index))
    boxes = []
    for letters in filter(None, found):
        left, bottom, right, top = zip(*letters, strict=True)
        boxes.append((min(left), 800 - max(top), max(right), 800 - min(bottom)))
    words = read_words(page).words
    assert len(words) == 11
    for word, box in zip(words, boxes, strict=True):
        assert (word.x0, word.y0, word.x1, word.y1) == pytest.approx(box, abs=0.01), word.text


def test_a_page_without_text_has_no_words(set_pdf, opened) -> None:
    assert read_words(opened(set_pdf([[]]))[0]).words == []


def test_codes_beyond_unicode_are_replaced() -> None:
    assert as_text(np.array([0x41, 0x7FFFFFFF, 0x1F600])) == "A\ufffd\U0001f600"


def test_what_is_white_space() -> None:
    codes = np.array([0x02, 0x20, 0x41, 0xA0, 0xAD, 0xE9, 0x2003, 0x2014, 0x3000, 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600])
    assert is_space(codes).tolist() == [*[True] * 2, False, *[True] * 2, False, True, False, *[True] * 4, False]


def test_numbers_of_broken_pages_are_brought_within_reach() -> None:
    assert near(np.array([[np.nan, np.inf], [-1e9, 3.5]])).tolist() == [[0.0, 1e6], [-1e6, 3.5]]
    assert near(np.array([[2.0, -3.5]])).tolist() == [[2.0, -3.5]]
    assert near(np.zeros((0, 4))).shape == (0, 4)
