"""What a table holds, said in a few lines: its columns with their types, ranges, and some of their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.parsers._values import ValueKind, kind_of

_SAMPLE = 1_000
"""So many rows of the first batch decide what a column is."""
_SHARE = 0.95
"""Of a column's values that make it one of numbers or dates."""
_MOST_VALUES = 30
_LONGEST_VALUE = 40
_LISTED, _NAMED = 8, 3
"""Up to so many different values are all listed; of more, so many are named."""
_MOST_COLUMNS = 500
_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%d %B %Y", "%B %d, %Y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y",
)  # fmt: skip
_SIGNS = str.maketrans(dict.fromkeys("$£€¥₹% \xa0\u202f'’+", "") | {"−": "-", "–": "-", "(": "-", ")": ""})
_POINTED = str.maketrans({",": ""})
_COMMAED = str.maketrans({".": "", ",": "."})


@dataclass
class ColumnProfile:
    """What is known of one column so far; its lowest and highest values are kept as they are written."""

    kind: ValueKind | None = None
    filled: int = 0
    fitting: int = 0
    low: tuple[Any, str] | None = None
    high: tuple[Any, str] | None = None
    values: dict[str, None] = field(default_factory=dict)
    many: bool = False
    decimal_comma: bool = False
    format: str = ""

    def add(self, cells: Sequence[str]) -> None:
        """Takes the cells of some rows."""
        filled = [text for cell in cells if (text := cell.strip())]
        if not filled:
            return
        self.filled += len(filled)
        if self.kind is None:
            self._decide(filled[:_SAMPLE])
        if self.kind in ("number", "date"):
            self._range(filled)
        self._collect(filled)

    def _decide(self, filled: list[str]) -> None:
        kinds = Counter(map(kind_of, filled))
        kind, count = kinds.most_common(1)[0]
        coded = kind == "number" and any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in filled)
        self.kind = kind if count >= _SHARE * len(filled) and not coded else "text"
        if self.kind == "number":
            self.decimal_comma = _has_decimal_commas(filled)
        elif self.kind == "date":
            self.format = _format(filled)

    def _range(self, filled: list[str]) -> None:
        """Widens the range by what pandas reads as numbers or dates."""
        found = self._parsed(filled)
        fitting = found.notna()
        self.fitting += int(fitting.sum())
        if not fitting.any():
            return
        low, high = int(found.argmin()), int(found.argmax())
        if self.low is None or found.iloc[low] < self.low[0]:
            self.low = (found.iloc[low], filled[low])
        if self.high is None or found.iloc[high] > self.high[0]:
            self.high = (found.iloc[high], filled[high])

    def _parsed(self, filled: list[str]) -> Any:
        import pandas as pd

        if self.kind == "date":
            return pd.Series(
                pd.to_datetime(
                    pd.Series(filled, dtype=object), format=self.format or "ISO8601", errors="coerce", utc=True
                )
            )
        found = pd.to_numeric(pd.Series(filled, dtype=object), errors="coerce")
        if self.decimal_comma or found.isna().any():
            table = _COMMAED if self.decimal_comma else _POINTED
            plain = [text.translate(_SIGNS).translate(table) for text in filled]
            found = pd.to_numeric(pd.Series(plain, dtype=object), errors="coerce")
        return found

    def _collect(self, filled: list[str]) -> None:
        if self.many:
            return
        for text in filled:
            self.values.setdefault(" ".join(text.split()))
            if len(self.values) > _MOST_VALUES:
                self.many = True
                return

    def described(self, rows: int) -> str:
        """The column in words."""
        if not self.filled:
            return "empty"
        words = [*self._typed(), *([f"{rows - self.filled:,} blank"] if self.filled < rows else [])]
        return ", ".join(words)

    def _typed(self) -> list[str]:
        if self.kind in ("number", "date") and self.low and self.high and self.fitting >= _SHARE * self.filled:
            return [f"{self.kind}s from {self.low[1]} to {self.high[1]}"]
        kind = {"truth": "yes or no", "time": "times"}.get(self.kind or "", "text")
        short = [value for value in self.values if len(value) <= _LONGEST_VALUE]
        if not self.many and len(self.values) <= _LISTED and len(short) == len(self.values):
            return [f"{kind}: {' | '.join(short)}"]
        named = " | ".join(short[:_NAMED])
        return [f"{kind} such as {named}" if named else kind]


class TableProfile:
    """What is known of a table so far."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.rows = 0
        self._columns = [ColumnProfile() for _ in names]

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Takes some rows; of one that is wider than the table the rest is left out."""
        self.rows += len(rows)
        width = len(self._columns)
        filled = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in rows]
        for column, cells in zip(self._columns, zip(*filled, strict=False), strict=False):
            column.add(cells)

    def described(self, *, sheet: str | None = None) -> str:
        """The table in words: a line for the whole, and one for each column; without rows the names alone."""
        named = [
            (name, column)
            for at, (name, column) in enumerate(zip(self.names, self._columns, strict=True), 1)
            if column.filled or name != f"column {at}"
        ]
        if not self.rows:
            return "; ".join(name for name, _ in named) + "\n"
        rows = f"{self.rows:,} row" + "s" * (self.rows != 1)
        columns = f"{len(named):,} column" + "s" * (len(named) != 1)
        lines = [f"Table{f' of sheet {sheet}' if sheet else ''}: {rows}, {columns}"]
        lines += [f"{name}: {column.described(self.rows)}" for name, column in named[:_MOST_COLUMNS]]
        if len(named) > _MOST_COLUMNS:
            lines.append(f"and {len(named) - _MOST_COLUMNS:,} columns more")
        return "\n".join(lines) + "\n"


def _has_decimal_commas(filled: Sequence[str]) -> bool:
    """Whether the comma is before decimals: it comes last where both marks are, or parts no group of three."""
    votes = 0
    for text in filled:
        _, mark, decimals = text.rstrip("%€$£ )").rpartition(",")
        if mark and "." in decimals:
            votes -= 1
        elif mark and (len(decimals) != 3 or "." in text):  # thousands have three digits
            votes += 1
    return votes > 0


def _format(filled: Sequence[str]) -> str:
    """The format that reads nearly all of the dates: of two equally good ones the first."""
    import pandas as pd

    dates = pd.Series(filled[:_SAMPLE], dtype=object)
    best, most = "", _SHARE * len(dates)
    for form in _FORMATS:
        count = int(pd.to_datetime(dates, format=form, errors="coerce").notna().sum())
        if count > most or (count == most and not best):
            best, most = form, count
    return best
