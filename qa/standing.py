"""Standing: what a unit's place and look add to what it says: a title names nobody, a bill of March is due in April.

Every number is set by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from ingest.chunkers._sentences import is_entry
from qa.candidates import Candidate, is_mail
from qa.cues import Asked
from qa.dating import spans_in, years_in
from qa.evidence import Judge
from qa.fitting import numbers, unnumbered
from qa.likeness import MONTH_STEMS, forms, forms_told
from qa.mails import framing, is_header
from qa.parts import PART, asks_for_items, begins_part, part_of
from qa.quoting import is_listed, said
from qa.types import Packed
from qa.units import describes_table, is_bullet, is_sentence
from qa.words import fold, stem, words
from retrieval.dates import day_of, days_in, weekdays_in

_ISSUER = 0.45
"""What is added to the support of a printed page's head where it is asked who the page is from."""
_OWN_FIRST = 0.1
"""What it counts for, for which unit comes first, that it has the question's words itself."""
_LABEL = 0.2
"""The same that it is labelled with a number of the question: `130 -- The process was interrupted`."""
_LABELLED = re.compile(r"\W*(?:[^\W\d]+\W+)?(\d{2,})\b")
"""A number is the first word, or the second; a single figure is the number of any item."""
_ENTITLED = 0.6
"""What it counts for, for which comes first, that the title over a step has the question's words, where a way is asked
for: of closing the window much is said in the steps to open it."""
_KEY = 0.1
"""What it counts for, for which unit comes first, that a record's field is named by words of the question alone."""
_OTHER_TIME = 0.4
"""What it costs a row, for which comes first, that a field of it is a month, and not that of the question (the bill of
March is due in April), or that it is of another day."""
_TITLED = 80
"""Characters in which the title of a section stands that is a date."""
_DATED = 24
"""Characters in which a date stands that an entry begins with."""
_EXACT = 0.15
"""What it counts for, for which comes first, that a field of a row or record is all that the question names."""
_OTHER_NUMBER = 0.3
"""The same that it has another number of what the question names with one."""
_ECHO = 0.5
"""The same that it is a record's field that only says what the question names: `id: INC-26-017`."""
_NAMESAKE = 0.3
"""The same that it is of another one of the same surname."""
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])|[^\W\d_]{3,9}(?: (?:19|20)\d\d)")
"""What a field is that is a month as a whole, with its year; without one its name must say that it is a month."""
_MONTHS_NAME = stem("month")
_FIELDS = re.compile(r"([^:;|\n]{1,60}): ([^;\n]{1,200})")
_FIELD = re.compile(r"([^:\n|]{1,60}): ")
_DESCRIPTION = 0.4
"""What it costs to describe a table's columns where rows of it are at hand, and the table is not asked for."""
_OTHER_YEAR = 0.2
"""What it costs a unit that its document is of another year by its name, where one of the year asked for is there."""
_IDLE = 0.3
"""What it costs a unit that it asks itself, or is a line of a list of contents, where no such is asked for."""
_OLDER = 0.15
"""What it costs a unit, for which comes first, that it is quoted from an older mail: the new one may say otherwise."""
_OUTDATED = 0.1
"""What it costs a unit, for which comes first, that its document is withdrawn, or a later edition of it is there."""
_AWAY = re.compile(
    r"(?:^|/)_?(?:old|archived?|archives|obsolete|superseded|outdated|deprecated)/|"
    r"[_. -](?:old|archived|obsolete|superseded|outdated|deprecated)(?=\.\w+$)",
    re.IGNORECASE,
)
"""How folders and files are named that hold what is no longer so."""
_VERSION = re.compile(r"(?<![^\W\d_])(?:v|ver|version|rev|revision|ed|edition)[-_. ]?(\d{1,3})(?!\d)", re.IGNORECASE)
_BEGINNING = 400
"""Characters in which a document says that it is withdrawn."""
_WITHDRAWN = re.compile(
    r"^\W*(?:this \w+ (?:is|was|has been) )?(?:withdrawn|superseded|obsolete|replaced by|no longer valid)\b",
    re.IGNORECASE | re.MULTILINE,
)
_OF_OLD = re.compile(r"\b(?:old|older|former|previous|archived?|obsolete|superseded|outdated)\b", re.IGNORECASE)
_DIGITS = re.compile(r"[\W_]*\d[\d\W_]*")
_CAUSE = 0.1
"""What it counts for, for which comes first, that it says a reason, where one is asked for."""
_NO_CAUSE = 0.25
"""What it costs a table's row there, unless a column of it is for reasons."""
_WHY = re.compile(r"\b(?:why|what (?:was|is|were|are) the (?:cause|reason)s?|what caused)\b", re.IGNORECASE)
_REASONS = frozenset(map(stem, ("cause", "reason", "why")))
_REASON = re.compile(
    r"\b(?:because|due to|owing to|caused?|causes|reasons?|as a result|so that|in order to|thanks to|led to|since)\b|"
    r"\bc(?:a|o)me from\b",
    re.IGNORECASE,
)
_FRAGMENT = 0.15
"""The same that it is a line of prose, no sentence, item or field, that has nothing of what is asked for."""
_TITLE = 0.3
"""What it costs a document's title to answer who or whose something is, where no document is asked for."""
_TITLE_WORDS = 12
_OF_TITLES_TEXT = "title name document call report paper article book author write issue publish about"
_OF_TITLES = frozenset(map(stem, _OF_TITLES_TEXT.split()))
_OF_PARTS = frozenset(map(stem, ("question", "ask", "section", "chapter", "page", "contents")))
_OF_DAYS = frozenset(map(stem, ("date", "day")))
_OF_TABLES = frozenset(map(stem, ("row", "column", "table")))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the units of the sources stand, for one question."""

    judge: Judge
    tables: frozenset[str]
    """The paths of which rows are at hand, unless the question asks for a table as such."""
    others: frozenset[str]
    """Those that have other years than the question, where one has that of the question."""
    part: str
    """The number of the part that is asked for, if any."""
    outdated: frozenset[str] = frozenset()
    """Those of which there is a later edition, where no year is asked for."""
    way: bool = False
    """Whether a list or a way is asked for."""
    why: bool = False
    """Whether a reason is."""
    question: str = ""
    """In small letters, its words parted by single spaces."""

    @classmethod
    def of(cls, question: str, judge: Judge, sources: Sequence[Packed]) -> Standing:
        """For a question, as searched, and its sources."""
        whole = judge.asked.relative or not _OF_TABLES.isdisjoint(judge.terms)
        tables = frozenset(one.hit.path for one in sources if one.hit.place.rows and not whole)
        others, outdated = _of_other_years(judge, sources), _outdated(question, judge, sources)
        way, why = asks_for_items(question), _WHY.search(question) is not None
        return cls(judge, tables, others, part_of(question), outdated, way, why, _spaced(question))

    def support(self, one: Candidate) -> float:
        """What is added to the support of a unit, and to its score."""
        asked, terms, path = self.judge.asked, self.judge.terms, one.source.hit.path
        named = asked.kind == "name" and _OF_TITLES.isdisjoint(terms)
        title = one.is_opening and len(one.text.split()) <= _TITLE_WORDS
        added = (
            _ISSUER * (asked.issuer and bool(one.head) and one.fits)
            - _IDLE * (one.posed.idle and _OF_PARTS.isdisjoint(terms))
            - _TITLE * (named and title)
            - _OTHER_YEAR * (path in self.others)
            - _DESCRIPTION * (path in self.tables and describes_table(one.text))
        )
        if one.form == "prose":
            added += framing(one.text, asked.kind, terms, subject=_is_subject(one), mail=is_mail(one.source))
            added += PART * begins_part(one.text, self.part)
        return added

    def first(self, one: Candidate) -> float:
        """What speaks for a unit as the first, beside its support."""
        prose = one.form == "prose"
        label = _LABELLED.match(one.text) if prose else None
        return (
            _OWN_FIRST * self.judge.covers(one.heard.own)
            + _LABEL * (label is not None and label[1] in self.judge.asked.numbers)
            + _KEY * self._keyed(one)
            + _ENTITLED * (self.way and self.judge.covers(one.heard.title))
            - _OTHER_TIME * (self._is_of_other_month(one) or is_of_other_day(one, self.judge.asked))
            - _OTHER_NUMBER * self._is_of_other_number(one)
            - _OTHER_NUMBER * is_of_other_range(one)
            - _ECHO * self._is_echo(one)
            - _NAMESAKE * is_of_namesake(one, self.judge.asked)
            + _EXACT * self._is_exact(one)
            - _OLDER * one.text.startswith("> ")
            - _OUTDATED * (one.source.hit.path in self.outdated)
            - _FRAGMENT * (prose and _is_fragment(one))
            + _CAUSE * (self.why and _REASON.search(one.text) is not None)
            - _NO_CAUSE * (self.why and prose and _says_no_reason(one))
        )

    def _is_of_other_month(self, one: Candidate) -> bool:
        """Whether a field is a month, and not that of the question, which no field has that the question names."""
        asked = MONTH_STEMS.intersection(self.judge.terms) if one.form in ("row", "record") else frozenset[str]()
        told = set[str]()
        for name, value in fields_of(one.text) if asked else ():
            months = MONTH_STEMS.intersection(forms(value))
            if not asked.isdisjoint(months) and not forms(name).keys().isdisjoint(self.judge.terms):
                return False  # which is due in May
            if _MONTH.fullmatch(value.strip()) or forms(name).keys() == {_MONTHS_NAME}:
                told |= months
        return bool(told) and asked.isdisjoint(told)

    def _is_of_other_number(self, one: Candidate) -> bool:
        """Whether a field that the question names with a number has another one: `bedrooms: 2` for three bedrooms."""
        asked = self.judge.asked.quantities if one.form in ("row", "record") else frozenset[tuple[str, str]]()
        told: list[bool] = []
        for name, value in fields_of(one.text) if asked else ():
            found, stems = numbers(value), forms(name).keys()
            told += [number in found for noun, number in asked if found and noun in stems]
        return bool(told) and not any(told)

    def _is_exact(self, one: Candidate) -> bool:
        """Whether a field of several words stands in the question as a whole: `Helm 2` and not `Helm 2 Pro`."""
        fields = fields_of(one.text) if one.form in ("row", "record") else []
        values = (_spaced(value) for _, value in fields)
        return any(len(value.split()) > 1 and f" {value.strip()} " in self.question for value in values)

    def _is_echo(self, one: Candidate) -> bool:
        """Whether the value of a field, one of several of a record, is the question's own."""
        field = _FIELD.match(one.text) if one.form == "record" and any(one.beside) else None
        value = _spaced(one.text[field.end() :]) if field and "\n" not in one.text else " "
        return bool(value.strip()) and value in self.question

    def _keyed(self, one: Candidate) -> float:
        """Of the words that name the field of a record's line, the share that the question has."""
        field = _FIELD.match(one.text) if one.form == "record" else None
        named = set(forms_told(field[1].replace(".", " "))) if field else set()
        return len(named.intersection(self.judge.terms)) / len(named) if named else 0.0


