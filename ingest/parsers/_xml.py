"""XML read in a stream, by the names of its elements without their prefixes; what declares entities is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import IO, Protocol
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from ingest.errors import UnreadableError

_PIECE = 1 << 18


class Handler(Protocol):
    """Takes what is read; what is complete is in `ready`."""

    ready: list[list[str]]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """Some text."""

    def end(self, name: str) -> None:
        """An element ends."""


def streamed(archive: ZipFile, member: str, handler: Handler) -> Iterator[list[str]]:
    """What a handler makes of a member of an archive, as it becomes ready.

    Raises:
        UnreadableError: it is not there, or no XML.
    """
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    with closing(opened(archive, member)) as stream:
        last = False
        while not last:
            piece = stream.read(_PIECE)
            last = not piece
            try:
                parser.Parse(piece, last)
            except ExpatError as error:
                raise UnreadableError(f"its member {member!r} is no XML: {error}") from error
            yield from handler.ready
            handler.ready.clear()


def opened(archive: ZipFile, member: str) -> IO[bytes]:
    """Opens a member.

    Raises:
        UnreadableError: it is not there.
    """
    try:
        return archive.open(member)
    except KeyError as error:
        raise UnreadableError(f"it has no member {member!r}") from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_: object) -> None:
    raise UnreadableError("its XML declares a document type, which such files never do")
