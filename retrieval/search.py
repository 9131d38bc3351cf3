"""Search: a question to hits, by vectors, by full text, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import sqlalchemy as sa

from ingest.places import place_from_json
from ingest.types import Segment, Span
from retrieval.copies import around, place_of
from retrieval.database import Row
from retrieval.embedders import Embedder
from retrieval.finding import Candidates, Finder, Scope
from retrieval.fusion import interleaved, of_documents
from retrieval.measures import with_lines
from retrieval.passages import Floats, Ints, Passage, Reader, Units, units_of
from retrieval.scoring import Found, Weight, share, unit_scores, weight_of, words_of
from retrieval.sections import section_of
from retrieval.sending import Sent, sendings
from retrieval.sentences import SentenceVectors
from retrieval.settings import SearchSettings
from retrieval.spelling import Asked
from retrieval.tables import CHUNKS, DOCUMENTS
from retrieval.texts import Texts, generated_in, place_in, starts_in, text_of
from retrieval.types import MOST_COPIES, Copy, Hit, Mode
from retrieval.units import block_borders, whole_rows
from retrieval.vectors import Vector, Vectors, listed

_DIGITS = 5
"""Scores that differ after so many are equal: a cosine's last bits depend on which vectors it was computed with."""
_NEAR = 5
"""Hits: in their documents the lines are looked for that a measure is worked out from; all reports have such lines."""
_CUT_TO_UNITS = 60
"""Chunks of the best ones: more found nothing better among the first 1,000 tokens."""
_EXPECTED = 20
"""Chunks of the best that words find."""
_WIDER = 5
"""Times as many candidates, where too few of them have different texts, up to `_WIDEST`: many are copies."""
_WIDEST = 2_500


