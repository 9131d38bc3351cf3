"""Units: the sentences, rows and records within chunks, which are scored without being embedded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from ingest.chunkers._sentences import lines, sentences, words
from ingest.types import Segment, Span
from retrieval.settings import Tokens, Unit

Starts = Callable[[str], Sequence[int]]
"""Where the tokens of a text begin."""


def cut(text: str, unit: Unit, *, borders: Sequence[int], starts: Starts) -> list[Span]:
    """The units of a chunk's text, in order, white space trimmed.

    Args:
        text: the chunk's.
        unit: what to cut it to.
        borders: where its sentences, rows, records part.
        starts: where the tokens of a text begin.
    """
    return [Span(start, end) for start, end in bounds(text, unit, borders=borders, starts=starts)]


def bounds(text: str, unit: Unit, *, borders: Sequence[int], starts: Starts) -> list[tuple[int, int]]:
    """As `cut`, the spans as plain pairs, which are made in a quarter of the time."""
    ends = [len(text)] if unit == "chunk" else [*borders, len(text)]
    if isinstance(unit, Tokens):
        ends = list(_fitted(text, ends, unit.tokens, list(starts(text))))
    found: list[tuple[int, int]] = []
    low = 0
    for high in ends:
        part = text[low:high]
        start, end = high - len(part.lstrip()), low + len(part.rstrip())
        if start < end:
            found.append((start, end))
        low = high
    return found


def borders_of(text: str, *, tabular: bool) -> list[int]:
    """Where the sentences of a text part; of a table, record or print, the lines."""
    return [at for at, _ in (lines(text) if tabular else sentences(text))]


def block_borders(segments: Sequence[Segment], span: Span) -> list[int]:
    """Where the blocks part within a span of some segments, counted from its start: rows of several lines are one."""
    at = (segment.start + offset - span.start for segment in segments for offset in segment.offsets)
    return sorted({one for one in at if 0 < one < len(span)})


def _fitted(text: str, ends: Sequence[int], limit: int, starts: Sequence[int]) -> Iterator[int]:
    """The ends of runs of units of at most `limit` tokens each; a longer unit is cut between words, then anywhere."""
    borders = [0, *ends]
    begin = 0
    for number, end in enumerate(ends):
        if _count(starts, begin, end) <= limit:
            continue
        if borders[number] > begin:
            yield borders[number]
            begin = borders[number]
        if _count(starts, begin, end) > limit:
            for at in _pieces(text, begin, end, limit, starts):
                yield at
                begin = at
    if begin < len(text):
        yield len(text)


def _pieces(text: str, begin: int, end: int, limit: int, starts: Sequence[int]) -> Iterator[int]:
    """Where to cut a unit that is too long; its rest, which fits, is left."""
    at = [begin + offset for offset in words(text[begin:end])]
    while _count(starts, begin, end) > limit:
        first = bisect_left(starts, begin)
        after = bisect_right(starts, begin)  # a character may be several tokens
        most = starts[max(first + limit, after)] if after < len(starts) else end  # the first token that does not fit
        if most >= end:
            return
        word = bisect_right(at, most) - 1
        begin = at[word] if word >= 0 and at[word] > begin else most
        yield begin


def _count(starts: Sequence[int], begin: int, end: int) -> int:
    return bisect_left(starts, end) - bisect_left(starts, begin)


def whole_rows(segments: Sequence[Segment], match: Span, within: Span) -> Span:
    """The span with all of the rows or records that it touches, as far as they lie in another span."""
    start, end = match.start, match.end
    for segment in segments:
        for block, offset in zip(segment.blocks, segment.offsets, strict=False):
            at = segment.start + offset
            if block.kind in ("row", "record") and at < match.end and match.start < at + len(block.text.rstrip()):
                start, end = min(start, at), max(end, at + len(block.text.rstrip()))
    return Span(max(start, within.start), min(end, within.end))
