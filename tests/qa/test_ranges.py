"""Rows of a range, and a quantity that lies in it."""

import pytest

from qa.packing import pack
from qa.ranges import is_within, quantities, unit_words
from qa.scoring import scored

EIGHT = quantities("How much adrenaline for an 8 year old?")


def test_quantities_of_a_question() -> None:
    assert EIGHT == [(8.0, "year"), (96.0, "month")]
    assert quantities("a child aged 8") == EIGHT
    assert quantities("a parcel of 12,5 kg on floor 3") == [(12.5, "kg")]
    assert unit_words("an 8-year-old of 30 kg") == {"8", "year", "30", "kg"}


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("| Child 6 to 12 years | 0.3 ml |", True),
        ("6-12 years", True),
        ("from 6 to 12 years", True),
        ("8 years and over", True),
        ("> 5 years", True),
        ("up to 8 years", True),
        ("72 to 100 months", True),
        ("| Child under 6 years | 0.15 ml |", False),
        ("under 8 years", False),
        ("over 8 years", False),
        ("| over 12 years | 0.5 ml |", False),
        ("12-18 months", False),
        ("after 4 to 6 hours", None),
        ("3-5 mg in 12 years", None),
        ("Nothing of the kind.", None),
    ],
)
def test_whether_a_text_tells_of_its_range(text: str, within: bool | None) -> None:
    assert is_within(text, EIGHT) is within


def test_the_row_of_the_range_comes_first_and_others_are_doubted(hit, embed) -> None:
    text = "# Adrenaline\n\n| Age | Dose |\n|---|---|\n| 1 to 3 years | 0.1 ml |\n| 6 to 12 years | 0.3 ml |\n"
    sources = pack([hit(text, path="a.md")], budget=999, count=len)
    of_eight = scored("How much adrenaline for an 8 year old?", sources, embed)
    assert of_eight.candidates[0].text == "| 6 to 12 years | 0.3 ml |"
    of_five = scored("How much adrenaline for a 5 year old?", sources, embed)
    assert of_five.support < of_eight.support - 0.4


@pytest.mark.parametrize(
    ("text", "asked", "within"),
    [
        ("500 to 1,500 kg", "a parcel of 800 kg", True),
        ("up to 20,000 kg", "a load of 800 kg", True),
        ("over 1,500 kg", "a load of 800 kg", False),
        ("between -5 and 10 degrees", "at 7 degrees", True),
        ("20 to 30 degrees", "at -2 degrees", False),
    ],
)
def test_thousands_and_what_is_below_zero(text: str, asked: str, within: bool) -> None:
    assert is_within(text, quantities(asked)) is within


def test_a_row_with_another_range_beside_is_not_of_it(hit, embed) -> None:
    text = "loan: tools; repaid: within 3 to 5 days\n"
    question = "May I have tools for 14 days?"
    (one,) = scored(question, pack([hit(text)], budget=99, count=len), embed).candidates
    assert (is_within(one.text, quantities(question)), one.other_range) == (False, False)
