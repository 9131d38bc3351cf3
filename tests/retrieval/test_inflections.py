"""Other forms of a question's words, which the stemmer of the index does not find."""

from collections import Counter

import pytest

from retrieval.inflections import GROUPS, PLAIN
from retrieval.words import Stems

DOCUMENTS = {
    "boats.txt": "The yard sold the schooner Annika to a museum in the autumn.",
    "yard.txt": "The yard repairs boats. Its schooner is in the museum.",
    "staff.md": "# People\n\nThere are 48 employees. The director is Ines Okafor.",
    "bridge.csv": "name,length,height\nOld Bridge,120 m,14 m\n",
}


def test_no_form_is_one_that_the_stemmer_finds_or_stands_twice() -> None:
    stems = Stems().of(form for group in GROUPS for form in group)
    assert max(Counter(stems[form] for group in GROUPS for form in group).values()) == 1


def test_plurals_have_a_plain_form_too() -> None:
    assert (PLAIN["sold"], PLAIN["sales"], PLAIN["employees"]) == ("sell", "sell", "employ")


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        (["sell", "child"], [("sold", "sale", "seller"), ("children",)]),
        (["selling"], []),
        (["employees", "bridge"], [("employ",)]),
        (["employed"], [("employee",)]),
        (["wins", "won"], [("winner",)]),
        (["schooner", "e-mail", "1912"], []),
        ([], []),
    ],
)
def test_the_others_of_a_word_are_those_that_were_not_asked_for(
    asked: list[str], others: list[tuple[str, ...]]
) -> None:
    assert Stems().others(asked) == others


@pytest.mark.parametrize(
    ("question", "path", "other"),
    [
        ("What did the yard sell?", "boats.txt", "sold"),
        ("How many people does it employ?", "staff.md", "employee"),
        ("Who directed it?", "staff.md", "director"),
        ("How long is it?", "bridge.csv", "length"),
    ],
)
def test_a_word_is_looked_up_in_its_other_forms(read, question: str, path: str, other: str) -> None:
    assert read.index.asked(question).weights[other] == 0.9
    assert read.search(question, 1, mode="lexical")[0].path == path


def test_a_form_that_stands_nowhere_is_not_looked_up(read) -> None:
    assert read.index.asked("What did they sell?").weights == {"sell": 1, "sold": 0.9}


def test_the_other_forms_of_a_word_share_what_they_count(read) -> None:
    read.write("sale.txt", "The sale of the schooner took a week.")
    read.ingest()
    assert read.index.asked("What did they sell?").weights == {"sell": 1, "sold": 0.45, "sale": 0.45}


def test_other_languages_have_other_forms(read) -> None:
    assert read.index.asked("Wen sell die yard?").weights.keys() == {"wen", "sell", "die", "yard"}
