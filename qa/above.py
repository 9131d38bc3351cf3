"""Above: the headings over a quote, where they have what is asked for: the version, the section, the date."""

from __future__ import annotations

import re

from ingest.types import Span
from qa.candidates import Candidate
from qa.fitting import answers
from qa.kinds import Kind
from qa.quoting import parted, said
from qa.types import Packed
from qa.units import is_bullet, is_sentence, quotable_units
from qa.words import terms

_PART = re.compile(
    r"\b(?:what|which) (?:\w+ )?(?:releases?|versions?|editions?|issues?|sections?|chapters?|clauses?|articles?|parts?|"
    r"headings?|appendix|annex)\b",
    re.IGNORECASE,
)
"""Asks for a part of a document, which its heading names."""
_DOCUMENT = re.compile(
    r"\bwhich (?:\w+ ){0,2}?(?:invoices?|bills?|orders?|receipts?|letters?|reports?|contracts?|agreements?|quotes?|"
    r"tickets?|applications?|documents?|certificates?|statements?|memos?|notices?)\b(?! (?:the|an?|his|her|our|to)\b)",
    re.IGNORECASE,
)
"""Asks for a document, which its title names."""
_TOLD_ABOVE = ("time", "code")
"""Kinds of what is asked for that a heading may tell."""
_WHICH = re.compile(r"\bwhich (?P<what>\w+)", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})\s|\d{1,2}((?:\.\d{1,3})+)\.?\s+[^\s\d]")
"""A Markdown heading, or one with a section's number: the more marks or points, the lower."""
_LEVELS = 7
_TERM = 6
"""Words: a line that has more is no term that is explained, nor a label."""
_LINE = 12
"""Words: a line that has more is no heading of a list."""


def headings(question: str, best: Candidate, kind: Kind) -> list[Span]:
    """The headings over the best unit, in the document and its order, that answer what the unit itself does not.

    Args:
        question: as it was asked.
        best: the best unit.
        kind: of what is asked for.
    """
    if best.form != "prose" or best.fits:
        return []
    found = _over(best.source, best.span)
    if _DOCUMENT.search(question) and (title := _title(best.source, best.span)):
        return [title, *(one for one in found if one != title)]
    if _PART.search(question) or _is_of_several(question, best.source):
        return found
    known = frozenset(terms(question))
    return [one for one in found if kind in _TOLD_ABOVE and answers(kind, said(best.source, one), known)]


def _title(source: Packed, span: Span) -> Span | None:
    """The title of a document, where its source begins with it and a span is below."""
    first = next(iter(quotable_units(source)), None)
    if source.span.start or first is None or first.end > span.start:
        return None
    return None if is_sentence(said(source, first)) or len(said(source, first).split()) > _LINE else first


def _is_of_several(question: str, source: Packed) -> bool:
    """Whether it is asked which one is meant of what the document collects: a recipe of `recipes.md`."""
    found = _WHICH.search(question)
    title = " ".join((source.hit.path, *source.hit.place.headings[:1]))
    return found is not None and not set(terms(found["what"])).isdisjoint(terms(title))


def _over(source: Packed, span: Span) -> list[Span]:
    """The headings over a span, each of a higher level than the next; or the line over its list."""
    before = [unit.shift(source.span.start) for unit in quotable_units(source)]
    before = [unit for unit in before if unit.end <= span.start]
    found: list[Span] = []
    lowest = _LEVELS
    for unit in reversed(before):
        level = _level(said(source, unit))
        if level < lowest:
            found.append(unit)
            lowest = level
    return found[::-1] or _line_over(source, span, before)


def _level(text: str) -> int:
    """Of a heading: 1 is the highest; of what is none `_LEVELS`."""
    marks = None if is_sentence(text) else _HEADING.match(text)
    if not marks:
        return _LEVELS
    return len(marks[1]) if marks[1] else min(marks[2].count(".") + 1, _LEVELS - 1)


def _line_over(source: Packed, span: Span, before: list[Span]) -> list[Span]:
    if not is_bullet(said(source, span)):
        return _term_over(source, span, before)
    for unit in reversed(before):
        if not is_bullet(said(source, unit)):
            return [unit] if len(said(source, unit).split()) <= _LINE else []
    return []


def _term_over(source: Packed, span: Span, before: list[Span]) -> list[Span]:
    """The term or label over the paragraph that a span is of."""
    for unit in reversed(before):
        text = said(source, unit)
        if parted(source, unit, span):
            label = not is_sentence(text) and not is_bullet(text) and len(text.split()) <= _TERM
            return [unit] if label else []
        span = unit
    return []
