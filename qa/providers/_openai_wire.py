"""What goes over the wire to an OpenAI-compatible endpoint, and what its failures mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from ingest.errors import ProviderError
from qa.types import Usage

_STREAM = re.compile(r"\bstream(?:ing)?\b", re.IGNORECASE)
_SECRET = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][A-Za-z0-9*_\-.]{6,}")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which of the parameters that endpoints differ in are sent."""

    limit: Literal["max_tokens", "max_completion_tokens"]
    temperature: bool
    stream: bool = True
    usage: bool = True
    swapped: bool = False

    def whole(self) -> Shape:
        """The same, asking for the answer in one piece."""
        return replace(self, stream=False)

    def without(self, complaint: str) -> Shape | None:
        """What to send after an endpoint refused a parameter; None where the complaint names none of ours."""
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


def pieces(reply: Any) -> Iterator[tuple[str, Usage | None, str | None]]:
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


def translated(error: Exception, host: str, *, tries: int, begun: bool = False) -> ProviderError:
    """The SDK's error as ours: one line that names the endpoint and what to do, without secrets."""
    import openai

    times = f" after {tries} tries" if tries > 1 else ""
    if begun:
        return ProviderError(f"the answer of {host} broke off: {_said(error)}", hint="ask again", transient=True)
    if isinstance(error, openai.APITimeoutError):
        return ProviderError(
            f"the endpoint {host} did not answer in time{times}",
            hint="raise qa.provider.timeout, or check that the server is not overloaded",
            transient=True,
        )
    if isinstance(error, openai.APIConnectionError):
        return ProviderError(
            f"the endpoint {host} cannot be reached{times}: {_said(error.__cause__ or error)}",
            hint="check that the server runs and that qa.provider.base_url (or OPENAI_BASE_URL) is right",
            transient=True,
        )
    if isinstance(error, openai.APIStatusError):
        return _refused(error, host, times)
    return ProviderError(
        f"the endpoint {host} answered nonsense: {_said(error)}",
        hint="check that qa.provider.base_url leads to a chat completions endpoint (often it ends in /v1)",
    )


def _refused(error: Any, host: str, times: str) -> ProviderError:
    status, said = error.status_code, _said(error)
    if status in (401, 403):
        return ProviderError(
            f"the endpoint {host} refused the key (status {status})",
            hint="set OPENAI_API_KEY to a key that is valid there",
        )
    if status == 404:
        return ProviderError(
            f"the endpoint {host} knows no such model or address (status 404): {said}",
            hint="check qa.provider.model, and that qa.provider.base_url is what stands before /chat/completions",
        )
    if status == 429:
        quota = "quota" in said
        return ProviderError(
            f"the endpoint {host} limits the rate (status 429){times}: {said}",
            hint="the account's quota is used up" if quota else "wait a little and ask again",
            transient=not quota,
        )
    if status >= 500 or status in (408, 409):
        return ProviderError(
            f"the endpoint {host} failed (status {status}){times}: {said}", hint="ask again later", transient=True
        )
    return ProviderError(f"the endpoint {host} refused the request (status {status}): {said}", hint="check qa.provider")


def _said(error: object) -> str:
    """What the other side said, in one short line, keys left out."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = " ".join(str(message or error).split()) or type(error).__name__
    return _SECRET.sub("…", text)[:200]
