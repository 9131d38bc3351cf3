"""Ranges: whether a row of `6 to 12 years`, `over 40 kg` is that of what is 8 years old, or weighs 45 kg (English)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import inf

_UNITS = {
    "year": ("years?", "yrs?", "y", "year-olds?", "years? (?:old|of age)"),
    "month": ("months?", "mths?", "month-olds?"),
    "week": ("weeks?", "wks?"),
    "day": ("days?",),
    "hour": ("hours?", "hrs?", "h"),
    "minute": ("minutes?", "mins?"),
    "kg": ("kg", "kgs", "kilos?", "kilograms?", "kilogrammes?"),
    "g": ("g", "grams?", "grammes?"),
    "m": ("m", "met(?:re|er)s?"),
    "cm": ("cm", "centimet(?:re|er)s?"),
    "mm": ("mm", "millimet(?:re|er)s?"),
    "km": ("km", "kilomet(?:re|er)s?"),
    "mile": ("miles?",),
    "degree": ("°", "° ?[CF]", "degrees?"),
    "person": ("people", "persons?", "employees?", "guests?"),
}
_UNIT = "|".join(f"(?:{form})" for forms in _UNITS.values() for form in forms)
_NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_OF_UNIT = {
    unit: re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE) for unit, forms in _UNITS.items()
}
_QUANTITY = re.compile(rf"(?<![\w.,])({_NUMBER})[ -]?({_UNIT})(?![^\W_])", re.IGNORECASE)
_AGED = re.compile(r"\bage[ds]?(?: of)? (\d{1,3})\b(?! ?(?:month|week|day|to|-))", re.IGNORECASE)
_RANGE = re.compile(
    rf"(?<![\w.,])({_NUMBER}) ?({_UNIT})? ?(?:-|–|to|and|up to) ?({_NUMBER}) ?({_UNIT})(?![^\W_])", re.IGNORECASE
)
_BOUND = re.compile(
    r"(?<!\w)(?P<before>over|above|more than|older than|exceeding|from|at least|under|below|less than|younger than|"
    rf"up to|until|at most|[<>≤≥]) ?(?P<bound>{_NUMBER}) ?(?P<unit>{_UNIT})(?![^\W_])(?! ?(?:to|-|–) ?\d)"
    rf"|(?<![\w.,])(?P<first>{_NUMBER}) ?(?P<its>{_UNIT}) "
    r"(?P<after>and (?:over|above|older|under)|or (?:over|more|older|under|less))\b",
    re.IGNORECASE,
)
_LOWER = frozenset(("from", "at least", "≥", "and over", "and above", "and older", "or over", "or more", "or older"))
_ABOVE = frozenset(("over", "above", "more than", "older than", "exceeding", ">"))
_UPPER = frozenset(("up to", "until", "at most", "≤", "and under", "or under", "or less"))


def quantities(question: str) -> list[tuple[float, str]]:
    """The numbers of a question with their units: `8 years old`, `aged 8`, `45 kg`; ages in years and in months."""
    found = [(_value(number), _unit(unit)) for number, unit in _QUANTITY.findall(question)]
    found += [(float(age), "year") for age in _AGED.findall(question)]
    return [one for value, unit in dict.fromkeys(found) for one in ((value, unit), *_otherwise(value, unit))]


def unit_words(question: str) -> frozenset[str]:
    """The words of the quantities, in small letters: what a row of their range need not say."""
    found = [word for match in _QUANTITY.finditer(question) for word in match[0].lower().replace("-", " ").split()]
    return frozenset(found).union(_AGED.findall(question))


def _otherwise(value: float, unit: str) -> list[tuple[float, str]]:
    """Months in years, and the other way round."""
    return [(value / 12, "year")] if unit == "month" else [(value * 12, "month")] if unit == "year" else []


def is_within(text: str, asked: Sequence[tuple[float, str]]) -> bool | None:
    """Whether a text tells of a range that has one of some quantities; False where it tells of others alone.

    None where it tells of no range of such a unit.
    """
    ranges = list(_ranges(text))
    told = [low <= value <= high for value, unit in asked for low, high, its in ranges if its == unit]
    return any(told) if told else None


def _ranges(text: str) -> Iterator[tuple[float, float, str]]:
    for low, unit, high, last in _RANGE.findall(text):
        if not unit or _unit(unit) == _unit(last):
            yield _value(low), _value(high), _unit(last)
    for match in _BOUND.finditer(_RANGE.sub(" ", text)):
        word = (match["before"] or match["after"]).lower()
        yield (*_bounds(word, _value(match["bound"] or match["first"])), _unit(match["unit"] or match["its"]))


def _bounds(word: str, value: float) -> tuple[float, float]:
    tiny = 1e-9
    if word in _LOWER:
        return value, inf
    if word in _ABOVE:
        return value + tiny, inf
    return -inf, value if word in _UPPER else value - tiny


def _value(number: str) -> float:
    return float(_THOUSANDS.sub("", number).replace(",", ".").replace("−", "-"))


def _unit(form: str) -> str:
    return next((unit for unit, pattern in _OF_UNIT.items() if pattern.fullmatch(form.strip("- "))), form.lower())
