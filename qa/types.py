"""What the answering stage produces: messages, usage, citations, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest.types import Place, Span
from retrieval.types import Hit


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation or of a request."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens. `context_tokens` is what was packed of the sources; the other two are the provider's own count."""

    input_tokens: int = 0
    output_tokens: int = 0
    context_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Packed:
    """A source as it is sent: its number, its header line, its text, where it stands."""

    number: int
    hit: Hit
    header: str
    text: str
    """A slice of the document: `document.text[span]`."""
    span: Span
    tokens: int
    """Of header and text, by the provider's counting."""

    @property
    def starts(self) -> tuple[int, ...]:
        """Where in `text` its rows and records begin."""
        return tuple(at - self.span.start for at in self.hit.starts if self.span.start <= at < self.span.end)


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker of the answer and what it stands on; `quote` is `document.text[span]`, always."""

    marker: int
    citation: str
    """The place as text, to be pasted into `ibid show`."""
    path: str
    span: Span
    quote: str
    place: Place


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds until the hits were there, the first piece of the answer, the end."""

    retrieve: float = 0.0
    first_token: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, what it stands on, what it cost."""

    question: str
    text: str
    abstained: bool
    citations: tuple[Citation, ...]
    unresolved: tuple[int, ...]
    """Markers that match no source."""
    hits: tuple[Hit, ...]
    conversation: str
    provider: str
    model: str
    usage: Usage
    cost: float | None = None
    seconds: Timing = Timing()
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a kept conversation."""

    question: str
    answer: Answer
