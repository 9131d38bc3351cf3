"""An OpenAI-compatible endpoint: where it is, and the official SDK's client for it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ingest.errors import ConfigurationError

if TYPE_CHECKING:
    from openai import OpenAI

T = TypeVar("T")
KEY = "OPENAI_API_KEY"
"""The variable that holds the key: it is read from the environment only."""
_URL = "OPENAI_BASE_URL"
_PUBLIC = "https://api.openai.com/v1"
_CONNECT_SECONDS = 10.0
_LONGEST_PAUSE = 60.0
"""Seconds: an endpoint that asks for a longer pause is not asked again."""
_GROWING = 8.0
"""Seconds to which pauses grow where none is asked for."""
_BUSY = frozenset({408, 409, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The endpoint of a section of the settings.

    Args:
        section: whose `base_url` it is, for messages: `qa.provider`.
        base_url: up to `/v1`; otherwise `OPENAI_BASE_URL`, otherwise OpenAI.
    """

    section: str
    base_url: str | None

    @property
    def address(self) -> str:
        """Where it is, up to `/v1`."""
        return (self.base_url or os.environ.get(_URL) or _PUBLIC).rstrip("/")

    @property
    def is_public(self) -> bool:
        """Whether it is OpenAI's own."""
        return self.address == _PUBLIC

    @property
    def host(self) -> str:
        """Host and port: what messages may say of it (an address may hold a password)."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    def client(self, *, timeout: float, max_retries: int) -> OpenAI:
        """The SDK's client; it tries again where that may help, waiting longer each time.

        Raises:
            ConfigurationError: the address is none, or no key for OpenAI itself.
        """
        self._check()
        key = os.environ.get(KEY)
        if not key and self.is_public:
            raise ConfigurationError(
                f"{self.section} 'openai' needs a key: {KEY} is not set",
                hint=f"export {KEY}=…, or set {self.section}.base_url (or {_URL}) to an endpoint that needs none",
            )
        from openai import OpenAI, Timeout

        return OpenAI(
            api_key=key or "none",
            base_url=self.address,
            timeout=Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
            max_retries=max_retries,
        )

    def _check(self) -> None:
        """Refuses an address that is none: the environment's is not checked with the settings."""
        try:
            web_address(self.address)
        except ValueError as error:
            said = f"{self.section}.base_url" if self.base_url else _URL
            rest = self.address.rpartition("://")[2].rpartition("@")[2]  # a password is never said
            hint = "" if self.address.startswith(("http://", "https://")) else f"write http://{rest}"
            raise ConfigurationError(f"{said} is no address, at {rest!r}: {error}", hint=hint) from None


def retried(call: Callable[[], T], *, max_retries: int) -> T:
    """What a call by a client without retries gives; a busy, failing or lost endpoint is asked again, a silent one not.

    The SDK's own retries wait for a silent endpoint as long again each time: minutes of nothing.

    Raises:
        APIError: the last one of the SDK's.
    """
    import openai

    for tries in range(max_retries):
        try:
            return call()
        except openai.APITimeoutError:
            raise
        except (openai.APIConnectionError, openai.APIStatusError) as error:
            pause = _pause(error, tries)
            if pause is None:
                raise
        time.sleep(pause)
    return call()


def _pause(error: Any, tries: int) -> float | None:
    """Seconds after which to ask again: as long as is asked for, else longer each time; None: not again."""
    growing = min(_GROWING, 0.5 * 2.0**tries) * (1 - 0.25 * random.random())  # noqa: S311  # spreads the askers
    status = getattr(error, "status_code", None)
    if status is None:
        return growing
    if (status not in _BUSY and status < 500) or error.code == "insufficient_quota":
        return None
    try:
        asked = float(error.response.headers.get("retry-after", growing))
    except ValueError:  # a date
        asked = growing
    return max(0.0, asked) if asked <= _LONGEST_PAUSE else None


def web_address(value: str | None) -> str | None:
    """The value of a `base_url`, checked.

    Raises:
        ValueError: it is no address of the web.
    """
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address that begins with http:// or https:// is needed, such as http://localhost:8080/v1")
    if parts.port == 0:  # what is no number is a ValueError of its own
        raise ValueError("there is no port 0")
    return value
