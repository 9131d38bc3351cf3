"""Retrieval metrics: places and spans of the right evidence against the hits, in rank order.

The character metrics follow Chroma's "Evaluating Chunking Strategies" (2024; code of chunking_evaluation, 2025-03),
with lengths in characters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import Place, Span

DEPTHS = (1, 3, 5, 10)
TOKEN_BUDGETS = (250, 500, 1000, 2000)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that holds the answer: the document's path, and the most specific of the other fields."""

    path: str
    span: Span | None = None
    box: tuple[float, float, float, float] | None = None
    pointers: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    page: int | None = None

    def met_by(self, path: str, span: Span, place: Place) -> bool:
        """Whether what was sent (its span and place) is at this place."""
        if path != self.path:
            return False
        if self.span is not None:
            return span.overlaps(self.span)
        if self.box is not None:
            return any(
                _boxes_meet(self.box, self.page, box.page, (box.x0, box.y0, box.x1, box.y1)) for box in place.boxes
            )
        if self.pointers:
            return any(_related(one, other) for one in self.pointers for other in place.pointers)
        if self.rows:
            return place.rows is not None and any(place.rows[0] <= row <= place.rows[1] for row in self.rows)
        if self.page is not None:
            return self.page in place.pages
        return True


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A hit as the metrics see it; `tokens` counts text and context, `context_tokens` the context alone."""

    path: str
    span: Span
    place: Place
    context: str
    tokens: int
    context_tokens: int


def _boxes_meet(
    wanted: tuple[float, float, float, float],
    page: int | None,
    found_page: int,
    found: tuple[float, float, float, float],
) -> bool:
    if page is not None and page != found_page:
        return False
    return wanted[0] < found[2] and found[0] < wanted[2] and wanted[1] < found[3] and found[1] < wanted[3]


def _related(one: str, other: str) -> bool:
    """Whether two JSON pointers are the same, or one lies above the other."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def within_budget(hits: Sequence[Retrieved], budget: int) -> list[Retrieved]:
    """The first hits that fit `budget` tokens: the first that would pass it ends the list.

    A context that was counted for the same document already is not counted again.
    """
    kept: list[Retrieved] = []
    seen: set[tuple[str, str]] = set()
    used = 0
    for hit in hits:
        known = (hit.path, hit.context) in seen
        used += hit.tokens - (hit.context_tokens if known else 0)
        if used > budget:
            break
        seen.add((hit.path, hit.context))
        kept.append(hit)
    return kept


def retrieval_metrics(evidence: Sequence[Evidence], hits: Sequence[Retrieved]) -> dict[str, float]:
    """All retrieval metrics of one case, by their names in `--json`."""
    met = [[one.met_by(hit.path, hit.span, hit.place) for one in evidence] for hit in hits]
    files = {one.path for one in evidence}
    scores: dict[str, float] = {}
    for k in DEPTHS:
        scores[f"hit@{k}"] = float(any(any(row) for row in met[:k]))
        scores[f"file_hit@{k}"] = float(any(hit.path in files for hit in hits[:k]))
        scores[f"recall@{k}"] = sum(map(any, zip(*met[:k], strict=True))) / len(evidence) if met else 0.0
    scores["mrr"] = next((1 / rank for rank, row in enumerate(met, 1) if any(row)), 0.0)
    scores["ndcg@10"] = _ndcg(met[:10], len(evidence))
    for budget in TOKEN_BUDGETS:
        fitting = len(within_budget(hits, budget))
        scores[f"hit@{budget}t"] = float(any(any(row) for row in met[:fitting]))
    if all(one.span is not None for one in evidence):
        for k in DEPTHS:
            scores |= _named(evidence, hits[:k], f"@{k}")
        for budget in TOKEN_BUDGETS:
            scores |= _named(evidence, within_budget(hits, budget), f"@{budget}t")
    return scores


def _named(evidence: Sequence[Evidence], hits: Sequence[Retrieved], suffix: str) -> dict[str, float]:
    names = ("char_recall", "char_precision", "char_iou")
    return {name + suffix: value for name, value in zip(names, char_scores(evidence, hits), strict=True)}


def _ndcg(met: Sequence[Sequence[bool]], places: int) -> float:
    """Gain 1 for the first hit at each place; the ideal has them at the first ranks."""
    seen: set[int] = set()
    gained = 0.0
    for rank, row in enumerate(met, 1):
        new = {number for number, yes in enumerate(row) if yes} - seen
        gained += bool(new) / math.log2(rank + 1)
        seen |= new
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(10, places) + 1))


def char_scores(evidence: Sequence[Evidence], hits: Sequence[Retrieved]) -> tuple[float, float, float]:
    """Recall, precision and intersection over union in characters, as Chroma's chunking benchmark defines them.

    Every retrieved character counts, also what is repeated or of another document; the evidence's characters that no
    hit covers are added below the line of the union.
    """
    gold = [(one.path, one.span) for one in evidence if one.span is not None]
    wanted = sum(len(span) for _, span in gold)
    covered = missed = 0
    for path in {path for path, _ in gold}:
        mine = [span for where, span in gold if where == path]
        got = union(hit.span for hit in hits if hit.path == path)
        common = [Span(max(one.start, other.start), min(one.end, other.end)) for one in mine for other in got]
        covered += sum(map(len, union(span for span in common if span.start < span.end)))
        missed += sum(len(span) - sum(_common(span, one) for one in got) for span in mine)
    retrieved = sum(len(hit.span) for hit in hits)
    return (
        covered / wanted if wanted else 0.0,
        covered / retrieved if retrieved else 0.0,
        covered / (retrieved + missed) if retrieved + missed else 0.0,
    )


def precision_omega(evidence: Sequence[Evidence], chunks: Mapping[str, Sequence[Span]]) -> float:
    """The precision that a perfect search could have: of all chunks that touch the evidence, and nothing else.

    Args:
        evidence: places with spans.
        chunks: all of each document's, by its path. As published, one that ends where the evidence begins touches it.
    """
    covered = whole = 0
    for path in {one.path for one in evidence}:
        mine = [one.span for one in evidence if one.path == path and one.span is not None]
        touching = [
            one for one in chunks[path] if any(one.start <= span.end and span.start <= one.end for span in mine)
        ]
        common = [Span(max(one.start, span.start), min(one.end, span.end)) for one in touching for span in mine]
        covered += sum(map(len, union(span for span in common if span.start < span.end)))
        whole += sum(map(len, union([*touching, *mine])))
    return covered / whole if whole else 0.0


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def union(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans that cover the same characters, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
