"""Quoting: what is quoted of the units that answer: with what they lean on or lead to, as far as there is room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.chunkers._sentences import is_entry
from ingest.types import Place, Span
from qa import units
from qa.candidates import Candidate
from qa.cues import Asked
from qa.fitting import unnumbered
from qa.types import Packed
from qa.units import is_bullet, is_sentence, leans, trimmed
from qa.words import terms

_LEAST = 10
"""Words: with less room left a sentence that is too long is left out, not cut."""
_MOST_OF = 0.9
"""Of the room: how much of it a run of fields or parts fills."""
_WIDER = 0.75
"""Of the room: more is not given to a quote with what it leans on or leads to."""
_ADDRESS = 0.5
"""Of the room: more is not given to an address."""
_PART = re.compile(r"[;,] +")
_HEADING = re.compile(r"#{1,6}\s|(?:figure|fig\.|table|chart) \d+[:.]", re.IGNORECASE)
"""How a Markdown heading and a caption begin."""
_MARKS = re.compile(r"^#(#{0,5}) +([^\n]*[^\n #])(?: +#+)?$", re.MULTILINE)
_ENDS = "\0"
"""Put where a heading ends: no text has it, as it is replaced when a document is read."""
_OLDER = re.compile(r"^(?:> ?){1,2}(?=[^>\s])", re.MULTILINE)
"""The marks of a quoted line; `>>> ` is a prompt."""
_BOLD = re.compile(r"(?<![\w*/`])\*\*([^\s*/](?:[^*\n]*[^\s*/])?)\*\*(?![\w*/`])")
_HEADING_WORDS = 6
_CELLS = re.compile(r"[\t|:]")
"""What a heading has not: cells, a value."""
_ROW = re.compile(r"[^\s.!?](?:\t|  +| ?[|:] ?)\w")
"""How a cell follows another in a line of a table: it tells one thing more."""
_LEADS = re.compile(r"(?::|\b(?:as follows|the following)\b[^.\n]{0,60}[.:])[*_\s]*$", re.IGNORECASE)
"""How what leads to a list or a table ends."""
_MARKED = re.compile(r"(?:[-*•‣▪+]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s")
"""How an item of a list is marked."""
_SETTING = re.compile(r"\s*(?:[\w.\"-]+\s*=\s*\S|\[[^\]]+\]\s*$|[#;])")
_NAMED = re.compile(r"[^\W\d_][^:|\n.]{0,30}: ")
"""What a field of prose begins with: its name."""
_ENDED = re.compile(r"[.:;!?]\W*$")
_ITEMS = re.compile(rf"\n(?=[ \t]*{_MARKED.pattern})")
_LISTED = re.compile(rf"\s*{_MARKED.pattern}|[^\n]*(?: \| |\t)")
"""How an item of a list begins, or what a table's row has."""
_TOLD_NEW = 2
"""A unit with fewer terms that the question does not have is a label: the answer comes after it."""


def said(source: Packed, span: Span) -> str:
    """The words of a source at a span of its document."""
    return source.text[span.start - source.span.start : span.end - source.span.start]


def shown(text: str, place: Place) -> str:
    """A quote in one line; a Markdown heading, what is bold and lines of an older mail without their marks.

    Headings, rows, fields, items and a log's entries stand in lines of their own, the cells of a page's table parted
    by ` | `.
    """
    text = _MARKS.sub(
        lambda found: f"{_ENDS}{found[2]}{_ENDS}" if found[1] or found[2] in place.headings else found[0], text
    )
    text = _BOLD.sub(r"\1", _OLDER.sub("", text))
    in_lines = (
        place.rows
        or place.pointers
        or " | " in text
        or (place.columns and "\t" in text)
        or _is_log(text)
        or _is_settings(text)
    )
    if not in_lines:
        lines = (line for item in _items(text) for line in item.split(_ENDS))
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))
    cells = ([" ".join(cell.split()) for cell in line.split("\t")] for line in text.splitlines())
    return "\n".join(filter(None, (" | ".join(filter(None, line)) for line in cells))).replace(_ENDS, "")


def _items(text: str) -> list[str]:
    """A text with each item of a list by itself: it follows another one, a blank line, or what ends or leads to it."""
    found: list[str] = []
    for part in _ITEMS.split(text):
        above = found[-1] if found else ""
        title = len(found) == 1 and len(above.split()) <= _HEADING_WORDS and is_bullet(part)
        apart = title or above.rstrip(" \t").endswith("\n") or _ENDED.search(above) or _MARKED.match(above.lstrip())
        if found and not apart:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _is_log(text: str) -> bool:
    """Whether each line of a text is an entry of a log."""
    return all(is_entry(line, 0) for line in text.splitlines())


