"""Scoring: which sentences, rows and lines of the sources answer a question, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from math import log

from qa.agreement import Told, agreement
from qa.candidates import Candidate, around, candidates
from qa.confidence import allowance
from qa.cues import Asked, asked, matter
from qa.dating import years_in
from qa.doubts import doubt
from qa.evidence import Judge
from qa.fitting import answers, is_year
from qa.likeness import MONTH_STEMS, forms, forms_told, likeness
from qa.mails import framing
from qa.parts import PART, begins_part, part_of
from qa.providers import Embed
from qa.signs import has_sign
from qa.subjects import subject, tellers, without
from qa.types import Packed
from qa.units import describes_table
from qa.words import stem

_EMBEDDED = 40
"""At most so many candidates are embedded and judged: those that share most with the question and stand highest."""
_AROUND = 0.4
"""What a shared word counts for, in choosing them, that stands around a candidate and not in it."""
_TYPED = 0.2
"""What it counts for that a candidate has something of the kind that is asked for."""
_ISSUER = 0.45
"""What is added to the support of a printed page's head where it is asked who the page is from."""
_AGREED, _AGREED_FIRST = 0.75, 0.15
"""What it counts for that documents agree: for that there is an answer, and for which unit comes first."""
_OWN_FIRST = 0.1
"""What it counts for, for which unit comes first, that it has the question's words itself."""
_LABEL = 0.2
"""The same that it is labelled with a number of the question: `130 -- The process was interrupted`."""
_LABELLED = re.compile(r"\W*(?:[^\W\d]+\W+)?(\d{2,})\b")
"""A number is the first word, or the second; a single figure is the number of any item."""
_KEY = 0.1
"""What it counts for, for which unit comes first, that a record's field is named by words of the question alone."""
_OTHER_MONTH = 0.4
"""What it costs a row, for which comes first, that a field of it is a month, and not that of the question: the bill of
March is due in April."""
_WHOLE_MONTH = re.compile(r": ((?:1\d|20)\d\d-(?:0[1-9]|1[0-2])|[^\W\d_]{3,9}(?: (?:1\d|20)\d\d)?)(?=;|\n|$)")
_FIELD = re.compile(r"([^:\n|]{1,60}): ")
_DESCRIPTION = 0.4
"""What it costs to describe a table's columns where rows of it are at hand, and the table is not asked for."""
_OTHER_YEAR = 0.2
"""What it costs a unit that its document is of another year by its name, where one of the year asked for is there."""
_IDLE = 0.3
"""What it costs a unit that it asks itself, or is a line of a list of contents, where no such is asked for."""
_OLDER = 0.15
"""What it costs a unit, for which comes first, that it is quoted from an older mail: the new one may say otherwise."""
_TITLE = 0.3
"""What it costs a document's title to answer who or whose something is, where no document is asked for."""
_TITLE_WORDS = 12
_OF_TITLES_TEXT = "title name document call report paper article book author write issue publish about"
_OF_TITLES = frozenset(map(stem, _OF_TITLES_TEXT.split()))
_OF_PARTS = frozenset(map(stem, ("question", "ask", "section", "chapter", "page", "contents")))
_OF_TABLES = frozenset(map(stem, ("row", "column", "table")))
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
    terms = {term: word for term, word in forms(question).items() if term not in absent}
    unheard = [name for name in unheard if stem(name) not in absent]
    every = [replace(one, fits=_fits(one, wanted, terms)) for one in _signed(candidates(sources), wanted.signs)]
    found = _foremost(every, (*terms, *wanted.signs), typed=wanted.kind != "other")
    if not found:
        return Scored((), wanted)
    known: dict[str, str] = {}
    for source in sources:
        known |= forms_told(around(source))
    judge = Judge(wanted, tuple(terms), likeness(terms, known, embed))
    whole = wanted.relative or not _OF_TABLES.isdisjoint(terms)
    tables = {one.hit.path for one in sources if one.hit.place.rows and not whole}
    others = _of_other_years(wanted, sources)
    part = part_of(question)
    final = []
    for one in _judged(question, found, judge, embed):
        more = 0.0
        if wanted.issuer and one.head and one.fits:
            more += _ISSUER
        if one.posed.idle and _OF_PARTS.isdisjoint(terms):
            more -= _IDLE
        more += framing(one.text, wanted.kind, terms) if one.form == "prose" else 0.0
        if one.form == "prose" and begins_part(one.text, part):
            more += PART
        short = len(one.text.split()) <= _TITLE_WORDS
        if wanted.kind == "name" and _OF_TITLES.isdisjoint(terms) and one.is_opening and short:
            more -= _TITLE
        if one.source.hit.path in others:
            more -= _OTHER_YEAR
        if one.source.hit.path in tables and describes_table(one.text):
            more -= _DESCRIPTION
        fits = one.fits and wanted.kind != "other"
        older = _OLDER if one.text.startswith("> ") else 0.0
        final.append(replace(one, fits=fits, support=one.support + more, score=one.score + more - older))
    ranked = _agreed(final, judge, terms.keys())
    best = max(final, key=lambda one: one.support)
    said = judge.matter(best.heard, fits=best.fits)
    sure = allowance(wanted, judge.words, said, final, sources, unheard) - doubt(judge, best)
    return replace(ranked, support=max(ranked.support + sure, 0.0))


