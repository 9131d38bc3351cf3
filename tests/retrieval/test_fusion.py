"""Fusion: scores that can be worked out by hand."""

import pytest

from ingest.types import Place, Span
from retrieval.fusion import Standing, convex, interleaved, of_documents, with_surroundings
from retrieval.types import Hit


def test_each_score_is_a_share_of_the_best() -> None:
    fused = convex({1: 0.8, 2: 0.2, 3: 0.4}, {1: 6.0, 3: 3.0}, 0.5)
    assert fused == pytest.approx({1: 1.0, 2: 0.125, 3: 0.5})


@pytest.mark.parametrize(("weight", "first", "second"), [(1.0, 1.0, 0.5), (0.75, 0.75, 0.625), (0.0, 0.0, 1.0)])
def test_the_weight_is_that_of_the_cosines(weight: float, first: float, second: float) -> None:
    assert convex({1: 0.8, 2: 0.4}, {2: 4.0}, weight) == pytest.approx({1: first, 2: second})


def test_who_else_was_found_changes_no_order() -> None:
    few = convex({1: 0.8, 2: 0.6}, {2: 4.0}, 0.5)
    more = convex({1: 0.8, 2: 0.6, 3: 0.1, 4: -0.2}, {2: 4.0}, 0.5)
    assert few == {key: more[key] for key in few}


@pytest.mark.parametrize(
    ("dense", "lexical", "fused"),
    [
        ({}, {}, {}),
        ({7: 0.3}, {}, {7: 0.5}),
        ({7: 0.3}, {7: 2.0}, {7: 1.0}),
        ({7: -0.3}, {7: 2.0}, {7: 0.5}),
        ({7: -0.3, 8: 0.0}, {}, {7: 0.0, 8: 0.0}),
    ],
)
def test_little_to_fuse(dense: dict[int, float], lexical: dict[int, float], fused: dict[int, float]) -> None:
    assert convex(dense, lexical, 0.5) == pytest.approx(fused)


def test_the_surroundings_add_to_a_score() -> None:
    """0.3 of the better neighbour, all of the document's best; of 2.3, so that 1 is the most."""
    standings = {1: Standing(10, -1, 2), 2: Standing(10, 1, 3), 3: Standing(10, 2, -1), 9: Standing(20, -1, -1)}
    found = with_surroundings({1: 1.0, 2: 0.0, 3: 0.2, 9: 0.8}, standings, {})
    assert found == pytest.approx({1: 2.0 / 2.3, 2: 1.3 / 2.3, 3: 1.2 / 2.3, 9: 1.6 / 2.3})


def test_neighbours_that_were_not_scored_add_nothing() -> None:
    assert with_surroundings({2: 1.0}, {2: Standing(10, 1, 3)}, {}) == pytest.approx({2: 2.0 / 2.3})
    assert with_surroundings({}, {}, {}) == {}
    assert max(with_surroundings({1: 1.0, 2: 1.0}, {1: Standing(1, -1, 2), 2: Standing(1, 1, -1)}, {}).values()) == 1.0


@pytest.mark.parametrize(("chunks", "worth"), [(1, 0.8), (10, 0.8), (30, 0.675), (10_000, 0.55)])
def test_the_best_of_many_chunks_is_worth_less(chunks: int, worth: float) -> None:
    """Up to 0.25 less, half of it with 20 chunks more than 10."""
    found = of_documents({1: 0.8, 2: 0.3}, {1: Standing(5, -1, 2, chunks), 2: Standing(5, 1, -1, chunks)}, {})
    assert found == pytest.approx({5: worth}, abs=1e-3)


def test_no_document_is_worth_less_than_nothing() -> None:
    assert of_documents({1: 0.1}, {1: Standing(5, -1, -1, 500)}, {}) == {5: 0.0}


def made(path: str, start: int, score: float) -> Hit:
    span = Span(start, start + 10)
    return Hit(1, score, {}, "docs", path, span, span, "x" * 10, "", 2, Place())


def test_after_two_hits_of_one_search_comes_one_of_the_other() -> None:
    first = [made("a", at, 0.9 - at / 100) for at in (0, 10, 20, 30)]
    second = [made("b", at, 0.8) for at in (0, 10, 20)]
    found = interleaved(first, second)
    assert [(hit.path, hit.span.start) for hit in found] == [
        ("a", 0), ("a", 10), ("b", 0), ("a", 20), ("a", 30), ("b", 10), ("b", 20),
    ]  # fmt: skip
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5, 6, 7]
    assert [hit.score for hit in found] == pytest.approx([0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6])


def test_what_both_searches_found_comes_once() -> None:
    first = [made("a", 0, 0.9), made("a", 5, 0.8)]  # chunks of one search may overlap
    assert [hit.span.start for hit in interleaved(first, [made("a", 12, 0.9), made("a", 40, 0.7)])] == [0, 5, 40]
    assert interleaved([], []) == []
    assert [hit.path for hit in interleaved([], first)] == ["a", "a"]


def test_a_document_that_has_fewer_of_the_names_is_worth_less() -> None:
    """0.3 where another has all and it has none; nothing where none has any."""
    alone = {1: Standing(5, -1, -1), 2: Standing(6, -1, -1)}
    assert of_documents({1: 0.8, 2: 0.7}, alone, {5: 0.0, 6: 1.0}) == pytest.approx({5: 0.5, 6: 0.7})
    assert of_documents({1: 0.8, 2: 0.1}, alone, {5: 0.5}) == pytest.approx({5: 0.8, 6: 0.0})
    assert of_documents({1: 0.8, 2: 0.7}, alone, {7: 1.0}) == {5: 0.8, 6: 0.7}
