"""Dates: one that a question has is looked up as others write it: 11 August 2014, 2014-08-11, 11.08.2014, 8/11/2014."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MONTH_NAMES = "january february march april may june july august september october november december"
MONTHS = tuple(_MONTH_NAMES.split())
_SHORT = 3
"""Letters of a month's short name; September has one of four as well."""
_WEEKDAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = tuple(_WEEKDAY_NAMES.split())
_SHORT_WEEKDAYS = ("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun")
_SHORT_MONTHS = (*(month[:_SHORT] for month in MONTHS if month != "may"), "sept")
DAYS_AND_MONTHS = frozenset((*WEEKDAYS, *_SHORT_WEEKDAYS, *_SHORT_MONTHS))
"""The words one of which stands in a text with a short name of these, or with a weekday beside its date."""
_SHORT_WEIGHT = 0.5
"""What the short name of a weekday or a month counts where the long one is asked for: some are words (`sat`, `mar`)."""
_WEEKDAY = "|".join((*WEEKDAYS, *_SHORT_WEEKDAYS))
_ABBREVIATION = "|".join(
    one for name in (*_SHORT_WEEKDAYS, *_SHORT_MONTHS) for one in (name.capitalize(), name.upper())
)
_ABBREVIATED = re.compile(
    rf"(?:\b(?:Mon|MON|Tues?|TUES?|Thu(?:rs?)?|THU(?:RS?)?|Fri|FRI)\b|(?<=\d[ ./-])(?:{_ABBREVIATION})\b"
    rf"|(?:^|(?<=[|:;\t] )|(?<=\t))(?:{_ABBREVIATION})\b(?=\s*(?:[|:;\t]|$))"
    rf"|\b(?:{_ABBREVIATION})\b(?=\.? ?\d))",
    re.MULTILINE,
)
"""The short names of weekdays and months, with a capital; those that are words as well beside a number or a mark."""
_MONTH_WEIGHT = 0.5
"""What the month alone counts, of a date with a day: a moment (`2014-08-11T10:00`) has the day in another word."""
_SEPARATED = r"[-/.]"
_SHORT_OR_LONG = "|".join(rf"{month[:_SHORT]}(?:t?\.|t|{month[_SHORT:]})?" for month in MONTHS)
_NAMED = rf"(?P<month>{_SHORT_OR_LONG})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_IN_WORDS, _IN_NUMBERS = (
    tuple(re.compile(rf"(?<![\w/.-]){pattern}(?!(?!T\d\d:?\d\d)[\w/-]|\.\d)", re.IGNORECASE) for pattern in patterns)
    for patterns in (
        (
            rf"{_DAY}(?: of)? {_NAMED},? {_YEAR}",
            rf"{_NAMED} {_DAY},? {_YEAR}",
            rf"{_NAMED},?(?: of)? {_YEAR}",
        ),
        (
            rf"{_YEAR}(?P<by>{_SEPARATED})(?P<number>\d{{1,2}})(?P=by)(?P<day>\d{{1,2}})",
            rf"(?P<day>\d{{1,2}})(?P<by>[.])(?P<number>\d{{1,2}})(?P=by){_YEAR}",
            rf"(?P<first>\d{{1,2}})(?P<by>[-/])(?P<second>\d{{1,2}})(?P=by){_YEAR}",
        ),
    )
)
_UNDATED = tuple(
    re.compile(rf"(?<![\w/.-]){pattern}(?!,? ?\d|[\w/-]|\.\d)", re.IGNORECASE)
    for pattern in (rf"{_DAY}(?: of)? {_NAMED}", rf"{_NAMED} {_DAY}")
)
"""A day without its year."""
_BARE = tuple(
    re.compile(rf"{first}[./]{second}\.?")
    for first, second in ((_DAY, r"(?P<number>\d{1,2})"), (r"(?P<number>\d{1,2})", _DAY))
)
"""A day and month in numbers, as a whole: 4/12, 4.12."""
_BESIDE = re.compile(rf"\b(?:{_WEEKDAY})[.,]? {_DAY}[./](?P<number>\d{{1,2}})(?![\d/])", re.IGNORECASE)
"""The same behind its weekday: Wed 2/12."""
_BEGINS = re.compile(rf"\W*(?:{_WEEKDAY})s?\b[.,]? *", re.IGNORECASE)
_TIME = re.compile(r"[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z| ?[ap]m|[+-]\d\d:?\d\d)?$", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|by|before|after|since|until|from|to)(?: the)? $", re.IGNORECASE)
_BEFORE = 16
"""Characters before a day in which what leads to it stands."""
_DAY_FIRST = 0.5
"""What a day without its year counts where it stands before the month: 04-12 is 12 April more often."""
_MONTHLY = re.compile(r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)-(?P<number>0[1-9]|1[0-2])(?![\w/-]|\.\d)")
"""A month in numbers; 2010-11 is a season."""
_JOINED = re.compile(r"\d[-/.]\d{1,2}[-/.]\d|\d{4}-\d\d(?!\d)")
"""What each of these has: looked for alone, it is found (or not) several times as fast."""
_NUMERIC = re.compile(r"\d{1,4}-\d{1,4}(?:-\d{1,4})?|\d{1,2}/\d{1,2}/\d{4}")
_WORD = re.compile(r"\w+")
_LONGEST_DAY = 200
"""Characters: a longer text is no date."""
_CALENDAR = re.compile(rf"\b({'|'.join((*WEEKDAYS, *MONTHS))})(?:s|['’]s)?\b", re.IGNORECASE)
_MOST = 20
"""Dates of a question that are looked up."""
_LAST_DAY, _LAST_MONTH = 31, 12

