"""Markdown: headings, paragraphs, list items, table rows and code, the decoded file unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.parsers import Aids, Parser
from ingest.parsers._decoding import encoding_of, open_text
from ingest.parsers._lined import Headings, Lined
from ingest.types import Block, BlockKind, Info, ParseEvent

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
"""However far in: within list items they stand deep."""
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_RULE = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_RAW = re.compile(r" {0,3}<(?:(?P<comment>!--)|(?P<name>script|style|pre|textarea)(?=[\s>]|$))", re.IGNORECASE)
"""What begins HTML that goes on over blank lines, up to its end."""
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LONG_HEADING = 500
"""A line or paragraph of more characters is no heading, whatever stands before or below it."""
_FRONT = 10_000
_MARKS = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")


class Markdown(Parser):
    """Reads Markdown: a block a heading, paragraph, list item, table row or piece of code, with lines and headings."""

    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd")
    version: ClassVar[int] = 3

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks that together are the file; a heading's own path includes it."""
        encoding = encoding_of(file)
        with open_text(file, encoding) as handle:
            text = handle.read()
        blocks = list(_Reader(text.split("\n")).read())
        title = _front_title(text) or next((b.place.headings[0] for b in blocks if b.place.headings), "")
        yield Info(title=title, warnings=(encoding.warning,) if encoding.warning else ())
        yield from blocks


def markdown_blocks(text: str, path: Headings) -> Iterator[Block]:
    """The blocks of a piece of Markdown that goes on below the headings of `path`, to which its own are added."""
    return _Reader(text.split("\n"), path=path).read()


def _front_title(text: str) -> str:
    """The title in a block of YAML or TOML at the file's head."""
    if not text.startswith(("---", "+++")):
        return ""
    found = _TITLE.search(text[: text.find("\n" + text[:3], 3, _FRONT) + 1])
    return found[1] if found else ""


class _Reader(Lined):
    """Takes the blocks of Markdown."""

    def take(self, start: int) -> BlockKind:
        """Takes the lines of the next block; its kind."""
        self.header = self.header if self._goes_on_as_row(start) else ""
        return self._take()

    def _goes_on_as_row(self, start: int) -> bool:
        """Whether the table goes on: no blank line came in between, and the line has cells."""
        return start > 0 and bool(self.lines[start - 1].strip()) and "|" in self.lines[self.at]

    def _take(self) -> BlockKind:
        line = self.line(self.at)
        if self.header:
            self.at += 1
            return "row"
        if self._taken_as_code(line):
            return "code"
        heading = _HEADING.match(line) if len(line) <= _LONG_HEADING else None
        if heading:
            self.at += 1
            self.enter(len(heading[1]), plain(heading[2] or ""))
            return "heading"
        if "|" in line and _is_table_rule(self.line(self.at + 1), len(_split(line))):
            self.header = _cells(self.lines[self.at])
            self.at += 2
            return "table"
        if _RULE.match(line):
            self.at += 1
            return "text"
        if _ITEM.match(line):
            self._paragraph(item=True)
            return "list"
        return self._paragraph(item=False)

    def _taken_as_code(self, line: str) -> bool:
        """Takes front matter, a fenced piece of code or raw HTML, if one begins here."""
        if self.at == 0 and line in ("---", "+++"):
            return self._front_matter(line)
        if fence := _FENCE.match(line):
            self._up_to(re.compile(rf"[ \t]*{re.escape(fence[1][0])}{{{len(fence[1])},}}[ \t]*$"), self.at + 1)
        elif raw := _RAW.match(line):
            self._up_to(re.compile(f".*{'-->' if raw['comment'] else '</' + raw['name']}", re.IGNORECASE), self.at)
        else:
            return False
        return True

    def _front_matter(self, mark: str) -> bool:
        for number in range(1, min(len(self.lines), 200)):
            if self.line(number) in (mark, "..."):
                self.at = number + 1
                return True
        return False

    def _up_to(self, close: re.Pattern[str], first: int) -> None:
        """Takes the lines up to the first that closes, looked for from `first` on, or to the end."""
        self.at = first
        while self.at < len(self.lines):
            self.at += 1
            if close.match(self.line(self.at - 1)):
                return

    def _paragraph(self, *, item: bool) -> BlockKind:
        """A paragraph or list item: up to a blank line or what begins another block; perhaps a heading in disguise."""
        first = self.at
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].strip():
            line = self.line(self.at)
            underline = None if item else _UNDERLINE.match(line)
            near = underline and self.at - first <= _LONG_HEADING
            title = " ".join(part.strip() for part in self.lines[first : self.at]) if near else ""
            if underline and near and len(title) <= _LONG_HEADING:
                self.at += 1
                self.enter(1 if underline[1][0] == "=" else 2, plain(title))
                return "heading"
            if any(begins.match(line) for begins in (_HEADING, _FENCE, _RULE, _ITEM, _RAW)):
                break
            self.at += 1
        return "text"


def plain(text: str) -> str:
    """A heading's words without the marks of links, emphasis and code."""
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip()


def _is_table_rule(line: str, columns: int) -> bool:
    """Whether a line is the one below a table's header of so many columns."""
    cells = _split(line)
    return len(cells) == columns and all(_TABLE_RULE.fullmatch(cell) for cell in cells)


def _split(line: str) -> list[str]:
    """The cells of a table's line."""
    line = line.strip().removeprefix("|")
    return [
        cell.strip() for cell in _PIPE.split(line[:-1] if line.endswith("|") and not line.endswith("\\|") else line)
    ]


def _cells(line: str) -> str:
    """A table's header line as text."""
    return " | ".join(_split(line))
