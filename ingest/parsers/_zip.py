"""Zip containers (docx, pptx, xlsx, odt, ods, epub): what one holds is measured before a library unpacks it."""

from __future__ import annotations

import zlib
from copy import copy
from errno import EINVAL
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingest.errors import LimitError, PasswordError, UnreadableError
from ingest.parsers import Bounds

_MEGABYTE = 1 << 20
_SUSPICIOUS_RATIO = 500
"""Deflate reaches 1,032 on one byte repeated; sheets of nothing but zeros stay under 300."""
_SUSPICIOUS_SIZE = 20 * _MEGABYTE
_ENCRYPTED_BIT = 1
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MANIFEST = "META-INF/manifest.xml"


def check_zip(file: Path, bounds: Bounds) -> None:
    """Refuses a container that is none, is encrypted, or unpacks to more than the bounds allow.

    Sizes are not believed: each member is unpacked once, a piece at a time, and thrown away. A library may then read
    the members whole.

    Raises:
        LimitError: its members, unpacked, are over `bounds.decompressed_mb`, or one has the ratio of a bomb.
        PasswordError: it is encrypted: the Office way (an OLE file), the ODF way (its manifest) or zip's own.
        UnreadableError: it is no zip, is damaged, or is packed by a method that such files never use.
    """
    with file.open("rb") as handle:
        head = handle.read(len(_OLE))
    if head == _OLE:
        raise _ole_error(file)
    try:
        with ZipFile(file) as archive:
            _check(archive, bounds)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableError(f"it is no zip container, or a damaged one: {error}") from error
    except OSError as error:
        if error.errno != EINVAL:
            raise
        raise UnreadableError("it is a damaged zip container: its directory lies before the file") from error


def _check(archive: ZipFile, bounds: Bounds) -> None:
    limit = bounds.decompressed_mb * _MEGABYTE
    members = archive.infolist()
    if any(member.flag_bits & _ENCRYPTED_BIT for member in members):
        raise PasswordError("it is encrypted")
    odd = next((member for member in members if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED)), None)
    if odd is not None:
        raise UnreadableError(f"its member {odd.filename!r} is packed by a method that such files do not use")
    if sum(member.file_size for member in members) > limit:
        raise _over(bounds)
    size = 0
    for member in members:
        size += _measure(archive, member, limit - size, bounds)
    if _MANIFEST in archive.NameToInfo and b"encryption-data" in archive.read(_MANIFEST):
        raise PasswordError("it is encrypted")


def _measure(archive: ZipFile, member: ZipInfo, limit: int, bounds: Bounds) -> int:
    """The bytes that a member really unpacks to."""
    unbelieved = copy(member)
    unbelieved.file_size = limit + 4 * _MEGABYTE  # else reading would stop at the size that the directory tells
    size = 0
    with archive.open(unbelieved) as handle:
        while piece := handle.read(_MEGABYTE):
            size += len(piece)
            if size > limit:
                raise _over(bounds)
            if size > _SUSPICIOUS_SIZE and size > _SUSPICIOUS_RATIO * max(1, member.compress_size):
                raise LimitError(f"its member {member.filename!r} unpacks to over {_SUSPICIOUS_RATIO} times its size")
    if size != member.file_size:
        raise UnreadableError(f"its member {member.filename!r} has not the size that the directory tells")
    return size


def _over(bounds: Bounds) -> LimitError:
    return LimitError(
        f"it unpacks to more than {bounds.decompressed_mb} MB", hint="ingest.limits.decompressed_mb is the limit"
    )


def _ole_error(file: Path) -> PasswordError | UnreadableError:
    """An OLE file under the suffix of a zip: an encrypted one, or one of an old format."""
    kept = b""
    with file.open("rb") as handle:
        while piece := handle.read(_MEGABYTE):
            if _ENCRYPTED_PACKAGE in kept + piece:
                return PasswordError("it is encrypted")
            kept = piece[-len(_ENCRYPTED_PACKAGE) :]
    return UnreadableError("it is a file of the old binary Office formats", hint="save it in the newer format")
