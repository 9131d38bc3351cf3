"""Providers: a question and numbered sources to an answer's text."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.plugins import Component
from ingest.types import Span
from qa.types import Message, Packed, Usage

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit rows: the collection's embedder."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a provider is asked."""

    question: str
    """As searched: a follow-up carries what it leans on."""
    sources: tuple[Packed, ...]
    messages: tuple[Message, ...]
    """The whole prompt (system, history, sources and question), for providers that generate."""
    output_tokens: int
    embed: Embed
    structured: tuple[Message, ...] = ()
    """The same prompt, for a reply in the shape of `qa.structured`; empty where plain text is wanted."""
    unheard: tuple[str, ...] = ()
    """Names of the question that stand in no document, in small letters."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A marker and the span of its document that it quotes, known to the provider itself."""

    marker: int
    span: Span
    source: int = 0
    """The number of the source; 0: it is the marker's."""

    @property
    def number(self) -> int:
        """The number of the source."""
        return self.source or self.marker


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer as it comes: text, quotes known by now, and at the end usage and whether it abstained."""

    text: str = ""
    quotes: tuple[Quote, ...] = ()
    usage: Usage | None = None
    abstained: bool | None = None
    warning: str = ""
    """What the reader should know of the answer."""
    quoted: tuple[tuple[int, str], ...] = ()
    """The markers of the whole answer in order, each with what the model says are the words of its source."""
    shaped: bool = False
    """Whether the answer came in the shape of `qa.structured`, whole: then it is nothing without its quotes."""
    support: float | None = None
    """How well the sources answer the question, where the provider weighs it: what it abstains by."""
    unsure: bool = False
    """Whether that is so little that what is quoted may be no answer."""


class Provider(Component):
    """Makes the text of an answer, with markers `[n]` for its sources."""

    @property
    @abstractmethod
    def model_name(self) -> str:
        """The model, as the answer reports it."""

    @property
    @abstractmethod
    def generates(self) -> bool:
        """Whether the prompt leaves this process for a language model."""

    @abstractmethod
    def count(self, text: str) -> int:
        """Tokens of a text as this provider's model counts them, estimated with a bundled vocabulary."""

    def structures(self, *, streams: bool) -> bool:  # noqa: ARG002
        """Whether a structured reply is wanted of the model; one that streams is shown piece by piece."""
        return False

    def cost(self, usage: Usage) -> float | None:  # noqa: ARG002
        """What a request of this usage costs; None where no prices are known."""
        return None

    @abstractmethod
    def stream(self, request: Request) -> Iterator[Delta]:
        """The answer, piece by piece.

        Raises:
            ProviderError: the endpoint refused, failed or answered nonsense; `transient` where trying later may help.
        """
