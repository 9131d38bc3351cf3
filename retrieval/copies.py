"""Copies: what stands in several places, word for word, is sent once, from the best document that has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from ingest.types import Span
from retrieval.passages import Floats, Ints, Units, folded

_STRETCH = 200
"""Letters and digits that are the same at two places: of a unit and what precedes or follows it. One sentence alone may
say the same of two different things."""
_AROUND = 2
"""Times as long as what is sent: so far around a copy of a part of it the rest is looked for."""


def originals(units: Units, scores: Floats) -> Ints:
    """Of each unit which one is sent for it: its own number, but of those that say the same that of the best.

    Case, white space and punctuation make no difference, numbers do. Best is what stands in the best document (whose
    name and context fit the question), in it what stands below the best headings, and there what stands first.

    Args:
        units: by path and place.
        scores: theirs.
    """
    found = np.arange(len(units))
    pairs = list(_same(_stretches(units)))
    if not pairs:
        return found
    rank = _ranks(units, scores)
    for pair in pairs:  # by what precedes it a unit may be like one, by what follows like another
        best, other = sorted((_root(found, number) for number in pair), key=lambda number: int(rank[number]))
        found[other] = best
    return np.asarray([_root(found, number) for number in range(len(units))], dtype=np.int64)


def _root(found: Ints, number: int) -> int:
    while found[number] != number:
        number = int(found[number])
    return number


def around(part: Span, sent: Span) -> Span:
    """Where to look for all of what is sent of a document, of which a part stands at a place of another one."""
    wide = _AROUND * len(sent)
    return Span(max(0, part.start - wide), part.end + wide)


def place_of(wanted: str, text: str, *, near: int) -> Span | None:
    """Where a text stands in another one, but for case, white space and punctuation; None where it does not.

    Args:
        wanted: the text.
        text: the other one.
        near: a place in it: of several the nearest one is meant.
    """
    (raw, _), (there, before) = _letters(folded(wanted)), _letters(folded(text))
    found = [match.start() for match in re.finditer(rb"(?=%s)" % re.escape(raw), there)] if raw else []
    if not found:
        return None
    middle = int(before[min(max(near, 0), len(text))])
    at = min(found, key=lambda one: abs(one - middle))
    start = int(np.searchsorted(before, at, side="right")) - 1
    end = int(np.searchsorted(before, at + len(raw), side="left"))
    while end < len(text) and not (text[end].isspace() or text[end].isalnum()):
        end += 1
    marks = int(np.searchsorted(_letters(folded(wanted))[1], 1)) - 1  # before the first letter, or sign
    return Span(start - marks if text[:start].endswith(wanted[:marks]) else start, end)


def _ranks(units: Units, scores: Floats) -> Ints:
    """Of each unit how many come before it: those of better documents, or below better headings, and those above it."""
    _, document = np.unique(units.document, return_inverse=True)
    contexts: dict[tuple[int, str], int] = {}
    known = [contexts.setdefault((one.document, one.context), len(contexts)) for one in units.passages]
    below = np.asarray(known, dtype=np.int64)[units.passage]
    ranks = np.empty(len(units), dtype=np.int64)
    ranks[np.lexsort((np.arange(len(units)), -_best(below, scores), -_best(document, scores)))] = np.arange(len(units))
    return ranks


def _best(group: Ints, scores: Floats) -> Floats:
    """Of each unit the best score of its group."""
    best = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(best, group, scores)
    return np.asarray(best[group])


def _same(stretches: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
    """The first unit that has a stretch, and each other one that has it."""
    seen: dict[bytes, int] = {}
    for number, stretch in stretches:
        first = seen.setdefault(stretch, number)
        if first != number:
            yield first, number


def _stretches(units: Units) -> Iterator[tuple[int, bytes]]:
    """What stands at each unit: with so much after it and with so much before it, or all that is known around it.

    Of a file and its copy, which have one text, each place, however little stands there.
    """
    raw, letters = _letters(units.text)
    begin, end = letters[units.at], letters[units.at + units.end - units.start]
    first, last = np.searchsorted(units.run, units.run, "left"), np.searchsorted(units.run, units.run, "right") - 1
    low, high = begin[first], end[last]
    before, after = np.minimum(begin, end - _STRETCH), np.maximum(end, begin + _STRETCH)
    told, precedes, follows = begin < end, before >= low, after <= high
    for number in np.flatnonzero(told & follows).tolist():
        yield number, b">" + raw[begin[number] : after[number]]
    for number in np.flatnonzero(told & precedes).tolist():
        yield number, b"<" + raw[before[number] : end[number]]
    for number in np.flatnonzero(told & ~follows & ~precedes & (high - low >= _STRETCH)).tolist():
        yield number, raw[low[number] : end[number]] + b"|" + raw[begin[number] : high[number]]
    texts = [one.text_id for one in units.passages]
    if len(set(texts)) < len({one.document for one in units.passages}):
        for number, (passage, start) in enumerate(zip(units.passage.tolist(), units.start.tolist(), strict=True)):
            yield number, b"%d@%d" % (start, texts[passage])


def _letters(text: str) -> tuple[bytes, Ints]:
    """A text's letters and digits, a byte each (the last of its code), and how many stand before each of its places.

    With them what tells a number from another: the points and commas in it, and a sign or a bracket before it.
    """
    codes = np.frombuffer(text.replace("−", "-").encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kept = _IS_LETTER[np.minimum(codes, len(_IS_LETTER) - 1)]
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    leads = np.concatenate((digit[1:], [False]))[: len(codes)]
    behind = np.concatenate(([False], digit[:-1]))[: len(codes)]
    free = ~np.concatenate(([False], kept[:-1]))[: len(codes)]
    kept = kept | (leads & ((behind & np.isin(codes, _POINTS)) | (free & np.isin(codes, _SIGNS))))
    return codes[kept].astype(np.uint8).tobytes(), np.concatenate(([0], np.cumsum(kept)))


_POINTS, _SIGNS = ([ord(mark) for mark in marks] for marks in (".,", "+-("))
_IS_LETTER = np.asarray([chr(code).isalnum() for code in range(0x2070)] + [True])
"""By code, up to the last of general punctuation; the rest, mostly letters, as its last entry."""
