"""What is asked in two words, and said in one."""

import pytest

from retrieval.phrases import said_in_a_word


@pytest.mark.parametrize(
    ("question", "phrase", "said"),
    [
        ("What must she give back to the studio?", ("give", "back"), "return"),
        ("Who gave the two keys back?", ("gave", "back"), "return"),
        ("Is it paid up front?", ("up", "front"), "advance"),
        ("Where do I hand my essay in?", ("hand", "in"), "submit"),
        ("When was the meeting called off?", ("called", "off"), "cancel"),
    ],
)
def test_a_phrase_is_known_by_its_two_words(question: str, phrase: tuple[str, str], said: str) -> None:
    assert said in said_in_a_word(question)[phrase]


@pytest.mark.parametrize(
    "question", ["Is the rent paid in instalments?", "Who gave the keys to whom when she came back?", ""]
)
def test_words_that_stand_far_apart_are_no_phrase(question: str) -> None:
    assert said_in_a_word(question) == {}


DOCUMENTS = {
    "bells.txt": "Ms Fenwick returns the key to the side door and two bells.",
    "pay.txt": "The studio shall pay Ms Fenwick 4,200 pounds. It gives her a reference.",
}


def test_a_phrase_is_looked_up_by_the_word_for_it(read) -> None:
    assert read.index.asked("What does Ms Fenwick give back?").weights["return"] == pytest.approx(0.9)
    assert read.search("What does Ms Fenwick give back?", 1, mode="lexical")[0].path == "bells.txt"


def test_words_have_the_forms_that_they_have() -> None:
    assert said_in_a_word("How do I feed the dog? Who cares?") == {("dog", "dog"): ("animal", "pet")}
    assert said_in_a_word("Who stole the bikes?") == {
        ("stole", "stole"): ("theft",),
        ("bikes", "bikes"): ("bicycle", "cycle"),
    }


def test_marks_without_words_take_no_long_time() -> None:
    assert said_in_a_word(f"up go {'-' * 100_000}") == {}  # exponential, sixty took seconds
