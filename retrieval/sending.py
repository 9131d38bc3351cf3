"""Sending: which span of a document goes out with each of the best units, so that nothing goes out twice."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ingest.types import Span
from retrieval.copies import originals
from retrieval.passages import Flags, Floats, Passage, Units
from retrieval.settings import Around, Send

_WINDOW = 200
"""Tokens: how much is sent with the best hit; with the second half of it, with the third a third …"""
_NARROWEST = 30
"""Tokens: the least that a window is."""
_LONE = 15
"""Tokens: a shorter window, mostly a heading, has what follows it beside it, also where there is no room for that."""
_TABLE = 250
"""Tokens: how much of a chunk is sent whose lines mean little alone; that is all of it, with sizes as they are."""
_TABLE_LATER, _LATER = 100, 5
"""Tokens: how much of it is sent beyond so many hits: a budget that reaches so far reaches more places."""
_PRINT, _PRINTS = 400, 2
"""Tokens: how much is sent of a picture with each of the first hits, over its chunks' borders: a receipt's head says
of whom, its foot how much."""
_AGAIN = 0.04
"""What each earlier hit of its document takes from a unit: five hits should not be five times one wrong document."""
_UNSURE = 0.1
"""What it takes more where the two best documents are equals; nothing where so much or more lies between them."""
_ALIKE, _CLOSE = 5, 0.2
"""So many best documents that lie no farther apart get a hit each, where the first two are equals."""
_OFTEN = 4
"""How many earlier hits take something at most."""

_FAR = 10**12
"""Characters: farther than any document reaches."""
Section = Callable[[Passage, Span, Span], Span]
"""The section of a document that a unit of a passage lies in."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A unit that is among the best, and the span that is sent with it."""

    passage: Passage
    match: Span
    span: Span
    score: float
    copies: tuple[tuple[Passage, Span], ...] = ()
    """Where else what matched, or more of what is sent, stands word for word: of each stretch a place, best first."""


def sendings(units: Units, scores: Floats, send: Send, section: Section) -> Iterator[Sent]:
    """The best units with what is sent, best first; no two spans overlap, unless the chunks that are sent do.

    What stands in several places is sent from one of them.
    """
    return _Sending(units, scores, send, section).run()


