"""Packing: hits to the numbered sources that are sent, within a budget of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import PurePosixPath

from ingest.types import Place, Span
from qa.types import GENERATED, Packed
from qa.units import trimmed, units
from retrieval.types import Hit

Count = Callable[[str], int]
Read = Callable[[str, Span], str]
"""The text of a document, by its path, at a span."""
_GAP = 8
"""Characters: more white space than that parts two sources."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_LEAST = 20
"""Characters: what is left of a hit after an overlap, and is shorter, is not worth a header."""
_CONTEXT = 300
"""Characters of context that a header takes at most."""
_COPIES = 2
"""Other places that a header names at most."""


def pack(hits: Sequence[Hit], *, budget: int, count: Count, read: Read | None = None) -> tuple[Packed, ...]:
    """The hits in rank order as sources numbered from 1; the first that would pass the budget ends the list.

    Hits of one document that overlap or follow one another are one source, in the document's order, at the rank of
    the best of them. What an earlier source of the same document holds, text or context, is neither sent nor counted
    again. The first hit is cut to whole sentences around its match if it alone is over the budget.

    Args:
        hits: best first.
        budget: tokens of all sources.
        count: of a text's tokens.
        read: the text of a document at a span. Without it, hits with white space between them stay apart.
    """
    counted, above = cache(count), _shared([hit.path for hit in hits])
    parts: list[_Part] = []
    sources: list[Packed] = []
    for hit in hits:
        grown = _with(hit, parts, read)
        found = _sources(grown, counted, above=above)
        if sum(source.tokens for source in found) > budget:
            return tuple(sources) if sources else (_cut(found[0], budget=budget, count=count),)
        parts, sources = grown, found
    return tuple(sources)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is sent of a hit, or of several that were joined to one."""

    hit: Hit
    span: Span


def _with(hit: Hit, parts: Sequence[_Part], read: Read | None) -> list[_Part]:
    """The parts, and the hit joined to those that it meets, or else what of it is not sent yet."""
    joined: Hit = hit
    kept: list[_Part] = []
    place: int | None = None
    for part in parts:
        between = _between(part.hit, joined, read) if part.span == part.hit.span else None
        if between is None:
            kept.append(part)
            continue
        better, other = (part.hit, joined) if place is None else (joined, part.hit)
        joined = _joined(better, other, between)
        if place is None:
            place = len(kept)
            kept.append(part)
    if place is not None:
        kept[place] = _Part(joined, joined.span)
        return kept
    span = _unsent(hit, parts)
    return kept if span is None else [*kept, _Part(hit, span)]


def _between(one: Hit, other: Hit, read: Read | None) -> str | None:
    """What stands between two hits of a document: nothing, or white space; None where they do not meet."""
    if (one.collection, one.path, one.context) != (other.collection, other.path, other.context):
        return None
    gap = Span(min(one.span.end, other.span.end), max(one.span.start, other.span.start))
    if gap.start >= gap.end:
        return ""
    if read is None or len(gap) > _GAP:
        return None
    text = read(one.path, gap)
    return text if text.isspace() else None


def _joined(one: Hit, other: Hit, between: str) -> Hit:
    """Two hits that meet as one; what is not of both is the better one's, which is the first."""
    both = {copy.path for copy in other.copies if copy.whole}
    first, second = sorted((one, other), key=lambda hit: (hit.span.start, -hit.span.end))
    if second.span.end <= first.span.end:
        span, text = first.span, first.text
    else:
        span = Span(first.span.start, second.span.end)
        text = first.text + between + second.text[max(0, first.span.end - second.span.start) :]
    return replace(
        one,
        span=span,
        text=text,
        place=_both(first.place, second.place),
        starts=tuple(sorted({*first.starts, *second.starts})),
        generated=tuple(sorted({*first.generated, *second.generated})),
        copies=tuple(replace(copy, whole=copy.whole and copy.path in both) for copy in one.copies),
    )


