"""Units: the sentences, rows, records' lines and printed lines that an answer is put together from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from ingest.chunkers._sentences import is_end, is_entry, stands_alone
from ingest.types import Place, Span
from qa.types import Packed

_BLANK = re.compile(r"\n[^\S\n]*\n")
_CLAUSE = re.compile(
    r"(?:§ ?|(?:Article|Section|Clause|Art\.|Sec\.) )?\(?\d{1,3}[.)]? +"
    r"[A-Z][\w’'-]*(?:,? (?:and|or|of|to|the|for|in|&|[A-Z][\w’'-]*)){0,5}[.:]\s+\S|\d{1,3}(?:\.\d{1,3})+[.)]? +[A-Z]|"
    r"[A-Z]{2,8}[-. ]?\d{1,4}(?:\.\d{1,4})*[.:)]? +[A-Z]"
)
"""How a clause begins: `5. Termination. Either …`, `5.1 Either party …`, `REQ-012 After …`; a step has no title."""
_ITEM_BEGINS = re.compile(r"(?:[-*•‣▪+]|\(?(?:\d{1,3}|[a-z])[.)])\s|[A-Z][\w’'() -]{1,40}: \S|[A-Z]{1,4}\d{1,4}\s")
"""An item, a line `Defibrillator: next to the entrance`, or one of a list of codes (`E9  internal fault`)."""
_REFERS_BACK = re.compile(
    r"(?:[-*•‣▪+]|\(?\d{1,3}(?:\.\d{1,3})*[.)]?) +(?:after (?:that|this)|then|otherwise|in (?:that|this|such)|this|"
    r"that|these|those|such|it|however|but|if so|if not|thereafter|until then)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"(?<![.!?…])(?P<stop>[.!?…]++[\"'”’)\]]*+)(?:\[\d+\])*+(?=(?P<space>\s+))|[。！？][」』）]*|[।۔؟](?=\s)"
)
_BULLET = re.compile(r"\s*(?:[-*•‣▪+]|\(?\d{1,3}[.)]|#{1,6}|[|>])\s")
_ITEM = re.compile(r"\s*[-*•‣▪+]\s")
_NUMBERED = re.compile(r"\s*(?:#{1,6}\s+)?(?:\*\*|__)?\(?\d{1,3}(?:\.\d{1,3})*[.)]")
_VERSION = re.compile(r"v?\d+(?:\.\d+)+\s+(?:[^\W\d_a-z]|\d|\(|$)")
"""How a line begins that is the heading of a version, or of a numbered section."""
_WROTE = re.compile(r"(?:> ?)*On .{5,100} wrote:$")
"""Who wrote what a mail quotes below."""
_FIELD = re.compile(r"[A-Z][\w-]{1,14}: +\S")
"""How a line begins that is one of several fields: `From: …`, `Present: …`."""
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}+")
"""The line below a heading: it says nothing."""
_LEANS = re.compile(
    r"(?:this|these|that|those|it|he|she|they|his|her|its|their|such|both|another|all of (?:this|these))\b|"
    r".*\b(?:these|this|such) [a-z]+",
    re.IGNORECASE | re.DOTALL,
)
_WIDTH = 0.7
"""A line shorter than this share of the longest one near it was not wrapped: it ends a unit."""

_ROW = 400
"""Characters: a record's line that is longer holds prose."""
_CELLS = re.compile(r"\t| \| ")
"""What parts the cells of a table's row."""
_PROSE = 6
"""Words: a printed line of so many, most of them small, is of running text."""
_DESCRIBES = re.compile(
    r"Table(?: of sheet .*)?: [\d,]+ rows?, [\d,]+ columns?|and [\d,]+ columns more|"
    r"[^\n]{1,100}?: (?:(?:text|times|yes or no)(?:: | such as |, |$)|(?:numbers|dates) from \S.* to |empty$)"
)
_MEMBER = re.compile(r"([^\s:]{1,100}\.\d+)\.[^\s:]{1,100}: ")
"""How a line begins that is a field of a member of a list within a record: `exhibits.2.name: `."""
_FIELDS = 3
_RECORD = 60
"""Words: a record of several lines that has no more is one unit."""


