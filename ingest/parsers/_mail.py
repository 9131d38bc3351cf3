"""Messages, whatever format they came in: subject, header lines, body, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.errors import LimitError
from ingest.parsers import Aids, _embedded
from ingest.parsers._flow import Flow
from ingest.parsers._markup import Markup
from ingest.parsers.image import Picture
from ingest.types import Info, ParseEvent

_MARKS = re.compile(r"^(?:>[ \t]?)+")
"""What mail programs put before each line of a message that they quote, once for each time it was quoted."""
_FULL = 60
"""Characters of a line after which the next one may be its rest."""
_MOST_ATTACHMENTS = 1_000
_DEEPEST = 8
"""Messages within messages."""


@dataclass(frozen=True, slots=True)
class Body:
    """A part of a message that is shown."""

    form: Literal["plain", "html"]
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message; `data` is None where the format keeps it in a way that is not read."""

    name: str
    data: bytes | None = None
    message: Mail | None = None
    """The attachment itself where it is a message."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    """Names and values as they are shown: From, To, Cc, Date."""
    bodies: tuple[Body, ...]
    attachments: tuple[Attachment, ...] = ()


class Mails:
    """Reads the messages of a file, one or many, and those in them, which share their pictures."""

    def __init__(self, aids: Aids) -> None:
        self._aids = aids
        self._pictures = _embedded.Pictures(aids)

    def mail(self, mail: Mail, above: tuple[str, ...]) -> Iterator[ParseEvent]:
        """The subject as a heading below those `above`, the header lines, the body, then what is attached."""
        if len(above) > _DEEPEST:
            raise LimitError(f"messages are nested deeper than {_DEEPEST}")
        flow = Flow(above=above)
        yield from flow.heading(mail.subject, 1)
        yield from flow.paragraph("\n".join(f"{name}: {value}" for name, value in mail.headers if value.strip()))
        for body in mail.bodies:
            if body.form == "plain":
                yield from flow.plain(unmarked(body.text))
            else:
                yield from Markup(flow.headings).blocks(body.text)
        if len(mail.attachments) > _MOST_ATTACHMENTS:
            raise LimitError(f"it has {len(mail.attachments)} attachments, over the limit of {_MOST_ATTACHMENTS}")
        here = (*above, *flow.headings[len(above) :][:1])
        for attachment in mail.attachments:
            yield from self._attached(attachment, here)

    def _attached(self, attachment: Attachment, above: tuple[str, ...]) -> Iterator[ParseEvent]:
        name = " ".join(attachment.name.split())
        if attachment.message is not None:
            yield from self.mail(attachment.message, above or ("message",))
        elif attachment.data is None:
            yield Info(warnings=(f"{name!r}, which is attached, is not read",))
        elif name.lower().endswith(Picture.suffixes):
            yield from self._pictures.blocks(name, attachment.data, above=above)
        else:
            yield from _embedded.blocks(name, attachment.data, self._aids, above=above)


def unmarked(text: str) -> str:
    """A plain body in which a quoted line that goes on with the one before has no marks (`>`, `> >`) of its own.

    There they part a sentence, and words that are looked for together. A line goes on with one that was as long as
    fits, and is quoted as often; else it keeps its marks, as `>` for each time.
    """
    lines: list[str] = []
    before, depth = "", 0
    for line in text.splitlines():
        said = _MARKS.sub("", line)
        marks = line.count(">", 0, len(line) - len(said))
        goes_on = marks == depth and len(before) >= _FULL
        if marks != depth and before.strip() and said.strip():
            lines.append("")
        lines.append(f"{'>' * marks} {said}" if marks and said.strip() and not goes_on else said)
        before, depth = (line, marks) if said.strip() else ("", marks)
    return "\n".join(lines)


def read(mail: Mail, aids: Aids) -> Iterator[ParseEvent]:
    """The subject as a heading, the header lines, the body, then what is attached, below its name.

    Of pictures those are read by OCR that show lines of text to a cheap test: most are logos, and OCR takes seconds.
    """
    yield Info(title=mail.subject)
    yield from Mails(aids).mail(mail, ())