class Searcher:
    """Searches one collection."""

    def __init__(
        self,
        collection: str,
        *,
        embedder: Embedder,
        vectors: Vectors,
        texts: Texts,
        settings: SearchSettings,
        reader: Reader,
        sentences: SentenceVectors,
    ) -> None:
        self._collection = collection
        self._embedder = embedder
        self._finder = Finder(embedder, vectors, dense_weight=settings.dense_weight, meanwhile=self._expect)
        self._texts = texts
        self._settings = settings
        self._reader = reader
        self._sentences = sentences

    def search(self, scope: Scope, question: str, *, k: int, mode: Mode | None = None) -> list[Hit]:
        """The best `k` hits of current documents, best first.

        Args:
            scope: where to search.
            question: in words.
            k: how many at most.
            mode: by default that of the settings.
        """
        mode = mode or self._settings.mode
        with ThreadPoolExecutor(1, thread_name_prefix="question") as other:
            if mode != "lexical" and not self._embedder.remote:  # it may be put otherwise, and would be paid for twice
                other.submit(self._finder.vector, question)  # while it is found out what its words mean
            asked = scope.asked(question, mode)
            searched = partial(self._searched, k=k, mode=mode, other=other)
            hits = searched(scope, asked)
            wide = with_lines(asked)
            if wide is asked or not hits:
                return hits
            near = replace(scope, documents=_documents_of(scope, hits[:_NEAR]))
            return interleaved(searched(near, wide), hits)[:k]

    def _searched(self, scope: Scope, asked: Asked, *, k: int, mode: Mode, other: Executor) -> list[Hit]:
        wide = max(self._settings.candidates, k)
        found = self._finder.candidates(scope, asked, wide=wide, mode=mode, other=other)
        if self._settings.unit == self._settings.send == "chunk":
            return self._hits(scope.connection, found, k)
        count = max(_CUT_TO_UNITS, k)
        passages = self._pool(scope, found, count)
        while len({one.text for one in passages}) < count and wide <= min(len(found.own), _WIDEST):
            wide *= _WIDER
            found = self._finder.candidates(scope, asked, wide=wide, mode=mode, other=other)
            passages = self._pool(scope, found, count)
        return self._unit_hits(scope, asked, found, passages, k=k, mode=mode)

    # whole chunks

    def _hits(self, connection: sa.Connection, found: Candidates, k: int) -> list[Hit]:
        """The best `k`; equal ones by path and place, so that how the index came about decides nothing."""
        score = {key: round(fused, _DIGITS) for key, fused in found.fused.items()}
        least = sorted(score.values(), reverse=True)[:k][-1:]
        best = [key for key in score if [score[key]] >= least]
        rows = {row.id: row for row in connection.execute(_CHOSEN.where(CHUNKS.c.id.in_(listed(best))))}
        best.sort(key=lambda key: (-score[key], rows[key].path, rows[key].start))
        return [self._hit(connection, rows[key], rank, found) for rank, key in enumerate(best[:k], 1)]

    def _hit(self, connection: sa.Connection, row: Row, rank: int, found: Candidates) -> Hit:
        span = Span(row.start, row.end)
        segments = list(self._texts.segments(connection, row.text_id, span))
        return Hit(
            rank=rank,
            score=found.fused[row.id],
            scores=found.scores[row.id],
            collection=self._collection,
            path=row.path,
            span=span,
            match=span,
            text=text_of(segments, span),
            context=row.context,
            tokens=row.tokens,
            place=place_from_json(row.place),
            starts=starts_in(segments, span),
            generated=generated_in(segments, span),
        )

    # units

    def _unit_hits(
        self, scope: Scope, asked: Asked, found: Candidates, passages: list[Passage], *, k: int, mode: Mode
    ) -> list[Hit]:
        """The best `k` units of the best chunks, each with what is sent of what stands around it."""
        connection = scope.connection
        units = units_of(passages, partial(self._cut, connection))
        scores = unit_scores(
            units,
            _told(passages, found),
            {} if mode == "dense" else _weights(scope, asked, passages),
            dense_weight={"hybrid": None, "dense": 1.0, "lexical": 0.0}[mode],
            cosines=self._cosines(connection, units, found.vector),
        ).round(_DIGITS)

        def section(one: Passage, match: Span, within: Span) -> Span:
            return section_of(connection, self._texts, one, match, within)

        sent = list(islice(sendings(units, scores, self._settings.send, section), k))
        segments = self._texts.around(connection, [(one.passage.text_id, one.span) for one in sent])
        both = enumerate(zip(sent, segments, strict=True), 1)
        return [self._sent(connection, one, rank, segments=some, found=found) for rank, (one, some) in both]

    def _expect(self, scope: Scope, chunks: Sequence[int]) -> None:
        """Reads and cuts the first of some chunks: most of them will be wanted, and are remembered."""
        if self._settings.unit == self._settings.send == "chunk":
            return
        for one in self._reader.passages(scope.connection, chunks[:_EXPECTED]):
            self._cut(scope.connection, one)

    def _cut(self, connection: sa.Connection, passage: Passage) -> Ints:
        """The units of a passage."""

        def rows(one: Passage) -> list[int]:
            return block_borders(list(self._texts.segments(connection, one.text_id, one.span)), one.span)

        exact = rows if self._settings.send == "unit" else None
        return self._reader.cut(passage, self._settings.unit, self._starts, exact)

    def _cosines(self, connection: sa.Connection, units: Units, vector: Vector | None) -> Floats | None:
        """Of the sentences that have vectors, where sentences are scored and vectors searched."""
        if vector is None or self._settings.unit != "sentence":
            return None

        def sentences(one: Passage) -> Ints:
            return self._reader.cut(one, "sentence", self._starts, None)

        return self._sentences.cosines(connection, units, vector, sentences)

    def _pool(self, scope: Scope, found: Candidates, count: int) -> list[Passage]:
        """The best chunks; equal ones by path and place, so that how the index came about decides nothing.

        So many of different texts, as far as there are, and of each text no more than a hit tells of.
        """
        keys = list(found.fused)
        rows = scope.roster.rows(np.asarray(keys, dtype=np.int64)).tolist()
        negative = [-round(score, _DIGITS) for score in found.fused.values()]
        order = [key for _, _, key in sorted(zip(negative, rows, keys, strict=True))]
        taken = count
        read = self._reader.passages(scope.connection, order[:taken])
        while taken < len(order) and (missing := count - len({one.text for one in read})):
            taken += missing
            read = self._reader.passages(scope.connection, order[:taken])
        passages = {one.id: one for one in read}
        kept: Counter[str] = Counter()
        chosen: set[int] = set()
        for key in order[:taken]:
            text = passages[key].text
            kept[text] += 1
            if kept[text] <= MOST_COPIES + 1:
                chosen.add(key)
        return [one for key, one in passages.items() if key in chosen]

    def _sent(
        self, connection: sa.Connection, sent: Sent, rank: int, *, segments: Sequence[Segment], found: Candidates
    ) -> Hit:
        passage = sent.passage
        text = text_of(segments, sent.span)
        whole = sent.span == passage.span
        return Hit(
            rank=rank,
            score=sent.score,
            scores=found.scores[passage.id],
            collection=self._collection,
            path=passage.path,
            span=sent.span,
            match=whole_rows(segments, sent.match, sent.span),
            text=text,
            context=passage.context,
            tokens=passage.tokens if whole else len(self._starts(text)) + len(self._starts(passage.context)),
            place=replace(place_in(segments, sent.span), headings=place_in(segments, sent.match).headings),
            starts=starts_in(segments, sent.span),
            generated=generated_in(segments, sent.span),
            copies=self._copies(connection, sent, text),
        )

    def _copies(self, connection: sa.Connection, sent: Sent, text: str) -> tuple[Copy, ...]:
        """Where else what is sent stands, or a part of it."""
        told = sent.copies[:MOST_COPIES]
        regions = [around(part, sent.span) for _, part in told]
        wanted = [(passage.text_id, region) for (passage, _), region in zip(told, regions, strict=True)]
        segments = self._texts.around(connection, wanted) if wanted else []
        found: list[Copy] = []
        for (passage, part), region, some in zip(told, regions, segments, strict=True):
            where = place_of(text, text_of(some, region), near=part.start - region.start)
            span = part if where is None else where.shift(region.start)
            own = passage.document == sent.passage.document and span.overlaps(sent.span)
            span = part if own else span
            found.append(Copy(passage.path, span, place_in(some, span), whole=where is not None and not own))
        return tuple(found)

    def _starts(self, text: str) -> Sequence[int]:
        starts: Sequence[int] = self._embedder.token_starts(text).tolist() if text else []
        return starts


