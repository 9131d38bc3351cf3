"""EPUB: the chapters in the order of the spine, each read as HTML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from ingest.errors import PasswordError, UnreadableError
from ingest.parsers import Aids
from ingest.parsers._embedded import Pictures
from ingest.parsers._markup import Markup
from ingest.parsers._tree import parse_xml
from ingest.types import Info, ParseEvent

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CIPHER = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
_XHTML = "application/xhtml+xml"
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_DOCUMENTS = (_XHTML, "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


@dataclass(frozen=True, slots=True)
class _Item:
    """A file of the book, as its package lists it."""

    name: str
    media: str
    properties: str


def read(file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """The chapters in order; documents outside the order of reading (notes, say), and what is read of pictures, last.

    Raises:
        PasswordError: the chapters are encrypted (DRM).
        UnreadableError: it is no EPUB.
    """
    with ZipFile(file) as archive:
        package_name = _package_name(archive)
        package = parse_xml(archive.read(package_name), package_name)
        items = _items(package, posixpath.dirname(package_name))
        chapters, others = _chapters(package, items)
        if _encrypted(archive) & {item.name for item in chapters}:
            raise PasswordError("its chapters are encrypted (DRM)")
        missing = [item.name for item in chapters if item.name not in archive.NameToInfo]
        yield Info(
            title=" ".join((package.findtext(f".//{_DC}title") or "").split()),
            warnings=tuple(f"the chapter {name!r} is missing" for name in missing),
        )
        book = Markup()
        for item in chapters:
            if item.name in archive.NameToInfo:
                yield from book.blocks(_decoded(archive.read(item.name)), xml=item.media == _XHTML)
        for item in others:
            if item.name in archive.NameToInfo:
                yield from Markup().blocks(_decoded(archive.read(item.name)), xml=item.media == _XHTML)
        pictures = Pictures(aids)
        for item in items.values():
            if item.media in _PICTURES and item.name in archive.NameToInfo:
                yield from pictures.blocks(posixpath.basename(item.name), archive.read(item.name), above=())


def _decoded(data: bytes) -> str:
    """The text of a chapter; EPUB allows UTF-8 and UTF-16 alone, old books are Latin-1 too."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    end = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return text[end:]


def _package_name(archive: ZipFile) -> str:
    """The name of the package document, as the container says."""
    if _CONTAINER not in archive.NameToInfo:
        raise UnreadableError(f"it is no EPUB: it has no {_CONTAINER}")
    root = parse_xml(archive.read(_CONTAINER), _CONTAINER)
    names = [found.get("full-path", "") for found in root.iter(_OCF + "rootfile")]
    if not names or names[0] not in archive.NameToInfo:
        raise UnreadableError("it is no EPUB: its package document is missing")
    return names[0]


def _items(package: Element, folder: str) -> dict[str, _Item]:
    """The book's files by their ids."""
    items = {}
    for item in package.iter(_OPF + "item"):
        name = posixpath.normpath(posixpath.join(folder, _unquoted(item.get("href", "")).split("#")[0]))
        items[item.get("id", "")] = _Item(name, item.get("media-type", ""), item.get("properties", ""))
    return items


def _chapters(package: Element, items: dict[str, _Item]) -> tuple[list[_Item], list[_Item]]:
    """The documents in the order of the spine, and those that it leaves out, the table of contents aside."""
    spine = [reference.get("idref", "") for reference in package.iter(_OPF + "itemref")]
    ordered = [items[name] for name in dict.fromkeys(spine) if name in items]
    others = [item for name, item in items.items() if name not in spine and "nav" not in item.properties.split()]
    return [item for item in ordered if item.media in _DOCUMENTS], [item for item in others if item.media in _DOCUMENTS]


def _encrypted(archive: ZipFile) -> set[str]:
    """The names of the encrypted files: fonts in honest books, everything under DRM."""
    if _ENCRYPTION not in archive.NameToInfo:
        return set()
    root = parse_xml(archive.read(_ENCRYPTION), _ENCRYPTION)
    return {posixpath.normpath(_unquoted(found.get("URI", ""))) for found in root.iter(_CIPHER)}


def _unquoted(address: str) -> str:
    """A file's name out of its address in the book, in which `%20` is a space."""
    named = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), address.encode("utf-8", "replace"))
    return named.decode("utf-8", "replace")
