"""Word documents: what unstructured passes over is put where it reads, then unstructured reads the document."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.parsers import Aids, _unstructured
from ingest.parsers._charts import drawn
from ingest.parsers._docx_plain import Plain
from ingest.parsers._embedded import Pictures
from ingest.parsers._flow import Flow
from ingest.parsers._ooxml import pictures_of, without_macros
from ingest.types import Block, Info, ParseEvent


def read(file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """Headings, paragraphs, lists and table rows; notes, comments and text boxes follow the paragraph they hang on.

    A note's reference is `[1]`, `[2]` … in the text, and so begins the note. Headers and footers come
    where their section begins and ends, charts, diagrams and what is read of pictures at the document's end.
    """
    docx = _unstructured.module("docx", ".docx")
    document = docx.Document(BytesIO(without_macros(file)))
    pictures = pictures_of(document.part, document.element.body)
    Plain(document).make()
    out = BytesIO()
    document.save(out)
    yield Info(title=document.core_properties.title or "")
    flow = Flow()
    for element in _unstructured.partition("docx", out.getvalue()):
        yield from _blocks(element, flow)
    yield from drawn(document.part, Flow())
    read_once = Pictures(aids)
    for picture in pictures:
        yield from read_once.blocks(PurePosixPath(picture.partname).name, picture.blob, above=())


def _blocks(element: Any, flow: Flow) -> Iterator[Block]:
    if type(element).__name__ in ("Header", "Footer"):
        if not element.text.strip().isdecimal():  # a page's number
            yield from Flow().paragraph(element.text)
    else:
        yield from _unstructured.blocks(element, flow)
