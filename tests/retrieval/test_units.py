"""Units and windows, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Span
from retrieval.passages import Passage, folded, units_of
from retrieval.scoring import Found, Weight, base_of, share, unit_scores, weight_of, words_of
from retrieval.sending import sendings
from retrieval.settings import Around, Tokens
from retrieval.units import borders_of, bounds, cut


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
    given = {"document": 1, "path": "a.txt", "context": "", "tabular": False} | other
    given = {"text_id": given["document"]} | given
    return Passage(id=number, span=Span(start, start + len(text)), text=text, tokens=max(1, len(text.split())), **given)


def sentences_of(one: Passage) -> np.ndarray:
    found = bounds(one.text, "sentence", borders=borders_of(one.text, tabular=one.tabular), starts=starts)
    return np.array(found, dtype=np.int64).reshape(-1, 2)


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


@pytest.mark.parametrize(
    ("word", "forms", "others"),
    [
        ("planned", "planned plans planning plan", "planet explanation"),
        ("run", "running runs runner run", "rung"),
        ("report", "report reporting reported reports", "repo"),
        ("3", "3 3.5", "33"),
        ("b", "b b's", "be by best bed"),
        ("un", "un uns", "union unable"),
    ],
)
def test_a_word_is_found_in_all_its_forms(word: str, forms: str, others: str) -> None:
    texts = [*forms.split(), *others.split()]
    units = units_of([passage(number, text, 100 * number) for number, text in enumerate(texts)], sentences_of)
    scores = unit_scores(units, told(len(texts)), weighing(len(texts), {word: 1.0}), dense_weight=None)
    found = [text for text, score in zip(texts, scores, strict=True) if score > scores.min()]
    assert found == forms.split()


def test_text_is_folded_character_for_character() -> None:
    assert folded("Café İSTANBUL ǅ") == "cafe istanbul d"
    assert words_of(["foo-bar", "Foo", "18/01"]) == ["foo", "bar", "18", "01"]


@pytest.mark.parametrize("plane", range(3))
def test_every_character_is_folded_to_one(plane: int) -> None:
    every = "".join(map(chr, range(plane << 16, (plane + 1) << 16)))
    assert len(folded(every)) == len(every)
    assert folded(folded(every)) == folded(every)


def test_shares_and_weights() -> None:
    assert share(np.array([2.0, 1.0, -1.0])).tolist() == [1.0, 0.5, 0.0]
    assert share(np.array([-1.0])).tolist() == [0.0]
    assert share(np.array([])).tolist() == []
    assert weight_of(1, 1000) > weight_of(500, 1000) > weight_of(1000, 1000) > 0


def told(count: int) -> Found:
    ones = np.ones(count)
    number = np.arange(count)
    return Found(ones, ones, ones, ones, number, number)


def weighing(passages: int, words: dict[str, float]) -> dict[str, Weight]:
    """The same weights in every kind of document."""
    return {word: Weight(weight, np.full(passages, weight)) for word, weight in words.items()}


def test_the_unit_that_has_the_words_is_the_best_and_its_neighbours_follow() -> None:
    units = units_of([passage(1, "The sky is grey. The boats sail. We eat bread. It rains.", 0)], sentences_of)
    scores = unit_scores(units, told(1), weighing(1, {"boat": 3.0, "sailing": 2.0}), dense_weight=None)
    assert scores.argmax() == 1
    assert scores.max() <= 1.0
    alike = unit_scores(units, told(1), {}, dense_weight=1.0)
    assert np.ptp(alike) == pytest.approx(0)


def test_what_most_sentences_speak_of_does_not_tell_which_of_them_answers() -> None:
    """The ship is named by nearly all; in the collection it is rarer than what was asked of it."""
    texts = [
        "The Aurora sails.",
        "The Aurora is old.",
        "It was tarred in May.",
        "The Aurora is blue.",
        "The Aurora won.",
    ]
    units = units_of([passage(number, text, 100 * number) for number, text in enumerate(texts)], sentences_of)
    scores = unit_scores(units, told(5), weighing(5, {"aurora": 6.0, "tarred": 4.0}), dense_weight=None)
    assert scores.argmax() == 2


def test_rows_are_told_apart_by_what_is_rare_in_the_collection() -> None:
    rows = [passage(n, f"ship: Aurora {n}", 100 * n, tabular=True) for n in range(4)]
    units = units_of([*rows, passage(9, "May: tarred", 900, tabular=True)], sentences_of)
    scores = unit_scores(units, told(5), weighing(5, {"aurora": 6.0, "tarred": 4.0}), dense_weight=None)
    assert scores.argmin() == 4


def test_rows_are_told_apart_by_what_is_rare_among_their_kind() -> None:
    """Of prose that is what is rare among its sentences, here as there."""
    rows = [passage(n, f"ship: Aurora {n}", 100 * n, tabular=True) for n in range(2)]
    units = units_of([*rows, passage(9, "May: tarred", 900, tabular=True)], sentences_of)
    common = Weight(6.0, np.array([2.0, 2.0, 6.0]))
    scores = unit_scores(units, told(3), weighing(3, {"tarred": 4.0}) | {"aurora": common}, dense_weight=None)
    assert scores.argmax() == 2
    prose = units_of([passage(n, one.text, 100 * n) for n, one in enumerate(units.passages)], sentences_of)
    alike = weighing(3, {"tarred": 4.0, "aurora": 6.0})
    unlike = alike | {"aurora": common}
    assert (
        unit_scores(prose, told(3), unlike, dense_weight=None).tolist()
        == unit_scores(prose, told(3), alike, dense_weight=None).tolist()
    )


def test_a_sentence_with_a_vector_of_its_own_is_judged_by_it() -> None:
    table = passage(2, "a: 1", 50, tabular=True)
    units = units_of([passage(1, "One is. Two is. Ten is.", 0), table], sentences_of)
    cosines = np.array([0.2, 0.3, 0.8, np.nan])
    scores = unit_scores(units, told(2), {}, dense_weight=1.0, cosines=cosines)
    assert scores[:3].argsort().tolist() == [0, 1, 2]
    alone = unit_scores(units, told(2), {}, dense_weight=1.0, cosines=None)
    assert scores[3] == alone[3]


def test_windows_narrow_with_the_rank_and_stop_at_another_context() -> None:
    text = " ".join(f"Word{number} {'x ' * 18}end." for number in range(40))
    found = [
        passage(1, text, 0),
        passage(2, text.replace("Word", "Term"), len(text) + 1, context="other"),
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


def test_of_the_first_two_pictures_all_that_is_printed_is_sent() -> None:
    """A row's table is not, and the third picture is sent by chunks again."""
    found = []
    for number, kind in enumerate(("printed", "printed", "printed", "row")):
        head, foot = f"Ship {number}\nHarbour", "Paid: 5\nThanks"
        found += [
            passage(10 * number, head, 100 * number, document=number, tabular=True, printed=kind == "printed"),
            passage(10 * number + 1, foot, 100 * number + 15, document=number, tabular=True, printed=kind == "printed"),
        ]
    units = units_of(found, sentences_of)
    scores = np.full(len(units), 0.1)
    scores[[2, 6, 10, 14]] = 1.0, 0.9, 0.8, 0.7  # each foot's first line
    sent = list(sendings(units, scores, "window", lambda one: one.span))
    spans = [one.span for one in sent[:4]]
    assert spans == [Span(0, 29), Span(100, 129), Span(215, 229), Span(315, 329)]


