"""Words of the sources that are like those of a question."""

import numpy as np
import pytest

from qa.likeness import forms, likeness
from qa.words import stem

VECTORS = {
    "cost": (1.0, 0.0),
    "price": (0.8, 0.6),
    "hospital": (0.0, 1.0),
    "anchor": (0.28, -0.96),
    "apply": (1.0, 0.0),
    "application": (0.6, 0.8),
    "applause": (0.6, -0.8),
}


def embed(texts):
    return np.asarray([VECTORS[text] for text in texts], dtype=np.float32)


def test_the_words_of_a_text_by_stem() -> None:
    assert forms("The two boats cost 1,150 pounds") == {
        "2": "2", "two": "two", "boat": "boats", "cost": "cost", "1150": "1150", "pound": "pounds",
    }  # fmt: skip


def test_forms_that_no_suffix_tells_are_one_word() -> None:
    assert forms("employ employs employed employees").keys() == {"emplo"}
    assert forms("sell sells sold sale sales sellers").keys() == {"sell"}
    assert forms("born, birth; die, died, deaths, dead; payments, paid").keys() == {"born", "die", "pay"}


def test_a_date_names_its_month_and_day() -> None:
    assert forms("date: 2024-12-02").keys() >= {"2024", "decemb", "2"}
    assert forms("month: 2024-12").keys() >= {"2024", "decemb"}
    assert "decemb" not in forms("2024-12-02-1 or 12024-12 or the season 2011-12")
    assert forms("date: 2024/12/02").keys() >= {"2024", "decemb", "2"}
    assert forms("2.12.2024").keys() >= {"2024", "decemb", "2"}
    assert forms("pump 2024-13-02").keys() == {"pump", "2024", "13", "02"}


@pytest.mark.parametrize("text", ["born in May?", "May:Emerald", "since May 2020", "May", "on 3 May"])
def test_may_is_a_month_where_it_is_written_as_one(text: str) -> None:
    assert "may" in forms(text)


@pytest.mark.parametrize("text", ["May I smoke here?", "It may rain.", "May contain nuts"])
def test_may_is_no_month_where_it_allows(text: str) -> None:
    assert "may" not in forms(text)


def test_words_that_mean_the_same_are_alike_and_others_are_not() -> None:
    found = likeness({"cost": "cost"}, {"pric": "price", "hospit": "hospital", "anch": "anchor"}, embed)
    assert found.best("cost", ["pric"]) == pytest.approx(0.9)  # a cosine of 0.8: as alike as words get
    assert found.best("cost", ["hospit", "anch"]) == 0.0
    assert found.best("cost", ["anch", "cost"]) == 1.0
    assert found.best("cost", []) == 0.0


def test_words_that_begin_alike_are_nearer() -> None:
    found = likeness({"appl": "apply"}, {"applicat": "application"}, embed)
    assert found.best("appl", ["applicat"]) == pytest.approx(0.9)  # 0.6 and 0.2 more


def test_a_number_is_like_itself_alone() -> None:
    found = likeness({"2019": "2019", "cost": "cost"}, {"2020": "2020", "2019": "2019"}, embed)
    assert found.best("2019", ["2020"]) == 0.0
    assert found.best("2019", ["2019"]) == 1.0


def test_a_month_is_like_itself_alone() -> None:
    told = forms("It rained in March and on 2024-06-02.")
    asked = forms("How much rain came in April, how much in June?")
    found = likeness(asked, told, lambda texts: np.ones((len(texts), 1), dtype=np.float32))
    assert found.best(stem("april"), told) == 0.0
    assert found.best(stem("june"), told) == 1.0
    assert found.best(stem("came"), told) > 0.5  # all else is alike here


@pytest.mark.parametrize(
    ("said", "meant", "slip"),
    [
        ("neflix", "netflix", True),
        ("netfilx", "netflix", True),
        ("geegen", "gegeen", True),
        ("sanderl", "sanderson", False),
        ("pier", "pies", False),  # too short to tell
        ("boat", "goat", False),
    ],
)
def test_a_word_that_is_nowhere_may_be_another_misspelt(said: str, meant: str, slip: bool) -> None:
    found = likeness({said: said}, {meant: meant}, lambda texts: np.eye(len(texts), dtype=np.float32))
    assert (meant in found.slips[said]) is slip
    assert (found.best(said, [meant]) > 0.5) is slip


def test_a_word_that_is_there_is_no_slip() -> None:
    known = {"contact": "contact", "contract": "contract"}
    found = likeness({"contact": "contact"}, known, lambda texts: np.eye(len(texts), dtype=np.float32))
    assert "contact" not in found.slips
    assert found.best("contact", ["contract"]) < 0.5


def test_decades_and_initials() -> None:
    assert "70" in forms("in the early 1970s")
    assert "un" in forms("U.N. Secretary General")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mayor", "May"),
        ("police", "policy"),
        ("party", "part"),
        ("corner", "corn"),
        ("wine", "win"),
        ("signal", "sign"),
    ],
)
def test_other_words_are_other_words(one: str, other: str) -> None:
    assert forms(one).keys().isdisjoint(forms(other).keys())


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("CPU", "CPUs"),
        ("API", "APIs"),
        ("menu", "menus"),
        ("taxi", "taxis"),
        ("diagnosis", "diagnoses"),
        ("virus", "virus"),
    ],
)
def test_endings_that_words_have_in_the_singular_as_well(one: str, several: str) -> None:
    assert forms(one).keys() == forms(several).keys()


@pytest.mark.parametrize("word", ["metal", "request", "mayor", "animal", "company", "process"])
def test_one_and_several_are_one_word(word: str) -> None:
    several = f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith("s") else f"{word}s"
    assert forms(word).keys() == forms(several).keys()


@pytest.mark.parametrize(
    ("text", "number"), [("Henry VIII married", "8"), ("Diablo® III is out", "3"), ("World War II", "2")]
)
def test_roman_numbers_behind_names_are_numbers(text: str, number: str) -> None:
    assert number in forms(text)


@pytest.mark.parametrize(
    "text", ["III. Of the fees", "the IV line", "The IV line", "A VIP mask", "the V shape", "a series of IVs"]
)
def test_other_capitals_are_none(text: str) -> None:
    assert not any(one.isdigit() for one in forms(text))


def test_a_weekday_is_like_no_other(embed) -> None:
    known = forms("Closed on Tuesdays and at weekends; Sat until noon.")
    found = likeness(forms("Is it open on a Saturday?"), known, embed)
    saturday = stem("saturday")
    assert found.best(saturday, [saturday]) == 1
    assert found.best(saturday, [stem("tuesday")]) == 0


def test_zeros_at_the_end_of_a_decimal_number_tell_nothing() -> None:
    assert "121.1" in forms("121.10 | +0.19")
    assert "2.1" not in forms("Section 2.10 is of liability.")
