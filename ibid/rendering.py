"""A cited place as a picture: its page, rendered from the file, the quote highlighted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestError, UnreadableError, UsageError
from ingest.types import Place, Span

if TYPE_CHECKING:
    from ingest.loader import Loader
    from retrieval.index import Index


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as PNG, and what is to be said of it."""

    path: str
    page: int
    png: bytes
    warnings: tuple[str, ...]


def rendered(index: Index, path: str, span: Span, *, root: Path, loader: Loader) -> Rendered:
    """The page on which a span of a document begins.

    Raises:
        UsageError: no page of such a file can be shown.
        IngestError: the file is not there any more, or cannot be shown; the message names it.
    """
    from ingest.rendering import PAGED, PICTURES

    if not path.lower().endswith((*PAGED, *PICTURES)):
        raise UsageError(f"{path!r} is neither a PDF nor a picture", hint="without --png its text is shown")
    file, place = root / path, index.place(path, span)
    if not file.is_file():
        raise UnreadableError(
            f"the file {path!r} is not there any more", hint="without --png its text is shown, as it was ingested"
        )
    page = _page(place)
    try:
        warnings = [*_changed(index, path, file), *_left_out(place, page)]
        png = loader.render(str(file), page=page, boxes=place.boxes)
    except IngestError as error:
        raise type(error)(f"{path}: {error.message}", hint=error.hint) from error
    return Rendered(path, page, png, tuple(warnings))


def _page(place: Place) -> int:
    return place.boxes[0].page if place.boxes else min(place.pages, default=1)


def _changed(index: Index, path: str, file: Path) -> list[str]:
    from ingest.walk import digest, signature

    was, content = index.reading(path)
    if signature(str(file)) == was or digest(str(file)) == content:
        return []
    return [
        f"{path} has changed since it was ingested: the place may be another now; `ibid ingest` brings it up to date"
    ]


def _left_out(place: Place, page: int) -> list[str]:
    """What of the place the picture does not show."""
    others = sorted({*place.pages, *(box.page for box in place.boxes)} - {page})
    said = [f"page {page} is shown; the place goes on on {', '.join(map(str, others))}"] if others else []
    if not place.boxes:
        said.append("where on the page it stands is not known: nothing is highlighted")
    return said