def _both(first: Place, second: Place) -> Place:
    """The place of two that follow one another."""
    rows = [rows for rows in (first.rows, second.rows) if rows]
    lines = [lines for lines in (first.lines, second.lines) if lines]
    certain = [found for found in (first.confidence, second.confidence) if found is not None]
    return Place(
        pages=tuple(sorted({*first.pages, *second.pages})),
        boxes=tuple(dict.fromkeys((*first.boxes, *second.boxes))),
        sheet=first.sheet if first.sheet == second.sheet else None,
        rows=(min(rows)[0], max(end for _, end in rows)) if rows else None,
        columns=tuple(dict.fromkeys((*first.columns, *second.columns))),
        pointers=tuple(dict.fromkeys((*first.pointers, *second.pointers))),
        lines=(min(lines)[0], max(end for _, end in lines)) if lines else None,
        headings=first.headings,
        confidence=min(certain) if certain else None,
    )


def _shared(paths: Sequence[str]) -> int:
    """Of how many folders all documents are in one."""
    folders = [PurePosixPath(path).parts[:-1] for path in paths]
    same = (len(set(level)) == 1 for level in zip(*folders, strict=False))
    return sum(takewhile(bool, same))


def _sources(parts: Sequence[_Part], count: Count, *, above: int) -> list[Packed]:
    found: list[Packed] = []
    for number, part in enumerate(parts, 1):
        context = _new_context(part.hit, found)
        found.append(_source(part.hit, part.span, number=number, context=context, count=count, above=above))
    return found


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
    return _plain(", ".join(parts))


def _range(word: str, numbers: tuple[int, int]) -> str:
    first, last = numbers
    return f"{word} {first}" if first == last else f"{word}s {first}-{last}"


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _unsent(hit: Hit, sent: Sequence[_Part]) -> Span | None:
    """The longest part of the hit that is not sent yet; None where too little is left."""
    parts = [hit.span]
    for source in sent:
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


def _source(hit: Hit, span: Span, *, number: int, context: str, count: Count, above: int) -> Packed:
    text = hit.text[span.start - hit.span.start : span.end - hit.span.start]
    header = f"[{number}] {place_name(hit.path, hit.place)}"
    stem = PurePosixPath(hit.path).stem
    told = [_plain(line) for line in context.splitlines() if _plain(line) not in ("", stem, hit.path)]
    if told:
        header = f"{header} — {' — '.join(told)[:_CONTEXT]}"
    if same := _elsewhere(hit):
        header = f"{header} — the same in {'; '.join(same)}"
    below = "/".join(PurePosixPath(hit.path).parts[above:])
    source = Packed(number, hit, header, text, span, 0, place_name(below, hit.place))
    return replace(source, tokens=count(header) + count(source.sent))


def _elsewhere(hit: Hit) -> list[str]:
    """Other places where all of a hit stands; of many the first ones, and how many more there are."""
    told = [place_name(copy.path, copy.place) for copy in hit.copies if copy.whole]
    more = len(told) - _COPIES
    return [*told[:_COPIES], f"{more} more"] if more > 0 else told


def _cut(source: Packed, *, budget: int, count: Count) -> Packed:
    """The source cut to the sentences around its match that fit; at least one, or a piece of it."""
    found = units(source.text, source.hit.place, starts=source.starts) or [Span(0, len(source.text))]
    match = source.hit.match.shift(-source.span.start)
    first = next((number for number, unit in enumerate(found) if unit.end > match.start), 0)
    room = budget - count(source.header) - count(GENERATED) * len(source.generated)
    last = first
    while last + 1 < len(found) and count(source.text[found[first].start : found[last + 1].end]) <= room:
        last += 1
    while first > 0 and count(source.text[found[first - 1].start : found[last].end]) <= room:
        first -= 1
    span = _fitted(source.text, Span(found[first].start, found[last].end), room=room, count=count)
    text = source.text[span.start : span.end]
    cut = replace(source, text=text, span=span.shift(source.span.start))
    return replace(cut, tokens=count(cut.header) + count(cut.sent))


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