Date = tuple[int, int, int | None]
"""Year, month, day; of a month alone no day."""


def dates_in(text: str) -> list[Date]:
    """The dates of a text that have a year, each once; of 3/4/2021 both that it may be."""
    return _read_all(_written(text, _IN_WORDS + _IN_NUMBERS))


def numeric_in(text: str) -> list[Date]:
    """The dates and months of a text that are written in numbers alone."""
    return _read_all(filter(_is_no_season, _written(text, (*_IN_NUMBERS, _MONTHLY)))) if _JOINED.search(text) else []


def days_in(text: str) -> frozenset[tuple[int, int]]:
    """Month and day of the dates of a text, also of those without a year."""
    return _days(_read_all(_written(text, _IN_WORDS + _IN_NUMBERS + _UNDATED)))


def unabridged(text: str) -> frozenset[str]:
    """The long names of the weekdays and months that a text has by their short ones: `Tue`, `4 Dec`."""
    return frozenset(map(_long, _ABBREVIATED.findall(text)))


def beside_weekdays(text: str) -> list[str]:
    """The months of the days in numbers that stand behind their weekdays: of `Wed 2/12` both that it may be."""
    days = [(int(found["day"]), int(found["number"])) for found in _BESIDE.finditer(text)]
    return [MONTHS[month - 1] for pair in days for month in pair if 1 <= month <= _LAST_MONTH]


def weekdays_in(text: str) -> frozenset[str]:
    """The weekdays that a text names, in full or by their short names."""
    named = {name.lower() for name in _CALENDAR.findall(text)} | unabridged(text)
    return frozenset(WEEKDAYS) & named


def day_of(text: str) -> frozenset[tuple[int, int]]:
    """Month and day of a text that is a date as a whole, a weekday or time beside, of 4/12 both; none of others."""
    if len(text) > _LONGEST_DAY:
        return frozenset()
    date = _TIME.sub("", text.strip())
    weekday = _BEGINS.match(date)
    date = date[weekday.end() :] if weekday else date
    matches = (pattern.fullmatch(date) for pattern in _IN_WORDS + _IN_NUMBERS + _UNDATED + _BARE)
    return _days(_read_all(filter(None, matches)))


def terms(question: str) -> dict[str, float]:
    """What is looked up for the dates of a question, in words and in numbers; how much each counts.

    In the index what joins them makes no difference: `2014-08-11` finds 2014/08/11 as well. Only the month first has
    slashes: with full stops none writes it so. What has the question's own words is found by these, where there is a
    year.
    """
    said = set(_WORD.findall(question.lower()))
    found: dict[str, float] = {}
    dated = dates_in(question)
    for year, month, day in dated[:_MOST]:
        found |= dict.fromkeys((form for form in _forms(year, month, day) if not said.issuperset(form.split())), 1.0)
        if day is not None:
            found[f"{year}-{month:02}"] = _MONTH_WEIGHT
    for month, day in sorted(days_in(question) - _days(dated))[:_MOST]:
        forms = [form for name in _names(month) for form in (f"{day} {name}", f"{name} {day}")]
        found |= dict.fromkeys(forms, 1.0)  # the number and the month by themselves stand in many places
        found |= {f"{day:02}-{month:02}": _DAY_FIRST, f"{month:02}-{day:02}": 1.0, f"{day}-{month}": _DAY_FIRST}
    return _calendar(question) | found


