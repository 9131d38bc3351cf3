"""Search by words: BM25 over a collection's postings, read from its full-text index as questions need them.

A score is what FTS5's `bm25()` gives, its sign turned (k1 1.2, b 0.75, a term that most chunks have counts next to
nothing), but for two things: a term that is rarer among documents than among chunks counts as among documents, and some
words count less (`lexical.emphasis`). Asked for all terms at once, FTS5 takes ten times as long, most of it for terms
that were asked for before.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from retrieval import lexical
from retrieval.bounded import Bounded
from retrieval.inflections import GROUPS
from retrieval.postings import NOWHERE, Places, places, values
from retrieval.roster import Roster
from retrieval.scoring import words_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_K1, _B = 1.2, 0.75
_LEAST = 1e-6
"""The weight of a term that more than half of the chunks have."""
_LEAST_WEIGHT = 0.1
"""What a term tells by chunks is taken for at least so much where it is compared with what it tells by documents."""
_KEPT = 5_000_000
"""Postings that are remembered: 12 bytes each."""
_NEAR_BEST = 0.4
"""Of the best score: where enough have so much, only these are put in order."""
_COUNTED = 100_000
"""Words of which is remembered how many chunks have them."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term is: rows of the roster, and what it adds to their scores."""

    rows: NDArray[np.int32]
    scores: Floats
    rarity: float
    """How much rarer it is among documents than among chunks; at least 1."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The scores of all visible chunks, by their rows; 0 of those that have no term of the question."""

    roster: Roster
    scores: Floats

    def best(self, k: int, documents: Collection[int] | None) -> dict[int, float]:
        """The best chunks (of some documents) and their scores, best first; equal ones by path and place."""
        among = self.roster.among(documents)
        own = self.scores if among is None else np.where(among, self.scores, 0.0)
        rows = np.flatnonzero(own > _NEAR_BEST * own.max(initial=0.0))  # only the best are put in order, if enough
        rows = rows if len(rows) >= k else np.flatnonzero(own)
        scores = own[rows]
        if len(rows) > k:
            least = np.partition(scores, len(rows) - k)[len(rows) - k]
            rows, scores = rows[scores >= least], scores[scores >= least]
        order = np.argsort(-scores, kind="stable")[:k]
        return dict(zip(self.roster.chunks[rows[order]].tolist(), scores[order].tolist(), strict=True))

    def of(self, chunks: Collection[int]) -> dict[int, float]:
        """The scores of some visible chunks, as far as they have a term."""
        keys = np.fromiter(chunks, dtype=np.int64, count=len(chunks))
        scores = self.scores[self.roster.rows(keys)]
        return {key: score for key, score in zip(keys.tolist(), scores.tolist(), strict=True) if score > 0}


