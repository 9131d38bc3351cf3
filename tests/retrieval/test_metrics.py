"""Retrieval metrics against literals worked out by hand, and against the benchmark's own formulas written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Box, Place, Span
from retrieval.metrics import Evidence, Retrieved, char_scores, retrieval_metrics, within_budget


def hit(path="a", start=0, end=10, *, place=None, context="", tokens=10, context_tokens=0) -> Retrieved:
    return Retrieved(path, Span(start, end), place or Place(), context, tokens, context_tokens)


@pytest.mark.parametrize(
    ("evidence", "place", "span", "met"),
    [
        (Evidence("a", span=Span(5, 8)), Place(), Span(7, 9), True),
        (Evidence("a", span=Span(5, 8)), Place(), Span(8, 9), False),
        (Evidence("b", span=Span(5, 8)), Place(), Span(5, 8), False),
        (Evidence("a", box=(0, 0, 10, 10), page=1), Place(boxes=(Box(1, 9, 9, 20, 20),)), Span(0, 1), True),
        (Evidence("a", box=(0, 0, 10, 10), page=1), Place(boxes=(Box(2, 9, 9, 20, 20),)), Span(0, 1), False),
        (Evidence("a", box=(0, 0, 10, 10)), Place(boxes=(Box(2, 9, 9, 20, 20),)), Span(0, 1), True),
        (Evidence("a", box=(0, 0, 10, 10)), Place(boxes=(Box(1, 10, 0, 20, 9),)), Span(0, 1), False),
        (Evidence("a", pointers=("/items/3",)), Place(pointers=("/items/3",)), Span(0, 1), True),
        (Evidence("a", pointers=("/items/3",)), Place(pointers=("/items",)), Span(0, 1), True),
        (Evidence("a", pointers=("/items/3",)), Place(pointers=("/items/3/name",)), Span(0, 1), True),
        (Evidence("a", pointers=("/items/3",)), Place(pointers=("/items/31",)), Span(0, 1), False),
        (Evidence("a", pointers=("/items/3",)), Place(pointers=("",)), Span(0, 1), True),
        (Evidence("a", rows=(4, 9)), Place(rows=(5, 9)), Span(0, 1), True),
        (Evidence("a", rows=(4, 9)), Place(rows=(5, 8)), Span(0, 1), False),
        (Evidence("a", page=3), Place(pages=(2, 3)), Span(0, 1), True),
        (Evidence("a", page=3), Place(pages=(2, 4)), Span(0, 1), False),
        (Evidence("a"), Place(), Span(0, 1), True),
    ],
)
def test_a_hit_is_at_a_place(evidence: Evidence, place: Place, span: Span, met: bool) -> None:
    assert evidence.met_by("a", span, place) is met


def test_ranked_metrics_by_hand() -> None:
    evidence = [Evidence("a", page=1), Evidence("a", page=2)]
    hits = [hit("b"), hit(place=Place(pages=(1,))), hit(place=Place(pages=(1,))), hit(place=Place(pages=(2,)))]
    scores = retrieval_metrics(evidence, hits)
    assert [scores[f"hit@{k}"] for k in (1, 3, 5, 10)] == [0, 1, 1, 1]
    assert [scores[f"recall@{k}"] for k in (1, 3, 5)] == [0, 0.5, 1]
    assert scores["file_hit@1"] == 0
    assert scores["mrr"] == 0.5
    # gains at ranks 2 and 4: (1/log2(3) + 1/log2(5)) / (1/log2(2) + 1/log2(3))
    assert scores["ndcg@10"] == pytest.approx((0.6309298 + 0.4306766) / 1.6309298, abs=1e-6)
    assert "char_recall@5" not in scores


def test_no_hits_score_nothing() -> None:
    scores = retrieval_metrics([Evidence("a", span=Span(0, 5))], [])
    assert set(scores.values()) == {0.0}
    assert "char_iou@1000t" in scores


def test_the_first_hit_over_the_budget_ends_the_list() -> None:
    hits = [hit(tokens=60), hit(tokens=50), hit(tokens=10)]
    assert within_budget(hits, 100) == hits[:1]
    assert within_budget(hits, 110) == hits[:2]


def test_a_context_counts_once_per_document() -> None:
    first, second = (hit(start=n, context="title", tokens=60, context_tokens=20) for n in (0, 50))
    other = hit("b", context="title", tokens=60, context_tokens=20)
    assert within_budget([first, second], 100) == [first, second]
    assert within_budget([first, other], 100) == [first]


spans = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=6)


@given(gold=st.lists(st.tuples(st.integers(1, 15), st.integers(1, 15)), min_size=1, max_size=4), found=spans)
def test_char_scores_are_those_of_the_benchmark(gold: list[tuple[int, int]], found: list[tuple[str, int, int]]) -> None:
    places, at = [], 0
    for gap, length in gold:
        places.append(Span(at + gap, at + gap + length))
        at += gap + length
    wanted = {n for span in places for n in range(span.start, span.end)}
    got = {n for path, start, length in found if path == "a" for n in range(start, start + length)}
    retrieved = sum(length for _, _, length in found)
    hits = [hit(path, start, start + length) for path, start, length in found]
    expected = (
        len(wanted & got) / len(wanted),
        len(wanted & got) / retrieved,
        len(wanted & got) / (retrieved + len(wanted - got)),
    )
    assert char_scores([Evidence("a", span=span) for span in places], hits) == pytest.approx(expected)
