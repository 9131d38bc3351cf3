"""Sentences of an answer are cited where the sources bear them."""

import pytest

from qa.grounding import grounded
from qa.packing import pack
from qa.scoring import scored

BRIDGE = "The old bridge in Moss was closed in 1998. The new bridge in Moss was opened in 2003 by Anna Lind."
LIND = "Anna Lind was mayor in 2003. She likes sheep."
FERRY = "The ferry ran twice a day. It carried 40 cars. It sank in 2011."
QUESTION = "Who opened the new bridge in Moss?"


@pytest.fixture
def sources(hit):
    hits = [hit(one, path=f"{at}.txt", start=50, rank=at) for at, one in enumerate((FERRY, LIND, BRIDGE), 1)]
    return pack(hits, budget=999, count=len)


def cited(text, sources, embed, quoted=(), question=QUESTION) -> tuple[str, list[str]]:
    told, found = grounded(text, sources, scored(question, sources, embed), quoted=quoted, question=question)
    by_number = {source.number: source for source in sources}
    return told, [by_number[one.marker].text[one.span.start - 50 : one.span.end - 50] for one in found.quotes]


@pytest.mark.parametrize("marker", [1, 2, 3, 9])
def test_the_unit_that_bears_a_sentence_and_answers_is_its_citation(sources, embed, marker: int) -> None:
    told, quotes = cited(f"Anna Lind opened it in 2003 [{marker}].", sources, embed, quoted=((marker, "COPIED"),))
    assert told == "Anna Lind opened it in 2003 [3]."
    assert quotes == ["The new bridge in Moss was opened in 2003 by Anna Lind."]


def test_a_bare_name_is_cited_where_it_answers(sources, embed) -> None:
    assert cited("Anna Lind [2]", sources, embed)[0] == "Anna Lind [3]"


def test_each_sentence_has_its_own(sources, embed) -> None:
    told, quotes = cited("Anna Lind opened it [1][2]. The ferry sank in 2011 [3].", sources, embed)
    assert told == "Anna Lind opened it [3]. The ferry sank in 2011 [1]."
    assert quotes == ["The new bridge in Moss was opened in 2003 by Anna Lind.", "It sank in 2011."]


def test_two_neighbours_are_quoted_where_only_both_hold_the_numbers(sources, embed) -> None:
    _, quotes = cited("It carried 40 cars and sank in 2011 [1].", sources, embed, question="What of the ferry?")
    assert quotes == ["It carried 40 cars. It sank in 2011."]


@pytest.mark.parametrize("markers", ["[1][3]", "[3][1]", "[1][2][3]"])
def test_a_sentence_that_two_sources_bear_together_has_both(sources, embed, markers: str) -> None:
    said = "The ferry sank in 2011, and the new bridge was opened in 2003"
    told, quotes = cited(f"{said} {markers}.", sources, embed, question="What of the ferry and the new bridge?")
    assert told.startswith(f"{said} [")
    assert set(told.removeprefix(said)) == set(" [1][3].")
    assert set(quotes) == {"It sank in 2011.", "The new bridge in Moss was opened in 2003 by Anna Lind."}


def test_a_sentence_of_one_source_is_cited_wherever_its_numbers_stand(sources, embed) -> None:
    said = "It ran twice a day, carried 40 cars and sank in 2011 [1]."
    told, quotes = cited(said, sources, embed, question="What of the ferry?")
    assert told == said
    assert "It carried 40 cars." in " ".join(quotes)
    assert "It sank in 2011." in " ".join(quotes)


def test_a_sentence_that_stands_in_a_source_is_cited_there(sources, embed) -> None:
    """However much better another answers the question."""
    told, quotes = cited("The ferry ran twice a day [3].", sources, embed, quoted=((3, "the new bridge"),))
    assert told == "The ferry ran twice a day [1]."
    assert quotes == ["The ferry ran twice a day."]


def test_letters_are_words_of_an_answer(hit, embed) -> None:
    """`A`, `B` and `D` are all that is new, and it is the answer."""
    text = "Release of the ferry Dunlin. Conditions A, B and D are met. The ferry Dunlin is released."
    sources = pack([hit(text, start=50)], budget=999, count=len)
    said = "Conditions A, B and D are met [1]."
    assert cited(said, sources, embed, question="Which conditions are met by Dunlin?")[0] == said


def test_numbers_in_words_are_numbers(hit, embed) -> None:
    sources = pack([hit("The landing was closed for nineteen days.", start=50)], budget=999, count=len)
    said = "It was closed for 19 days [1]."
    assert cited(said, sources, embed, question="How long was the landing closed?")[0] == said


@pytest.mark.parametrize("said", ["1.284.310", "1'284'310", "1 284 310", "1284310"])
def test_numbers_are_the_same_in_any_form(hit, embed, said: str) -> None:
    texts = ["Moss had 98,000 inhabitants in 1950.", "Moss has 1,284,310 inhabitants and 3.5 km of shore."]
    hits = [hit(one, path=f"{at}.txt", start=50, rank=at) for at, one in enumerate(texts, 1)]
    sources = pack(hits, budget=999, count=len)
    text = f"Es sind {said} Leute und 3,5 km Ufer [1]."
    told, quotes = cited(text, sources, embed, question="Wie gross ist Moss?")
    assert told == text.replace("[1]", "[2]")
    assert quotes == [texts[1]]


def test_what_the_model_copied_bears_what_it_says_in_other_words(hit, embed) -> None:
    sources = pack([hit("The landing was closed for nineteen days.", start=50)], budget=999, count=len)
    said = "Die Anlegestelle war fast drei Wochen geschlossen [1]."
    quoted = ((1, "The landing was closed for nineteen days."),)
    told, quotes = cited(said, sources, embed, quoted=quoted, question="Wie lange war die Anlegestelle geschlossen?")
    assert told == said
    assert quotes == ["The landing was closed for nineteen days."]


