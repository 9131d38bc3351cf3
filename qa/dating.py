"""Dating: whether the years of an answer's sentences are those of what is quoted for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, takewhile

from ingest.types import Span
from qa.bearing import numbers_told
from qa.numbers import numbers_of
from qa.types import Packed
from qa.units import is_sentence, quotable_units
from qa.words import terms, words

Quoted = tuple[Packed, Span]
"""A source and what of its text is quoted."""
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_SPAN = re.compile(r"(?<![\d.,])(?<!\d[/-])((?:19|20)\d\d)(?: ?[-–/_] ?|( to ))((?:19|20)?\d\d)(?![\d-]|[.,]\d)")
_SHORT_YEAR = re.compile(r"(?:\bFY\s?|['’/–-])(\d\d)(?!\d)")
"""FY21, '21, 2020/21."""
_DAY = 31
"""A line that heads a table has no greater number but years: `Year ended December 31, 2022 2021`."""


def misdated(said: Iterable[tuple[str, Sequence[Quoted]]]) -> tuple[str, ...]:
    """Of what an answer says those parts that have a year which what is quoted for them has not, nor what is over it.

    Args:
        said: the text before each marker, from the beginning of its sentence, with what is quoted for it, in order.
    """
    whole: list[tuple[str, list[Quoted]]] = []
    for text, quoted in said:
        if whole and same(text, whole[-1][0]):  # a sentence with several markers
            whole[-1] = (text, [*whole[-1][1], *quoted])
        else:
            whole.append((text, list(quoted)))
    return tuple(text for text, quoted in whole if quoted and not years_in(text) <= _dated(text, quoted))


def same(text: str, other: str) -> bool:
    """Whether one of two texts is the other, or a part of it, word for word."""
    one, two = " ".join(words(text)), " ".join(words(other))
    return one in two or two in one


def years_in(text: str) -> set[str]:
    """The years of a text that are written in full."""
    return set(_YEAR.findall(text))


def spans_in(text: str, *, asks: bool = False) -> frozenset[tuple[int, int]]:
    """The years of a text that run from one calendar year into the next: 2023-24, 2023/2024, 2023 to 2024.

    Not the last of them where the text `asks`: a change from 2023 to 2024 is of two years.
    """
    found = ((int(first), int(last)) for first, to, last in _SPAN.findall(text) if not (asks and to))
    return frozenset((first, first + 1) for first, last in found if last in (first + 1, (first + 1) % 100))


def without_spans(text: str) -> str:
    """A text without these."""
    return _SPAN.sub(" ", text)


def _dated(text: str, quoted: Sequence[Quoted]) -> set[str]:
    """The years of the quotes' units, and of what stands over these, but of such as have nothing else of a text.

    For 520 sacks of 2002 the row of 2001, which has neither more of the sentence than the row of 2002 nor anything else
    of it, is no reason to say 2001.
    """
    every = {(source.number, unit): (source, unit) for source, span in quoted for unit in _units(source, span)}
    units = list(every.values())
    wanted = (numbers_of(text) | frozenset(terms(text))) - years_in(text)
    held = [_held(wanted, source.text[unit.start : unit.end]) for source, unit in units]
    most = max(map(len, held))
    found: set[str] = set()
    for at, (source, unit) in enumerate(units):
        others = frozenset().union(*held[:at], *held[at + 1 :])
        if len(held[at]) == most or held[at] - others:
            found |= _told(source, unit)
    return found


def _units(source: Packed, span: Span) -> list[Span]:
    return [unit for unit in quotable_units(source) if unit.overlaps(span)] or [span]


def _held(wanted: frozenset[str], text: str) -> frozenset[str]:
    return wanted & (numbers_told(text) | frozenset(terms(text)))


def _told(source: Packed, unit: Span) -> set[str]:
    """The years of a unit and of what stands over it, and its other numbers."""
    found: set[str] = set()
    for text in _texts(source, unit):
        short = _SHORT_YEAR.findall(text)
        found |= years_in(text) | numbers_told(text) | {f"{century}{year}" for century in (19, 20) for year in short}
    return found


def _texts(source: Packed, span: Span) -> Iterator[str]:
    """A unit, its document's path, its headings and the lines that head it.

    Where it has no year of its own, the nearest line or sentence above it that has one, too.
    """
    own = source.text[span.start : span.end]
    yield from (own, source.hit.path, source.hit.context, *source.hit.place.headings)
    above = [source.text[one.start : one.end] for one in quotable_units(source) if one.end <= span.start]
    above.reverse()
    yield from takewhile(_heads, dropwhile(lambda line: not _heads(line), above))
    if not years_in(own):
        yield next((text for text in above if years_in(text)), "")


def _heads(line: str) -> bool:
    """Whether a line may be the header of what stands below it: it has years, and no other number but of a day."""
    years = years_in(line)
    others = numbers_of(line) - years
    return bool(years) and not is_sentence(line) and all(one.isdigit() and int(one) <= _DAY for one in others)
