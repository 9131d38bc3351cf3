"""Source code and settings files: lines, under the names of what they stand in; the decoded file unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.errors import UnreadableError, UnsupportedError
from ingest.parsers import Aids, Parser
from ingest.parsers._declared import declared_or_found
from ingest.parsers._decoding import lines_of, open_text
from ingest.parsers._scopes import SUFFIXES, Scopes
from ingest.types import Block, Info, ParseEvent, Place

_LONG = 20_000
"""A block of more characters ends at the next line."""
_LEADS = ("#", "//", "/*", "*", "@", "--", ";", "[")
"""What lines begin with that belong to the definition below: comments, decorators, attributes."""


class Code(Parser):
    """Reads source code: a block a definition, parted at blank lines, headed by the names of what it stands in."""

    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks that together are the file."""
        try:
            encoding = declared_or_found(file)
        except UnreadableError as error:  # a video is called .ts too
            raise UnsupportedError(f"it is named {file.suffix.lower()}, and is no text") from error
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        with open_text(file, encoding) as handle:
            yield from code_blocks(lines_of(handle), Scopes(file.suffix.lower()))


def code_blocks(lines: Iterator[str], scopes: Scopes) -> Iterator[Block]:
    """Blocks that end with their blank lines, before a definition, or at a line once they are long."""
    held: list[str] = []
    first, size = 1, 0
    path: tuple[str, ...] = ()
    for line in lines:
        if line.strip():
            begins = scopes.take(line)
            if begins or size > _LONG or (held and not held[-1].strip()):
                kept = _leading(held) if begins else len(held)
                if any(map(str.strip, held[:kept])):
                    yield _block(held[:kept], first, path)
                    first += sum(part.endswith("\n") for part in held[:kept])
                    held = held[kept:]
                path, size = scopes.path, sum(map(len, held))
        held.append(line)
        size += len(line)
    if held:
        yield _block(held, first, path)


def _leading(held: list[str]) -> int:
    """Where the comments and decorators at the end begin, which go with the definition that follows."""
    at = len(held)
    while at and held[at - 1].lstrip().startswith(_LEADS):
        at -= 1
    return at


def _block(held: list[str], first: int, path: tuple[str, ...]) -> Block:
    text = "".join(held)
    return Block(text, "code", Place(lines=(first, first + text.rstrip().count("\n")), headings=path))
