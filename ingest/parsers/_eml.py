"""Messages as MIME (RFC 5322, 2045), read by Python's own library."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from mimetypes import guess_extension
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.parsers._mail import Attachment, Body, Mail

_SHOWN = ("From", "To", "Cc", "Bcc", "Reply-To", "Date")
_MOST_PARTS = 5_000
_LONGEST_HEADER = 20_000
"""Characters: the library's parser takes a time that grows with their square."""
_LONGEST_SAYING = 2_000
"""Characters of a header that says what a part is: the library parses it over and over."""
_MOST_COMMENTS = 50
"""Opening brackets in such a header: the library follows them into one another."""
_SAYS_WHAT_BECAME = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
"""Parts of reports (RFC 3464, 8098) that are fields in groups, which the library takes for messages without a body."""


class _Policy(EmailPolicy):
    """The library's own, with the headers that say what a part is cut where parsing them takes too long or too deep."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """A header's name and value."""
        name, value = super().header_source_parse(sourcelines)
        if name.lower().startswith("content-"):
            value = value[:_LONGEST_SAYING]
            value = value.partition("(")[0] if value.count("(") > _MOST_COMMENTS else value
        return name, value


_PARSER = BytesParser(policy=_Policy())


def read(file: Path) -> Mail:
    """The message that a file is.

    Raises:
        UnreadableError: it has no header that a message has.
    """
    with file.open("rb") as handle:
        return _checked(_PARSER.parse(handle))


def message(data: bytes) -> Mail:
    """The message that some bytes are.

    Raises:
        UnreadableError: it has no header that a message has.
    """
    return _checked(_PARSER.parsebytes(data))


def _checked(message: Message) -> Mail:
    if not any(name in message for name in (*_SHOWN, "Subject", "Received", "Message-ID", "Content-Type")):
        raise UnreadableError("it is no message: it has no header")
    return _mail(message)


def _mail(message: Message) -> Mail:
    headers = tuple((name, ", ".join(_values(message, name))) for name in _SHOWN)
    bodies: list[Body] = []
    attachments: list[Attachment] = []
    for number, part in enumerate(_leaves(message)):
        if number > _MOST_PARTS:
            raise UnreadableError(f"it has more than {_MOST_PARTS} parts")
        body = _body(part)
        if body is not None:
            bodies.append(body)
        else:
            attachments.append(_attachment(part))
    return Mail(" ".join(_values(message, "Subject")), headers, tuple(bodies), tuple(attachments))


def _values(message: Message, name: str) -> list[str]:
    """The values of a header, decoded; one that is malformed, or so long that parsing it takes long, as it stands."""
    raw = [" ".join(str(value).split()) for key, value in message.raw_items() if key.lower() == name.lower()]
    if sum(map(len, raw)) > _LONGEST_HEADER:
        return raw
    try:
        return [" ".join(str(value).split()) for value in message.get_all(name, [])]
    except Exception:  # noqa: BLE001  # the library's header parser raises all sorts on malformed values
        return raw


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; of alternatives the one that shows most, as HTML before plain text."""
    if message.get_content_type() == "multipart/alternative" and message.is_multipart():
        yield from _leaves_of_best(list(message.iter_parts()) if isinstance(message, EmailMessage) else [])
    elif message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _leaves_of_best(parts: list[Message]) -> Iterator[Message]:
    """The leaves of the best alternative, and what the others hold that is no text (a calendar entry, say)."""
    leaves = [list(_leaves(part)) for part in parts]
    best = max(range(len(parts)), key=lambda at: (_rank(leaves[at]), at), default=None)
    for at, found in enumerate(leaves):
        yield from found if at == best else [leaf for leaf in found if leaf.get_content_maintype() != "text"]


def _rank(leaves: list[Message]) -> int:
    ranks = {"text/html": 2, "text/plain": 1}
    return max((ranks.get(leaf.get_content_type(), 0) for leaf in leaves if _text(leaf).strip()), default=-1)


def _body(part: Message) -> Body | None:
    """The part as a body, where it is shown as one."""
    if part.get_content_type() in _SAYS_WHAT_BECAME:
        return Body("plain", _fields(part))
    if part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
        return None
    if part.get_filename() and part.get_content_type() not in ("text/plain", "text/html", "text/rfc822-headers"):
        return None
    return Body("html" if part.get_content_type() == "text/html" else "plain", _text(part))


def _fields(part: Message) -> str:
    """The fields of a report, its groups parted by blank lines: what happened to a message, then to each recipient."""
    if not part.is_multipart():
        return _text(part)
    return "\n\n".join(_group(group) for group in part.get_payload() if isinstance(group, Message))


def _group(group: Message) -> str:
    """A group of fields, and what stands among them that is none."""
    rest = "" if group.is_multipart() else _text(group)
    return "\n".join([*(f"{name}: {_unfolded(value)}" for name, value in group.raw_items()), rest]).strip()


def _unfolded(value: object) -> str:
    return " ".join(str(value).split())


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset("utf-8"))
    for name in (charset, "utf-8", "cp1252"):
        try:
            return payload.decode(name)
        except (LookupError, UnicodeError):
            continue
    return payload.decode("latin-1")


def _attachment(part: Message) -> Attachment:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = part.get_payload(0)
        assert isinstance(inner, Message)
        return Attachment(part.get_filename() or "message", message=_mail(inner))
    data = part.get_payload(decode=True)
    kind = part.get_content_type()
    suffix = guess_extension(kind) if part.get_content_maintype() == "image" else None
    name = part.get_filename() or (f"picture{suffix}" if suffix else f"a part of type {kind}")
    return Attachment(name, data if isinstance(data, bytes) else None)
