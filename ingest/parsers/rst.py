"""reStructuredText: headings, paragraphs, list items and literal blocks, the decoded file unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.parsers import Aids, Parser
from ingest.parsers._declared import declared_or_found
from ingest.parsers._decoding import open_text
from ingest.parsers._lined import Lined
from ingest.types import BlockKind, Info, ParseEvent

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1*+[ \t]*$")
"""One punctuation character over and over: above or below a heading, or by itself between paragraphs."""
_SURE = 4
"""As in docutils, a line of so many characters makes a heading of longer words, too."""
_LONG_HEADING = 500
_BULLET = re.compile(r"[ \t]*[-*+•‣⁃](?:[ \t]|$)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣⁃]|\(?(?:\d{1,3}|#|[a-z])\)|(?:\d{1,3}|#|[a-z])\.)(?:[ \t]+|$)")
_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+([\w:+.-]+?)::(?:[ \t]|$)")
_CODE = {"code", "code-block", "sourcecode", "parsed-literal", "doctest", "testcode", "highlight", "math", "raw"}
"""Directives whose content is no prose."""
_ROLE = re.compile(r":[\w+.:-]{1,60}:(?=`)")
_TARGET = re.compile(r"`([^`<]{1,300}?)\s*<[^<>`]{1,500}>`_{1,2}")
_MARKS = re.compile(r"(?:``?|\*{1,2})(?=\S)|(?<=\S)(?:``?_{0,2}|\*{1,2})")


class RST(Parser):
    """Reads reStructuredText: a block a heading, paragraph, list item or piece of code, with lines and headings.

    Tables and directives stay as they are written, and so do comments: the text is the file's.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".rst",)

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks that together are the file; a heading's own path includes it, the first one is the title."""
        encoding = declared_or_found(file)
        with open_text(file, encoding) as handle:
            text = handle.read()
        blocks = list(_Reader(text.split("\n")).read())
        title = next((block.place.headings[0] for block in blocks if block.place.headings), "")
        yield Info(title=title, warnings=(encoding.warning,) if encoding.warning else ())
        yield from blocks


class _Reader(Lined):
    """Takes the blocks of reStructuredText; how its headings are underlined tells their level, by who comes first."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self._styles: list[tuple[str, bool]] = []
        """Of the headings so far, each once: the character, and whether it stands above, too."""
        self._literal = -1
        """What comes next and stands further in than this is literal; -1: nothing is."""

    def take(self, start: int) -> BlockKind:  # noqa: ARG002  # the role's signature
        """Takes the lines of the next block; its kind."""
        line = self.line(self.at)
        literal, self._literal = self._literal, -1
        if 0 <= literal < _indent(line):
            self._take_within(literal)
            return "code"
        if self._taken_as_heading():
            return "heading"
        if directive := _DIRECTIVE.match(line):
            return self._directive(directive[1])
        if _LINE.match(line):
            self.at += 1
            self._literal = _indent(line) if line.strip() == "::" else -1
            return "text"
        self._take_up_to_blank(_ITEM.match(line))
        return "list" if _ITEM.match(line) else "code" if line.lstrip().startswith(">>> ") else "text"

    def _taken_as_heading(self) -> bool:
        """Takes a line that is underlined, with the line above it where there is one."""
        mark = _LINE.match(self.line(self.at))
        title = self.line(self.at + 1 if mark else self.at)
        below = _LINE.match(self.line(self.at + 2 if mark else self.at + 1))
        if not below or not title.strip() or (not mark and title[0].isspace()) or _LINE.match(title):
            return False
        size = len(below[0].rstrip())
        if len(title) > _LONG_HEADING or size < min(_SURE, len(title.strip())):
            return False
        if mark and mark[0].rstrip() != below[0].rstrip():
            return False
        style = (below[1], mark is not None)
        if style not in self._styles:
            self._styles.append(style)
        self.enter(self._styles.index(style) + 1, plain(title))
        self.at += 3 if mark else 2
        return True

    def _directive(self, name: str) -> BlockKind:
        """What a directive says up to a blank line; of code all that stands below it."""
        if name not in _CODE:
            self._take_up_to_blank()
            self._literal = -1 if self.line(self.at - 1).lstrip().startswith("..") else self._literal
            return "text"
        indent = _indent(self.line(self.at))
        self.at += 1
        self._take_within(indent)
        return "code"

    def _take_up_to_blank(self, item: re.Match[str] | None = None) -> None:
        """Takes lines up to a blank one, an item or one further out; of an item those further in than its mark."""
        out = _indent(self.line(self.at)) - (not item)
        within = len(item[0].expandtabs()) if item else _indent(self.line(self.at))
        self.at += 1
        while self.at < len(self.lines):
            line = self.line(self.at)
            if not line.strip() or _indent(line) <= out or _BULLET.match(line):
                break
            within = _indent(line)
            self.at += 1
        if self.line(self.at - 1).rstrip().endswith("::"):
            self._literal = within

    def _take_within(self, indent: int) -> None:
        """Takes lines that stand further in than `indent`, and the blank ones among them."""
        last = self.at
        while self.at < len(self.lines):
            line = self.line(self.at)
            if line.strip():
                if _indent(line) <= indent:
                    break
                last = self.at + 1
            self.at += 1
        self.at = last


def plain(text: str) -> str:
    """A heading's words without the marks of roles, links, emphasis and code."""
    return _MARKS.sub("", _TARGET.sub(r"\1", _ROLE.sub("", text))).strip()


def _indent(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs())
