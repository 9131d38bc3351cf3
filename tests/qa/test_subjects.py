"""Subjects: what a document's own name, in a question, tells of where in it the answer is."""

from qa.cues import asked
from qa.packing import pack
from qa.scoring import scored
from qa.subjects import subject, tellers, without

REPORT = (
    "Nike stores for employees of Nike: 57. Nike lets employees of Nike buy shares. "
    "In May we had 76,700 employees in all. The shoes are sold everywhere."
)


def sources(*hits):
    return pack(hits, budget=2000, count=len)


def test_a_name_of_the_question_is_the_subject_of_a_document_that_is_named_so(hit) -> None:
    named = asked("What does Nike pay in Oslo?")
    by_path, by_title, other = sources(
        hit("a", path="reports/NIKE_2019_10K.pdf"),
        hit("b", path="b.pdf", context="Nike annual report — PART I > Oslo office"),
        hit("c", path="c.pdf", context="Letters — Nike"),
    )
    assert subject(by_path, named) == {"nik"}
    assert subject(by_title, named) == {"nik"}
    assert subject(other, named) == frozenset()  # a heading is not the document's name


def test_a_question_without_names() -> None:
    assert without("How many employees does Nike’s office have?", {"nik"}) == "How many employees does office have?"
    assert without("Who is Nike?", {"nik"}) == "Who is Nike?"  # nothing else would be asked


def test_in_a_document_of_that_name_it_tells_nothing_apart(hit, embed) -> None:
    question = "How many employees does Nike have in all?"
    named = scored(question, sources(hit(REPORT, path="Nike_2019.txt")), embed)
    other = scored(question, sources(hit(REPORT, path="report.txt")), embed)
    assert named.candidates[0].text == "In May we had 76,700 employees in all."
    assert other.candidates[0].text.startswith("Nike")


def test_what_is_beyond_all_of_a_document_makes_its_answer_no_surer(hit, embed) -> None:
    question = "How many employees does Nike have in all?"
    one = scored(question, sources(hit("Nike had 76,700 employees.", path="Nike.txt")), embed).candidates[0]
    told = scored(question, sources(hit("We had 76,700 employees.", path="Nike.txt")), embed).candidates[0]
    assert told.support < one.support
    assert told.score > told.support


SPEECH = "My fellow islanders, we will dredge the harbour of Wick for 3 million pounds before the winter."


def test_who_tells_what_a_named_document_tells_need_not_be_named_there(hit) -> None:
    speech = sources(hit(SPEECH, path="speeches/address_to_the_island.txt"))
    question = "What did Governor Tanaka promise in her Address to the Island?"
    assert tellers(question, speech, ["tanaka"]) == {"tanaka"}
    assert tellers("According to Governor Tanaka's Address to the Island, what is dredged?", speech, ["tanaka"])
    assert tellers("What is promised by Governor Tanaka in the Address to the Island?", speech, ["tanaka"])
    for other in ("How much was Tanaka paid by the Address to the Island?", "Is Tanaka in the Address to the Island?"):
        assert tellers(other, speech, ["tanaka"]) == frozenset()
    assert tellers(question, speech, []) == frozenset()  # the name stands in a document
    assert tellers("What did Governor Tanaka promise in her speech?", speech, ["tanaka"]) == frozenset()
    assert tellers("In the Address to the Island, what is promised to Tanaka?", speech, ["tanaka"]) == frozenset()
    assert tellers(question, sources(hit(SPEECH, path="speech.txt")), ["tanaka"]) == frozenset()


def test_a_title_names_a_document_as_its_file_does(hit) -> None:
    speech = sources(hit(SPEECH, path="a.txt", context="Address to the Island — Harbours"))
    assert tellers("What did Tanaka promise in the Address to the Island?", speech, ["tanaka"]) == {"tanaka"}


def test_such_a_name_costs_nothing(hit, embed) -> None:
    question = "What did Governor Tanaka say of the harbour of Wick in her Address to the Island?"
    named = scored(question, sources(hit(SPEECH, path="address_to_the_island.txt")), embed, unheard=["tanaka"])
    other = scored(question, sources(hit(SPEECH, path="speech.txt")), embed, unheard=["tanaka"])
    assert named.support > other.support + 0.4


def test_a_code_in_a_file_s_name_is_its_subject(hit) -> None:
    (lessons,) = sources(hit("a", path="timetable_9C.csv"))
    assert subject(lessons, asked("Where is 9C's chemistry lesson?")) == {"9C"}
