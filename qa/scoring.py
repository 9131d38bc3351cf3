"""Scoring: which sentences, rows and lines of the sources answer a question, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

from ingest.types import Span
from qa.cues import Asked, answers, asked
from qa.evidence import Form, Heard, Judge
from qa.likeness import forms, likeness
from qa.providers import Embed
from qa.types import Packed
from qa.units import is_printed, is_sentence, leans, quotable_units

_EMBEDDED = 40
"""At most so many candidates are embedded and judged: those that share most with the question and stand highest."""
_TABLE = 12
"""Lines: how far up and down a table is one matter."""
_FIELDS = re.compile(r"(?:^|; |\n)[^:;|\n]{1,60}: ")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
"""The line between a Markdown table's header and its rows."""
_AROUND = 0.4
"""What a shared word counts for, in choosing them, that stands around a candidate and not in it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a source and what speaks for it."""

    source: Packed
    span: Span
    """In the document's text."""
    text: str
    heard: Heard
    beside: tuple[Span | None, Span | None] = (None, None)
    """The units before and after it in the same source."""
    fits: bool = False
    """Whether it has a time, number, name … where the question asks for one."""
    score: float = 0.0


def candidates(sources: Sequence[Packed]) -> list[Candidate]:
    """The units of all sources, in order, but for the lines that name a table's columns: they answer nothing."""
    found = []
    around = [frozenset(forms(_around(source))) for source in sources]
    for here, source in enumerate(sources):
        spans = quotable_units(source)
        texts = [source.text[span.start : span.end] for span in spans]
        own = [frozenset(forms(text)) for text in texts]
        above = frozenset(forms(_above(source)))
        joined = [a for a, one in zip(around, sources, strict=True) if one is not source and _joined(source, one)]
        for at, span in enumerate(spans):
            if _names_columns(texts, at):
                continue
            near = above.union(*(own[one] for one in _near(source, texts, at)))
            far = (near if _is_whole(source, texts[at]) else around[here]).union(*joined)
            said = own[at] | own[at - 1] if at and _leans(source, texts[at]) else own[at]
            said = said.union(*(own[head] for head in _columns(texts, at)))
            beside = (_beside(spans, at, at - 1, source), _beside(spans, at, at + 1, source))
            place = span.shift(source.span.start)
            found.append(Candidate(source, place, texts[at], Heard(said, near, far), beside))
    return found


def _near(source: Packed, texts: Sequence[str], at: int) -> range:
    """The units that say what one is about: those beside a sentence, the rest of a table, a record or a picture.

    A row, or a record that is one unit, stands for itself.
    """
    if _is_whole(source, texts[at]):
        return range(at, at + 1)
    if source.hit.place.pointers or is_printed(source.hit.place):
        return range(len(texts))
    first, last = max(at - 1, 0), min(at + 1, len(texts) - 1)
    if not is_sentence(texts[at]):
        while first > max(at - _TABLE, 0) and not (is_sentence(texts[first]) or is_sentence(texts[first - 1])):
            first -= 1
        while last < min(at + _TABLE, len(texts) - 1) and not (
            is_sentence(texts[last]) or is_sentence(texts[last + 1])
        ):
            last += 1
    return range(first, last + 1)


def _names_columns(texts: Sequence[str], at: int) -> bool:
    """Whether a unit is a Markdown table's header, or the rule below it."""
    return any(_RULE.fullmatch(one) for one in texts[at : at + 2]) and texts[at].startswith("|")


def _columns(texts: Sequence[str], at: int) -> range:
    """Where the header of a Markdown table's row is: the row says what its columns are named, as a CSV's does."""
    first = at
    while first > max(at - _TABLE, 0) and texts[first].startswith("|") and not _RULE.fullmatch(texts[first]):
        first -= 1
    return range(max(first - 1, 0), first) if first < at and _RULE.fullmatch(texts[first]) else range(0)


def _leans(source: Packed, text: str) -> bool:
    return leans(text) and not _is_whole(source, text) and not is_printed(source.hit.place)


def _is_whole(source: Packed, text: str) -> bool:
    """Whether a unit is a row, or a record with all its fields."""
    return bool(source.hit.place.rows) or (bool(source.hit.place.pointers) and len(_FIELDS.findall(text)) > 1)


def _above(source: Packed) -> str:
    return "\n".join((source.header, source.hit.context, *source.hit.place.headings))


def _around(source: Packed) -> str:
    return "\n".join((_above(source), *(source.text[part.start : part.end] for part in source.quotable)))


def _joined(one: Packed, other: Packed) -> bool:
    """Whether two sources are parts of one page or record."""
    mine, theirs = one.hit.place, other.hit.place
    same = set(mine.pages) & set(theirs.pages) or set(mine.pointers) & set(theirs.pointers)
    return one.hit.path == other.hit.path and bool(same)


def _beside(spans: Sequence[Span], at: int, number: int, source: Packed) -> Span | None:
    """A unit next to another; None where there is none, or a generated description stands between them."""
    if not 0 <= number < len(spans):
        return None
    both = Span(min(spans[at].start, spans[number].start), max(spans[at].end, spans[number].end))
    return None if any(both.overlaps(one) for one in source.generated) else spans[number].shift(source.span.start)


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidates, best first, and how the question was read."""

    candidates: tuple[Candidate, ...]
    asked: Asked


def scored(question: str, sources: Sequence[Packed], embed: Embed) -> Scored:
    """The candidates with their scores, best first."""
    wanted = asked(question)
    terms = forms(question)
    found = _foremost(candidates(sources), tuple(terms))
    if not found:
        return Scored((), wanted)
    vectors = embed([question, *(one.text for one in found)])
    similar = (vectors[1:] @ vectors[0]).tolist()
    known: dict[str, str] = {}
    for source in sources:
        known |= forms(_around(source))
    judge = Judge(wanted, tuple(terms), likeness(terms, known, embed))
    final = []
    for one, similarity in zip(found, similar, strict=True):
        fits = answers(wanted.kind, one.text, terms.keys())
        score = judge.support(one.heard, similarity=similarity, fits=fits, form=_form(one))
        final.append(replace(one, fits=fits and wanted.kind != "other", score=score))
    return Scored(tuple(sorted(final, key=lambda one: -one.score)), wanted)


def _form(one: Candidate) -> Form:
    if is_printed(one.source.hit.place):
        return "printed"
    return "row" if one.source.hit.place.rows else "prose"


def _foremost(found: Sequence[Candidate], terms: Sequence[str]) -> list[Candidate]:
    """Those that share most of the question, rare words more, best first."""
    count = len(found)
    rarity = {term: log(1 + (count + 1) / (0.5 + sum(term in one.heard.own for one in found))) for term in terms}
    total = sum(rarity.values()) or 1.0

    def worth(one: Candidate) -> float:
        own = sum(weight for term, weight in rarity.items() if term in one.heard.own)
        far = sum(weight for term, weight in rarity.items() if term in one.heard.far - one.heard.own)
        return (own + _AROUND * far) / total + 0.2 / (1 + 0.2 * (one.source.hit.rank - 1))

    return sorted(found, key=lambda one: -worth(one))[:_EMBEDDED]
