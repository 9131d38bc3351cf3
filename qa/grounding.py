"""Grounding: each sentence of a written answer is cited where the sources bear it best, whatever the model names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Place, Span
from qa.bearing import numbers_said, stems_of
from qa.citations import Resolved, claim_before, invented_in, markers, without_markers
from qa.claims import Claim, Unit, best_units, pairs_with, units_of
from qa.cues import Asked
from qa.dating import Quoted, misdated
from qa.fitting import answers
from qa.numbers import numbers_in
from qa.providers import Quote
from qa.reckoning import reckoned, strays
from qa.scoring import Scored
from qa.types import Packed
from qa.units import units as sentences
from qa.words import fold, is_stop, stem, words

_RUN = re.compile(r"[ \t]*(?:\[\d{1,4}\])+")
_EXACT = frozenset({"time", "count", "number", "money", "share"})
_WHAT = re.compile(
    r"^(?!.*\bor\b).*\b(?:what|which|who|whom|whose|when|where|how (?:many|much|long))\b", re.IGNORECASE | re.DOTALL
)
"""Questions (English) whose answer says something that they do not."""
_LABEL = 4
"""The most words of a label."""
_SURE = 0.85
"""The evidence from which on a unit may be said in place of an answer that says nothing, or be cited for one; with
less, but in a document of pages, it is not sure that it answers (of 46 answers of a small model 7 had less, 2 of them
rightly cited)."""
_ENDS = " .!?…。"
_STOPS = (".", "!", "?", "…", "。")
_BEGUN, _MOST = 5, 60
"""Words: so many that are the beginning of a citation are a sentence that breaks off; a longer citation is not said."""


def grounded(
    text: str, sources: Sequence[Packed], found: Scored, *, quoted: Sequence[tuple[int, str]] = (), question: str = ""
) -> tuple[str, Resolved]:
    """The answer with each sentence's markers as the sources have it, and their quotes.

    The markers of a sentence that no source bears are unresolved. A sentence that breaks off in the words of its
    citation is completed, and so is one that lacks the number or time that is asked for where a citation has it.
    Where an answer only repeats the question, what answers it in the sources is quoted and said instead, if it is sure.
    Nothing is cited for an answer without the number that was to be worked out, or with a long one that is not told and
    follows from no others; nor for one without the number or time that is asked for, if others speak more for an answer
    than what would be cited. One that is cited only at units which speak less for an answer than others do is unsure.

    Args:
        text: the answer with the model's markers.
        sources: what was sent.
        found: what the units of all that was found say of the question.
        quoted: the model's markers in order, each with the words that it says it copied.
        question: its names are no claims.
    """
    asked = stems_of(question)
    claims = list(_claims(text, quoted, asked))
    wanted = _Wanted(question, found.asked, asked)
    units = units_of(sources, found)
    lacks = not any(wanted.is_told(claim.text) for _, claim in claims)
    empty = lacks and not any(wanted.is_new(claim.text) for _, claim in claims)
    bearers = [best_units(claim, units) for _, claim in claims]
    if found.asked.computed and (lacks or _strays(text, sources, question, bearers)):
        bearers = [[] for _ in claims]
    elif lacks:
        bearers = [
            _telling(claim, cited[0], units, wanted, empty=empty) if cited else []
            for (_, claim), cited in zip(claims, bearers, strict=True)
        ]
    parts: list[str] = []
    quotes: dict[Quote, None] = {}
    unresolved: dict[int, None] = {}
    said: list[tuple[str, list[Quoted]]] = []
    spoken: list[Unit] = []
    end = 0
    for (run, claim), cited in zip(claims, bearers, strict=True):
        before, end = text[end : run.start], run.end
        if not cited:
            unresolved |= dict.fromkeys(number for number, _ in claim.given)
            parts += [before, text[run.start : run.end]]
            continue
        spoken.append(cited[0])
        first = cited[0].text
        breaks_off = not text.startswith(_STOPS, run.end) and _is_begun(claim.text, first)
        if (breaks_off or (lacks and wanted.is_told(first))) and len(first.split()) <= _MOST:
            before = before.removesuffix(claim.text) + _said(first)
        else:
            said.append((claim.text, [(one.source, one.span) for one in cited]))
        parts += [before, " ", *dict.fromkeys(f"[{one.source.number}]" for one in cited)]
        quotes |= {Quote(one.source.number, one.span.shift(one.source.span.start)): None for one in cited}
    invented = invented_in(text, sources)
    unsure = bool(spoken) and all(one.evidence < _SURE and not one.source.hit.place.pages for one in spoken)
    resolved = Resolved(tuple(quotes), tuple(unresolved), invented, misdated=misdated(said), unsure=unsure)
    return "".join([*parts, text[end:]]), resolved


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an answer must have to be one, as far as can be told; of a choice or of yes or no nothing can."""

    question: str
    asked: Asked
    stems: frozenset[str]

    def is_new(self, text: str) -> bool:
        """Whether a text says anything that the question does not."""
        told = {stem(fold(word)) for word in words(text) if not is_stop(fold(word))}
        return not _WHAT.search(self.question) or not told <= self.stems

    def is_told(self, text: str) -> bool:
        """Whether it does, and has a number or a time where one is asked for."""
        return self.is_new(text) and (self.asked.kind not in _EXACT or answers(self.asked.kind, text, self.stems))


