"""How a CSV file is written: its delimiter and how it writes a quote inside quotes."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.parsers._decoding import Encoding, open_text

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 200
_SAMPLE_CHARACTERS = 200_000
_FIELD_LIMIT = 50_000_000
"""Characters in one field; more means that a quote was never closed."""
_ESCAPED = {"\\\\": "\ufdd0", '\\"': "\ufdd1"}
_RESTORED = {"\ufdd0": "\\", "\ufdd1": '"'}
_ESCAPE = re.compile(r'\\[\\"]')
_RESTORE = re.compile("[\ufdd0\ufdd1]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`backslash`: a quote inside quotes is written with a backslash before it, and a backslash too."""

    delimiter: str = ","
    backslash: bool = False


@dataclass
class Survey:
    """What one reading of the whole file told."""

    rows: int = 0
    widths: Counter[int] = field(default_factory=Counter)
    backslash_inside: bool = False
    """Somewhere a backslash and a quote are followed by what cannot follow a closing quote."""
    backslash_quote: bool = False
    """Somewhere a backslash stands before a quote."""
    nul: bool = False

    @property
    def evenness(self) -> float:
        """The share of the rows that are as wide as most."""
        return max(self.widths.values()) / self.rows if self.rows else 1.0


def rows_of(handle: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """The rows, each with all its fields as written; blank lines are left out.

    Raises:
        UnreadableError: a quote is never closed, and the rest of the file would be one field.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    lines = handle
    if dialect.backslash:
        lines = (_ESCAPE.sub(lambda found: _ESCAPED[found[0]], line) for line in handle)
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    try:
        for row in reader:
            if row:
                yield [_RESTORE.sub(lambda f: _RESTORED[f[0]], cell) for cell in row] if dialect.backslash else row
    except csv.Error as error:
        raise UnreadableError(f"line {reader.line_num}: {error}") from error


def detect(file: Path, encoding: Encoding) -> Dialect:
    """The dialect that makes the first rows most alike; of several the one with more columns."""
    with open_text(file, encoding, newline="") as handle:
        sample = handle.read(_SAMPLE_CHARACTERS)
    if len(sample) == _SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    tab_first = file.suffix.lower() == ".tsv"
    order = "\t,;|" if tab_first else _DELIMITERS
    delimiter = max(order, key=lambda candidate: _evenness(sample, candidate))
    return Dialect(delimiter, _is_backslashed(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    """How alike in width the sample's rows are: 0 where the delimiter parts nothing."""
    dialect = Dialect(delimiter, _is_backslashed(sample, delimiter))
    try:
        rows = list(islice(rows_of(StringIO(sample, newline=""), dialect), _SAMPLE_ROWS))
    except UnreadableError:
        return 0.0
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    parted = sum(count for size, count in widths.items() if size > 1) / len(rows)
    return 0.0 if parted == 0 else parted * times / len(rows) + min(width, 50) / 1000


def _inside(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'\\"(?=[^{re.escape(delimiter)}\r\n"])')


def _is_backslashed(text: str, delimiter: str) -> bool:
    """Whether a backslash before a quote escapes it: one that closed a field would be followed by the field's end."""
    return _inside(delimiter).search(text) is not None


def surveyed(file: Path, encoding: Encoding) -> tuple[Dialect, Survey]:
    """The dialect of a file, judged by all of it, and what reading it in this dialect told.

    Where a quote follows a backslash, the reading that takes it for escaped is right if the other is contradicted, or
    makes rows of different widths that this one makes even.
    """
    dialect = detect(file, encoding)
    found = survey(file, encoding, dialect)
    if dialect.backslash or not found.backslash_quote:
        return dialect, found
    if found.backslash_inside or len(found.widths) > 1:
        other = Dialect(dialect.delimiter, backslash=True)
        again = survey(file, encoding, other)
        if found.backslash_inside or again.evenness > found.evenness:
            return other, again
    return dialect, found


def survey(file: Path, encoding: Encoding, dialect: Dialect) -> Survey:
    """Reads the whole file once: how many rows, how wide, and whether quotes are escaped after all."""
    found = Survey()
    inside = _inside(dialect.delimiter)

    def watched(handle: Iterable[str]) -> Iterator[str]:
        for line in handle:
            if '\\"' in line:
                found.backslash_quote = True
                found.backslash_inside = found.backslash_inside or inside.search(line) is not None
            found.nul = found.nul or "\0" in line
            yield line

    with open_text(file, encoding, newline="") as handle:
        for row in rows_of(watched(handle), dialect):
            found.rows += 1
            found.widths[len(row)] += 1
    return found
