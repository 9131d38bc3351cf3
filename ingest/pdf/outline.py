"""What a PDF says of itself, by PDFium: its outline as the heading path of each page, and its title."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_ENTRIES = 20_000
_DEEPEST = 16
_LONGEST = 200
_NO_TITLE = re.compile(
    r"[\W\d_]*|\W*untitled\W*|slide \d+|powerpoint presentation|.*\.(?:tmp|indd|qxd|dvi)", re.IGNORECASE
)
"""What programs write where the author gave none: numbers, "untitled", the name of a working file."""
_PROGRAM = re.compile(r"microsoft (?:word|powerpoint|excel) - ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a PDF says of itself: its title, and the heading path that is current on a page."""

    title: str = ""
    starts: tuple[int, ...] = ()
    """Pages on which an entry begins, ascending, a number for each entry."""
    paths: tuple[tuple[str, ...], ...] = ()
    """The path of each entry, itself included."""

    def at(self, page: int) -> tuple[str, ...]:
        """The path of the first entry that begins on the page, else of the last that began before it."""
        first = bisect_left(self.starts, page)
        if first < len(self.starts) and self.starts[first] == page:
            return self.paths[first]
        before = bisect_right(self.starts, page) - 1
        return self.paths[before] if before >= 0 else ()


def read_outline(document: PdfDocument) -> Outline:
    """The outline and title of an open document."""
    entries = sorted(_entries(document), key=lambda entry: entry[0])
    title = title_of(document.get_metadata_value("Title"))
    return Outline(title, tuple(page for page, _ in entries), tuple(path for _, path in entries))


def title_of(written: str) -> str:
    """A title from the document's information, without what programs put there; "" where nothing is left."""
    title = _PROGRAM.sub("", _tidy(written), count=1)
    return "" if _NO_TITLE.fullmatch(title) else title


def _entries(document: PdfDocument) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The entries in the outline's order, each with its page (from 1) and path; one that leads nowhere has no own."""
    path: tuple[str, ...] = ()
    for entry in islice(document.get_toc(max_depth=_DEEPEST), _MOST_ENTRIES):
        title = _tidy(entry.get_title())
        path = (*path[: entry.level], title)
        target = entry.get_dest()
        page = target.get_index() if target is not None else None
        if page is not None and title:
            yield page + 1, tuple(filter(None, path))


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:_LONGEST]
