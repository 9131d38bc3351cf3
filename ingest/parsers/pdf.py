"""PDF: paragraphs, headings, lists and table rows with their boxes, by PDFium; pages without text by OCR."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.errors import LimitError
from ingest.parsers import Aids, Parser
from ingest.pdf.pictures import Mode, Pictures
from ingest.types import Info, ParseEvent

Strategy = Literal["fast", "hi_res", "ocr_only", "auto"]
"""Of unstructured's `partition_pdf`."""


class _Engine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PDFium(_Engine):
    """Reading order, tables, places of words, OCR: ours, on top of PDFium."""

    name: Literal["pdfium"]


class PyPDF(_Engine):
    """The plain text of each page, as pypdf has it."""

    name: Literal["pypdf"]


class Unstructured(_Engine):
    """unstructured's elements, by the Python of another environment."""

    name: Literal["unstructured"]
    python: str
    strategy: Strategy = "fast"


class PDF(Parser):
    """Reads PDF in reading order: a block a paragraph, heading, list item, table row, or line that OCR read.

    Args:
        engine: what reads the pages.
        images: whether text in pictures on a page is read: where a cheap test sees lines of text, always, never.
        passwords: patterns of paths, and the password of what they match.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    version: ClassVar[int] = 5
    depends: ClassVar[tuple[str, ...]] = ("ocr", "captions", "pixels", "pages", "decompressed_mb")
    secret: ClassVar[frozenset[str]] = frozenset({"passwords"})

    engine: Annotated[PDFium | PyPDF | Unstructured, Field(discriminator="name")] = PDFium(name="pdfium")
    images: Mode = "auto"
    passwords: Annotated[dict[str, str], Field(default_factory=dict)]

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """Pages in order; one that fails is reported and the others go on."""
        from ingest.pdf.opening import open_document  # here: the parent never parses, and need not load numpy for it
        from ingest.pdf.outline import read_outline
        from ingest.pdf.salvage import end_is_missing

        document, password = open_document(file, (*self._passwords(file), *aids.passwords))
        with closing(document):
            count = len(document)
            if count > aids.bounds.pages:
                raise LimitError(f"it has {count} pages, over the limit of {aids.bounds.pages}")
            yield Info(page_count=count)
            outline = read_outline(document)
            yield Info(title=outline.title, cut="its end is missing: pages may be lost" if end_is_missing(file) else "")
            if isinstance(self.engine, PyPDF):
                from ingest.pdf.pypdf_engine import read_by_pypdf

                yield from read_by_pypdf(file, password, outline)
            elif isinstance(self.engine, Unstructured):
                from ingest.pdf.unstructured import read

                sizes = document.get_page_size
                yield from read(
                    file,
                    self.engine.python,
                    lambda number: sizes(number - 1),
                    strategy=self.engine.strategy,
                    password=password,
                )
            else:
                from ingest.pdf.attachments import attachments
                from ingest.pdf.pages import Pages
                from ingest.pdf.xfa import xfa_form

                pictures = Pictures(
                    file,
                    password,
                    count,
                    mode=self.images,
                    most_pixels=aids.bounds.pixels,
                    described=aids.caption is not None,
                )
                pages = Pages(document, outline, aids, pictures)
                yield from pages.events()
                yield from xfa_form(document, most_mb=aids.bounds.decompressed_mb)
                yield from attachments(document, file, aids, pages=pages.annotations.attached)

    def _passwords(self, file: Path) -> Iterator[str]:
        """The passwords for a file, by its path."""
        from ingest.patterns import Patterns

        for pattern, password in self.passwords.items():
            if Patterns([pattern]).matches(str(file)):
                yield password
