"""HTML inside other files (chapters of books, bodies of messages), read as our own HTML parser reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.parsers._html import html_events
from ingest.types import Block, Place

_TITLE = re.compile(r"<title\b[^>]*>.*?</title\s*>", re.IGNORECASE | re.DOTALL)
_SUBSET = re.compile(r"(<!DOCTYPE\b[^<>\[]*)\[.*?\]\s*(?=>)", re.IGNORECASE | re.DOTALL)
"""Declarations inside a document type, which HTML does not know; entities declared there stay as they are written."""
_LONGEST_HEAD = 20_000


@dataclass
class Markup:
    """Makes blocks of pieces of HTML that follow one another.

    Lines in them are no lines of the file that holds them, and a piece's title no words that are read in it.
    """

    above: tuple[str, ...] = ()
    _carried: tuple[str, ...] = ()
    """The headings at the end of the piece before: a chapter may be parted over several."""

    def blocks(self, text: str, *, xml: bool = False) -> Iterator[Block]:
        """The blocks of a piece."""
        head, rest = text[:_LONGEST_HEAD], text[_LONGEST_HEAD:]
        for event in html_events(_SUBSET.sub(r"\1", _TITLE.sub("", head, count=1)) + rest, xml=xml):
            if isinstance(event, Block):
                self._carried = event.place.headings or self._carried
                yield replace(event, place=Place(headings=(*self.above, *self._carried)))
