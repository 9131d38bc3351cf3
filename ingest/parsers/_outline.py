"""A PDF's outline as the heading path of each page, and its title: by pypdf, else by PDFium."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_ENTRIES = 20_000
_DEEPEST = 16
_LONGEST = 200


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


def read_outline(file: Path, password: str | None, document: PdfDocument) -> Outline:
    """The outline and title; where pypdf cannot read the file (AES, say), as PDFium has them."""
    from pypdf import PdfReader

    try:
        with file.open("rb") as handle:
            reader = PdfReader(handle, password=password)
            title = str((reader.metadata.title if reader.metadata else None) or "")
            entries = sorted(_entries(reader, reader.outline, ()), key=lambda entry: entry[0])
    except Exception:  # noqa: BLE001  # pypdf raises all sorts on broken files; the text does not depend on this
        title = document.get_metadata_value("Title")
        entries = sorted(_pdfium_entries(document), key=lambda entry: entry[0])
    return Outline(_tidy(title), tuple(page for page, _ in entries), tuple(path for _, path in entries))


def _pdfium_entries(document: PdfDocument) -> Iterator[tuple[int, tuple[str, ...]]]:
    path: tuple[str, ...] = ()
    for entry in islice(document.get_toc(max_depth=_DEEPEST), _MOST_ENTRIES):
        path = (*path[: entry.level], _tidy(entry.get_title()))
        target = entry.get_dest()
        page = target.get_index() if target is not None else None
        if page is not None and path[-1]:
            yield page + 1, path


def _entries(reader: Any, level: list[Any], above: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The outline's entries in its order, each with its page (from 1) and path; a nested list is the last one's."""
    path = above
    for entry in level[:_MOST_ENTRIES]:
        if isinstance(entry, list):
            if len(path) < _DEEPEST:
                yield from _entries(reader, entry, path)
            continue
        title = _tidy(str(entry.title or ""))
        path = (*above, title) if title else above
        number = reader.get_destination_page_number(entry)
        if title and number is not None and number >= 0:
            yield number + 1, path


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:_LONGEST]
