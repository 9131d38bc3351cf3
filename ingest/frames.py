"""What a worker and its parent say to each other: JSON, each message with its length before it; never pickle."""

from __future__ import annotations

import json
import os
import struct
from typing import Any, BinaryIO

import ingest.errors as kinds
from ingest.errors import IngestError, UnreadableError
from ingest.places import place_from_dict, place_to_dict
from ingest.segments import Gathered
from ingest.types import Block, Info, Page, Segment

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


def event_to_message(event: Gathered) -> Message:
    """A segment, page or information as a message."""
    if isinstance(event, Segment):
        blocks = [[block.text, block.kind, place_to_dict(block.place), block.header] for block in event.blocks]
        return {"is": "segment", "ordinal": event.ordinal, "start": event.start, "blocks": blocks}
    if isinstance(event, Page):
        return {"is": "page", "number": event.number, "state": event.state, "reason": event.reason}
    return {"is": "info", "title": event.title, "page_count": event.page_count, "warnings": event.warnings}


def event_from_message(message: Message) -> Gathered:
    """Undoes `event_to_message`."""
    if message["is"] == "segment":
        blocks = tuple(
            Block(text, kind, place_from_dict(place), header) for text, kind, place, header in message["blocks"]
        )
        return Segment(message["ordinal"], message["start"], blocks)
    if message["is"] == "page":
        return Page(message["number"], message["state"], message["reason"])
    return Info(message["title"], message["page_count"], tuple(message["warnings"]))


def error_to_message(error: IngestError) -> Message:
    """An error as a message."""
    return {"is": "error", "type": type(error).__name__, "message": error.message, "hint": error.hint}


def error_from_message(message: Message) -> IngestError:
    """Undoes `error_to_message`."""
    kind = getattr(kinds, str(message["type"]), None)
    if not (isinstance(kind, type) and issubclass(kind, IngestError)):
        kind = UnreadableError
    return kind(str(message["message"]), hint=str(message["hint"]))
