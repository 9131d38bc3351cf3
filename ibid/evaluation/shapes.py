"""The object of `ibid eval --json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ibid.evaluation.abstaining import Calibration, Point, points, thinned
from ibid.evaluation.comparing import Comparison, Recorded
from ibid.evaluation.judge import VERSION, Judgements
from ibid.evaluation.run import Evaluation, Result
from ibid.evaluation.scores import Spread
from ibid.shapes import citation_shape, hit_shape, report_shape
from retrieval.types import SyncReport

Shape = dict[str, Any]


def shape(evaluation: Evaluation, *, report: SyncReport | None, seconds: float) -> Shape:
    """The evaluation; `seconds` is what all took."""
    return {
        "cases": len(evaluation.results),
        "metrics": evaluation.metrics,
        "by_type": evaluation.by_type,
        "results": [_result_shape(result) for result in evaluation.results],
        "tokens": {
            "context_tokens": _spread_shape(evaluation.context_tokens),
            "input_tokens": _spread_shape(evaluation.input_tokens),
            "output_tokens": _spread_shape(evaluation.output_tokens),
        },
        "cost": _spread_shape(evaluation.cost),
        "seconds": {**(_spread_shape(evaluation.seconds) or {"p50": None, "p95": None, "total": None}), "all": seconds},
        "abstention": [_point_shape(point) for point in thinned(points(evaluation.weighed))],
        "unknown_files": list(evaluation.unknown_files),
        "ingest": report_shape(report) if report else None,
    }


def calibration_shape(found: Calibration, file: str | None) -> Shape:
    """What calibrating found."""
    return {
        "threshold": found.chosen.threshold,
        "chosen": _point_shape(found.chosen),
        "present": _point_shape(found.at_present),
        "best_balanced": _point_shape(found.best),
        "answerable": found.answerable,
        "unanswerable": found.unanswerable,
        "curve": [_point_shape(point) for point in thinned(found.curve)],
        "file": file,
    }


def comparison_shape(found: Comparison) -> Shape:
    """A comparison with an earlier run."""
    return {
        "cases": found.shared,
        "only_before": found.only_before,
        "only_after": found.only_after,
        "metrics": [asdict(row) for row in found.rows],
        "regressions": found.regressions,
    }


def judge_shape(found: Judgements) -> Shape:
    """What a judge said."""
    return {
        "prompt": VERSION,
        "model": found.model,
        "judged": len(found.verdicts),
        "unclear": found.unclear,
        "right": found.right,
        "agreement": found.agreement,
        "kappa": found.kappa,
        "verdicts": dict(found.verdicts),
        "disagreements": found.disagreements,
        "usage": {"input_tokens": found.usage.input_tokens, "output_tokens": found.usage.output_tokens},
        "cost": found.cost,
    }


def recorded(results: Sequence[Result]) -> dict[str, Recorded]:
    """The cases of this run as `comparing` sees them."""
    found = {}
    for result in results:
        answer = result.answer
        support = answer.support if answer else None
        found[result.case.id] = Recorded(result.scores, _costs(result), bool(answer and answer.abstained), support)
    return found


def _costs(result: Result) -> dict[str, float]:
    if result.answer is None:
        return {}
    costs = {**asdict(result.answer.usage), "seconds": result.seconds}
    return costs if result.answer.cost is None else costs | {"cost": result.answer.cost}


def _spread_shape(spread: Spread | None) -> dict[str, float] | None:
    return asdict(spread) if spread else None


def _point_shape(point: Point) -> Shape:
    both = point.false_refusals is not None and point.abstention_recall is not None
    return asdict(point) | {"balanced_accuracy": point.balanced if both else None}


def _result_shape(result: Result) -> Shape:
    kept = ("rank", "score", "scores", "collection", "match")
    retrieved = [{key: value for key, value in hit_shape(hit).items() if key not in kept} for hit in result.hits]
    case = result.case
    told: Shape = {"id": case.id, "question": case.question, "answers": case.answers}
    told |= {"retrieved": retrieved, "answer": None, "scores": result.scores}
    answer = result.answer
    if answer is not None:
        told["answer"] = answer.text
        told["abstained"] = answer.abstained
        told["support"] = answer.support
        told["unsure"] = answer.unsure
        told["citations"] = [citation_shape(citation) for citation in answer.citations]
        told["usage"] = asdict(answer.usage)
        told["cost"] = answer.cost
        told["seconds"] = result.seconds
    return told
