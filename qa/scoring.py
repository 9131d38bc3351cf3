"""Scoring: which sentences, rows and lines of the sources answer a question, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from qa.agreement import Told, agreement
from qa.candidates import Candidate, around, candidates, heads
from qa.confidence import allowance
from qa.cues import Asked, asked, matter
from qa.doubts import doubt
from qa.evidence import Heard, Judge
from qa.fitting import answers
from qa.likeness import forms, forms_told, likeness
from qa.providers import Embed
from qa.ranges import is_within
from qa.signs import has_sign
from qa.standing import Standing
from qa.subjects import subject, tellers, without
from qa.types import Packed
from qa.words import stem

_EMBEDDED = 40
"""At most so many candidates are embedded and judged: those that share most with the question and stand highest."""
_FIRST_CELL = re.compile(r"[|\t;\n]")
_AROUND = 0.4
"""What a shared word counts for, in choosing them, that stands around a candidate and not in it."""
_TYPED = 0.2
"""What it counts for that a candidate has something of the kind that is asked for."""
_AGREED, _AGREED_FIRST = 0.75, 0.15
"""What it counts for that documents agree: for that there is an answer, and for which unit comes first."""
_SAME_MATTER = 0.5
"""The share of the question's words that a unit has itself which agrees with others: numbers are soon alike."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidates, best first, and how the question was read."""

    candidates: tuple[Candidate, ...]
    asked: Asked
    support: float = 0.0
    """Of the best one, with what the documents agree on, and what is allowed so that one threshold serves all: 0 to 3;
    0 is none at all."""


def scored(question: str, sources: Sequence[Packed], embed: Embed, *, unheard: Sequence[str] = ()) -> Scored:
    """The candidates with their scores, best first.

    Args:
        question: as searched.
        sources: what was found.
        embed: of the collection.
        unheard: names of the question that stand in no document, in small letters.
    """
    question = matter(question)
    absent = tellers(question, sources, unheard)
    wanted = asked(question)
    wanted = replace(wanted, named=wanted.named - absent)
    terms = {term: word for term, word in forms(question).items() if term not in absent | wanted.coded}
    unheard = [name for name in unheard if stem(name) not in absent]
    every = [
        replace(one, fits=_fits(one, wanted, terms))
        for one in _ranged(_signed(candidates(sources, wanted.named), wanted.signs), wanted)
    ]
    found = _foremost(every, (*terms, *wanted.signs), typed=wanted.kind != "other")
    if not found:
        return Scored((), wanted)
    known: dict[str, str] = {}
    for source in sources:
        known |= forms_told(around(source))
    judge = Judge(wanted, tuple(terms), likeness(terms, known, embed, wanted.phrases))
    standing = Standing.of(question, judge, sources)
    final = [
        replace(one, fits=one.fits and wanted.kind != "other", support=one.support + more, score=one.score + more)
        for one in _judged(question, found, judge, embed)
        for more in (standing.support(one),)
    ]
    ranked = _agreed(final, judge, standing)
    best = max(final, key=lambda one: one.support)
    said = judge.matter(best.heard, fits=best.fits)
    sure = allowance(wanted, judge.words, said, final, sources, unheard) - doubt(judge, best)
    return replace(ranked, support=max(ranked.support + sure, 0.0))


def _judged(question: str, found: Sequence[Candidate], judge: Judge, embed: Embed) -> Iterator[Candidate]:
    """The candidates with their support; their score is without what the question names that their document is named.

    What is beyond them all tells nothing among them: the support stays as it is.
    """
    sources = {id(one.source): one.source for one in found}
    named = {key: subject(source, judge.asked) for key, source in sources.items()}
    subjects = [named[id(one.source)] for one in found]
    asks = list(dict.fromkeys([frozenset[str](), *subjects]))
    units = (f"{one.posed.question} {one.text}".strip() for one in found)
    vectors = embed([*(without(question, names) for names in asks), *units])
    similar = vectors[len(asks) :] @ vectors[: len(asks)].T
    for one, names, alike in zip(found, subjects, similar.tolist(), strict=True):
        heard = replace(one.heard, own=one.heard.own | names)
        support = judge.support(one.heard, similarity=alike[0], fits=one.fits, form=one.form)
        score = support
        if names:
            similarity = (alike[0] + alike[asks.index(names)]) / 2  # that it has the name is no accident either
            score = judge.support(heard, similarity=similarity, fits=one.fits, form=one.form)
        yield replace(one, heard=heard, support=support, score=score)


