"""JSON, JSONL and NDJSON: a record is a block, with its JSON pointer."""  # named after its format

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.errors import EmptyError, UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._records import Spot, records
from ingest.parsers._strict import decode, loads
from ingest.types import Block, ParseEvent


class JSON(Parser):
    """Reads strict JSON: the records of its arrays, and what its objects hold beside them; in JSONL a line a record."""

    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".ndjson")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks `path.to.key: value; …`; errors name line and column."""
        if file.suffix.lower() != ".json":
            yield from _lines(file)
            return
        data = file.read_bytes()
        if not data.strip():
            raise UnreadableError("it is no JSON: line 1, column 1: there is nothing in it")
        value = loads(decode(data))
        del data
        yield from _found(records(value, Spot()))


def _lines(file: Path) -> Iterator[Block]:
    """The records of a file that has one a line, read as a stream; pointers count them, lines are the file's."""
    count = 0
    with file.open("rb") as handle:
        for number, data in enumerate(handle, 1):
            if data.strip():
                text = decode(data, line=number).rstrip("\r\n")  # what is missing is missing on this line
                value = loads(text, line=number)
                yield from records(value, Spot(f"/{count}", lines=(number, number)))
                count += 1


def _found(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks.

    Raises:
        EmptyError: there are none.
    """
    empty = True
    for block in blocks:
        empty = False
        yield block
    if empty:
        raise EmptyError("valid JSON without content")
