"""Writing cases in a terminal: a question, the hits, which of them answer it, which part of these, the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ibid.evaluation.answers import contains
from ibid.evaluation.drafting import CaseFile, Draft, answers_of, evidence_of
from ingest.citations import citation_of
from ingest.types import Span
from qa.units import units

if TYPE_CHECKING:
    from ibid.library import Library
    from retrieval.types import Hit

Ask = Callable[[str], str | None]
"""Asks for a line: what was typed, None where no more comes."""
_RANGES = re.compile(r"\s*\d+(\s*-\s*\d+)?(\s*[, ]\s*\d+(\s*-\s*\d+)?)*\s*")


@dataclass
class Dialogue:
    """Makes cases of what is typed.

    Args:
        library: what is searched.
        file: where the cases go.
        ask: asks for a line.
        say: shows a line; it makes what documents hold harmless.
        k: hits shown at once.
        type: the cases' type; otherwise the suffix of the first document.
    """

    library: Library
    file: CaseFile
    ask: Ask
    say: Callable[[str], None]
    k: int
    type: str | None = None

    def run(self) -> None:
        """Asks for questions until there are no more."""
        while question := (self.ask("Question (empty: done)> ") or "").strip():
            if question in self.file.questions:
                self.say("this question is in the file already")
            elif (draft := self._draft(question)) is None:
                self.say("left out")
            else:
                self.say(f"{self.file.add(draft)} → {self.file.file}")

    def _draft(self, question: str) -> Draft | None:
        picked = self._picked(question)
        if picked is None:
            return None
        if not picked:
            return Draft(question, self.type or "unanswerable", [], [])
        index = self.library.index()
        places = [(hit, self._narrowed(hit)) for hit in picked]
        evidence: list[dict[str, Any]] = [evidence_of(index, hit.path, span) for hit, span in places]
        answers, every = self._answers([index.text(hit.path, span) for hit, span in places])
        kind = PurePosixPath(picked[0].path).suffix.lstrip(".").lower() or "text"
        return Draft(question, self.type or kind, answers, evidence, answers_all=every)

    def _picked(self, question: str) -> list[Hit] | None:
        """The hits that answer the question; none where nothing does, None where it is to be left out."""
        words, count = question, self.k
        while True:
            hits = self.library.search(words, k=count)
            for hit in hits[count - self.k :]:
                self._show(hit)
            if not hits:
                self.say("nothing was found")
            typed = self.ask(
                "Which answer it? 1 or 1,3; m: more; s WORDS: search for these; n: nothing does; empty: leave out> "
            )
            choice = (typed or "").strip()
            if not choice:
                return None
            if choice == "n":
                return []
            if choice == "m":
                count += self.k
            elif choice.startswith("s ") and choice[2:].strip():
                words, count = choice[2:].strip(), self.k
            elif (numbers := _numbers(choice, len(hits))) is not None:
                return [hits[number - 1] for number in numbers]
            else:
                self.say(f"{choice!r} is none of these")
                count = self.k

    def _show(self, hit: Hit) -> None:
        self.say(f"{hit.rank}. {citation_of(hit.path, hit.place, hit.span)}")
        for line in hit.text.strip().splitlines():
            self.say(f"   {line}")

    def _narrowed(self, hit: Hit) -> Span:
        """The part of a hit that answers."""
        parts = units(hit.text, hit.place, starts=[start - hit.span.start for start in hit.starts])
        if len(parts) < 2:
            return hit.span
        self.say(f"{citation_of(hit.path, hit.place, hit.span)}:")
        for number, part in enumerate(parts, 1):
            self.say(f"   {number}: {hit.text[part.start : part.end]}")
        while True:
            typed = (self.ask("Which part? 2 or 2-3; empty: all of it> ") or "").strip()
            if not typed:
                return hit.span
            numbers = _numbers(typed, len(parts))
            if numbers is not None:
                chosen = [parts[number - 1] for number in numbers]
                return Span(min(part.start for part in chosen), max(part.end for part in chosen)).shift(hit.span.start)
            self.say(f"{typed!r} is none of these")

    def _answers(self, texts: Sequence[str]) -> tuple[list[str | list[str]] | None, bool]:
        typed = self.ask("Answer (a | b: either spelling; a; b: both needed; empty: only finding is judged)> ")
        answers, every = answers_of(typed or "")
        for item in answers or ():
            spellings = (item,) if isinstance(item, str) else tuple(item)
            if not contains("\n".join(texts), (spellings,), every=False):
                self.say(f"{spellings[0]!r} does not stand there in these words: right, if it has to be worked out")
        return answers, every


def _numbers(typed: str, most: int) -> list[int] | None:
    """The numbers of `1,3-4`, each once, in order; None where it is no such thing."""
    if not _RANGES.fullmatch(typed):
        return None
    found: dict[int, None] = {}
    for first, last in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", typed):
        if not 1 <= int(first) <= int(last or first) <= most:
            return None
        found |= dict.fromkeys(range(int(first), int(last or first) + 1))
    return sorted(found)
