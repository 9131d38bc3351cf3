"""Zip containers: measured before anything is unpacked for real."""

import struct
import zipfile
from pathlib import Path

import pytest

from ingest.errors import LimitError, PasswordError, UnreadableError
from ingest.parsers import Bounds
from ingest.parsers._zip import check_zip


def zipped(file: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def test_an_honest_container_passes(tmp_path: Path) -> None:
    check_zip(zipped(tmp_path / "a.docx", {"a.xml": b"<a/>" * 1000, "b.png": b"\1\2\3"}), Bounds())


def test_more_than_the_bounds_is_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.docx", {"a": bytes(range(256)) * 4096, "b": bytes(range(256)) * 4096})
    check_zip(file, Bounds(decompressed_mb=2))
    with pytest.raises(LimitError, match="unpacks to more than 1 MB"):
        check_zip(file, Bounds(decompressed_mb=1))


def test_a_bomb_is_refused_within_the_bounds(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="'a' unpacks to over 500 times"):
        check_zip(zipped(tmp_path / "a.docx", {"a": bytes(30 << 20)}), Bounds())


def test_a_directory_that_lies_is_not_believed(tmp_path: Path) -> None:
    """The member says 10 bytes and holds 40 MB; reading it whole would unpack all of them."""
    file = zipped(tmp_path / "a.docx", {"a": bytes(range(256)) * 160_000})
    data = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        assert struct.unpack_from("<I", data, at) == (256 * 160_000,)
        struct.pack_into("<I", data, at, 10)
    file.write_bytes(data)
    with pytest.raises(LimitError, match="unpacks to more than 20 MB"):
        check_zip(file, Bounds(decompressed_mb=20))
    with pytest.raises(UnreadableError, match="not the size that the directory tells"):
        check_zip(file, Bounds())


def test_methods_that_unpack_without_bounds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="packed by a method"):
        check_zip(zipped(tmp_path / "a.docx", {"a": b"b" * 100}, zipfile.ZIP_LZMA), Bounds())


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.docx", {"a": bytes(range(256)) * 100})
    data = file.read_bytes()
    for broken in (b"", b"PK\x03\x04", b"text", data[:200], data[:60] + b"\xff" * 40 + data[100:]):
        file.write_bytes(broken)
        with pytest.raises(UnreadableError, match="no zip container"):
            check_zip(file, Bounds())


def test_halves_in_the_wrong_order_are_damage(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.ods", dict.fromkeys("abc", b"x" * 400), zipfile.ZIP_STORED)
    data = file.read_bytes()
    file.write_bytes(data[len(data) // 2 :] + data[: len(data) // 2])
    with pytest.raises(UnreadableError, match="zip container"):
        check_zip(file, Bounds())


def test_encryption_is_said(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    (tmp_path / "a.docx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    with pytest.raises(PasswordError, match="encrypted"):
        check_zip(tmp_path / "a.docx", Bounds())
    (tmp_path / "b.docx").write_bytes(ole)
    with pytest.raises(UnreadableError, match="old binary Office formats"):
        check_zip(tmp_path / "b.docx", Bounds())
    manifest = b'<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    with pytest.raises(PasswordError, match="encrypted"):
        check_zip(zipped(tmp_path / "a.odt", {"META-INF/manifest.xml": manifest}), Bounds())
    data = bytearray(zipped(tmp_path / "c.docx", {"a": b"b" * 100}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "c.docx").write_bytes(data)
    with pytest.raises(PasswordError, match="encrypted"):
        check_zip(tmp_path / "c.docx", Bounds())
