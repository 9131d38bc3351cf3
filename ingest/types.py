"""What the ingestion stage produces: sources, blocks, segments, chunks, and the places they came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

BlockKind = Literal["text", "heading", "list", "table", "row", "record", "line", "code", "page"]
PageState = Literal["text", "ocr", "empty", "failed"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character offsets `[start, end)` into a document's text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def shift(self, by: int) -> Span:
        """The same span, moved by `by` characters."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page as displayed: PDF points or image pixels, origin top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its source; each field only where it means something.

    Pages, rows and lines count from 1, ranges include both ends; rows leave the table's header out.
    """

    pages: tuple[int, ...] = ()
    boxes: tuple[Box, ...] = ()
    sheet: str | None = None
    rows: tuple[int, int] | None = None
    columns: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    headings: tuple[str, ...] = ()
    confidence: float | None = None


Run = tuple[int, ...]
"""A part of a block's text in one line of a page: `(start, page, top, bottom, left, right, left, right, …)`.

`start` is its first character in the block's text; it reaches to the next run's. Then come its height on the page and
the left and right of each of its words (what white space parts), in tenths of a point as displayed, origin top left.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, row, record, OCR line or page: what a parser yields, in reading order.

    The document's text is its blocks' texts one after the other, nothing between: white space that separates a block
    from the next belongs to its end. For text formats the blocks' texts together are the decoded file, unchanged.
    `place.lines`, where given, are the lines of the block's text without its trailing white space.
    `header` is the table header that a row's text does not carry itself ("" where there is none).
    `runs` tell where on their pages the words stand, so that a quote has its own boxes; `place.boxes` is then empty.
    """

    text: str
    kind: BlockKind = "text"
    place: Place = Place()
    header: str = ""
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What became of one page (a page-less file has no pages to report)."""

    number: int
    state: PageState
    reason: str = ""
    header: str = ""
    """The running header, which is left out of the document's text; its lines joined by newlines."""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What became of a file's rows or records, counted: those with text, the empty ones, those that were lost."""

    text: int = 0
    empty: int = 0
    failed: int = 0

    def __add__(self, other: Rows) -> Rows:
        return Rows(self.text + other.text, self.empty + other.empty, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class Info:
    """What a parser learned of the whole document; of several the later title wins, warnings and rows add up."""

    title: str = ""
    page_count: int = 0
    warnings: tuple[str, ...] = ()
    rows: Rows = Rows()
    cut: str = ""
    """Why the file cannot be read to its end; "" where it can."""


ParseEvent = Block | Page | Info


@dataclass(frozen=True, slots=True)
class Source:
    """One file as found on disk, not read yet."""

    path: str
    """The document's path: POSIX, relative to the library's root where it lies below it, else absolute."""
    file: str
    """The file to open (surrogate-escaped where its name is no UTF-8)."""
    size: int
    signature: str
    """Size, times and inode in one string: equal signatures need no reading again."""


@dataclass(frozen=True)
class Segment:
    """A run of whole blocks of one document, small enough to handle at once (about a quarter megabyte)."""

    ordinal: int
    start: int
    """Where the segment begins in the document's text."""
    blocks: tuple[Block, ...]

    @cached_property
    def text(self) -> str:
        """The blocks' texts, one after the other."""
        return "".join(block.text for block in self.blocks)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each block begins in `text`, and at the end the text's length: `len(blocks) + 1` numbers."""
        return tuple(accumulate((len(block.text) for block in self.blocks), initial=0))


def embedded_text(context: str, text: str) -> str:
    """What is embedded and indexed of a chunk: the context, a newline, the text."""
    return f"{context}\n{text}" if context else text


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded: a span of the document, and the context that stands before it when it is embedded."""

    ordinal: int
    span: Span
    """In the document's text; `text` is exactly this slice."""
    text: str
    context: str
    tokens: int
    """Of text and context, with the model's special tokens."""
    place: Place

    @property
    def embedded(self) -> str:
        """The text that is embedded and indexed."""
        return embedded_text(self.context, self.text)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a finished parse said of its document, beside the segments."""

    title: str = ""
    characters: int = 0
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()
    rows: Rows = Rows()
    cut: str = ""
    """Why the file was not read to its end; "" where it was."""

    @property
    def lost(self) -> tuple[Page, ...]:
        """The pages that hold something that could not be read."""
        return tuple(page for page in self.pages if page.state == "failed")


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk over the given paths found."""

    sources: tuple[Source, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[Failed, ...] = ()
    missing: tuple[str, ...] = ()
    """Given paths that do not exist."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is none of ours, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that should have been read and could not be, and why."""

    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Chunking:
    """How one document is cut: the rule that chose, and everything that decides the result."""

    match: str
    """The rule's pattern; "default" where none matched."""
    strategy: str
    key: str
    """Equal keys mean equal chunks of equal text: strategy, options, sizes, context, tokenizer."""
