"""Budgets: the messages of a request made to fit, and the money of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import BudgetError, ConfigurationError
from qa.packing import Read, pack
from qa.prompts import Prompts, built_in, turn_messages
from qa.providers import Provider
from qa.settings import Budget
from qa.structured import SCHEMA_TEXT
from qa.tokens import MESSAGE_TOKENS
from qa.types import Message, Packed, Turn, Usage
from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent, and what it is counted at before it is."""

    messages: tuple[Message, ...]
    sources: tuple[Packed, ...]
    input_tokens: int
    structured: tuple[Message, ...] = ()
    """The same, asking for a structured reply; empty where none is wanted."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a prompt stays the same while it is made to fit."""

    question: str
    provider: Provider
    prompts: Prompts
    structured: bool

    def prompt(self, sources: Sequence[Packed], history: Sequence[Turn]) -> Prompt:
        plain = self.prompts.build(self.question, sources, history=history)
        count = MESSAGE_TOKENS + _count(plain, self.provider)
        if not self.structured:
            return Prompt(plain, tuple(sources), count)
        shaped = self.prompts.build(self.question, sources, history=history, structured=True)
        schema = self.provider.count(SCHEMA_TEXT)  # some endpoints write it into the prompt
        return Prompt(
            plain, tuple(sources), max(count, MESSAGE_TOKENS + _count(shaped, self.provider) + schema), shaped
        )


def fit(
    question: str,
    *,
    hits: Sequence[Hit],
    turns: Sequence[Turn],
    budget: Budget,
    provider: Provider,
    prompts: Prompts | None = None,
    structured: bool = False,
    read: Read | None = None,
) -> Prompt:
    """The prompt within `input_tokens`: the oldest turns give way first, then the sources of the lowest rank.

    Args:
        question: as it was asked.
        hits: to be packed.
        turns: of the conversation, before the question.
        budget: `input_tokens` and the rest.
        provider: counts.
        prompts: the present version by default.
        structured: also for a structured reply, where the prompts have a part for it.
        read: the text of a document at a span, to join hits that follow one another.

    Raises:
        BudgetError: rules and question alone are over the cap, or leave no room for a source.
    """
    history = recent(turns, budget.history_tokens, provider)
    sources = pack(hits, budget=budget.context_tokens, count=provider.count, read=read)
    prompts = prompts or built_in()
    asked = _Asked(question, provider, prompts, structured and bool(prompts.structured))
    prompt = asked.prompt(sources, history)
    while prompt.input_tokens > budget.input_tokens and history:
        history = history[1:]
        prompt = asked.prompt(sources, history)
    while prompt.input_tokens > budget.input_tokens and len(sources) > 1:
        sources = sources[:-1]
        prompt = asked.prompt(sources, history)
    if prompt.input_tokens > budget.input_tokens and sources:
        room = sources[0].tokens - (prompt.input_tokens - budget.input_tokens) - MESSAGE_TOKENS
        sources = pack(hits[:1], budget=room, count=provider.count) if room > 0 else ()
        prompt = asked.prompt(sources, history)
    if prompt.input_tokens > budget.input_tokens or (hits and not sources):
        bare = asked.prompt((), ()).input_tokens
        raise BudgetError(
            f"the question does not fit qa.budget.input_tokens ({budget.input_tokens}): "
            f"with the rules it takes {bare} tokens, and a source needs room",
            hint="ask a shorter question, or raise qa.budget.input_tokens",
        )
    return prompt


def recent(turns: Sequence[Turn], tokens: int, provider: Provider) -> tuple[Turn, ...]:
    """The latest turns that take at most so many tokens together."""
    kept: list[Turn] = []
    for turn in reversed(turns):
        tokens -= _count(turn_messages(turn), provider)
        if tokens < 0:
            break
        kept.append(turn)
    return tuple(reversed(kept))


def check_money(budget: Budget, provider: Provider, *, prompt: Prompt, spent: float) -> None:
    """Refuses a request that could pass the day's budget.

    Raises:
        BudgetError: today's costs and the most that this request can cost are over `cost_per_day`.
        ConfigurationError: there is a budget, and no prices to keep it by.
    """
    if budget.cost_per_day is None or not provider.generates:
        return
    most = provider.cost(Usage(prompt.input_tokens, budget.output_tokens))
    if most is None:
        raise ConfigurationError(
            "qa.budget.cost_per_day is set, but the provider's prices are not known",
            hint="set qa.provider.input_price and qa.provider.output_price (per million tokens; 0 for a local model)",
        )
    if spent + most > budget.cost_per_day:
        raise BudgetError(
            f"the budget of the day is {budget.cost_per_day:g}: "
            f"{spent:.4f} is spent, and this request may cost {most:.4f}",
            hint="raise qa.budget.cost_per_day, or ask with --no-llm",
        )


def _count(messages: Sequence[Message], provider: Provider) -> int:
    return sum(MESSAGE_TOKENS + provider.count(message.content) for message in messages)
