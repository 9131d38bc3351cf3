"""The `extractive` provider: the best few sentences, rows or lines of the sources, verbatim; no language model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from ingest.types import Span
from qa.above import headings
from qa.candidates import Candidate, is_whole
from qa.confidence import THRESHOLD, UNSURE
from qa.cues import Asked
from qa.fitting import answers
from qa.measured import measured
from qa.parts import is_step
from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Quote, Request
from qa.quoting import is_label, joined, quoted, said, shown, words_of
from qa.scoring import Scored, scored
from qa.tokens import count_tokens
from qa.types import Packed, Usage
from qa.units import describes_table, is_bullet, is_sentence
from qa.widening import steps_of, widened
from qa.words import terms

_SAME = 0.88
"""`relative` for more prose of the best sentence's document: what stands around that one tells more, if it is sure."""
_STEM = 4
"""Letters: with fewer in common two words are not alike."""


class ExtractiveProvider(Provider):
    """Quotes what answers the question, each quote with its source's marker; abstains where nothing does."""

    words: Annotated[int, Field(ge=10, le=2_000)] = 80
    """The most words of an answer."""
    quotes: Annotated[int, Field(ge=1, le=100)] = 4
    """The most quotes of an answer."""
    relative: Annotated[float, Field(ge=0, le=1)] = 0.8
    """A sentence is left out whose score is below this share of the best one's."""
    threshold: Annotated[float, Field(ge=0, le=5)] = THRESHOLD
    """Evidence below it is none: a higher one abstains more often."""
    withholds: bool = True
    """Whether it abstains below the threshold; to look at thresholds all answers are wanted."""

    @property
    def model_name(self) -> str:
        """There is no model but the embedder."""
        return "extractive"

    @property
    def generates(self) -> bool:
        """False: nothing leaves the process."""
        return False

    def count(self, text: str) -> int:
        """Tokens by cl100k_base, as the openai provider counts them."""
        return count_tokens(text)

    def cost(self, usage: Usage) -> float | None:  # noqa: ARG002
        """Nothing."""
        return 0.0

    def stream(self, request: Request) -> Iterator[Delta]:
        """A delta for each quote."""
        found = scored(request.question, request.sources, request.embed, unheard=request.unheard)
        if found.support <= 0 or (self.withholds and found.support < self.threshold):
            yield Delta(ABSTENTION, usage=Usage(), abstained=True, support=found.support)
            return
        quotes = self._measured(request, found) or self._quotes(request.question, found)
        for marker, (source, span) in enumerate(quotes, 1):
            begins = "\n" if marker > 1 else ""
            told = shown(said(source, span), source.hit.place)
            yield Delta(f"{begins}{told} [{marker}]", quotes=(Quote(marker, span, source.number),))
        yield Delta(
            usage=Usage(),
            abstained=False,
            support=found.support,
            unsure=self._is_unsure(found) or not _is_told(found, quotes),
        )

    def _is_unsure(self, found: Scored) -> bool:
        return found.support < self.threshold + UNSURE

    def _measured(self, request: Request, found: Scored) -> list[tuple[Packed, Span]]:
        """What is quoted where a measure of a business is asked for: its lines, as far as there is room."""
        chosen: list[tuple[Packed, Span]] = []
        room = self.words
        for source, span in (
            measured(request.question, request.sources, found.candidates) if found.asked.measure else ()
        ):
            words = words_of(source, span) + 1
            if len(chosen) < self.quotes and words <= room:
                chosen.append((source, span))
                room -= words
        return joined(chosen)

    def _quotes(self, question: str, found: Scored) -> list[tuple[Packed, Span]]:
        """What is quoted, best first; that with what is around it, where it does not plainly have what is asked for."""
        quotes = joined(list(self._chosen(question, found)))
        best = found.candidates[0]
        plain = best.fits and found.asked.kind != "code"  # what an option does is said beside it
        if quotes and best.form == "prose":
            quotes = quotes if plain else self._with_steps(question, quotes)
            source, span = quotes[0]
            known = frozenset(terms(question))
            lacking = known - frozenset(terms(said(source, span))) if plain else None
            room = self.words - sum(words_of(*one) + 1 for one in quotes)
            taken = [other for one, other in quotes[1:] if one.hit.path == source.hit.path]
            wider = widened(
                source,
                span,
                room=room,
                taken=taken,
                question=question,
                lacking=lacking,
                tells=lambda text: answers(found.asked.kind, text, known) and _share_a_word(known, terms(text)),
            )
            quotes[0] = (source, wider)
        return joined([*self._over(question, found, quotes), *quotes])

    def _with_steps(self, question: str, quotes: list[tuple[Packed, Span]]) -> list[tuple[Packed, Span]]:
        """With its list for a first one that is a step or a title; no other steps of the document."""
        source, span = quotes[0]
        steps = steps_of(source, span, question, most=self.words - 1)
        if steps is None:
            return quotes
        room = self.words - words_of(source, steps) - 1
        kept = [(source, steps)]
        for other, one in quotes[1:]:
            words = words_of(other, one) + 1
            if words <= room and not (other.hit.path == source.hit.path and is_step(said(other, one))):
                kept.append((other, one))
                room -= words
        return kept

    def _over(self, question: str, found: Scored, quotes: Sequence[tuple[Packed, Span]]) -> list[tuple[Packed, Span]]:
        """The headings over the best unit that have what is asked for, as far as there is room and they are new."""
        best = found.candidates[0]
        room = self.words - sum(words_of(*one) + 1 for one in quotes)
        over: list[tuple[Packed, Span]] = []
        for span in headings(question, best, found.asked.kind):
            room -= words_of(best.source, span) + 1
            told = any(one.hit.path == best.source.hit.path and other.overlaps(span) for one, other in quotes)
            if room >= 0 and not told:
                over.append((best.source, span))
        return over

    def _chosen(self, question: str, found: Scored) -> Iterator[tuple[Packed, Span]]:
        """The best candidates' sources with the span to quote of each, within the words and quotes; best first."""
        known = frozenset(terms(question))
        room = self.words - 1
        taken: list[tuple[str, Span]] = []
        told: list[frozenset[str]] = []
        best, passed = found.candidates[0], 0
        same = self.relative if self._is_unsure(found) else max(self.relative, _SAME)
        for candidate in found.candidates:
            if len(taken) + passed >= self.quotes or (taken and candidate.score < self.relative * best.score):
                break
            if taken and _tells_less(candidate, best, known, found.asked):
                passed += 1  # nothing worse takes its place
                continue
            if taken and _is_left_out(candidate, best, known, same=same):
                continue
            span = quoted(candidate, known, room=room, first=not taken, asked=found.asked)
            source, words = candidate.source, words_of(candidate.source, span)
            own = frozenset(terms(candidate.text))
            again = own in told or any(path == source.hit.path and one.overlaps(span) for path, one in taken)
            if again or not 0 < words <= room:
                continue
            yield source, span
            room -= words + 1  # the marker
            taken.append((source.hit.path, span))
            told.append(own)


