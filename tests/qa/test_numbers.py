"""Numbers are equal whatever form they are written in."""

import pytest

from qa.bearing import numbers_told
from qa.numbers import numbers_of

GAPS = ["", ",", ".", "'", "’", " ", "\u00a0", "\u202f"]
MANY = [gap.join(("1", "284", "310")) for gap in GAPS]


def equal(said: str, source: str) -> bool:
    return numbers_of(f"It had {said} in all.") <= numbers_told(f"There were {source} of them.")


@pytest.mark.parametrize("said", MANY)
@pytest.mark.parametrize("source", MANY)
def test_grouped_by_three(said: str, source: str) -> None:
    assert equal(said, source)


@pytest.mark.parametrize(
    "same",
    [
        ("3.5", "3,5", "3.50"),
        ("1284310.75", "1,284,310.75", "1.284.310,75", "1'284'310.75", "1 284 310,75"),
        ("0.284", "0,284"),
        ("12345.6", "12,345.6", "12.345,6"),
        ("7", "007", "7.0"),
    ],
)
def test_fractions(same: tuple[str, ...]) -> None:
    assert {(one, other) for one in same for other in same if not equal(one, other)} == set()


@pytest.mark.parametrize("other", ["1284", "1,284", "1.284", "1'284", "1 284", "1.284,0"])
def test_what_may_be_read_in_two_ways_equals_either(other: str) -> None:
    assert equal("1.284", other)
    assert equal(other, "1.284")


def test_a_fraction_of_three_digits_may_end_in_zeros() -> None:
    assert equal("3.500", "3.5")
    assert equal("3.5", "3.500")


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("1284310", "1.284.311"),
        ("35", "3,5"),
        ("3.5", "35"),
        ("284", "1.284.310"),
        ("284", "1'284"),
        ("1284", "1.2845"),
        ("3,000", "3"),
        ("3,500", "3.5"),
        ("120", "1.20"),
    ],
)
def test_other_numbers(said: str, source: str) -> None:
    assert not equal(said, source)


def test_digits_with_a_space_between_may_be_two_numbers() -> None:
    assert numbers_of("in 1998 410 sacks") == {"1998", "410"}
    assert numbers_of("in Q3 200 sacks") == {"3", "200"}
    assert numbers_told("page 3 120 sacks") >= {"3", "120", "3120"}
    assert numbers_told("410\u00a0520") >= {"410", "520", "410520"}


def test_dates_and_versions_stay_whole() -> None:
    assert numbers_of("on 12.03.2021, version 1.2.3") == {"12.03.2021", "1.2.3"}
