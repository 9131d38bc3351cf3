"""Questions that a document asks itself, and lines of contents."""

import pytest

from ingest.types import Place
from qa.candidates import candidates
from qa.packing import pack
from qa.posed import posed
from qa.units import units

FAQ = (
    "1.9 How do I trade money?\n"
    "1.10 My grass grows only 2 food. Is this a bug?\n"
    "1.11 How do I win?\n\n"
    "1.10 My grass grows only 2 food. Is this a bug?\n\n"
    "No, it is not. Despotism takes one.\n\n"
    "Other governments take none.\n\n"
    "1.11 How do I win?\n\n"
    "Take all cities.\n"
)
BUG = "1.10 My grass grows only 2 food. Is this a bug?"


def read(text: str) -> list[tuple[str, bool, str, bool]]:
    """Each unit: its text, whether it is idle, the question that it stands under, whether at once."""
    spans = units(text, Place())
    found = posed(text, spans)
    return [
        (text[span.start : span.end], one.idle, one.question, one.at_once)
        for span, one in zip(spans, found, strict=True)
    ]


def test_what_stands_below_a_question_is_under_it() -> None:
    assert read(FAQ) == [
        ("1.9 How do I trade money?", True, "", False),
        ("1.10 My grass grows only 2 food.", True, "", False),
        ("Is this a bug?", True, "", False),
        ("1.11 How do I win?", True, "", False),
        ("1.10 My grass grows only 2 food.", True, "", False),
        ("Is this a bug?", True, "", False),
        ("No, it is not.", False, BUG, True),
        ("Despotism takes one.", False, BUG, True),
        ("Other governments take none.", False, BUG, False),
        ("1.11 How do I win?", True, "", False),
        ("Take all cities.", False, "1.11 How do I win?", True),
    ]


def test_the_next_heading_ends_what_is_under_a_question() -> None:
    assert read("## Is it red?\n\nIt is.\n\n## Prices\n\nFour euros.") == [
        ("## Is it red?", True, "", False),
        ("It is.", False, "## Is it red?", True),
        ("## Prices", False, "", False),
        ("Four euros.", False, "", False),
    ]


def test_the_sentence_before_a_question_in_running_text_is_no_part_of_it() -> None:
    assert read("The hall was cold. Who had opened the door? Nobody knew.\n\nIt snowed.") == [
        ("The hall was cold.", False, "", False),
        ("Who had opened the door?", True, "", False),
        ("Nobody knew.", False, "Who had opened the door?", True),
        ("It snowed.", False, "", False),
    ]


def test_a_reference_that_is_missing_asks_nothing() -> None:
    assert read("It is in Table ??\n\nIt is red.") == [
        ("It is in Table ??", False, "", False),
        ("It is red.", False, "", False),
    ]


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("1.1 Boats\n1.2 Fares\n1.3 Refunds\n\nBoats sail daily.", 3),
        ("- [Boats](#boats)\n- [Fares](#fares)\n- [Refunds](#refunds)\n\nBoats sail daily.", 3),
        ("1.1 Boats\n\nBoats sail daily.\n\n1.2 Fares\n\nFares are paid on board.", 0),
        ("1.1 The guest pays.\n1.2 The guest leaves by ten.\n1.3 The key is left.", 0),  # clauses
    ],
)
def test_lines_of_contents(text: str, idle: int) -> None:
    assert sum(unit[1] for unit in read(text)) == idle


def test_an_answer_has_the_words_of_its_question(hit) -> None:
    found = candidates(pack([hit(FAQ)], budget=2000, count=len))
    taken = next(one for one in found if one.text == "Despotism takes one.")
    later = next(one for one in found if one.text == "Other governments take none.")
    assert taken.posed.question == BUG
    assert {"grass", "food", "bug"} <= taken.heard.own
    assert {"grass", "food", "bug"} <= later.heard.near
    assert "grass" not in later.heard.own


def test_a_turn_that_says_something_asks_nothing_and_a_label_is_no_part_of_what_is_asked(hit) -> None:
    text = "MR FOSSE: I saw it. Is it red?\nCHAIR: Is it blue?\nMR LIND: It is."
    assert read(text) == [
        ("MR FOSSE: I saw it. Is it red?", False, "", False),
        ("CHAIR: Is it blue?", True, "", False),
        ("MR LIND: It is.", False, "Is it blue?", True),
    ]


@pytest.mark.parametrize(("path", "told"), [("a.txt", True), ("a.eml", False)])
def test_what_follows_a_question_in_a_mail_does_not_answer_it(hit, path: str, told: bool) -> None:
    (source,) = pack([hit("Where are the bags to go? There are mice.", path=path)], budget=99, count=len)
    assert ("bag" in candidates([source])[1].heard.own) is told