class Words:
    """One collection's index in one state; what was read of it is remembered."""

    def __init__(self, connection: sa.Connection, roster: Roster, stems: Stems) -> None:
        self.roster = roster
        self.stems = stems
        self._table = lexical.table_of(roster.collection_id)
        self._postings: Bounded[str, Postings] = Bounded(_KEPT, lambda one: len(one.rows))
        self._counts: Bounded[str, Ints] = Bounded(_COUNTED, lambda _: 1)
        """How many chunks have a word; then, where there are several kinds, how many visible ones of each."""
        rows = connection.exec_driver_sql(f"SELECT id, sz FROM {self._table}_docsize ORDER BY id").fetchall()  # noqa: S608
        self.size = len(rows)
        sizes = numbers_of([row[1] for row in rows])
        norms = _K1 * (1 - _B + _B * sizes / max(1.0, float(sizes.mean()) if self.size else 1.0))
        indexed = np.fromiter((row[0] for row in rows), dtype=np.int64, count=self.size)
        self._norms = norms[np.searchsorted(indexed, roster.chunks)]
        """Of each row of the roster."""
        self._document = np.cumsum(np.diff(roster.documents, prepend=-1) != 0) - 1
        """Of each row the number of its document, from 0."""

    def matches(self, connection: sa.Connection, weights: Mapping[str, float]) -> Matches:
        """What has any of some terms, as `lexical.query_terms` gives them.

        Args:
            connection: of the same state.
            weights: how much each term counts beside how rare it is.
        """
        scores = np.zeros(len(self.roster))
        terms = list(weights)
        found = [
            (weights[term] * one.rarity, one) for term, one in zip(terms, self._of(connection, terms), strict=True)
        ]
        factors = self.factors(connection, {term: weight for term, (weight, _) in zip(terms, found, strict=True)})
        for term, (weight, one) in zip(terms, found, strict=True):
            own = 1.0 if factors is None else factors[term][self.roster.kinds.of[one.rows]]
            scores[one.rows] += weight * own * one.scores
        return Matches(self.roster, scores)

    def factors(self, connection: sa.Connection, weights: Mapping[str, float]) -> dict[str, Floats] | None:
        """By how much each term tells more or less in each kind of document than in all; None: there is one kind.

        Args:
            connection: of the same state.
            weights: how much each term counts beside how rare it is.
        """
        kinds = self.roster.kinds
        if kinds.one or not weights:
            return None
        counts = self._counted(connection, list(weights))
        factors = kinds.factors(
            [counts[term][1:] for term in weights], np.fromiter(weights.values(), dtype=np.float64, count=len(weights))
        )
        return dict(zip(weights, factors, strict=True))

    def held(self, connection: sa.Connection, terms: Sequence[str]) -> dict[int, float]:
        """Of some terms the share that each document has anywhere, one that few documents have counting more.

        Args:
            connection: of the same state.
            terms: what no document has is left out.
        """
        count = int(self._document[-1]) + 1 if len(self.roster) else 0
        shares, total = np.zeros(count), 0.0
        for one in self._of(connection, terms):
            has = self._holders(one.rows)
            weight = max(0.0, _weight(int(np.count_nonzero(has)), count)) if has.any() else 0.0
            shares += weight * has
            total += weight
        if not total:
            return {}
        first = np.flatnonzero(np.diff(self._document, prepend=-1))
        return dict(zip(self.roster.documents[first].tolist(), (shares / total).tolist(), strict=True))

    def rows(self, connection: sa.Connection, terms: Sequence[str]) -> list[NDArray[np.int32]]:
        """The rows of the visible chunks that have each term, ascending, in whatever order they were ingested."""
        return [np.sort(one.rows) for one in self._of(connection, terms)]

    def counts(self, connection: sa.Connection, words: Sequence[str]) -> dict[str, int]:
        """How many chunks have each of some words, in any form of it."""
        return {word: int(often[0]) for word, often in self._counted(connection, words).items()}

    def _counted(self, connection: sa.Connection, words: Sequence[str]) -> dict[str, Ints]:
        found = {word: often for word in words if (often := self._counts.get(word)) is not None}
        new = [word for word in words if word not in found]
        return found | {word: self._count(one) for word, one in self._places(connection, new).items()}

    def _count(self, found: Places) -> Ints:
        kinds, often = self.roster.kinds, np.asarray([len(found.texts)], dtype=np.int64)
        if kinds.one:
            return often
        rows = self.roster.rows(found.texts)
        return np.concatenate([often, kinds.spread(rows[rows >= 0])])

    def _of(self, connection: sa.Connection, terms: Sequence[str]) -> list[Postings]:
        """The postings of each term."""
        found = {term: known for term in terms if (known := self._postings.get(term)) is not None}
        new = [term for term in terms if term not in found]
        read = self._places(connection, [*new, *words_of(new)])  # whose counts are asked for next
        found |= {term: self._postings.put(term, self._scored(read[term])) for term in new}
        return [found[term] for term in terms]

    def _places(self, connection: sa.Connection, terms: Sequence[str]) -> dict[str, Places]:
        """Where each term is; one of several words where they follow one another."""
        if not terms:
            return {}
        stems = self.stems.of(terms)
        exact = {stem for some in stems.values() if len(some) > 1 for stem in some}
        each = list(dict.fromkeys(stem for some in stems.values() for stem in some))
        read = dict(zip(each, places(connection, self._table, each, exact=exact), strict=True))
        found = {term: _together([read[stem] for stem in some]) for term, some in stems.items()}
        for term, one in found.items():
            self._counts.put(term, self._count(one))
        return found

    def _scored(self, found: Places) -> Postings:
        """What a term adds to the scores of the chunks that are visible."""
        rows = self.roster.rows(found.texts)
        often, seen = found.often[rows >= 0], rows[rows >= 0]
        weight = _weight(len(found.texts), self.size)
        scores = max(weight, _LEAST) * often * (_K1 + 1) / (often + self._norms[seen])
        return Postings(seen.astype(np.int32), scores, self._rarity(seen))

    def _holders(self, rows: NDArray[Any]) -> NDArray[np.bool_]:
        """Which documents have any of some rows, by their numbers from 0."""
        has = np.zeros(int(self._document[-1]) + 1 if len(self.roster) else 0, dtype=bool)
        has[self._document[rows]] = True
        return has

    def _rarity(self, rows: NDArray[np.int64]) -> float:
        """What a term tells by documents for what it tells by chunks, of the visible ones; at least 1.

        The name of whom a long report is about stands in hundreds of chunks, and in one document.
        """
        has = self._holders(rows)
        by_chunks = _weight(len(rows), len(self.roster))
        by_documents = _weight(int(np.count_nonzero(has)), len(has))
        return max(1.0, by_documents / max(by_chunks, _LEAST_WEIGHT)) if by_chunks > 0 else 1.0