def _strays(text: str, sources: Sequence[Packed], question: str, bearers: Sequence[Sequence[Unit]]) -> bool:
    """Whether an answer has a long number that neither stands anywhere nor follows from what would be quoted for it."""
    said, told = without_markers(text), numbers_said(sources) | numbers_in(question)
    quotes = [one.text for cited in bearers for one in cited]
    return strays(said, told, reckoned(said, question, told, quotes))


def _claims(text: str, quoted: Sequence[tuple[int, str]], asked: frozenset[str]) -> Iterator[tuple[Span, Claim]]:
    """The sentences of an answer that have markers, each with the place of these."""
    said = list(quoted)
    for run in _RUN.finditer(text):
        numbers = [number for _, group in markers(run[0]) for number in group]
        given = tuple((number, said.pop(0)[1] if said and said[0][0] == number else "") for number in numbers)
        yield Span(*run.span()), Claim(claim_before(text, run.start()), asked, given)


def _telling(claim: Claim, cited: Unit, units: Sequence[Unit], wanted: _Wanted, *, empty: bool) -> list[Unit]:
    """What says what is asked for, in place of a sentence that does not; else what is cited for it, if that is sure."""
    sure = [one for one in units if one.evidence >= _SURE and wanted.is_told(one.text)]
    telling = _beside(cited, units, wanted) or [one for one in sure if empty or claim.borne(one)]
    if telling:
        return [max(telling, key=claim.spoken)]
    return [] if empty or (wanted.asked.kind in _EXACT and cited.evidence < _SURE) else [cited]


def _beside(label: Unit, units: Sequence[Unit], wanted: _Wanted) -> list[Unit]:
    """A label with the value above or below it, if it is one, and no pair of units."""
    if label not in units or len(label.text.split()) > _LABEL:
        return []
    pairs = pairs_with(label, units)
    return [one for one in pairs if wanted.is_told(one.text) and answers(wanted.asked.kind, one.text, wanted.stems)]


def _said(quote: str) -> str:
    """A quote as one sentence without its full stop: it has one marker."""
    return "; ".join(quote[one.start : one.end].rstrip(_ENDS) for one in sentences(quote, Place()))


def _is_begun(claim: str, quote: str) -> bool:
    """Whether a sentence is the beginning of a quote, and no bare name."""
    return len(claim.split()) >= _BEGUN and quote.lower().startswith(claim.lower())
