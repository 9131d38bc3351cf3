"""Evidence: how well a unit of a source answers a question."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.cues import Asked
from qa.kinds import Kind
from qa.likeness import Likeness
from qa.words import stem

Form = Literal["prose", "row", "record", "printed"]
"""What a unit is: `printed` is the line of a receipt or form that was read from a picture."""
_NEAR = 0.9
"""What a term is worth that stands not in a unit but beside it, in its headings or its file's name. All these numbers
are set by hand on the samples and eight public sets."""
_FAR = 0.5
"""What it is worth that stands elsewhere in its source, or on the page."""
_OF_WHOM = 0.8
"""What a name is worth that stands where the document begins: a contract says there between whom it is made."""
_BY_KIND = 0.8
"""What it is worth that a unit of the kind asked for need not say: `05:45` is a time."""
_MEANING = 0.6
"""What it is worth that a unit as a whole means what the question means."""
_UNFIT: dict[Kind, float] = {
    "mail": 0.45,
    "phone": 0.45,
    "money": 0.45,
    "reference": 0.45,
    "share": 0.45,
    "count": 0.25,
    "length": 0.3,
    "weight": 0.3,
    "age": 0.3,
    "name": 0.2,
    "code": 0.1,
}
_UNFIT_ELSE = 0.15
"""What it costs that a unit has nothing of the kind that is asked for; less where the kind is not always plain."""
_NO_NAME, _NO_NUMBER = 0.15, 0.3
"""What it costs that names or numbers of the question are not in a unit's source (another person, another year)."""
_PER_WORD, _WORDS = 0.03, 14
"""What each word of the question allows, up to so many: who says more can expect less of it to be said in answer."""
_TERSE: dict[Form, float] = {"prose": 0.0, "row": 0.05, "record": 0.0, "printed": 0.1}
"""What is allowed to units that say in fewer words what a sentence would."""
SAID = 0.5
"""How much like a word of the question another must be to say the same."""
_LIGHT = 0.3
"""The weight of words that say little of the matter."""
_LIGHT_WORDS = """
able accord actual amount approximate become big calculate call cause change cold come compute current deep different
discuss emphasize exact example far fast financial find fiscal fy get give go happen heavy high highlight hot include
involve key kind know large long main make mean need number often old outline overall part people person put reason
refer relate rough show small sort specific step strong take tall thick thin thing total type use using various want way
wide
"""
_LIGHT_STEMS = frozenset(stem(word) for word in _LIGHT_WORDS.split())


@dataclass(frozen=True, slots=True)
class Heard:
    """The stems of a unit's words, of those near it, and of those farther off that still are about the same."""

    own: frozenset[str]
    near: frozenset[str]
    """Of its headings and the units beside it; of its whole table, record or picture."""
    far: frozenset[str]
    """Of the rest of its source, and of other sources of the same page or record."""
    opening: frozenset[str] = frozenset()
    """Of how its document begins, as far as that was found: there it says of whom it is."""
    paragraph: frozenset[str] = frozenset()
    """Of the first sentence of its paragraph: there it says of which one all of it is."""
    title: frozenset[str] = frozenset()
    """Of a step, of the title over its list: there it says what it is the way to."""


@dataclass(frozen=True)
class Judge:
    """Judges the units of the sources by one question: its terms, and which words of the sources are like them."""

    asked: Asked
    terms: tuple[str, ...]
    likeness: Likeness

    @cached_property
    def words(self) -> float:
        """How many words the question has that tell something, those that tell little in part."""
        return sum(self._weights.values())

    def covers(self, stems: AbstractSet[str]) -> float:
        """The share of the question's words that are among some stems: 0 to 1."""
        return sum(weight for term, weight in self._weights.items() if term in stems) / (self.words or 1.0)

    def matter(self, heard: Heard, *, fits: bool) -> float:
        """The share of the question's words that a unit or what is around it says, but for names: 0 to 1.

        A name stands wherever there is talk of its bearer, whatever is asked of him.
        """
        weights = {term: weight for term, weight in self._weights.items() if term not in self.asked.named}
        weights = weights or self._weights
        told = {term: self._told(term, heard, fits=fits) for term in weights}
        said = sum(weights[term] * worth for term, worth in told.items() if worth >= SAID)
        return said / (sum(weights.values()) or 1.0)

    def tells(self, term: str, heard: Heard, *, fits: bool) -> bool:
        """Whether a unit or what is around it says a word of the question, or what is like it; so it does any other."""
        return term not in self._weights or self._told(term, heard, fits=fits) >= SAID

    def counts(self, heard: Heard) -> bool:
        """Whether a unit says what is to be counted, or what is like it: hens are chickens."""
        counted = self.asked.counted.intersection(self.terms)
        return not counted or any(self.likeness.best(term, heard.own) >= SAID for term in counted)

    @cached_property
    def _weights(self) -> dict[str, float]:
        light = _LIGHT_STEMS - self.asked.phrases.keys()
        weights = {term: _LIGHT if term in light else 1.0 for term in self.terms}
        return weights | dict(self.asked.signs)

    def support(self, heard: Heard, *, similarity: float, fits: bool, form: Form) -> float:
        """How far a unit answers the question: about 0 to 1.8.

        The share of the question's words that are told in the unit or, worth less, around it, by the same word or one
        that is like it; what the whole means; an allowance for long questions and for units of few words. It counts
        against a unit that it has nothing of the kind that is asked for, and that names and numbers of the question
        are nowhere around it.
        """
        if not self.words:
            return 0.0
        told = (weight * self._told(term, heard, fits=fits) for term, weight in self._weights.items())
        covered = sum(told) / self.words
        allowed = _PER_WORD * min(self.words, _WORDS) + _TERSE[form]
        unfit = 0.0 if fits else _UNFIT.get(self.asked.kind, _UNFIT_ELSE)
        around = heard.own | heard.near | heard.far
        missing = _NO_NAME * self._unnamed(around | heard.opening)
        missing += _NO_NUMBER * share_missing(self._numbers(around), around)
        return covered + _MEANING * max(similarity, 0.0) + allowed - unfit - missing

    def _numbers(self, around: AbstractSet[str]) -> AbstractSet[str]:
        """The numbers that should be there; of several years one is enough, as each has its own line."""
        years = self.asked.years
        return self.asked.numbers - years | years & around if years & around else self.asked.numbers

    def _unnamed(self, around: AbstractSet[str]) -> float:
        """The share of the question's names that are not there; a slip of the pen is."""
        missing = {
            name for name in self.asked.named - around if not self.likeness.slips.get(name, frozenset()) & around
        }
        return len(missing) / max(1, len(self.asked.named))

    def _told(self, term: str, heard: Heard, *, fits: bool) -> float:
        """How far a word of the question is told in a unit or around it: 0 to 1."""
        by_kind = _BY_KIND if fits and term in self.asked.said else 0.0
        ways = [(1.0, heard.own), (_NEAR, heard.near), (_FAR, heard.far)]
        if term in self.asked.named:
            ways.append((_OF_WHOM, heard.opening))
        if term in self.asked.named or term in self.asked.numbers:
            ways.append((_NEAR, heard.paragraph))
        if term in self.asked.signs:  # it is like itself alone
            return max(worth * (term in there) for worth, there in ways)
        return max(by_kind, *(worth * self.likeness.best(term, there) for worth, there in ways))


def share_missing(wanted: AbstractSet[str], there: AbstractSet[str]) -> float:
    """The share of the wanted that is not there."""
    return len(wanted - there) / len(wanted) if wanted else 0.0
