"""Lines gathered into paragraphs, list items and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from ingest.pdf.columns import rows_of
from ingest.pdf.drop_caps import hangs
from ingest.pdf.lines import Line, ends_sentence, goes_on, is_mark

Form = Literal["text", "heading", "list", "row"]

_NUMBERED = re.compile(r"[1-9A-Z]\d?(?:\.\d{1,2}){1,4}\.?")
"""The number of a section below another."""
_DASHES = ("–", "—", "-", "*")
_LOOSE = 1.3
"""A distance of so many usual ones between lines parts paragraphs."""
_OTHER_SIZE = 0.1
_INDENT = 0.8
_SPACE = 0.2
_SHORT = 0.8
"""A line that ends before this share of its column ends a paragraph if it ends a sentence."""
_BESIDE, _PROSE, _ALIGNED = 2, 4, 0.3
"""A label and the first line of the prose beside it, which has so many words, make a row of two lines."""
_NOTE_WORDS = 3
_LOOSEST = 2.5
"""In sizes of type, the widest gap between two words of a line that was spread to be full."""
_LARGER = 1.12
"""Type of so many times the usual size is a heading's."""
_HEADING_CHARACTERS = 200
_HEADING_LINES = 3
_BOLD_CHARACTERS = 120
_SENTENCE = 60
"""What is longer and ends with a full stop is a sentence, not a heading."""
_NOTE = 0.92
"""Smaller type than this share of the usual one, at a column's foot, is a footnote's."""


@dataclass(slots=True)
class Paragraph:
    """Rows of lines that belong together; a row has one line, or the cells of what is not prose."""

    rows: list[list[Line]]
    form: Form = "text"
    rank: tuple[float, bool] = (0.0, False)
    """Of a heading: its size and weight; greater is higher."""
    content: object = None
    left: float = field(default=0.0)
    right: float = field(default=0.0)

    @property
    def lines(self) -> list[Line]:
        """All lines, in reading order; one without words where there is something else."""
        return [line for row in self.rows for line in row]

    @property
    def text(self) -> str:
        """The text in one line."""
        return " ".join(line.text for line in self.lines)


def paragraphs(region: list[Line], body: float) -> list[Paragraph]:
    """The paragraphs of a region.

    What stands for a table or a picture is a paragraph of its own.

    Args:
        region: lines in reading order.
        body: the document's usual size of type.
    """
    rows = rows_of(region)
    if not rows:
        return []
    pitch = _pitch(rows)
    left, right = min(line.x0 for line in region), max(line.x1 for line in region)
    found = [Paragraph([rows[0]], content=rows[0][0].content, left=left, right=right)]
    for before, row in pairwise(rows):
        if _parts(found[-1], before, row, pitch):
            found.append(Paragraph([row], content=row[0].content, left=left, right=right))
        else:
            found[-1].rows.append(row)
    for number, paragraph in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        _judge(paragraph, after, body)
    return found


def _pitch(rows: list[list[Line]]) -> float:
    """The usual distance between baselines, in units of the type's size."""
    distances = [
        (row[0].base - before[0].base) / before[0].size
        for before, row in pairwise(rows)
        if before[0].size > 0 and 0.5 < (row[0].base - before[0].base) / before[0].size < 2.2
    ]
    return min(median(distances), 1.6) if distances else 1.3


def _parts(paragraph: Paragraph, before: list[Line], row: list[Line], pitch: float) -> bool:
    """Whether a row begins a new paragraph."""
    last, first = before[-1], row[0]
    if first.content is not None or last.content is not None:
        return True
    if (len(row) > 1) != (len(before) > 1) and not _goes_on_beside(paragraph, before, row):
        return True
    size = max(last.size, first.size)
    if abs(last.size - first.size) > _OTHER_SIZE * size or not 0 < first.base - last.base < _LOOSE * pitch * size:
        return True
    if len(row) > 1:
        return False
    item = _is_item(first) and (first.words[0].text not in _DASHES or ends_sentence(last.words[-1]))
    return first.bold != last.bold or item or _begins(paragraph, last, first)


def _goes_on_beside(paragraph: Paragraph, before: list[Line], row: list[Line]) -> bool:
    """Whether prose goes on from a row to the next of which one has two lines: a label, a short note, a loose gap."""
    upper, lower = before[-1], row[0]
    if {len(before), len(row)} != {1, _BESIDE} or any(map(str.isdigit, upper.words[-1].text)):
        return False
    if not (upper.words[-1].hyphen or lower.words[0].text[0].islower() or not ends_sentence(upper.words[-1])):
        return False
    if len(row) == _BESIDE:
        return _is_below(lower, upper) and len(row[1].words) <= _NOTE_WORDS
    if len(paragraph.rows) == 1 and _is_below(lower, upper):
        return True
    alone = all(len(other) == 1 for other in paragraph.rows[:-1])  # else it may be the white between two columns
    loose = alone and upper.x0 - before[0].x1 < _LOOSEST * upper.size
    return loose and _is_below(lower, before[0]) and (upper.words[-1].hyphen or lower.words[0].text[0].islower())


