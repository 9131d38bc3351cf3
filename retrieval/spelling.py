"""Spelling: a word of a question that stands nowhere in the collection, but nearly does, is taken for the one meant.

Two words are a letter apart (Damerau and Levenshtein) where one letter is missing, too many or another, or two that
stand together have changed places. All words that are a letter away are made, as in Norvig's "How to Write a Spelling
Corrector" (2007), and looked up in the index: what is meant stands in the collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from string import ascii_lowercase

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from retrieval import dates
from retrieval.bounded import Bounded
from retrieval.inflections import PLAIN
from retrieval.lexical import emphasis, is_stop, is_title, names, query_terms, table_of
from retrieval.passages import Passage, Reader, folded
from retrieval.phrases import said_in_a_word
from retrieval.words import Words

_LEAST, _LONGEST = 5, 30
"""Letters of a word that may be misspelt: of shorter ones too many are a letter apart."""
_MOST = 3
"""Misspelt words of a question: where more stand nowhere, it is of other things, or in another language."""
_GUESSED = 0.9
"""How much a guessed word counts for one that was asked for."""
_OTHER_FORM = 0.9
"""How much the other forms of a word count together (`sold` and `sale` for `sell`)."""
_COMMON = 1.5
"""How much more likely a common word is meant."""
_TRIED = 3
"""Words that may be meant: so many are looked for as they are written, the likeliest first."""
_REMEMBERED = 1_000
"""Questions: each is read several times on its way."""
_FOREIGN = {"a": "æ", "d": "đð", "e": "æœ", "i": "ı", "l": "ł", "o": "øœ", "s": "ß", "t": "þ"}
"""Letters that are typed as others and are letters of their own in the index; accents it leaves out."""
_NAMED = 4
"""Letters of a name that stands somewhere as it is written, if anywhere: `UN` may be the United Nations."""
_READ = 6
"""Chunks that have a word: so many are read to see whether it is a name."""
_READ_MORE = 24
"""So many where fewer than `_ENOUGH` of those have it in their text: a report's name stands over each of its chunks."""
_ENOUGH = 3
_SHORTEST_NAME = 3
_BEFORE = 20
"""Characters before a word, which tell whether something begins with it."""
_ARTICLE = re.compile(r"\b(?:the|a|an|this|each|any|every|such|no)\s+$", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.?!:;|\t\n#>*•]|[-–—] )[\s\"'“‘(\[]*$")
"""What stands before the first word of a sentence, a line, a cell."""
_ENGLISH = re.compile(r"\b(?:the|of|what|which|who|whom|whose|how|why|when|where|does|did|is|are)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:my|our|your|you|we|can|should|much|many|name|number)\b", re.IGNORECASE)
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_MISTYPED = """
wat:what wot:what waht:what hwat:what whats:what's wats:what's wich:which whcih:which whihc:which wher:where whre:where
wheres:where's whn:when hwen:when whens:when's hwo:who whos:who's hw:how hows:how's wy:why
"""
_ASKED_BY = {wrong: right for wrong, _, right in (pair.partition(":") for pair in _MISTYPED.split())}
"""How people type the word that asks (English)."""
_ASKING = re.compile(rf"\W*(?:(?i:and|so|but|or) )?((?i:{'|'.join(_ASKED_BY)}))(?= )")
_PAIR = re.compile(r"(?<![\w'’-])(?=([^\W\d_]{3,15}) ([^\W\d_]{3,15})(?![\w'’-]))")
_PART = 4
"""Letters that a part of a compound has at least."""
_ENDING = re.compile(r"([a-z]{4,}?)(?:e?s|ed|ing)$")
"""What a common word may have more (English)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched."""

    text: str
    weights: Mapping[str, float] = field(default_factory=dict)
    """What is looked up, and how much each counts beside how rare it is."""
    meant: Mapping[str, str] = field(default_factory=dict)
    """Of each word that was taken for another one, both as they are written in a question."""
    unheard: tuple[str, ...] = ()
    """Names that stand nowhere in the collection, in small letters."""


class Speller:
    """Finds out what is meant by words that stand nowhere in a collection.

    Args:
        token_starts: where the tokens of a text begin: what is one token is a common word, wherever it stands.
        reader: of chunks: a word is told as it is written there.
    """

    def __init__(self, token_starts: Callable[[str], NDArray[np.int64]], reader: Reader) -> None:
        self._token_starts = token_starts
        self._reader = reader
        self._last: tuple[Words, Bounded[str, Asked]] | None = None

    def asked(self, connection: sa.Connection, words: Words, question: str) -> Asked:
        """A question with what is meant by its misspelt words.

        Args:
            connection: of the words' state.
            words: of the collection.
            question: in words.
        """
        last = self._last
        if last is None or last[0] is not words:
            self._last = last = (words, Bounded(_REMEMBERED, lambda _: 1))
        known = last[1].get(question)
        if known is None:
            spelt = self._spelt(connection, words, question)
            known = last[1].put(question, replace(spelt, text=self._with_names(connection, words, spelt.text)))
        return known

    def _with_names(self, connection: sa.Connection, words: Words, question: str) -> str:
        """A question in small letters with the names in it as the documents write them: `netflix` as `Netflix`."""
        if any(map(str.isalpha, names(question))) or not _ENGLISH.search(question):
            return question
        asked = [word for word in dict.fromkeys(map(_word_of, query_terms(question))) if _may_be_name(word)]
        rows = dict(zip(asked, words.rows(connection, asked), strict=True))
        first = self._texts(connection, words, {word: found[:1] for word, found in rows.items()})
        asked = [
            word
            for word, read in first.items()
            if not any(found[0] == word for one in read for found in _found(word, one.text))
        ]
        texts = self._some(connection, words, {word: rows[word] for word in asked}, _READ)
        few = [word for word, read in texts.items() if sum(any(_found(word, one.text)) for one in read) < _ENOUGH]
        texts |= self._some(connection, words, {word: rows[word] for word in few}, _READ_MORE)
        common = self._common(asked)
        written: dict[str, str] = {}
        for word, read in texts.items():
            prose, cells = ([one.text for one in read if one.tabular is tabular] for tabular in (False, True))
            if form := as_name(word, prose, cells, common=word in common):
                written[word] = form
        return _WORD.sub(lambda found: written.get(found[0].lower(), found[0]), question)

    def _some(
        self, connection: sa.Connection, words: Words, rows: Mapping[str, NDArray[np.signedinteger]], most: int
    ) -> dict[str, list[Passage]]:
        """The chunks in so many of some rows, from the first to the last."""
        return self._texts(connection, words, {word: found[_spread(len(found), most)] for word, found in rows.items()})

    def _texts(
        self, connection: sa.Connection, words: Words, rows: Mapping[str, NDArray[np.signedinteger]]
    ) -> dict[str, list[Passage]]:
        """The chunks in some rows of the roster."""
        chunks = {key: words.roster.chunks[found].tolist() for key, found in rows.items()}
        read = {one.id: one for one in self._reader.passages(connection, list({*chain(*chunks.values())}))}
        return {key: [read[chunk] for chunk in some] for key, some in chunks.items()}

    def _spelt(self, connection: sa.Connection, words: Words, question: str) -> Asked:
        question, asking = _asking(connection, words, question)
        question, compounds = _compounds(connection, words, question)
        spelt = self._put_right(connection, words, question)
        return replace(spelt, meant=asking | compounds | dict(spelt.meant))

    def _put_right(self, connection: sa.Connection, words: Words, question: str) -> Asked:
        weights = _weights(connection, words, question)
        unknown = self._unknown(connection, words, list(weights))
        if not 0 < len(unknown) <= _MOST:
            return Asked(question, weights, unheard=_unheard(connection, words, question))
        others = {term: weight for term, weight in weights.items() if _word_of(term) not in unknown}
        found = {word: self._meant(connection, words, word, others) for word in unknown}
        text, meant = put_right(question, {word: other for word, other in found.items() if other})
        guessed = {other.lower() for other in meant.values()}
        weights = _weights(connection, words, text)
        return Asked(
            text,
            {term: weight * (_GUESSED if _word_of(term) in guessed else 1.0) for term, weight in weights.items()},
            meant,
            _unheard(connection, words, text),
        )

    def _unknown(self, connection: sa.Connection, words: Words, terms: Sequence[str]) -> list[str]:
        """The words that stand nowhere; common ones are not looked up: they are right, if of other things.

        So are their forms: `earns` is no slip of `ears`, nor `repaid` of `repair`.
        """
        asked = [word for word in doubtful(terms) if word not in PLAIN]
        common = self._common([one for word in asked for one in (word, *_bases(word))])
        rare = {word for word in asked if common.isdisjoint((word, *_bases(word)))}
        known = _standing(connection, words, [word for word in asked if word in rare])
        return [word for word in asked if word in rare.difference(known)]

    def _meant(self, connection: sa.Connection, words: Words, word: str, others: Mapping[str, float]) -> str:
        """What is meant by a word that stands nowhere; "" where nothing that is like it stands anywhere.

        Of several words the one that stands where the others of the question do; where none of these does, a common
        one, and the one that stands in the most chunks.
        """
        near = slips(folded(word))
        found = _standing(connection, words, near)
        common = self._common(found)
        found.sort(key=lambda other: other not in common)
        forms: dict[tuple[str, ...], str] = {}
        for other, stems in words.stems.of(found).items():
            forms.setdefault(stems, other)
        each = list(forms.values())
        scores = words.matches(connection, others).scores if len(each) > 1 else None
        likely: list[tuple[float, bool, int, str, int]] = []
        for other, rows in zip(each, words.rows(connection, each), strict=True):
            beside = 0.0 if scores is None else float(scores[rows].max(initial=0.0))
            if len(rows):
                at = int(rows[0 if scores is None else scores[rows].argmax()])
                likely.append((beside * (_COMMON if other in common else 1.0), other in common, len(rows), other, at))
        for *_, other, at in sorted(likely, reverse=True)[:_TRIED]:
            if written := other if other in common else self._as_written(connection, words, near, other, at):
                return written
        return ""

    def _as_written(self, connection: sa.Connection, words: Words, near: Sequence[str], meant: str, row: int) -> str:
        """What is meant as it stands in a chunk; "" where that is none of the slips `near`, nor one but for a plural.

        The index has stems only: of `shapee`, a slip of `Shopee`, it knows `shape`.
        """
        (passage,) = self._reader.passages(connection, [int(words.roster.chunks[row])])
        there = {found.lower() for found in _WORD.findall(f"{passage.context}\n{passage.text}")}
        if meant in there:
            return meant
        slipped = {form for one in near for form in (one, f"{one}s", one.removesuffix("s"))}
        (stems,) = words.stems.of([meant]).values()
        written = (other for other, its in words.stems.of(sorted(there)).items() if its == stems)
        return next((other for other in written if folded(other) in slipped), "")

    def _common(self, words: Sequence[str]) -> set[str]:
        """Those of some words that are one token of the embedder's, which has common words whole."""
        text = " ".join(("", *words))  # some tokenizers tell a word by the space before it
        ends = np.cumsum([len(word) + 1 for word in words])
        tokens = np.diff(np.searchsorted(self._token_starts(text), ends), prepend=0)
        return {word for word, count in zip(words, tokens.tolist(), strict=True) if count == 1}


def as_name(word: str, prose: Sequence[str], cells: Sequence[str], *, common: bool) -> str:
    """How a word is written in some texts where it is a name there; "" where it is none.

    A name has a capital wherever it stands. That a sentence or a line begins with it, or that it has one in a table,
    tells that only of a word which is not common; and `the Tenant` is no name, but a term.

    Args:
        word: in small letters.
        prose: texts.
        cells: rows, records, prints.
        common: whether it is a common word.
    """
    found = [
        (one[0], text[max(0, one.start() - _BEFORE) : one.start()], text in cells)
        for text in (*prose, *cells)
        for one in _found(word, text)
    ]
    if any(form.islower() for form, _, _ in found):
        return ""
    sure = [form for form, before, cell in found if not common or not (cell or _BEGINS.search(before))]
    terms = sum(bool(_ARTICLE.search(before)) for _, before, _ in found)
    return max(sure, key=sure.count) if 2 * terms < len(sure) else ""


def _found(word: str, text: str) -> Iterator[re.Match[str]]:
    """Where a word stands in a text, however it is written."""
    return re.finditer(rf"(?<!\w){word}(?!\w)", text, re.IGNORECASE)


def _may_be_name(word: str) -> bool:
    return word.isalpha() and word.isascii() and len(word) >= _SHORTEST_NAME and not is_stop(word)


def _bases(word: str) -> list[str]:
    """What a word may be a form of: `earns`, `earned`, `earning`, `placed`."""
    found = _ENDING.match(word)
    return [found[1], f"{found[1]}e"] if found else []


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """The numbers of some of so many, from the first to the last."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _weights(connection: sa.Connection, words: Words, question: str) -> dict[str, float]:
    """What is looked up for a question, and how much each counts.

    Its words as they are written, in other forms that stand somewhere, its dates in other ways too; of `Rembrandt's`,
    where that stands nowhere, Rembrandt.
    """
    terms = [term for term in query_terms(question) if not dates.dates_in(term)]
    owners = [term for term in terms if _word_of(term) != term]
    known = set(_standing(connection, words, owners))
    told = list(dict.fromkeys(term if term in known else _word_of(term) for term in terms))
    forms = _other_forms(connection, words, told, question) if _ENGLISH.search(question) else {}
    return forms | dates.terms(question) | emphasis(told)


def _other_forms(connection: sa.Connection, words: Words, terms: Sequence[str], question: str) -> dict[str, float]:
    """The other forms of some words, and what its phrases are in a word, that stand somewhere.

    Those of one word share what they count.
    """
    forms = [*words.stems.others(terms), *said_in_a_word(question).values()]
    known = set(_standing(connection, words, [form for some in forms for form in some]))
    there = [[form for form in some if form in known] for some in forms]
    return {form: _OTHER_FORM / len(some) for some in there for form in some}


def _asking(connection: sa.Connection, words: Words, question: str) -> tuple[str, dict[str, str]]:
    """A question of English words that begins with a mistyped one that asks, put right; not where that is a word."""
    found = _ASKING.match(question)
    if not found or found[1].isupper() or not (_ENGLISH.search(question) or _YOU.search(question)):
        return question, {}
    right = _ASKED_BY[found[1].lower()]
    if _standing(connection, words, [found[1].lower()]):
        return question, {}
    right = right.capitalize() if found[1][0].isupper() else right
    return f"{question[: found.start(1)]}{right}{question[found.end(1) :]}", {found[1]: right}


def _compounds(connection: sa.Connection, words: Words, question: str) -> tuple[str, dict[str, str]]:
    """A question with its compounds as the collection has them, and what became of each.

    `sandbags`, where that stands nowhere, as `sand bags`, if these stand together somewhere; and the other way round.
    """
    asked = doubtful(query_terms(question))
    known = set(_standing(connection, words, asked))
    apart = {
        f"{word[:at]} {word[at:]}": word
        for word in asked
        if word not in known and not said_in_a_word(word)
        for at in range(_PART, len(word) - _PART + 1)
        if not (is_stop(word[:at]) or is_stop(word[at:]))
    }
    pairs = {
        f"{one[1]}{one[2]}".lower(): f"{one[1]} {one[2]}"
        for one in _PAIR.finditer(question)
        if not (is_stop(one[1].lower()) or is_stop(one[2].lower()))
    }
    joined = _standing(connection, words, list(pairs))
    together = set(_standing(connection, words, [pairs[one].lower() for one in joined]))
    written = {apart[one]: one for one in reversed(_standing(connection, words, list(apart)))}
    written |= {pairs[one]: one for one in joined if pairs[one].lower() not in together}
    meant: dict[str, str] = {}
    for one, other in written.items():
        found = re.search(rf"(?<!\w){one}(?!\w)", question, re.IGNORECASE)
        if found:
            meant[found[0]] = other.capitalize() if found[0][0].isupper() else other
            question = f"{question[: found.start()]}{meant[found[0]]}{question[found.end() :]}"
    return question, meant


def doubtful(terms: Sequence[str]) -> list[str]:
    """The words that may be misspelt of what is looked up: of letters alone, so that no code or number is changed."""
    return [
        word
        for word in dict.fromkeys(map(_word_of, terms))
        if word.isalpha() and _LEAST <= len(word) <= _LONGEST and not is_stop(word)
    ]


def slips(word: str) -> list[str]:
    """All words that are a letter away, likelier slips first; another first letter is none (Biden and widen)."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    swapped = [before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1]
    more = [before + letter + after for before, after in parts for letter in ascii_lowercase]
    other = [
        before + letter + after[1:]
        for before, after in parts
        if after
        for letter in (ascii_lowercase if before else "") + _FOREIGN.get(after[0], "")
    ]
    less = [before + after[1:] for before, after in parts if after]
    return [one for one in dict.fromkeys((*swapped, *more, *other, *less)) if one != word]


def put_right(question: str, meant: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A question with other words instead of some, in capitals where these are; and what became of each.

    Args:
        question: in words.
        meant: words, and those to be put instead of them, in small letters.
    """
    changed: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        word, other = found[0], meant.get(found[0].lower())
        if other is None:
            return word
        changed[word] = other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other
        return changed[word]

    return _WORD.sub(put, question), changed


def said(meant: Mapping[str, str]) -> tuple[str, ...]:
    """That a question was searched with other words than it has."""
    return tuple(f"no document has “{word}”: searched for “{other}”" for word, other in meant.items())


def _word_of(term: str) -> str:
    return term.removesuffix("'s")


def _unheard(connection: sa.Connection, words: Words, question: str) -> tuple[str, ...]:
    """The names of a question that stand nowhere in a collection.

    Those of a question in English alone: other languages write other words with capitals. Short ones may be written in
    full there; of those joined by hyphens and of numbers more is known where they are compared.
    """
    if is_title(question) or not _ENGLISH.search(question):
        return ()
    asked = sorted(set(map(_word_of, names(question))) - dates.months_of(question))
    asked = [name for name in asked if name.isalpha() and len(name) >= _NAMED]
    known = set(_standing(connection, words, asked))
    return tuple(name for name in asked if name not in known)


def _standing(connection: sa.Connection, words: Words, asked: Sequence[str]) -> list[str]:
    """Those of some words that a collection has, in any form."""
    table = table_of(words.roster.collection_id)
    sql = _STANDING.format(table=table)
    return [str(word) for (word,) in connection.exec_driver_sql(sql, (json.dumps(asked),))] if asked else []


_STANDING = """
SELECT value FROM json_each(?) WHERE EXISTS (
    SELECT 1 FROM {table} WHERE {table} MATCH '"' || replace(value, '"', '""') || '"'
)
"""
