"""What goes over the wire to an OpenAI-compatible endpoint: the parameters sent, the pieces that come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from ingest.errors import ProviderError
from qa.providers._thoughts import Spoken
from qa.types import Usage

_STRUCTURE = re.compile(
    r"response[_ ]?format|json[_ ]?(?:schema|mode|output)|structured|\bschema\b|grammar", re.IGNORECASE
)
_STREAM = re.compile(r"\bstream(?:ing)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which of the parameters that endpoints differ in are sent."""

    limit: Literal["max_tokens", "max_completion_tokens"]
    temperature: bool
    stream: bool = True
    usage: bool = True
    swapped: bool = False
    structured: bool = True

    def whole(self) -> Shape:
        """The same, asking for the answer in one piece."""
        return replace(self, stream=False)

    def plain(self) -> Shape:
        """The same, asking for text instead of a structure."""
        return replace(self, structured=False)

    def without(self, complaint: str) -> Shape | None:
        """What to send after an endpoint refused a parameter; None where the complaint names none of ours."""
        if self.structured and _STRUCTURE.search(complaint):
            return self.plain()
        if self.stream and self.usage and "stream_options" in complaint:
            return replace(self, usage=False)
        if not self.swapped and self.limit in complaint:
            other: Literal["max_tokens", "max_completion_tokens"] = (
                "max_completion_tokens" if self.limit == "max_tokens" else "max_tokens"
            )
            return replace(self, limit=other, swapped=True)
        if self.temperature and "temperature" in complaint:
            return replace(self, temperature=False)
        if self.stream and _STREAM.search(complaint):
            return self.whole()
        return None


Piece = tuple[str, Usage | None, str | None]
"""A piece of a reply: its text, what was used, and why the reply ended, where it says so."""


@dataclass(slots=True)
class Heard:
    """What has come of a reply."""

    text: str = ""
    said: str = ""
    """The text without thoughts."""
    usage: Usage | None = None
    ended: str | None = None
    """Why it ended."""

    def all(self, coming: Iterable[Piece], *, room: int | None = None) -> Iterator[str]:
        """What is said, piece by piece, up to so many characters of text (None: however many)."""
        spoken = Spoken()
        for piece, used, reason in coming:
            self.text, self.usage, self.ended = self.text + piece, used or self.usage, reason or self.ended
            yield from self._said(spoken.of(piece))
            if room is not None and len(self.text) > room:
                self.ended = "length"
                break
        yield from self._said(spoken.rest())

    def _said(self, new: str) -> Iterator[str]:
        self.said += new
        if new:
            yield new


def pieces(reply: Any) -> Iterator[Piece]:
    """The texts of a reply, streamed or whole, its usage and why it ended, where it says so.

    Raises:
        ValueError: the reply is no chat completion.
    """
    from openai import Stream
    from openai.types.chat import ChatCompletion

    if isinstance(reply, Stream):
        for chunk in reply:
            choices = chunk.choices or ()
            text = choices[0].delta.content if choices and choices[0].delta else ""
            yield _text(text), _usage(chunk.usage), choices[0].finish_reason if choices else None
    elif isinstance(reply, ChatCompletion) and reply.choices:
        yield _text(reply.choices[0].message.content), _usage(reply.usage), reply.choices[0].finish_reason
    else:
        raise ValueError("the reply is no chat completion")


def _text(content: object) -> str:
    if content is None:
        return ""
    if not isinstance(content, str):
        raise TypeError("the reply's content is no text")
    return content


def _usage(usage: Any) -> Usage | None:
    counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    if not all(isinstance(count, int) for count in counts):
        return None
    return Usage(int(counts[0] or 0), int(counts[1] or 0))


def added(one: Usage, other: Usage) -> Usage:
    """What two calls used together."""
    return Usage(one.input_tokens + other.input_tokens, one.output_tokens + other.output_tokens)


def cut_short(reason: str | None) -> str:
    """What to say of an answer that is not whole; "" where it is."""
    if reason is None:
        return "the endpoint closed the connection without saying that the answer is complete: it may be cut off"
    return "the answer was cut off at qa.budget.output_tokens" if reason == "length" else ""


def empty(host: str, model: str) -> ProviderError:
    """The error for a reply that holds no text."""
    return ProviderError(
        f"the endpoint {host} answered with no text (model {model!r})",
        hint="a model that thinks before it answers may need a larger qa.budget.output_tokens; "
        "otherwise check that qa.provider.base_url leads to a chat completions endpoint (often it ends in /v1)",
    )