def _signed(found: Sequence[Candidate], signs: Iterable[str]) -> Sequence[Candidate]:
    """The candidates with the signs of the question that stand in them, in their records or sections, or elsewhere.

    What stands in another record, or under another code, is not told of them.
    """
    if not signs:
        return found
    there = {id(one.source): _signs_in(around(one.source), signs) for one in found}
    known: dict[str, frozenset[str]] = {}
    return [replace(one, heard=_hearing(one, signs, there[id(one.source)], known)) for one in found]


def _ranged(found: Sequence[Candidate], wanted: Asked) -> Sequence[Candidate]:
    """The candidates with the quantities of the question in whose range they are."""
    if not wanted.amounts:
        return found
    return [_placed(one, wanted) for one in found]


def _placed(one: Candidate, wanted: Asked) -> Candidate:
    """A candidate in a range of its own: in that of a quantity it tells the quantity."""
    cell = _FIRST_CELL.split(one.text.lstrip(" |"))[0]
    told = wanted.measured if is_within(one.text, wanted.amounts) else frozenset[str]()
    other = is_within(cell, wanted.amounts) is False
    return replace(one, other_range=other, heard=replace(one.heard, own=one.heard.own | told))


def _hearing(one: Candidate, signs: Iterable[str], there: frozenset[str], known: dict[str, frozenset[str]]) -> Heard:
    own = _signs_in(one.text, signs)
    if one.group is None:
        return replace(one.heard, own=one.heard.own | own, far=one.heard.far | there)
    if one.group not in known:
        known[one.group] = _signs_in(one.group, signs) | _signs_in(heads(one.source), signs)
    return replace(one.heard, own=one.heard.own | own, near=one.heard.near | known[one.group])


def _signs_in(text: str, signs: Iterable[str]) -> frozenset[str]:
    return frozenset(sign for sign in signs if has_sign(sign, text))


def _agreed(found: Sequence[Candidate], judge: Judge, standing: Standing) -> Scored:
    """The candidates in order, those first that other documents bear out; prose only, as forms and tables are alike."""
    prose = [one for one in found if one.form == "prose"]
    kind, known = judge.asked.kind, frozenset(judge.terms)
    agreed = agreement(map(_told, prose), kind, known)
    sure = agreement((_told(one) for one in prose if judge.covers(one.heard.own) >= _SAME_MATTER), kind, known)
    borne = {id(one): agreed.best(one.text) for one in prose}
    best = max(one.support for one in found)
    ranked = [
        replace(one, score=one.score + _AGREED_FIRST * borne.get(id(one), 0.0) + standing.first(one)) for one in found
    ]
    return Scored(tuple(sorted(ranked, key=lambda one: -one.score)), judge.asked, best + _AGREED * sure.most)


def _told(one: Candidate) -> Told:
    return Told(one.source.hit.path, one.text, one.score)


def _fits(one: Candidate, wanted: Asked, terms: Mapping[str, str]) -> bool:
    """Whether a unit has something of the kind that is asked for; who a printed page is from stands at its head."""
    if wanted.issuer and one.form == "printed" and one.head is None:
        return False
    return answers(wanted.kind, one.text, terms.keys())


def _foremost(found: Sequence[Candidate], terms: Sequence[str], *, typed: bool) -> list[Candidate]:
    """Those that share most of the question, rare words more, best first."""
    count = len(found)
    rarity = {term: log(1 + (count + 1) / (0.5 + sum(term in one.heard.own for one in found))) for term in terms}
    total = sum(rarity.values()) or 1.0

    def worth(one: Candidate) -> float:
        own = sum(weight for term, weight in rarity.items() if term in one.heard.own)
        far = sum(weight for term, weight in rarity.items() if term in one.heard.far - one.heard.own)
        shared = (own + _AROUND * far) / total + _TYPED * (typed and one.fits)
        return shared + 0.2 / (1 + 0.2 * (one.source.hit.rank - 1))

    return sorted(found, key=lambda one: -worth(one))[:_EMBEDDED]
