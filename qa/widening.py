"""Widening: what is quoted around the sentence that answers: of its paragraph, its list, the rest of the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from ingest.types import Span
from qa import units
from qa.parts import asks_for_items, is_step
from qa.quoting import is_listed, is_told, leads_on, parted, said, words_of
from qa.types import Packed
from qa.units import is_sentence, quotable_units
from qa.words import terms

_AROUND = 2
"""Sentences: how many after a quote, and before it, may be quoted with it."""


def widened(
    source: Packed,
    span: Span,
    *,
    room: int,
    taken: Sequence[Span],
    question: str,
    lacking: frozenset[str] | None,
    tells: Callable[[str], bool] = lambda _: False,
) -> Span:
    """A quote with the sentences around it, of its own paragraph, the one after it first, as far as there is room.

    What follows a title, a label or a question is of its own paragraph. What leads to a list is quoted with items of
    it, where a list or a way is asked for.

    Args:
        source: of which it is.
        span: in the document.
        room: words that may be added.
        taken: what is quoted of the document already: it is not quoted twice.
        question: that is answered; items of a list stand by themselves where no list or way is asked for.
        lacking: only sentences with one of these stems of the question, which the quote lacks; None: any.
        tells: or of which this is true.
    """
    items = asks_for_items(question)
    sentences = _sentences(source)
    most = words_of(source, span) + room
    for step in range(2 * _AROUND):
        after = step % 2 == 0
        behind = [one for one in sentences if one.start >= span.end][:1]
        before = [one for one in sentences if one.end <= span.start][-1:]
        for one in behind if after else before:
            text = said(source, one)
            if lacking is not None and lacking.isdisjoint(terms(text)) and not tells(text):
                continue
            if _is_apart(source, span, one, items=items):
                continue
            both = Span(min(span.start, one.start), max(span.end, one.end))
            listed = _with_items(source, sentences, both, most=most) if after and items else None
            wider = both if is_sentence(text) else listed
            if wider and _is_free(source, wider, taken) and words_of(source, wider) <= most:
                span = wider
    return span


def _is_apart(source: Packed, span: Span, one: Span, *, items: bool) -> bool:
    """Whether what stands beside a quote is of another paragraph, or another item, and does not refer back."""
    first, second = sorted((one, span))
    told = one.start < span.start or is_told(said(source, span))
    apart = (told and parted(source, first, second)) or (not items and _is_next_item(source, first, second))
    return apart and not units.refers_back(said(source, second))


def steps_of(source: Packed, span: Span, question: str, *, most: int) -> Span | None:
    """The numbered list in which a quote stands, or over which its paragraph does, with what follows it in that.

    Where that has more words than `most`, its first steps if the quote is among them, else those around the quote. None
    where there is no such list, or no way is asked for.
    """
    sentences = _sentences(source)
    runs = _lists(source, sentences) if asks_for_items(question) else []
    for run in runs:
        above = [one for one in sentences if span.end <= one.start < run[0].start]
        if run[0].start <= span.start and span.end <= run[-1].end:
            return _as_fits(source, run, span, most)
        if span.start < run[0].start <= span.end or (
            run[0].start > span.end and not any(parted(source, span, one) for one in above)
        ):
            return _as_fits(source, [Span(span.start, max(span.end, run[0].end)), *run[1:]], span, most)
    return None


def _as_fits(source: Packed, run: Sequence[Span], span: Span, most: int) -> Span | None:
    """The longest part of a list with a quote in it that has no more words, from its beginning if there is room."""
    at = next((at for at, one in enumerate(run) if one.end >= span.end), 0)
    for first in range(at + 1):
        lasts = (
            last for last in range(at, len(run)) if words_of(source, Span(run[first].start, run[last].end)) <= most
        )
        last = max(lasts, default=-1)
        if last >= 0:
            return Span(run[first].start, run[last].end)
    return None


def _sentences(source: Packed) -> list[Span]:
    return [unit.shift(source.span.start) for unit in quotable_units(source)]


def _with_items(source: Packed, sentences: Sequence[Span], span: Span, *, most: int) -> Span | None:
    """A span that leads to a list, with as many of its items as there is room for; None where it leads to none."""
    found = None
    for one in sentences:
        if one.start < span.end or not leads_on(said(source, span)):
            continue
        longer = Span(span.start, one.end)
        if not is_listed(said(source, one)) or words_of(source, longer) > most:
            break
        found = longer
    return found


def _lists(source: Packed, sentences: Sequence[Span]) -> list[list[Span]]:
    """The units of each numbered list."""
    runs: list[list[Span]] = []
    for before, one in pairwise([Span(source.span.start, source.span.start), *sentences]):
        if runs and runs[-1] and not parted(source, before, one):
            runs[-1].append(one)
        else:
            runs.append([one] if is_step(said(source, one)) else [])
    return [run for run in runs if len(run) > 1]


def _is_next_item(source: Packed, one: Span, following: Span) -> bool:
    start = source.span.start
    return units.begins_item(source.text, one.end - start, following.start - start)


def _is_free(source: Packed, span: Span, taken: Sequence[Span]) -> bool:
    """Whether nothing is in a span that is quoted already, or was generated."""
    generated = (one.shift(source.span.start) for one in source.generated)
    return not any(span.overlaps(one) for one in (*generated, *taken))
