"""Asking one case: by the answerer, or from what an earlier run has kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from ibid.evaluation.kept import Kept, answers_adapter, digest
from ibid.evaluation.ledger import Ledger
from qa.answering import Answerer
from qa.prompts import ABSTENTION
from qa.types import Answer
from retrieval.metrics import DEPTHS
from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks cases.

    Args:
        answerer: of the collection.
        k: hits that are considered.
        kept: where finished answers are, and go; None: nothing is kept.
        ledger: takes what an answer used; None where there is none.
        threshold: given where the answerer withholds nothing: what is below it is withheld afterwards.
    """

    answerer: Answerer
    k: int
    kept: Kept | None = None
    ledger: Ledger | None = None
    threshold: float | None = None

    def ask(self, question: str, files: Sequence[str] | None, hits: Sequence[Hit]) -> tuple[Answer, float]:
        """The answer, and the seconds that it took (when it was made).

        Args:
            question: of the case.
            files: only these documents.
            hits: what was found for it: an answer is kept for as long as that stays the same.
        """
        key = _key(question, files, hits)
        known = self._known(key)
        if known is not None:
            return known
        begun = time.perf_counter()
        answer = self.answerer.ask(question, k=self.k, files=files)
        seconds = time.perf_counter() - begun
        if self.ledger is not None:
            self.ledger.record(answer.provider, answer.model, answer.usage, answer.cost)
        if self.kept is not None:
            told = answers_adapter().dump_python(answer, mode="json")
            self.kept.put(key, {"answer": told, "seconds": seconds}, question=question)
        return answer, seconds

    def withheld(self, answer: Answer) -> Answer:
        """The answer, or an abstention where its support is below the threshold."""
        if self.threshold is None or answer.abstained or (answer.support or 0.0) >= self.threshold:
            return answer
        return replace(answer, text=ABSTENTION, abstained=True, unsure=False, citations=())

    def _known(self, key: str) -> tuple[Answer, float] | None:
        told = self.kept.get(key) if self.kept is not None else None
        if self.kept is None or told is None:
            return None
        try:
            answer, seconds = answers_adapter().validate_python(told["answer"]), float(told["seconds"])
        except (ValidationError, KeyError, TypeError, ValueError):
            return None  # kept by another version
        self.kept.reused += 1
        return answer, seconds


def _key(question: str, files: Sequence[str] | None, hits: Sequence[Hit]) -> str:
    found = [[hit.path, hit.span.start, hit.span.end, hit.text, hit.context] for hit in hits[: max(DEPTHS)]]
    return digest(question, files, found)
