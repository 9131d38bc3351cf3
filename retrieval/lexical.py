"""Full-text search: a collection's chunks in an FTS5 table, ranked by BM25 with stemming, stop words left out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

import sqlalchemy as sa

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f]+")
_WORD = re.compile(r"\w+(?:(?:[^\w\s/:]|(?<=\d)[/:](?=\d))\w+)*")
"""Words with what joins them (`foo-bar`, `3.5`, `18/01/2018`), looked up as a phrase; `red/blue` are two."""
_FEW = 20_000
"""Below so many chunks every term is looked up, however common."""
_COMMON = 10
"""Above it, terms in more than one of so many chunks only score what the rarer ones find."""
_RESCORED = 3
"""How many times the wanted hits are scored with the common terms too."""
_MOST_TERMS = 64
_STOP_WORDS = """
a about above after again against all am an and any are aren't as at be because been before being below between both
but by can could couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't
has hasn't have haven't having he her here hers herself him himself his how i if in into is isn't it its itself just
me more most my myself no nor not now of off on once only or other our ours ourselves out over own same she should
so some such than that the their theirs them themselves then there these they this those through to too under until
up very was wasn't we were weren't what when where which while who whom why will with won't would you your yours
yourself yourselves
"""
_STOP = frozenset(_STOP_WORDS.split())


def create(connection: sa.Connection, collection_id: int) -> None:
    """Makes a collection's index: it keeps no text, which is in the segments already."""
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {_name(collection_id)} USING fts5("
        "text, content='', tokenize='porter unicode61 remove_diacritics 2')"
    )


def drop(connection: sa.Connection, collection_id: int) -> None:
    """Removes a collection's index."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_name(collection_id)}")


def add(connection: sa.Connection, collection_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """Indexes chunks: their numbers, and the text that is embedded."""
    name = _name(collection_id)
    values = [(key, _indexed(text)) for key, text in rows]
    if values:
        connection.exec_driver_sql(f"INSERT INTO {name}(rowid, text) VALUES (?, ?)", values)  # noqa: S608


def remove(connection: sa.Connection, collection_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """Forgets chunks; the texts must be those that were added."""
    name = _name(collection_id)
    values = [(key, _indexed(text)) for key, text in rows]
    if values:
        connection.exec_driver_sql(
            f"INSERT INTO {name}({name}, rowid, text) VALUES ('delete', ?, ?)",  # noqa: S608
            values,
        )


def search(
    connection: sa.Connection, collection_id: int, question: str, *, k: int, documents: Collection[int] | None
) -> dict[int, float]:
    """Chunks of current documents that have a term of the question: their numbers and BM25 scores, best first.

    Of a small collection all of them (FTS5 has to score them anyway), of a large one the best and some more.

    Args:
        connection: reads the state that is searched.
        collection_id: whose chunks.
        question: in words; without any, nothing is found.
        k: how many are wanted at least.
        documents: only chunks of these, where given.
    """
    terms = query_terms(question)
    if not terms:
        return {}
    index = _Index(connection, collection_id, documents)
    if index.size < _FEW:
        return index.best(terms)
    rare = index.rare(terms)
    found = index.best(rare, limit=_RESCORED * k) if rare else {}
    if len(rare) < len(terms):
        found = index.scores(terms, found)
    return dict(sorted(found.items(), key=lambda item: -item[1]))  # equal ones stay by path and place


def counts(connection: sa.Connection, collection_id: int, words: Iterable[str]) -> tuple[dict[str, int], int]:
    """How many chunks have each of the words, in any form; and how many chunks there are."""
    index = _Index(connection, collection_id, None)
    return {word: index.count(word) for word in words}, index.size


def is_cjk(word: str) -> bool:
    """Whether a word is one of a language that is written without spaces."""
    return _CJK.fullmatch(word) is not None


def query_terms(question: str) -> list[str]:
    """What is looked up for a question, each once: its words without stop words (all, where there is nothing else)."""
    words: list[str] = []
    done = 0
    for run in _CJK.finditer(question):
        words += _words(question[done : run.start()])
        words += _bigrams(run[0])
        done = run.end()
    words += _words(question[done:])
    telling = [word for word in words if not _is_stop(word)]
    return list(dict.fromkeys(telling or words))[:_MOST_TERMS]


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'").replace("\x00", " ") for word in _WORD.findall(text)]


def _is_stop(word: str) -> bool:
    return word in _STOP or word.removesuffix("'s") in _STOP


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _indexed(text: str) -> str:
    """The text as it is indexed: runs of Chinese, Japanese, Korean as pairs of neighbours, which have no spaces."""
    return _CJK.sub(lambda run: f" {' '.join(_bigrams(run[0]))} ", text) if _CJK.search(text) else text


def _name(collection_id: int) -> str:
    return f"fts_{collection_id:d}"


class _Index:
    """One collection's table, asked in one state."""

    def __init__(self, connection: sa.Connection, collection_id: int, documents: Collection[int] | None) -> None:
        self._connection = connection
        self._name = _name(collection_id)
        self._only = "" if documents is None else " AND d.id IN (SELECT value FROM json_each(?))"
        self._documents = () if documents is None else (json.dumps(sorted(documents)),)

    @cached_property
    def size(self) -> int:
        """How many chunks are indexed."""
        return self._scalar(f"SELECT count(*) FROM {self._name}_docsize", ())  # noqa: S608

    def rare(self, terms: Sequence[str]) -> list[str]:
        """The terms that some chunks have, and few; the rarest alone, where none is rare."""
        limit = self.size // _COMMON
        counts = {term: self.count(term) for term in terms}
        there = [term for term in terms if counts[term]]
        return [term for term in there if counts[term] <= limit] or sorted(there, key=lambda term: counts[term])[:1]

    def best(self, terms: Sequence[str], *, limit: int = -1) -> dict[int, float]:
        """The chunks that have any of the terms, best first."""
        sql = (
            f"SELECT f.rowid, bm25({self._name}) AS score FROM {self._name} AS f "  # noqa: S608
            "CROSS JOIN chunks AS c ON c.id = f.rowid CROSS JOIN documents AS d ON d.id = c.document_id "
            f"WHERE {self._name} MATCH ? AND d.current{self._only} ORDER BY score, d.path, c.start LIMIT ?"
        )
        return dict(self._scored(sql, (_match(terms), *self._documents, limit)))

    def scores(self, terms: Sequence[str], keys: Iterable[int]) -> dict[int, float]:
        """The scores of these chunks by all of the terms."""
        sql = f"SELECT rowid, bm25({self._name}) FROM {self._name} WHERE {self._name} MATCH ? AND rowid = ?"  # noqa: S608
        match = _match(terms)
        return dict(pair for key in keys for pair in self._scored(sql, (match, key)))

    def _scored(self, sql: str, parameters: tuple[str | int, ...]) -> Iterator[tuple[int, float]]:
        for key, score in self._connection.exec_driver_sql(sql, parameters):
            yield key, -score

    def count(self, term: str) -> int:
        """How many chunks have a term."""
        sql = f"SELECT count(*) FROM {self._name} WHERE {self._name} MATCH ?"  # noqa: S608
        return self._scalar(sql, (_match([term]),))

    def _scalar(self, sql: str, parameters: tuple[str | int, ...]) -> int:
        return int(self._connection.exec_driver_sql(sql, parameters).scalar_one())


def _match(terms: Sequence[str]) -> str:
    """The terms as an FTS5 query: each in quotes, so that nothing in it is an operator."""
    return " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
