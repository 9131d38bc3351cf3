"""Sentence vectors: where a rule asks for them, the sentences of prose are embedded beside the chunks they lie in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ingest.types import Chunk
from retrieval import catalog
from retrieval.bounded import Bounded
from retrieval.embedders import Embedder
from retrieval.passages import Floats, Ints, Passage, Units
from retrieval.tables import EMBEDDINGS
from retrieval.units import borders_of, cut

if TYPE_CHECKING:
    from ingest.chunkers._embed import Embed

_AT_ONCE = 500
"""Sentences embedded and kept at once, and digests looked up."""
_HELD = 100_000_000
"""Bytes of vectors that are remembered: those of some thousand chunks."""

Vector = NDArray[np.float32]


def sentences_of(chunk: Chunk) -> list[str]:
    """The sentences of a chunk that get vectors of their own; rows, records and prints go out whole, and have none."""
    place = chunk.place
    if place.rows is not None or place.pointers or place.confidence is not None:
        return []
    spans = cut(chunk.text, "sentence", borders=borders_of(chunk.text, tabular=False), starts=_uncounted)
    texts = (chunk.text[span.start : span.end] for span in spans)
    return [text for text in texts if text != chunk.embedded]  # a chunk's own vector is there already


def with_sentences(chunks: Iterable[Chunk], embed: Embed) -> Iterator[Chunk]:
    """The chunks as they come. When the last one was taken, the sentences of all are embedded."""
    waiting: list[str] = []
    for chunk in chunks:
        waiting += sentences_of(chunk)
        if len(waiting) >= _AT_ONCE:
            embed(waiting)
            waiting = []
        yield chunk
    if waiting:
        embed(waiting)


@dataclass(frozen=True, slots=True)
class _Known:
    """The sentences of a passage, in its own text, and their vectors."""

    spans: NDArray[np.int64]
    vectors: Vector


class SentenceVectors:
    """Looks up the vectors of the sentences of passages that have them, and remembers them.

    Args:
        embedder: the collection's.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: Bounded[int, _Known] = Bounded(_HELD, lambda one: one.vectors.nbytes)

    def cosines(
        self, connection: sa.Connection, units: Units, vector: Vector, sentences: Callable[[Passage], Ints]
    ) -> Floats | None:
        """Of each unit that is a sentence with a vector its cosine to a vector, of the others NaN; None without any.

        Args:
            connection: sees the state that is searched.
            units: of some passages.
            vector: of the question.
            sentences: where those of a passage begin and end, in its own text.
        """
        wanted = [number for number, one in enumerate(units.passages) if one.sentence_vectors]
        if not wanted:
            return None
        known = self._of(connection, [units.passages[number] for number in wanted], sentences)
        cosines = np.full(len(units), np.nan)
        for number in wanted:
            passage = units.passages[number]
            found = known[passage.id]
            low, high = np.searchsorted(units.passage, [number, number + 1])
            spans = np.stack((units.start[low:high], units.end[low:high]), axis=1) - passage.span.start
            rows = np.minimum(np.searchsorted(found.spans[:, 0], spans[:, 0]), len(found.spans) - 1)
            same = (found.spans[rows] == spans).all(axis=1)
            cosines[low:high] = np.where(same, (found.vectors @ vector)[rows], np.nan)
        return cosines

    def _of(
        self, connection: sa.Connection, passages: Sequence[Passage], sentences: Callable[[Passage], Ints]
    ) -> dict[int, _Known]:
        known = {one.id: found for one in passages if (found := self._known.get(one.id)) is not None}
        new = {one.id: (one, sentences(one)) for one in passages if one.id not in known}
        digests = {
            key: [
                catalog.embedding_digest(self._embedder.identity, one.text[start:end]) for start, end in spans.tolist()
            ]
            for key, (one, spans) in new.items()
        }
        vectors = _looked_up(connection, sorted({digest for some in digests.values() for digest in some}))
        for key, (_, spans) in new.items():
            rows = np.stack([vectors[digest] for digest in digests[key]])
            known[key] = self._known.put(key, _Known(spans, rows))
        return known


def _looked_up(connection: sa.Connection, digests: Sequence[bytes]) -> dict[bytes, Vector]:
    """The vectors under some digests; the receipt of a document says that they are there."""
    found: dict[bytes, Vector] = {}
    for at in range(0, len(digests), _AT_ONCE):
        query = sa.select(EMBEDDINGS.c.digest, EMBEDDINGS.c.vector)
        some = EMBEDDINGS.c.digest.in_(digests[at : at + _AT_ONCE])
        found |= {row.digest: np.frombuffer(row.vector, "<f4") for row in connection.execute(query.where(some))}
    return found


def _uncounted(_: str) -> Sequence[int]:
    """Sentences are cut without counting tokens."""
    return ()
