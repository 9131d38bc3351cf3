"""Headers of tables in fewer words."""

import pytest

from ingest.headers import shortened


def words(most: int):
    return lambda text: len(text.split()) <= most


SIDES = "in millions: Level 1: 2022 | 2021; Level 2 (a): 2022 | 2021; All levels: 2022 | 2021; What follows is audited:"


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (22, SIDES),
        (21, "in millions: Level 1: 2022 | 2021; Level 2; All levels; What follows is audited:"),
        (14, "in millions: Level 1: 2022 | 2021; Level 2; All levels"),
        (10, "in millions: Level 1: 2022 | 2021; Level 2; All"),
        (8, "in millions: Level: 2022 | 2021; Level; All"),
        (7, "in: Level: 2022 | 2021; Level; All"),
        (2, "in: Level: 2022 | 2021; Level; All"),
    ],
)
def test_first_marks_and_repetitions_go_then_what_follows_then_words_of_the_longest_names(
    most: int, expected: str
) -> None:
    assert shortened(SIDES, words(most)) == expected


def test_a_section_behind_the_names_goes_before_the_names_do() -> None:
    assert shortened("a b | c d | e f; Assets › Loans", words(8)) == "a b | c d | e f"


def test_the_last_column_is_no_section() -> None:
    assert shortened("x: Common stock: Shares | Cost; Total equity", words(6)).endswith("; Total")


def test_what_fits_stays_as_it_is() -> None:
    assert shortened("Cost (1) | Cost (2)", words(6)) == "Cost (1) | Cost (2)"
    assert shortened("", words(0)) == ""
