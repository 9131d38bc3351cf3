"""Answer metrics: literals that a reader can check."""

from dataclasses import replace

import pytest

from ibid.evaluation.answers import contains, exact_match, holds, number_match, token_f1
from ibid.evaluation.cases import Case
from ibid.evaluation.scores import answer_scores, said
from ingest.types import Place, Span
from qa.types import Answer, Citation, Usage
from retrieval.metrics import Evidence


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


TEXT = "The mast is 20 m high. It was built in Oslo."


def cited(marker: int, start: int, end: int, path: str = "a.txt") -> Citation:
    return Citation(marker, f"{path}#char={start},{end}", path, Span(start, end), TEXT[start:end], Place())


def answer(text: str, *citations: Citation, unresolved: tuple[int, ...] = (), abstained: bool = False) -> Answer:
    return Answer("q", text, abstained, citations, unresolved, (), "c", "p", "m", Usage())


def scores(answers, given: Answer, evidence=()) -> dict[str, float]:
    case = Case("a", "q", "t", answers, answers_all=False, evidence=tuple(evidence))
    return answer_scores(case, evidence, given, lambda path, span: TEXT[span.start : span.end])


def test_markers_are_no_part_of_what_is_said() -> None:
    given = answer("It is 20 m [1]. [2, 3] See [9].", cited(1, 0, 22), cited(2, 23, 44), cited(3, 0, 22))
    assert said(given) == "It is 20 m. See [9]."
    assert said(answer("So [7], and [8].", unresolved=(7, 8))) == "So, and."
    assert scores((("1",),), given)["answer_contains"] == 0
    assert scores((("9",),), given)["answer_contains"] == 1
    assert scores((("1",),), given)["number_match"] == 0
    assert scores((("20 m",),), answer("20 m [1]", cited(1, 0, 22)))["exact_match"] == 1


def test_citations_against_the_evidence() -> None:
    evidence = [Evidence("a.txt", span=Span(0, 22)), Evidence("b.txt")]
    both = scores((("20 m",),), answer("20 m [1] [2]", cited(1, 4, 8), cited(2, 30, 40)), evidence)
    assert (both["citation_precision"], both["citation_recall"], both["quote_verbatim"]) == (0.5, 0.5, 1)
    none = scores((("20 m",),), answer("20 m"), evidence)
    assert none["citation_recall"] == 0
    assert "citation_precision" not in none
    assert "quote_verbatim" not in none


def test_a_quote_that_is_not_in_its_document() -> None:
    wrong = Citation(1, "a.txt", "a.txt", Span(0, 8), "the mast", Place())
    assert scores(None, answer("x", wrong, cited(2, 0, 8))) == {"quote_verbatim": 0.5}


def test_abstaining() -> None:
    refused = answer("The documents do not say.", abstained=True)
    assert scores((), refused) == {"abstention_precision": 1, "abstention_recall": 1}
    assert scores((), answer("20 m")) == {"abstention_recall": 0, "unsure": 0}
    assert scores((), replace(answer("20 m"), unsure=True)) == {"abstention_recall": 0, "unsure": 1}
    found = scores((("The documents",), ("5",)), refused, [Evidence("a.txt")])
    assert found == {
        "abstention_precision": 0,
        "false_refusals": 1,
        "answer_contains": 0,
        "exact_match": 0,
        "token_f1": 0,
        "number_match": 0,
        "citation_recall": 0,
    }
    assert scores((("20",),), answer("20"))["false_refusals"] == 0


@pytest.mark.parametrize(
    ("said", "wanted", "held"),
    [
        ("The tax is 12.5%.", "12", False),
        ("The tax is 12.5%.", "5%", False),
        ("It is 1.5 m", "5 m", False),
        ("It is 1.5 m", "1.5 m", True),
        ("On 12.05.2024.", "2024", True),
        ("It costs 12.", "12", True),
        ("首都は東京です", "東京", True),
        ("人口は100人です", "100人", True),
        ("在2024年成立", "2024", True),
        ("在2024年成立", "24", False),
    ],
)
def test_a_part_of_a_number_is_not_held(said: str, wanted: str, held: bool) -> None:
    assert holds(said, wanted) is held


@pytest.mark.parametrize(
    ("said", "right", "same"), [("It weighs 3.5kg.", "3.5", True), ("It weighs 3.5kg.", "3", False)]
)
def test_a_unit_may_follow_a_number_at_once(said: str, right: str, same: bool) -> None:
    assert number_match(said, ((right,),)) is same
