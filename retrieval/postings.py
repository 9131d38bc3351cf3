"""Postings: which texts have a word, how often and where, decoded from the pages on which FTS5 keeps them.

The pages' format is told in SQLite's `fts5_index.c` ("FTS5 on-disk format", version 4, written since 2015). Asking an
`fts5vocab` table takes several times as long: it makes a row of each place.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
_VERSION = 4
_STRUCTURE = 10
"""The number of the row that says which segments there are."""
_SECOND_FORM = b"\xff\x00\x00\x01"
"""With it begins another form of that row, of tables that can forget a text without knowing it; ours cannot."""
_WORD = b"0"
"""What stands before each word (other characters stand before prefixes, of which an index has none here)."""
_HEAD = 4
"""Bytes at a page's beginning: where the first number of a text stands that follows no word; where the words end."""
_AT_ONCE = 60_000
"""Bytes that are decoded at once: what is made of more does not fit the processor's cache."""
_DOUBLINGS = 4
"""See `_chain`."""
_EMPTY: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a word is: texts by their numbers, ascending, and how often each has it."""

    texts: Ints
    often: Ints
    at: Ints
    """At which of a text's words, from 0; of all texts, one after the other. Only where it was asked for."""

    def before(self, other: Places, words: int) -> Places:
        """Where the other word comes so many words after this one."""
        width = 1 + max(int(self.at.max(initial=0)), int(other.at.max(initial=0))) + words
        mine = np.repeat(self.texts, self.often) * width + self.at
        theirs = np.repeat(other.texts, other.often) * width + other.at - words
        both = np.intersect1d(mine, theirs, assume_unique=True)
        texts, often = np.unique(both // width, return_counts=True)
        return Places(texts, often, both % width)


NOWHERE = Places(_EMPTY, _EMPTY, _EMPTY)


def places(connection: sa.Connection, table: str, words: Sequence[str], *, exact: Collection[str] = ()) -> list[Places]:
    """Where each of some words is.

    Args:
        connection: sees the state that is read.
        table: of FTS5, with one column, all of what it can keep, and no prefixes.
        words: as the index writes them: stems.
        exact: of which it is told, too, at which of a text's words they are.
    """
    parts = _parts(connection, table)
    if parts is None:
        return [_asked(connection, table, word) for word in words]
    found: list[list[_Entries]] = [[] for _ in words]
    lists = _Lists({number for number, word in enumerate(words) if word in exact})
    for word, pages in _pages(connection, table, words, parts):
        lists.add(word, _WORD + words[word].encode(), pages)
        if lists.length > _AT_ONCE:
            lists.decode(found)
    lists.decode(found)
    return [_newest(some) for some in found]


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment of an index: sorted words on pages."""

    number: int
    first: int
    last: int


def _parts(connection: sa.Connection, table: str) -> list[_Part] | None:
    """The segments, the oldest first; None where they are written in a form that is not known here."""
    sql = f"SELECT v, (SELECT block FROM {table}_data WHERE id = ?) FROM {table}_config WHERE k = 'version'"  # noqa: S608
    version, block = connection.exec_driver_sql(sql, (_STRUCTURE,)).one()
    if version != _VERSION or block[4:8] == _SECOND_FORM:
        return None
    numbers = _numbers(block, 4)
    levels, _, _ = next(numbers), next(numbers), next(numbers)
    found: list[list[_Part]] = []
    for _ in range(levels):
        _, count = next(numbers), next(numbers)
        found.append([_Part(next(numbers), next(numbers), next(numbers)) for _ in range(count)])
    return [part for level in reversed(found) for part in level]


def _pages(
    connection: sa.Connection, table: str, words: Sequence[str], parts: Sequence[_Part]
) -> Iterator[tuple[int, list[bytes]]]:
    """The numbers of the words, each with the pages of a segment on which it may stand; the oldest segments first."""
    if not parts:
        return
    segments = ", ".join(f"({part.number}, {part.first}, {part.last})" for part in parts)
    sql = _PAGES.format(table=table, segments=segments)
    order = {part.number: at for at, part in enumerate(parts)}
    found: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
    for word, part, page, block in connection.exec_driver_sql(sql, (json.dumps(words),)):
        found.setdefault((word, order[part]), []).append((page, block))
    for (word, _), pages in sorted(found.items()):
        yield word, [block for _, block in sorted(pages)]


_NAME = "CAST('0' || word.value AS BLOB)"
_PAGES = f"""
WITH part(number, first, last) AS (VALUES {{segments}})
SELECT word.key, part.number, page.id, page.block FROM json_each(?) AS word CROSS JOIN part
CROSS JOIN {{table}}_data AS page ON page.id
BETWEEN (part.number << 37) + max(part.first, coalesce((SELECT pgno >> 1 FROM {{table}}_idx
WHERE segid = part.number AND term <= {_NAME} ORDER BY term DESC LIMIT 1), 0))
AND (part.number << 37) + coalesce((SELECT pgno >> 1 FROM {{table}}_idx
WHERE segid = part.number AND term > {_NAME} ORDER BY term LIMIT 1), part.last)
"""  # noqa: S608
"""From the page where a word would begin to the next one where any word begins."""


@dataclass(frozen=True, slots=True)
class _Entries:
    """What a segment says of a word: texts, ascending, and how often each has it (0: it is gone), and where."""

    texts: Ints
    often: Ints
    at: Ints


class _Lists:
    """The lists of some words in some segments, as they are written, one after the other.

    An entry is the number of a text (less that of the one before, but for those that stand as they are), twice the
    length of what follows (odd: what older segments say of the text is void), and the word's places in it, each less
    the one before, plus 2.
    """

    def __init__(self, exact: Collection[int]) -> None:
        self.length = 0
        self._exact = exact
        self._bytes: list[bytes] = []
        self._begins: list[int] = []
        self._words: list[int] = []
        self._whole: list[int] = []
        """Where a text's number stands as it is."""

    def add(self, word: int, name: bytes, pages: Sequence[bytes]) -> None:
        """Adds a segment's list of a word, where it has the word."""
        found = _found(pages[0], name)
        if found is None:
            return
        begin, end, goes_on = found
        self._words.append(word)
        self._begins.append(self.length)
        self._whole.append(self.length)
        self._put(pages[0][begin:end])
        for page in pages[1:] if goes_on else ():
            first, size = int.from_bytes(page[:2], "big"), int.from_bytes(page[2:4], "big")
            end = next(_numbers(page, size), size)  # where the next word begins
            if _HEAD <= first < end:
                self._whole.append(self.length + first - _HEAD)
            self._put(page[_HEAD:end])
            if end < size:
                return

    def _put(self, data: bytes) -> None:
        self._bytes.append(data)
        self.length += len(data)

    def decode(self, found: list[list[_Entries]]) -> None:
        """Puts what the lists say to what was found of their words, and begins anew."""
        if self.length:
            for word, entries in zip(self._words, self._decoded(), strict=True):
                found[word].append(entries)
        self.length = 0
        for some in (self._bytes, self._begins, self._words, self._whole):
            some.clear()

    def _decoded(self) -> Iterator[_Entries]:
        each = np.frombuffer(b"".join(self._bytes), dtype=np.uint8)
        last = each < 0x80  # of a number's bytes
        ends = np.flatnonzero(last).astype(np.int32)
        numbers = values(each, ends)
        done = np.cumsum(last, dtype=np.int32)
        # where an entry would end that began at a number, if one did
        beyond = ends[1:] + (numbers[1:] >> 1).astype(np.int32)
        following = np.append(done.take(beyond, mode="clip"), np.full(2, len(ends), dtype=np.int32))
        entries = _chain(following)
        steps = numbers.take(entries).astype(np.int64)
        sums = np.cumsum(steps)
        whole = np.searchsorted(entries, _before(done, self._whole))
        lists = np.searchsorted(entries, _before(done, self._begins))
        texts = sums - np.repeat(sums[whole] - steps[whole], np.diff(whole, append=len(entries)))
        often = following.take(entries) - entries - 2
        for word, (low, high) in zip(self._words, pairwise([*lists.tolist(), len(entries)]), strict=True):
            at = _at(numbers, entries[low:high] + 2, often[low:high]) if word in self._exact else _EMPTY
            yield _Entries(texts[low:high], often[low:high], at)


def _before(done: Ints, places: Sequence[int]) -> Ints:
    """How many numbers end before some bytes."""
    at = np.asarray(places)
    return np.where(at > 0, done[at - 1], 0)


def _newest(found: Sequence[_Entries]) -> Places:
    """What the segments say of a word, the oldest first: of each text what the newest says that tells of it."""
    if not found:
        return NOWHERE
    texts = np.concatenate([one.texts for one in found])
    often = np.concatenate([one.often for one in found])
    at = np.concatenate([one.at for one in found])
    rows = np.arange(len(texts))
    if not (texts[1:] > texts[:-1]).all():
        rows = np.argsort(texts, kind="stable")
        ordered = texts[rows]
        rows = rows[np.append(ordered[1:] != ordered[:-1], True)]
    rows = rows[often[rows] > 0]
    if len(at):
        at = at[_each(np.cumsum(often)[rows] - often[rows], often[rows])]
    return Places(texts[rows], often[rows], at)


def _at(numbers: Ints, first: Ints, often: Ints) -> Ints:
    """The places of some entries: of each the numbers from the first on, each added to the ones before."""
    steps = numbers[_each(first, often)] - 2
    sums: Ints = np.concatenate(([0], np.cumsum(steps)))
    before: Ints = np.repeat(sums[np.cumsum(often) - often], often)
    found: Ints = sums[1:] - before
    return found


def _each(first: Ints, often: Ints) -> Ints:
    """The numbers from each of some on, so many of each."""
    skipped: Ints = np.repeat(first - (np.cumsum(often) - often), often)
    found: Ints = np.arange(len(skipped)) + skipped
    return found


def _chain(following: Ints) -> Ints:
    """The numbers from 0 on, each followed by what `following` says of it, up to the last one.

    Only every sixteenth is looked up one after the other; those between them all at once.
    """
    jumps = [following]
    for _ in range(_DOUBLINGS):
        jumps.append(jumps[-1].take(jumps[-1], mode="clip"))
    far, at, end = jumps.pop().data, 0, len(following) - 1
    some: list[int] = []
    while at < end:
        some.append(at)
        at = far[at]
    found = np.asarray(some, dtype=np.int32)
    for jump in reversed(jumps):
        found = np.stack((found, jump.take(found, mode="clip")), axis=1).ravel()
    return found[: np.searchsorted(found, end)]


def values(each: NDArray[np.uint8], ends: Ints) -> Ints:
    """SQLite's numbers of variable length: seven bits a byte, the highest first, the last byte below 128.

    Args:
        each: their bytes, one number after the other.
        ends: where the last byte of each is.
    """
    length = np.diff(ends, prepend=np.int32(-1))
    found: Ints = each.take(ends).astype(np.int32 if length.max(initial=0) < 5 else np.int64)
    longer = np.flatnonzero(length > 1)
    at = 1
    while len(longer):
        found[longer] += (each[ends[longer] - at].astype(found.dtype) & 0x7F) << (7 * at)
        at += 1
        longer = longer[length[longer] > at]
    return found


def _found(page: bytes, name: bytes) -> tuple[int, int, bool] | None:
    """Where on a page the list of a word begins and ends, and whether it may go on on the next page.

    The words are sorted; of each but the first is written how much it shares with the one before, and the rest.
    """
    size = int.from_bytes(page[2:4], "big")
    starts, start = [], 0
    for step in _numbers(page, size):
        start += step
        starts.append(start)
    alike = 0
    for number, start in enumerate(starts):
        if number and page[start] > alike:
            continue
        shared, at = _number(page, start) if number else (0, start)
        if shared < alike:
            return None
        length, at = _number(page, at)
        rest, mine = page[at : at + length], name[alike:]
        if rest == mine:
            goes_on = number + 1 == len(starts)
            return at + length, size if goes_on else starts[number + 1], goes_on
        if rest > mine:
            return None
        while rest[alike - shared : alike - shared + 1] == name[alike : alike + 1] != b"":
            alike += 1
    return None


def _number(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and where it ends."""
    value = 0
    while data[at] >= 0x80:
        value = (value | data[at] & 0x7F) << 7
        at += 1
    return value | data[at], at + 1


def _numbers(data: bytes, at: int) -> Iterator[int]:
    """The numbers from a place on."""
    value = 0
    for byte in data[at:]:
        if byte < 0x80:
            yield value | byte
            value = 0
        else:
            value = (value | byte & 0x7F) << 7


def _asked(connection: sa.Connection, table: str, word: str) -> Places:
    """Where a word is, as SQLite says."""
    connection.exec_driver_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_words USING fts5vocab(main, {table}, instance)"
    )
    sql = f"SELECT doc, offset FROM temp.{table}_words WHERE term = ?"  # noqa: S608
    each = np.asarray(connection.exec_driver_sql(sql, (word,)).fetchall(), dtype=np.int64).reshape(-1, 2)
    texts, often = np.unique(each[:, 0], return_counts=True)
    return Places(texts, often, each[:, 1])
