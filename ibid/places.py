"""Places opened: the text that a citation names, with what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.types import Block, Place, Span

if TYPE_CHECKING:
    from retrieval.index import Index

_AROUND = 400
"""Characters shown before and after."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A place with its surroundings; `before + text + after` is one slice of the document."""

    citation: str
    path: str
    span: Span
    text: str
    before: str
    after: str
    place: Place
    blocks: tuple[Block, ...] = ()
    """The blocks that the place touches, whole."""


def surroundings(index: Index, path: str, span: Span, *, citation: str) -> Shown:
    """The text of a span and what stands around it, cut at words."""
    before = index.text(path, Span(max(0, span.start - _AROUND), span.start))
    after = index.text(path, Span(span.end, min(index.length(path), span.end + _AROUND)))
    if len(before) == _AROUND:
        before = before[_next_space(before) :]
    if len(after) == _AROUND:
        after = after[: len(after) - _next_space(after[::-1])]
    blocks = tuple(block for block, _ in index.blocks(path, span))
    return Shown(citation, path, span, index.text(path, span), before, after, index.place(path, span), blocks)


def remark_on(place: Place) -> str:
    """What is to be said beside a place: that its text, or some of it, describes a picture and was generated."""
    return "generated description" if place.generated else ""


def _next_space(text: str) -> int:
    """Where the first white space of the first hundred characters is, else 0."""
    return next((number for number, char in enumerate(text[:100]) if char.isspace()), 0)
