"""Running a case file against a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from ibid.evaluation.abstaining import Weighed, auroc
from ibid.evaluation.asking import Asker
from ibid.evaluation.cases import Case, resolve
from ibid.evaluation.names import ABSTENTION_AUROC, METRICS
from ibid.evaluation.scores import (
    Scores,
    Spread,
    answer_scores,
    as_retrieved,
    retrieval_scores,
    spread,
    summary,
)
from ingest.errors import UsageError
from ingest.types import Span
from qa.types import Answer
from retrieval.embedders import Embedder
from retrieval.index import Index
from retrieval.metrics import DEPTHS, TOKEN_BUDGETS, Retrieved, precision_omega, within_budget
from retrieval.settings import SearchSettings
from retrieval.types import Hit

_DEEPEST = 2_000
"""Hits at most that are asked for to fill the largest token budget."""

_MARGIN = 1.15
"""The next question is asked for so much more than the last one needed."""

Means = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Result:
    """One case: what was found, what was answered (None with `--retrieval-only`), its scores."""

    case: Case
    hits: tuple[Hit, ...]
    answer: Answer | None
    scores: Scores
    seconds: float
    right: bool = False
    """Whether the answer held the right one before anything was withheld."""
    met: tuple[bool, ...] = ()
    """Whether each hit is at a place of the evidence."""

    @property
    def weighed(self) -> Weighed | None:
        """The case as abstaining sees it; None where no answer is judged."""
        if self.answer is None or self.case.answers is None:
            return None
        return Weighed(bool(self.case.answers), self.answer.abstained, self.answer.support, self.right)

    @property
    def unwithheld(self) -> Weighed | None:
        """The same, asked so that nothing is withheld: without support there was nothing to say."""
        found = self.weighed
        return found and replace(found, abstained=(found.support or 0.0) <= 0)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All cases, and their means."""

    results: tuple[Result, ...]
    metrics: Means
    by_type: dict[str, Means]
    context_tokens: Spread | None
    input_tokens: Spread | None
    output_tokens: Spread | None
    cost: Spread | None
    seconds: Spread | None
    unknown_files: tuple[str, ...]
    """Names in the case file that no document has."""

    @property
    def weighed(self) -> list[Weighed]:
        """The cases whose answers are judged, as abstaining sees them."""
        return [one for result in self.results if (one := result.weighed)]


