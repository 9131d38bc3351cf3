"""Captions of one run: the captioner asked, what it used kept in the ledger, the day's budget respected."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ingest.captions import Captions
from ingest.errors import BudgetError, ConfigurationError
from retrieval.types import Captioned

if TYPE_CHECKING:
    from qa.captioners import Captioner
    from qa.conversations import Conversations
    from qa.settings import Budget
    from qa.types import Usage

_LEDGER = "captions"
"""Stands in the ledger where a question's usage has its conversation."""


class Captioning:
    """Describes the pictures of one run, from several threads at once.

    Args:
        captioner: the model.
        budget: its `cost_per_day` is not passed.
        ledger: where usage is kept; None: there is no home to keep it in.
    """

    def __init__(self, captioner: Captioner, budget: Budget, ledger: Conversations | None) -> None:
        self._captioner = captioner
        self._budget = budget
        self._ledger = ledger
        self._lock = threading.Lock()
        self._pending = 0.0
        self._count = 0
        self._input = self._output = 0
        self._cost = 0.0

    def captions(self, *, made: bool = True) -> Captions:
        """What the loader is handed; without `made` files are only compared by it, and nothing leaves the machine."""
        key, seconds = self._captioner.key, self._captioner.seconds
        return Captions(key, self._described if made else None, seconds)

    @property
    def used(self) -> Captioned:
        """What the captions so far took."""
        with self._lock:
            cost = self._cost if self._captioner.cost(self._captioner.most) is not None else None
            return Captioned(self._count, self._input, self._output, cost)

    def _described(self, picture: bytes) -> str:
        most = self._reserve()
        try:
            found = self._captioner.describe(picture)
        finally:
            with self._lock:
                self._pending -= most
        self._keep(found.usage, described=bool(found.text))
        return found.text

    def _reserve(self) -> float:
        """Sets aside what a picture can cost.

        Raises:
            BudgetError: today's costs and the most that this one and those under way can cost are over the budget.
            ConfigurationError: there is a budget, and no prices to keep it by.
        """
        most, limit = self._captioner.cost(self._captioner.most), self._budget.cost_per_day
        if limit is None:
            return 0.0
        if most is None:
            raise ConfigurationError(
                "qa.budget.cost_per_day is set, but the prices of ingest.captions are not known",
                hint="set ingest.captions.input_price and ingest.captions.output_price (per million tokens)",
            )
        with self._lock:
            spent = self._ledger.spent_today() if self._ledger is not None else self._cost
            if spent + self._pending + most > limit:
                raise BudgetError(
                    f"the budget of the day is {limit:g}: {spent:.4f} is spent, and a picture may cost {most:.4f}",
                    hint="raise qa.budget.cost_per_day",
                )
            self._pending += most
        return most

    def _keep(self, usage: Usage, *, described: bool) -> None:
        cost = self._captioner.cost(usage)
        with self._lock:
            self._count += described
            self._input += usage.input_tokens
            self._output += usage.output_tokens
            self._cost += cost or 0.0
        if self._ledger is not None:
            name, model = self._captioner.component_name, self._captioner.model_name
            self._ledger.record(_LEDGER, provider=name, model=model, usage=usage, cost=cost)
