"""Numbers: which numbers of two texts are equal, whatever form they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GAPS = "'’\u00a0\u2009\u202f "
"""What groups digits by three where it is neither a full stop nor a comma."""
_NUMBER = re.compile(
    rf"(?<!\w)(?<!\d[.,{_GAPS}])[1-9]\d{{0,2}}(?P<gap>[{_GAPS}])\d{{3}}(?:(?P=gap)\d{{3}})*(?:[.,]\d+)?(?!\d)"
    r"|\d+(?:[.,]\d+)*"
)
_AFTER = 16
"""Characters after a number that say what it is of."""
_SCALES = (
    (re.compile(r"\s*(?:%|per ?cent\b|percent)", re.IGNORECASE), (1.0, 100.0)),
    (re.compile(r"\s*(?:billions?|bn)\b", re.IGNORECASE), (1.0, 1e-3, 1e-6, 1e-9)),
    (re.compile(r"\s*(?:millions?|mn|m)\b", re.IGNORECASE), (1.0, 1e-3, 1e-6)),
    (re.compile(r"\s*(?:thousands?|k)\b", re.IGNORECASE), (1.0, 1e-3, 1e3)),
)
_OF_WORD = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
"""After a number that is none of an amount: 20th Century Fox."""
_GAP = re.compile(f"[{_GAPS}]")
_EITHER = "?"
"""Ends the form of a number that is read as thousands or as a fraction: `1.284?` equals 1284 and 1.284."""


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written."""

    form: str
    """That of `numbers_of`."""
    readings: tuple[tuple[float, float], ...]
    """What it may be, each with half of what its last digit is worth."""
    digits: int
    """How many there are, zeros at the beginning aside."""
    scales: tuple[float, ...] = (1.0,)
    """By what a result may be multiplied that is told so: 5.5 million, 12 %."""

    @property
    def values(self) -> tuple[float, ...]:
        """What it may be."""
        return tuple(value for value, _ in self.readings)


def written_in(text: str) -> list[Written]:
    """The numbers of a text, in order."""
    return [
        Written(_form(one[0]), _readings(one[0]), _digits(one[0]), _scales(text[one.end() : one.end() + _AFTER]))
        for one in _NUMBER.finditer(text)
        if not _OF_WORD.match(text, one.end())
    ]


def _scales(after: str) -> tuple[float, ...]:
    """What the words after a number say of its size."""
    for pattern, scales in _SCALES:
        if pattern.match(after):
            return scales
    return (1.0,)


def values_of(text: str) -> tuple[float, ...]:
    """What the numbers of a text may be, in order; digits with a space between may be two numbers."""
    apart = "\n".join(part for one in _tokens(text) if len(parts := one.split()) > 1 for part in parts)
    return tuple(value for one in (*written_in(text), *written_in(apart)) for value in one.values)


def numbers_of(text: str) -> frozenset[str]:
    """The numbers of a text, each in one form: 1,234.50 and 1.234,50 are 1234.5.

    What may be read in two ways keeps that in its form where it has a full stop (1.284); 1,284 is 1284, which equals it
    too.
    """
    return frozenset(_form(one) for one in _tokens(text))


def numbers_in(text: str) -> frozenset[str]:
    """The forms of `numbers_of` that equal a number of a text; digits with a space between may be two numbers."""
    found: set[str] = set()
    for one in _tokens(text):
        for value in _values(one):
            found |= {value, *_either(value)}
        if len(parts := one.split()) > 1:
            found |= numbers_in("\n".join(parts))
    return frozenset(found)


def plain(number: str) -> str:
    """A number without zeros that say nothing."""
    whole, dot, rest = number.partition(".")
    return f"{whole.lstrip('0') or '0'}{dot}{rest}".rstrip("0").rstrip(".") if dot else whole.lstrip("0") or "0"


def _tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _NUMBER.finditer(text))


def _digits(token: str) -> int:
    return len(re.sub(r"\D", "", token).lstrip("0")) or 1


def _is_one(value: str) -> bool:
    """Whether a form is a number, and no date or version."""
    return value.replace(".", "", 1).isdigit()


def _readings(token: str) -> tuple[tuple[float, float], ...]:
    """What a number may be; one with digits after a mark is told to these. 1,284 is taken for thousands."""
    joined = plain(re.sub(r"\D", "", token))
    half = 0.5 * 10 ** -len(re.split(r"[.,]", token)[-1]) if re.search(r"[.,]", token) else 0.5
    found = [(float(one), 0.5 if one == joined else half) for one in _values(token) if _is_one(one)]
    return tuple(found if "." in token else found[:1])


def _form(token: str) -> str:
    values = _values(token)
    return f"{token}{_EITHER}" if len(values) > 1 and "." in token else values[0]


def _either(value: str) -> Iterator[str]:
    """The form of what may be read in two ways, one of which is a value."""
    whole, _, rest = value.partition(".")
    if not rest and 4 <= len(whole) <= 6:
        yield f"{whole[:-3]}.{whole[-3:]}{_EITHER}"
    elif rest and whole != "0" and len(whole) <= 3 and len(rest) <= 3:
        yield f"{whole}.{rest:0<3}{_EITHER}"


def _values(token: str) -> tuple[str, ...]:
    """What a number as written may be; of two readings thousands come first."""
    digits = _GAP.sub("", token)
    groups, marks = re.split(r"[.,]", digits), re.findall(r"[.,]", digits)
    if not marks:
        return (plain(digits),)
    joined, fraction = "".join(groups[:-1]), groups[-1]
    if len(marks) == 1:
        part = plain(f"{joined}.{fraction}")
        return (joined + fraction, part) if _by_three(groups) and digits == token else (part,)
    if len(set(marks)) == 1 and _by_three(groups):
        return (joined + fraction,)
    if len(set(marks[:-1])) == 1 and marks[-1] != marks[0] and _by_three(groups[:-1]):
        return (plain(f"{joined}.{fraction}"),)
    return (plain(digits),)  # a date, a version, numbers without a space between


def _by_three(groups: Sequence[str]) -> bool:
    """Whether the digits are grouped as thousands are."""
    first, *rest = groups
    return len(first) <= 3 and first[0] != "0" and all(len(one) == 3 for one in rest)
