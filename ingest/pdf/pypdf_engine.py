"""The other engine: a page is a block, its text as pypdf extracts it, without boxes. Slow; a second opinion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import UnreadableError
from ingest.pdf.outline import Outline
from ingest.types import Block, Page, ParseEvent, Place

if TYPE_CHECKING:
    from pypdf import PdfReader

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def read_by_pypdf(file: Path, password: str | None, outline: Outline) -> Iterator[ParseEvent]:
    """A block and a page's state for each page; pages without text are empty, since this engine has no OCR.

    Raises:
        UnreadableError: pypdf cannot open the file (AES encryption, say, which it knows only with further packages).
    """
    from pypdf import PdfReader

    try:
        reader = PdfReader(file, password=password)
        count = len(reader.pages)
    except Exception as error:  # pypdf raises all sorts on broken files
        raise UnreadableError(
            f"pypdf cannot read it: {type(error).__name__}: {error}", hint="the engine 'pdfium' may"
        ) from error
    for number in range(1, count + 1):
        yield from _page(reader, number, outline.at(number))


def _page(reader: PdfReader, number: int, headings: tuple[str, ...]) -> Iterator[ParseEvent]:
    try:
        text = _CONTROLS.sub("", reader.pages[number - 1].extract_text()).strip()
    except Exception as error:  # noqa: BLE001  # one page must not cost the others
        yield Page(number, "failed", f"{type(error).__name__}: {error}")
        return
    if text:
        yield Block(text + "\n\n", "page", Place(pages=(number,), headings=headings))
    yield Page(number, "text" if text else "empty")
