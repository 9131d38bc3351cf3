"""XML of any vocabulary: its words without the tags; what is no XML is read as text."""  # named after its format

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from xml.parsers.expat import ExpatError

from ingest.errors import UnreadableError, UnsupportedError
from ingest.parsers import Aids, Parser
from ingest.parsers._declared import declared_or_found
from ingest.parsers._decoding import lines_of, open_text
from ingest.parsers._elements import check, element_blocks
from ingest.parsers.text import paragraphs
from ingest.types import Info, ParseEvent


class XML(Parser):
    """Reads XML: prose under its titles, data as records, both with their lines.

    Attributes are left out where an element has anything else. The text is gone through twice: where it is broken, all
    of it is read as it stands.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".xml",)

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks in the file's order."""
        try:
            encoding = declared_or_found(file)
        except UnreadableError as error:  # Android's are binary
            raise UnsupportedError("it is named .xml, and is no text") from error
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        with open_text(file, encoding) as handle:
            try:
                check(handle)
            except (ExpatError, UnreadableError) as error:
                broken = error.message if isinstance(error, UnreadableError) else f"it is no XML: {error}"
            else:
                broken = ""
            handle.seek(0)
            if broken:
                yield Info(warnings=(f"read as plain text, tags and all: {broken}",))
            yield from paragraphs(lines_of(handle)) if broken else element_blocks(handle)
