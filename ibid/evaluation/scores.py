"""The scores of one case, and their summary over many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ibid.evaluation.answers import exact_match, holds, number_match, token_f1
from ibid.evaluation.cases import Answers, Case
from ingest.types import Span
from qa.citations import markers
from qa.types import Answer
from retrieval.metrics import DEPTHS, Evidence, Retrieved, retrieval_metrics
from retrieval.types import Hit

Scores = dict[str, float]
Text = Callable[[str, Span], str]
"""A document's text at a span."""


def retrieval_scores(
    case: Case, evidence: Sequence[Evidence], hits: Sequence[Hit], seen: Sequence[Retrieved]
) -> Scores:
    """What was found, against the places (resolved to document paths); nothing where the case names none."""
    if not case.evidence:
        return {}
    scores = retrieval_metrics(evidence, seen)
    if case.answers:
        for k in DEPTHS:
            texts = [hit.text for hit in hits[:k]]
            scores[f"answer_in_hits@{k}"] = float(_stand_in(texts, case.answers, every=case.answers_all))
    return scores


def _stand_in(texts: Sequence[str], answers: Answers, *, every: bool) -> bool:
    """Whether the right answers stand in the texts, each in any of them."""
    found = (any(holds(text, spelling) for spelling in item for text in texts) for item in answers)
    return all(found) if every else any(found)


def answer_scores(case: Case, evidence: Sequence[Evidence], answer: Answer, text: Text) -> Scores:
    """What was answered, against the right answers; nothing of it where the case has no such key."""
    scores: Scores = {}
    if answer.citations:
        right = [text(one.path, one.span) == one.quote for one in answer.citations]
        scores["quote_verbatim"] = sum(right) / len(right)
    if case.answers is None:
        return scores
    if answer.abstained:
        scores["abstention_precision"] = float(not case.answers)
    else:
        scores["unsure"] = float(answer.unsure)
    if not case.answers:
        return scores | {"abstention_recall": float(answer.abstained)}
    scores["false_refusals"] = float(answer.abstained)
    scores |= _right(case, "" if answer.abstained else said(answer))
    if evidence:
        scores |= _cited(evidence, answer)
    return scores


def said(answer: Answer) -> str:
    """An answer's text without its markers: the 2 of `[2]` is no right answer."""
    known = {citation.marker for citation in answer.citations}.union(answer.unresolved)
    parts, end = [], 0
    for span, numbers in markers(answer.text):
        if known.issuperset(numbers):
            parts.append(answer.text[end : span.start].rstrip(" "))
            end = span.end
    return "".join((*parts, answer.text[end:]))


def _right(case: Case, text: str) -> Scores:
    assert case.answers
    every = case.answers_all
    scores = {
        "answer_contains": float(_stand_in([text], case.answers, every=every)),
        "exact_match": float(exact_match(text, case.answers, every=every)),
        "token_f1": token_f1(text, case.answers, every=every),
    }
    number = number_match(text, case.answers)
    if number is not None:
        scores["number_match"] = float(number)
    return scores


def _cited(evidence: Sequence[Evidence], answer: Answer) -> Scores:
    """Citations that are at a place, of all citations; places that are cited, of all places."""
    met = [[one.met_by(cited.path, cited.span, cited.place) for one in evidence] for cited in answer.citations]
    scores = {"citation_recall": sum(map(any, zip(*met, strict=True))) / len(evidence) if met else 0.0}
    if met:
        scores["citation_precision"] = sum(map(any, met)) / len(met)
    return scores


def summary(scores: Iterable[Mapping[str, float]], names: Sequence[str]) -> dict[str, float | None]:
    """The mean of each metric over the cases that it applies to; None where there are none."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for one in scores:
        for name, value in one.items():
            found[name].append(value)
    return {name: sum(values) / len(values) if values else None for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class Spread:
    """The median, the 95th percentile and the sum of what each case took."""

    p50: float
    p95: float
    total: float


def spread(values: Sequence[float]) -> Spread | None:
    """The nearest-rank percentiles; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    p50, p95 = (ordered[max(0, -(-len(ordered) * percent // 100) - 1)] for percent in (50, 95))
    return Spread(p50, p95, sum(ordered))


def as_retrieved(hit: Hit, context_tokens: int) -> Retrieved:
    """A hit as the metrics see it."""
    return Retrieved(hit.path, hit.span, hit.place, hit.context, hit.tokens, context_tokens)
