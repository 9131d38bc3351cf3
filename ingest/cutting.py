"""One document's chunks: split, made to fit by exact count, overlapped, given context and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.chunkers import Chunker
from ingest.chunkers._embed import Embed
from ingest.context import Contexts
from ingest.overlap import Cut, joined, overlap_starts
from ingest.places import place_of
from ingest.shaping import Shape
from ingest.spans import is_between_characters, trim
from ingest.tokens import Measure, Tokenizer, counts_by_word
from ingest.types import Chunk, Segment, Span

_LOOK_BACK = 32


@dataclass(frozen=True, slots=True)
class _Room:
    """How many tokens of new text fit, by the context at the chunk's start."""

    contexts: Contexts
    segment: Segment
    free: int
    opening: int
    """Where the document's text begins in its first segment (-1 in others): a chunk there repeats nothing."""
    overlap: int

    @property
    def least(self) -> int:
        return self.free - self.contexts.budget

    def __call__(self, start: int, /) -> int:
        repeated = 0 if start > self.opening else self.overlap
        return self.free + repeated - self.contexts.at(self.segment, start).tokens


@dataclass
class Cutter:
    """Cuts the segments of one document in turn.

    Args:
        chunker: the strategy.
        size: the most tokens of a chunk, all included.
        overlap: the most tokens of it that are repeated from the one before.
        contexts: what is embedded before their text.
        tokenizer: what counts.
        embed: gives vectors to strategies that cut by meaning.
        shape: puts the strategy's pieces right.
    """

    chunker: Chunker
    size: int
    overlap: int
    contexts: Contexts
    tokenizer: Tokenizer
    embed: Embed | None = None
    shape: Shape = field(default_factory=Shape)
    _ordinal: int = 0
    _before: Cut | None = field(default=None, repr=False)

    def chunks(self, segment: Segment) -> Iterator[Chunk]:
        """The chunks of the document's next segment."""
        measure = Measure(segment.text, self.tokenizer)
        room = self._room(segment)
        units = self.shape.units(segment, self.chunker.units(segment), measure, room)
        repeatable = self.chunker.repeatable(units, measure) if self.overlap else units
        spans = self.chunker.split(segment, units, measure, room, self.embed)
        before, self._before = self._before, None
        for split in self.shape.shaped(segment, units, spans, measure, room):
            for span, tokens in self._fitting(segment, split, measure):
                cut = Cut(segment, repeatable, measure, span)
                chunk = self._chunk(cut, tokens, before if self.overlap else None)
                yield chunk
                # what it repeats of this segment may be repeated again, where an overlap is longer than what is new
                start = max(0, chunk.span.start - segment.start)
                before = self._before = replace(cut, span=Span(start, span.end))
        if not self.overlap:
            self._before = None  # nothing of this segment is needed any more

    def _room(self, segment: Segment) -> _Room:
        opening = -1 if self._ordinal else len(segment.text) - len(segment.text.lstrip())
        free = self.size - self.overlap - self.tokenizer.special_tokens
        return _Room(self.contexts, segment, free, opening, self.overlap)

    def _fitting(self, segment: Segment, span: Span, measure: Measure) -> Iterator[tuple[Span, int]]:
        """The span, or the parts of it that keep within the size by exact count, with their context and overlap.

        With each comes how many tokens it has with its context.
        """
        tokens = self._tokens(segment, span, measure)
        while len(span) > 1 and (excess := tokens + (self.overlap if self._ordinal else 0) - self.size) > 0:
            keep = measure.size(span.start, span.end) - excess
            cut = _cut_before(measure, span, measure.reach(span.start, keep))
            yield from self._fitting(segment, trim(measure.text, Span(span.start, cut)), measure)
            span = trim(measure.text, Span(cut, span.end))
            tokens = self._tokens(segment, span, measure)
        yield span, tokens

    def _tokens(self, segment: Segment, span: Span, measure: Measure) -> int:
        return self._count(segment, span, at=span.start, measure=measure)

    def _count(self, segment: Segment, span: Span, *, at: int, measure: Measure | None) -> int:
        """Exactly how many tokens a chunk with the context of offset `at` has, special ones included."""
        context = self.contexts.at(segment, at)
        if measure is not None and counts_by_word(self.tokenizer):
            return self.tokenizer.special_tokens + context.tokens + measure.count(span.start, span.end)
        text = segment.text[span.start : span.end]
        embedded = f"{context.text}\n{text}" if context.text else text
        return self.tokenizer.special_tokens + len(self.tokenizer.token_starts(embedded))

    def _chunk(self, cut: Cut, tokens: int, before: Cut | None) -> Chunk:
        """The chunk of a span that has so many tokens with its context, with what it repeats of the one before."""
        segment, span, at = cut.segment, cut.span, cut.span.start
        for start in overlap_starts(before, self.overlap) if before else ():
            wider, whole = _widened(before, cut, start) if before else (segment, span)
            measure = cut.measure if wider is cut.segment else None
            more = self._count(wider, whole, at=whole.end - (cut.span.end - at), measure=measure)
            if more <= self.size:
                segment, span, tokens = wider, whole, more
                break
        self._ordinal += 1
        return Chunk(
            ordinal=self._ordinal - 1,
            span=span.shift(segment.start),
            text=segment.text[span.start : span.end],
            context=self.contexts.at(cut.segment, at).text,
            tokens=tokens,
            place=place_of(segment, span),
        )


def _widened(before: Cut, cut: Cut, start: int) -> tuple[Segment, Span]:
    """The chunk from offset `start` of the one before on, and the segment that holds it."""
    if before.segment is cut.segment:
        return cut.segment, Span(start, cut.span.end)
    segment, start = joined(before, cut.segment, start)
    return segment, Span(start, len(segment.text) - len(cut.segment.text) + cut.span.end)


def _cut_before(measure: Measure, span: Span, at: int) -> int:
    """A place inside the span to cut it at, at or shortly before `at`: after white space, else between characters."""
    text = measure.text
    at = min(max(at, span.start + 1), span.end - 1)
    middle = (span.start + at) // 2
    space = max(text.rfind(" ", middle, at), text.rfind("\n", middle, at))
    if space > span.start:
        return space + 1
    for back in range(at, max(span.start, at - _LOOK_BACK), -1):
        if is_between_characters(text, back):
            return back
    return at
