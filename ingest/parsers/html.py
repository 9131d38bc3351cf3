"""HTML: what a person reads of a page; the same with and without extras."""  # named after its format

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.parsers import Aids, Parser
from ingest.parsers._declared import declared_or_found
from ingest.parsers._decoding import open_text
from ingest.parsers._html import html_events
from ingest.types import Info, ParseEvent


class HTML(Parser):
    """Reads HTML and XHTML: headings, paragraphs, list items, table rows and code, with lines and headings."""

    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")
    version: ClassVar[int] = 3

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """The title, then what is seen of the page in its order, but its navigation; texts of images too."""
        encoding = declared_or_found(file)
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        with open_text(file, encoding) as handle:
            text = handle.read()
        xml = file.suffix.lower() == ".xhtml" or text.lstrip("\ufeff \t\r\n").startswith("<?xml")
        yield from html_events(text, xml=xml, navigation=False)
