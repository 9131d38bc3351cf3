"""Packing: hits to the numbered sources that are sent, within a budget of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.types import Place, Span
from qa.types import Packed
from qa.units import trimmed, units
from retrieval.types import Hit

Count = Callable[[str], int]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_LEAST = 20
"""Characters: what is left of a hit after an overlap, and is shorter, is not worth a header."""
_CONTEXT = 300
"""Characters of context that a header takes at most."""


def pack(hits: Sequence[Hit], *, budget: int, count: Count) -> tuple[Packed, ...]:
    """The hits in rank order as sources numbered from 1; the first that would pass the budget ends the list.

    The first hit is cut to whole sentences around its match if it alone is over the budget. What an earlier hit of
    the same document holds, text or context, is neither sent nor counted again.
    """
    packed: list[Packed] = []
    used = 0
    for hit in hits:
        span = _unsent(hit, packed)
        if span is None:
            continue
        source = _source(hit, span, number=len(packed) + 1, context=_new_context(hit, packed), count=count)
        if used + source.tokens > budget:
            if not packed:
                packed.append(_cut(source, budget=budget, count=count))
            break
        packed.append(source)
        used += source.tokens
    return tuple(packed)


def place_name(path: str, place: Place) -> str:
    """A path and a place in a few words, on one line: `report.pdf, page 3`."""
    parts = [path]
    if place.sheet:
        parts.append(f"sheet {place.sheet}")
    if place.rows:
        parts.append(_range("row", place.rows))
    elif place.pages:
        parts.append(_range("page", (place.pages[0], place.pages[-1])))
    elif any(place.pointers):
        parts.append(next(pointer for pointer in place.pointers if pointer))
    elif place.lines:
        parts.append(_range("line", place.lines))
    return _plain(", ".join(parts))


def _range(word: str, numbers: tuple[int, int]) -> str:
    first, last = numbers
    return f"{word} {first}" if first == last else f"{word}s {first}-{last}"


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _unsent(hit: Hit, packed: Sequence[Packed]) -> Span | None:
    """The longest part of the hit that no source holds yet; None where too little is left."""
    parts = [hit.span]
    for source in packed:
        if source.hit.path == hit.path and source.hit.collection == hit.collection:
            parts = [rest for part in parts for rest in _without(part, source.span)]
    if parts == [hit.span]:
        return hit.span
    rests = [trimmed(hit.text, part.shift(-hit.span.start)).shift(hit.span.start) for part in parts]
    best = max(rests, key=len, default=Span(0, 0))
    return best if len(best) >= _LEAST else None


def _without(part: Span, taken: Span) -> list[Span]:
    if not part.overlaps(taken):
        return [part]
    sides = (Span(part.start, taken.start), Span(taken.end, part.end))
    return [side for side in sides if side.start < side.end]


def _new_context(hit: Hit, packed: Sequence[Packed]) -> str:
    """The hit's context, unless it was sent for this document already."""
    sent = any(source.hit.path == hit.path and source.hit.context == hit.context for source in packed)
    return "" if sent else hit.context


def _source(hit: Hit, span: Span, *, number: int, context: str, count: Count) -> Packed:
    text = hit.text[span.start - hit.span.start : span.end - hit.span.start]
    header = f"[{number}] {place_name(hit.path, hit.place)}"
    stem = PurePosixPath(hit.path).stem
    told = [_plain(line) for line in context.splitlines() if _plain(line) not in ("", stem, hit.path)]
    if told:
        header = f"{header} — {' — '.join(told)[:_CONTEXT]}"
    return Packed(number, hit, header, text, span, count(header) + count(text))


def _cut(source: Packed, *, budget: int, count: Count) -> Packed:
    """The source cut to the sentences around its match that fit; at least one, or a piece of it."""
    found = units(source.text, source.hit.place, starts=source.starts) or [Span(0, len(source.text))]
    match = source.hit.match.shift(-source.span.start)
    first = next((number for number, unit in enumerate(found) if unit.end > match.start), 0)
    room = budget - count(source.header)
    last = first
    while last + 1 < len(found) and count(source.text[found[first].start : found[last + 1].end]) <= room:
        last += 1
    while first > 0 and count(source.text[found[first - 1].start : found[last].end]) <= room:
        first -= 1
    span = _fitted(source.text, Span(found[first].start, found[last].end), room=room, count=count)
    text = source.text[span.start : span.end]
    tokens = count(source.header) + count(text)
    return replace(source, text=text, span=span.shift(source.span.start), tokens=tokens)


def _fitted(text: str, span: Span, *, room: int, count: Count) -> Span:
    """The span, shortened from its end at white space until it fits (a single sentence over the budget)."""
    if count(text[span.start : span.end]) <= room:
        return span
    low, high = 0, len(span)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(text[span.start : span.start + middle]) <= room else (low, middle - 1)
    end = span.start + max(low, 1)
    space = text.rfind(" ", span.start, end)
    return trimmed(text, Span(span.start, space if space > span.start and low < len(span) else end))
