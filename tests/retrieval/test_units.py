"""Units and windows, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Span
from retrieval.passages import Passage, folded, units_of
from retrieval.scoring import Found, base_of, share, unit_scores, weight_of, words_of
from retrieval.sending import sendings
from retrieval.settings import Tokens
from retrieval.units import borders_of, cut


def starts(text: str) -> list[int]:
    """Each word is a token, and each character of a text without spaces."""
    return [at for at, char in enumerate(text) if not char.isspace() and (at == 0 or text[at - 1].isspace())]


def pieces(text: str, unit, *, tabular: bool = False) -> list[str]:
    found = cut(text, unit, borders=borders_of(text, tabular=tabular), starts=starts)
    return [text[span.start : span.end] for span in found]


def test_what_a_text_is_cut_to() -> None:
    text = "One two three. Four five!\n\nSix seven."
    assert pieces(text, "chunk") == [text]
    assert pieces(text, "sentence") == ["One two three.", "Four five!", "Six seven."]
    assert pieces(text, Tokens(tokens=5)) == ["One two three. Four five!", "Six seven."]
    assert pieces(text, Tokens(tokens=4)) == ["One two three.", "Four five!\n\nSix seven."]
    assert pieces(text, Tokens(tokens=2)) == ["One two", "three.", "Four five!", "Six seven."]
    assert pieces("a: 1\nb: Mr. X. Y.", "sentence", tabular=True) == ["a: 1", "b: Mr. X. Y."]
    assert pieces("  ", "sentence") == pieces("", Tokens(tokens=1)) == []


@given(st.text(alphabet="ab. \n!", max_size=80), st.integers(1, 6))
def test_units_hold_all_but_white_space_and_keep_the_size(text: str, size: int) -> None:
    for unit in ("chunk", "sentence", Tokens(tokens=size)):
        found = pieces(text, unit)
        assert "".join("".join(found).split()) == "".join(text.split())
        if isinstance(unit, Tokens):
            assert all(len(starts(piece)) <= size for piece in found)


def passage(number: int, text: str, start: int, **other) -> Passage:
    given = {"document": 1, "path": "a.txt", "text_id": 1, "context": "", "tabular": False} | other
    return Passage(id=number, span=Span(start, start + len(text)), text=text, tokens=max(1, len(text.split())), **given)


def sentences_of(one: Passage) -> list[Span]:
    return cut(one.text, "sentence", borders=borders_of(one.text, tabular=one.tabular), starts=starts)


def test_overlapping_passages_share_no_unit_and_runs_end_where_text_is_missing() -> None:
    found = [
        passage(1, "One is. Two is.", 0),
        passage(2, "Two is. Three is.", 8),
        passage(3, "Nine is.", 90),
        passage(4, "Ten is.", 0, document=2, path="b.txt"),
    ]
    units = units_of(found, sentences_of)
    assert list(zip(units.start.tolist(), units.end.tolist(), strict=True)) == [
        (0, 7),
        (8, 15),
        (16, 25),
        (90, 98),
        (0, 7),
    ]
    assert units.run.tolist() == [0, 0, 0, 1, 2]
    assert units.passage.tolist() == [0, 0, 1, 2, 3]
    assert [units.text[at : at + 3] for at in units.at.tolist()] == ["one", "two", "thr", "nin", "ten"]


@pytest.mark.parametrize(
    ("word", "base"), [("reports", "report"), ("studies", "stud"), ("running", "run"), ("us", "us"), ("3", "3")]
)
def test_words_without_their_endings(word: str, base: str) -> None:
    assert base_of(word) == base


def test_text_is_folded_character_for_character() -> None:
    assert folded("Café İSTANBUL ǅ") == "cafe istanbul d"
    assert words_of(["foo-bar", "Foo", "18/01"]) == ["foo", "bar", "18", "01"]


def test_shares_and_weights() -> None:
    assert share(np.array([2.0, 1.0, -1.0])).tolist() == [1.0, 0.5, 0.0]
    assert share(np.array([-1.0])).tolist() == [0.0]
    assert share(np.array([])).tolist() == []
    assert weight_of(1, 1000) > weight_of(500, 1000) > weight_of(1000, 1000) > 0


def told(count: int) -> Found:
    ones = np.ones(count)
    number = np.arange(count)
    return Found(ones, ones, ones, ones, number, number)


def test_the_unit_that_has_the_words_is_the_best_and_its_neighbours_follow() -> None:
    units = units_of([passage(1, "The sky is grey. The boats sail. We eat bread. It rains.", 0)], sentences_of)
    scores = unit_scores(units, told(1), {"boat": 3.0, "sailing": 2.0}, dense_weight=None)
    assert scores.argmax() == 1
    assert scores.max() <= 1.0
    alike = unit_scores(units, told(1), {}, dense_weight=1.0)
    assert np.ptp(alike) == pytest.approx(0)


def test_windows_narrow_with_the_rank_and_stop_at_another_context() -> None:
    text = " ".join(f"Word{number} {'x ' * 18}end." for number in range(40))
    found = [
        passage(1, text, 0),
        passage(2, text, len(text) + 1, context="other"),
        passage(3, "a: 1\nb: 2", 9000, tabular=True),
    ]
    units = units_of(found, sentences_of)
    scores = np.zeros(len(units))
    scores[[3, 60, 80]] = 1.0, 0.9, 0.8
    sent = list(sendings(units, scores, "window", lambda one: one.span))
    sizes = [len(starts(text[one.span.start : one.span.end])) for one in sent[:1]]
    assert sizes == [200]
    assert [one.match.start for one in sent[:3]] == [units.start[3], units.start[60], 9000]
    assert sent[2].span == Span(9000, 9009)
    assert len(sent[0].span) > 1.9 * len(sent[1].span)
    for one in sent:
        assert one.passage.span.start <= one.span.start <= one.match.start
        assert one.match.end <= one.span.end <= one.passage.span.end
    for left, right in zip(
        sorted(sent, key=lambda one: one.span), sorted(sent, key=lambda one: one.span)[1:], strict=False
    ):
        assert left.span.end <= right.span.start


def test_windows_of_one_size_do_not_narrow() -> None:
    text = " ".join(f"Word{number} {'x ' * 8}end." for number in range(40))
    units = units_of([passage(1, text, 0)], sentences_of)
    scores = np.zeros(len(units))
    scores[[5, 20, 35]] = 1.0, 0.9, 0.8
    sent = list(sendings(units, scores, Tokens(tokens=50), lambda one: one.span))[:3]
    assert [len(starts(text[one.span.start : one.span.end])) for one in sent] == [50, 50, 50]


@pytest.mark.parametrize(("second", "expected"), [(0.98, [1, 2, 1]), (0.83, [1, 1, 2])])
def test_hits_spread_over_documents_where_none_stands_out(second: float, expected: list[int]) -> None:
    units = units_of([passage(1, "Red. Green.", 0), passage(2, "Blue.", 0, document=2)], sentences_of)
    sent = list(sendings(units, np.array([1.0, 0.9, second]), "unit", lambda one: one.span))
    assert [one.passage.id for one in sent] == expected