def fields_of(text: str) -> list[tuple[str, str]]:
    """The fields of a row or a record, each as its name and its value."""
    return _FIELDS.findall(text)


def is_of_other_day(one: Candidate, asked: Asked) -> bool:
    """Whether a row has a field that is named a day, an entry begins with one or stands below, none the question's."""
    fields = fields_of(one.text) if (asked.days or asked.weekdays) and one.form in ("row", "record") else []
    named = any(_is_other_day(value, asked) for name, value in fields if _is_of_days(name))
    title = one.group[:_TITLED].split("\n", 1)[0].strip("#* ") if one.group and one.form == "prose" else ""
    return named or _is_other_day(title, asked) or _is_entry_of_other_day(one, asked)


def is_of_other_range(one: Candidate) -> bool:
    """Whether a row is of a range in which the question's quantity does not lie: 1 to 3 years for one of 8."""
    return one.other_range and (one.form in ("row", "record") or any(mark in one.text for mark in "|\t"))


def is_of_namesake(one: Candidate, asked: Asked) -> bool:
    """Whether a field of a row or record is another name with the second word of one of the question.

    An initial may stand for the first.
    """
    names = [(first, last) for first, last in asked.full_names if last in one.heard.own and first not in one.heard.own]
    fields = fields_of(one.text) if names and one.form in ("row", "record") else []
    each = [list(filter(None, (fold(word) for word in words(value) if word[0].isupper()))) for _, value in fields]
    return any(
        stem(word) == last and before[0] != first[0]
        for first, last in names
        for value in each
        for before, word in pairwise(value)
    )


