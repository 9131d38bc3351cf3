"""Candidates: the sentences, rows and lines of the sources, with what stands around each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePosixPath

from ingest.chunkers._sentences import stands_alone
from ingest.types import Span
from qa.evidence import Form, Heard
from qa.fitting import unnumbered
from qa.likeness import forms_told
from qa.parts import is_step
from qa.posed import Posed, posed
from qa.sections import Sections, joined_by, other_headings
from qa.types import Packed
from qa.units import is_printed, is_sentence, leans, parted, quotable_units

_TABLE = 12
"""Lines: how far up and down a table is one matter."""
_HEAD, _HEAD_WORDS = 4, 12
"""Lines, and words: so many a printed page's head has at least, which says who it is from; logos are read in pieces."""
_OPENING = 500
"""Characters: a source that begins within so many is of how the document begins."""
_SENTENCE = 6
"""Words: so many has a sentence at least, if it is not a label or an address with a full stop."""
_FOLLOWING = 6
"""Units: how many after a candidate are kept, as an address has as many lines."""
_PARAGRAPH = 10
"""Units: what has more before it stands in no paragraph, but in a text that has none."""
_TITLE = 10
"""Words: what has more is no title of a list."""
_FIELDS = re.compile(r"(?:^|; |\n)[^:;|\n]{1,60}: ")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
"""The line between a Markdown table's header and its rows."""
_BEGINS_WITH_NUMBER = re.compile(r"\s*\d(?!\d{3}\s*$)")
"""A cell that is no year alone, as `2024-01-01 10:00`."""
_NUMERIC = re.compile(r"\s*[-+(£$€¥₹]*(?!(?:19|20)\d\d\s*$)\d[\d., ]*[%)]*\s*")
"""A cell that is a number, and no year."""
_ROWS = 2
"""Lines: with fewer below it, what could be a header may be a row as well."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a source and what speaks for it."""

    source: Packed
    span: Span
    """In the document's text."""
    text: str
    form: Form
    heard: Heard
    beside: tuple[Span | None, Span | None] = (None, None)
    """The units before and after it in the same source."""
    following: tuple[Span, ...] = ()
    """It with the next units of the same source: one, two …"""
    head: Span | None = None
    """Of one of the first lines of a printed page: its head."""
    posed: Posed = field(default_factory=Posed)
    """Whether it asks itself, and the question of the document that it stands below."""
    other_range: bool = False
    """Whether its first cell or field is a range in which no quantity of the question lies."""
    group: str | None = None
    """The text of the record, or of the section under a code (`C-26-03`) or a date, that it is of; None for others."""
    fits: bool = False
    """Whether it has a time, number, name … where the question asks for one."""
    support: float = 0.0
    """How far it answers the question."""
    score: float = 0.0
    """What it is ordered by."""

    @property
    def is_opening(self) -> bool:
        """Whether its document begins with it, and it is no sentence: as a rule a title."""
        return self.form == "prose" and not self.span.start and not is_sentence(self.text)


def candidates(sources: Sequence[Packed], named: AbstractSet[str] = frozenset()) -> list[Candidate]:
    """The units of all sources, in order, but for what leads to a table, or names its columns or records.

    Args:
        sources: what was found.
        named: the stems of the question's names: sections that it names together do not shut one another out.
    """
    found = []
    everything = [frozenset(forms_told(around(source))) for source in sources]
    roots = {
        source.hit.path: _root(source) for source in sources if source.hit.place.pointers and not source.span.start
    }
    for here, source in enumerate(sources):
        spans = quotable_units(source)
        texts = [source.text[span.start : span.end] for span in spans]
        form = _form(source, texts)
        own = [frozenset(forms_told(unnumbered(text) if form == "prose" else text)) for text in texts]
        above = frozenset(forms_told(heads(source)))
        joined = [a for a, one in zip(everything, sources, strict=True) if one is not source and _joined(source, one)]
        begun = frozenset[str]().union(
            *(everything[one] - other_headings(sources[one], source) for one in _openings(sources, here))
        )
        parts = (
            posed(source.text, spans, asks=is_mail(source)) if form in ("prose", "record") else [Posed()] * len(spans)
        )
        sections = Sections.of(source, spans, texts, own, named) if form == "prose" else None
        groups = sections.groups(texts) if sections else _records(source, spans, texts, form)
        for at, span in enumerate(spans):
            if _names_columns(source, texts, at) or _is_above_table(source, texts, at) or _is_key(form, texts, at):
                continue
            asking = frozenset(forms_told(parts[at].question))
            near = above.union(asking, *(own[one] for one in _near(source, texts, spans, at, form)))
            whole = is_whole(source, texts[at])  # a row stands for itself
            far = (near if whole else everything[here]).union(*joined)
            if sections:
                near = (near - sections.shut_out(at)) | sections.name(at)
                far = far - sections.shut_out(at)
            opening = roots.get(source.hit.path, frozenset[str]()) if whole else begun
            said = own[at] | own[at - 1] if at and _leans(source, texts[at], form) else own[at]
            said = said.union(*(own[head] for head in _columns(texts, at)), asking if parts[at].at_once else ())
            beside = (_beside(spans, at, at - 1, source), _beside(spans, at, at + 1, source))
            place = span.shift(source.span.start)
            paragraph = own[_paragraph(source.text, spans, at)] if form == "prose" else frozenset[str]()
            title = _title(source, texts, own, at) if form == "prose" else frozenset[str]()
            heard, head = Heard(said, near, far, opening, paragraph, title), _head(spans, at, source)
            following = _following(spans, at, source)
            group = groups[at]
            found.append(
                Candidate(source, place, texts[at], form, heard, beside, following, head, parts[at], group=group)
            )
    return found


