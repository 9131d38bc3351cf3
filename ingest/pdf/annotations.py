"""What lies on a page over its content: values of form fields, notes, comments, stamps. PDFium's text has none of it.

A field is a block "label: value", with the box of its widget; empty fields, unchecked boxes and hidden values are
left out. A note is a block of its text, below a heading that says what it is and whose. Where links lead is not shown
on the page and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.pdf.fields import Fields
from ingest.pdf.pdfium_strings import read_string
from ingest.pdf.positions import box_on_page
from ingest.types import Block, Place

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_HIDDEN = 2 | 32
"""Flags Hidden and NoView."""


@cache
def _notes() -> dict[int, str]:
    """What the kinds of annotation that hold a text of their own are called."""
    import pypdfium2.raw as pdfium

    return {
        pdfium.FPDF_ANNOT_TEXT: "Note",
        pdfium.FPDF_ANNOT_FREETEXT: "Text box",
        pdfium.FPDF_ANNOT_HIGHLIGHT: "Comment on highlighted text",
        pdfium.FPDF_ANNOT_UNDERLINE: "Comment on underlined text",
        pdfium.FPDF_ANNOT_SQUIGGLY: "Comment on underlined text",
        pdfium.FPDF_ANNOT_STRIKEOUT: "Comment on struck-out text",
        pdfium.FPDF_ANNOT_STAMP: "Stamp",
        pdfium.FPDF_ANNOT_CARET: "Insertion",
        pdfium.FPDF_ANNOT_INK: "Comment on a drawing",
        pdfium.FPDF_ANNOT_LINE: "Comment on a drawing",
        pdfium.FPDF_ANNOT_SQUARE: "Comment on a drawing",
        pdfium.FPDF_ANNOT_CIRCLE: "Comment on a drawing",
        pdfium.FPDF_ANNOT_POLYGON: "Comment on a drawing",
        pdfium.FPDF_ANNOT_POLYLINE: "Comment on a drawing",
        pdfium.FPDF_ANNOT_REDACT: "Redaction",
        pdfium.FPDF_ANNOT_FILEATTACHMENT: "Attached file",
    }


class Annotations:
    """Reads the annotations of one document's pages."""

    def __init__(self) -> None:
        self.attached: list[int] = []
        """The pages, from 1, that were read and hold an attached file."""

    def of_page(self, page: PdfPage, number: int, headings: tuple[str, ...] = ()) -> Iterator[Block]:
        """The blocks of one page's annotations, in the order of the file."""
        import pypdfium2.raw as pdfium

        count = pdfium.FPDFPage_GetAnnotCount(page)
        if count <= 0:
            return
        with closing(Fields(page)) as fields:
            for index in range(count):
                with _annotation(page, index) as found:
                    if found and not pdfium.FPDFAnnot_GetFlags(found) & _HIDDEN:
                        yield from self._block(found, page, number, headings, fields)

    def _block(
        self, found: Any, page: PdfPage, number: int, headings: tuple[str, ...], fields: Fields
    ) -> Iterator[Block]:
        import pypdfium2.raw as pdfium

        kind = pdfium.FPDFAnnot_GetSubtype(found)
        if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT and number not in self.attached:
            self.attached.append(number)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            text = fields.text(found)
        else:
            text, headings = _note(found, kind), (*headings, _whose(found, kind))
        if text:
            place = Place(pages=(number,), boxes=(box_on_page(page, number, found),), headings=headings)
            yield Block(text + "\n", "text", place)


@contextmanager
def _annotation(page: PdfPage, index: int) -> Iterator[Any]:
    import pypdfium2.raw as pdfium

    found = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield found
    finally:
        if found:
            pdfium.FPDFPage_CloseAnnot(found)


def _note(annotation: Any, kind: int) -> str:
    """The annotation's text; of a stamp without one what its name says ("Draft")."""
    import pypdfium2.raw as pdfium

    if kind not in _notes():
        return ""
    text = read_string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
    if not text and kind == pdfium.FPDF_ANNOT_STAMP:
        name = read_string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Name")
        return name if name.isalpha() else ""
    return text


def _whose(annotation: Any, kind: int) -> str:
    """What the annotation is, and who wrote it."""
    import pypdfium2.raw as pdfium

    author = " ".join(read_string(pdfium.FPDFAnnot_GetStringValue, annotation, b"T").split())[:100]
    called = _notes().get(kind, "")
    return f"{called} by {author}" if author else called
