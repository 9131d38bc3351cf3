"""Which columns the words of a table's header stand over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.pdf.rules import Rule
from ingest.pdf.table_columns import Column, nearest
from ingest.pdf.table_lines import Wall
from ingest.pdf.words import Word

_WHOLE = 0.93
"""A rule under so much of the table's width says nothing of the columns."""

Span = tuple[int, int]


@dataclass(slots=True, eq=False)
class Heading:
    """Words of the header, and the columns that they stand over, first and last."""

    words: list[Word]
    span: Span


@dataclass(slots=True, eq=False)
class HeaderWords:
    """Words of one heading, over one line or several."""

    words: list[Word]
    x0: float
    x1: float
    base: float
    size: float
    first: float
    """The baseline of its first line."""
    unit: bool = False
    """It says of all columns in what their numbers are."""


def span_of(
    one: HeaderWords, beside: list[HeaderWords], columns: list[Column], across: list[Rule], places: list[Wall]
) -> Span:
    """The first and last column that the words stand over.

    Args:
        one: the words.
        beside: the others on their lines.
        columns: of the table.
        across: the lines from left to right that are near.
        places: what parts cells beside one another there.
    """
    if one.unit:
        return 0, 0
    ruled = _ruled_span(one, beside, columns, across) or _framed_span(one, columns, places)
    if ruled is not None:
        return ruled
    touched = [
        number
        for number, (left, right) in enumerate(columns)
        if min(one.x1, right) - max(one.x0, left) > 0.2 * min(one.x1 - one.x0, right - left)
    ]
    if not touched:
        touched = [nearest((one.x0 + one.x1) / 2, columns)]
    if touched[0] == 0 and (len(touched) == 1 or one.x0 < columns[0][0] + one.size):
        return 0, 0
    return _widened((touched[0], touched[-1]), one, beside, columns)


def _ruled_span(one: HeaderWords, beside: list[HeaderWords], columns: list[Column], across: list[Rule]) -> Span | None:
    """The columns over which the rule reaches that stands right below these words alone."""
    width = columns[-1][1] - columns[0][0]
    for rule in across:
        if not -0.1 * one.size <= rule.y0 - one.base <= 0.95 * one.size:
            continue
        covers = rule.x0 - 3 <= one.x0 and one.x1 <= rule.x1 + 3
        shared = any(rule.x0 <= (other.x0 + other.x1) / 2 <= rule.x1 for other in beside)
        if covers and not shared and rule.x1 - rule.x0 < _WHOLE * width:
            inside = [
                number
                for number, (left, right) in enumerate(columns)
                if rule.x0 - 2 <= (left + right) / 2 <= rule.x1 + 2
            ]
            if inside:
                return inside[0], inside[-1]
    return None


def _framed_span(one: HeaderWords, columns: list[Column], walls: list[Wall]) -> Span | None:
    """The columns between the lines left and right of the words."""
    at = one.base - 0.3 * one.size
    places = [place for place, top, bottom in walls if top <= at <= bottom]
    left = max((place for place in places if place <= one.x0 + 1), default=None)
    right = min((place for place in places if place >= one.x1 - 1), default=None)
    if left is None or right is None:
        return None
    inside = [number for number, (start, end) in enumerate(columns) if left <= (start + end) / 2 <= right]
    return (inside[0], inside[-1]) if inside else None


def _widened(span: Span, one: HeaderWords, beside: list[HeaderWords], columns: list[Column]) -> Span:
    """The columns that the words are centred over, where they are not set as the header of one column."""
    first, last = span
    left, right = columns[first][0], columns[last][1]
    middle = (one.x0 + one.x1) / 2
    near = 0.6 * one.size
    if first == last and min(abs(one.x1 - right), abs(middle - (left + right) / 2)) < near:
        return span
    pitch = _pitch(columns)
    lowest = max([1, *(nearest(other.x1, columns) + 1 for other in beside if other.x1 <= one.x0)])
    highest = min([len(columns) - 1, *(nearest(other.x0, columns) - 1 for other in beside if other.x0 >= one.x1)])
    best, off = span, abs(middle - (left + right) / 2)
    for start in range(lowest, first + 1):
        for end in range(last, highest + 1):
            centre = (columns[start][0] + columns[end][1]) / 2
            away = min(abs(middle - centre), abs(middle - (columns[start][1] - pitch + columns[end][1]) / 2))
            if away < off - 1 or (away <= near and end - start > best[1] - best[0]):
                best, off = (start, end), away
    return best


def _pitch(columns: list[Column]) -> float:
    """The usual distance of the right edges of columns: numbers fill the right of their cells alone."""
    return median(right[1] - left[1] for left, right in pairwise(columns[1:])) if len(columns) > 2 else 0.0
