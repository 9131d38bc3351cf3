"""Cases suggested by a language model: a passage drawn by chance, a question about it, its answer found in it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ibid.evaluation.answers import contains, holds
from ibid.evaluation.drafting import CaseFile, Draft, evidence_of
from ingest.errors import UsageError
from ingest.types import Span
from qa.providers import Request
from qa.types import Message, Usage
from qa.units import units

if TYPE_CHECKING:
    from qa.providers import Provider
    from retrieval.embedders import Embedder
    from retrieval.index import Index

_TRIES = 4
"""Passages that are tried for each case that is wanted."""
_LEAST_CHARACTERS = 40
_LONGEST_ANSWER = 200
_OUTPUT_TOKENS = 200
_AROUND = " \t\"'*“”"
_SYSTEM = (
    "You write questions for a test of a search engine. You get one passage of a document. Write one question that "
    "somebody would ask who has not seen the passage, and that the passage answers. Name what the question is about; "
    "never say 'the passage', 'the text' or 'this document'. Then copy the answer from the passage, word for word, as "
    "short as can be.\nReply with two lines and nothing else:\nQuestion: …\nAnswer: …"
)
_EXAMPLE = (
    Message(
        "user",
        "The ferry Aurora leaves Kotka at 7:40 each morning from May to September. Bicycles travel free of charge; a "
        "cabin costs 18 euros.",
    ),
    Message("assistant", "Question: What does a cabin on the ferry Aurora cost?\nAnswer: 18 euros"),
)
_REPLY = re.compile(r"question\W*?:\s*(?P<question>[^\n]+)\n+\W*answer\W*?:\s*(?P<answer>[^\n]+)", re.IGNORECASE)
_POINTS_AT_TEXT = re.compile(
    r"\b(?:the|this) (?:passage|text|document|excerpt|table|context|paragraph)\b", re.IGNORECASE
)


@dataclass
class Generated:
    """What came of it."""

    written: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Why replies were not taken."""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Generator:
    """Has a model suggest cases over a collection.

    Args:
        index: the collection's.
        provider: a model.
        embedder: the collection's.
        seed: decides which passages are drawn.
    """

    index: Index
    provider: Provider
    embedder: Embedder
    seed: int

    def run(self, count: int, file: CaseFile, *, kind: str | None, advance: Callable[[], None]) -> Generated:
        """Writes up to `count` cases, each as it comes.

        Raises:
            UsageError: the collection has no passage to ask about.
            ProviderError: the model's endpoint failed.
        """
        found = Generated()
        for path, span in self._passages(count * _TRIES):
            question, answer, why = self._suggested(self.index.text(path, span), found)
            if not why and question in file.questions:
                why = "a question that is there already"
            if why:
                found.refused.append(why)
                continue
            place = self._holding(path, span, answer)
            suffix = PurePosixPath(path).suffix.lstrip(".").lower() or "text"
            draft = Draft(question, kind or suffix, [answer], [evidence_of(self.index, path, place)], generated=True)
            found.written.append(file.add(draft))
            advance()
            if len(found.written) == count:
                break
        return found

    def _passages(self, most: int) -> Iterator[tuple[str, Span]]:
        """Chunks drawn by chance, each once, documents with equal chances."""
        drawn = random.Random(self.seed)  # noqa: S311  # a sample, not a secret
        left = {path: self.index.chunk_spans(path) for path in self.index.paths()}
        left = {path: long for path, spans in left.items() if (long := [one for one in spans if _is_long(one)])}
        if not left:
            raise UsageError("no passage of the collection is long enough to ask about")
        for _ in range(most):
            if not left:
                return
            path = drawn.choice(sorted(left))
            span = left[path].pop(drawn.randrange(len(left[path])))
            if not self.index.place(path, span).generated:  # what a model said of a picture is no evidence
                yield path, span
            if not left[path]:
                del left[path]

    def _suggested(self, passage: str, found: Generated) -> tuple[str, str, str]:
        """Question, answer, and why they are not taken ("": they are)."""
        messages = (Message("system", _SYSTEM), *_EXAMPLE, Message("user", passage))
        request = Request("", (), messages, _OUTPUT_TOKENS, self.embedder.embed)
        reply = ""
        for delta in self.provider.stream(request):
            reply += delta.text
            if delta.usage is not None:
                found.usage = Usage(
                    found.usage.input_tokens + delta.usage.input_tokens,
                    found.usage.output_tokens + delta.usage.output_tokens,
                )
        return parsed(reply, passage)

    def _holding(self, path: str, span: Span, answer: str) -> Span:
        """The sentence or row that holds the answer: evidence that does not depend on how the text was cut."""
        text, place = self.index.text(path, span), self.index.place(path, span)
        for unit in units(text, place):
            if holds(text[unit.start : unit.end], answer):
                return unit.shift(span.start)
        return span


def _is_long(span: Span) -> bool:
    return len(span) >= _LEAST_CHARACTERS


def parsed(reply: str, passage: str) -> tuple[str, str, str]:
    """Question and answer of a reply, and why they are not taken ("": they are)."""
    match = _REPLY.search(reply)
    if match is None:
        return "", "", "a reply without question and answer"
    question, answer = (match[name].strip(_AROUND) for name in ("question", "answer"))
    if not question.endswith("?") or len(question.split()) < 3:
        return question, answer, "no question"
    if _POINTS_AT_TEXT.search(question):
        return question, answer, "a question that points at the passage"
    if not answer or len(answer) > _LONGEST_ANSWER:
        return question, answer, "an answer that is empty or very long"
    bare = answer.rstrip(".")
    if not contains(passage, ((bare,),), every=True):
        return question, answer, "an answer that does not stand in the passage"
    if holds(question, bare):
        return question, answer, "a question that holds its answer"
    return question, bare, ""


def reasons(refused: Sequence[str]) -> list[str]:
    """Why replies were not taken, counted."""
    return [f"{refused.count(why)} × {why}" for why in dict.fromkeys(refused)]
