"""Which pages of a PDF can hold pictures at all: cheaper than going through thousands of objects a page."""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.pdf.page_tree import MOST_BYTES, UnsureError, pages_with_drawings

if TYPE_CHECKING:
    from pypdf import PdfReader

_NONE: Collection[int] = ()


def pages_with_pictures(file: Path, password: str | None, count: int) -> Collection[int]:
    """The numbers, from 1, of those of the document's pages that name images or drawings as their resources.

    Images inside a page's content (small ones, by the standard) are not counted. Where nobody can tell: all pages.
    """
    if not _holds_images(file):
        return _NONE
    with suppress(UnsureError), file.open("rb") as handle:
        return pages_with_drawings(handle.read(MOST_BYTES + 1), count)
    return _by_pypdf(file, password, count)


def _by_pypdf(file: Path, password: str | None, count: int) -> Collection[int]:
    from pypdf import PdfReader

    try:
        reader = PdfReader(file, password=password)
        if len(reader.pages) != count:
            return range(1, count + 1)  # the two do not agree on what the pages are
        return frozenset(_numbers(reader))
    except Exception:  # noqa: BLE001  # pypdf raises all sorts on files that PDFium can repair
        return range(1, count + 1)


def _holds_images(file: Path) -> bool:
    """Whether a file holds images at all: their dictionaries are never packed."""
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"/Image") >= 0


def _numbers(reader: PdfReader) -> Iterator[int]:
    for number, page in enumerate(reader.pages, 1):
        resources = page.get("/Resources")
        named = resources.get_object().get("/XObject") if resources is not None else None
        if named is not None and named.get_object():
            yield number
