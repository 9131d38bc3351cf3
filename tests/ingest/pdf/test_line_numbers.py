"""Numbers of lines beside the text: left out of it, and told with the page; other numbers stay."""

from __future__ import annotations

import pytest

from ingest.parsers import Aids, Bounds
from ingest.parsers.pdf import PDF
from ingest.types import Block, Page

PROSE = "and the court finds that the motion to compel further answers is granted by the"


def read(file) -> tuple[str, list[Page]]:
    events = list(PDF().parse(file, Aids(Bounds(), None)))
    text = " ".join("".join(event.text for event in events if isinstance(event, Block)).split())
    return text, [event for event in events if isinstance(event, Page)]


def prose(x: float, count: int, *, first: int = 0, pitch: float = 14) -> list[tuple[float, float, str]]:
    return [(x, 80 + pitch * (first + number), f"{PROSE} x{number}x") for number in range(count)]


def numbers(x: float, numbered: range, *, pitch: float = 14) -> list[tuple[float, float, str]]:
    step = numbered.step
    return [(x, 80 + pitch * (at * step + step - 1), str(number)) for at, number in enumerate(numbered)]


@pytest.mark.parametrize("numbered", [range(1, 31), range(31, 61), range(5, 31, 5), range(10, 31, 10)])
def test_numbers_of_lines_are_left_out_and_told(set_pdf, numbered: range) -> None:
    text, [page] = read(set_pdf([sorted(prose(90, 30) + numbers(60, numbered), key=lambda spot: spot[1])]))
    assert text == " ".join(f"{PROSE} x{number}x" for number in range(30))
    assert page.header == " ".join(map(str, numbered))


def test_numbers_between_two_columns_are_left_out(set_pdf) -> None:
    half = [(x, y, text.replace(" that the motion to compel", "")) for x, y, text in prose(30, 30)]
    other = [(330, y, text.upper().lower().replace("x", "z")) for _, y, text in half]
    text, [page] = read(set_pdf([half + other + numbers(305, range(5, 31, 5))]))
    assert page.header == "5 10 15 20 25 30"
    assert "x28x and the court" in text
    assert "z28z and the court" in text


def test_a_ruled_sheet_and_the_short_page_after_it(set_pdf) -> None:
    caption = [(90, 80 + 24 * at, text) for at, text in enumerate(["JANE ROE,", "Plaintiff,", "v.", "ACME,"])]
    first = caption + prose(90, 20, first=6, pitch=24)
    rest = [(90, 92, "Dated: May 3"), (90, 116, "By: Jane Roe")]
    pages = [[*spots, *numbers(60, range(1, 29), pitch=24)] for spots in (first, prose(90, 28, pitch=24), rest)]
    text, found = read(set_pdf(pages))
    assert [page.header[:8] for page in found] == ["1 2 3 4 "] * 3
    assert text.startswith("JANE ROE, Plaintiff, v. ACME, and the court")
    assert text.endswith("x27x Dated: May 3 By: Jane Roe")


@pytest.mark.parametrize(
    "spots",
    [
        [(90, 80 + 14 * at, f"City number x{at}x of the land") for at in range(20)],  # a list, a name a line
        [(90, 80 + 14 * at, f"of the x{at}x") for at in range(20)],
        prose(90, 20) + [(520, 80 + 14 * at, str(7 * at % 11 + 100)) for at in range(20)],  # rows of a table
        prose(90, 60, pitch=7),  # paragraphs of two lines
    ],
)
def test_numbers_of_rows_and_paragraphs_stay(set_pdf, spots: list) -> None:
    text, [page] = read(set_pdf([sorted(spots + numbers(60, range(1, 21)), key=lambda spot: spot[1])]))
    assert not page.header
    assert {str(number) for number in range(1, 21)} <= set(text.split())
