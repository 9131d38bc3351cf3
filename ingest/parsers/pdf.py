"""PDF: a page is a block, its text by PDFium; a page without text is rendered and read by OCR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ingest.errors import IngestError, LimitError, PasswordError, UnreadableError
from ingest.ocr import OCRLine
from ingest.parsers import Aids, Parser
from ingest.parsers._outline import read_outline
from ingest.parsers._pictures import blocks, read
from ingest.types import Block, Info, Page, ParseEvent, Place

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_SPARSE = 20
"""A page with fewer characters, white space aside, is read by OCR."""
_DPI = 200
_POINTS = 72
_LONGEST_SIDE = 3000
_RULE_SEGMENTS = 12
"""A path of so few segments is a line or a frame, not the outline of letters."""
_LINE_END = re.compile("\r\n?")
_HYPHEN = re.compile("[\x02\ufffe\uffff]\n?")
"""What PDFium gives for a hyphen at a line's end; the halves of the word follow one another."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAIL = 2048
_WRONG_PASSWORD = 4
"""PDFium's FPDF_ERR_PASSWORD."""


class PDF(Parser):
    """Reads PDF: a block a page, or a block a line where the page had to be read by OCR."""

    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    depends: ClassVar[tuple[str, ...]] = ("ocr", "pixels")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """Pages in order; one that fails is reported and the others go on."""
        document, password = _open(file, aids.passwords)
        try:
            count = len(document)
            if count > aids.bounds.pages:
                raise LimitError(f"it has {count} pages, over the limit of {aids.bounds.pages}")
            yield Info(page_count=count)
            outline = read_outline(file, password, document)
            yield Info(title=outline.title, warnings=_truncated(file))
            for number in range(1, count + 1):
                yield from _page(document, number, aids, outline.at(number))
        finally:
            document.close()


def _open(file: Path, passwords: tuple[str, ...]) -> tuple[PdfDocument, str | None]:
    """The document, and the password that opened it."""
    import pypdfium2

    with file.open("rb"):
        pass  # PDFium does not say why a file cannot be opened
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(file, password=password), password
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) != _WRONG_PASSWORD:
                raise UnreadableError(f"it is no PDF that can be read: {error}") from error
    if passwords:
        raise PasswordError("the PDF is encrypted, and no given password opens it")
    raise PasswordError("the PDF is encrypted", hint="give its password with --password")


def _truncated(file: Path) -> tuple[str, ...]:
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - _TAIL))
        ends = b"%%EOF" in handle.read()
    return () if ends else ("its end is missing: pages may be lost",)


def _page(document: PdfDocument, number: int, aids: Aids, headings: tuple[str, ...]) -> Iterator[ParseEvent]:
    from pypdfium2 import PdfiumError

    lines: list[OCRLine] = []
    scale = 1.0
    try:
        page = document[number - 1]
        try:
            text = page_text(page)
            if _letters(text) < _SPARSE and _shows_more(page, text):
                image, scale = _render(page, aids.bounds.pixels)
                lines = read(aids.ocr, image)
        finally:
            page.close()
    except PdfiumError as error:
        yield Page(number, "failed", f"PDFium cannot read it: {error}")
        return
    except IngestError:
        raise
    except Exception as error:  # noqa: BLE001  # one page must not cost the others
        yield Page(number, "failed", f"{type(error).__name__}: {error}")
        return
    if sum(_letters(line.text) for line in lines) > _letters(text):
        yield from blocks(lines, page=number, scale=scale, paged=True, headings=headings)
        yield Page(number, "ocr")
        return
    if text:
        yield Block(text + "\n\n", "page", Place(pages=(number,), headings=headings))
    yield Page(number, "text" if text else "empty")


def page_text(page: PdfPage) -> str:
    """A page's text as PDFium gives it, without control codes, with words mended that a line's end had parted."""
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range()
    finally:
        textpage.close()
    text = _LINE_END.sub("\n", text)
    return _CONTROLS.sub("", _HYPHEN.sub("", text)).strip()


def _letters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _shows_more(page: PdfPage, text: str) -> bool:
    """Whether there is more to see on the page than its text and ruled lines: pictures, shapes, glyphs without text."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_GetAnnotCount(page) > 0:
        return True
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT and text:
            continue
        if item.type != pdfium.FPDF_PAGEOBJ_PATH or pdfium.FPDFPath_CountSegments(item) > _RULE_SEGMENTS:
            return True
    return False


def _render(page: PdfPage, most: int) -> tuple[Image, float]:
    """The page as displayed, in pixels, and how many of them a point is."""
    width, height = page.get_size()
    scale = min(_DPI / _POINTS, _LONGEST_SIDE / max(width, height, 1), sqrt(most / max(width * height, 1)))
    bitmap: Any = page.render(scale=scale)
    try:
        return bitmap.to_pil().convert("RGB"), scale
    finally:
        bitmap.close()
