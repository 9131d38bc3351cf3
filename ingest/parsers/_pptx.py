"""Presentations: a slide is a page; charts, diagrams, notes and comments, unknown to unstructured, come after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.errors import IngestError, LimitError
from ingest.parsers import Aids, _unstructured
from ingest.parsers._charts import drawn, text_of
from ingest.parsers._embedded import Pictures, events
from ingest.parsers._flow import Flow
from ingest.parsers._ooxml import parts_of, pictures_of, without_macros
from ingest.types import Block, Info, Page, ParseEvent, Place

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SLIDE_TITLE_DEPTH = 0
"""Deeper titles are what unstructured takes for one."""


def read(file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """Slide by slide: the title, the shapes from the top down, charts, diagrams, speaker notes, comments.

    A slide that holds pictures alone is read by OCR; beside text, what shows lines of text.
    """
    pptx = _unstructured.module("pptx", ".pptx")
    presentation = pptx.Presentation(BytesIO(without_macros(file)))
    slides = list(presentation.slides)
    if len(slides) > aids.bounds.pages:
        raise LimitError(f"it has {len(slides)} slides, over the limit of {aids.bounds.pages}")
    for slide in slides:
        _make_plain(slide)
    out = BytesIO()
    presentation.save(out)
    elements = defaultdict(list)
    for element in _unstructured.partition("pptx", out.getvalue()):
        elements[element.metadata.page_number].append(element)
    # not before: a file whose pages are known may not be silent for long
    yield Info(title=presentation.core_properties.title or "", page_count=len(slides))
    read_once = Pictures(aids)
    for number, slide in enumerate(slides, 1):
        found = list(_blocks(slide, elements.pop(number, []), Flow(pages=(number,))))
        yield from found
        pictures = pictures_of(slide.part, slide.element)
        if found:
            for picture in pictures:
                yield from _beside(number, picture, read_once)
            yield Page(number, "text")
        else:
            yield from _pictured(number, pictures, aids)


def _blocks(slide: Any, elements: list[Any], flow: Flow) -> Iterator[Block]:
    for element in sorted(elements, key=lambda element: not _is_title(element)):
        yield from _unstructured.blocks(element, flow, deepest=_SLIDE_TITLE_DEPTH)
    yield from drawn(slide.part, flow)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from flow.paragraph(slide.notes_slide.notes_text_frame.text)
    for comments in parts_of(slide.part, "comments"):
        yield from _comments(comments, flow)


def _is_title(element: Any) -> bool:
    return type(element).__name__ == "Title" and element.metadata.category_depth == _SLIDE_TITLE_DEPTH


def _beside(number: int, picture: Any, pictures: Pictures) -> Iterator[ParseEvent]:
    """What is read of a picture beside the text of a slide."""
    for event in pictures.blocks(PurePosixPath(picture.partname).name, picture.blob, above=()):
        yield replace(event, place=replace(event.place, pages=(number,))) if isinstance(event, Block) else event


def _pictured(number: int, pictures: list[Any], aids: Aids) -> Iterator[ParseEvent]:
    """A slide that holds nothing but pictures, read by OCR."""
    read, error = False, ""
    for picture in pictures:
        try:
            for event in events(str(picture.partname), picture.blob, aids):
                if isinstance(event, Block):
                    yield replace(event, place=Place(pages=(number,), confidence=event.place.confidence))
                    read = True
        except IngestError as problem:
            error = f"a picture cannot be read: {problem.message}"
    yield Page(number, "failed" if error else "ocr" if read else "empty", error)


def _comments(root: Any, flow: Flow) -> Iterator[Block]:
    """The comments on a slide, of the old form (`p:text`) and of the new one (paragraphs)."""
    for said in [*(text.text or "" for text in root.iter(_P + "text")), text_of(root)]:
        if said.strip():
            yield from flow.paragraph(f"[Comment] {said}")


def _make_plain(slide: Any) -> None:
    """Changes a slide in memory so that unstructured finds all its text.

    Of alternative shapes the first that holds text is kept. Shapes that begin left of the slide or above it, which
    unstructured takes for invisible, are moved to its edge. A cell merged with the one above gets its text.
    """
    tree = slide.shapes.element
    for alternatives in list(tree.iter(_MC + "AlternateContent")):
        options = list(alternatives)
        with_text = [option for option in options if next(option.iter(_A + "t"), None) is not None]
        for child in [child for option in (with_text or options)[:1] for child in option]:
            alternatives.addprevious(child)
        alternatives.getparent().remove(alternatives)
    for table in tree.iter(_A + "tbl"):
        _repeat_merged(table)
    for offset in tree.iter(_A + "off"):
        for axis in ("x", "y"):
            if offset.get(axis, "").startswith("-"):
                offset.set(axis, "0")


def _repeat_merged(table: Any) -> None:
    above: list[Any] = []
    for row in table.findall(_A + "tr"):
        cells = row.findall(_A + "tc")
        for cell, upper in zip(cells, above, strict=False):
            text, copied = cell.find(_A + "txBody"), upper.find(_A + "txBody")
            if cell.get("vMerge") in ("1", "true") and text is not None and copied is not None:
                cell.replace(text, deepcopy(copied))
        above = cells