def test_three_sources_of_a_sentence_are_cited_each(hit, embed) -> None:
    texts = [f"In {year} the mill sold {sacks} sacks." for year, sacks in ((2001, 410), (2002, 520), (2003, 630))]
    hits = [hit(one, path=f"{at}.txt", start=50, rank=at) for at, one in enumerate(texts, 1)]
    sources = pack(hits, budget=999, count=len)
    told, quotes = cited(
        "It sold 410, then 520, then 630 sacks [1][2][3].", sources, embed, question="How much did the mill sell?"
    )
    assert set(quotes) == set(texts)
    assert told.count("[") == 3


def test_what_no_source_bears_is_unresolved(sources, embed) -> None:
    told, quotes = cited("Karl Moe built a submarine [1]. Anna Lind opened it [1].", sources, embed)
    assert told == "Karl Moe built a submarine [1]. Anna Lind opened it [3]."
    assert quotes == ["The new bridge in Moss was opened in 2003 by Anna Lind."]


def test_the_words_that_the_model_copied_decide_between_equals(hit, embed) -> None:
    texts = ["They say: the bridge is red.", "We say: the bridge is red."]
    hits = [hit(one, path=f"{at}.txt", start=50, rank=at) for at, one in enumerate(texts, 1)]
    sources = pack(hits, budget=999, count=len)
    said = ((1, "We say: the bridge is red"),)
    assert (
        cited("It is red [1].", sources, embed, quoted=said, question="Which colour has the bridge?")[0]
        == "It is red [2]."
    )


def test_quotes_that_no_source_has_are_told(sources, embed) -> None:
    text = 'Anna Lind "opened it with a speech" [3].'
    _, found = grounded(text, sources, scored(QUESTION, sources, embed))
    assert found.invented == ("opened it with a speech",)


@pytest.mark.parametrize(
    "said",
    [
        "The new bridge in Moss [3].",
        "The new bridge in Moss was opened [3]",
        "It was Anna Lind who opened the new bridge in Moss [3].",
    ],
)
def test_a_sentence_that_lacks_what_is_asked_for_gives_way_to_its_citation(sources, embed, said: str) -> None:
    told, _ = cited(said, sources, embed, question="When was the new bridge in Moss opened?")
    assert told.rstrip(".") == "The new bridge in Moss was opened in 2003 by Anna Lind [3]"


def test_a_sentence_that_has_it_stays(sources, embed) -> None:
    said = "Yes: it was in 2003 that Anna Lind opened it [3]."
    assert cited(said, sources, embed, question="When was the new bridge in Moss opened?")[0] == said


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("The old bridge in Moss was closed in 1998 [3].", "Was the old bridge in Moss closed in 1998?"),
        ("The new bridge [3].", "Which was opened in 2003, the old bridge or the new bridge?"),
        ("A mayor who likes sheep [2].", "Who was Anna Lind?"),
    ],
)
def test_what_says_nothing_new_may_be_an_answer(sources, embed, said: str, question: str) -> None:
    assert cited(said, sources, embed, question=question)[0] == said


def test_nothing_is_cited_for_what_was_to_be_worked_out_and_is_not_told(sources, embed) -> None:
    question = "What is the average number of cars that the ferry carried?"
    assert cited("The cars that it carried on its trips [1].", sources, embed, question=question)[1] == []


def test_a_label_is_said_with_its_value(hit, embed) -> None:
    sources = pack([hit("Cup of 2010.\nNorway.\nRunner-up.\n11.\nGoals.", start=50)], budget=999, count=len)
    told, quotes = cited("Runner-up [1].", sources, embed, question="Who was the runner-up of the cup in 2010?")
    assert quotes == ["Norway.\nRunner-up."]
    assert told == "Norway; Runner-up [1]."


@pytest.mark.parametrize(
    ("said", "unsure"),
    [
        ("Anna Lind opened it in 2003 [1].", False),
        ("She likes sheep [1].", True),
        ("Anna Lind opened it in 2003 [1]. She likes sheep [1].", False),
    ],
)
def test_what_is_cited_where_less_speaks_for_it_is_unsure(sources, embed, said: str, unsure: bool) -> None:
    _, found = grounded(said, sources, scored(QUESTION, sources, embed), question=QUESTION)
    assert found.unsure is unsure


@pytest.mark.parametrize(
    ("said", "is_cited"),
    [
        ("The ferry sank in 2011 [1], 8 years after 2003 [1].", True),
        ("The ferry sank in 2011 [1], 9 years after 2003 [1].", True),  # so short a number may follow from anything
        ("The ferry sank in 2011 [1], 108 years after 2003 [1].", False),
    ],
)
def test_what_is_worked_out_must_follow(sources, embed, said: str, is_cited: bool) -> None:
    question = "How many years more did the ferry run after 2003?"
    assert bool(cited(said, sources, embed, question=question)[1]) is is_cited


def test_an_answer_without_the_number_that_is_asked_for_is_not_cited_where_less_speaks_for_it(hit, embed) -> None:
    text = "Ferries are liked by all. The ferry to Moss was full. Sheep have wool and eat grass in the hills."
    sources = pack([hit(text, start=50)], budget=999, count=len)
    question = "How many cars did the ferry to Moss carry?"
    assert cited("Sheep have wool and eat grass [1].", sources, embed, question=question)[1] == []
    assert cited("The ferry to Moss was full [1].", sources, embed, question=question)[1] == [
        "The ferry to Moss was full."
    ]
