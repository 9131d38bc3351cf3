"""The text of one block of HTML as it is put together, and the lines of the file that it stands on."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

SPACES = re.compile("[ \t\n\f\r\xa0]+")
_BLANK_LINES = re.compile(r"\A(?:[ \t\r]*\n)++")
_SPACES_ONLY = re.compile(" +")
_BREAKS = re.compile(" *\n *")


class Lines:
    """Which line of a text an offset lies on."""

    def __init__(self, text: str) -> None:
        self._ends = array("Q", (found.start() for found in re.finditer("\n", text)))

    def at(self, offset: int) -> int:
        """The line, from 1."""
        return bisect_left(self._ends, offset) + 1


@dataclass
class Flow:
    """The text of the block that is being read."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    start: int = -1
    end: int = -1
    breaks: list[int] = field(default_factory=list)
    """Where in the file its lines are broken."""

    def add(self, said: str, start: int, end: int) -> None:
        """Adds a part; white space alone moves neither start nor end."""
        self.parts.append(said)
        self.size += len(said)
        if not said.isspace():
            self.start = start if self.start < 0 else self.start
            self.end = end

    def text(self, lines: Lines, *, preformatted: bool, one_line: bool) -> str:
        """What was added, white space as it is shown."""
        joined = "".join(self.parts)
        if preformatted:
            return _BLANK_LINES.sub("", joined).rstrip()
        text = _BREAKS.sub("\n", _SPACES_ONLY.sub(" ", joined)).strip()
        if "\n" in text and (one_line or not self._may_break(text, lines)):
            return " ".join(text.split())
        return text

    def _may_break(self, text: str, lines: Lines) -> bool:
        """Whether the text's lines are the file's, or cannot be taken for them since they are not as many."""
        first, last = lines.at(self.start), lines.at(max(self.start, self.end - 1))
        inner = [at for at in self.breaks if self.start < at < self.end]
        exact = all(lines.at(at) == first + number for number, at in enumerate(inner))
        return text.count("\n") != last - first or exact