def _is_entry_of_other_day(one: Candidate, asked: Asked) -> bool:
    """Whether a unit is an entry of a log, which begins with a date, and that is none of the question's."""
    found = days_in(one.text[:_DATED]) if asked.days and is_entry(one.text, 0) else frozenset[tuple[int, int]]()
    return bool(found) and found.isdisjoint(asked.days)


def _is_other_day(value: str, asked: Asked) -> bool:
    """Whether a field is a day, or names a single weekday, and is not the question's."""
    if asked.days and (days := day_of(value)):
        return days.isdisjoint(asked.days)
    named = weekdays_in(value) if len(value) <= _DATED else frozenset[str]()
    return bool(asked.weekdays) and len(named) == 1 and named.isdisjoint(asked.weekdays)


def _is_subject(one: Candidate) -> bool:
    """Whether a unit is the subject of a mail: it stands over the headers."""
    after = one.beside[1]
    return one.is_opening and after is not None and is_header(said(one.source, after))


def _spaced(text: str) -> str:
    return f" {' '.join(map(fold, words(text)))} "


def _is_of_days(name: str) -> bool:
    named = forms(name).keys()
    return bool(named) and named <= _OF_DAYS


def _of_other_years(judge: Judge, sources: Sequence[Packed]) -> frozenset[str]:
    names = {one.hit.path: one.name for one in sources} if judge.asked.years else {}
    years = _others({path: years_in(name) for path, name in names.items()}, judge.asked.years)
    return years | _others({path: spans_in(name) for path, name in names.items()}, judge.asked.spans)


