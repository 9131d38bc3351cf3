"""What the failures of an OpenAI-compatible endpoint mean, in one line each, without secrets."""

from __future__ import annotations

import re
from typing import Any

from ingest.errors import ProviderError

_SECRET = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][A-Za-z0-9*_\-.]{6,}")


def translated(
    error: Exception, host: str, *, tries: int, begun: bool = False, section: str = "qa.provider"
) -> ProviderError:
    """The SDK's error as ours: one line that names the endpoint and what to do, without secrets."""
    import openai

    times = f" after {tries} tries" if tries > 1 else ""
    if begun:
        return ProviderError(f"the answer of {host} broke off: {_said(error)}", hint="ask again", transient=True)
    if isinstance(error, openai.APITimeoutError):
        return ProviderError(
            f"the endpoint {host} did not answer in time",
            hint=f"raise {section}.timeout, or check that the server is not overloaded",
            transient=True,
        )
    if isinstance(error, openai.APIConnectionError):
        return ProviderError(
            f"the endpoint {host} cannot be reached{times}: {_said(error.__cause__ or error)}",
            hint=f"check that the server runs and that {section}.base_url (or OPENAI_BASE_URL) is right",
            transient=True,
        )
    if isinstance(error, openai.APIStatusError):
        return _refused(error, host, times, section)
    return ProviderError(
        f"the endpoint {host} answered nonsense: {_said(error)}",
        hint=f"check that {section}.base_url leads to a chat completions endpoint (often it ends in /v1)",
    )


def _refused(error: Any, host: str, times: str, section: str) -> ProviderError:
    status, said = error.status_code, _said(error)
    if status in (401, 403):
        return ProviderError(
            f"the endpoint {host} refused the key (status {status})",
            hint="set OPENAI_API_KEY to a key that is valid there",
        )
    if status == 404:
        return ProviderError(
            f"the endpoint {host} knows no such model or address (status 404): {said}",
            hint=f"check {section}.model, and that {section}.base_url is what stands before /chat/completions",
        )
    if status == 429:
        quota = "quota" in said
        return ProviderError(
            f"the endpoint {host} limits the rate (status 429){'' if quota else times}: {said}",
            hint="the account's quota is used up" if quota else "wait a little and ask again",
            transient=not quota,
        )
    if status >= 500 or status in (408, 409):
        return ProviderError(
            f"the endpoint {host} failed (status {status}){times}: {said}", hint="ask again later", transient=True
        )
    return ProviderError(f"the endpoint {host} refused the request (status {status}): {said}", hint=f"check {section}")


def _said(error: object) -> str:
    """What the other side said, in one short line, keys left out."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = " ".join(str(message or error).split()) or type(error).__name__
    return _SECRET.sub("…", text)[:200]
