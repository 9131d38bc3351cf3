"""Numbers of an answer that no source has, and that follow from those which one has."""

import pytest

from qa.numbers import numbers_in, values_of, written_in
from qa.reckoning import reckoned, strays


def test_a_number_as_it_is_written() -> None:
    one, other, third = written_in("1,234 or 5.0, not 007")
    assert (one.form, one.readings, one.digits) == ("1234", ((1234.0, 0.5),), 4)
    assert (other.form, other.readings, other.digits) == ("5", ((5.0, 0.05),), 2)
    assert (third.form, third.readings, third.digits) == ("7", ((7.0, 0.5),), 1)


def test_digits_with_a_space_between_may_be_two_numbers() -> None:
    assert values_of("100 112") == (100112.0, 100.0, 112.0)


@pytest.mark.parametrize(
    ("answer", "told", "follows"),
    [
        ("90.0 is 16.7 points more than 73.3", "90 73.3", {"16.7"}),
        ("90.0 is 16.8 points more than 73.3", "90 73.3", set()),
        ("Debt is 6,692 and earnings 1,750, so the ratio is 3.824", "6692 1750", {"3.824?"}),
        ("Debt is 6,692 and earnings 1,750, so the ratio is 3.946", "6692 1750", set()),
        ("Sales rose from 250 to 281, by 12.4 %", "250 281", {"12.4"}),
        ("Sales rose from 250 to 281, by 12.5 %", "250 281", set()),
        ("With 120, 130 and 170 the average is 140", "120 130 170", {"140"}),
        ("A profit of 1,200 and costs of 300 on 5,000: a margin of 30.0 %", "1200 300 5000", {"30"}),
        ("It cost 2,500,000 and 1,250,000, 3.75 million together", "2500000 1250000", {"3.75"}),
        ("With 40 and 30 it is 70; of 280 it is 25.0 %", "40 30 280", {"70", "25"}),
        ("It is 3 more than 12", "12 15 7 9", set()),
        ("With 20, 20, 20 and 40 the average is 25", "20 40", {"25"}),
        ("Of 1,284,000 or about 1.28 million", "1284000", {"1.28"}),
        ("The 5,000 of 2 and 3, and the 20th", "2 3", set()),
    ],
)
def test_what_follows_from_what_the_answer_tells(answer: str, told: str, follows: set[str]) -> None:
    assert reckoned(answer, "", numbers_in("\n".join(told.split())), ()) == follows


def test_a_quote_and_the_question_may_have_the_numbers() -> None:
    assert reckoned("It rose by 12 %", "", (), ["Revenue: 112 (before: 100)"]) == {"12"}
    assert reckoned("It is 31 years old", "How old was it in 2021?", (), ["Built in 1990"]) == {"31"}


@pytest.mark.parametrize(
    ("answer", "stray"),
    [("It is 70", False), ("It is 700", True), ("It is 100, not 70", False), ("The 20th of 700 is 35", True)],
)
def test_only_a_long_number_is_said_to_follow_from_nothing(answer: str, stray: bool) -> None:
    assert strays(answer, {"35", "20"}, {"100"}) is stray


def test_of_many_numbers_nothing_follows_by_chance() -> None:
    row = " | ".join(str(10 + 7 * at) for at in range(30))
    assert reckoned("It is 47 more", "", (), [row]) == set()
    assert reckoned("It is 47,111 more", "", (), [" | ".join(str(at) for at in range(1000, 1050))]) == set()