def _share_a_word(known: frozenset[str], told: Sequence[str]) -> bool:
    """Whether two texts have a word in common, or one that goes on where another ends: apply, application."""
    long = [one for one in known if len(one) >= _STEM]
    return not known.isdisjoint(told) or any(
        one.startswith(other) or other.startswith(one) for one in long for other in told if len(other) >= _STEM
    )


def _is_told(found: Scored, quotes: Sequence[tuple[Packed, Span]]) -> bool:
    """Whether what is quoted has a number, time, name … where one is asked for."""
    kind = found.asked.kind
    if kind == "other" or found.asked.measure:
        return True
    paths = {(source.hit.path, span) for source, span in quotes}
    return any(
        one.fits and any(path == one.source.hit.path and span.overlaps(one.span) for path, span in paths)
        for one in found.candidates
    )


def _is_left_out(candidate: Candidate, best: Candidate, known: frozenset[str], *, same: float) -> bool:
    """Whether one after the first says nothing, or less than so much of the best one in the same document."""
    if candidate.form != "row" and is_label(candidate, known):
        return True
    if describes_table(candidate.text) and not describes_table(best.text):
        return True
    if candidate.fits and not best.fits:  # it has what is asked for
        return False
    if candidate.is_opening:
        return True
    little = candidate.score < same * best.score
    beside = candidate.source.hit.path == best.source.hit.path
    return little and (candidate.form == "prose" if beside else _is_line(candidate) and not _is_line(best))


def _tells_less(one: Candidate, best: Candidate, known: frozenset[str], asked: Asked) -> bool:
    """Whether a row or a table's line tells less of the question than the best one of it, and nothing else.

    So it is, too, where a whole row, or a title beside a title, is of another. Where one row is asked for by others,
    all may be wanted.
    """
    if _is_title(one) and _is_title(best):
        return _is_of_another(one, best, asked)
    if asked.relative or not (_is_line(one) and _is_line(best)):
        return False
    if _is_whole(one) and _is_whole(best) and _is_of_another(one, best, asked):
        return True
    beside = one.source.hit.path == best.source.hit.path
    return beside and known & one.heard.own < known & best.heard.own


def _is_of_another(one: Candidate, best: Candidate, asked: Asked) -> bool:
    """Whether one lacks a name, number or code of the question that the best one has, and has no other."""
    numbers = {number for number in asked.numbers if len(number) > 1}  # `the 3 employees` are counted
    single = asked.named | numbers | asked.signs.keys()
    return single & one.heard.own < single & best.heard.own


def _is_title(one: Candidate) -> bool:
    return one.form == "prose" and not (is_sentence(one.text) or is_bullet(one.text) or _is_line(one))


def _is_whole(one: Candidate) -> bool:
    """Whether a unit stands for itself, as a row of Markdown does, too."""
    return is_whole(one.source, one.text) or one.text.startswith("|")


def _is_line(one: Candidate) -> bool:
    """Whether a unit is a row, a record or a field of one, or a line of a page's table."""
    field = one.form == "record" and not is_sentence(one.text)
    return one.form == "row" or field or any(mark in one.text for mark in "|\t")
