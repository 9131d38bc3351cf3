"""Strict JSON (RFC 8259): values as Python's, no name lost, numbers as written; its bytes as text."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

Json = tuple[tuple[str, "Json"], ...] | list["Json"] | str | bool | None
"""A JSON value: an object is its members in order, so that no name hides an earlier one; a number is a `Number`."""

DEEPEST = 200
"""Arrays and objects within one another: what is read of them is gone through by functions that call themselves."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Number(str):
    """A number's digits as the file has them."""

    __slots__ = ()


class ConstantError(ValueError):
    """NaN or Infinity in strict JSON."""


def _refuse(constant: str) -> NoReturn:
    raise ConstantError(constant)


STRICT = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_refuse, parse_int=Number, parse_float=Number)
LENIENT = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=Number, parse_int=Number, parse_float=Number)

PLACES = json.JSONDecoder(parse_constant=str, parse_int=str, parse_float=str)
"""Reads what was read before, to see where it ends."""


def encoding_at(handle: BinaryIO) -> str:
    """UTF-8, or what a byte order mark says; the mark, if any, is then behind."""
    head = handle.read(4)
    mark, name = next((pair for pair in _MARKS if head.startswith(pair[0])), (b"", "utf-8"))
    handle.seek(len(mark))
    return name


def decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    """The text of some bytes, piece by piece.

    Raises:
        UnicodeDecodeError: they are no such text; what comes before has then been given out.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces:
        yield from _decoded(decoder, piece, encoding, final=False)
    yield from _decoded(decoder, b"", encoding, final=True)


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, encoding: str, *, final: bool) -> Iterator[str]:
    try:
        yield decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        yield error.object[: error.start].decode(encoding, "replace")
        raise


def inner(value: Json) -> Iterator[Json]:
    """The values of an object's members, the items of an array; nothing of a scalar."""
    if isinstance(value, tuple):
        return (member for _, member in value)
    return iter(value) if isinstance(value, list) else iter(())
