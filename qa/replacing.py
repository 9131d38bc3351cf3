"""Replacing: what a short question puts something else in the place of, in the one before (English).

`And for meals?` after `What is paid for hotels in Bern?` asks for meals, in Bern, and no longer for hotels. What it
puts there is of the same kind as what it stands for, and stands in the same place: behind the same preposition, behind
an article, or alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from qa.fitting import is_time, is_year
from qa.words import fold, is_stop, words

Kind = Literal["year", "number", "time", "name", "thing"]
_PREPOSITIONS = (
    "in|for|on|at|since|until|till|during|after|before|by|from|with|without|to|into|under|over|per|between|against|"
    "about|within|through|via|among|near|around|beside|above|below|of"
)
_BEHIND = re.compile(rf"\b(?P<preposition>{_PREPOSITIONS})\s+(?=(?P<phrase>[^?.!,;:]+))", re.IGNORECASE)
_END = re.compile(
    rf"[?.!,;:]|\b(?:{_PREPOSITIONS.removesuffix('|of')}|and|or|but|that|which|who|when|where|if|than|is|are|was|were|be|"
    "been|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|costs?|pays?|paid|charged?|gets?|"
    "takes?|needs?|lasts?|runs?|works?|open|close|apply|applies|earns?|receives?|starts?|begins?|ends?|allowed)\\b",
    re.IGNORECASE,
)
"""Where a phrase ends: at another preposition, a conjunction, or a verb (the common ones)."""
_DETERMINED = re.compile(r"\b(?:the|an?|my|our|your|his|her|its|their)\s+(?=(?P<phrase>[^?.!,;:]+))", re.IGNORECASE)
_ALONE = re.compile(r"\b(?:is|are|was|were)\s+(?P<phrase>\w+)\W*$")
_OF = re.compile(r"\s+of\b.*")
_SEASON_WORDS = """
weekday weekend holiday spring summer autumn fall winter morning noon afternoon evening night season
"""
_SEASONS = frozenset(_SEASON_WORDS.split())
_JOINS = frozenset(("of", "and", "&", "de", "la", "von", "van", "der"))
"""What may stand within a name."""
_SHORT = 5
"""Words: a longer question is one of its own."""


def replaced(object_: str, before: str) -> frozenset[str]:
    """The words of the question before in whose place a short question's object is put.

    Args:
        object_: what a short question asks for: without `and`, `what about`.
        before: the question before, made whole.
    """
    if len(words(object_)) > _SHORT:
        return frozenset()
    behind = _BEHIND.search(object_)
    new = _phrase(behind["phrase"] if behind else object_)
    if not new:
        return frozenset()
    kinds = set(map(_kind, new))
    kinds |= {"name", "thing"} if kinds & {"name", "thing"} else set()
    old = _old(object_, new, before, behind["preposition"] if behind else "")
    return frozenset(word for word in old if _kind(word) in kinds)


def _old(object_: str, new: Sequence[str], before: str, preposition: str) -> Sequence[str]:
    """The words of the phrase that stands where the new one does, and is of its kind."""
    places = _behind(before, preposition) if preposition else _determined(object_, before)
    for phrase in places:
        if _is_time(phrase) == _is_time(new):
            return phrase
    if _main(new) == "name":
        return _last_name(before)
    alone = _ALONE.search(before)
    if _main(new) != "thing" or alone:
        return _phrase(alone["phrase"]) if alone else ()
    return _last_several(before) if _is_several(new[-1]) else ()


def _behind(before: str, preposition: str) -> list[list[str]]:
    """The phrases of the question before that stand behind the same preposition."""
    each = (found for found in _BEHIND.finditer(before) if found["preposition"].casefold() == preposition.casefold())
    return [_phrase(found["phrase"]) for found in each]


def _determined(object_: str, before: str) -> list[list[str]]:
    """The one phrase of the question before that has an article, as the new one has; of several none can be told."""
    if not _DETERMINED.match(object_.strip()):
        return []
    each = [_phrase(_OF.sub("", found["phrase"])) for found in _DETERMINED.finditer(before)]
    return each if len(each) == 1 else []


def _is_time(phrase: Sequence[str]) -> bool:
    return _main(phrase) in ("time", "year")


def _phrase(text: str) -> list[str]:
    """The words that tell something, up to where a phrase ends."""
    end = _END.search(text)
    return [word for word in words(text[: end.start()] if end else text) if not is_stop(fold(word))]


def _main(phrase: Sequence[str]) -> Kind | None:
    """What kind of thing a phrase tells."""
    kinds = set(map(_kind, phrase))
    order: tuple[Kind, ...] = ("time", "name", "thing", "year", "number")
    return next((kind for kind in order if kind in kinds), None)


def _kind(word: str) -> Kind:
    folded = fold(word)
    if folded[:1].isdigit():
        return "year" if is_year(folded) else "number"
    single = folded.removesuffix("s")
    if is_time(folded) or is_time(single) or single in _SEASONS:
        return "time"
    return "name" if word[0].isupper() else "thing"


def _last_name(text: str) -> list[str]:
    """The words of the last name of a text, but for a capital that begins it."""
    found: list[str] = []
    for at, word in reversed(list(enumerate(words(text)))):
        if at and word[0].isupper() and _kind(word) == "name" and not is_stop(fold(word)):
            found.append(word)
        elif found and word not in _JOINS:
            break
    return found


def _last_several(text: str) -> list[str]:
    return next(([word] for word in reversed(words(text)) if _is_several(word) and _kind(word) == "thing"), [])


def _is_several(word: str) -> bool:
    """Whether a word may be a plural."""
    folded = fold(word)
    return folded.endswith("s") and not folded.endswith(("ss", "us", "is")) and not is_stop(folded)
