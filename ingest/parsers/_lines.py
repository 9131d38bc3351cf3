"""The records of a CSV file as fields, in a stream; a broken one costs itself, and never the rest of the file."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TextIO

from ingest.errors import LimitError
from ingest.parsers._mending import NO_CUT, Cut, Model, fits, mended

_FIELD_LIMIT = 50_000_000
"""Characters in one field."""
_LONGEST = 64 << 20
"""Characters in one line: memory is bounded by it."""
_MOST_LINES, _FEW_LINES = 10_000, 100
"""A record of more lines is a quote that was never closed; after some of those, one of a few lines is."""
_MOST_TRIES = 5_000
"""Rows that are cut anew in one file: each takes some milliseconds."""
_KEPT = ("\ufdd0", "\ufdd1")
"""Stand for the escape and the quote while the csv module reads: no text holds these noncharacters."""
_CONTROLS = re.compile("[\x80-\x9f]")
_AS_CP1252 = {
    code: bytes((code,)).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are parted and quoted; `escape` stands before a quote inside quotes where that is not doubled."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    spaced: bool = False
    """White space after a delimiter is none of the field's."""

    def reader(
        self, lines: Iterator[str], *, strict: bool, quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
    ) -> Iterator[list[str]]:
        """The csv module's reader; strict, it raises at a quote that is no field's begin or end."""
        csv.field_size_limit(_FIELD_LIMIT)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            skipinitialspace=self.spaced,
            strict=strict,
            quoting=quoting,
        )


class Feed:
    """The lines of a file, remembered until they are forgotten, and given back where they were taken in vain."""

    def __init__(self, handle: TextIO, dialect: Dialect) -> None:
        self.taken: list[str] = []
        self.most = _MOST_LINES
        self._handle = handle
        self._back: deque[str] = deque()
        self._escape = _Escape(dialect) if dialect.escape else None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= self.most:
            raise StopIteration
        line = self._back.popleft() if self._back else self._handle.readline(_LONGEST)
        if not line:
            raise StopIteration
        if not line.isascii() and _CONTROLS.search(line):
            line = line.translate(_AS_CP1252)  # such controls are in no text: it is Windows-1252 read as Latin-1
        if len(line) >= _LONGEST:
            raise LimitError(f"it has a line of over {_LONGEST:,} characters")
        self.taken.append(line)
        return self.hidden(line)

    def give_back(self, first: int) -> None:
        """The lines taken from `first` on come again."""
        self._back.extendleft(reversed(self.taken[first:]))
        del self.taken[first:]

    def hidden(self, line: str) -> str:
        """A line as the csv module is to read it."""
        return self._escape.hidden(line) if self._escape else line

    def shown(self, row: list[str]) -> list[str]:
        """The fields with what was escaped in them."""
        return self._escape.shown(row) if self._escape else row


class _Escape:
    """Quotes that are written with another character before them, hidden from the csv module."""

    def __init__(self, dialect: Dialect) -> None:
        escape, quote = dialect.escape, dialect.quote
        self._pairs = re.compile(f"{re.escape(escape)}[{re.escape(escape)}{re.escape(quote)}]")
        self._hide = {escape + escape: _KEPT[0], escape + quote: _KEPT[1]}
        self._show = str.maketrans({_KEPT[0]: escape, _KEPT[1]: quote})

    def hidden(self, line: str) -> str:
        return self._pairs.sub(lambda found: self._hide[found[0]], line)

    def shown(self, row: list[str]) -> list[str]:
        return [cell.translate(self._show) for cell in row]


@dataclass
class Mends:
    """What had to be mended, counted."""

    quotes: int = 0
    """Records whose quotes were broken."""
    cuts: int = 0
    """Rows that were cut anew."""
    uneven: int = 0
    """Rows that stayed wider or narrower than their table."""

    def said(self) -> Iterator[str]:
        """The counts in words."""
        if self.quotes:
            yield f"rows with broken quotes: {self.quotes:,}"
        if self.cuts:
            yield f"rows cut anew, since their delimiters were not those of the others: {self.cuts:,}"
        if self.uneven:
            yield f"rows with more or fewer fields than most: {self.uneven:,}"


