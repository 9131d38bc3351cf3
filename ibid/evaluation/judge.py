"""A language model as a judge of answers: a second opinion beside the metrics by rule, never in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from ibid.evaluation.cases import Answers, Case
from ibid.evaluation.kept import Kept, digest
from ibid.evaluation.ledger import Ledger
from ibid.evaluation.run import Result
from ingest.errors import UsageError
from ingest.plugins import find
from qa.providers import Provider, Request
from qa.types import Message, Usage
from retrieval.defusing import defuse

if TYPE_CHECKING:
    from retrieval.embedders import Embedder

VERSION = "judge-1"
"""Of the prompt: another prompt gets another version."""
_LEAST_KAPPA = 0.4
"""Below it agreement is called fair at best (Landis and Koch 1977)."""
_OUTPUT_TOKENS = 400
"""Enough for a model that thinks aloud."""
_BEGINS = re.compile(r"^--- (system|user|assistant)$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{(question|right|answer)\}\}")
_TAGS = re.compile(r"<(?=\s*/?\s*(?:question|right|answer)\s*>)", re.IGNORECASE)
_SAYS = re.compile(r"\W*says\W", re.IGNORECASE)
_VERDICT = re.compile(r"\bverdict\b", re.IGNORECASE)
_AT_ONCE = re.compile(r"\W*(?:is\b\W*)?(?:not quite\W*)?")
_SAID = re.compile(
    r"\b(?:(?P<wrong>incorrect|wrong|(?:not|\w+n['’]t) (?:\w+ )?(?:right|correct))|(?P<right>right|correct))\b",
    re.IGNORECASE,
)


@dataclass
class Judgements:
    """What a judge said of the answers to answerable questions."""

    model: str
    verdicts: dict[str, bool | None] = field(default_factory=dict)
    """By the cases' ids: right, wrong, or nothing that could be understood."""
    by_rule: dict[str, bool] = field(default_factory=dict)
    """What `answer_contains` says of the same answers."""
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0

    @property
    def unclear(self) -> int:
        """Replies that were neither."""
        return sum(said is None for said in self.verdicts.values())

    @property
    def right(self) -> float | None:
        """The share of right answers."""
        said = [value for value in self.verdicts.values() if value is not None]
        return sum(said) / len(said) if said else None

    @property
    def agreement(self) -> float | None:
        """How often the judge says what `answer_contains` says."""
        pairs = self._pairs()
        return sum(one == other for one, other in pairs) / len(pairs) if pairs else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: the agreement beyond what chance would bring; None where one of them never differs."""
        pairs, observed = self._pairs(), self.agreement
        if observed is None:
            return None
        ours, theirs = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
        chance = ours * theirs + (1 - ours) * (1 - theirs)
        return (observed - chance) / (1 - chance) if chance < 1 else None

    @property
    def doubtful(self) -> bool:
        """Whether it agrees hardly more often than chance would have it."""
        return self.kappa is None or self.kappa < _LEAST_KAPPA

    @property
    def disagreements(self) -> list[str]:
        """The cases to look at."""
        return [key for key, said in self.verdicts.items() if said is not None and said != self.by_rule[key]]

    def _pairs(self) -> list[tuple[bool, bool]]:
        return [(said, self.by_rule[key]) for key, said in self.verdicts.items() if said is not None]


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks a model, at temperature 0 where it has one, whether answers are right.

    Args:
        provider: the model.
        embedder: the collection's.
        kept: where what it said is, and goes.
        ledger: takes what it used; None where there is none.
    """

    provider: Provider
    embedder: Embedder
    kept: Kept | None = None
    ledger: Ledger | None = None

    def run(self, results: Sequence[Result], *, advance: Callable[[], None]) -> Judgements:
        """Judges the answers of the cases that have right ones; an abstention is wrong without being asked about.

        Raises:
            ProviderError: the endpoint failed.
            BudgetError: the budget of the day stopped it.
        """
        found = Judgements(self.provider.model_name)
        for result in results:
            if result.answer is not None and result.case.answers:
                right = not result.answer.abstained and self._verdict(result.case, result.answer.text, found)
                found.verdicts[result.case.id] = right
                found.by_rule[result.case.id] = bool(result.scores["answer_contains"])
            advance()
        return found

    def _verdict(self, case: Case, answer: str, found: Judgements) -> bool | None:
        messages = prompt(case, answer)
        key = digest([message.content for message in messages])
        reply = self.kept.get(key) if self.kept is not None else None
        if isinstance(reply, str) and self.kept is not None:
            self.kept.reused += 1
            return understood(reply)
        reply = self._asked(messages, found)
        if self.kept is not None:
            self.kept.put(key, reply, question=case.question)
        return understood(reply)

    def _asked(self, messages: tuple[Message, ...], found: Judgements) -> str:
        if self.ledger is not None:
            self.ledger.check(self.provider, messages, _OUTPUT_TOKENS)
        reply, usage = "", Usage()
        for delta in self.provider.stream(Request("", (), messages, _OUTPUT_TOKENS, self.embedder.embed)):
            reply, usage = reply + delta.text, delta.usage or usage
        cost = self.provider.cost(usage)
        found.usage = Usage(
            found.usage.input_tokens + usage.input_tokens, found.usage.output_tokens + usage.output_tokens
        )
        found.cost = None if cost is None or found.cost is None else found.cost + cost
        if self.ledger is not None:
            self.ledger.record(self.provider.component_name, self.provider.model_name, usage, cost)
        return reply


