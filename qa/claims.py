"""Claims: which unit of the sources bears a sentence of a written answer best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.types import Span
from qa.bearing import names_of, numbers_told, stems_of
from qa.citations import said_in
from qa.numbers import numbers_in, numbers_of
from qa.scoring import Scored
from qa.types import Packed
from qa.units import quotable_units
from qa.words import terms

_NUMBER, _NAME, _TOLD = 2.5, 2.0, 0.4
"""What a number, a name and a word of the question weigh in a sentence, beside 1 for any other word."""
_EVIDENCE = 0.5
"""What it is worth that a unit answers the question as well as the best one does."""
_HOLDS = 0.5
"""What it is worth that a unit has all numbers and names of a sentence."""
_COPIED, _SHORT, _ELSEWHERE = 0.35, 0.2, 0.15
"""What it is worth that a unit has the words which the model says it copied: if it names its source too, if they are
few, and if it names another, since models miscount."""
_LEAST = 0.5
"""The share of a sentence that a unit must have that lacks one of its numbers or names."""
_PAIR = 0.25
"""How much more of a sentence two neighbouring units must have for both to be quoted."""
_FEW = 3
"""Fewer words than these may stand anywhere."""
_VERBATIM = 2.0
"""What it is worth that a unit has all of a sentence, word for word."""
_MOST = 4
"""Units: no sentence is cited at more."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What can be quoted: a unit of a source, or two neighbours."""

    source: Packed
    span: Span
    """In the source's text."""
    evidence: float
    """How well it answers the question: 1 as well as the best."""
    stems: frozenset[str]
    numbers: frozenset[str]

    @property
    def text(self) -> str:
        """On one line."""
        return " ".join(self.source.text[self.span.start : self.span.end].split())

    def and_next(self, other: Unit) -> Unit:
        """The two as one."""
        span = Span(self.span.start, other.span.end)
        return Unit(
            self.source,
            span,
            max(self.evidence, other.evidence),
            self.stems | other.stems,
            self.numbers | other.numbers,
        )


@dataclass(frozen=True)
class Claim:
    """A sentence of the answer, and what the model quotes for it."""

    text: str
    asked: frozenset[str]
    given: tuple[tuple[int, str], ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of its names that are not the question's."""
        return names_of(self.text) - self.asked

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers."""
        return numbers_of(self.text)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Its numbers and content words, each with what it weighs."""
        said = [*self.numbers, *(term for term in terms(self.text) if not term[0].isdigit())]
        return {term: self._weight(term) for term in said}

    def _weight(self, term: str) -> float:
        if term in self.asked or term in self._asked_numbers:
            return _TOLD
        return _NUMBER if term in self.numbers else _NAME if term in self.names else 1.0

    @cached_property
    def _asked_numbers(self) -> frozenset[str]:
        return frozenset().union(*(numbers_in(one) for one in self.asked if one[0].isdigit()))

    @cached_property
    def facts(self) -> frozenset[str]:
        """Its numbers and names that the question does not give."""
        return (self.numbers - self._asked_numbers) | self.names

    def told(self, unit: Unit) -> frozenset[str]:
        """Which of these a unit has."""
        return self.facts & (unit.numbers | unit.stems)

    def held(self, unit: Unit) -> bool:
        """Whether a unit has all its numbers and names."""
        return self.numbers <= unit.numbers and self.names <= unit.stems

    def borne(self, unit: Unit) -> bool:
        """Whether a unit can be quoted for it: it has all numbers and names, or half (some may be worked out)."""
        half = 2 * len(self.told(unit)) >= len(self.facts)
        copied = not self.facts and self._copied(unit) >= _COPIED  # what is told in other words, or another language
        return self.held(unit) or (half and self.share(unit) >= _LEAST) or copied

    def share(self, unit: Unit) -> float:
        """How much of it a unit has: 0 to 1."""
        whole = sum(self.weights.values())
        told = unit.stems | unit.numbers
        return sum(weight for term, weight in self.weights.items() if term in told) / whole if whole else 0.0

    def worth(self, unit: Unit) -> float:
        """How good a citation a unit is."""
        told = self.share(unit) + _HOLDS * self.held(unit) + _EVIDENCE * unit.evidence + self._copied(unit)
        return told + _VERBATIM * self.is_in(unit)

    def is_in(self, unit: Unit) -> bool:
        """Whether it is a part of a unit, word for word, and more than a name."""
        said = self.text.rstrip(" .").lower()
        return len(said.split()) > _FEW and said in unit.text.lower()

    def spoken(self, unit: Unit) -> float:
        """How good a citation a unit is of a sentence that itself says nothing."""
        return unit.evidence + self._copied(unit)

    def _copied(self, unit: Unit) -> float:
        return max((self._given(number, words, unit) for number, words in self.given), default=0.0)

    def _given(self, number: int, words: str, unit: Unit) -> float:
        at = said_in(words, unit.source) if words else None
        if at is None or not at.overlaps(unit.span):
            return 0.0
        tells = len(words.split()) >= _FEW
        if number == unit.source.number:
            return _COPIED if tells else _SHORT
        return _ELSEWHERE if tells else 0.0


def best_units(claim: Claim, units: Sequence[Unit]) -> list[Unit]:
    """The unit that bears a sentence best, with its neighbour where it takes both; none where none does.

    After it those of the sources that the model names, each of which has a number or name that those before lack.
    """
    best = max(units, key=claim.worth, default=None)
    if best is None:
        return []
    pair = max(pairs_with(best, units), key=claim.worth, default=best)
    gained = claim.held(pair) and not claim.held(best)
    if gained or claim.share(pair) >= claim.share(best) + _PAIR:
        best = pair
    found = [best]
    named = {number for number, _ in claim.given}
    while len(found) < _MOST and (lacking := claim.facts.difference(*map(claim.told, found))):
        others = [one for one in units if one.source.number in named and claim.told(one) & lacking]
        if not others:
            break
        found.append(max(others, key=lambda one: (len(claim.told(one) & lacking), claim.worth(one))))
    whole = claim.facts <= frozenset().union(*map(claim.told, found))
    return found if claim.borne(best) or (len(found) > 1 and whole) else []


def pairs_with(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """A unit with the one before it, and with the one after it."""
    at = units.index(unit)
    return [
        units[first].and_next(units[first + 1])
        for first in (at - 1, at)
        if 0 <= first < len(units) - 1 and _meet(units[first], units[first + 1])
    ]


def _meet(first: Unit, second: Unit) -> bool:
    """Whether two are neighbours, with no generated description between them."""
    both = Span(first.span.start, second.span.end)
    return first.source is second.source and not any(both.overlaps(one) for one in first.source.generated)


def units_of(sources: Sequence[Packed], found: Scored) -> list[Unit]:
    """All that can be quoted of what was sent."""
    most = found.candidates[0].score if found.candidates else 1.0
    scores = {(one.source.hit.path, one.span): one.score / most for one in found.candidates}
    units = []
    for source in sources:
        for span in quotable_units(source):
            text = source.text[span.start : span.end]
            score = scores.get((source.hit.path, span.shift(source.span.start)), 0.0)
            units.append(Unit(source, span, score, stems_of(text), numbers_told(text)))
    return units
