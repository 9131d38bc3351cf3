"""How a CSV file is written: its delimiter, its quote, and how it writes a quote inside quotes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path

from ingest.errors import LimitError
from ingest.parsers._decoding import Encoding, open_text
from ingest.parsers._lines import Dialect, Mends, records
from ingest.parsers._values import kind_of

_DELIMITERS = ",;\t|"
_RARE = "^~"
"""Delimiters of old systems: looked for where the others make no columns."""
_SAMPLE_ROWS = 200
_SAMPLE_CHARACTERS = 200_000
_PIECE = 1 << 20
_MOST_WIDTH = 50
_FEW = 3
_EVEN, _RARELY = 0.5, 0.9
"""How alike rows are of which a delimiter makes columns; with a rare one, nearly all of them."""
_NONE = "\ufdd2"
"""Parts nothing: no text holds this noncharacter."""
_MOSTLY = 0.6
"""Of the rows below a name that stands alone so many are equally wide where a delimiter parts them, not a comma."""
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})*(?:\.\d+)?")


def dialect_of(file: Path, encoding: Encoding) -> Dialect:
    """The dialect of a file, by its beginning; whether a backslash escapes its quotes, by all of it.

    Where a quote follows a backslash, the reading that takes it for escaped is right if the other is contradicted, or
    makes rows of different widths that this one makes even.
    """
    with open_text(file, encoding, newline="") as handle:
        sample = handle.read(_SAMPLE_CHARACTERS)
    if len(sample) == _SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    found = detected(sample, tabs=file.suffix.lower() == ".tsv")
    if found.escape or found.quote != '"':
        return found
    told = _told(file, encoding, found)
    if told is None:
        return found
    escaped = replace(found, escape="\\")
    return escaped if told or _share(file, encoding, escaped) > _share(file, encoding, found) else found


def _told(file: Path, encoding: Encoding, dialect: Dialect) -> bool | None:
    """Whether a quote after a backslash stands where none can end a field; None where there is no such quote."""
    contradicted = inside(dialect)
    found = None
    with open_text(file, encoding, newline="") as handle:
        rest = ""
        while piece := handle.read(_PIECE):
            text = rest + piece
            if '\\"' in text:
                found = False
                if contradicted.search(text):
                    return True
            rest = text[-2:]
    return found


def _share(file: Path, encoding: Encoding, dialect: Dialect) -> float:
    """The share of the rows that are as wide as most, and whose quotes are not broken."""
    mends = Mends()
    with open_text(file, encoding, newline="") as handle:
        widths = Counter(len(row) for row in records(handle, dialect, mends=mends))
    return (max(widths.values()) - mends.quotes) / widths.total() if widths else 1.0


def detected(sample: str, *, tabs: bool = False) -> Dialect:
    """The dialect that makes the rows of a sample most alike; of several the one with more columns.

    Args:
        sample: The beginning of the file, whole lines.
        tabs: Whether a tab is the likelier of two equally good delimiters: the file is named so.
    """
    sample = _without_comments(sample)
    order = "\t,;|" if tabs else _DELIMITERS
    best = max((_dialect(sample, delimiter) for delimiter in order), key=lambda it: _evenness(sample, it))
    if _evenness(sample, best) < _EVEN:
        rare = max((_dialect(sample, delimiter) for delimiter in _RARE), key=lambda it: _evenness(sample, it))
        best = rare if _evenness(sample, rare) > _RARELY else best
    if _evenness(sample, best) < _EVEN and _first_width(sample, best) < 2:
        spaced = _dialect(sample, " ")
        if _is_spaced(sample, spaced):
            return spaced
    return replace(best, delimiter=_NONE, spaced=False) if _is_one_column(sample, best) else best


def _without_comments(sample: str) -> str:
    """The sample without the comments above its table, but for the last: that may be the header."""
    lines = sample.splitlines(keepends=True)
    count = next((at for at, line in enumerate(lines) if not line.startswith("#")), 0)
    return "".join(lines[max(0, count - 1) :])


def _is_one_column(sample: str, dialect: Dialect) -> bool:
    """Whether below a single name stand sentences or numbers with commas in them, and no columns."""
    rows = [row for row in _sampled(sample, dialect) if row]
    if len(rows) < 2 or len(rows[0]) != 1 or not any(len(row) > 1 for row in rows):
        return False
    lines = sample.split("\n")[1:]
    if dialect.delimiter == "," and all(_THOUSANDS.fullmatch(line.strip()) for line in lines if line.strip()):
        return True
    width, times = Counter(len(row) for row in rows[1:]).most_common(1)[0]
    return width == 1 or times < _MOSTLY * (len(rows) - 1)


def _dialect(sample: str, delimiter: str) -> Dialect:
    quote = _quote(sample, delimiter)
    found = Dialect(delimiter, quote, spaced=re.search(rf"{re.escape(delimiter)} +{quote}", sample) is not None)
    if delimiter == " ":
        found = replace(found, spaced=False)
    return replace(found, escape=_escape(sample, found))


def _quote(sample: str, delimiter: str) -> str:
    """The apostrophe where fields stand in it, and none in quotes."""
    mark = re.escape(delimiter)

    def fields(quote: str) -> int:
        return len(re.findall(rf"(?:^|{mark}){quote}[^{quote}\n]*{quote}(?=\r?$|{mark})", sample, re.MULTILINE))

    return "'" if fields("'") >= _FEW and fields("'") > 10 * fields('"') else '"'


def _escape(sample: str, dialect: Dialect) -> str:
    """What stands before a quote inside quotes where that is not doubled: a backslash, or the quote of the others."""
    candidates = ("\\",) if dialect.quote == '"' else ("\\", '"')
    counts = {escape: len(inside(dialect, escape).findall(sample)) for escape in candidates}
    if '"' in counts:
        counts['"'] += sample.count('""')
    likely = max(candidates, key=lambda escape: counts[escape])
    return likely if counts[likely] else ""


def inside(dialect: Dialect, escape: str = "\\") -> re.Pattern[str]:
    """Finds an escaped quote: one that closed its field would be followed by the field's end."""
    mark = re.escape(dialect.delimiter)
    return re.compile(rf"{re.escape(escape)}{dialect.quote}(?=[^{mark}\r\n{dialect.quote}])")