def _is_settings(text: str) -> bool:
    """Whether each line of a text is of a file of settings: `key = value`, `[section]`, a remark."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and all(map(_SETTING.match, lines))


def parted(source: Packed, one: Span, following: Span) -> bool:
    """Whether a paragraph ends between two spans of a source's document."""
    start = source.span.start
    return units.parted(source.text, one.end - start, following.start - start)


def words_of(source: Packed, span: Span) -> int:
    """How many words a source has at a span of its document."""
    return len(said(source, span).split())


def is_label(candidate: Candidate, known: frozenset[str]) -> bool:
    """Whether a unit is a heading, a label or a question, which says nothing that was not asked."""
    sentence = is_sentence(candidate.text) and not candidate.text.rstrip().endswith("?")
    if candidate.text.rstrip().endswith(":") or _HEADING.match(candidate.text) or _is_heading(candidate):
        return True
    if candidate.form == "record" and "\n" not in candidate.text and _echoed(candidate.text, known):
        return True
    least = 1 if candidate.form in ("prose", "record") and _ROW.search(candidate.text) else _TOLD_NEW
    return not sentence and not candidate.fits and len(set(terms(unnumbered(candidate.text))) - known) < least


def _echoed(text: str, known: frozenset[str]) -> str:
    """The name of a field that says only what is asked (`id: INC-26-017`, `Symptom: grinding noise`); "" of others."""
    field = _NAMED.match(text)
    value = frozenset(terms(text[field.end() :])) if field else frozenset[str]()
    return field[0] if field and value and value <= known else ""


def _is_heading(candidate: Candidate) -> bool:
    """Whether a short line of prose stands over a sentence, and has nothing of the kind that is asked for."""
    after = candidate.beside[1]
    if candidate.form != "prose" or candidate.fits or not after:
        return False
    if is_bullet(candidate.text) or _CELLS.search(candidate.text):
        return False
    short = len(candidate.text.split()) <= _HEADING_WORDS and not is_sentence(candidate.text)
    return short and is_sentence(said(candidate.source, after))


def _closes_paragraph(candidate: Candidate) -> bool:
    """Whether a line is the last of a paragraph of several: what follows is not what it leads to."""
    before, after = candidate.beside
    if candidate.form != "prose" or not before or not after:
        return False
    source, span = candidate.source, candidate.span
    ends = parted(source, span, after) and not parted(source, before, span)
    return ends and not candidate.text.rstrip().endswith((":", "?"))


def quoted(candidate: Candidate, known: frozenset[str], *, room: int, first: bool, asked: Asked) -> Span:
    """The candidate's span; with what it leans on or leads to where there is room, cut where it is too long."""
    span = _quoted(candidate, known, room=room, first=first, asked=asked)
    repeats = first and candidate.form == "prose" and not candidate.fits
    if repeats and (name := _echoed(candidate.text, known)):
        span = _with_told(candidate, name, most=_WIDER * room)
    return _with_list(candidate, span, most=room) if first and candidate.form == "prose" else span


def _with_list(candidate: Candidate, span: Span, *, most: float) -> Span:
    """A span with the items or rows that it leads to, or the candidate by itself, as far as there is room."""
    source = candidate.source
    leads = (one for one in (candidate.span, span) if leads_on(said(source, one)))
    short = len(candidate.text.split()) <= _HEADING_WORDS and not is_sentence(candidate.text)
    title = candidate.text in source.hit.place.headings or (short and not _CELLS.search(candidate.text))
    over = title or _HEADING.match(candidate.text)
    wider = next(leads, candidate.span if over else None)
    if wider is None:
        return span
    style = ""
    for run in candidate.following:
        if run.end <= wider.end:
            continue
        both = Span(wider.start, run.end)
        item = said(source, Span(wider.end, run.end)).lstrip()
        if not is_listed(item) or words_of(source, both) > most or (style and _style(item) != style):
            break
        wider, style = both, style or _style(item)
    return max(span, wider, key=len)


def _with_told(candidate: Candidate, name: str, *, most: float) -> Span:
    """A field with what stands below it, of its paragraph, until another of its name begins."""
    source, span = candidate.source, candidate.span
    last = span
    for run in candidate.following:
        following = Span(last.end, run.end)
        told = said(source, following).strip()
        if run.end <= span.end:
            continue
        if (
            told.startswith(name)
            or parted(source, last, Span(run.end - len(told), run.end))
            or words_of(source, run) > most
        ):
            break
        last = run
    return last


def _style(item: str) -> str:
    """How an item is marked: `(a)` and `4.` are not of one list."""
    return re.sub(r"[a-z]+", "a", re.sub(r"\d+", "1", item.split(None, 1)[0])) if _MARKED.match(item) else ""


