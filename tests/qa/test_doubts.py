"""Doubts: what speaks against the best unit as an answer, though it is the best."""

from dataclasses import replace

import pytest

from ingest.types import Place
from qa.candidates import candidates
from qa.cues import asked
from qa.doubts import doubt
from qa.evidence import Judge
from qa.fitting import answers
from qa.likeness import Likeness, forms
from qa.packing import pack


def doubted(
    hit, question: str, text: str, like: dict[str, dict[str, float]] | None = None, place: Place | None = None
) -> float:
    """The doubt about the last sentence of a text; what is like the question's words is told."""
    best = candidates(pack([hit(text, place=place)], budget=2000, count=len))[-1]
    terms = forms(question)
    judge = Judge(asked(question), tuple(terms), Likeness({term: {term: 1.0} for term in terms} | (like or {})))
    return doubt(judge, replace(best, fits=answers(judge.asked.kind, best.text, terms.keys())))


def test_what_is_to_be_counted_must_be_said_or_what_is_like_it(hit) -> None:
    hens = {"chicken": {"chicken": 1.0, "hen": 0.8}}
    assert doubted(hit, "How many chickens may I keep?", "Up to six hens may be kept.", hens) == 0
    assert doubted(hit, "How many chickens may I keep?", "Up to six boats may be kept.") == pytest.approx(0.2)
    assert doubted(hit, "How many people work there?", "Up to six boats may be kept.") == 0  # people need not be named


def test_who_did_it_must_be_named(hit) -> None:
    assert doubted(hit, "Who took the pumps?", "The pumps were taken by Ada Byron.") == 0
    assert doubted(hit, "Who took the pumps?", "The pumps have been missing.") == pytest.approx(0.2)
    assert doubted(hit, "Who took the pumps?", "The pumps are with the line manager.") == 0


def test_a_name_should_stand_near_and_not_only_elsewhere(hit) -> None:
    far = "Nell is a dog. " + "It rained on the hill. " * 8 + "\n\nThe keeper was late. The crate weighs 40 kg."
    assert doubted(hit, "What does old Nell weigh?", "Nell weighs 40 kg.") == 0
    assert doubted(hit, "What does old Nell weigh?", far) == pytest.approx(0.15)


def test_so_should_one_of_its_years(hit) -> None:
    far = "It began in 2023. " + "It rained on the hill. " * 8 + "\n\nThe keeper was late. They emitted 40 tonnes."
    assert doubted(hit, "What was emitted in 2023?", "In 2023 they emitted 40 tonnes.") == 0
    assert doubted(hit, "What was emitted in 2023 and 2022?", "In 2023 they emitted 40 tonnes.") == 0
    assert doubted(hit, "What was emitted in 2023?", far) == pytest.approx(0.2)


def test_a_number_is_that_of_whom_a_record_is_of(hit) -> None:
    record = "name: Derek Hollis; contact.phone: 01632 960388; partner: Jonas Corbin\n"
    rows = Place(rows=(1, 1))
    assert doubted(hit, "What is Derek Hollis's phone number?", record, place=rows) == 0
    assert doubted(hit, "What is Jonas Corbin's phone number?", record, place=rows) == pytest.approx(0.4)
    assert doubted(hit, "Which clients has Jonas Corbin?", record, place=rows) == 0
