"""Prompts: system rules, history, the sources as delimited data, the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from qa.types import Message, Packed, Turn

VERSION = "answer-1"
ABSTENTION = "The documents do not say."
_REMINDER = "Answer from the sources only; end each sentence with its source's number in brackets, like [1]."
"""Said again after the sources: small models forget what stood before them."""
_DELIMITER = re.compile(
    r"<(?=\s*/?\s*(?:source|s|system|user|assistant|start_of_turn|end_of_turn|bos|eos)\s*>|\||<\s*/?\s*sys)"
    r"|\[(?=\s*/?\s*(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s*\])",
    re.IGNORECASE,
)
"""What would close our delimiters, or what chat templates separate turns with."""


@cache
def system_prompt() -> str:
    """The rules, as their versioned file has them."""
    return (files("qa") / "prompt_files" / f"{VERSION}.txt").read_text(encoding="utf-8").strip()


def build(question: str, sources: Sequence[Packed], *, history: Sequence[Turn] = ()) -> tuple[Message, ...]:
    """The messages of one request; the text of documents stands in the last one only, delimited."""
    turns = [message for turn in history for message in turn_messages(turn)]
    return (
        Message("system", system_prompt()),
        *turns,
        Message("user", f"{_data(sources)}{_REMINDER}\n\nQuestion: {question}"),
    )


def turn_messages(turn: Turn) -> tuple[Message, Message]:
    """An earlier turn as two messages, without the sources it was answered from."""
    return Message("user", turn.question), Message("assistant", defuse(turn.answer.text))


def defuse(text: str) -> str:
    """Text of documents with every delimiter in it made harmless, and nothing else changed."""
    return _DELIMITER.sub(lambda found: "‹" if found[0] == "<" else "(", text)


def _data(sources: Sequence[Packed]) -> str:
    parts = [f"<source>\n{defuse(source.header)}\n{defuse(source.text)}\n</source>\n\n" for source in sources]
    return "".join(parts) or "There are no sources.\n\n"
