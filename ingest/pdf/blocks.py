"""Paragraphs as blocks: their text, and where each of its words stands on the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.pdf.drop_caps import hangs
from ingest.pdf.lines import Line
from ingest.pdf.paragraphs import Paragraph
from ingest.pdf.words import Word
from ingest.types import Block, BlockKind, Place, Run

_FULL = 0.85
"""A line that reaches so far into its paragraph was broken for want of room: the next one goes on after a space."""
_MOSTLY = 0.5
"""A paragraph of prose has more full lines than this share, its last aside."""
_KINDS: dict[str, BlockKind] = {"text": "text", "heading": "heading", "list": "list", "row": "text"}
_WORD = 4
"""Halves of so many letters that are words of the document themselves make a compound."""
_JOINED = frozenset(
    ["well", "self", "long", "short", "high", "low", "part", "full", "half", "ex", "all", "year", "first", "second"]
)
"""What English joins to the next word with a hyphen."""
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]{2}")
"""Two characters of Chinese or Japanese, which have no spaces."""
_MOST_WORDS = 200_000
"""How many different words are remembered for mending hyphens."""


@dataclass(slots=True)
class Vocabulary:
    """The words of a document so far: they tell whether a hyphen at a line's end belongs to its word."""

    counts: Counter[str] = field(default_factory=Counter)
    _fresh: Counter[str] = field(default_factory=Counter)
    """Words as they stand in the text, that are not among the `counts` yet: most documents part few words."""

    def learn(self, words: Iterable[Word]) -> None:
        """Takes note of a page's words."""
        if len(self.counts) + len(self._fresh) < _MOST_WORDS:
            self._fresh.update([word.text for word in words if not word.hyphen])

    def count(self, text: str) -> int:
        """How often a word was seen, be it in capitals or not, with or without marks around it."""
        self._count()
        return self.counts[_bare(text)]

    def _count(self) -> None:
        for text, number in self._fresh.items():
            self.counts[_bare(text)] += number
        self._fresh.clear()

    def mended(self, left: str, right: str) -> str:
        """What stands between the halves of a word that a line's end parted: a hyphen, or nothing."""
        if left.endswith("-") or not left[-1:].isalpha() or not right[:1].islower():
            return "" if left.endswith("-") else "-"
        self._count()
        start, end = left.lower().lstrip("([\"'“‘"), right.lower().rstrip(".,;:!?)]\"'”’")
        whole, parted = self.counts[start + end], self.counts[f"{start}-{end}"]
        if whole or parted:
            return "-" if parted > whole else ""
        first, _, last = start.rpartition("-")
        if start in _JOINED or (first and ("-" in first or self.counts[last])):  # state-of-the-art, but well-documented
            return "-"
        words = min(len(start), len(end)) >= _WORD and min(self.counts[start], self.counts[end]) > 1
        return "-" if words else ""


def _bare(text: str) -> str:
    return text.strip(".,;:!?()[]\"'“”‘’").lower()


class Composer:
    """Writes lines one after the other into one text, and takes note of where the words stand."""

    def __init__(self, page: int, vocabulary: Vocabulary) -> None:
        self._page = page
        self._vocabulary = vocabulary
        self._parts: list[str] = []
        self._length = 0
        self._last: Word | None = None
        self.runs: list[Run] = []

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self._parts)

    def write(self, words: list[Word], before: str) -> None:
        """Writes a line's words after what stands between it and the text so far."""
        if self._last is not None:
            mends = self._last.hyphen and not before.strip("\n ")
            self._add(self._vocabulary.mended(self._last.text, words[0].text) if mends else before)
        for run in _runs_of(words):
            self._run(run, lead=run[0] is not words[0])
        self._last = words[-1]

    def _run(self, words: list[Word], *, lead: bool) -> None:
        if lead and not words[0].glued:
            self._add(" ")
        start = self._length
        top, bottom, sides = _extent(words)
        self._add(words[0].text + "".join([w.text if w.glued else f" {w.text}" for w in words[1:]]))
        self.runs.append((start, self._page, round(10 * top), round(10 * bottom), *sides))

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)


def _extent(words: list[Word]) -> tuple[float, float, list[int]]:
    """Top and bottom of a run, and the sides of its words in tenths of a point."""
    if words[0].shown:  # it is alone
        left, top, right, bottom = words[0].shown
        return top, bottom, [round(10 * left), round(10 * right)]
    sides: list[int] = []
    for word in words:
        if sides and word.glued:
            sides[-1] = max(sides[-1], round(10 * word.x1))
        else:
            sides += (round(10 * word.x0), round(10 * word.x1))
    return min([word.y0 for word in words]), max([word.y1 for word in words]), sides


def _runs_of(words: list[Word]) -> Iterable[list[Word]]:
    """The words of a line together; those that do not run across the page as displayed one by one.

    A first letter that hangs over the next lines is alone: the box of the line's other words is no higher than theirs.
    """
    if words[0].shown:
        return [[word] for word in words]
    return [words[:1], words[1:]] if words[1:] and hangs(words[0]) else [words]


def block_of(paragraph: Paragraph, page: int, headings: tuple[str, ...], vocabulary: Vocabulary) -> Block:
    """The block of a paragraph."""
    composer = Composer(page, vocabulary)
    full = _full_to(paragraph.lines)
    before: Line | None = None
    for row in paragraph.rows:
        for number, line in enumerate(row):
            composer.write(line.words, "  " if number else _between(paragraph, before, line, full))
            before = line
    end = "\n\n" if paragraph.form == "text" else "\n"
    place = Place(pages=(page,), headings=headings)
    return Block(composer.text + end, _KINDS[paragraph.form], place, runs=tuple(composer.runs))


def _full_to(lines: list[Line]) -> float:
    """From where on a line's end means that it was broken for want of room; nowhere in lists of names or verses."""
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    full = left + _FULL * (right - left)
    reach = sum(line.x1 >= full for line in lines[:-1])
    return full if reach > _MOSTLY * (len(lines) - 1) else right + 1


def _between(paragraph: Paragraph, before: Line | None, line: Line, full: float) -> str:
    """A space where a line was broken for want of room, else a newline."""
    if before is None or paragraph.form == "row":
        return "\n"
    goes_on = before.x1 >= full or line.words[0].text[:1].islower()
    if not goes_on and paragraph.form != "heading":
        return "\n"
    return "" if _UNSPACED.fullmatch(before.words[-1].text[-1:] + line.words[0].text[:1]) else " "
