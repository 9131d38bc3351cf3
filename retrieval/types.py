"""What the retrieval stage produces: plans and reports of a sync, and hits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ingest.types import Failed, Page, Place, Rows, Skipped, Span

Mode = Literal["hybrid", "dense", "lexical"]


class Progress(Protocol):
    """Is told how far something is."""

    def stage(self, name: str, total: int | None) -> None:
        """A new stage of so many steps begins."""

    def advance(self, n: int = 1) -> None:
        """So many more are done."""


MOST_COPIES = 20
"""Places that a hit tells of at most where the same stands: as many, or more, there are."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where the same stands, word for word: all that is sent of a hit, or a part of it."""

    path: str
    span: Span
    place: Place
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A span of a document that was found for a question.

    `span` and `text` are what would be sent, `match` is what earned the score; `tokens` counts text and context.
    """

    rank: int
    score: float
    scores: dict[str, float]
    collection: str
    path: str
    span: Span
    match: Span
    text: str
    context: str
    tokens: int
    place: Place
    starts: tuple[int, ...] = ()
    """Where in the document's text the rows and records begin that lie in `span`."""
    generated: tuple[Span, ...] = ()
    """What of `span`, in the document's text, are generated descriptions of pictures: no words of the file."""
    copies: tuple[Copy, ...] = ()
    """Where else `text` or a part of it stands that is no hit of its own there."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A document that is indexed, but with something lost: pages, rows, or all after a limit."""

    path: str
    pages: tuple[int, ...]
    reason: str
    rows: int = 0
    """How many rows could not be read."""


@dataclass(frozen=True, slots=True)
class PageCounts:
    """Pages by how their text was got."""

    text: int = 0
    ocr: int = 0
    empty: int = 0
    failed: int = 0

    @classmethod
    def total(cls, counts: Iterable[PageCounts]) -> PageCounts:
        """The sum of several."""
        every = list(counts)
        return cls(*(sum(getattr(one, name) for one in every) for name in ("text", "ocr", "empty", "failed")))


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync would do: paths by what becomes of them, and what would be in the documents.

    As of a sync's report: files seen = documents + failed + skipped.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    documents: int = 0
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Failed, ...] = ()
    partial: tuple[Partial, ...] = ()
    missing: tuple[str, ...] = ()
    """Given paths that do not exist."""
    pages: PageCounts = PageCounts()
    rows: Rows = field(default_factory=Rows)
    chunks: int = 0
    """Of the documents to add and to change."""
    rechunked: tuple[str, ...] = ()
    """Those of the documents to change whose files are the same: their stored texts are cut by other rules."""
    embedded: int = 0
    """Texts that would go through the embedder."""
    reused: int = 0
    """Chunks whose vector is there already, or is another's of them."""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Captioned:
    """The pictures that were described, and what that took; `cost` is None where no prices are known."""

    count: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did.

    `documents` counts the good documents under the given paths: files seen = documents + failed + skipped.
    """

    collection: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    documents: int = 0
    failed: tuple[Failed, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    partial: tuple[Partial, ...] = ()
    missing: tuple[str, ...] = ()
    pages: PageCounts = PageCounts()
    rows: Rows = field(default_factory=Rows)
    chunks: int = 0
    """Chunks written for added and changed documents."""
    embedded: int = 0
    """Texts that went through the embedder."""
    reused: int = 0
    """Chunks whose vector was there already."""
    warnings: tuple[str, ...] = ()
    store_error: str = ""
    """Why the vector store is behind the database (which has everything); "" where it is not."""
    captions: Captioned | None = None
    """Of the pictures, set by who hands the callable down; None: captions are off."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stale:
    """A document whose index is behind: its file got unreadable, or the rules changed."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One indexed document."""

    path: str
    parser: str
    rule: str
    strategy: str
    pages: PageCounts
    chunks: int
    tokens: int
    rows: Rows = field(default_factory=Rows)
    coverage: tuple[Page, ...] = ()
    """What became of each page."""
    cut: str = ""
    """Why the file was not read to its end; "" where it was."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """How many documents and chunks a rule made."""

    match: str
    strategy: str
    documents: int
    chunks: int


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """Which embedder a collection was built with."""

    name: str
    model: str
    dimensions: int


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """What is indexed in a collection."""

    collection: str
    documents: int
    pages: PageCounts
    chunks: int
    tokens: int
    embedder: EmbedderIdentity | None
    rules: tuple[RuleStatus, ...] = ()
    stale: tuple[Stale, ...] = ()
    sources: tuple[SourceStatus, ...] = field(default=())