def _weight(count: int, size: int) -> float:
    """How much a term tells that so many of all have, as BM25 has it."""
    return log((size - count + 0.5) / (count + 0.5))


class Vocabulary:
    """Remembers a collection's words as long as nothing changes."""

    def __init__(self) -> None:
        self._last: Words | None = None
        self._stems = Stems()
        self._reading = threading.Lock()

    def of(self, connection: sa.Connection, roster: Roster) -> Words:
        """The words of the roster's state, which is the connection's."""
        with self._reading:
            if self._last is None or self._last.roster is not roster:
                self._last = Words(connection, roster, self._stems)
            return self._last


class Stems:
    """The words that the index has for what is looked up, as FTS5 says of a table in memory."""

    def __init__(self) -> None:
        self._memory: sqlite3.Connection | None = None
        self._asking = threading.Lock()

    def of(self, terms: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Of each term its words; none where it has none."""
        asked = list(dict.fromkeys(terms))
        found: list[list[tuple[int, str]]] = [[] for _ in asked]
        with self._asking:
            memory = self._memory = self._memory or self._made()
            memory.execute("INSERT INTO asked(asked) VALUES ('delete-all')")
            memory.executemany("INSERT INTO asked(rowid, text) VALUES (?, ?)", enumerate(asked))
            for number, offset, word in memory.execute("SELECT doc, offset, term FROM words"):
                found[number].append((offset, word))
        return {term: tuple(word for _, word in sorted(words)) for term, words in zip(asked, found, strict=True)}

    def others(self, terms: Sequence[str]) -> list[tuple[str, ...]]:
        """Of some terms the other forms that have other words in the index, each once: `sold` and more for `sells`.

        None for what ends in -ing: in questions a building or meeting is a thing.
        """
        known = self.of(terms)
        asked = {stem for stems in known.values() for stem in stems}
        told = [stems[0] for term, stems in known.items() if len(stems) == 1 and not term.endswith(("ing", "ings"))]
        found = (tuple(form for other, form in self._forms.get(stem, ()) if other not in asked) for stem in told)
        return list(dict.fromkeys(forms for forms in found if forms))

    @cached_property
    def _forms(self) -> dict[str, list[tuple[str, str]]]:
        """Of the word that the index has for a form, those of its other forms, each with that form."""
        words = {form: stems[0] for form, stems in self.of(form for group in GROUPS for form in group).items()}
        return {words[form]: [(words[one], one) for one in group if one != form] for group in GROUPS for form in group}

    def _made(self) -> sqlite3.Connection:
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        memory.execute(f"CREATE VIRTUAL TABLE asked USING fts5(text, content='', tokenize='{lexical.TOKENIZER}')")
        memory.execute("CREATE VIRTUAL TABLE words USING fts5vocab(asked, instance)")
        weakref.finalize(self, memory.close)
        return memory


def _together(found: Sequence[Places]) -> Places:
    """Where words are that follow one another."""
    if not found:
        return NOWHERE
    first, *others = found
    for words, other in enumerate(others, 1):
        first = first.before(other, words)
    return first


def numbers_of(blobs: Sequence[bytes]) -> Floats:
    """The numbers of some blobs, each of one as SQLite writes it."""
    joined = np.frombuffer(b"".join(blobs), dtype=np.uint8)
    ends = np.cumsum(np.fromiter(map(len, blobs), dtype=np.int64, count=len(blobs))) - 1
    return values(joined, ends).astype(np.float64)