def _quoted(candidate: Candidate, known: frozenset[str], *, room: int, first: bool, asked: Asked) -> Span:
    span, long = candidate.span, len(candidate.text.split())
    if long > room and (first or (candidate.form == "prose" and room >= _LEAST)):
        return _cut(candidate, known, room=room, whole=not first)
    printed = candidate.form == "printed"
    if printed and asked.kind == "address":
        return _widest(candidate, candidate.following, most=_ADDRESS * room)
    if candidate.head and asked.issuer:
        return _widest(candidate, (candidate.head,), most=_WIDER * room)
    after = None if _closes_paragraph(candidate) else candidate.beside[1]
    if after and ((printed and not is_sentence(candidate.text)) or is_label(candidate, known)):
        return _widest(candidate, (Span(span.start, after.end),), most=_WIDER * room)
    if first and not candidate.source.hit.place.rows:
        return _with_leaning(candidate, most=_WIDER * room)
    return span


def leads_on(text: str) -> bool:
    """Whether a text ends with what leads to a list or a table."""
    return _LEADS.search(text) is not None


def is_listed(text: str) -> bool:
    """Whether a unit is an item of a list, or a table's row."""
    return _LISTED.match(text) is not None


def is_told(text: str) -> bool:
    """Whether the last of a text is a sentence that leads to nothing, or of a list that it leads to."""
    above, _, last = text.rstrip().rpartition("\n")
    return (is_sentence(text) and not last.endswith("?")) or bool(above and is_listed(last))


def joined(quotes: Sequence[tuple[Packed, Span]]) -> list[tuple[Packed, Span]]:
    """The quotes, those of one source that follow one another as one, at the place of the first.

    What one paragraph ends with is not joined to the next: read in one breath it would be of the next one's matter.
    """
    found: list[tuple[Packed, Span]] = []
    for source, span in quotes:
        for at, (other, known) in enumerate(found):
            gap = Span(min(known.end, span.end), max(known.start, span.start))
            beside = other is source and not said(source, gap).strip() and not _ends_paragraph(source, known, span)
            if beside and not _are_unlike(said(source, known), said(source, span)):
                found[at] = (source, Span(min(known.start, span.start), max(known.end, span.end)))
                break
        else:
            found.append((source, span))
    return found


def _are_unlike(one: str, other: str) -> bool:
    """Whether one is of a table of Markdown, and the other a sentence."""
    return one.startswith("|") != other.startswith("|") and any(map(is_sentence, (one, other)))


def _ends_paragraph(source: Packed, one: Span, other: Span) -> bool:
    """Whether a sentence ends a paragraph where one of two spans ends that follow one another."""
    first, last = sorted((one, other), key=lambda span: span.start)
    return parted(source, first, last) and is_told(said(source, first))


def _with_leaning(candidate: Candidate, *, most: float) -> Span:
    """A unit with the one before, or its last parts, if it leans on that; with the next, if that leans on it."""
    before, after = candidate.beside
    span = candidate.span
    if before and leans(candidate.text):
        ends = (before.start + part.end() for part in _PART.finditer(said(candidate.source, before)))
        runs = [Span(start, span.end) for start in (before.start, *ends)]
        span = _widest(candidate, runs[::-1], most=most)
    if after and not candidate.fits and candidate.form == "prose" and leans(said(candidate.source, after)):
        wider = Span(span.start, after.end)
        span = wider if words_of(candidate.source, wider) <= most else span
    return span


def _widest(candidate: Candidate, wider: Sequence[Span], *, most: float) -> Span:
    """The last of the spans that has no more words; its own where none has."""
    fitting = [one for one in wider if words_of(candidate.source, one) <= most]
    return fitting[-1] if fitting else candidate.span


def _cut(candidate: Candidate, known: frozenset[str], *, room: int, whole: bool) -> Span:
    """The run of a long row's fields, or a long sentence's parts, around the one that has most of the question.

    A part that is longer than the room ends anywhere; where only `whole` ones are wanted, nothing is left of it.
    """
    text = candidate.text
    ends = [0, *(part.end() for part in _PART.finditer(text)), len(text)]
    parts = [Span(start, end) for start, end in pairwise(ends) if start < end]
    shared = [len(known.intersection(terms(text[part.start : part.end]))) for part in parts]
    first = last = shared.index(max(shared))
    most = max(int(room * _MOST_OF), 1)
    tried = [(0, 1), (1, 0)]  # the one after, the one before, in turn
    while tried:
        before, after = tried.pop(0)
        low, high = first - before, last + after
        if low >= 0 and high < len(parts) and len(text[parts[low].start : parts[high].end].split()) <= most:
            first, last = low, high
            tried.append((before, after))
    span = trimmed(text, Span(parts[first].start, parts[last].end))
    found = list(re.finditer(r"\S+", text[span.start : span.end]))
    if len(found) > room:
        span = Span(span.start, span.start if whole else span.start + found[room - 1].end())
    return span.shift(candidate.span.start)
