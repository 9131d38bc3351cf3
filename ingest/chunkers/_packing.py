"""Packing: units gathered into chunks that fill their room; a unit that is too large alone is cut finer and finer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingest.chunkers._room import Room
from ingest.chunkers._sentences import clauses, fields, members, sentences, words
from ingest.spans import Level, Units, is_between_characters, trim
from ingest.tokens import WORD_LIMIT, Measure
from ingest.types import Span

_SHARES = (
    (Level.PAGE_SECTION, 0.33),
    (Level.SECTION, 0.5),
    (Level.BLOCK, 0.75),
    (Level.SENTENCE, 0.33),
    (Level.CLAUSE, 0.33),
    (Level.WORD, 0.0),
    (Level.CHARACTER, 0.0),
)
"""A chunk ends at the last place of a level if it is filled to this share there; the best level is tried first."""


def pack(units: Units, measure: Measure, room: Room) -> list[Span]:
    """Spans that hold as many units as there is room for, and end where the text is best parted.

    A unit that fits is never cut; one that does not is cut into sentences, clauses, words, at last characters.
    """
    atoms = _atoms(units, measure, room)
    before, after = measure.before(atoms.starts), measure.before(atoms.ends)
    borders = [number for number, level in enumerate(atoms.levels) if level == Level.BORDER]
    borders.append(len(atoms.ends) - 1)
    found: list[Span] = []
    first = next_border = 0
    while first < len(atoms.ends):
        while borders[next_border] < first:
            next_border += 1
        border = borders[next_border]
        start = atoms.starts[first]
        free = room(start)
        base = before[first] - (measure.size(start, atoms.ends[first]) - (after[first] - before[first]))
        last = max(first, bisect_right(after, base + free, first, border + 1) - 1)
        if last < border:
            last = _best(atoms.levels, after, first, last, base=base, free=free)
        found.append(trim(measure.text, Span(start, atoms.ends[last])))
        first = last + 1
    return found


def _best(levels: list[Level], after: list[int], first: int, last: int, *, base: int, free: int) -> int:
    """The number of the atom that the chunk had better end with."""
    for level, share in _SHARES:
        least = base + share * free
        for number in range(last, first - 1, -1):
            if after[number] < least:
                break
            if levels[number] >= level:
                return number
    return last


@dataclass
class _Atoms:
    """What chunks are gathered from; none begins with white space."""

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)

    def add(self, start: int, end: int, level: Level) -> None:
        """Adds an atom; one of white space only hands its border to the atom before."""
        if self.text[start].isspace():
            part = self.text[start:end].lstrip()
            if not part:
                if self.levels:
                    self.levels[-1] = max(self.levels[-1], level)
                return
            start = end - len(part)
        self.starts.append(start)
        self.ends.append(end)
        self.levels.append(level)


def _atoms(units: Units, measure: Measure, room: Room) -> _Atoms:
    atoms = _Atoms(measure.text)
    before = [0, *measure.before(units.ends)]
    starts = units.starts
    for number, (end, level) in enumerate(zip(units.ends, units.levels, strict=True)):
        start = starts[number]
        if before[number + 1] - before[number] < room.least:
            atoms.add(start, end, level)
        else:
            _cut(atoms, measure, room, Span(start, end), level=level, rung=0)
    return atoms


def _cut(atoms: _Atoms, measure: Measure, room: Room, span: Span, *, level: Level, rung: int) -> None:
    """Adds a span whole where it fits, else the pieces that the rungs of the ladder part it into."""
    start, end = trim(measure.text, span).start, span.end
    if measure.size(start, end) <= room(start) or rung == len(_LADDER) or start == end:
        atoms.add(span.start, end, level)
        return
    inner, part = _LADDER[rung]
    for offset in (*part(measure, start, end), end):
        piece = Span(start, offset)
        _cut(atoms, measure, room, piece, level=level if offset == end else inner, rung=rung + 1)
        start = offset


def _shifted(part: Callable[[str], Iterable[int]]) -> Callable[[Measure, int, int], list[int]]:
    return lambda measure, start, end: [start + offset for offset in part(measure.text[start:end])]


def _long_words(measure: Measure, start: int, end: int) -> list[int]:
    """After each 100 characters, where very long words are cut for counting too."""
    return [at for at in range(start + WORD_LIMIT, end, WORD_LIMIT) if is_between_characters(measure.text, at)]


def _tokens(measure: Measure, start: int, end: int) -> list[int]:
    starts = measure.starts[bisect_right(measure.starts, start) : bisect_left(measure.starts, end)]
    return [at for at in dict.fromkeys(starts) if is_between_characters(measure.text, at)]


def _characters(_measure: Measure, start: int, end: int) -> list[int]:
    return list(range(start + 1, end))


_LADDER: tuple[tuple[Level, Callable[[Measure, int, int], list[int]]], ...] = (
    (Level.SENTENCE, _shifted(members)),
    (Level.SENTENCE, _shifted(lambda text: [offset for offset, _ in sentences(text)])),
    (Level.CLAUSE, _shifted(fields)),
    (Level.CLAUSE, _shifted(clauses)),
    (Level.WORD, _shifted(words)),
    (Level.CHARACTER, _long_words),
    (Level.CHARACTER, _tokens),
    (Level.CHARACTER, _characters),
)
"""How a unit that is too large is parted, finer and finer, and how well each part ends."""
