"""Scoring: which sentences, rows and lines of the sources answer a question, and whether any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from ingest.types import Span
from qa.cues import Asked, answers, asked
from qa.providers import Embed
from qa.types import Packed
from qa.units import is_printed, units
from qa.words import terms

_EMBEDDED = 40
"""At most so many candidates are embedded, those that share most with the question and stand highest."""
_NEAR = 0.4
"""What a term is worth that stands not in a sentence but in the heading above it or the sentence before."""

_CUE = 0.12
"""What a time, number or name is worth where one is asked for."""
_PRINTED_CUE = 0.24
"""The same on a printed line, which says less beside it than a sentence does."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a source and what speaks for it."""

    source: Packed
    span: Span
    """In the document's text."""
    text: str
    terms: frozenset[str]
    near: frozenset[str]
    """Terms of its context: header, headings, the unit before it."""
    beside: tuple[Span | None, Span | None] = (None, None)
    """The units before and after it in the same source."""
    lexical: float = 0.0
    similarity: float = 0.0
    fits: bool = False
    """Whether it has a time, number or name where the question asks for one."""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How rare each term of the question is among the candidates."""

    of: dict[str, float]

    def share(self, own: frozenset[str], near: frozenset[str]) -> float:
        """The part of the question's weight that a text has, in its context counted less."""
        total = sum(self.of.values())
        if not total:
            return 0.0
        found = sum(w if term in own else _NEAR * w if term in near else 0.0 for term, w in self.of.items())
        return found / total


def candidates(sources: Sequence[Packed]) -> list[Candidate]:
    """The units of all sources, in order."""
    found = []
    for source in sources:
        spans = units(source.text, source.hit.place)
        texts = [source.text[span.start : span.end] for span in spans]
        own = [frozenset(terms(text)) for text in texts]
        above = frozenset(terms(f"{source.header} {source.hit.context} {' '.join(source.hit.place.headings)}"))
        if is_printed(source.hit.place):
            above |= frozenset().union(*own)
        for at, span in enumerate(spans):
            before = own[at - 1] if at else frozenset()
            beside = (_at(spans, at - 1, source), _at(spans, at + 1, source))
            here = span.shift(source.span.start)
            found.append(Candidate(source, here, texts[at], own[at], above | before, beside))
    return found


def _at(spans: Sequence[Span], number: int, source: Packed) -> Span | None:
    return spans[number].shift(source.span.start) if 0 <= number < len(spans) else None


def weights(question: Sequence[str], found: Sequence[Candidate]) -> Weights:
    """Inverse document frequency over the candidates; a term that none has weighs most."""
    count = len(found)
    of = {term: log(1 + (count + 1) / (0.5 + sum(term in one.terms for one in found))) for term in question}
    return Weights(of)


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidates, best first, and how they were judged."""

    candidates: tuple[Candidate, ...]
    weights: Weights
    asked: Asked


def scored(question: str, sources: Sequence[Packed], embed: Embed) -> Scored:
    """The candidates with their scores, best first."""
    wanted = asked(question)
    known = frozenset(terms(question))
    found = candidates(sources)
    rarity = weights(sorted(known), found)
    rated = [_rated(one, rarity, wanted, known) for one in found]
    rated.sort(key=lambda one: -one.score)
    rated = rated[:_EMBEDDED]
    if not rated:
        return Scored((), rarity, wanted)
    vectors = embed([question, *(one.text for one in rated)])
    similar = (vectors[1:] @ vectors[0]).tolist()
    final = [_with_similarity(one, value) for one, value in zip(rated, similar, strict=True)]
    return Scored(tuple(sorted(final, key=lambda one: -one.score)), rarity, wanted)


def _rated(one: Candidate, rarity: Weights, wanted: Asked, known: frozenset[str]) -> Candidate:
    lexical = rarity.share(one.terms, one.near)
    fits = wanted.kind != "other" and answers(wanted.kind, one.text, known)
    prior = 1 / (1 + 0.2 * (one.source.hit.rank - 1))
    cue = _PRINTED_CUE if is_printed(one.source.hit.place) else _CUE
    score = 0.5 * lexical + cue * fits + 0.08 * prior
    return replace(one, lexical=lexical, fits=fits, score=score)


def _with_similarity(one: Candidate, similarity: float) -> Candidate:
    return replace(one, similarity=similarity, score=one.score + 0.4 * max(similarity, 0.0))
