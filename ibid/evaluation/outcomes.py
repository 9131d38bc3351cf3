"""What became of a case, in a word; what failed comes first."""

from __future__ import annotations

from dataclasses import dataclass

from ibid.evaluation.run import Result

_DEPTH = "hit@5"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a case failed (None: nothing of it is judged), and how."""

    said: str
    failed: bool | None


def outcome(result: Result) -> Outcome:
    """What became of a case: of its answer where that is judged, else of what was found."""
    scores, answer = result.scores, result.answer
    if answer is None or result.case.answers is None:
        return _finding(result)
    if scores.get("quote_verbatim", 1) < 1:
        return Outcome("a quote that is not in its document", failed=True)
    if not result.case.answers:
        answered = "answered, though the documents do not say" + "; it was unsure" * answer.unsure
        said = "rightly refused" if answer.abstained else answered
        return Outcome(said, failed=not answer.abstained)
    if answer.abstained:
        return Outcome(f"refused{_found(result)}", failed=True)
    if scores["answer_contains"]:
        return Outcome("right", failed=False)
    return Outcome(f"wrong{_found(result)}", failed=True)


def _finding(result: Result) -> Outcome:
    if _DEPTH not in result.scores:
        return Outcome("not judged", failed=None)
    rank = _rank(result)
    found = f"found at rank {rank}" if rank else "not found"
    return Outcome(found, failed=not result.scores[_DEPTH])


def _found(result: Result) -> str:
    """Whether finding or answering is to blame."""
    if not result.case.evidence:
        return ""
    rank = _rank(result)
    return f"; its place was found at rank {rank}" if rank else "; its place was not found"


def _rank(result: Result) -> int | None:
    return next((hit.rank for hit, met in zip(result.hits, result.met, strict=True) if met), None)
