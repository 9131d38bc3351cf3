"""Forms in XFA: a PDF whose pages only say "Please wait", and whose form is XML for a program by Adobe.

PDFium (as it is built here) does not lay such forms out. Their texts and captions are in the form's template, in
order, and the values in its data: both are read, without a place on a page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from ingest.errors import UnreadableError
from ingest.parsers._tree import parse_xml
from ingest.types import Block, Info

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PACKETS = {"template", "datasets"}
_MOST_PACKETS = 100
_PLEASE_WAIT = "please wait"
_HEAD = 500
_MEGABYTE = 1024 * 1024
_WARNING = "its form is XFA, which cannot be laid out: texts and values are read, without their places on pages"


def xfa_form(document: PdfDocument, *, most_mb: int) -> Iterator[Block | Info]:
    """The texts and filled-in values of a form that is XFA alone, and a warning; nothing for any other document."""
    if not _is_xfa_alone(document):
        return
    yield Info(warnings=(_WARNING,))
    try:
        packets = {name: parse_xml(data, name) for name, data in _packets(document, most_mb * _MEGABYTE)}
    except UnreadableError as error:
        yield Info(warnings=(f"its XFA form cannot be read: {error.message}",))
        return
    captions: dict[str, str] = {}
    if "template" in packets:
        for name, text in _texts(packets["template"]):
            if name:
                captions[name] = text
            else:
                yield Block(text + "\n", "text")
    if "datasets" in packets:
        for name, value in _values(packets["datasets"]):
            yield Block(f"{captions.get(name, name)}: {value}\n", "text")


def _is_xfa_alone(document: PdfDocument) -> bool:
    """Whether the pages do not show the form: it says so itself, or its only page asks to wait."""
    import pypdfium2.raw as pdfium

    kind = document.get_formtype()
    if kind != pdfium.FORMTYPE_XFA_FOREGROUND or len(document) > 1:
        return bool(kind == pdfium.FORMTYPE_XFA_FULL)
    page = document[0]
    textpage = page.get_textpage()
    try:
        return _PLEASE_WAIT in " ".join(textpage.get_text_range(0, _HEAD).lower().split())
    finally:
        textpage.close()
        page.close()


def _packets(document: PdfDocument, most: int) -> Iterator[tuple[str, bytes]]:
    """The parts of the form that hold text, by name."""
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDF_GetXFAPacketCount(document), _MOST_PACKETS)):
        size = pdfium.FPDF_GetXFAPacketName(document, index, None, 0)
        name = ctypes.create_string_buffer(max(size, 1))
        pdfium.FPDF_GetXFAPacketName(document, index, name, size)
        called = name.value.decode("ascii", "replace")
        length = ctypes.c_ulong()
        if called not in _PACKETS or not pdfium.FPDF_GetXFAPacketContent(document, index, None, 0, length):
            continue
        if length.value > most:
            raise UnreadableError(f"its part {called!r} has {length.value // _MEGABYTE} MB")
        content = ctypes.create_string_buffer(max(length.value, 1))
        pdfium.FPDF_GetXFAPacketContent(document, index, content, length.value, length)
        yield called, content.raw[: length.value]


def _texts(template: Element) -> Iterator[tuple[str, str]]:
    """The form's texts in order: a field's caption with the field's name, all others without a name."""
    for element in template.iter():
        kind = _local(element)
        if kind == "field":
            caption = _first(element, "caption")
            text = _words(caption) if caption is not None else ""
            if text and element.get("name"):
                yield element.get("name", ""), text
        elif kind == "draw":
            value = _first(element, "value")
            text = _words(value) if value is not None else ""
            if text:
                yield "", text


def _values(datasets: Element) -> Iterator[tuple[str, str]]:
    """The names and values of the data's leaves."""
    data = _first(datasets, "data")
    for element in data.iter() if data is not None else ():
        value = " ".join((element.text or "").split())
        if value and not len(element):
            yield _local(element), value


def _first(element: Element, name: str) -> Element | None:
    return next((child for child in element if _local(child) == name), None)


def _words(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