def test_windows_of_one_size_do_not_narrow() -> None:
    text = " ".join(f"Word{number} {'x ' * 8}end." for number in range(40))
    units = units_of([passage(1, text, 0)], sentences_of)
    scores = np.zeros(len(units))
    scores[[5, 20, 35]] = 1.0, 0.9, 0.8
    sent = list(sendings(units, scores, Around(tokens=50), lambda one: one.span))[:3]
    assert [len(starts(text[one.span.start : one.span.end])) for one in sent] == [50, 50, 50]


@pytest.mark.parametrize(("least", "expected"), [(0.0, (0, 41)), (0.5, (10, 31)), (0.85, (20, 31)), (1.0, (20, 30))])
def test_a_window_stops_at_what_scores_too_little(least: float, expected: tuple[int, int]) -> None:
    units = units_of([passage(1, "One here. Two here. Ten here. Six here. End.", 0)], sentences_of)
    scores = np.array([0.4, 0.8, 1.0, 0.9, 0.4])
    best = next(sendings(units, scores, Around(tokens=100, least=least), lambda one: one.span))
    start, end = expected
    assert (best.match, best.span.start) == (Span(20, 29), start)
    assert best.span.end >= end - 2


def test_a_heading_is_sent_with_what_follows_however_long() -> None:
    text = f"Heading\n\nLong {'x ' * 150}end."
    units = units_of([passage(1, "First here.", 0), passage(2, text, 0, document=2)], sentences_of)
    scores = np.array([1.0, 0.9, 0.1])
    spans = {send: list(sendings(units, scores, send, lambda one: one.span))[1].span for send in ("window", "unit")}
    assert spans == {"window": Span(0, len(text)), "unit": Span(0, len("Heading"))}


@pytest.mark.parametrize(("second", "expected"), [(0.98, [1, 2, 1]), (0.83, [1, 1, 2])])
def test_hits_spread_over_documents_where_none_stands_out(second: float, expected: list[int]) -> None:
    units = units_of([passage(1, "Red. Green.", 0), passage(2, "Blue.", 0, document=2)], sentences_of)
    sent = list(sendings(units, np.array([1.0, 0.9, second]), "unit", lambda one: one.span))
    assert [one.passage.id for one in sent] == expected


@pytest.mark.parametrize(("fifth", "expected"), [(0.81, [1, 2, 3, 4, 5, 1]), (0.79, [1, 2, 3, 1, 4, 5])])
def test_each_of_five_that_are_alike_gets_a_hit_before_any_gets_two(fifth: float, expected: list[int]) -> None:
    one = passage(1, "Red. Green.", 0)
    others = [passage(number, "Blue.", 0, document=number) for number in range(2, 6)]
    scores = np.array([1.0, 0.99, 0.95, 0.92, 0.9, fifth])
    sent = list(sendings(units_of([one, *others], sentences_of), scores, "unit", lambda one: one.span))
    assert [one.passage.id for one in sent] == expected


def test_characters_of_several_tokens_are_cut_between_them() -> None:
    text = "한국어 텍스트입니다. 훈민정음은 세종이 만들었다."
    for size in (1, 2, 3, 4):
        found = cut(
            text,
            Tokens(tokens=size),
            borders=borders_of(text, tabular=False),
            starts=lambda part: [at for at, char in enumerate(part) for _ in range(3) if not char.isspace()],
        )
        assert "".join("".join(text[one.start : one.end].split()) for one in found) == "".join(text.split())
