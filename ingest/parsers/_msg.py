"""Outlook's messages, read by python-oxmsg, which comes with unstructured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from ingest.errors import PasswordError, UnreadableError
from ingest.parsers._mail import Attachment, Body, Mail
from ingest.parsers._rtf import Reader
from ingest.parsers._unstructured import module

_TYPE_TO_NAME = {1: "To", 2: "Cc", 3: "Bcc"}
_RECIPIENT_TYPE = 0x0C15
_RTF_BODY = 0x1009
_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MESSAGE_FOLDER = "__substg1.0_3701000D"
_INNER_HEADER = 24
_WINDOW = 4096
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_DISPLAY_TO, _DISPLAY_CC = 0x0E04, 0x0E03


def read(file: Path) -> Mail:
    """The message.

    Raises:
        UnreadableError: it is no message of Outlook's.
        PasswordError: its body is encrypted (S/MIME, rights management).
    """
    with file.open("rb") as handle:
        if handle.read(len(_SIGNATURE)) != _SIGNATURE:
            raise UnreadableError("it is no message of Outlook's")
    oxmsg = module("oxmsg", ".msg")
    try:
        mail = _mail(oxmsg.Message.load(str(file)), oxmsg)
    except UnreadableError:
        raise
    except Exception as error:  # olefile and oxmsg raise all sorts, OSErrors of their own too
        if isinstance(error, OSError) and error.errno:
            raise
        raise UnreadableError(f"it is no message of Outlook's that can be read: {error}") from error
    if not mail.bodies and any(found.name.lower().endswith((".p7m", ".rpmsg")) for found in mail.attachments):
        raise PasswordError("the message is encrypted")
    return mail


def _mail(message: Any, oxmsg: Any) -> Mail:
    attachments = tuple(_attachment(found, oxmsg) for found in message.attachments)
    return Mail(message.subject or "", tuple(_headers(message).items()), _bodies(message), attachments)


def _attachment(found: Any, oxmsg: Any) -> Attachment:
    """A file, or a message, which the format keeps as a folder of its own; links and other objects have no data."""
    name = found.file_name or "a file without a name"
    folder = next((inner for inner in found._storage.storages if inner.name == _MESSAGE_FOLDER), None)  # noqa: SLF001
    if folder is None:
        return Attachment(name, found.file_bytes)
    message = oxmsg.Message(folder)
    # the properties of an inner message begin 24 bytes into their stream, those of the file's own 32
    message.__dict__["_properties"] = oxmsg.properties.Properties(folder, properties_header_offset=_INNER_HEADER)
    return Attachment(name, message=_mail(message, oxmsg))


def _headers(message: Any) -> dict[str, str]:
    found = {"From": message.sender or "", "To": "", "Cc": "", "Bcc": ""}
    for recipient in message.recipients:
        name = _TYPE_TO_NAME.get(recipient.properties.int_prop_value(_RECIPIENT_TYPE) or 1, "To")
        address = f"{recipient.name} <{recipient.email_address}>" if recipient.email_address else recipient.name
        found[name] = f"{found[name]}, {address}" if found[name] else address
    for name, property_id in (("To", _DISPLAY_TO), ("Cc", _DISPLAY_CC)):
        found[name] = found[name] or message.properties.str_prop_value(property_id) or ""
    sent = message.sent_date
    found["Date"] = sent.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if sent else ""
    return found


def _bodies(message: Any) -> tuple[Body, ...]:
    """The body as HTML, else as plain text, else out of Outlook's RTF."""
    if message.html_body and message.html_body.strip():
        return (Body("html", message.html_body),)
    if message.body and message.body.strip():
        return (Body("plain", message.body),)
    packed = message.properties.binary_prop_value(_RTF_BODY)
    if not packed:
        return ()
    text = "".join(block.text for block in Reader(unpacked(packed).decode("latin-1")).blocks())
    return (Body("plain", text),)


def unpacked(packed: bytes) -> bytes:
    """RTF out of the form in which messages keep it (MS-OXRTFCP: LZ77 with a dictionary of 4 KB)."""
    size, kind = int.from_bytes(packed[4:8], "little"), packed[8:12]
    if kind == b"MELA":
        return packed[16 : 16 + size]
    if kind != b"LZFu":
        raise UnreadableError("its body is RTF packed in an unknown way")
    held = bytearray(_DICTIONARY)
    for start, length in _references(packed[16:]):
        if length < 0:
            held.append(start)
            continue
        at = len(held) - (len(held) - start) % _WINDOW
        if at == len(held):
            break
        for step in range(length):
            held.append(held[at + step] if at + step >= 0 else 0)
    return bytes(held[len(_DICTIONARY) :])


def _references(data: bytes) -> Iterator[tuple[int, int]]:
    """Each byte that stands for itself, with the length -1, and each reference back, with its length."""
    at = 0
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                if at < len(data):
                    yield data[at], -1
                at += 1
            elif at + 1 < len(data):
                yield data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
                at += 2
            else:
                return
