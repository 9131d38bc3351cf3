"""The full-text index: a collection's chunks in an FTS5 table, with stemming; `retrieval.words` ranks by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
"""The characters of Chinese, Japanese and Korean, as a regular expression has them in brackets."""
_CJK = re.compile(f"[{CJK}]+")
_WORD = re.compile(r"\w+(?:(?:[^\w\s/:]|(?<=\d)[/:](?=\d))\w+)*")
"""Words with what joins them (`foo-bar`, `3.5`, `18/01/2018`), looked up as a phrase; `red/blue` are two."""
_AMOUNT = re.compile(r"\d{1,2}|\d+(?:[.,]\d+)+")
_MOST_TERMS = 64
TOKENIZER = "porter unicode61 remove_diacritics 2"
"""As FTS5 names it: words in small letters, without accents, brought to their stems."""
_STOP_WORDS = """
a about above after again against all am an and any are aren't as at be because been before being below between both
but by can could couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't
has hasn't have haven't having he her here hers herself him himself his how i if in into is isn't it its itself just
me more most my myself no nor not now of off on once only or other our ours ourselves out over own same she should
so some such than that the their theirs them themselves then there these they this those through to too under until
up very was wasn't we were weren't what when where which while who whom why will with won't would you your yours
yourself yourselves
"""
_STOP = frozenset((*_STOP_WORDS.split(), *_STOP_WORDS.replace("'", "").split()))  # doesnt, wont
_ASKING_WORDS = """
add amount average change changed changes compare compared comparison count decrease decreased decreases differ
difference differences divide divided exceed exceeded fewer find following fraction give greater greatest growth higher
highest identify increase increased increases larger largest least less list lower lowest many max maximum mean median
min minimum much multiplied multiply name number percent percentage percentages proportion quantity ratio ratios
respective respectively show shown smaller smallest subtract sum sums tell than value values versus vs bigger biggest
"""
"""English words of quantity, arithmetic, comparison and request: they say what to do with what is found."""
_ASKING = frozenset(_ASKING_WORDS.split())
_ASKING_WEIGHT = 0.25


def create(connection: sa.Connection, collection_id: int) -> None:
    """Makes a collection's index: it keeps no text, which is in the segments already."""
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE {table_of(collection_id)} USING fts5(text, content='', tokenize='{TOKENIZER}')"
    )


def drop(connection: sa.Connection, collection_id: int) -> None:
    """Removes a collection's index."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table_of(collection_id)}")


def add(connection: sa.Connection, collection_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """Indexes chunks: their numbers, and the text that is embedded."""
    name = table_of(collection_id)
    values = [(key, _indexed(text)) for key, text in rows]
    if values:
        connection.exec_driver_sql(f"INSERT INTO {name}(rowid, text) VALUES (?, ?)", values)  # noqa: S608


def remove(connection: sa.Connection, collection_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """Forgets chunks; the texts must be those that were added."""
    name = table_of(collection_id)
    values = [(key, _indexed(text)) for key, text in rows]
    if values:
        connection.exec_driver_sql(
            f"INSERT INTO {name}({name}, rowid, text) VALUES ('delete', ?, ?)",  # noqa: S608
            values,
        )


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
    telling = [word for word in words if not is_stop(word)]
    return list(dict.fromkeys(telling or words))[:_MOST_TERMS]


def emphasis(terms: Sequence[str]) -> dict[str, float]:
    """How much each term of a question counts beside how rare it is.

    What the question wants done (`average`, `change`, `list`) stands in few texts, and seldom in the one that is meant:
    it decides between those that hold the rest. Where nothing else is asked, all count.
    """
    if all(term in _ASKING for term in terms):
        return dict.fromkeys(terms, 1.0)
    return {term: _ASKING_WEIGHT if term in _ASKING else 1.0 for term in terms}


def names(question: str) -> frozenset[str]:
    """The words of a question, as `query_terms` gives them, that tell whom or which one it is about.

    Those with a capital that does not merely begin a sentence, and years, numbers of three digits and more, codes: a
    smaller number says how much.
    """
    found = (word for word in _WORD.finditer(question) if _is_name(question, word))
    return frozenset(term for word in found for term in _words(word[0]) if not is_stop(term) and term not in _ASKING)


def _is_name(question: str, word: re.Match[str]) -> bool:
    if any(map(str.isdigit, word[0])):
        return not _AMOUNT.fullmatch(word[0])
    before = question[: word.start()].rstrip(" \t\"'“‘([")
    return word[0][0].isupper() and before != "" and before[-1] not in ".?!:\n"


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'").replace("\x00", " ") for word in _WORD.findall(text)]


def is_title(question: str) -> bool:
    """Whether a question is written as a title is, with a capital for each word: its capitals tell nothing."""
    within = [word[0] for word in _WORD.finditer(question)][1:]
    return any(word.istitle() and len(word) > 1 and is_stop(word.lower()) for word in within)


def is_stop(word: str) -> bool:
    """Whether a word in small letters says nothing of what is asked for."""
    return word in _STOP or word.removesuffix("'s") in _STOP


def _bigrams(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _indexed(text: str) -> str:
    """The text as it is indexed: runs of Chinese, Japanese, Korean as pairs of neighbours, which have no spaces."""
    return _CJK.sub(lambda run: f" {' '.join(_bigrams(run[0]))} ", text) if _CJK.search(text) else text


def table_of(collection_id: int) -> str:
    """The name of a collection's index."""
    return f"fts_{collection_id:d}"