_ENTRY_WORDS = 60
"""Words: an entry of a log, or a turn of a conversation, that has no more is one unit."""


def units(text: str, place: Place, *, starts: Sequence[int] = ()) -> list[Span]:
    """The units of a source's text, in order, white space trimmed.

    A row, a short record, a long record's line, an OCR line is a unit, and so is a short entry of a log or turn of a
    conversation; prose is cut into sentences, across wrapped lines.

    Args:
        text: what is sent of the source.
        place: where it stands.
        starts: where in the text its records begin; what stands before the first is the rest of another.
    """
    found: list[Span] = []
    tabular = bool(place.rows or place.pointers or is_printed(place))
    lines = list(_lines(text) if tabular else _paragraphs(text))
    if is_printed(place):
        lines = _sentences_printed(text, lines)
    if place.rows or place.pointers:
        lines = _records(text, lines, starts)
    for paragraph in lines:
        if tabular:
            whole = place.rows or len(paragraph) <= _ROW or "\n" in text[paragraph.start : paragraph.end]
        else:
            whole = (
                is_entry(text, paragraph.start) and len(text[paragraph.start : paragraph.end].split()) <= _ENTRY_WORDS
            )
        found += [paragraph] if whole else list(_sentences(text, paragraph))
    return [unit for unit in found if not _RULE.fullmatch(text, unit.start, unit.end)]


def quotable_units(source: Packed) -> list[Span]:
    """The units of a source's text that may be quoted: of the document's own words, not of what was generated."""
    found: list[Span] = []
    for part in source.quotable:
        starts = [at - part.start for at in source.starts if at >= part.start]
        text = source.text[part.start : part.end]
        found += [unit.shift(part.start) for unit in units(text, source.hit.place, starts=starts)]
    return found


def is_printed(place: Place) -> bool:
    """Whether the text was read from a picture: each of its lines is as it was printed."""
    return bool(place.boxes) and place.confidence is not None


def parted(text: str, end: int, start: int) -> bool:
    """Whether a paragraph ends between a unit's end and the next one's start.

    There is a blank line, or a clause begins, or somebody speaks or noted something.
    """
    begins = _CLAUSE.match(text, start) is not None or stands_alone(text, start)
    return _BLANK.search(text, end, start) is not None or ("\n" in text[end:start] and begins)


def begins_item(text: str, end: int, start: int) -> bool:
    """Whether an item of a list begins between a unit's end and the next one's start."""
    return "\n" in text[end:start] and _ITEM_BEGINS.match(text, start) is not None


def refers_back(text: str) -> bool:
    """Whether a clause or an item goes on with the one before (`4.2 After that you may cancel`)."""
    return _REFERS_BACK.match(text) is not None


def is_sentence(text: str) -> bool:
    """Whether a unit is a sentence, and no heading, label, table line or row."""
    return text.rstrip(" \"'”’)]」』）").endswith(tuple(".!?。！？।۔؟"))


def is_bullet(text: str) -> bool:
    """Whether a unit is an item of a list."""
    return _ITEM.match(text) is not None


def describes_table(text: str) -> bool:
    """Whether a line is of what ibid says of a table's columns, which stands above its rows."""
    return _DESCRIBES.match(text) is not None


def leans(text: str) -> bool:
    """Whether a sentence cannot be understood without the one before: `She cost …`, `These devices …`."""
    return _LEANS.match(text) is not None


def trimmed(text: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, max(start, span.start + len(part.rstrip())))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        span = trimmed(text, Span(start, start + len(line)))
        start += len(line)
        if len(span):
            yield span


def _sentences_printed(text: str, lines: Sequence[Span]) -> list[Span]:
    """The printed lines; where one goes on, they are joined and cut into sentences."""
    runs: list[Span] = []
    last = Span(0, 0)
    for line in lines:
        if runs and _goes_on(text, last, line):
            runs[-1] = Span(runs[-1].start, line.end)
        else:
            runs.append(line)
        last = line
    return [one for run in runs for one in (_sentences(text, run) if "\n" in text[run.start : run.end] else [run])]


