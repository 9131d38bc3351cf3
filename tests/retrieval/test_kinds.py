"""Kinds: what a word tells among documents of one kind, beside what it tells among all."""

import numpy as np
import pytest

from retrieval.kinds import Kinds

BILLS, REPORTS = 4, 9
HALF = Kinds.numbered(np.asarray([BILLS] * 1000 + [REPORTS] * 9000))
COMMON_IN_BILLS = np.arange(1000)
NAME = np.asarray([3, 4, 5])


def test_kinds_are_numbered_from_nought() -> None:
    assert HALF.sizes.tolist() == [1000, 9000]
    assert HALF.of[[0, 999, 1000]].tolist() == [0, 0, 1]
    assert HALF.spread(np.asarray([3, 999, 1000, 9999, 2])).tolist() == [3, 2]


def test_what_every_document_of_a_kind_has_tells_little_of_them() -> None:
    (common_here, common_there), (name_here, name_there) = HALF.factors(
        [HALF.spread(one) for one in (COMMON_IN_BILLS, NAME)], np.ones(2)
    )
    assert common_here < 0.6 < 1.0 < common_there
    assert name_here > 1.1 > 1.0 > name_there


def test_all_terms_together_tell_the_same_in_every_kind() -> None:
    rows, weights = [COMMON_IN_BILLS, NAME, np.arange(500, 2500)], np.asarray([1.0, 2.0, 0.25])
    overall = -np.log((np.asarray([len(one) for one in rows]) + 0.5) / 10_001)
    told = (weights * overall) @ HALF.factors([HALF.spread(one) for one in rows], weights)
    assert told == pytest.approx([weights @ overall] * 2)


def test_where_all_are_of_one_kind_nothing_changes() -> None:
    alone = Kinds.numbered(np.full(50, 7))
    assert alone.one
    assert not HALF.one
    assert alone.factors([alone.spread(np.asarray([1, 2]))], np.ones(1)).tolist() == [[1.0]]
    assert Kinds.numbered(np.asarray([], dtype=np.int64)).factors([], np.ones(0)).shape == (0, 1)
