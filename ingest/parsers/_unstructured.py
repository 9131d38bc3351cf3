"""The one door to the library unstructured (0.27): offline, without telemetry, its elements as blocks."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from ingest.errors import UnreadableError
from ingest.parsers._flow import Flow, spanned
from ingest.types import Block, BlockKind

_KINDS: dict[str, BlockKind] = {"ListItem": "list", "CodeSnippet": "code"}
_LONGEST_SPAN = 5
"""Digits."""


def module(name: str, suffix: str) -> Any:
    """A module that the extra brings; of unstructured only after it has been told to open no connection.

    Raises:
        UnreadableError: the extra is not installed.
    """
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["UNSTRUCTURED_DISABLE_NOTICE"] = "1"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UnreadableError(
            f"reading {suffix} needs the extra 'office': {error}", hint="pip install 'ibid-qa[office]'"
        ) from error


@cache
def _without_model(suffix: str) -> None:
    """Gives unstructured a language pipeline without a model.

    It classifies paragraphs (narrative, title …) with spaCy's `en_core_web_sm`, which it downloads at first use, and
    which takes 27 ms for each. What it finds is not used here: headings are what the file marks as such.
    """
    tokenize = module("unstructured.nlp.tokenize", suffix)
    pipeline = module("spacy", suffix).blank("en")
    pipeline.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: pipeline  # noqa: SLF001  # there is no public way


def partition(kind: str, data: bytes) -> list[Any]:
    """The elements that unstructured makes of a `docx` or `pptx`; languages are not detected."""
    _without_model(f".{kind}")
    function = getattr(module(f"unstructured.partition.{kind}", f".{kind}"), f"partition_{kind}")
    return list(function(file=BytesIO(data), languages=[""]))


def blocks(element: Any, flow: Flow, *, deepest: int | None = None) -> Iterator[Block]:
    """The blocks of an element.

    A heading is what the file marks as one (unstructured then gives its depth), not what unstructured takes for one.

    Args:
        element: any element of unstructured.
        flow: where the block goes.
        deepest: the greatest depth at which a title is a heading; None: any.
    """
    name, depth, markup = type(element).__name__, element.metadata.category_depth, element.metadata.text_as_html
    if name == "Table" and markup:
        yield from flow.table(grid_of(markup))
    elif name == "Title" and depth is not None and (deepest is None or depth <= deepest):
        yield from flow.heading(element.text, depth + 1)
    elif name not in ("PageBreak", "Image"):
        yield from flow.paragraph(element.text, _KINDS.get(name, "text"))


def grid_of(markup: str) -> list[list[str]]:
    """The cells of a table as unstructured writes it, in HTML without tables inside."""
    reader = _Table()
    reader.feed(markup)
    reader.close()
    return spanned(reader.rows)


class _Table(HTMLParser):
    """Collects cells: text, and how many columns and rows each takes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, int, int]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A row, a cell or a line of one begins."""
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            found = dict(attrs)
            self.rows[-1].append(("", _span(found.get("colspan")), _span(found.get("rowspan"))))
            self._open = True
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """A cell ends."""
        self._open = self._open and tag not in ("td", "th", "tr")

    def handle_data(self, data: str) -> None:
        """Text goes to the cell that is open."""
        if self._open:
            text, columns, rows = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, columns, rows)


def _span(value: str | None) -> int:
    return max(1, int(value)) if value and value.isdecimal() and len(value) <= _LONGEST_SPAN else 1