def _title(source: Packed, texts: Sequence[str], own: Sequence[frozenset[str]], at: int) -> frozenset[str]:
    """The stems of the title over a numbered list, for an item of it and for the title: none for others.

    It is the last line before an item that is none, and no sentence.
    """
    if not is_step(texts[at]):
        return own[at] if _is_title(texts[at]) and any(map(is_step, texts[at + 1 : at + 2])) else frozenset()
    for before in range(at - 1, max(at - _PARAGRAPH, 0) - 1, -1):
        if _is_title(texts[before]):
            return own[before]
    return frozenset(forms_told("\n".join(source.hit.place.headings[-1:])))


def _is_title(text: str) -> bool:
    return len(text.split()) <= _TITLE and not (is_step(text) or is_sentence(text))


def _openings(sources: Sequence[Packed], here: int) -> list[int]:
    """The other sources of a source's document that are of how it begins."""
    path = sources[here].hit.path
    return [at for at, one in enumerate(sources) if at != here and one.hit.path == path and one.span.start <= _OPENING]


def _records(source: Packed, spans: Sequence[Span], texts: Sequence[str], form: Form) -> list[str | None]:
    """Of each unit the text of its record, where a source has several; None else."""
    found = [bisect_right(source.starts, span.start) for span in spans]
    if form != "record" or len(set(found)) == 1:
        return [None] * len(spans)
    return list(map(joined_by(found, texts).__getitem__, found))


def _near(source: Packed, texts: Sequence[str], spans: Sequence[Span], at: int, form: Form) -> Sequence[int]:
    """The units that say what one is about: those beside a sentence, the rest of a table, a record or a printed form.

    The next paragraph says nothing of the one before. A row, a record that is one unit, a turn of a conversation and
    what somebody noted stand for themselves; a row of Markdown whose columns are named has what stands over the table.
    """
    if is_whole(source, texts[at]) or (form == "prose" and stands_alone(texts[at], 0)):
        return range(at, at + 1)
    if columns := _columns(texts, at):
        return (*range(max(columns.start - 1, 0), columns.start), at)
    if form in ("record", "printed"):
        return range(len(texts))
    first, last = max(at - 1, 0), min(at + 1, len(texts) - 1)
    if is_sentence(texts[at]):
        return range(first, at + 1 if parted(source.text, spans[at].end, spans[last].start) else last + 1)
    while first > max(at - _TABLE, 0) and not (is_sentence(texts[first]) or is_sentence(texts[first - 1])):
        first -= 1
    while last < min(at + _TABLE, len(texts) - 1) and not (is_sentence(texts[last]) or is_sentence(texts[last + 1])):
        last += 1
    return range(first, last + 1)


def _paragraph(text: str, spans: Sequence[Span], at: int) -> int:
    """The first unit of the paragraph that one is of; itself where that has no end."""
    for first in range(at, max(at - _PARAGRAPH, -1), -1):
        if not first or parted(text, spans[first - 1].end, spans[first].start):
            return first
    return at


def _names_columns(source: Packed, texts: Sequence[str], at: int) -> bool:
    """Whether a unit is a table's header (of Markdown, or as it was parsed), or the rule below it.

    Where no header is known, that is the first line, of names alone, over lines all of which have a number in the same
    cell.
    """
    own = texts[at]
    if any(_RULE.fullmatch(one) for one in texts[at : at + 2]) and own.startswith("|"):
        return True
    cells = own.split(" | ")
    if len(cells) == 1 or (at and (" | " in texts[at - 1] or _RULE.fullmatch(texts[at - 1]))):
        return False
    columns = source.hit.place.columns
    if columns:
        return all(" ".join(cell.split()) in columns for cell in cells)
    below = [one.split(" | ") for one in texts[at + 1 : at + 1 + _TABLE]]
    rows = list(takewhile(lambda row: len(row) == len(below[0]) > 1, below))
    if len(rows) < _ROWS or any(_NUMERIC.fullmatch(cell) or _BEGINS_WITH_NUMBER.match(cell) for cell in cells):
        return False
    numeric = [frozenset(at for at, cell in enumerate(row) if _NUMERIC.fullmatch(cell)) for row in rows]
    return bool(frozenset.intersection(*numeric))


