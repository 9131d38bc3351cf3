"""Symbols and single letters of a question, and where they stand by themselves."""

import pytest

from qa.packing import pack
from qa.scoring import scored
from qa.signs import has_sign, signs


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("what does the @ symbol mean on the scan", ("@",)),
        ("What does ^C do?", ("^C",)),
        ("What does the flag T of a commodity mean?", ("T",)),
        ("How much sodium is in Special K?", ("K",)),
        ("What does `x' swap?", ("x",)),
        ("What happens with the a command?", ("a",)),
        ("Which option z is there?", ("z",)),
        ("Flower for people born in May?", ()),  # a word, for which see `likeness`
        ("May I leave early?", ()),
        ("Is there a command that ends it?", ()),
        ("Did J. R. Stone and I meet at 5 % interest?", ()),
        ("Who runs Hollin & Rask?", ()),
        ("What is the R-value?", ()),
    ],
)
def test_the_signs_of_a_question(question: str, found: tuple[str, ...]) -> None:
    assert tuple(signs(question)) == found


def test_what_a_question_is_about_counts_more_than_of_what_it_speaks() -> None:
    assert signs("In C, what does the flag T mean?") == {"C": 1.0, "T": 2.0}


@pytest.mark.parametrize(
    ("sign", "text", "has"),
    [
        ("@", "E the hero # the starbase @ inhabited", True),
        ("@", "Write to piers@example.org.", False),
        ("T", "T\tThousands markers", True),
        ("T", 'flags="TE"', False),
        ("t", "They don't know.", False),
        ("x", "Use `x' to swap.", True),
        ("a", "Use the `a' command.", True),
        ("a", "a: apply a wand", True),
        ("a", "This is a command.", False),
    ],
)
def test_where_a_sign_stands(sign: str, text: str, *, has: bool) -> None:
    assert has_sign(sign, text) is has


@pytest.mark.parametrize(
    ("text", "question", "best"),
    [
        ("P: it is prefixed.\nT: thousands are marked.\n", "What does the flag T mean?", "T: thousands are marked."),
        ("April:Diamond\nMay:Emerald\nJune:Pearl\n", "Which stone is that of May?", "May:Emerald"),
    ],
)
def test_the_unit_that_has_the_sign_itself_answers(hit, embed, text: str, question: str, best: str) -> None:
    found = scored(question, pack([hit(text)], budget=2000, count=len), embed)
    assert found.candidates[0].text == best


def test_a_letter_behind_a_mark_is_no_code() -> None:
    assert not has_sign("^1", "There is 1 apple")
    assert has_sign("B5", "flat: B5; rooms: 2")
    assert not has_sign("B5", "flat: AB5; rooms: 2")
