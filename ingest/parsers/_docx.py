"""Word documents: what unstructured passes over is put where it reads, then unstructured reads the document."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from ingest.parsers import _unstructured
from ingest.parsers._charts import drawn
from ingest.parsers._docx_plain import Plain
from ingest.parsers._flow import Flow, unread
from ingest.parsers._ooxml import without_macros
from ingest.types import Block, Info, ParseEvent

_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"


def read(file: Path) -> Iterator[ParseEvent]:
    """Headings, paragraphs, lists and table rows; notes, comments and text boxes follow the paragraph they hang on.

    A note's reference is `[1]`, `[2]` … in the text, and so begins the note. Headers and footers come
    where their section begins and ends, charts and diagrams at the document's end.
    """
    docx = _unstructured.module("docx", ".docx")
    document = docx.Document(BytesIO(without_macros(file)))
    pictures = len(document.element.body.findall(f".//{_BLIP}"))
    Plain(document).make()
    out = BytesIO()
    document.save(out)
    yield Info(title=document.core_properties.title or "", warnings=unread(pictures))
    flow = Flow()
    for element in _unstructured.partition("docx", out.getvalue()):
        yield from _blocks(element, flow)
    yield from drawn(document.part, Flow())


def _blocks(element: Any, flow: Flow) -> Iterator[Block]:
    if type(element).__name__ in ("Header", "Footer"):
        if not element.text.strip().isdecimal():  # a page's number
            yield from Flow().paragraph(element.text)
    else:
        yield from _unstructured.blocks(element, flow)
