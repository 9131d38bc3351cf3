"""Context: what is embedded before a chunk's text so that it can be found: title, headings, table header."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.headers import shortened
from ingest.settings import ContextKind
from ingest.tokens import Measure, Tokenizer, counts_by_word
from ingest.types import Block, Segment

_HEADER_SHARE, _NAMES = 0.65, 6
"""Of the context a table's header has this share, or all but so many tokens, before the names and headings, and what
they leave over."""
_BEFORE_A_TABLE = 300
"""A chunk that begins within so many characters before a table has its first rows in it."""
_KEPT = 1_000
"""How many contexts of a document are remembered."""


@dataclass(frozen=True, slots=True)
class Context:
    """The context's text, and what it costs with the newline that joins it to the chunk's."""

    text: str = ""
    tokens: int = 0


@dataclass
class Contexts:
    """The contexts of one document's chunks: each that of the block the chunk's own text begins in.

    Args:
        kinds: what is put in, always in the order file, title, document_title, headings, table_header (neighbours are
            put in later: `ingest.neighbours`).
        tokenizer: what counts.
        budget: the most tokens a context may cost.
        path: the document's path, whose last part is the file's name, without its ending the title.
        title: the document's own title.
    """

    kinds: Collection[ContextKind]
    tokenizer: Tokenizer
    budget: int
    path: str
    title: str
    _made: dict[tuple[tuple[str, ...], str], Context] = field(default_factory=dict)

    def at(self, segment: Segment, start: int) -> Context:
        """The context of a chunk that starts at an offset of the segment."""
        number = min(max(bisect_right(segment.offsets, start) - 1, 0), len(segment.blocks) - 1)
        key = self._key(segment.blocks[number], _header_at(segment, number))
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = self._make(*key)
        return self._made[key]

    def _key(self, block: Block, header: str) -> tuple[tuple[str, ...], str]:
        headings = block.place.headings if "headings" in self.kinds else ()
        if block.kind == "heading" and headings and headings[-1] in block.text:  # the chunk's text begins with it
            headings = headings[:-1]
        return headings, header if "table_header" in self.kinds else ""

    def _make(self, headings: tuple[str, ...], header: str) -> Context:
        file = PurePosixPath(self.path)
        names = [
            file.name if "file" in self.kinds else file.stem if "title" in self.kinds else "",
            self.title if "document_title" in self.kinds else "",
        ]
        path = [part for part in map(_line, headings) if part]
        parts = _Shares(self.tokenizer, self.budget - 2).fill([_line(name) for name in names], path, _line(header))
        text = self._within(parts)
        return Context(text, self._cost(text)) if text else Context()

    def _within(self, text: str) -> str:
        """The text, shortened until it keeps within the budget."""
        while text and (excess := self._cost(text) - self.budget) > 0:
            measure = Measure(text, self.tokenizer)
            text = text[: measure.reach(0, max(0, len(measure.starts) - excess))].rstrip()
        return text

    def _cost(self, text: str) -> int:
        if counts_by_word(self.tokenizer):
            return len(self.tokenizer.token_starts(text))
        # Byte pairs may go over the seam: one token more is kept free for that.
        return len(self.tokenizer.token_starts(text + "\n")) + 1


def _header_at(segment: Segment, number: int) -> str:
    """The table header of a block; of a few lines of a page before a table's rows, the header of these."""
    first = segment.blocks[number]
    if first.header or not first.place.pages:
        return first.header
    before = 0
    for block in segment.blocks[number : number + _BEFORE_A_TABLE]:
        if block.place.pages != first.place.pages or before > _BEFORE_A_TABLE:
            break
        if block.header:
            return block.header
        before += len(block.text) if block.kind != "table" else 0  # the header's own lines
    return ""


@dataclass
class _Shares:
    """Gives each part of the context its share of the tokens, in turn; what one leaves over goes to the next."""

    tokenizer: Tokenizer
    free: int

    def fill(self, names: list[str], headings: list[str], header: str) -> str:
        """The parts that fit, joined: names and headings in a line, the header in one of its own."""
        parts = [name for name in dict.fromkeys(names) if name and name not in headings]
        needed = sum(self._size(part) + 1 for part in (*parts, " > ".join(headings)) if part)
        share = max(int(_HEADER_SHARE * self.free), self.free - _NAMES, self.free - needed)
        header = shortened(header, lambda form: self._size(form) <= share) if header else ""
        last = self._cut(header, share)
        kept = self.free - (self._size(last) + 1 if last else 0)
        spare, self.free = self.free - kept, kept
        left = len(parts) + bool(headings)
        line: list[str] = []
        for part in parts:
            line.append(self._take(self._cut(part, self.free // left)))
            left -= 1
        if headings:
            line.append(self._take(self._deepest(headings, self.free // left)))
        first = " — ".join(part for part in line if part)
        return "\n".join(part for part in (first, self._cut(header, self.free + spare)) if part)

    def _take(self, part: str) -> str:
        if part:
            self.free -= self._size(part) + 1
        return part

    def _deepest(self, headings: list[str], tokens: int) -> str:
        """The headings joined, without the uppermost where they do not all fit."""
        for first in range(len(headings)):
            joined = " > ".join(headings[first:])
            if self._size(joined) <= tokens:
                return joined
        return self._cut(headings[-1], tokens)

    def _cut(self, part: str, tokens: int) -> str:
        measure = Measure(part, self.tokenizer)
        return part[: measure.reach(0, max(0, tokens))].rstrip()

    def _size(self, part: str) -> int:
        return len(self.tokenizer.token_starts(part))


def _line(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())
