"""Which pages of a PDF name drawings or images, read off its bytes in a fifth of the time that pypdf takes to tell.

It knows objects as they stand in the file, or packed in object streams, and the tree of pages. Whatever it does not
know for sure (encrypted packs, files within files, other numbers of pages) it leaves to pypdf.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice, pairwise

MOST_BYTES = 30_000_000
"""Of a larger file pypdf reads only what it needs, and is faster."""
_MOST_UNPACKED = 50_000_000
_HEAD = 18
"""Bytes before an object's beginning that hold its numbers."""
_NUMBERED = re.compile(rb"(?<!\d)(\d{1,9}) \d{1,5}$")
_NUMBER = re.compile(rb"\d+")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_ROOT = re.compile(rb"/Root\s+(\d+)\s+\d+\s+R\b")
_PAGES = re.compile(rb"/Pages\s+(\d+)\s+\d+\s+R\b")
_RESOURCES = re.compile(rb"/Resources\s*(?:(\d+)\s+\d+\s+R\b|(?=<<))")
_NAMED = re.compile(rb"/XObject\s*(?:(\d+)\s+\d+\s+R\b|<<\s*(/|>>))")
_COUNT, _FIRST = re.compile(rb"/N\s+(\d+)"), re.compile(rb"/First\s+(\d+)")
_MOST_NODES, _DEEPEST = 100_000, 100
"""Of the tree of pages: writers make a few levels."""


class UnsureError(Exception):
    """The file is not as simple as it must be."""


def pages_with_drawings(data: bytes, count: int) -> frozenset[int]:
    """The numbers, from 1, of those of `count` pages whose resources name images or drawings.

    Raises:
        UnsureError: it cannot be told so simply.
    """
    if len(data) > MOST_BYTES or data.count(b"%PDF-") > 1:
        raise UnsureError
    objects = _Objects(data)
    roots = _ROOT.findall(data)
    tree = _PAGES.search(objects.text(int(roots[-1]))) if roots else None
    if tree is None:
        raise UnsureError
    found = list(islice(_leaves(objects, int(tree[1]), set()), count + 1))
    if len(found) != count:
        raise UnsureError
    return frozenset(number for number, named in enumerate(found, 1) if named)


class _Objects:
    """Where the objects of a file begin, or their text where they were packed; later ones of a number are newer."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[int, int | bytes] = {}
        packed = b"/ObjStm" in data
        if packed and b"/Encrypt" in data:
            raise UnsureError
        at = unpacked = 0
        while (at := data.find(b" obj", at) + 4) >= 4:
            number = _NUMBERED.search(data[max(0, at - 4 - _HEAD) : at - 4])
            if number is None:
                continue
            self._known[int(number[1])] = at
            if packed and b"/ObjStm" in (said := self._from(at)):
                inner = _unpacked(said, self._stream(at + len(said)))
                unpacked += len(inner)
                if unpacked > _MOST_UNPACKED:
                    raise UnsureError
                self._known.update(_packed(said, inner))

    def text(self, number: int) -> bytes:
        """An object as it is written, up to its stream.

        Raises:
            UnsureError: there is none of this number.
        """
        known = self._known.get(number)
        if known is None:
            raise UnsureError
        return known if isinstance(known, bytes) else self._from(known)

    def _from(self, start: int) -> bytes:
        end = self._data.find(b"endobj", start)
        end = len(self._data) if end < 0 else end
        stream = self._data.find(b"stream", start, end)
        return self._data[start : end if stream < 0 else stream]

    def _stream(self, start: int) -> bytes:
        """A stream from its keyword on, without what follows: a large file is not copied for each pack."""
        end = self._data.find(b"endstream", start)
        return self._data[start : None if end < 0 else end]


def _unpacked(said: bytes, stream: bytes) -> bytes:
    """What a stream holds; it begins with its keyword."""
    if b"/FlateDecode" not in said or b"/DecodeParms" in said:
        raise UnsureError
    unpacker = zlib.decompressobj()
    try:
        inner = unpacker.decompress(stream[len(b"stream") :].lstrip(b"\r\n"), _MOST_UNPACKED)
    except zlib.error as error:
        raise UnsureError from error
    if not unpacker.eof:
        raise UnsureError
    return inner


def _packed(said: bytes, inner: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects in a pack: it begins with their numbers, and where each of them stands."""
    count, first = _COUNT.search(said), _FIRST.search(said)
    if count is None or first is None:
        raise UnsureError
    numbers = list(map(int, _NUMBER.findall(inner, 0, int(first[1]))))
    if len(numbers) != 2 * int(count[1]):
        raise UnsureError
    places = [int(first[1]) + place for place in numbers[1::2]]
    for number, (start, end) in zip(numbers[::2], pairwise([*places, len(inner)]), strict=True):
        yield number, inner[start:end]


def _leaves(
    objects: _Objects, number: int, seen: set[int], *, inherited: bool | None = None, depth: int = 0
) -> Iterator[bool]:
    """Of each page below a node of the tree whether it names drawings."""
    if number in seen or len(seen) > _MOST_NODES or depth > _DEEPEST:
        raise UnsureError
    seen.add(number)
    node = objects.text(number)
    named = _names(objects, node)
    named = inherited if named is None else named
    kids = _KIDS.search(node)
    if kids is None:
        if b"/Kids" in node:
            raise UnsureError
        yield bool(named)
        return
    for kid in _REFERENCE.findall(kids[1]):
        yield from _leaves(objects, int(kid), seen, inherited=named, depth=depth + 1)


def _names(objects: _Objects, node: bytes) -> bool | None:
    """Whether a page's resources name drawings; None where it has none of its own."""
    resources = _RESOURCES.search(node)
    if resources is None:
        if b"/Resources" in node:
            raise UnsureError
        return None
    own = objects.text(int(resources[1])) if resources[1] else node[resources.end() :]
    named = _NAMED.search(own)
    if named is None:
        if b"/XObject" in own:
            raise UnsureError
        return False
    return named[2] == b"/" or bool(named[1] and b"/" in objects.text(int(named[1])))