def _judged(question: str, found: Sequence[Candidate], judge: Judge, embed: Embed) -> Iterator[Candidate]:
    """The candidates with their support; their score is without what the question names that their document is named.

    What is beyond them all tells nothing among them: the support stays as it is.
    """
    sources = {id(one.source): one.source for one in found}
    named = {key: subject(source, judge.asked.named) for key, source in sources.items()}
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
    """The candidates with the signs of the question that stand in them, or elsewhere in their sources."""
    if not signs:
        return found
    there = {id(one.source): _signs_in(around(one.source), signs) for one in found}
    heard = (
        replace(one.heard, own=one.heard.own | _signs_in(one.text, signs), far=one.heard.far | there[id(one.source)])
        for one in found
    )
    return [replace(one, heard=new) for one, new in zip(found, heard, strict=True)]


def _signs_in(text: str, signs: Iterable[str]) -> frozenset[str]:
    return frozenset(sign for sign in signs if has_sign(sign, text))


def _of_other_years(wanted: Asked, sources: Sequence[Packed]) -> set[str]:
    """The paths that have other years than the question, where one has that of the question."""
    years = {number for number in wanted.numbers if is_year(number)}
    named = {one.hit.path: years_in(one.hit.path) for one in sources} if years else {}
    if all(years.isdisjoint(found) for found in named.values()):
        return set()
    return {path for path, found in named.items() if found and years.isdisjoint(found)}


def _agreed(found: Sequence[Candidate], judge: Judge, known: AbstractSet[str]) -> Scored:
    """The candidates in order, those first that other documents bear out; prose only, as forms and tables are alike."""
    prose = [one for one in found if one.form == "prose"]
    kind = judge.asked.kind
    agreed = agreement(map(_told, prose), kind, known)
    sure = agreement((_told(one) for one in prose if judge.covers(one.heard.own) >= _SAME_MATTER), kind, known)
    borne = {id(one): agreed.best(one.text) for one in prose}
    best = max(one.support for one in found)
    ranked = [
        replace(one, score=one.score + _AGREED_FIRST * borne.get(id(one), 0.0) + _first(one, judge)) for one in found
    ]
    return Scored(tuple(sorted(ranked, key=lambda one: -one.score)), judge.asked, best + _AGREED * sure.most)


def _first(one: Candidate, judge: Judge) -> float:
    """What speaks for a unit as the first, beside its support: what it has itself of the question."""
    own = one.heard.own
    label = _LABELLED.match(one.text) if one.form == "prose" else None
    labelled = label is not None and label[1] in judge.asked.numbers
    return (
        _OWN_FIRST * judge.covers(own)
        + _LABEL * labelled
        + _KEY * _keyed(one, judge)
        - _OTHER_MONTH * _is_of_other_month(one, judge)
    )


def _is_of_other_month(one: Candidate, judge: Judge) -> bool:
    asked = MONTH_STEMS.intersection(judge.terms) if one.form in ("row", "record") else frozenset[str]()
    told = MONTH_STEMS.intersection(forms(" ".join(_WHOLE_MONTH.findall(one.text)))) if asked else frozenset[str]()
    return bool(told) and asked.isdisjoint(told)


def _keyed(one: Candidate, judge: Judge) -> float:
    """Of the words that name the field of a record's line, the share that the question has."""
    field = _FIELD.match(one.text) if one.form == "record" else None
    named = set(forms_told(field[1].replace(".", " "))) if field else set()
    return len(named.intersection(judge.terms)) / len(named) if named else 0.0


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
