"""Two runs beside each other."""

import json

import pytest

from ibid.evaluation.comparing import Recorded, compare, load_baseline
from ingest.errors import UsageError

HITS = ["hit@5"]


def run(values: list[float | None], name: str = "hit@5") -> dict[str, Recorded]:
    return {str(at): Recorded({} if value is None else {name: value}) for at, value in enumerate(values)}


def test_a_run_beside_itself_is_a_tie() -> None:
    same = run([1, 0, 1, 1])
    found = compare(same, same, HITS)
    assert [(row.before, row.after, row.difference, row.low, row.high) for row in found.rows] == [(0.75, 0.75, 0, 0, 0)]
    assert found.rows[0].verdict == "tie"
    assert found.regressions == []


def test_worse_and_better() -> None:
    worse, better = run([1] * 40 + [0] * 10), run([1] * 50)
    found = compare(better, worse, HITS)
    assert found.regressions == ["hit@5"]
    assert found.rows[0].difference == pytest.approx(-0.2)
    assert found.rows[0].low < -0.2 < found.rows[0].high < 0
    assert compare(worse, better, HITS).rows[0].verdict == "better"
    assert compare(run([1] * 49 + [0]), better, HITS).rows[0].verdict == "tie"


def test_of_refusals_fewer_are_better() -> None:
    few, many = run([0] * 50, "false_refusals"), run([1] * 20 + [0] * 30, "false_refusals")
    assert compare(few, many, ["false_refusals"]).regressions == ["false_refusals"]
    assert compare(many, few, ["false_refusals"]).rows[0].verdict == "better"


def test_only_cases_that_both_have() -> None:
    before, after = run([1, 1, 1]), run([1, 1, 0, 0, 0])
    found = compare(before, dict(list(after.items())[1:]), HITS)
    assert (found.shared, found.only_before, found.only_after) == (2, 1, 2)
    assert (found.rows[0].before, found.rows[0].after, found.rows[0].cases) == (1, 0.5, 2)
    with pytest.raises(UsageError, match="none of its cases"):
        compare({"x": Recorded({})}, after, HITS)


def test_a_metric_is_the_mean_over_the_cases_it_applies_to_in_each_run() -> None:
    before, after = run([1, None, 0, None]), run([1, 1, None, None])
    found = compare(before, after, HITS).rows[0]
    assert (found.before, found.after, found.cases) == (0.5, 1, 3)
    assert compare(run([None]), run([None]), HITS).rows == ()
    one_side = compare(run([None, None]), run([1, 0]), HITS).rows[0]
    assert (one_side.before, one_side.after, one_side.difference, one_side.verdict) == (None, 0.5, None, "tie")


def judged(supports: list[tuple[bool, float]]) -> dict[str, Recorded]:
    return {
        str(at): Recorded({"false_refusals": 0.0} if answerable else {"abstention_recall": 0.0}, support=support)
        for at, (answerable, support) in enumerate(supports)
    }


def test_the_area_is_compared_over_all_cases_together() -> None:
    apart = judged([(True, 1.0), (False, 0.5)] * 30)
    mixed = judged([(True, 0.5 + at % 2), (False, 0.6)][side] for at in range(30) for side in (0, 1))
    row = compare(apart, mixed, ["abstention_auroc"]).rows[0]
    assert (row.before, row.after, row.verdict) == (1, 0.5, "worse")
    assert compare(apart, apart, ["abstention_auroc"]).rows[0].verdict == "tie"
    assert compare(judged([(True, 1.0)]), judged([(True, 1.0)]), ["abstention_auroc"]).rows == ()


def test_what_it_takes_is_told_and_no_regression() -> None:
    before = {str(at): Recorded({"hit@5": 1.0}, {"seconds": 1.0, "context_tokens": 500}) for at in range(20)}
    after = {str(at): Recorded({"hit@5": 1.0}, {"seconds": 2.0, "context_tokens": 400}) for at in range(20)}
    found = compare(before, after, HITS)
    assert {row.metric: row.verdict for row in found.rows} == {
        "hit@5": "tie",
        "context_tokens": "less",
        "seconds": "more",
    }
    assert found.regressions == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"results": [{"id": "a"}]}', '{"results": [{"scores": {}}]}', "\ud800"]
)
def test_a_baseline_that_is_none(tmp_path, text) -> None:
    file = tmp_path / "before.json"
    file.write_text(text, errors="replace")
    with pytest.raises(UsageError, match="not the output of an evaluation"):
        load_baseline(file)


def test_a_baseline(tmp_path) -> None:
    file = tmp_path / "before.json"
    with pytest.raises(UsageError, match="cannot be read"):
        load_baseline(file)
    old = {"id": "a", "scores": {"hit@5": 1}}
    new = {"id": "b", "scores": {"false_refusals": 0}, "abstained": False, "support": 1.2, "seconds": 0.5, "cost": None,
           "usage": {"input_tokens": 10, "other": 1}}  # fmt: skip
    file.write_text(json.dumps({"results": [old, new]}))
    found = load_baseline(file)
    assert found["a"] == Recorded({"hit@5": 1.0})
    assert found["b"].support == 1.2
    assert found["b"].costs == {"input_tokens": 10, "seconds": 0.5}