def _is_below(lower: Line, upper: Line) -> bool:
    """Whether a line begins below one of prose."""
    return abs(lower.x0 - upper.x0) < _ALIGNED * lower.size and len(upper.words) >= _PROSE


def _is_item(line: Line) -> bool:
    return len(line.words) > 1 and is_mark(line.words[0].text) and not line.words[0].text.isdigit()


def _is_bullet(line: Line) -> bool:
    """Whether it begins with the mark of a list's item that is no number or letter."""
    return _is_item(line) and not any(map(str.isalnum, line.words[0].text))


def _begins(paragraph: Paragraph, last: Line, first: Line) -> bool:
    """Whether the line begins a sentence where the one before ended a paragraph."""
    if not ends_sentence(last.words[-1]):
        return False
    indented = first.x0 - last.x0 > _INDENT * first.size and len(paragraph.rows) > 1 and not hangs(last.words[0])
    short = last.x1 < paragraph.left + _SHORT * (paragraph.right - paragraph.left)
    return indented or (short and _had_room(paragraph, last, first))


def _had_room(paragraph: Paragraph, last: Line, first: Line) -> bool:
    """Whether a line's first word begins a sentence and could have stood at the end of the line before."""
    word = first.words[0]
    return not word.text[0].islower() and last.x1 + _SPACE * last.size + word.x1 - word.x0 < paragraph.right


def _judge(paragraph: Paragraph, after: Paragraph | None, body: float) -> None:
    """Sets a paragraph's form."""
    if paragraph.content is not None:
        return
    first = paragraph.rows[0]
    if len(first) > 1 and len(paragraph.rows[-1]) == 1:
        return
    if len(first) > 1:
        paragraph.form = "row"
    elif _is_heading(paragraph, after, body):
        paragraph.form = "heading"
        paragraph.rank = (round(2 * first[0].size) / 2, first[0].bold)
    elif _is_item(first[0]):
        paragraph.form = "list"


def _is_heading(paragraph: Paragraph, after: Paragraph | None, body: float) -> bool:
    lines = paragraph.lines
    if len(lines) > _HEADING_LINES or lines[0].words[0].shown:
        return False
    text = paragraph.text
    if len(text) > _HEADING_CHARACTERS or "@" in text:
        return False
    if sum(map(str.isalpha, text)) < 3 or _is_bullet(lines[0]) or (text.endswith((".", ";")) and len(text) > _SENTENCE):
        return False
    if min(line.size for line in lines) >= _LARGER * body:
        return True
    if len(text) > _BOLD_CHARACTERS or text.endswith((".", ",", ";", ":")):
        return False
    if len(lines) == 1 and _NUMBERED.fullmatch(lines[0].words[0].text) and lines[0].words[1:]:
        return after is not None and after.form == "text"
    if not all(line.bold for line in lines):
        return False
    if lines[0].size < 0.95 * body:
        return False
    return after is not None and (after.content is not None or not all(line.bold for line in after.lines))


def body_size(lines: list[Line]) -> dict[float, int]:
    """How many characters are set in each size, by halves of a point."""
    sizes: dict[float, int] = {}
    for line in lines:
        size = round(2 * line.size) / 2
        sizes[size] = sizes.get(size, 0) + sum([len(word.text) for word in line.words])
    return sizes


def in_order(found: list[list[Paragraph]], body: float) -> list[Paragraph]:
    """The paragraphs of a page's regions: footnotes last, and what goes on in the next column joined."""
    notes: list[Paragraph] = []
    kept: list[Paragraph] = []
    for region in found:
        foot = len(region)
        while foot > 0 and _is_small(region[foot - 1], body) and not _is_above(region[foot - 1], found, body):
            foot -= 1
        own, small = (region[:foot], region[foot:]) if foot else (region, [])
        notes += small
        if own and kept and _goes_on(kept[-1], own[0]):
            kept[-1].rows += own[0].rows
            own = own[1:]
        kept += own
    return kept + notes


def _is_above(paragraph: Paragraph, regions: list[list[Paragraph]], body: float) -> bool:
    """Whether another region goes on in the usual type below a paragraph: an abstract stands above the columns."""
    bottom = paragraph.lines[-1].base
    return any(
        other.left < paragraph.right
        and paragraph.left < other.right
        and other.lines[0].base > bottom
        and not _is_small(other, body)
        for region in regions
        if region[-1].lines[-1].base > bottom
        for other in region
    )


def _is_small(paragraph: Paragraph, body: float) -> bool:
    return (
        paragraph.content is None
        and paragraph.form in ("text", "list")
        and max(line.size for line in paragraph.lines) < _NOTE * body
    )


def _goes_on(paragraph: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph of one column ends in the next."""
    if paragraph.form not in ("text", "list") or after.form != "text" or paragraph.content or after.content:
        return False
    last, first = paragraph.lines[-1], after.lines[0]
    if abs(last.size - first.size) > _OTHER_SIZE * last.size:
        return False
    return last.words[-1].hyphen or goes_on(last.words[-1], first.words[0])
