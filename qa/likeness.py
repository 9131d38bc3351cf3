"""Likeness: which words of the sources mean about what a word of the question means, by the collection's embedder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np

from qa.providers import Embed
from qa.words import fold, is_stop, stem, words
from retrieval.dates import DAYS_AND_MONTHS, MONTHS, WEEKDAYS, beside_weekdays, numeric_in, unabridged

_UNLIKE = 0.3
"""Cosine of two words that have nothing to do with each other."""
_ALIKE = 0.8
"""Cosine of two words that mean the same; they count a little less than the same word."""
_MOST = 0.9
_SAID = 0.8
"""What a word counts for that says what a phrase of the question does: `return` for `give back`."""
_AKIN = 0.2
"""Added where two words begin alike: apply and application, plates and plating."""

_COMPARED = 600
"""At most so many words of the sources are compared, those of the first sources first."""
_MAY = re.compile(r"\bMay(?=\s*(?:[\d,.:;|)?]|$))|(?<=[a-z,] )May\b")
"""The month, which else is a word that says nothing."""
_DECADE = re.compile(r"\b(?:1\d|20)(\d0)s\b")
_COUNT_WORDS = "one two three four five six seven eight nine ten eleven twelve"
COUNTS = {word: str(count) for count, word in enumerate(_COUNT_WORDS.split(), 1)}
"""The numbers from one to twelve, as texts write them."""

_ROMAN_TEXT = "II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
ROMAN = {str(number): roman for number, roman in enumerate(_ROMAN_TEXT.split(), 2) if len(roman) > 1}
"""The numbers from two to twenty as names of kings, wars and games have them; but for V and X, which are letters."""
_ROMANS = {roman: number for number, roman in ROMAN.items()}
_ROMAN = re.compile(r"\b([A-Z][\w'’-]{1,30})[®™]? ([IVX]{2,5})\b")
"""Behind a name: `the IV line` has none."""

MONTH_STEMS = frozenset(map(stem, MONTHS))
_WEEKDAY_STEMS = frozenset(map(stem, WEEKDAYS))
_CELL = re.compile(r"(?:^|[|\t])\s*(\d+\.\d*[1-9])0+(?=\s*(?:[|\t]|$))", re.MULTILINE)
"""A cell that is a decimal number with zeros at its end: 121.10 is 121.1, too; section 2.10 is not."""
_IDENTIFIER = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+)+\b")
_PARTS = re.compile(r"[A-Z]?[a-z]+")

_SPELT = 5
"""Letters: a shorter word is not taken for a slip of another."""
_SPELT_ALIKE = 0.82
"""The ratio of matching letters (difflib) from which on a word may be another one misspelt."""
_MISSPELT = 0.9
"""How much that is like it."""

Forms = Mapping[str, str]
"""The stems of a text's content words and numbers, each with a word as written."""


def forms(text: str) -> dict[str, str]:
    """The content words of a text by stem; 2024-12-02 has `december` and `2` too, 1970s 70; `two` and `II` are 2."""
    found: dict[str, str] = {}
    for word in map(fold, words(text)):
        if word in COUNTS:
            found.setdefault(COUNTS[word], COUNTS[word])
        if word and not is_stop(word):
            found.setdefault(stem(word), word)
    if not DAYS_AND_MONTHS.isdisjoint(found.values()):
        found |= {stem(name): name for name in (*unabridged(text), *beside_weekdays(text))}
    found |= {number: number for number in _CELL.findall(text)}
    found |= {decade: decade for decade in _DECADE.findall(text)}
    for name, one in _ROMAN.findall(text):
        if (number := _ROMANS.get(one)) and not is_stop(fold(name)):
            found.pop(stem(fold(one)), None)
            found[number] = number
    if _MAY.search(text):
        found["may"] = "may"
    for year, month, day in numeric_in(text):
        found |= {stem(MONTHS[month - 1]): MONTHS[month - 1], str(year): str(year)}
        if day is not None:
            found[str(day)] = str(day)
    return found


def forms_told(text: str) -> dict[str, str]:
    """The same of a source's text, and of what its identifiers are put together from: `callingCodes` has `codes`."""
    names = " ".join(part for name in _IDENTIFIER.findall(text) for part in _PARTS.findall(name))
    return forms(names) | forms(text) if names else forms(text)


@dataclass(frozen=True, slots=True)
class Likeness:
    """For each term of a question, the stems that are like it, with how much: 1 is the term itself."""

    of: Mapping[str, Mapping[str, float]]
    slips: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What words of the question may be that are misspelt in it."""

    def best(self, term: str, stems: Iterable[str]) -> float:
        """How much the most like of some stems is like a term."""
        alike = self.of[term]
        return max((alike[one] for one in stems if one in alike), default=0.0)


def likeness(
    question: Forms, known: Forms, embed: Embed, phrases: Mapping[str, frozenset[str]] | None = None
) -> Likeness:
    """Compares the question's words with those of the sources; a month is like none, a weekday like no other."""
    of = {term: {term: 1.0} for term in question}
    asked = [term for term in question if not _is_unlike(term)]
    others = [one for one in known if not _is_unlike(one)][:_COMPARED]
    if asked and others:
        vectors = embed([*(question[term] for term in asked), *(known[one] for one in others)])
        cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
        akin = [[_AKIN * (question[term][:4] == known[one][:4]) for one in others] for term in asked]
        cosines = cosines + np.asarray(akin, dtype=np.float32)
        shares = ((cosines - _UNLIKE) / (_ALIKE - _UNLIKE)).clip(0, 1) * _MOST
        for term, row in zip(asked, shares.tolist(), strict=True):
            of[term] = {one: share for one, share in zip(others, row, strict=True) if share > 0} | {term: 1.0}
    for term in _WEEKDAY_STEMS & of.keys():
        of[term] = {one: share for one, share in of[term].items() if one == term or one not in _WEEKDAY_STEMS}
    slips = {term: frozenset(one for one in known if _is_slip(term, one)) for term in asked if term not in known}
    for term, meant in slips.items():
        of[term] |= dict.fromkeys(meant, _MISSPELT)
    for term, said in (phrases or {}).items():
        if term in of:
            of[term] |= {one: _SAID for one in said if one in known and of[term].get(one, 0) < _SAID}
    return Likeness(of, slips)


def _is_unlike(term: str) -> bool:
    """Whether a stem is that of a number or a month: what is said of March is not said of April."""
    return term[0].isdigit() or term in MONTH_STEMS


def _is_slip(term: str, other: str) -> bool:
    """Whether a word that is nowhere may be another one misspelt: Neflix is Netflix, Geegen is Gegeen."""
    if len(term) < _SPELT or term[0] != other[0] or abs(len(term) - len(other)) > 1 or other[0].isdigit():
        return False
    return sorted(term) == sorted(other) or SequenceMatcher(None, term, other, autojunk=False).ratio() >= _SPELT_ALIKE
