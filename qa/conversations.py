"""Conversations: questions and answers kept in the database, and what they used."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from ingest.errors import UsageError
from qa.types import Answer, Turn, Usage

_METADATA = sa.MetaData()
_CONVERSATIONS = sa.Table(
    "conversations",
    _METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("begun", sa.Float, nullable=False),
)
_TURNS = sa.Table(
    "turns",
    _METADATA,
    sa.Column("conversation", sa.Text, sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)
_USAGE = sa.Table(
    "usage",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("input_tokens", sa.Integer, nullable=False),
    sa.Column("output_tokens", sa.Integer, nullable=False),
    sa.Column("context_tokens", sa.Integer, nullable=False),
    sa.Column("cost", sa.Float),
)
Rows = list[sa.Row[Any]]


class Keeper(Protocol):
    """What is needed of `retrieval.database.Database`."""

    def read(self) -> AbstractContextManager[sa.Connection]:
        """A connection to read by."""

    def write(self) -> AbstractContextManager[sa.Connection]:
        """A connection that holds the write lock until it is committed."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list: its first question, how many turns, when it was begun and went on (Unix time)."""

    conversation: str
    question: str
    turns: int
    begun: float
    latest: float


@dataclass(frozen=True, slots=True)
class Used:
    """What one request used, when (Unix time), where."""

    at: float
    conversation: str
    provider: str
    model: str
    usage: Usage
    cost: float | None


class Conversations:
    """The conversations of one database."""

    def __init__(self, database: Keeper) -> None:
        self._database = database

    def begin(self) -> str:
        """The id of a new conversation; it is kept once its first answer is."""
        return secrets.token_hex(4)

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, oldest first.

        Raises:
            UsageError: no conversation has this id.
        """
        query = sa.select(_TURNS.c.question, _TURNS.c.answer).where(_TURNS.c.conversation == conversation)
        rows = self._rows(query.order_by(_TURNS.c.ordinal))
        if not rows:
            raise UsageError(
                f"no conversation {conversation!r} is kept here", hint="`ibid chat` lists them: /conversations"
            )
        return [Turn(row.question, _answers().validate_json(row.answer)) for row in rows]

    def add(self, conversation: str, answer: Answer) -> None:
        """Keeps an answer as the conversation's next turn, and what it used."""
        now = time.time()
        text = _answers().dump_json(answer).decode()
        last = sa.select(sa.func.coalesce(sa.func.max(_TURNS.c.ordinal), 0)).where(
            _TURNS.c.conversation == conversation
        )
        with self._database.write() as connection:
            _METADATA.create_all(connection)
            begun = insert(_CONVERSATIONS).values(id=conversation, begun=now).on_conflict_do_nothing()
            connection.execute(begun)
            turn = {"conversation": conversation, "at": now, "question": answer.question, "answer": text}
            connection.execute(_TURNS.insert().values(ordinal=(connection.scalar(last) or 0) + 1, **turn))
            _record(
                connection,
                now,
                conversation,
                provider=answer.provider,
                model=answer.model,
                usage=answer.usage,
                cost=answer.cost,
            )

    def record(self, conversation: str, *, provider: str, model: str, usage: Usage, cost: float | None) -> None:
        """Keeps what a request used that brought no answer (it was interrupted)."""
        with self._database.write() as connection:
            _METADATA.create_all(connection)
            _record(connection, time.time(), conversation, provider=provider, model=model, usage=usage, cost=cost)

    def list(self) -> list[Summary]:
        """All conversations, the latest first."""
        first = sa.select(_TURNS.c.question).where(_TURNS.c.conversation == _CONVERSATIONS.c.id, _TURNS.c.ordinal == 1)
        query = (
            sa.select(
                _CONVERSATIONS.c.id,
                _CONVERSATIONS.c.begun,
                first.correlate(_CONVERSATIONS).scalar_subquery().label("question"),
                sa.func.count(_TURNS.c.ordinal).label("turns"),
                sa.func.max(_TURNS.c.at).label("latest"),
            )
            .join(_TURNS, _TURNS.c.conversation == _CONVERSATIONS.c.id)
            .group_by(_CONVERSATIONS.c.id)
            .order_by(sa.func.max(_TURNS.c.at).desc())
        )
        return [Summary(row.id, row.question, row.turns, row.begun, row.latest) for row in self._rows(query)]

    def last(self) -> str | None:
        """The id of the conversation that went on last; None where there is none."""
        rows = self._rows(sa.select(_TURNS.c.conversation).order_by(_TURNS.c.at.desc()).limit(1))
        return str(rows[0].conversation) if rows else None

    def usage(self, *, since: float = 0.0) -> Iterator[Used]:
        """What was used since a moment (Unix time), oldest first."""
        for row in self._rows(sa.select(_USAGE).where(_USAGE.c.at >= since).order_by(_USAGE.c.at)):
            usage = Usage(row.input_tokens, row.output_tokens, row.context_tokens)
            yield Used(row.at, row.conversation, row.provider, row.model, usage, row.cost)

    def spent_today(self) -> float:
        """The costs of the local day so far."""
        today = time.localtime()
        midnight = time.mktime((today.tm_year, today.tm_mon, today.tm_mday, 0, 0, 0, 0, 0, -1))
        return sum(used.cost or 0.0 for used in self.usage(since=midnight))

    def _rows(self, query: sa.Select[Any]) -> Rows:
        with self._database.read() as connection:
            if not sa.inspect(connection).has_table("usage"):
                return []
            return list(connection.execute(query))


def _record(
    connection: sa.Connection,
    at: float,
    conversation: str,
    *,
    provider: str,
    model: str,
    usage: Usage,
    cost: float | None,
) -> None:
    counts = {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "context_tokens": usage.context_tokens,
    }
    where = {"at": at, "conversation": conversation, "provider": provider, "model": model}
    connection.execute(_USAGE.insert().values(cost=cost, **where, **counts))


@cache
def _answers() -> Any:
    """Answers to JSON and back."""
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
