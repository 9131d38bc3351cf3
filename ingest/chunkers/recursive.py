"""Separators, the best first, as in LangChain's recursive splitter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from pydantic import field_validator, model_validator

from ingest.chunkers import Chunker
from ingest.chunkers._embed import Embed
from ingest.chunkers._room import Room
from ingest.chunkers._separators import LANGUAGES, PROSE, Language, Separator
from ingest.chunkers._windows import windows
from ingest.spans import Level, Units, content_start, trim
from ingest.tokens import Measure, counts_by_word
from ingest.types import Segment, Span

Keep = Literal["start", "end"]


class Recursive(Chunker):
    """Parts the text at the best separator that it holds, and pieces too large at the next; merges what fits together.

    What is too large and holds no separator is cut into windows of tokens.
    """

    separators: tuple[Separator, ...] | None = None
    """The best first; a list of several that part equally well is one; "" parts anywhere."""
    language: Language | None = None
    """Gives the separators for source code, or for text, in this language."""
    keep: Keep = "start"
    """Where a separator stays: at the start of the piece after it, or at the end of the one before it."""

    @field_validator("separators")
    @classmethod
    def _in_reach(cls, separators: tuple[Separator, ...] | None) -> tuple[Separator, ...] | None:
        for number, separator in enumerate(separators or ()):
            if separator == () or (isinstance(separator, tuple) and "" in separator):
                raise ValueError("a list of separators must hold some, and none that is empty")
            if separator == "" and number + 1 < len(separators or ()):
                raise ValueError('after "", which parts anywhere, no other separator is tried')
        return separators

    @model_validator(mode="after")
    def _not_both(self) -> Recursive:
        if self.separators is not None and self.language is not None:
            raise ValueError("either separators or a language can be given, not both")
        return self

    @property
    def revision(self) -> str:
        """The separators, which a language only names."""
        return f"1, {self._separators}"

    def units(self, segment: Segment) -> Units:
        """What all separators together part, but those that only part words."""
        joined = [text for text in _flat(self._separators) if text.strip(" \t")]
        ends = _cuts(_pattern(joined), segment.text, Span(0, len(segment.text)), keep=self.keep) if joined else []
        if segment.text:
            ends.append(len(segment.text))
        return Units(ends, [Level.SENTENCE] * (len(ends) - 1) + [Level.BORDER] * bool(ends))

    def split(
        self,
        segment: Segment,
        units: Units,  # noqa: ARG002
        measure: Measure,
        room: Room,
        embed: Embed | None,  # noqa: ARG002
    ) -> list[Span]:
        """The merged pieces."""
        levels = [_pattern((one,) if isinstance(one, str) else one) for one in self._separators if one != ""]
        return list(_Parting(measure, room, levels, self.keep).spans(Span(0, len(segment.text))))

    @property
    def _separators(self) -> tuple[Separator, ...]:
        if self.language is not None:
            return LANGUAGES[self.language]
        return PROSE if self.separators is None else self.separators


@dataclass(frozen=True, slots=True)
class _Parting:
    """Parts a text by levels of separators, the best first."""

    measure: Measure
    room: Room
    levels: Sequence[re.Pattern[str]]
    keep: Keep

    def spans(self, within: Span, level: int = 0) -> Iterator[Span]:
        """What to make of a part of the text that no level before `level` parts."""
        cuts: list[int] = []
        while not cuts and level < len(self.levels):
            cuts = _cuts(self.levels[level], self.measure.text, within, keep=self.keep)
            level += 1
        if not cuts:
            yield from windows(self.measure, self.room, within)
            return
        bounds = [within.start, *cuts, within.end]
        sizes = self._sizes(bounds)
        before = list(accumulate(sizes, initial=0))
        done = 0
        for large in [number for number, size in enumerate(sizes) if self._is_large(bounds[number], size)]:
            yield from self._merged(bounds, before, done, large)
            yield from self.spans(Span(bounds[large], bounds[large + 1]), level)
            done = large + 1
        yield from self._merged(bounds, before, done, len(sizes))

    def _sizes(self, bounds: list[int]) -> list[int]:
        """The tokens of each piece by itself: byte pairs that go over a separator are not counted together."""
        if counts_by_word(self.measure.tokenizer):
            return [end - start for start, end in pairwise(self.measure.before(bounds))]
        return [self.measure.count(start, end) for start, end in pairwise(bounds)]

    def _is_large(self, start: int, size: int) -> bool:
        return size > self.room.least and size > self.room(content_start(self.measure.text, start))

    def _merged(self, bounds: list[int], before: list[int], first: int, stop: int) -> Iterator[Span]:
        """Pieces `first` to `stop`, none of them too large, as many together as there is room for."""
        while first < stop:
            free = self.room(content_start(self.measure.text, bounds[first], bounds[stop]))
            last = max(first + 1, bisect_right(before, before[first] + free, first + 1, stop + 1) - 1)
            span = trim(self.measure.text, Span(bounds[first], bounds[last]))
            while last > first + 1 and self.measure.count(span.start, span.end) > free:
                last -= 1
                span = trim(self.measure.text, Span(bounds[first], bounds[last]))
            if len(span) > 0:
                yield span
            first = last


def _pattern(separators: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the separators, the longest of those that begin at the same place."""
    return re.compile("|".join(map(re.escape, sorted(separators, key=len, reverse=True))))


def _cuts(pattern: re.Pattern[str], text: str, within: Span, *, keep: Keep) -> list[int]:
    """Where the pieces begin inside a part of the text."""
    found = pattern.finditer(text, within.start, within.end)
    cuts = [match.start() for match in found] if keep == "start" else [match.end() for match in found]
    return [cut for cut in cuts if within.start < cut < within.end]


def _flat(separators: Iterable[Separator]) -> Iterator[str]:
    for one in separators:
        yield from (one,) if isinstance(one, str) else one