def _calendar(question: str) -> dict[str, float]:
    """The short names of the weekdays and months of a question, the long ones of short ones; none of its dates."""
    named = {name.lower() for name in _CALENDAR.findall(question)}
    long = unabridged(question) - named
    dated = {_long(month) for month in months_of(question)}
    short = {short: _SHORT_WEIGHT for name in named - dated for short in _short(name)}
    return short | dict.fromkeys(long - dated, 1.0)


def months_of(question: str) -> frozenset[str]:
    """The words for months in the dates of a question, in small letters: in numbers they are written otherwise."""
    written = _written(question, _IN_WORDS + _UNDATED)
    return frozenset(match["month"].lower().rstrip(".") for match in written)


def _days(dates: Iterable[Date]) -> frozenset[tuple[int, int]]:
    return frozenset((month, day) for _, month, day in dates if day is not None)


def pattern_of(term: str) -> re.Pattern[str] | None:
    """What finds a date of `terms` that is written in numbers in a folded text; None where a term is none."""
    if not _NUMERIC.fullmatch(term):
        return None
    joined = "[-/]".join(term.split("/")) if "/" in term else _SEPARATED.join(term.split("-"))
    return re.compile(rf"(?<!\w){joined}(?![^\Wt])")


def _written(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[re.Match[str]]:
    """The dates of a text; what is a part of one is none."""
    for pattern in patterns:
        yield from (match for match in pattern.finditer(text) if not _is_verb(match))
        text = pattern.sub(lambda match: " " * len(match[0]), text)


def _is_verb(match: re.Match[str]) -> bool:
    """Whether `may` beside a number is no month: `which of the 4 may be left`; `on 4 may` is one."""
    undated = match.re in _UNDATED and match["month"] == "may"
    return undated and not _ON.search(match.string, max(0, match.start() - _BEFORE), match.start())


def _is_no_season(match: re.Match[str]) -> bool:
    return match.re is not _MONTHLY or (int(match["year"]) + 1) % 100 != int(match["number"])


def _read_all(matches: Iterable[re.Match[str]]) -> list[Date]:
    return list(dict.fromkeys(date for match in matches for date in _read(match.groupdict())))


def _read(parts: dict[str, str | None]) -> Iterator[Date]:
    year = int(parts.get("year") or 0)
    if named := parts.get("month"):
        day = parts.get("day")
        yield from _valid(year, _number_of(named), None if day is None else int(day))
    elif number := parts.get("number"):
        day = parts.get("day")
        yield from _valid(year, int(number), None if day is None else int(day))
    else:
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        yield from _valid(year, second, first)
        yield from _valid(year, first, second)


def _valid(year: int, month: int, day: int | None) -> Iterator[Date]:
    if 1 <= month <= _LAST_MONTH and (day is None or 1 <= day <= _LAST_DAY):
        yield year, month, day


def _number_of(named: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month.startswith(named[:_SHORT].lower()))


def _long(short: str) -> str:
    return next(name for name in (*WEEKDAYS, *MONTHS) if name.startswith(short[:_SHORT].lower()))


def _short(name: str) -> list[str]:
    """The short names of a weekday or a month."""
    return [short for short in (*_SHORT_WEEKDAYS, *_SHORT_MONTHS) if short != name and name.startswith(short)]


def _names(month: int) -> list[str]:
    """A month's name, and its short one."""
    return list(dict.fromkeys((MONTHS[month - 1], MONTHS[month - 1][:_SHORT])))


def _forms(year: int, month: int, day: int | None) -> list[str]:
    """How a date may be written, each of other words or another order."""
    names, numbers = _names(month), dict.fromkeys((f"{month:02}", f"{month}"))
    if day is None:
        return [
            *(f"{one} {year}" for one in names),
            *(form for number in numbers for form in (f"{year}-{number}", f"{number}-{year}")),
        ]
    pairs = dict.fromkeys([(f"{month:02}", f"{day:02}"), (f"{month}", f"{day}")])
    return [
        *(form for one in names for form in (f"{day} {one} {year}", f"{one} {day} {year}")),
        *(form for one, its in pairs for form in (f"{year}-{one}-{its}", f"{its}-{one}-{year}", f"{one}/{its}/{year}")),
    ]
