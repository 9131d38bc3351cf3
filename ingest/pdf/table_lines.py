"""The lines of a page as a reader of tables sees them: words on one baseline, in stretches that gaps part."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from ingest.pdf.lines import Line as PageLine
from ingest.pdf.rules import Rule
from ingest.pdf.words import Word

_GAP = 0.95
"""A gap of so much of the font's height parts two stretches, …"""
_NUMBER_GAP = 0.42
"""… or so much between two numbers, …"""
_LEAST_GAP = 0.1
_LABEL_GAP = 0.7
"""… or so much between a number and a word."""
_CACHED = 20_000
_LEFT, _SIZE = attrgetter("x0"), attrgetter("size")
_MOST_WALLS = 1_000
"""More of them are a drawing."""
_LONGEST = 40
_MARK_SIZE = 0.85
"""What is smaller is a footnote's mark."""
_NUMBER = re.compile(
    r"[(\[<>≤≥~±+−–-]*(?:[$€£¥₹]|US\$|EUR|USD|GBP|CHF)?[(\[+−–-]*[$€£¥]?"
    r"\d[\d.,'’ ]*[%‰x×]?[)\]]*[%‰]?(?:\([a-z\d,]{1,4}\)|[*†‡]+)?"
)
_NOTHING = re.compile(r"[-–—−‐*#.…]+|[(]?[nN]/?[aAmM]\.?[)]?|NM|[-–—−]+\)?%?")
_CURRENCY = re.compile(r"[(]?(?:[$€£¥₹<>≤≥]|US\$|C\$|A\$|HK\$|R\$|EUR|USD|GBP|CHF|Rs\.?)")
_HANGING = re.compile(r"[%‰)\]]+|[(\[][a-z0-9*†‡,]{1,4}[)\]]|[*†‡]+|pts?|bps|x|p\.p\.|pp")
_YEAR = re.compile(r"(?:FY|CY|Q[1-4]|H[12])?['’]?(?:19|20)\d\d[A-Z]?[,.]?(?:[-/–](?:19|20)?\d\d)?|FY['’]?\d\d")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[,.]")


Wall = tuple[float, float, float]
"""A place across the page, and from where to where down the page it parts cells."""


@lru_cache(_CACHED)
def is_currency(text: str) -> bool:
    """Whether the word is a currency sign alone, or another that stands before a number."""
    return _CURRENCY.fullmatch(text) is not None


@lru_cache(_CACHED)
def is_hanging(text: str) -> bool:
    """Whether the word belongs to the number at its left: a percent sign, a parenthesis, a footnote's mark."""
    return _HANGING.fullmatch(text) is not None


@lru_cache(_CACHED)
def is_number(text: str) -> bool:
    """Whether the word is a number, or a sign that stands for none."""
    return len(text) <= _LONGEST and bool(_NUMBER.fullmatch(text) or _NOTHING.fullmatch(text))


def is_period(text: str) -> bool:
    """Whether the word is a year or a part of a date: a number that a header may hold."""
    return bool(_YEAR.fullmatch(text) or _DATE.fullmatch(text))


@dataclass(slots=True, eq=False)
class Stretch:
    """Words of one line between which there is no gap; likely one cell, or a part of it."""

    words: list[Word]
    x0: float
    x1: float
    numeric: bool = False
    """All of it is numbers, dashes, currency and percent signs."""
    value: bool = False
    """It is numeric and there is more in it than years and signs."""

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True, eq=False)
class Line:
    """Words on one baseline, from left to right."""

    base: float
    size: float
    words: list[Word]
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def x0(self) -> float:
        """Its left."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Its right."""
        return max([word.x1 for word in self.words])

    @property
    def values(self) -> bool:
        """Whether a number stands in it apart from its first stretch, or it is one number and no more."""
        first, *others = self.stretches
        return any(stretch.value for stretch in others) or (not others and first.value)


def lines_of(lines: Iterable[PageLine], rules: Iterable[Rule] = ()) -> list[Line]:
    """The rows of a page: what stands on one baseline, from left to right."""
    rows: dict[float, list[Word]] = {}
    for line in lines:
        rows.setdefault(line.row, []).extend(line.words)
    places = walls(rules)
    found = []
    for words in rows.values():
        words.sort(key=_LEFT)
        largest = max(words, key=_SIZE)
        made = Line(largest.base, largest.size, words)
        made.stretches = list(stretches(made, places))
        found.append(made)
    return sorted(found, key=lambda line: line.base)


def walls(rules: Iterable[Rule]) -> list[Wall]:
    """What parts cells beside one another: place, top and bottom of lines down the page and of the sides of frames."""
    sides: dict[int, list[tuple[float, float]]] = {}
    for rule in rules:
        if rule.down or (rule.framed and not rule.across):
            for at in {round(rule.x0), round(rule.x1)}:
                sides.setdefault(at, []).append((rule.y0, rule.y1))
    found = [(float(at), top, bottom) for at, parts in sides.items() for top, bottom in united(parts)]
    return found if len(found) <= _MOST_WALLS else []


def united(ranges: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ranges, those that overlap or nearly so made one."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def stretches(line: Line, parting: Iterable[Wall] = ()) -> Iterator[Stretch]:
    """The line parted at its gaps, and at lines that run down the page."""
    places = sorted(at for at, top, bottom in parting if top <= line.base - 0.3 * line.size <= bottom)
    size = line.size
    held = [line.words[0]]
    right = held[0].x1
    for word in line.words[1:]:
        gap = word.x0 - right
        if (places and _between(places, right - 1.5, word.x0 + 1.5)) or (
            gap > _LEAST_GAP * size and _parts(held[-1], word, gap, size)
        ):
            yield stretch_of(held, size)
            held = []
            right = word.x1
        if word.x1 > right:
            right = word.x1
        held.append(word)
    yield stretch_of(held, size)


def _between(places: list[float], low: float, high: float) -> bool:
    """Whether one of the sorted places lies between two others."""
    at = bisect_left(places, low)
    return at < len(places) and places[at] <= high


def _parts(left: Word, right: Word, gap: float, size: float) -> bool:
    """Whether a gap parts two cells."""
    if gap > _GAP * size:
        return True
    if gap <= _NUMBER_GAP * size:
        return is_currency(right.text) and (is_number(left.text) or is_hanging(left.text))
    after_number = is_number(left.text) or is_hanging(left.text)
    if is_currency(right.text) and after_number:
        return True
    if is_number(right.text) or is_currency(right.text):
        return gap > (_NUMBER_GAP if after_number else _LABEL_GAP) * size
    return is_number(left.text) and not right.text[:1].islower() and gap > _LABEL_GAP * size


def stretch_of(words: list[Word], size: float) -> Stretch:
    """Words as a stretch, in a line of a font's size."""
    first = words[0].text
    if not (is_number(first) or is_currency(first) or is_hanging(first)):
        return Stretch(words, words[0].x0, max([word.x1 for word in words]))
    numbers = [word.text for word in words if is_number(word.text)]
    counted = [word.text for word in words if word.size >= _MARK_SIZE * size and is_number(word.text)]
    if len(counted) > 1:
        counted = [text for text in counted if not is_hanging(text)]
    numeric = bool(numbers) or any(is_currency(word.text) for word in words)
    numeric = numeric and all(is_number(word.text) or is_currency(word.text) or is_hanging(word.text) for word in words)
    value = numeric and any(not is_period(text) for text in counted)
    return Stretch(words, words[0].x0, max(word.x1 for word in words), numeric, value)