def _goes_on(text: str, line: Span, following: Span) -> bool:
    """Whether a printed line's sentence goes on in the next: `… from 20 December`, `2024. She may …`."""
    if text[line.end - 1] in ".!?:;":
        return False
    if text[following.start].islower():
        return True
    words = text[line.start : line.end].split()
    small = sum(word[0].islower() for word in words)
    return text.count("\n", line.end, following.start) == 1 and len(words) >= _PROSE and 2 * small > len(words)


def _records(text: str, lines: Sequence[Span], starts: Sequence[int]) -> list[Span]:
    """The lines, those of each short row or record joined; what is left of one that began before stays in lines."""
    runs: dict[int, list[Span]] = {}
    for line in lines:
        runs.setdefault(bisect_right(starts, line.start), []).append(line)
    found: list[Span] = []
    for number, told in runs.items():
        own = list(takewhile(lambda line: not _DESCRIBES.match(text, line.start, line.end), told))
        run, rest = (own, told[len(own) :]) if own else (told, [])
        whole = Span(run[0].start, run[-1].end)
        short = len(text[whole.start : whole.end].split()) <= _RECORD and not _has_members(text, run)
        found += [whole] if number > 0 and short else _members(text, run)
        found += rest
    return found


def _members(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """The lines of a long record, those of each short member of a list in it (`exhibits.2.name: …`) joined."""
    for member, lines_of in groupby(lines, key=lambda line: _member(text, line)):
        run = list(lines_of)
        whole = Span(run[0].start, run[-1].end)
        yield from [whole] if member and len(text[whole.start : whole.end].split()) <= _RECORD else run


def _has_members(text: str, lines: Sequence[Span]) -> bool:
    """Whether a record has a list of several members with as many fields as a record of its own."""
    count = Counter(filter(None, (_member(text, line) for line in lines)))
    return len(count) > 1 and max(count.values()) >= _FIELDS


def _member(text: str, line: Span) -> str:
    """Of which member of a list a record's line is; "" where of none."""
    found = _MEMBER.match(text, line.start, line.end)
    return found[1] if found else ""


def _paragraphs(text: str) -> Iterator[Span]:
    """Runs of lines that were one line before they were wrapped."""
    begin: int | None = None
    last = Span(0, 0)
    width = max((len(line) for line in _lines(text)), default=0)
    for line in _lines(text):
        if begin is not None and not _wrapped(text, last, line, width):
            yield Span(begin, last.end)
            begin = None
        begin = line.start if begin is None else begin
        last = line
    if begin is not None:
        yield Span(begin, last.end)


def _wrapped(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether `following` goes on with the sentence of `line`."""
    if _CELLS.search(text, line.start, following.end):
        return False  # a table's row is one line
    if _WROTE.match(text, line.start, line.end) or _WROTE.match(text, following.start, following.end):
        return False
    if _VERSION.match(text, following.start, following.end):
        return False
    if is_entry(text, following.start) or _FIELD.match(text, following.start, following.end):
        return False
    if text.count("\n", line.end, following.start) > 1 or _BULLET.match(text, following.start, following.end):
        return False
    if text[following.start].islower() and text[line.end - 1] not in ".!?:;":
        return True
    return len(line) >= _WIDTH * width and width > 40


def _sentences(text: str, paragraph: Span) -> Iterator[Span]:
    start = paragraph.start
    for end in _SENTENCE_END.finditer(text, paragraph.start, paragraph.end):
        if _ends(text, start, end):
            yield trimmed(text, Span(start, end.end()))
            start = end.end()
    rest = trimmed(text, Span(start, paragraph.end))
    if len(rest):
        yield rest


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether a stop closes the sentence that begins at `start`: it is no item's number."""
    end = found.end()
    if end - start <= 1 or _NUMBERED.fullmatch(text, start, end):
        return False
    stop, following = found["stop"], found.end("space")
    return stop is None or following >= len(text) or is_end(text, found.start(), stop, following)
