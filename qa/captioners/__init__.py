"""Captioners: a picture to a description of what it shows, by a model that sees."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from ingest.plugins import Component
from qa.types import Usage


@dataclass(frozen=True, slots=True)
class Description:
    """What a picture shows, in words, and what saying it took."""

    text: str
    usage: Usage


class Captioner(Component):
    """Describes pictures."""

    @property
    @abstractmethod
    def model_name(self) -> str:
        """The model, as the usage reports it."""

    @property
    @abstractmethod
    def key(self) -> str:
        """What decides the description: pictures are described anew where it has changed."""

    @property
    @abstractmethod
    def seconds(self) -> float:
        """The longest that one picture may take, all tries together."""

    @property
    @abstractmethod
    def most(self) -> Usage:
        """What one picture may take, by estimate."""

    def cost(self, usage: Usage) -> float | None:  # noqa: ARG002
        """What a description of this usage costs; None where no prices are known."""
        return None

    @abstractmethod
    def describe(self, picture: bytes) -> Description:
        """The description of a picture, given as PNG or JPEG.

        Raises:
            ProviderError: the endpoint refused, failed or answered nonsense.
            ConfigurationError: no key is set for an endpoint that needs one.
        """