def _sampled(sample: str, dialect: Dialect) -> list[list[str]]:
    try:
        return list(islice(records(StringIO(sample, newline=""), dialect), _SAMPLE_ROWS))
    except LimitError:
        return []


def _first_width(sample: str, dialect: Dialect) -> int:
    rows = _sampled(sample, dialect)
    return len(rows[0]) if rows else 0


def _evenness(sample: str, dialect: Dialect) -> float:
    """How alike in width the sample's rows are: 0 where the delimiter parts nothing."""
    rows = _sampled(sample, dialect)
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0
    width, times = widths.most_common(1)[0]
    parted = sum(count for size, count in widths.items() if size > 1) / len(rows)
    return 0.0 if parted == 0 else parted * times / len(rows) + min(width, _MOST_WIDTH) / 1000


def _is_spaced(sample: str, dialect: Dialect) -> bool:
    """Whether spaces part columns and not words: the header's width is common, and columns hold numbers or dates."""
    rows = _sampled(sample, dialect)
    width = len(rows[0]) if rows else 0
    even = [row for row in rows[1:] if len(row) == width]
    if width < _FEW or not even or len(even) < 0.2 * len(rows) or any(len(row) < width - 1 for row in rows):
        return False
    firm = sum(
        sum(kind_of(row[at]) in ("number", "date", "time") for row in even) >= 0.9 * len(even) for at in range(width)
    )
    return firm >= _FEW - 1
