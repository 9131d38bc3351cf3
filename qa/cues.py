"""Cues: what a question asks for (a time, a number, a name), what it names, and whether a text has it (English)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qa.words import fold, is_stop, stem, words

Kind = Literal["time", "number", "name", "other"]
_MOMENT = r"(?:year|date|day|month|time|century|decade)"
_TIME = re.compile(rf"\bwhen\b|\b(?:what|which)(?: (?:is|was|are|were) the)?(?: [a-z]+)? {_MOMENT}\b", re.IGNORECASE)
_SIZES = "percent|percentage|number|amount|total|price|cost|rate|share|size|age|score|ratio|temperature|population"
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|old|tall|high|deep|large|big|wide|heavy|fast|often|hot|cold)\b|"
    rf"\b(?:what|which)\b[^?]{{0,30}}?\b(?:{_SIZES}|length|height|weight|capacity|sum)\b",
    re.IGNORECASE,
)
_BEARER = "person|company|team|country|city|organi[sz]ation|player|author"
_NAME = re.compile(rf"\b(?:who|whom|whose|(?:what|which) (?:{_BEARER}))\b", re.IGNORECASE)
_NUMERAL_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions dozen half quarter third once twice first second none zero single couple
"""
_NUMERALS = frozenset(_NUMERAL_WORDS.split())
_TIME_WORDS = """
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday century decade today yesterday
"""
_TIMES = frozenset(_TIME_WORDS.split())
_YEAR = re.compile(
    r"\b(?:1\d|20)\d\ds?\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}:\d\d\b|\b\d+ ?(?:BC|AD|BCE|CE)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, and the stems of the names and numbers it gives."""

    kind: Kind
    named: frozenset[str]
    numbers: frozenset[str]


def asked(question: str) -> Asked:
    """Reads a question by its words."""
    kind: Kind = "other"
    for name, pattern in (("time", _TIME), ("number", _NUMBER), ("name", _NAME)):
        if pattern.search(question):
            kind = name  # type: ignore[assignment]
            break
    return Asked(kind, frozenset(named(question)), frozenset(numbers(question)))


def named(text: str) -> list[str]:
    """The stems of a text's capitalised words, but for the first of a sentence."""
    found = []
    for match in re.finditer(r"[^\W\d_][\w'’-]*", text):
        if match[0][0].isupper() and not _starts(text, match.start()):
            found += [stem(fold(word)) for word in words(match[0]) if not word[0].isdigit() and not is_stop(fold(word))]
    return found


def _starts(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘([")
    return not before or before[-1] in ".!?:\n"


def numbers(text: str) -> list[str]:
    """The numbers of a text, thousands' commas left out."""
    return [fold(word) for word in words(text) if word[0].isdigit()]


def answers(kind: Kind, text: str, known: Iterable[str]) -> bool:
    """Whether a text has a time, number or name that the question (its terms: `known`) does not give itself."""
    given = set(known)
    if kind == "time":
        return bool(set(_YEAR.findall(text)) - given) or any(fold(w) in _TIMES for w in words(text))
    if kind == "number":
        fresh = (fold(word) for word in words(text))
        return any((word[0].isdigit() or word in _NUMERALS) and word not in given for word in fresh if word)
    if kind == "name":
        capitals = (word for word in words(text) if word[0].isupper() and not is_stop(fold(word)))
        return any(stem(fold(word)) not in given for word in capitals)
    return True
