"""The first sentences of the chunks before and after, as context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ingest.chunkers._sentences import sentences
from ingest.tokens import Measure, Tokenizer, counts_by_word
from ingest.types import Chunk

_LOOKED_AT = 2_000
"""So many characters of a chunk are looked at for its first sentence."""
_FEWEST = 6
"""Fewer tokens of a sentence, its label included, say nothing."""
_SEAMS = 6
"""Byte pairs may go over the new lines between the parts: so many tokens are kept free for that."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Puts the neighbours' first sentences into the contexts of chunks.

    Args:
        tokenizer: what counts.
        size: the most tokens of a chunk, all included.
        budget: the most tokens of a context.
    """

    tokenizer: Tokenizer
    size: int
    budget: int

    def added(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks of one document, each held until the next one is there."""
        before = current = None
        for after in chunks:
            if current is not None:
                yield self._with(before, current, after)
            before, current = current, after
        if current is not None:
            yield self._with(before, current, None)

    def _with(self, before: Chunk | None, chunk: Chunk, after: Chunk | None) -> Chunk:
        seams = 0 if counts_by_word(self.tokenizer) else _SEAMS
        free = min(self.size - chunk.tokens, self.budget - self._count(chunk.context)) - seams
        lines = [chunk.context] if chunk.context else []
        said = [("before", before.text)] if before else []
        if after:  # what it repeats of this chunk is no news
            said.append(("after", after.text[max(0, chunk.span.end - after.span.start) :]))
        for number, (label, text) in enumerate(said):
            line = self._cut(f"{label}: {_first_sentence(text)}", free // (len(said) - number))
            if line:
                lines.append(line)
                free -= self._count(line)
        found = replace(chunk, context="\n".join(lines))
        return replace(found, tokens=self.tokenizer.special_tokens + self._count(found.embedded))

    def _cut(self, line: str, tokens: int) -> str:
        """The line's first words that fit; none where they would be too few."""
        if tokens < _FEWEST:
            return ""
        end = Measure(line, self.tokenizer).reach(0, tokens)
        whole = end == len(line) or line[end].isspace() or line[end - 1].isspace()
        return (line[:end] if whole else line[:end].rpartition(" ")[0]).rstrip()

    def _count(self, text: str) -> int:
        return len(self.tokenizer.token_starts(text))


def _first_sentence(text: str) -> str:
    """The first sentence of a text, in one line."""
    text = text.strip()[:_LOOKED_AT]
    ends = sentences(text)
    return " ".join((text[: ends[0][0]] if ends else text).split())
