"""Strict JSON (RFC 8259): values as Python's, numbers as written, errors with line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NoReturn

from ingest.errors import UnreadableError
from ingest.parsers._decoding import BOMS
from ingest.parsers._records import Json, Number

_DEEPEST = 200
"""Arrays and objects within one another: what is read of them is gone through by functions that call themselves."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|NaN|-?Infinity', re.DOTALL)


class _ConstantError(ValueError):
    """NaN or Infinity."""


def _refuse(constant: str) -> NoReturn:
    raise _ConstantError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=Number, parse_float=Number)


def decode(data: bytes, *, line: int = 1) -> str:
    """The text of JSON's bytes: UTF-8, or what a byte order mark says.

    Raises:
        UnreadableError: the bytes are no such text.
    """
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        raise _wrong(before, len(before), f"the bytes are no {encoding.upper()}", line=line) from error


def loads(text: str, *, line: int = 1) -> Json:
    """Reads one JSON value; `line` is the number of the text's first line.

    Raises:
        UnreadableError: it is no JSON, or nested too deeply.
    """
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _wrong(text, error.pos, error.msg, line=line) from error
    except _ConstantError as error:
        at = next((found.start() for found in _TOKEN.finditer(text) if found[0][-1] in "Ny"), 0)
        raise _wrong(text, at, f"{error} is no JSON", line=line) from error
    except RecursionError as error:
        raise _wrong(text, _too_deep(text, _DEEPEST), f"nested more than {_DEEPEST} deep", line=line) from error
    if _is_deep(value):
        raise _wrong(text, _too_deep(text, _DEEPEST), f"nested more than {_DEEPEST} deep", line=line)
    return value


def _is_deep(value: Json) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [item for outer in level for item in _items(outer) if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _items(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(text: str, limit: int) -> int:
    """Where the depth first exceeds `limit`; the text's length where it never does."""
    depth = 0
    for found in _TOKEN.finditer(text):
        mark = found[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > limit:
            return found.start()
    return len(text)


def _wrong(text: str, at: int, what: str, *, line: int) -> UnreadableError:
    before = text.count("\n", 0, at)
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return UnreadableError(f"it is no JSON: line {line + before}, column {column}: {what}")
