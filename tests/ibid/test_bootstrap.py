"""The paired bootstrap: what it says of means and differences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibid.evaluation.bootstrap import difference, interval

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_equal_values_have_no_width() -> None:
    found = interval([0.25] * 40)
    assert (found.mean, found.low, found.high, found.cases) == (0.25, 0.25, 0.25, 40)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    found = interval([1.0] * 50 + [0.0] * 50)
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.40, abs=0.015)  # 0.5 ± 1.96 · sqrt(0.25 / 100)
    assert found.high == pytest.approx(0.60, abs=0.015)


def test_it_is_the_same_each_time() -> None:
    values = [0.1, 0.9, 0.4, 0.7, 1.0]
    assert interval(values) == interval(values)


def test_many_cases_are_drawn_in_parts() -> None:
    found = interval([0.0, 1.0] * 5_000)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.03


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="no values"):
        interval([])
    assert difference({"a": 1.0}, {"b": 1.0}) is None


def test_a_difference_is_taken_case_by_case() -> None:
    ours = {f"q{number}": number / 100 + 0.05 for number in range(60)}
    theirs = {f"q{number}": number / 100 for number in range(60)}
    found = difference(ours, theirs | {"only theirs": 1.0})
    assert found is not None
    assert found.cases == 60
    assert found.low == pytest.approx(0.05)  # the cases differ by far more, each pair by 0.05 alone
    assert found.high == pytest.approx(0.05)
    same = difference(ours, ours)
    assert same is not None
    assert (same.low, same.high) == (0, 0)


@given(SHARES)
def test_it_holds_the_mean_and_stays_within_the_values(values: list[float]) -> None:
    found = interval(values)
    assert min(values) - 1e-9 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= max(values) + 1e-9
