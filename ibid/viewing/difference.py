"""Two ways to cut one file, compared: what stays, what moves, what is new, and what has to be embedded for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ibid.preview import FileChunks
from ingest.types import Chunk

if TYPE_CHECKING:
    from retrieval.embedders import Embedder

State = Literal["same", "moved", "context", "new"]
"""Of a chunk, as the other way to cut has it: at the same place; the same embedded text elsewhere; the same place with
another context; not there."""
_TRIED = 8
"""How many texts are embedded to learn how long the others would take."""

Known = Callable[[Sequence[str]], Collection[str]]
"""Which of some embedded texts have a vector in the home already."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What has to be embedded, each text once."""

    chunks: int
    tokens: int
    """Of the chunks and sentences together."""
    stored: int
    """Chunks that would be new too, but whose vectors the home has."""
    sentences: int
    """Sentences that get vectors of their own (`sentence_vectors`)."""
    seconds: float | None
    """An estimate; None where trying would ask an endpoint."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes when a file is cut as `after` says, not as `before` does."""

    name: str
    """Of the settings that `after` is from."""
    before: FileChunks
    after: FileChunks
    was: tuple[State, ...]
    """The state of each chunk of `before`; what is "new" there is gone in `after`."""
    now: tuple[State, ...]
    """The state of each chunk of `after`."""
    starts: tuple[int, int, int]
    """Of the places at which chunks start: how many stay, how many are gone, how many are new."""
    cost: Cost
    warnings: tuple[str, ...]


def compare(
    name: str,
    before: FileChunks,
    after: FileChunks,
    *,
    embedder: Embedder,
    same_embedder: bool,
    known: Known,
    warnings: Sequence[str] = (),
) -> Difference:
    """What changes between two ways to cut a file.

    Args:
        name: of the settings that `after` is from.
        before: as the file is cut now.
        after: as it would be.
        embedder: of the settings of `after`.
        same_embedder: whether it is the one of `before` too: then what `before` has needs not be embedded.
        known: which texts have a vector already.
        warnings: what is to be said beside.
    """
    cost = _cost(before if same_embedder else None, after, embedder, known)
    old, new = ({chunk.span.start for chunk in cut.chunks} for cut in (before, after))
    return Difference(
        name,
        before,
        after,
        _states(before.chunks, after.chunks),
        _states(after.chunks, before.chunks),
        (len(old & new), len(old - new), len(new - old)),
        cost,
        tuple(warnings),
    )


def _cost(before: FileChunks | None, after: FileChunks, embedder: Embedder, known: Known) -> Cost:
    """What has to be embedded that is neither in `before` nor known."""
    there = frozenset[str]() if before is None else frozenset((*_chunks(before), *_sentences(before)))
    chunks = {text: tokens for text, tokens in _chunks(after).items() if text not in there}
    sentences = [text for text in _sentences(after) if text not in there and text not in chunks]
    stored = known([*chunks, *sentences])
    wanted = {text: tokens for text, tokens in chunks.items() if text not in stored}
    count = len(wanted)
    wanted |= {text: _tokens(text, embedder) for text in sentences if text not in stored}
    tokens = sum(wanted.values())
    seconds = _seconds(list(wanted), tokens, embedder)
    return Cost(count, tokens, len(chunks) - count, len(wanted) - count, seconds)


def _chunks(cut: FileChunks) -> dict[str, int]:
    """What is embedded of the chunks, with its tokens."""
    return {chunk.embedded: chunk.tokens for chunk in cut.chunks}


def _sentences(cut: FileChunks) -> list[str]:
    """The sentences that are embedded beside the chunks, each once."""
    if not cut.sentence_vectors:
        return []
    from retrieval.sentences import sentences_of

    return list(dict.fromkeys(text for chunk in cut.chunks for text in sentences_of(chunk)))


def _tokens(text: str, embedder: Embedder) -> int:
    return len(embedder.token_starts(text)) + embedder.special_tokens


def _states(chunks: Sequence[Chunk], others: Sequence[Chunk]) -> tuple[State, ...]:
    places = {chunk.span: chunk.embedded for chunk in others}
    texts = frozenset(places.values())
    return tuple(_state(chunk, places.get(chunk.span), chunk.embedded in texts) for chunk in chunks)


def _state(chunk: Chunk, at_its_place: str | None, elsewhere: bool) -> State:  # noqa: FBT001  # two of one kind
    if at_its_place == chunk.embedded:
        return "same"
    if elsewhere:
        return "moved"
    return "new" if at_its_place is None else "context"


def _seconds(texts: Sequence[str], tokens: int, embedder: Embedder) -> float | None:
    """How long the texts would take, by a few of them; None where an endpoint would be asked, which may cost money."""
    if not texts:
        return 0.0
    if "base_url" in type(embedder).model_fields:
        return None
    some = texts[:: -(-len(texts) // _TRIED)]
    embedder.embed(some[:1])  # loads the model
    begun = time.perf_counter()
    embedder.embed(some)
    taken = time.perf_counter() - begun
    tried = sum(_tokens(text, embedder) for text in some)
    return taken * tokens / max(1, tried)
