"""Mailboxes of many messages in one file (mbox, RFC 4155), read a message at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from ingest.errors import IngestError, UnreadableError
from ingest.parsers import Aids, _eml, _mail
from ingest.types import Block, Info, ParseEvent

_BEGINS = re.compile(rb"From .*\d:\d\d")
"""A message's first line: `From`, a sender, the time at which it came."""
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
"""How a line of a message that begins with `From ` is kept from being taken for such a line."""
_LARGEST = 64_000_000
_PIECE = 1 << 20
_SAID = 50
"""So many warnings are told, the others counted: a mailbox may hold thousands of attachments that are not read."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as it stands in the file: its bytes, None where they are too many, and its first and last line."""

    number: int
    data: bytes | None
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"message {self.number} (line {self.first})"


def read(file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """The messages one after the other, each below a heading of its own and with the lines that it takes.

    One that cannot be read is a warning; what was read of it before is kept.

    Raises:
        UnreadableError: no line in it begins a message.
    """
    mails = _mail.Mails(aids)
    said = _Said()
    last = 0
    for message in _messages(file):
        last = message.number
        try:
            for event in _events(message, mails):
                yield from said.told(message, event.warnings) if isinstance(event, Info) else (event,)
        except MemoryError:
            raise
        except IngestError as error:
            yield from said.told(message, (f"not read: {error.message}",))
        except Exception as error:  # noqa: BLE001  # the library raises all sorts: it costs a message, not the file
            yield from said.told(message, (f"not read: {type(error).__name__}: {error}",))
    if not last:
        raise UnreadableError("it is no mailbox: no line in it begins a message", hint="one message is named .eml")
    yield from said.rest()


def _events(message: _Message, mails: _mail.Mails) -> Iterator[Block | Info]:
    if message.data is None:
        raise UnreadableError(f"it has more than {_LARGEST // 1_000_000} MB")
    mail = _eml.message(message.data)
    for event in mails.mail(replace(mail, subject=_heading(mail, message)), ()):
        if isinstance(event, Block):
            yield replace(event, place=replace(event.place, lines=(message.first, message.last)))
        elif isinstance(event, Info):
            yield event


def _heading(mail: _mail.Mail, message: _Message) -> str:
    """What all that is read of a message stands under: its subject, who sent it, and when."""
    headers = dict(mail.headers)
    subject = mail.subject or f"Message {message.number}"
    return ", ".join(filter(None, (subject, headers.get("From"), headers.get("Date"))))


def _messages(file: Path) -> Iterator[_Message]:
    """The messages of a file; what stands before the first line that begins one is none."""
    number = first = 0
    held = _Held()
    with file.open("rb") as handle:
        at, before = 0, b""
        for line in chain(iter(lambda: handle.readline(_PIECE), b""), (b"",)):
            if _BEGINS.match(before) and _HEADER.match(line):
                if number:
                    yield _Message(number, held.data(), first, at - 1)
                number, first, held = number + 1, at, _Held()
            else:
                held.add(before)
            at += 1 if not before or before.endswith(b"\n") else 0
            before = line
    if number:
        yield _Message(number, held.data(), first, at - 1)


@dataclass(slots=True)
class _Held:
    """The lines of a message, as long as they are not too many."""

    lines: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size > _LARGEST:
            self.lines.clear()
        else:
            self.lines.append(line)

    def data(self) -> bytes | None:
        return None if self.size > _LARGEST else _QUOTED.sub(b"", b"".join(self.lines))


@dataclass(slots=True)
class _Said:
    """Warnings, each with its message's number, up to so many."""

    count: int = 0

    def told(self, message: _Message, warnings: tuple[str, ...]) -> Iterator[Info]:
        for warning in warnings:
            self.count += 1
            if self.count <= _SAID:
                yield Info(warnings=(f"{message.name}: {warning}",))

    def rest(self) -> Iterator[Info]:
        if self.count > _SAID:
            yield Info(warnings=(f"and {self.count - _SAID} more of its messages' parts are not read",))