def _documents_of(scope: Scope, hits: Sequence[Hit]) -> list[int]:
    """The numbers of the documents of some hits."""
    paths = [hit.path for hit in hits]
    query = sa.select(DOCUMENTS.c.id).where(
        DOCUMENTS.c.collection_id == scope.collection_id, DOCUMENTS.c.current.is_(True), DOCUMENTS.c.path.in_(paths)
    )
    return list(scope.connection.execute(query).scalars())


def _weights(scope: Scope, asked: Asked, passages: Sequence[Passage]) -> dict[str, Weight]:
    """How much each word of a question tells: in all documents, and in those of each passage's kind."""
    often = scope.words.counts(scope.connection, words_of(list(asked.weights)))
    told = {word: asked.weights.get(word, 1.0) for word in often}
    weights = {word: told[word] * weight_of(count, scope.words.size) for word, count in often.items()}
    factors = scope.words.factors(scope.connection, told)
    if factors is None:
        return {word: Weight(weight, np.full(len(passages), weight)) for word, weight in weights.items()}
    rows = scope.roster.rows(np.asarray([one.id for one in passages], dtype=np.int64))
    kinds = scope.roster.kinds.of[rows]
    return {word: Weight(weight, weight * factors[word][kinds]) for word, weight in weights.items()}


def _told(passages: Sequence[Passage], found: Candidates) -> Found:
    """What was found out about the passages."""
    keys = [one.id for one in passages]
    number: dict[int | None, int] = {key: at for at, key in enumerate(keys)}
    best = of_documents({key: found.own[key] for key in found.standings}, found.standings, found.named)
    standings = [found.standings.get(key) for key in keys]

    before = [at if one is None else number.get(one.before, at) for at, one in enumerate(standings)]
    after = [at if one is None else number.get(one.after, at) for at, one in enumerate(standings)]
    return Found(
        dense=share(np.asarray([found.scores[key].get("dense", 0.0) for key in keys])),
        lexical=share(np.asarray([found.scores[key].get("lexical", 0.0) for key in keys])),
        fused=np.asarray(
            [found.fused[key] if one else found.own[key] for key, one in zip(keys, standings, strict=True)]
        ),
        document=np.asarray([best.get(one.document, 0.0) for one in passages]),
        before=np.asarray(before, dtype=np.int64),
        after=np.asarray(after, dtype=np.int64),
    )


_CHOSEN: sa.Select[Any] = sa.select(
    CHUNKS.c.id,
    CHUNKS.c.start,
    CHUNKS.c.end,
    CHUNKS.c.tokens,
    CHUNKS.c.context,
    CHUNKS.c.place,
    DOCUMENTS.c.path,
    DOCUMENTS.c.text_id,
).join(DOCUMENTS, DOCUMENTS.c.id == CHUNKS.c.document_id)
