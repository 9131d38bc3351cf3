"""The score to abstain by: its area, its curve, the threshold found from cases."""

import math

import pytest

from ibid.evaluation.abstaining import Point, Weighed, auroc, calibrated, points, thinned
from ibid.evaluation.calibrating import in_words


def case(answerable: bool, support: float | None, *, right: bool = True, abstained: bool = False) -> Weighed:
    return Weighed(answerable, abstained, support, answerable and right)


FOUR = [case(True, 0.9), case(True, 0.6, right=False), case(False, 0.7), case(False, 0.2)]


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    assert auroc(FOUR) == 0.75
    assert auroc([case(True, 0.5), case(False, 0.5)]) == 0.5
    assert auroc([case(True, 0.5)]) is None
    assert auroc([]) is None


def test_without_support_it_is_whether_it_abstained() -> None:
    said = [case(True, None), case(True, None, abstained=True), case(False, None), case(False, None, abstained=True)]
    assert auroc(said) == 0.5
    assert auroc([case(True, None), case(False, None, abstained=True)]) == 1
    assert points(said) == [Point(None, 0.5, 0.5, 0.5, 0.5)]


def test_the_curve() -> None:
    found = points(FOUR)
    assert [point.threshold for point in found] == [None, 0.4, 0.65, 0.8]
    assert [point.coverage for point in found] == [1, 0.75, 0.5, 0.25]
    assert [point.accuracy for point in found] == [0.25, pytest.approx(1 / 3), 0.5, 1]
    assert [point.false_refusals for point in found] == [0, 0, 0.5, 0.5]
    assert [point.abstention_recall for point in found] == [0, 0.5, 0.5, 1]
    assert points([]) == []


def test_what_abstained_stays_so_at_every_threshold() -> None:
    found = points([case(True, 0.9), case(True, 0.8), case(False, 0.1, abstained=True)])
    assert [(point.threshold, point.coverage) for point in found] == [(None, 2 / 3), (0.85, 1 / 3)]


def test_a_long_curve_is_thinned() -> None:
    many = points([case(at % 2 == 0, at / 1000) for at in range(1, 900)])
    few = thinned(many, most=10)
    assert len(few) == 10
    assert (few[0], few[-1]) == (many[0], many[-1])


def test_a_threshold_refuses_at_most_a_tenth_of_the_answerable() -> None:
    answerable = [case(True, 1 + at / 100) for at in range(20)]
    others = [case(False, 0.5 + at / 20) for at in range(20)]  # up to 1.45
    found = calibrated([*answerable, *others], present=1.14)
    assert found.chosen.false_refusals == 0
    assert found.chosen.abstention_recall == 0.5
    assert 0.95 < (found.chosen.threshold or 0) <= 1
    assert found.at_present.false_refusals == 0.7
    assert (found.answerable, found.unanswerable) == (20, 20)
    assert found.curve[0].coverage == 1
    assert found.curve[0].threshold == 0.5
    assert "refuses 0.0% of the answerable questions, abstains on 50.0% of the others" in in_words(found)[0]
    assert "hint" not in " ".join(in_words(found))


def test_the_best_without_the_limit_is_told() -> None:
    low = [case(True, 0.3), case(True, 0.31), *(case(True, 2.0) for _ in range(8))]
    found = calibrated([*low, *(case(False, 1.0) for _ in range(10))], present=0.1)
    assert found.chosen.false_refusals is not None
    assert found.chosen.false_refusals <= 0.1
    assert found.best.abstention_recall == 1
    told = " ".join(in_words(found))
    assert "Without the limit of 10% refused" in told
    assert "take it for a hint" in told


def test_balanced_needs_both_kinds() -> None:
    assert math.isnan(Point(None, 1, 1, 0, None).balanced)
    assert Point(None, 1, 1, 0.25, 0.75).balanced == 0.75
