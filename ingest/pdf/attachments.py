"""Files attached to a PDF (to the document, or to a page by a paper clip; a portfolio is nothing but such files)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ingest.parsers import Aids, _embedded
from ingest.types import Block, Info

if TYPE_CHECKING:
    from pypdfium2 import PdfAttachment, PdfDocument
    from pypdfium2.raw import FPDF_ANNOTATION

_MOST = 1_000
"""Attachments of one file that are read."""
_MEGABYTE = 1024 * 1024
_ENCRYPTED = 0
"""PDFium gives -1 as the security handler's revision of a file that is not encrypted."""


@dataclass(frozen=True, slots=True)
class _Inside(Aids):
    """What the parser of an attachment is handed: files attached to that one are not read in turn."""


Attached = tuple[str, bytes | str]
"""A file's name, and its bytes or why they cannot be had."""


def attachments(document: PdfDocument, file: Path, aids: Aids, *, pages: Iterable[int] = ()) -> Iterator[Block | Info]:
    """What the parsers make of the attached files, each below the headings "attachment" and its name.

    One that is not read (too large, no parser for it, broken) is named in a warning.

    Args:
        document: The open document.
        file: Where it lies.
        aids: What parsers are handed.
        pages: The pages, from 1, that have files attached to them (`Annotations.attached`).
    """
    pages = tuple(pages)
    if not pages and not document.count_attachments():
        return
    if isinstance(aids, _Inside):
        yield Info(warnings=("files attached to it are not read, since it is an attachment itself",))
        return
    inside = _Inside(aids.bounds, aids.ocr, aids.passwords)
    free = aids.bounds.decompressed_mb * _MEGABYTE
    done: set[Attached] = set()
    for name, data in _attached(document, file, pages):
        if len(done) == _MOST:
            yield Info(warnings=(f"of its attachments only the first {_MOST} are read",))
            return
        if (name, data) in done:
            continue
        done.add((name, data))
        free -= len(data)
        if isinstance(data, str):
            yield Info(warnings=(f"the attachment {name!r} is not read: {data}",))
        elif free < 0:
            yield Info(
                warnings=(f"the attachment {name!r} is not read: over {aids.bounds.decompressed_mb} MB unpacked",)
            )
            return
        else:
            yield from _embedded.blocks(name, data, inside, above=("attachment",))


def _attached(document: PdfDocument, file: Path, pages: tuple[int, ...]) -> Iterator[Attached]:
    """The attached files; by pypdf, which bounds what it unpacks, but it knows no AES: encrypted ones by PDFium."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDF_GetSecurityHandlerRevision(document) >= _ENCRYPTED:
        yield from _by_pdfium(document, pages)
        return
    try:
        found = list(_entries(file, pages))
    except Exception:  # noqa: BLE001  # pypdf raises all sorts on files that PDFium can repair
        yield from _by_pdfium(document, pages)
        return
    for name, entry in found:
        try:
            data = entry.content
        except Exception as error:  # noqa: BLE001  # the same, and one attachment costs no other
            yield name, f"{type(error).__name__}: {error}"
        else:
            yield name, data


def _entries(file: Path, pages: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    """The names of the attached files, each with pypdf's object."""
    from pypdf import PdfReader
    from pypdf.generic import EmbeddedFile

    reader = PdfReader(file)
    found = list(reader.attachment_list)
    for number in pages:
        for reference in reader.pages[number - 1].get("/Annots", ()):
            annotation = reference.get_object()
            if annotation.get("/Subtype") == "/FileAttachment" and "/FS" in annotation:
                specification = annotation["/FS"].get_object()
                found.append(EmbeddedFile(str(specification.get("/F", "")), specification))
    for entry in found:
        yield _base_name(str(entry.alternative_name or entry.name)), entry


def _by_pdfium(document: PdfDocument, pages: tuple[int, ...]) -> Iterator[Attached]:
    for index in range(document.count_attachments()):
        yield _read(document.get_attachment(index))
    for number in pages:
        page = document[number - 1]
        try:
            yield from map(_read, _clipped(document, page))
        finally:
            page.close()


def _clipped(document: PdfDocument, page: Any) -> Iterator[PdfAttachment]:
    """The files that are attached to a page."""
    import pypdfium2.raw as pdfium
    from pypdfium2 import PdfAttachment

    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation: FPDF_ANNOTATION = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            attached = pdfium.FPDFAnnot_GetFileAttachment(annotation)
            if attached:
                yield PdfAttachment(attached, document)
            pdfium.FPDFPage_CloseAnnot(annotation)


def _read(attachment: PdfAttachment) -> Attached:
    from pypdfium2 import PdfiumError

    name = _base_name(attachment.get_name())
    try:
        return name, bytes(attachment.get_data())
    except PdfiumError as error:
        return name, str(error)


def _base_name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name
