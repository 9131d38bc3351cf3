"""Answer metrics: literals that a reader can check."""

import pytest

from ibid.evaluation.answers import contains, exact_match, number_match, token_f1


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("It cost $1,234.50 then.", "1234.5", True),
        ("It cost $1234 then.", "$1,234", True),
        ("in 2021.", "2021", True),
        ("in 20210", "2021", False),
        ("version 1.2.30", "1.2.3", False),
        ("TOTAL  26.60", "26.6", True),
        ("the\nPittsburgh   steelers won", "Pittsburgh Steelers", True),
        ("The Manningham", "Manning", False),
        ("Beyoncé’s", "beyoncé's", True),
        ("80%", "80%", True),
        ("Item 00417", "417", False),
        ("", "x", False),
    ],
)
def test_contains_at_token_boundaries(text: str, answer: str, found: bool) -> None:
    assert contains(text, ((answer,),), every=False) is found


def test_any_or_every_item_with_its_spellings() -> None:
    answers = (("six", "6"), ("red",))
    assert contains("there are 6", answers, every=False)
    assert not contains("there are 6", answers, every=True)
    assert contains("6 red ones", answers, every=True)


def test_exact_match_and_f1() -> None:
    assert exact_match("The red house.", (("red house",),), every=False)
    assert not exact_match("red houses", (("red house",),), every=False)
    assert token_f1("the big red house", (("red house",),), every=False) == pytest.approx(0.8)
    assert token_f1("nothing", (("red house",),), every=False) == 0


def test_number_match_applies_to_numbers_only() -> None:
    assert number_match("about 1,200 units", (("1200",),)) is True
    assert number_match("about 1,300 units", (("$1200",),)) is False
    assert number_match("anything", (("red",),)) is None
