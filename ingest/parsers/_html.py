"""HTML to blocks: what a person reads of a page, in its order, with headings and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.parsers._html_flow import SPACES, Flow, Lines
from ingest.parsers._html_navigation import without_navigation
from ingest.parsers._html_tables import Cell, Table
from ingest.parsers._html_tokens import Token, Tokens
from ingest.types import Block, BlockKind, Info, ParseEvent, Place


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _set(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li listing "
    "main menu nav noframes ol optgroup option p pre script search section select style summary table tbody td "
    "textarea tfoot th thead title tr ul xmp"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul", "ol", "menu", "dir"}
_PREFORMATTED = {"pre", "listing", "xmp"}
_HIDDEN = {"template", "noscript", "datalist", "select"}
_RAISED = re.compile(r"(?:\d|[^\W\d_]{3})$")
"""A number above the line after a year or a word must not be read as part of it; `km2` is one sign."""
_MAY_HIDE = {"div", "section", "span", "ul", "ol", "table", "article", "aside", "nav", "form", "main", "dialog", "svg"}
"""Elements whose end must be written, so that a `hidden` one ends where its author meant it to."""
_ENDS_HEADING = {"p", "ul", "ol", "table", "pre", "section", "article", *_HEADINGS}
_BUTTONS = {"submit", "button", "reset"}
_DEEPEST = 20
"""Lists and tables within one another: those further in are read as if they were text."""
_LONGEST = 200
_LONG = 100_000
"""Text that no tag ends is given out in pieces."""


def html_events(text: str, *, xml: bool = False, navigation: bool = True) -> Iterator[ParseEvent]:
    """The title and blocks of a page.

    Args:
        text: the decoded file.
        xml: whether it is XHTML, in which `<a/>` closes what it opens.
        navigation: whether what only leads about a site is read, too.
    """
    page = _Page(text, Lines(text))
    for token in Tokens(text, xml=xml) if navigation else without_navigation(text, xml=xml):
        page.take(token)
        if page.ready:
            yield from page.ready
            page.ready.clear()
    page.end()
    yield from page.ready


@dataclass
class _Page:
    """Takes the tokens one by one."""

    text: str
    lines: Lines
    title: str = ""
    _flow: Flow = field(default_factory=Flow)
    _path: list[tuple[int, str]] = field(default_factory=list)
    _heading: int = 0
    _preformatted: int = 0
    _drawings: int = 0
    _lists: list[int] = field(default_factory=list)
    """Of each open list the number of its last item, -1 where they are not numbered."""
    _marker: str = ""
    _tables: list[Table] = field(default_factory=list)
    _too_deep: int = 0
    """Tables that are open and not followed."""
    _after_link: bool = False
    _is_raised: bool = False
    """Whether a `sup` is what was opened last: the next text stands above the line."""
    _hidden: tuple[str, int] | None = None
    """The element that hides what it holds, and how many of its name are open in it."""
    ready: list[ParseEvent] = field(default_factory=list)

    def take(self, token: Token) -> None:
        """Reads a token; what is known then is in `ready`."""
        if self._hidden is not None:
            self._unhide(token, *self._hidden)
        elif token.kind == "text":
            self._say(token)
        elif token.kind == "raw":
            self._raw(token)
        elif token.kind == "open":
            self._open(token)
        else:
            self._close(token.name)
        self._after_link = token.kind == "close" and token.name == "a"
        self._is_raised = token.kind == "open" and (
            token.name == "sup" or (self._is_raised and token.name not in _BLOCKS)
        )

    def end(self) -> None:
        """Ends what is still open."""
        self._flush()
        while self._tables:
            self._close_table()

    # ------------------------------------------------------------------ tokens

    def _say(self, token: Token) -> None:
        said = token.said.replace("\u00ad", "")
        source = self.text[token.start : token.end]
        start = token.start + len(source) - len(source.lstrip())
        said = said if self._preformatted else SPACES.sub(" ", said)
        if self._is_raised and said[:1].isdigit() and _RAISED.search("".join(self._flow.parts[-1:])):
            said = f"^{said}"
        self._flow.add(said, start, token.start + len(source.rstrip()))
        if self._flow.size > _LONG and not self._preformatted:
            self._flush()

    def _raw(self, token: Token) -> None:
        """The text of an element without tags in it."""
        if token.name == "title" and not self._drawings:
            self._name(token)
        elif token.name in ("textarea", "xmp", "title"):
            self._say(token)

    def _name(self, token: Token) -> None:
        """The page's title: it stands at the head of the text too, so that its words are found."""
        title = " ".join(token.said.split())
        if not title or self.title:
            return
        self.title = title
        self.ready.append(Info(title=title))
        lines = (self.lines.at(token.start), self.lines.at(token.end))
        self.ready.append(Block(f"{title}\n\n", "heading", Place(lines=lines, headings=(title[:_LONGEST],))))

    def _open(self, token: Token) -> None:
        name = token.name
        if name in _BLOCKS:
            self._flush()
        if name in _HIDDEN or (name in _MAY_HIDE and token.attribute("hidden") is not None):
            self._hidden = (name, 1)
        elif name == "br":
            self._flow.breaks.append(token.start)
            self._flow.parts.append("\n")
        elif name in ("img", "input", "area"):
            self._say_attribute(token)
        elif name in ("table", "tr", "td", "th", "thead", "tbody", "tfoot"):
            self._open_in_table(token)
        else:
            self._open_other(token)

    def _open_other(self, token: Token) -> None:
        name = token.name
        if name in _ENDS_HEADING:
            self._heading = _HEADINGS.get(name, 0)
        if name in _LISTS:
            self._lists.append(_number(token.attribute("start"), 1) - 1 if name == "ol" else -1)
        elif name == "li":
            self._marker = self._next_marker()
        elif name in _PREFORMATTED:
            self._preformatted += 1
        elif name == "svg":
            self._drawings += 1
        elif name == "a" and self._after_link:
            self._flow.parts.append(" ")  # links in a row are told apart by how they look

    def _close(self, name: str) -> None:
        if name in _BLOCKS:
            self._flush()
        if name in _HEADINGS:
            self._heading = 0
        elif name in _LISTS and self._lists:
            self._lists.pop()
            self._marker = ""
        elif name in _PREFORMATTED:
            self._preformatted = max(0, self._preformatted - 1)
        elif name == "svg":
            self._drawings = max(0, self._drawings - 1)
        elif name == "table":
            self._close_table()
        elif self._tables:
            self._close_in_table(name)

    def _unhide(self, token: Token, name: str, count: int) -> None:
        if token.name == name and token.kind in ("open", "close"):
            count += 1 if token.kind == "open" else -1
            self._hidden = (name, count) if count else None

    def _say_attribute(self, token: Token) -> None:
        """An image's alternative text, a button's label, what a field holds."""
        if token.name != "input":
            said = token.attribute("alt") or ""
        elif (token.attribute("type") or "text").lower() in ("text", *_BUTTONS):
            said = token.attribute("value") or ""
        else:
            said = ""
        if said.strip():
            self._flow.add(f" {SPACES.sub(' ', said)} ", token.start, token.end)

    # ------------------------------------------------------------------ tables

    def _open_in_table(self, token: Token) -> None:
        name = token.name
        if name == "table":
            if len(self._tables) < _DEEPEST:
                self._tables.append(Table())
                self._heading = 0
            else:
                self._too_deep += 1
        elif self._tables and not self._too_deep:
            table = self._tables[-1]
            if name in ("td", "th"):
                across, down = (_number(token.attribute(key), 1) for key in ("colspan", "rowspan"))
                table.open_cell(Cell(name == "th", max(1, across), max(1, down)))
            else:
                self._end_row(table)
                if name == "tr":
                    table.open_row()
                else:
                    table.in_head = name == "thead"

    def _close_in_table(self, name: str) -> None:
        if self._too_deep:
            return
        table = self._tables[-1]
        if name in ("td", "th"):
            table.cell = None
        elif name in ("tr", "thead", "tbody", "tfoot"):
            self._end_row(table)
            table.in_head = table.in_head and name == "tr"

    def _end_row(self, table: Table) -> None:
        """The row's blocks go to the cell around the table, if there is one."""
        for block in table.close_row():
            self._emit(block, self._tables[:-1])

    def _close_table(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif self._tables:
            self._end_row(self._tables[-1])
            table = self._tables.pop()
            for block in table.settle():
                self._emit(block, self._tables)

    def _emit(self, block: Block, tables: list[Table]) -> None:
        cell = next((table.cell for table in reversed(tables) if table.cell is not None), None)
        (self.ready if cell is None else cell.blocks).append(block)

    # ------------------------------------------------------------------ blocks

    def _flush(self) -> None:
        """Ends the block."""
        if not self._flow.parts:
            return
        flow, self._flow = self._flow, Flow()
        text = flow.text(self.lines, preformatted=self._preformatted > 0, one_line=self._heading > 0)
        if not text:
            return
        kind = self._kind()
        if kind == "heading":
            self._enter(self._heading, text)
        elif kind == "list":
            text, self._marker = self._marker + text, ""
        lines = (self.lines.at(flow.start), self.lines.at(max(flow.start, flow.end - 1)))
        headings = tuple(title for _, title in self._path)
        end = "\n" if kind == "list" else "\n\n"
        self._emit(Block(text + end, kind, Place(lines=lines, headings=headings)), self._tables)

    def _kind(self) -> BlockKind:
        if self._heading and not self._preformatted:
            return "heading"
        if self._preformatted:
            return "code"
        return "list" if self._lists else "text"

    def _enter(self, level: int, title: str) -> None:
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, title[:_LONGEST]))

    def _next_marker(self) -> str:
        indent = "  " * min(len(self._lists) - 1, _DEEPEST)
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            return f"{indent}{self._lists[-1]}. "
        return f"{indent}- "


def _number(value: str | None, default: int) -> int:
    """A number in an attribute."""
    found = re.match(r"\s*(\d{1,4})", value or "")
    return int(found[1]) if found else default