def records(
    handle: TextIO,
    dialect: Dialect,
    *,
    model: Model | None = None,
    begin: int = 0,
    mends: Mends | None = None,
    blanks: bool = False,
) -> Iterator[list[str]]:
    """The rows, each with all its fields; of another width than most after a blank line, they are another table's.

    Args:
        handle: The file, opened with its line ends.
        dialect: How it is written.
        model: The columns: rows of another width are mended by it.
        begin: The number of the row from which on they are: those before are above the table, or its header.
        mends: Counts what was mended.
        blanks: Whether blank lines are told, as rows without a field; else they are left out.

    Raises:
        LimitError: a line or a field is too long.
    """
    feed = Feed(handle, dialect)
    mender = _Mender(feed, dialect, model, mends or Mends())
    reader = dialect.reader(feed, strict=True)
    width = len(model.columns) if model else 0
    left = begin
    apart = False  # whether a blank line came, and no row since that is as wide as most
    while True:
        feed.taken.clear()
        row: list[str] | None
        try:
            row = feed.shown(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise LimitError(f"it has a field of over {_FIELD_LIMIT:,} characters") from error
            row = mender.broken()
        else:
            apart = not row or (apart and len(row) != width)
            if width and len(row) != width and not apart and left <= 0:
                row = mender.uneven(row)
        if row:
            left -= 1
        if row or blanks:
            yield row


class _Mender:
    """Makes rows of records that the csv module does not read, or that are not as wide as their table."""

    def __init__(self, feed: Feed, dialect: Dialect, model: Model | None, mends: Mends) -> None:
        self._feed = feed
        self._dialect = dialect
        self._model = model
        self._mends = mends
        self._tries = 0

    def uneven(self, row: list[str]) -> list[str]:
        """A row of another width: mended where that is clearly better."""
        taken = self._feed.taken
        found = self._cut("".join(taken), row)
        if not found.fields and len(taken) > 1:  # a quote may have swallowed the lines after its own
            found = self._cut(taken[0], self._read(taken[:1]))
            if found.fields:
                self._feed.give_back(1)
        self._mends.cuts += bool(found.fields)
        self._mends.uneven += not found.fields
        return list(found.fields) or row

    def broken(self) -> list[str]:
        """A record whose quotes are broken: mended, else its first line with its quotes taken as they come."""
        self._mends.quotes += 1
        if len(self._feed.taken) > _FEW_LINES:  # else a file of such quotes would be read over and over
            self._feed.most = max(_FEW_LINES, self._feed.most // 2)
        taken = self._feed.taken
        first = self._cut(taken[0], None)
        whole = self._cut("".join(taken), None) if 1 < len(taken) < self._feed.most else NO_CUT
        if whole.fields and whole.score >= first.score:
            return list(whole.fields)
        row = list(first.fields) or self._read(taken[:1])
        self._feed.give_back(1)
        return row

    def _cut(self, text: str, row: list[str] | None) -> Cut:
        if self._model is None or self._tries >= _MOST_TRIES or (row is not None and fits(row, self._model)):
            return NO_CUT
        self._tries += 1
        dialect = self._dialect
        text = self._feed.hidden(text.rstrip("\r\n"))
        found = mended(text, self._model, delimiter=dialect.delimiter, quote=dialect.quote, written=row)
        fields = self._feed.shown(list(found.fields))
        return Cut(found.score, tuple(field.strip() for field in fields) if dialect.spaced else tuple(fields))

    def _read(self, lines: list[str]) -> list[str]:
        """The fields of a line, its quotes taken as they come; one that is never closed is a character as any."""
        try:
            return next(self._dialect.reader(iter(lines), strict=True), [])
        except csv.Error:
            opened = "".join(lines).count(self._dialect.quote) % 2
            quoting: Literal[0, 3] = csv.QUOTE_NONE if opened else csv.QUOTE_MINIMAL
            return next(self._dialect.reader(iter(lines), strict=False, quoting=quoting), [])
