"""Of what was found, the passages that speak for an answer."""

import pytest

from ingest.types import Box, Place, Span
from qa.focus import focus

ANSWER = "The new bridge in Moss was opened in 2003 by Anna Lind."
FILLER = [f"Sheep number {at} stood on a hill and looked at the sea all day long." for at in range(60)]
LONG = " ".join([*FILLER[:30], ANSWER, *FILLER[30:]])
OTHER = "The new bridge in Moss is red."
SURE = {"share": 0.9, "count": lambda text: len(text.split())}


def words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def hits(hit):
    return [hit(OTHER, path="red.txt"), hit(LONG, path="moss.txt", start=100, rank=2)]


def test_a_passage_around_the_best_unit_is_what_is_left(hits, embed) -> None:
    found = focus("Who opened the new bridge in Moss?", hits, share=0.9, count=words, embed=embed)
    (one,) = found.hits
    assert one.path == "moss.txt"
    assert ANSWER in one.text
    assert words(one.text) <= 150
    assert LONG[one.span.start - 100 : one.span.end - 100] == one.text
    assert not found.hopeless
    assert found.scored.candidates[0].text == ANSWER


def test_a_smaller_share_leaves_more(hits, embed) -> None:
    found = focus("Who opened the new bridge in Moss?", hits, share=0.3, count=words, embed=embed)
    assert [one.path for one in found.hits] == ["moss.txt", "red.txt"]


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Who opened the new bridge in Moss?", 0.0),
        ("Summarize what is said of the new bridge in Moss.", 0.9),
        ("Which differences are there between the bridge in Moss and sheep?", 0.9),
        ("Hvem åpnet den nye broen i Moss?", 0.9),
        ("What is it?", 0.9),
    ],
)
def test_the_hits_stay_as_they_are(hits, embed, question: str, share: float) -> None:
    found = focus(question, hits, share=share, count=words, embed=embed)
    assert found.hits == tuple(hits)
    assert not found.hopeless


def test_what_nearly_meets_is_one_passage_and_what_does_not_is_two(hit, embed) -> None:
    near = " ".join([ANSWER, *FILLER[:2], "Anna Lind opened the new bridge in Moss."])
    far = " ".join([ANSWER, *FILLER, "Anna Lind opened the new bridge in Moss."])
    question = "Who opened the new bridge in Moss?"
    assert len(focus(question, [hit(near)], share=0.7, count=words, embed=embed).hits) == 1
    first, second = focus(question, [hit(far)], share=0.7, count=words, embed=embed).hits
    assert not first.span.overlaps(second.span)


def test_where_pictures_are_described_the_hits_stay_as_they_are(hit, embed) -> None:
    pictured = (hit(LONG, generated=[Span(0, len(FILLER[0]))]),)
    assert focus("Who opened the new bridge in Moss?", pictured, share=0.9, count=words, embed=embed).hits == pictured


def test_where_nothing_speaks_for_a_thing_asked_for_there_is_no_hope(hits, embed) -> None:
    found = focus("Who invented the telephone exchange of Zanzibar?", hits, share=0.9, count=words, embed=embed)
    assert found.hopeless
    assert not focus("Is there a telephone exchange?", hits, share=0.9, count=words, embed=embed).hopeless


def test_nothing_found_is_nothing(embed) -> None:
    assert focus("Who?", [], share=0.9, count=words, embed=embed).hits == ()


def test_of_pages_more_is_left_and_of_scanned_pages_as_much(hit, embed) -> None:
    page, scan = Place(pages=(1,)), Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)
    text = " ".join([ANSWER, *FILLER, "A new bridge in Lund was closed."])
    left = [
        len(focus("Who opened the new bridge in Moss?", [hit(text, place=place)], **SURE, embed=embed).hits)
        for place in (Place(), page, scan)
    ]
    assert left == [1, 2, 2]


def test_of_a_measure_that_documents_need_not_name_there_is_hope(hits, embed) -> None:
    asked = ("How high is the tax of Zanzibar?", "How high is the EBITDA of Zanzibar?")
    found = [focus(one, hits, share=0.9, count=words, embed=embed).hopeless for one in asked]
    assert found == [True, False]


def test_the_lines_that_a_measure_is_worked_out_from_are_sent(hit, embed) -> None:
    told = "The working capital of Acme in 2023 is what we at Acme watch, and working capital was good."
    balance = "Total current assets\t5,210\t4,870\nGoodwill\t20\t30\nCurrent liabilities\t3,110\t2,940"
    hits = [hit(told), hit(balance, path="b.txt", rank=2)]
    found = focus("What is the working capital of Acme in 2023?", hits, share=0.95, embed=embed, count=len)
    assert {one.path for one in found.hits} == {"a.txt", "b.txt"}
    other = focus("What is the good capital of Acme in 2023?", hits, share=0.95, embed=embed, count=len)
    assert {one.path for one in other.hits} == {"a.txt"}