class Runner:
    """Asks the cases of one collection."""

    def __init__(self, index: Index, *, embedder: Embedder, asker: Asker | None, search: SearchSettings) -> None:
        self._index = index
        self._embedder = embedder
        self._asker = asker
        self._search = search
        self._paths = index.paths()
        self._unknown: dict[str, None] = {}
        self._resolved: dict[str, str | None] = {}
        self._context_sizes: dict[str, int] = {}
        self._chunk_spans: dict[str, list[Span]] = {}
        status = index.status(None, None)
        mean = status.tokens / max(1, status.chunks)
        self._depth = max(*DEPTHS, ceil(1.3 * max(TOKEN_BUDGETS) / max(1.0, mean)) + 3)

    def run(self, cases: Sequence[Case], *, advance: Callable[[], None]) -> Evaluation:
        """Asks every case.

        Raises:
            UsageError: none of the files that the cases name is indexed.
        """
        results = []
        for case in cases:
            results.append(self._result(case))
            advance()
        if self._resolved and not any(self._resolved.values()):
            raise UsageError(
                f"none of the files of the cases is indexed ({next(iter(self._resolved))!r} …)",
                hint="is --corpus the folder that the cases are about?",
            )
        return self._evaluation(tuple(results))

    def _result(self, case: Case) -> Result:
        evidence = [replace(one, path=self._path(one.path) or one.path) for one in case.evidence]
        files = self._files(case)
        hits = self._hits(case.question, files)
        seen = [self._retrieved(hit) for hit in hits]
        scores = retrieval_scores(case, evidence, hits, seen)
        if evidence and all(one.span is not None for one in evidence):
            scores["precision_omega"] = precision_omega(evidence, {one.path: self._spans(one.path) for one in evidence})
        met = tuple(any(one.met_by(hit.path, hit.span, hit.place) for one in evidence) for hit in hits)
        if self._asker is None:
            return Result(case, tuple(hits), None, scores, 0.0, met=met)
        given, seconds = self._asker.ask(case.question, files, hits)
        before = answer_scores(case, evidence, given, self._index.text)
        answer = self._asker.withheld(given)
        scores |= before if answer is given else answer_scores(case, evidence, answer, self._index.text)
        return Result(case, tuple(hits), answer, scores, seconds, bool(before.get("answer_contains")), met)

    def _spans(self, path: str) -> list[Span]:
        """The spans of a document's chunks; of one that is not indexed there are none."""
        if path not in self._paths:
            return []
        if path not in self._chunk_spans:
            self._chunk_spans[path] = self._index.chunk_spans(path)
        return self._chunk_spans[path]

    def _files(self, case: Case) -> list[str] | None:
        if not case.files:
            return None
        return [path for name in case.files if (path := self._path(name)) is not None]

    def _path(self, name: str) -> str | None:
        """The document that a name means; None, and noted, where none has it."""
        if name not in self._resolved:
            self._resolved[name] = resolve(name, self._paths)
            if self._resolved[name] is None:
                self._unknown[name] = None
        return self._resolved[name]

    def _hits(self, question: str, files: Sequence[str] | None) -> list[Hit]:
        """As many hits as the largest token budget holds, and at least as many as the deepest rank.

        Up to `candidates` a deeper search only goes on with the same list; so the first try is what the last questions
        needed, and what is found does not depend on it.
        """
        if files is not None and not files:
            return []
        depth = min(self._depth, max(self._search.candidates, *DEPTHS))
        while True:
            hits = self._index.search(question, k=depth, files=files)
            fitting = len(within_budget([self._retrieved(hit) for hit in hits], max(TOKEN_BUDGETS)))
            if len(hits) < depth or fitting < len(hits) or depth >= _DEEPEST:
                self._depth = max(*DEPTHS, ceil(_MARGIN * fitting) + 1, self._depth - 1)
                return hits
            candidates = self._search.candidates
            depth = min(_DEEPEST, candidates if depth < candidates else 2 * depth)

    def _retrieved(self, hit: Hit) -> Retrieved:
        context = hit.context
        if context not in self._context_sizes:
            self._context_sizes[context] = len(self._embedder.token_starts(context)) if context else 0
        return as_retrieved(hit, self._context_sizes[context])

    def _evaluation(self, results: tuple[Result, ...]) -> Evaluation:
        types = dict.fromkeys(result.case.type for result in results)
        answers = [result.answer for result in results if result.answer is not None]
        costs = [answer.cost for answer in answers if answer.cost is not None]
        return Evaluation(
            results=results,
            metrics=_means(results),
            by_type={kind: _means([result for result in results if result.case.type == kind]) for kind in types},
            context_tokens=spread([answer.usage.context_tokens for answer in answers]),
            input_tokens=spread([answer.usage.input_tokens for answer in answers]),
            output_tokens=spread([answer.usage.output_tokens for answer in answers]),
            cost=spread(costs) if len(costs) == len(answers) else None,
            seconds=spread([result.seconds for result in results] if answers else []),
            unknown_files=tuple(self._unknown),
        )


def _means(results: Sequence[Result]) -> Means:
    weighed = [one for result in results if (one := result.weighed)]
    means = summary((result.scores for result in results), METRICS)
    return means | {ABSTENTION_AUROC: auroc(weighed)}


def evaluate_index(
    index: Index, cases: Sequence[Case], *, embedder: Embedder, search: SearchSettings, advance: Callable[[], None]
) -> Evaluation:
    """Searches for the cases' questions in an index, and makes no answers.

    Raises:
        UsageError: none of the files that the cases name is indexed.
    """
    return Runner(index, embedder=embedder, asker=None, search=search).run(cases, advance=advance)
