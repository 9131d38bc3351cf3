"""Files inside a file: an attachment, a picture on a slide, each read by the parser of its suffix."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from ingest.errors import EmptyError, IngestError, UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._pictures import OfLines
from ingest.plugins import find, names
from ingest.types import Block, Info, Page, ParseEvent, Place

_MOST_PICTURES = 50
"""Pictures of one file that are looked at."""
_ROLE = "ingest.parsers"
_TEXT = (".txt", ".log", ".text")


def parser_of(name: str) -> Parser | None:
    """The parser of a file's suffix, with its default options; None where there is none."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _TEXT:
        return find(_ROLE, Parser, "text")()  # type: ignore[type-abstract]
    for role in names(_ROLE):
        part = find(_ROLE, Parser, role)  # type: ignore[type-abstract]
        if suffix in part.suffixes:
            return part()
    return None


def events(name: str, data: bytes, aids: Aids) -> Iterator[ParseEvent]:
    """What the parser of its suffix makes of the bytes.

    Raises:
        IngestError: they cannot be read, or no parser has the suffix.
    """
    parser = parser_of(name)
    if parser is None:
        raise UnreadableError("no parser reads such files")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ("a" + PurePosixPath(name).suffix.lower())
        file.write_bytes(data)
        try:
            yield from parser.parse(file, aids)
        except (IngestError, MemoryError):
            raise
        except Exception as error:  # a library's surprise costs this file, not the one that holds it
            raise UnreadableError(f"{type(error).__name__}: {error}") from error


def blocks(name: str, data: bytes, aids: Aids, *, above: tuple[str, ...]) -> Iterator[Block | Info]:
    """The blocks of a file inside a file, each below the headings `above` and the file's name.

    Pages, rows and lines in it are no places of the file that holds it, and are left out. What cannot be read is a
    warning that names it.
    """
    held = " ".join(name.split())[:200]
    try:
        for event in events(name, data, aids):
            if isinstance(event, Block):
                place = Place(headings=(*above, held, *event.place.headings), confidence=event.place.confidence)
                yield replace(event, place=place, runs=())
            else:
                yield from _warnings(held, event)
    except EmptyError:
        return
    except IngestError as error:
        yield Info(warnings=(f"{held!r} in it is not read: {error.message}",))


@dataclass(slots=True)
class Pictures:
    """The pictures in a file: so many are looked at, each once, and read by OCR where a cheap test sees lines of text.

    Most pictures in messages and documents are logos and photographs, and OCR takes seconds for each.
    """

    aids: Aids
    _seen: set[bytes] = field(default_factory=set)

    def blocks(self, name: str, data: bytes, *, above: tuple[str, ...]) -> Iterator[Block | Info]:
        """The blocks of a picture below the headings `above` and its name."""
        key = blake2b(data, digest_size=16).digest()
        if key in self._seen:
            return
        self._seen.add(key)
        if len(self._seen) > _MOST_PICTURES:
            yield Info(warnings=(f"{name!r} in it is not read: {_MOST_PICTURES} pictures are",))
        else:
            aids = replace(self.aids, ocr=lambda: OfLines(engine=self.aids.ocr), caption=None)
            yield from blocks(name, data, aids, above=above)
            yield Info()  # has it sent at once: all pictures together may take longer than a worker may be silent


def _warnings(name: str, event: Page | Info) -> Iterator[Info]:
    if isinstance(event, Info) and event.warnings:
        yield Info(warnings=tuple(f"{name!r} in it: {warning}" for warning in event.warnings))
    if isinstance(event, Page) and event.state == "failed":
        yield Info(warnings=(f"page {event.number} of {name!r} in it is not read: {event.reason}",))
