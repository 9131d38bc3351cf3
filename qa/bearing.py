"""Bearing: whether sources hold the numbers and names of a sentence (names in English only)."""

from __future__ import annotations

from collections.abc import Sequence

from qa.likeness import forms
from qa.numbers import numbers_in, numbers_of, plain
from qa.types import Packed
from qa.words import fold, is_stop, stem, words

SAYS_NOTHING = frozenset({"yes", "no"})
_ALIKE = 4
"""Names that begin with so many equal letters are taken for one: Norway, Norwegian."""
_SHORT, _ENGLISH = 6, 0.15
"""A sentence of more words than the first, with a smaller share of English stop words than the second, is foreign."""


def bears(
    cited: Sequence[Packed], sentence: str, asked: frozenset[str], *, reckoned: frozenset[str] = frozenset()
) -> bool:
    """Whether all numbers and names of a sentence are in one or the other of the sources that it names.

    Args:
        cited: the sources.
        sentence: without markers.
        asked: the stems of the question, whose names are no claims.
        reckoned: numbers that need not be there, as they are worked out.
    """
    texts = [_said_by(source) for source in cited]
    if not numbers_of(sentence) <= reckoned.union(*map(numbers_told, texts)):
        return False
    there = asked.union(*map(stems_of, texts))
    beginnings = {one[:_ALIKE] for one in there}
    return all(one in there or one[:_ALIKE] in beginnings for one in names_of(sentence))


def numbers_said(sources: Sequence[Packed]) -> frozenset[str]:
    """The numbers that sources tell, in each form that equals one."""
    return frozenset().union(*(numbers_told(_said_by(source)) for source in sources))


def _said_by(source: Packed) -> str:
    """The source's path, context and headings, and its text without what was generated."""
    own = (source.text[part.start : part.end] for part in source.quotable)
    return "\n".join([source.hit.path, source.hit.context, *source.hit.place.headings, *own])


def numbers_told(text: str) -> frozenset[str]:
    """The numbers of a source, in each form that equals one; `two` is 2, and a date has its day."""
    written = {fold(word) for word in words(text)}
    return numbers_in(text) | {plain(one) for one in forms(text) if one[0].isdigit() and one not in written}


def names_of(sentence: str) -> frozenset[str]:
    """The stems of a sentence's capitalised words; of its first only where the next is capitalised too.

    None of a sentence that is not English: names may be translated, and other words are capitalised too.
    """
    found = words(sentence)
    if len(found) > _SHORT and sum(is_stop(fold(word)) for word in found) < _ENGLISH * len(found):
        return frozenset()
    capital = [word[0].isupper() and not is_stop(fold(word)) for word in found]
    named = [
        at
        for at, is_name in enumerate(capital)
        if is_name and fold(found[at]) not in SAYS_NOTHING and (at or capital[1:2] == [True] or len(found) == 1)
    ]
    return frozenset(stem(fold(found[at])) for at in named)


def stems_of(text: str) -> frozenset[str]:
    """The stems of all words of a text, and its numbers."""
    return frozenset(stem(fold(word)) for word in words(text))
