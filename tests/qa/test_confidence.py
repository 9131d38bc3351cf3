"""Confidence: what is allowed to a question beside how well the best unit answers it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.types import Box, Place
from qa.candidates import candidates
from qa.confidence import allowance, untold
from qa.cues import asked
from qa.packing import pack
from qa.scoring import scored
from retrieval.types import Hit

TEXT = "Route 4 carried 900 people. Route 6 was closed in May."
PAGE, ROWS = Place(pages=(3,)), Place(rows=(1, 2))
RECORD, PRINTED = Place(pointers=("/0",)), Place(pages=(1,), boxes=(Box(1, 0, 0, 9, 9),), confidence=0.9)


def allowed(hits: list[Hit], question: str = "Who was carried?", words: float = 3, said: float = 1) -> float:
    sources = pack(hits, budget=2000, count=len)
    return allowance(asked(question), words, said, candidates(sources), sources)


@pytest.fixture
def found(hit: Callable[..., Hit]) -> list[Hit]:
    """Two hits of two documents, equally good."""
    return [replace(hit(TEXT, path=f"{name}.txt"), score=0.5, scores={"dense": 0.4}) for name in "ab"]


def placed(hits: list[Hit], place: Place) -> list[Hit]:
    return [replace(one, place=place) for one in hits]


def test_each_word_of_a_question_allows_something_up_to_a_limit(found: list[Hit]) -> None:
    assert allowed(found, words=4) == pytest.approx(allowed(found, words=3) + 0.015)
    assert allowed(found, words=14) == allowed(found, words=30)


def test_the_more_of_a_questions_words_are_said_the_surer(found: list[Hit]) -> None:
    assert allowed(found, said=0.5) == pytest.approx(allowed(found, said=0) + 0.2)


def test_what_must_be_worked_out_is_allowed_more(found: list[Hit]) -> None:
    assert allowed(found, "What share, in percent, was carried?") == pytest.approx(allowed(found) + 0.25)


@pytest.mark.parametrize(("place", "more"), [(ROWS, 0.35), (RECORD, -0.05), (PRINTED, 0.0)])
def test_of_rows_less_is_expected_than_of_pages_of_which_a_scan_is_one(
    found: list[Hit], place: Place, more: float
) -> None:
    assert allowed(placed(found, place)) == pytest.approx(allowed(placed(found, PAGE)) + more)


def test_of_a_receipt_more_is_expected_than_of_a_page(hit: Callable[..., Hit]) -> None:
    lines = replace(hit("Route 4: 900 people\nRoute 6: closed\nMay"), score=0.5, scores={"dense": 0.4})
    page, receipt = (allowed([replace(lines, place=place)]) for place in (PAGE, PRINTED))
    assert receipt == pytest.approx(page - 0.1)


def test_forms_count_by_their_share(found: list[Hit]) -> None:
    mixed = [*placed(found[:1], ROWS), *placed(found[1:], PAGE)]
    low, high = allowed(placed(found, PAGE)), allowed(placed(found, ROWS))
    assert low < allowed(mixed) < high


def test_a_hit_that_leads_is_surer_and_a_far_lead_says_no_more(found: list[Hit]) -> None:
    first, second = found
    near, far, farther = (allowed([replace(first, score=0.5 + lead), second]) for lead in (0.05, 0.1, 0.4))
    assert near == pytest.approx(allowed(found) + 0.075)
    assert far == pytest.approx(allowed(found) + 0.15)
    assert farther == pytest.approx(far)
    assert allowed([first]) == pytest.approx(far)


def test_the_nearest_passage_counts_and_without_vectors_a_middling_one(found: list[Hit]) -> None:
    nearer = [replace(one, scores={"dense": 0.9}) for one in found]
    wordy = [replace(one, scores={"lexical": 3.0}) for one in found]
    assert allowed(nearer) == pytest.approx(allowed(found) + 0.1)
    assert allowed(wordy) == pytest.approx(allowed(found) + 0.02)


def test_a_name_that_stands_in_no_document_costs(found: list[Hit]) -> None:
    sources = pack(found, budget=2000, count=len)

    def heard(question: str, *unheard: str) -> float:
        return allowance(asked(question), 3, 1, candidates(sources), sources, unheard)

    question = "Who did Lorne's boat carry?"
    assert heard(question, "lorne") == pytest.approx(heard(question) - 0.45)
    margin = "What is the EBITDA of Lorne?"  # is worked out: it needs stand nowhere
    assert heard(margin, "ebitda") == heard(margin)


def test_a_numbered_name_that_stands_nowhere_costs(found: list[Hit]) -> None:
    there, nowhere = "How many people used Route 4?", "How many people used Route 5?"
    assert allowed(found, nowhere) == pytest.approx(allowed(found, there) - 0.3)  # others are told
    assert allowed(found, "How many people used Pier 5?") == pytest.approx(allowed(found, there) - 0.15)


def test_what_is_written_small_is_a_numbered_name_where_others_are_told(found: list[Hit]) -> None:
    plain = allowed(found, "How many people used it?")
    assert allowed(found, "How many people used route 5?") == pytest.approx(plain - 0.3)
    assert allowed(found, "How many people used pier 5?") == plain
    assert allowed(found, "How many people used route 6?") == plain


def test_a_marked_name_that_stands_nowhere_costs_confidence(hit: Callable[..., Hit]) -> None:
    sources = [replace(hit("GPT-4 scored 73 on MMLU."), score=0.5, scores={"dense": 0.4})]
    assert allowed(sources, "What did GPT-4o score?") == pytest.approx(allowed(sources, "What did it score?") - 0.35)


def test_a_marked_name_that_stands_in_the_best_unit_makes_surer(hit: Callable[..., Hit]) -> None:
    sources = [replace(hit("GPT-4 scored 73 on MMLU."), score=0.5, scores={"dense": 0.4})]
    assert allowed(sources, "What did GPT-4 score?") == pytest.approx(allowed(sources, "What did it score?") + 0.15)
    title = [replace(hit("GPT-4: its scores"), score=0.5, scores={"dense": 0.4})]
    assert allowed(title, "What did GPT-4 score?") == allowed(title, "What did it score?")


def test_a_measure_is_worked_out_from_what_has_other_names(hit: Callable[..., Hit]) -> None:
    (source,) = pack([hit("Depreciation was 4, interest 2.")], budget=2000, count=len)
    assert untold(asked("What is EBITDA by XLDA?"), [source]) == ("XLDA",)
    assert asked("What is EBITDA?").computed


def test_a_marked_name_may_stand_in_the_headings_or_the_path(hit: Callable[..., Hit]) -> None:
    (source,) = pack([hit("The lid is red.", path="XR-200.txt")], budget=2000, count=len)
    assert untold(asked("What colour is the lid of the XR-200?"), [source]) == ()


def test_one_of_several_codes_that_stands_nowhere_costs_more_where_others_are_told(hit: Callable[..., Hit]) -> None:
    codes = [replace(hit("E1 means that the path is blocked. E5: the heater is defective."), scores={"dense": 0.4})]
    plain = allowed(codes, "What does the code mean?")
    assert allowed(codes, "What does the code E7 mean?") == pytest.approx(plain - 0.6)
    assert allowed(codes, "What does the code X7 mean?") == pytest.approx(plain - 0.35)
    assert allowed(codes, "What does the code E5b mean?") == pytest.approx(plain - 0.35)


@pytest.mark.parametrize(
    ("path", "context", "question", "cost"),
    [
        ("prices-2023.csv", "", "What did it cost in 2021?", 0.5),
        ("a.csv", "Prices 2023", "What did it cost in 2021?", 0.5),
        ("prices-2023.csv", "", "What did it cost in 2023?", 0.0),
        ("prices-2023.csv", "", "What did it cost?", 0.0),
        ("prices.csv", "", "What did it cost in 2021?", 0.0),
        ("prices-2023.csv", "", "What did it cost in 2019 and 2023?", 0.0),
        ("prices-2023.csv", "", "What did it cost in 2022?", 0.0),
    ],
)
def test_what_is_of_another_year_by_its_name_and_says_nothing_of_the_one_asked_for_costs(
    hit: Callable[..., Hit], path: str, context: str, question: str, cost: float
) -> None:
    priced = [replace(hit("It cost 5 euros; 4 in 2022.", path=path, context=context), scores={"dense": 0.4})]
    assert allowed(priced, question) == pytest.approx(allowed(priced, "What did it cost?") - cost)


def test_a_name_with_a_roman_number_is_that_with_the_number(hit, embed) -> None:
    supports = {
        text: scored("When did Diablo 3 come out?", pack([hit(text)], budget=900, count=len), embed).support
        for text in ("Diablo III came out in May 2012.", "Diablo IV came out in May 2012.")
    }
    third, fourth = supports.values()
    assert third > fourth + 0.3
