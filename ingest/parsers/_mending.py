"""Rows that are not as wide as their table, or whose quotes are broken: their fields found again by what columns hold.

A stray quote, a delimiter too many, one forgotten, or another one in a single row tear a row apart, though what its
columns hold elsewhere tells where each field begins. The row's line is cut anew, at those of its delimiters that
make the fields fit their columns best (dynamic programming over columns and delimiters). All characters of the fields
are kept; a row that does not fit clearly better in this way stays as it is written.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.parsers._values import shape_of

_FIRM_ROWS = 8
"""From so few rows nothing is learned."""
_FIRM_SHAPES = 8
_FIRM_SHARE = 0.97
_STRANGE, _LIKE = -8.0, -2.0
"""A value of a shape that its column has not; of one that differs in the number of digits alone."""
_JOINED, _SPLIT, _SURPLUS, _TORN, _BARE = -2.0, -2.5, -3.0, -3.0, -1.5
"""A delimiter within an unquoted field; two fields with none between; one too many; a quote on one side; one inside."""
_FITS = -4.0
"""A row that fits so well stays as it is written."""
_MARGIN = 2.0
"""So much better must a new cut be than what is written."""
_SURE_CUT = -6.0
"""So well must a row fit that is cut at the delimiter of another dialect."""
_LONGEST = 20_000
_MOST_STEPS = 200_000
_MOST_SPLITS = 5_000
"""Steps up to which two fields with nothing between are looked for, which takes some 50 times as long as a step: where
so many delimiters stand within fields, none is missing."""
_OTHERS = ",;\t| "
_CLOSE = 40
"""A field of at most so many characters is looked at for two fields with nothing between."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Fields, none where there is no cut, and how well they fit: 0 is perfect."""

    score: float
    fields: tuple[str, ...]


NO_CUT = Cut(-math.inf, ())


@dataclass(frozen=True)
class Column:
    """What a column held in the rows that a model learned from; `firm`: its values have few shapes."""

    shapes: Counter[str]
    blank: int
    rows: int
    firm: bool

    def fit(self, value: str) -> float:
        """How well a value fits: about the logarithm of its chance."""
        if not value.strip():
            return math.log((self.blank + 0.5) / (self.rows + 1))
        if not self.firm:
            return 0.0 if self.rows > self.blank else _STRANGE
        shape = shape_of(value)
        if seen := self.shapes.get(shape, 0):
            return 0.25 * math.log(seen / self.rows)
        return _LIKE if _coarse(shape) in {_coarse(other) for other in self.shapes} else _STRANGE


@dataclass(frozen=True)
class Model:
    """The columns of a table; `sure`: enough rows were seen, nearly all of them as wide as the table."""

    columns: tuple[Column, ...]
    sure: bool

    @property
    def firm(self) -> int:
        """How many columns have values of few shapes."""
        return sum(column.firm and len(column.shapes) > 0 for column in self.columns)


