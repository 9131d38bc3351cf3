"""Plain text: paragraphs, the decoded file unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.errors import UnreadableError, UnsupportedError
from ingest.parsers import Aids, Parser
from ingest.parsers._declared import declared_or_found
from ingest.parsers._decoding import lines_of, open_text
from ingest.types import Block, Info, ParseEvent, Place

_LONG = 20_000
"""A paragraph of more characters is given out in pieces, at a line's end: a log may have no blank line."""


class Text(Parser):
    """Reads plain text, and what has no parser of its own and is text: a block a paragraph, with its lines."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text", ".log")
    version: ClassVar[int] = 3

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Paragraphs, each with the blank lines after it."""
        try:
            encoding = declared_or_found(file)
        except UnreadableError as error:
            if file.suffix.lower() in self.suffixes:
                raise
            raise UnsupportedError(
                f"no parser reads {file.suffix.lower() or 'files without a suffix'}, and it is no text"
            ) from error
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        with open_text(file, encoding) as handle:
            yield from paragraphs(lines_of(handle))


def paragraphs(lines: Iterator[str]) -> Iterator[Block]:
    """Blocks that end with their blank lines, or at a line once they are long."""
    held: list[str] = []
    first = number = 1
    size = 0
    content = blank = False
    for line in lines:
        starts = bool(line.strip())
        if starts and (blank or size > _LONG):
            yield _block(held, first)
            held, first, size, content = [], number, 0, False
        content = content or starts
        blank = content and not starts
        held.append(line)
        size += len(line)
        number += line.endswith("\n")
    if held:
        yield _block(held, first)


def _block(held: list[str], first: int) -> Block:
    text = "".join(held)
    return Block(text, "text", Place(lines=(first, first + text.rstrip().count("\n"))))
