"""Citations: a path and a fragment that name a place, printed so that they can be pasted back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from math import ceil, floor

from ingest.errors import UsageError
from ingest.types import Box, Place, Span

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_DIGITS = "([0-9]{1,12})"
_PAIR = re.compile(f"{_DIGITS},{_DIGITS}")
_ROWS = re.compile(f"{_DIGITS}(?:-{_DIGITS})?")
_BOX = re.compile(f"{_DIGITS},{_DIGITS},{_DIGITS},{_DIGITS}")
_KEYS = ("page", "rows", "sheet", "char", "xywh")


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation names; each field only where it was given.

    `page`, `rows` as in Place; `char` in the document's text; the box's page is `page`, or 1.
    """

    path: str
    page: int | None = None
    rows: tuple[int, int] | None = None
    sheet: str | None = None
    pointer: str | None = None
    box: Box | None = None
    char: Span | None = None


def format_citation(path: str, place: Place, *, char: Span | None = None) -> str:
    """The citation of a place; `char` is the quote's span, given where the quote is narrower than the place."""
    parts = _place_parts(place)
    if char is not None:
        parts.append(f"char={char.start},{char.end}")
    return f"{encode(path)}#{'&'.join(parts)}" if parts else encode(path)


def citation_of(path: str, place: Place, span: Span) -> str:
    """The citation of a chunk or hit; with its characters, unless rows, one pointer or a box say as much."""
    exact = place.rows or (len(place.pointers) == 1 and place.pointers[0]) or (place.boxes and not place.pages)
    return format_citation(path, place, char=None if exact else span)


def _place_parts(place: Place) -> list[str]:
    if place.pointers and place.pointers[0]:  # "", the whole text, has no fragment: what follows it is another place
        return [encode(place.pointers[0])]
    parts = [] if place.sheet is None else [f"sheet={encode(place.sheet)}"]
    if place.rows:
        first, last = place.rows
        parts.append(f"rows={first}" if first == last else f"rows={first}-{last}")
    elif place.pages:
        parts.append(f"page={place.pages[0]}")
    elif place.boxes:
        parts.append(_xywh(place.boxes))
    return parts


def _xywh(boxes: tuple[Box, ...]) -> str:
    """The rectangle, in whole units, that holds all boxes of the first one's page."""
    same = [box for box in boxes if box.page == boxes[0].page]
    x0, y0 = floor(min(box.x0 for box in same)), floor(min(box.y0 for box in same))
    x1, y1 = ceil(max(box.x1 for box in same)), ceil(max(box.y1 for box in same))
    return f"xywh={max(x0, 0)},{max(y0, 0)},{x1 - max(x0, 0)},{y1 - max(y0, 0)}"


def parse_citation(text: str) -> Cited:
    """Reads a citation.

    Raises:
        UsageError: its fragment names no place.
    """
    text = text.strip()
    path, mark, fragment = text.rpartition("#")
    if not mark or not path or not (fragment.startswith("/") or "=" in fragment):
        return Cited(decode(text))
    pointer = None
    parts = fragment.split("&")
    if parts[0].startswith("/"):
        pointer = decode(parts.pop(0))
    values: dict[str, str] = {}
    for part in parts:
        key, _, value = part.partition("=")
        if key not in _KEYS or key in values:
            raise _wrong(text, part)
        values[key] = value
    return _cited(text, decode(path), pointer, values)


def _cited(text: str, path: str, pointer: str | None, values: dict[str, str]) -> Cited:
    page = _number(text, values["page"]) if "page" in values else None
    char = _pair(text, values["char"]) if "char" in values else None
    return Cited(
        path,
        page=page,
        rows=_rows(text, values["rows"]) if "rows" in values else None,
        sheet=decode(values["sheet"]) if "sheet" in values else None,
        pointer=pointer,
        box=_box(text, values["xywh"], page or 1) if "xywh" in values else None,
        char=Span(*char) if char else None,
    )


def _number(text: str, value: str) -> int:
    if not re.fullmatch(_DIGITS, value) or int(value) < 1:
        raise _wrong(text, f"page={value}")
    return int(value)


def _rows(text: str, value: str) -> tuple[int, int]:
    found = _ROWS.fullmatch(value)
    rows = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= rows[0] <= rows[1]:
        raise _wrong(text, f"rows={value}")
    return rows


def _pair(text: str, value: str) -> tuple[int, int]:
    found = _PAIR.fullmatch(value)
    if not found or int(found[1]) > int(found[2]):
        raise _wrong(text, f"char={value}")
    return int(found[1]), int(found[2])


def _box(text: str, value: str, page: int) -> Box:
    found = _BOX.fullmatch(value)
    if not found:
        raise _wrong(text, f"xywh={value}")
    x, y, width, height = (int(number) for number in found.groups())
    return Box(page, x, y, x + width, y + height)


def _wrong(text: str, part: str) -> UsageError:
    return UsageError(
        f"{text!r} is no citation: {part!r} names no place",
        hint="a citation looks like a.pdf#page=3, a.csv#rows=4-6, a.json#/items/3, a.md#char=120,180",
    )


def encode(text: str) -> str:
    """Percent-encodes `%`, `#`, `&`, white space and control codes."""
    return "".join(_escape(char) if _must(char) else char for char in text)


def _must(char: str) -> bool:
    return char in "%#&" or char.isspace() or unicodedata.category(char) in ("Cc", "Cs")


def _escape(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))


def decode(text: str) -> str:
    """Undoes `encode`; a `%` that encodes nothing stays."""
    return _ENCODED.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), text)
