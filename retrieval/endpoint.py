"""An OpenAI-compatible endpoint: where it is, and the official SDK's client for it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import ConfigurationError

if TYPE_CHECKING:
    from openai import OpenAI

KEY = "OPENAI_API_KEY"
"""The variable that holds the key: it is read from the environment only."""
_URL = "OPENAI_BASE_URL"
_PUBLIC = "https://api.openai.com/v1"
_CONNECT_SECONDS = 10.0


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
            ConfigurationError: no key for OpenAI itself.
        """
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


def web_address(value: str | None) -> str | None:
    """The value of a `base_url`, checked.

    Raises:
        ValueError: it is no address of the web.
    """
    if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
        raise ValueError("an address that begins with http:// or https:// is needed")
    return value
