"""What a worker and its parent say to each other: JSON, each message with its length before it; never pickle."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import asdict
from typing import Any, BinaryIO

import ingest.errors as kinds
from ingest.errors import IngestError, UnreadableError
from ingest.places import block_from_list, block_to_list
from ingest.types import Block, Info, Page, ParseEvent, Rows

_LENGTH = struct.Struct(">I")
_MOST = 256 * 1024 * 1024
"""No message is that long: a greater length means that the stream is not one of ours."""

Message = dict[str, Any]


def write_frame(stream: BinaryIO, message: Message) -> None:
    """Writes one message."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> Message | None:
    """Reads one message; None at the end of the stream.

    Raises:
        ValueError: what came is no message.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MOST:
        raise ValueError(f"a message of {length} bytes")
    body = stream.read(length)
    if len(body) < length:
        return None
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a message that is no object")  # noqa: TRY004  # the stream is wrong, not a call
    return message


def file_to_text(file: str) -> str:
    """A file's name as text that survives JSON, whatever its bytes."""
    return os.fsencode(file).decode("latin-1")


def file_from_text(text: str) -> str:
    """Undoes `file_to_text`."""
    return os.fsdecode(text.encode("latin-1"))


def event_to_list(event: ParseEvent) -> list[Any]:
    """A block, page or information as plain data, its kind first."""
    if isinstance(event, Block):
        return ["block", event.text, *block_to_list(event)]
    if isinstance(event, Page):
        return ["page", event.number, event.state, event.reason, event.header, event.footer]
    return ["info", event.title, event.page_count, event.warnings, asdict(event.rows), event.cut, event.undescribed]


def event_from_list(found: list[Any]) -> ParseEvent:
    """Undoes `event_to_list`."""
    kind, *rest = found
    if kind == "block":
        return block_from_list(rest[0], rest[1:])
    if kind == "page":
        return Page(*rest)
    title, pages, warnings, rows, cut, undescribed = rest
    return Info(title, pages, tuple(warnings), Rows(**rows), cut, undescribed)


def error_to_message(error: IngestError) -> Message:
    """An error as a message."""
    return {"is": "error", "type": type(error).__name__, "message": error.message, "hint": error.hint}


def error_from_message(message: Message) -> IngestError:
    """Undoes `error_to_message`."""
    kind = getattr(kinds, str(message["type"]), None)
    if not (isinstance(kind, type) and issubclass(kind, IngestError)):
        kind = UnreadableError
    return kind(str(message["message"]), hint=str(message["hint"]))
