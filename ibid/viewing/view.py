"""A file parsed once, cut in one or two ways, with pictures of its pages: what a page of HTML is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ibid.preview import FileChunks, Read, cut
from ibid.viewing.difference import Difference, compare
from ingest.errors import IngestError
from ingest.rendering import PAGED, PICTURES, Pictured
from ingest.types import Segment
from retrieval import catalog

if TYPE_CHECKING:
    from ibid.opened import Opened
    from ingest.chunking import Rules
    from ingest.loader import Loader

MOST_PAGES = 40
"""Pages that are drawn."""
_MOST_BYTES = 40_000_000
"""Of their pictures together."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class View:
    """A file and how it is cut."""

    found: FileChunks
    segments: tuple[Segment, ...]
    difference: Difference | None = None
    pictures: tuple[Pictured, ...] = ()
    notes: tuple[str, ...] = ()
    """What of its pages is not drawn, and why."""

    @property
    def cuts(self) -> tuple[FileChunks, ...]:
        """As it is cut, and as it would be by the other settings."""
        return (self.found,) if self.difference is None else (self.found, self.difference.after)


def view(read: Read, rules: Rules) -> View:
    """A parsed file, cut by some rules."""
    return View(cut(read, rules), read.segments)


def compared(seen: View, read: Read, name: str, now: Opened, other: Opened) -> View:
    """The same with how the parts of other settings would cut it, and what differs."""
    after = cut(read, other.rules)
    same = now.embedder.identity == other.embedder.identity
    difference = compare(
        name,
        seen.found,
        after,
        embedder=other.embedder,
        same_embedder=same,
        known=partial(_stored, now, other.embedder.identity),
        warnings=_said(read, now, other, same_embedder=same),
    )
    return replace(seen, difference=difference)


def _said(read: Read, now: Opened, other: Opened, *, same_embedder: bool) -> list[str]:
    said = []
    if not same_embedder:
        said.append("the other settings name another embedder: all of it would be embedded anew")
    if _parse_key(read, now) != _parse_key(read, other):
        said.append("the other settings read the file in another way: its text here is as the present ones read it")
    return said


def _parse_key(read: Read, opened: Opened) -> str:
    with opened.loader(workers=1, passwords=(), captioning=opened.captioning()) as loader:
        return loader.parse_key(read.source)


def _stored(now: Opened, identity: str, texts: Sequence[str]) -> set[str]:
    """The texts whose vectors the home has."""
    if not now.home.exists:
        return set()
    digests = {catalog.embedding_digest(identity, text): text for text in texts}
    found: set[str] = set()
    with now.database().read() as connection:
        every = list(digests)
        for at in range(0, len(every), _AT_ONCE):
            there = catalog.embedding_ids(connection, every[at : at + _AT_ONCE])
            found |= {digests[digest] for digest in there}
    return found


def pictured(file: str, pages: Sequence[int], loader: Loader) -> tuple[tuple[Pictured, ...], tuple[str, ...]]:
    """Pictures of the first pages of a PDF or picture, and what is to be said of the others.

    Args:
        file: to be opened; of another kind it has no pictures.
        pages: the numbers of all its pages.
        loader: renders them, within the limits.
    """
    if not file.lower().endswith((*PAGED, *PICTURES)):
        return (), ()
    wanted = list(pages)[:MOST_PAGES] or [1]
    shown: list[Pictured] = []
    notes: list[str] = []
    try:
        for one in loader.overview(file, pages=wanted):
            if one.error:
                notes.append(f"page {one.page} cannot be shown: {one.error}")
            else:
                shown.append(one)
            if sum(len(picture.webp) for picture in shown) > _MOST_BYTES:
                break
    except IngestError as error:
        notes.append(f"no more pages can be shown: {error.message}")
    if shown and len(pages) > len(shown) + len(notes):
        notes.append(f"of {len(pages)} pages the first {shown[-1].page} are drawn")
    return tuple(shown), tuple(notes)