def _others(named: Mapping[str, AbstractSet[Any]], wanted: AbstractSet[Any]) -> frozenset[str]:
    """The paths with other years than those that are wanted, where one has such."""
    if all(wanted.isdisjoint(found) for found in named.values()):
        return frozenset()
    return frozenset(path for path, found in named.items() if found and wanted.isdisjoint(found))


def _outdated(question: str, judge: Judge, sources: Sequence[Packed]) -> frozenset[str]:
    """The paths of which another one is a later edition by its name, those that are put away, and those that say so."""
    if judge.asked.years or _OF_OLD.search(question):
        return frozenset()
    editions = {one.hit.path: _edition(one.hit.path) for one in sources}
    names = {path: _DIGITS.sub(" ", PurePosixPath(path).name) for path in editions}
    later = {
        path
        for path, edition in editions.items()
        if any(0 < edition < other and names[path] == names[one] for one, other in editions.items())
    }
    withdrawn = {one.hit.path for one in sources if one.span.start < _BEGINNING and _WITHDRAWN.search(_begun(one))}
    return frozenset(later | withdrawn).union(path for path in editions if _AWAY.search(path))


def _edition(path: str) -> int:
    """The last year of a path, or the version in its name; 0 where it has none."""
    version = _VERSION.search(PurePosixPath(path).stem)
    return max(map(int, years_in(path)), default=int(version[1]) if version else 0)


def _begun(source: Packed) -> str:
    """What of a source is of how its document begins."""
    return source.text[: max(_BEGINNING - source.span.start, 0)]


def _says_no_reason(one: Candidate) -> bool:
    return any(mark in one.text for mark in ("|", "\t")) and _REASONS.isdisjoint(one.heard.own)


def _is_fragment(one: Candidate) -> bool:
    plain = not (is_sentence(one.text) or is_bullet(one.text) or is_listed(one.text) or ":" in one.text)
    return plain and not (one.fits or one.is_opening) and not any(map(str.isdigit, unnumbered(one.text)))