def learned(rows: Sequence[list[str]], width: int, *, share: float) -> Model:
    """What the columns of a table hold, by a sample of its rows; `share` of them must be even for it to be sure."""
    even = [row for row in rows if len(row) == width]
    columns = []
    for at in range(width):
        shapes = Counter(shape_of(row[at]) for row in even if row[at].strip())
        filled = sum(shapes.values())
        common = sum(count for _, count in shapes.most_common(min(_FIRM_SHAPES, max(1, filled // 3))))
        firm = len(even) >= _FIRM_ROWS and common >= _FIRM_SHARE * filled and "…" not in shapes
        columns.append(Column(shapes, len(even) - filled, len(even), firm))
    return Model(tuple(columns), len(even) >= _FIRM_ROWS and len(even) >= share * len(rows))


def mended(text: str, model: Model, *, delimiter: str, quote: str, written: list[str] | None) -> Cut:
    """The fields of a record, cut anew; no cut where that is not clearly better than what is written.

    Args:
        text: The record as it stands in the file, without its line end.
        model: The columns.
        delimiter: The file's; others are tried too.
        quote: The file's.
        written: Its fields as the dialect reads them; None where its quotes are broken.
    """
    if len(text) > _LONGEST or (written is not None and fits(written, model)):
        return NO_CUT
    least = -math.inf
    split = written is not None and (len(written) < len(model.columns) or quote in text)
    if written is not None:
        least = as_written(written, model) + _MARGIN
    best = _Cutter(text, model, delimiter, quote, split=split).best()
    best = best if best.score > least else Cut(least, ())
    for mark in _OTHERS if model.firm > 1 else "":
        if mark != delimiter and mark in text:
            found = _Cutter(text, model, mark, quote, split=False).best()
            best = found if found.score > max(best.score + _MARGIN, _SURE_CUT) else best
    return best if best.fields else NO_CUT


def fits(written: list[str], model: Model) -> bool:
    """Whether a row fits well enough to stay as it is written, or is of a table that nothing sure is known of."""
    return not model.sure or as_written(written, model) > _FITS


def as_written(fields: list[str], model: Model) -> float:
    """How well the fields fit where they stand."""
    filled = [*fields, *[""] * (len(model.columns) - len(fields))]
    fit = sum(column.fit(value) for column, value in zip(model.columns, filled, strict=False))
    return fit + _SURPLUS * sum(bool(value.strip()) for value in fields[len(model.columns) :])


class _Cutter:
    """The best cut of one record at one delimiter."""

    def __init__(self, text: str, model: Model, delimiter: str, quote: str, *, split: bool) -> None:
        self._text = text
        self._columns = model.columns
        self._delimiter = delimiter
        self._quote = quote
        self._split = split
        self._cuts = [-1, *(at for at, char in enumerate(text) if char == delimiter), len(text)]
        self._joined = _JOINED if delimiter != " " else -0.3

    def best(self) -> Cut:
        """The fields, one for each column; none where the delimiters are too many or too few."""
        parts, width = len(self._cuts) - 1, len(self._columns)
        spare = max(parts - width, 0) + (1 if self._split else 0)
        if (parts + 2 < width and parts < 0.5 * width) or width * (spare + 2) ** 2 > _MOST_STEPS:
            return NO_CUT
        self._split = self._split and width * (spare + 2) ** 2 <= _MOST_SPLITS
        reached: list[dict[int, Cut]] = [{} for _ in range(width + 1)]
        reached[0][0] = Cut(0.0, ())
        for column in range(width):
            for part, so_far in reached[column].items():
                self._step(reached, column, part, so_far, spare)
        return max(self._ended(reached), default=NO_CUT, key=lambda cut: cut.score)

    def _ended(self, reached: list[dict[int, Cut]]) -> list[Cut]:
        """The ways that reach the record's end; columns at the end may have no field."""
        parts, width = len(self._cuts) - 1, len(self._columns)
        ends = []
        for column in range(max(width - 3, 1), width + 1):
            if parts in reached[column]:
                cut = reached[column][parts]
                score = cut.score + sum(rest.fit("") for rest in self._columns[column:])
                ends.append(Cut(score, (*cut.fields, *[""] * (width - column))))
        return ends

    def _step(self, reached: list[dict[int, Cut]], column: int, part: int, so_far: Cut, spare: int) -> None:
        """From `part` parts in `column` columns, each way to fill the next column or two."""
        for end in range(part + 1, min(part + spare + 2, len(self._cuts))):
            gain, value = self._field(column, part, end)
            _keep(reached[column + 1], end, Cut(so_far.score + gain, (*so_far.fields, value)))
            if self._split and column + 2 <= len(self._columns):
                two = self._two(column, self._text[self._cuts[part] + 1 : self._cuts[end]])
                if two.fields:
                    _keep(reached[column + 2], end, Cut(so_far.score + two.score, (*so_far.fields, *two.fields)))

    def _field(self, column: int, part: int, end: int) -> tuple[float, str]:
        """The fit of one field made of the parts from `part` to `end`, and its value."""
        piece = self._text[self._cuts[part] + 1 : self._cuts[end]]
        bare = piece.strip(self._delimiter) if end - part > 1 else piece
        surplus = len(piece) - len(bare)
        gain, value = self._value(bare)
        return gain + _SURPLUS * surplus + self._fit(column, value), value

    def _value(self, piece: str) -> tuple[float, str]:
        """A field without its quotes, and what is odd about it."""
        gain, value = unquoted(piece, self._quote)
        if not _is_quoted(piece, self._quote):
            gain += self._joined * piece.count(self._delimiter)
        return gain, value

    def _fit(self, column: int, value: str) -> float:
        return self._columns[column].fit(value.strip(self._quote) if self._quote else value)

    def _two(self, column: int, piece: str) -> Cut:
        """The best way to make two fields of a piece with no delimiter between them."""
        quote = self._quote
        edges = {at for at in range(1, len(piece)) if quote in (piece[at - 1], piece[at])} if quote else set()
        if len(edges) > _CLOSE:
            edges = {at for at in edges if piece[at - 1] == piece[at]}
        places = sorted(edges | set(range(1, len(piece)))) if len(piece) <= _CLOSE else sorted(edges)[:_CLOSE]
        best = NO_CUT
        for at in places:
            left, first = self._value(piece[:at])
            right, second = self._value(piece[at:])
            gain = _SPLIT + left + right + self._fit(column, first) + self._fit(column + 1, second)
            told = at in edges or self._columns[column].firm or self._columns[column + 1].firm
            if told and gain > best.score:
                best = Cut(gain, (first, second))
        return best


@lru_cache(maxsize=4_096)
def _coarse(shape: str) -> str:
    return re.sub("9+", "9", shape)


def _keep(ways: dict[int, Cut], end: int, cut: Cut) -> None:
    if end not in ways or cut.score > ways[end].score:
        ways[end] = cut


def _is_quoted(piece: str, quote: str) -> bool:
    return bool(quote) and len(piece) > 1 and piece[0] == piece[-1] == quote


def unquoted(piece: str, quote: str) -> tuple[float, str]:
    """A field without its quotes, and what is odd about them; a quote that has no partner is a character as any."""
    if not quote or quote not in piece:
        return 0.0, piece
    if _is_quoted(piece, quote):
        inner = piece[1:-1]
        bare = inner.replace(2 * quote, "")
        return (_BARE if quote in bare else 0.0), inner.replace(2 * quote, quote)
    torn = piece.strip()[:1] == quote or piece.strip()[-1:] == quote
    return (_TORN if torn else _BARE / 3), piece