class _Sending:
    def __init__(self, units: Units, scores: Floats, send: Send, section: Section) -> None:
        self._units = units
        self._scores = scores
        self._send = send
        self._section = section
        self._taken = np.zeros(len(units), dtype=bool)
        self._spans: dict[int, list[Span]] = {}
        self._numbers = np.arange(len(units))
        self._original = originals(units, scores)
        self._of_document: Counter[int] = Counter()
        self._again = _again(units, scores)
        self._rank = 0
        self._least = send.least * float(scores.max(initial=0.0)) if isinstance(send, Around) else 0.0

    def run(self) -> Iterator[Sent]:
        units = self._units
        own = np.flatnonzero(self._original == self._numbers).tolist()
        heap = [(-score, number) for number, score in zip(own, self._scores[own].tolist(), strict=True)]
        heapq.heapify(heap)
        while heap:
            worth, number = heapq.heappop(heap)
            if self._taken[number]:
                continue
            document = int(units.document[number])
            now = float(self._scores[number]) - self._again * min(_OFTEN, self._of_document[document])
            if -worth > now:
                heapq.heappush(heap, (-now, number))
                continue
            self._rank += 1
            span, inside = self._part(number)
            self._taken |= inside
            self._spans.setdefault(document, []).append(span)
            self._of_document[document] += 1
            yield Sent(*self._at(number), span, now, self._copies(number, inside))

    def _at(self, number: int) -> tuple[Passage, Span]:
        """The passage of a unit, and its own place."""
        return self._passage(number), Span(int(self._units.start[number]), int(self._units.end[number]))

    def _copies(self, number: int, inside: Flags) -> tuple[tuple[Passage, Span], ...]:
        """The units elsewhere for which some are sent, of each stretch one; those of the best unit come first."""
        same = np.flatnonzero(inside[self._original] & (self._original != self._numbers) & ~inside)
        follows = (np.diff(same) == 1) & (np.diff(self._original[same]) == 1) & (np.diff(self._units.run[same]) == 0)
        stretch = np.cumsum(np.concatenate(([True], ~follows))[: len(same)])
        best: dict[int, int] = {}
        order = np.lexsort((-self._scores[same], self._original[same] != number))
        for one, its in zip(same[order].tolist(), stretch[order].tolist(), strict=True):
            best.setdefault(its, one)
        return tuple(map(self._at, best.values()))

    def _part(self, number: int) -> tuple[Span, Flags]:
        """What is sent with a unit, and the units in it."""
        units = self._units
        inside = np.zeros(len(units), dtype=bool)
        if self._send in ("chunk", "section"):
            passage, match = self._at(number)
            span = passage.span if self._send == "chunk" else self._section(passage, match, self._free(number))
            inside = (units.document == passage.document) & (units.start >= span.start) & (units.end <= span.end)
            inside[number] = True
            return span, inside
        low, high = (number, number + 1) if self._send == "unit" else self._window(number)
        inside[low:high] = True
        return Span(int(units.start[low]), int(units.end[high - 1])), inside

    def _free(self, number: int) -> Span:
        """How far a section around a unit may reach to what was sent of its document already."""
        passage, own = self._at(number)
        sent = self._spans.get(passage.document, [])
        before = max((one.end for one in sent if one.end <= own.start), default=0)
        return Span(before, min((one.start for one in sent if one.start >= own.end), default=own.end + _FAR))

    def _window(self, number: int) -> tuple[int, int]:
        """The unit and those around it, the better side first, as many as fit; of rows and records the whole chunk.

        It does not go on into what has another context, was sent already, or scores less than is asked for.
        """
        room = self._room(self._passage(number))
        low, high = number, number + 1
        room -= self._units.tokens[number]
        while True:
            sides = [
                at
                for at in (low - 1, high)
                if self._goes_on(number, at) and self._units.tokens[at] <= room and not low <= self._original[at] < high
            ]
            if not sides and self._send == "window" and self._units.tokens[low:high].sum() < _LONE:
                sides = (
                    [high] if self._goes_on(number, high, again=True) and self._units.tokens[high] <= _WINDOW else []
                )
            if not sides:
                return low, high
            best = max(sides, key=lambda at: (self._scores[at], at))
            room -= self._units.tokens[best]
            low, high = min(low, best), max(high, best + 1)

    def _room(self, passage: Passage) -> float:
        """Tokens: how much is sent at most with the next hit, which is of a passage."""
        if isinstance(self._send, Around):
            return self._send.tokens
        if passage.printed and self._rank <= _PRINTS:
            return _PRINT
        if passage.tabular:
            return _TABLE if self._rank <= _LATER else _TABLE_LATER
        return max(_NARROWEST, _WINDOW / self._rank)

    def _goes_on(self, number: int, at: int, *, again: bool = False) -> bool:
        """Whether what is sent with a unit may reach another one; `again`: also where that was sent from elsewhere."""
        units = self._units
        if not 0 <= at < len(units) or units.run[at] != units.run[number]:
            return False
        if self._taken[at] or (self._taken[self._original[at]] and not again):
            return False
        if self._scores[at] < self._least:
            return False
        here, there = self._passage(number), self._passage(at)
        if (here.tabular or there.tabular) and not (here.printed and there.printed and self._rank <= _PRINTS):
            return here is there
        return here.context == there.context

    def _passage(self, number: int) -> Passage:
        return self._units.passages[int(self._units.passage[number])]


def _again(units: Units, scores: Floats) -> float:
    """What each earlier hit of its document takes from a unit: the more, the less the best document stands out.

    Where the best ones lie close together, so much that each of them gets a hit before any gets a second.
    """
    best: dict[int, float] = {}
    for document, score in zip(units.document.tolist(), scores.tolist(), strict=True):
        best[document] = max(score, best.get(document, 0.0))
    ranked = heapq.nlargest(_ALIKE, best.values())
    lead = ranked[0] - ranked[1] if len(ranked) > 1 else 1.0
    more = max(0.0, _UNSURE - lead)
    if more and ranked[0] - ranked[-1] < _CLOSE:
        more = max(more, ranked[0] - ranked[-1])
    return _AGAIN + more
