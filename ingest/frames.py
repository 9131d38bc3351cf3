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
from ingest.segments import Gathered
from ingest.types import Info, Page, Rows, Segment

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
        blocks = [[block.text, *block_to_list(block)] for block in event.blocks]
        return {"is": "segment", "ordinal": event.ordinal, "start": event.start, "blocks": blocks}
    if isinstance(event, Page):
        return {"is": "page", **asdict(event)}
    return {"is": "info", **asdict(event)}


def event_from_message(message: Message) -> Gathered:
    """Undoes `event_to_message`."""
    if message["is"] == "segment":
        blocks = tuple(block_from_list(text, rest) for text, *rest in message["blocks"])
        return Segment(message["ordinal"], message["start"], blocks)
    if message["is"] == "page":
        return Page(*(message[key] for key in ("number", "state", "reason", "header", "footer")))
    rows = Rows(**message["rows"])
    return Info(message["title"], message["page_count"], tuple(message["warnings"]), rows)


def error_to_message(error: IngestError) -> Message:
    """An error as a message."""
    return {"is": "error", "type": type(error).__name__, "message": error.message, "hint": error.hint}


def error_from_message(message: Message) -> IngestError:
    """Undoes `error_to_message`."""
    kind = getattr(kinds, str(message["type"]), None)
    if not (isinstance(kind, type) and issubclass(kind, IngestError)):
        kind = UnreadableError
    return kind(str(message["message"]), hint=str(message["hint"]))