def model(provider: Provider, name: str | None) -> Provider:
    """The judge: the provider of the settings, or another model of its endpoint, at temperature 0 where it has one.

    Where the settings name no language model, `name` is one of OpenAI's, or of the endpoint at OPENAI_BASE_URL.

    Raises:
        UsageError: there is no language model.
    """
    if name is None and not provider.generates:
        raise UsageError(
            f"--judge needs a language model, and the provider {provider.component_name!r} quotes only",
            hint="name one: --judge-model MODEL",
        )
    if name is not None and not provider.generates:
        provider = find("qa.providers", Provider, "openai").model_validate({"model": name})  # type: ignore[type-abstract]
    elif name is not None:
        provider = provider.model_copy(update={"model": name})
    has = "temperature" in type(provider).model_fields
    return provider.model_copy(update={"temperature": 0.0}) if has else provider


def prompt(case: Case, answer: str) -> tuple[Message, ...]:
    """What the judge is asked about one answer."""
    assert case.answers
    values = {
        "question": case.question,
        "right": _in_words(case.answers, every=case.answers_all),
        "answer": answer,
    }

    def filled(text: str) -> str:
        return _VARIABLE.sub(lambda found: _harmless(values[found[1]]), text)

    return tuple(Message(message.role, filled(message.content)) for message in _template())


def understood(reply: str) -> bool | None:
    """Whether a reply says right or wrong: by what follows its verdict at once, else its last word of either kind.

    None where it says neither.
    """
    verdict = list(_VERDICT.finditer(reply))
    if not verdict and _SAYS.match(reply):
        return None  # cut short before its verdict
    start = verdict[-1].end() if verdict else 0
    said = list(_SAID.finditer(reply, start))
    at_once = bool(said) and bool(verdict) and _AT_ONCE.fullmatch(reply, start, said[0].start()) is not None
    return said[0 if at_once else -1]["right"] is not None if said else None


def _in_words(answers: Answers, *, every: bool) -> str:
    items = [" (also right: " + " / ".join(item[1:]) + ")" if len(item) > 1 else "" for item in answers]
    told = [item[0] + more for item, more in zip(answers, items, strict=True)]
    if len(told) == 1:
        return told[0]
    return ("All of these: " if every else "Any one of these: ") + "; ".join(told)


def _harmless(text: str) -> str:
    return _TAGS.sub("‹", defuse(text))


@cache
def _template() -> tuple[Message, ...]:
    """The messages of this version's file: the rules, examples, and what is to be filled in."""
    text = (files("ibid.evaluation") / f"{VERSION}.txt").read_text(encoding="utf-8")
    _, *parts = _BEGINS.split(text)
    roles: dict[str, Literal["system", "user", "assistant"]] = {
        "system": "system", "user": "user", "assistant": "assistant"
    }  # fmt: skip
    return tuple(Message(roles[role], content.strip()) for role, content in zip(parts[::2], parts[1::2], strict=True))