def _is_key(form: Form, texts: Sequence[str], at: int) -> bool:
    """Whether a line is the key under which the records below it stand, and says nothing itself."""
    return form == "record" and ": " not in texts[at] and len(_FIELDS.findall("".join(texts[at + 1 : at + 2]))) > 1


def _root(source: Packed) -> frozenset[str]:
    """The stems of what a document of records says before the first list of them: whose they are."""
    texts = [source.text[span.start : span.end] for span in quotable_units(source)]
    keys = [at for at in range(1, len(texts)) if _is_key("record", texts, at)]
    return frozenset(forms_told("\n".join(texts[: keys[0]]))) if keys else frozenset()


def _is_above_table(source: Packed, texts: Sequence[str], at: int) -> bool:
    """Whether a unit leads to a page's table, or to what its source has not, or is of the table's header."""
    place = source.hit.place
    if not place.pages:
        return False
    if "\t" not in texts[at]:
        after = "".join(texts[at + 1 : at + 2])
        return texts[at].rstrip().endswith(":") and bool(at) and (not after or "\t" in after)
    cells = (" ".join(cell.split()) for cell in texts[at].split("\t"))
    return all(not cell or any(f" {cell} " in f" {name} " for name in place.columns) for cell in cells)


def _columns(texts: Sequence[str], at: int) -> range:
    """Where the header of a Markdown table's row is: the row says what its columns are named, as a CSV's does."""
    first = at
    while first > max(at - _TABLE, 0) and texts[first].startswith("|") and not _RULE.fullmatch(texts[first]):
        first -= 1
    return range(max(first - 1, 0), first) if first < at and _RULE.fullmatch(texts[first]) else range(0)


def _leans(source: Packed, text: str, form: Form) -> bool:
    return leans(text) and not is_whole(source, text) and form != "printed"


def _form(source: Packed, texts: Sequence[str]) -> Form:
    """What the units of a source are; read from a picture, prose if most of its words are in sentences."""
    place = source.hit.place
    if place.rows:
        return "row"
    if place.pointers:
        return "record"
    words = [len(text.split()) for text in texts]
    told = sum(number for number, text in zip(words, texts, strict=True) if number >= _SENTENCE and is_sentence(text))
    return "printed" if is_printed(place) and 2 * told <= sum(words) else "prose"


def is_mail(source: Packed) -> bool:
    """Whether a source is of a mail."""
    return PurePosixPath(source.hit.path).suffix.lower() in (".eml", ".mbox", ".msg")


def is_whole(source: Packed, text: str) -> bool:
    """Whether a unit is a row, or a record with all its fields: it stands for itself."""
    return bool(source.hit.place.rows) or (bool(source.hit.place.pointers) and len(_FIELDS.findall(text)) > 1)


def heads(source: Packed) -> str:
    """What stands above a source: its name, context and headings."""
    return "\n".join((source.name, source.hit.context, *source.hit.place.headings))


def around(source: Packed) -> str:
    """All words of a source that are the document's own, and what stands above them."""
    return "\n".join((heads(source), *(source.text[part.start : part.end] for part in source.quotable)))


def _joined(one: Packed, other: Packed) -> bool:
    """Whether two sources are parts of one page or record."""
    mine, theirs = one.hit.place, other.hit.place
    same = set(mine.pages) & set(theirs.pages) or set(mine.pointers) & set(theirs.pointers)
    return one.hit.path == other.hit.path and bool(same)


def _beside(spans: Sequence[Span], at: int, number: int, source: Packed) -> Span | None:
    """A unit next to another; None where there is none, or a generated description stands between them."""
    if not 0 <= number < len(spans) or _run(spans[min(at, number)], spans[max(at, number)], source) is None:
        return None
    return spans[number].shift(source.span.start)


def _run(first: Span, last: Span, source: Packed) -> Span | None:
    """From one unit to a later one, in the document; None where a generated description stands between them."""
    both = Span(first.start, last.end)
    return None if any(both.overlaps(one) for one in source.generated) else both.shift(source.span.start)


def _following(spans: Sequence[Span], at: int, source: Packed) -> tuple[Span, ...]:
    runs = (_run(spans[at], one, source) for one in spans[at + 1 : at + 1 + _FOLLOWING])
    return tuple(run for run in runs if run is not None)


def _head(spans: Sequence[Span], at: int, source: Packed) -> Span | None:
    if at >= _HEAD or source.span.start or not is_printed(source.hit.place):
        return None
    last, heads = at, _run(spans[0], spans[at], source)
    for number, one in enumerate(spans[at + 1 :], at + 1):
        wordy = len(source.text[spans[0].start : spans[last].end].split()) >= _HEAD_WORDS
        wider = None if wordy and last + 1 >= _HEAD else _run(spans[0], one, source)
        if wider is None:
            return heads
        last, heads = number, wider
    return heads
