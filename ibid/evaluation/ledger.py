"""What an evaluation spends, kept where the spending of questions is, and held to the budget of the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ibid.library import Library
from qa.budget import Prompt, check_money
from qa.conversations import Conversations
from qa.providers import Provider
from qa.settings import Budget
from qa.types import Message, Usage
from retrieval.database import Database

_NAME = "evaluation"
"""Stands in the ledger where a question's usage has its conversation."""


class Ledger:
    """Keeps what a model used."""

    def __init__(self, database: Database, budget: Budget) -> None:
        self._conversations = Conversations(database)
        self._budget = budget

    def check(self, provider: Provider, messages: Sequence[Message], output_tokens: int) -> None:
        """Refuses a request that could pass the day's budget.

        Raises:
            BudgetError: it could.
            ConfigurationError: there is a budget, and no prices to keep it by.
        """
        if self._budget.cost_per_day is None:
            return
        budget = self._budget.model_copy(update={"output_tokens": output_tokens})
        size = sum(provider.count(message.content) for message in messages)
        prompt = Prompt(tuple(messages), (), size)
        check_money(budget, provider, prompt=prompt, spent=self._conversations.spent_today())

    def record(self, provider: str, model: str, usage: Usage, cost: float | None) -> None:
        """Keeps what one request used."""
        if usage.input_tokens or usage.output_tokens:
            self._conversations.record(_NAME, provider=provider, model=model, usage=usage, cost=cost)


@contextmanager
def ledger(library: Library, provider: Provider) -> Iterator[Ledger | None]:
    """The home's ledger; None where there is no model, or nothing can be written."""
    if not (provider.generates and library.home.writable):
        yield None
        return
    database = Database(library.home.folder)
    try:
        yield Ledger(database, library.settings.qa.budget)
    finally:
        database.close()
