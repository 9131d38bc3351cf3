"""XML of any vocabulary as blocks: prose as paragraphs under its titles, data as records `name: value; …`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, TextIO
from xml.parsers.expat import ParserCreate, XMLParserType

from ingest.errors import UnreadableError
from ingest.types import Block, Place

_PIECE = 1 << 18
_DEEPEST = 200
_LONGEST_NAME = 100
_TITLES = frozenset(["title", "heading", "headline", "head"])
_PARAGRAPHS = frozenset(["p", "para", "simpara", "formalpara", "li", "l", "line", "seg", "abstract", "term"])
_AS_IT_STANDS = frozenset(["programlisting", "screen", "literallayout", "pre", "code", "verbatim"])
_CELLS = frozenset(["entry", "td", "th", "cell"])
_SHORT = 200
"""A value of more characters is prose."""
_SENTENCE = re.compile(r"(?:\S+\s+){3,}.*[.!?][\"'”’)]?", re.DOTALL)
_MOST = 100
"""What has more values than this is no record: its parts are."""


class _Leaf(NamedTuple):
    """An element's text, with its name below those of the elements that hold it, and the lines it stands on."""

    path: tuple[str, ...]
    text: str
    first: int
    last: int
    prose: bool = False
    told: bool = False
    """Whether the text is the attributes of an element that has nothing else."""


_Group = list[_Leaf]


@dataclass(slots=True)
class _Frame:
    """An element that is open."""

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[str] = field(default_factory=list)
    """Its text, and that of the elements within it, where they stand among words."""
    flows: bool = False
    """Whether it has words of its own."""
    mixed: bool = False
    pending: list[_Group] = field(default_factory=list)
    """What it holds and is not given out yet: a group for each element that has several values."""
    held: set[str] = field(default_factory=set)
    """The names of the elements in it that have several values: where one comes again, each is a record."""
    lists: bool = False
    parted: bool = False
    """Whether some of it has been given out: then it is no single record."""
    title: str = ""


def check(handle: TextIO) -> None:
    """Goes through a text to see whether it can be read.

    Raises:
        ExpatError: it is not well-formed.
        UnreadableError: it is nested too deeply.
    """
    parser = _parser()
    depth = 0

    def start(_: str, __: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableError("it is nested too deeply")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    for _ in _fed(parser, handle):
        pass


def element_blocks(handle: TextIO) -> Iterator[Block]:
    """The blocks of a text that `check` let pass."""
    reader = _Reader()
    for _ in _fed(reader.parser, handle):
        yield from reader.ready
        reader.ready.clear()


def _parser() -> XMLParserType:
    """A parser that expands no entity in a text, and fetches nothing."""
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.UseForeignDTD(True)  # noqa: FBT003  # what no one declares is then left as it stands, and no error
    parser.DefaultHandler = lambda _: None  # with one, what a file declares is not expanded
    return parser


def _fed(parser: XMLParserType, handle: TextIO) -> Iterator[None]:
    """Hands a text to a parser, a piece at a time."""
    last = False
    while not last:
        piece = handle.read(_PIECE)
        last = not piece
        parser.Parse(piece, last)
        yield None


class _Reader:
    """Takes what the parser finds; blocks that are complete are in `ready`."""

    def __init__(self) -> None:
        self.ready: list[Block] = []
        self._open: list[_Frame] = []
        self.parser = _parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said
        self.parser.DefaultHandler = self._other

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(_Frame(_local(name), attributes, self.parser.CurrentLineNumber))

    def _other(self, data: str) -> None:
        """References to entities stand for themselves, but for those that HTML names; comments are left out."""
        if self._open and data.startswith("&"):
            self._said(html.unescape(data))

    def _said(self, data: str) -> None:
        frame = self._open[-1]
        if not frame.flows and data.strip():
            frame.flows = True
            frame.mixed = bool(frame.pending)
            frame.parts = [" ".join(leaf.text for leaf in _leaves(frame)) + " "] if frame.mixed else []
            frame.pending.clear()
        frame.parts.append(data)

    def _end(self, _: str) -> None:
        frame = self._open[-1]
        above = self._open[-2] if len(self._open) > 1 else None
        if above is None and frame.pending and not frame.parted:
            frame.parted = True  # all of the file is one record
            self._add(_record(leaves := _leaves(frame)), "record", leaves, 0)
            frame.pending.clear()
        group = self._values(frame)
        if frame.parted or above is None:
            if group:
                frame.pending.append(group)
            self._give_out()
            self._open.pop()
            return
        self._open.pop()
        if above.flows:
            self._within(above, frame.name, group)
        elif group:
            self._take(above, frame, group)

    def _values(self, frame: _Frame) -> _Group:
        """What an element that ends adds: its words, its attributes where it has nothing else, or what it holds."""
        last = self.parser.CurrentLineNumber
        if frame.flows:
            text = "".join(frame.parts)
            return [_Leaf((frame.name,), text, frame.line, last, _is_prose(frame, text))]
        if frame.parted:
            return []
        if frame.pending:
            return [leaf._replace(path=(frame.name, *leaf.path)) for leaf in _leaves(frame)]
        shown = ", ".join(f"{_local(name)}={value}" for name, value in _own(frame.attributes) if value.strip())
        return [_Leaf((frame.name,), shown, frame.line, last, told=True)] if shown else []

    def _within(self, above: _Frame, name: str, group: _Group) -> None:
        """Adds an element that stands among words."""
        above.mixed = True
        border = "\n\n" if name.lower() in _PARAGRAPHS else ""
        texts = [leaf.text for leaf in group if not leaf.told]
        above.parts.append(border + " ".join(texts) + border)

    def _take(self, above: _Frame, frame: _Frame, group: _Group) -> None:
        """Keeps the values of an element in the one that holds it, or gives them out where that is no record."""
        if any(leaf.prose for leaf in group):
            self._give_out()
            above.pending.append(group)
            self._give_out()
            return
        holds = len(group[0].path) > 1 or group[0].told
        if holds and frame.name in above.held:
            above.lists = above.parted = True
        if holds:
            above.held.add(frame.name)
            above.pending.append(group)
        elif above.pending and len(above.pending[-1][-1].path) == 1 and not above.pending[-1][-1].told:
            above.pending[-1].extend(group)
        else:
            above.pending.append(group)
        if sum(map(len, above.pending)) > _MOST:
            above.lists = True
            self._give_out()
        elif holds and above.parted:
            self._give_out()

    def _give_out(self) -> None:
        """Makes blocks of all that is kept, the outermost first."""
        for number, frame in enumerate(self._open):
            groups, frame.pending = frame.pending, []
            frame.parted = True
            if not frame.lists:
                groups = [[leaf for group in groups for leaf in group]] if groups else []
            for group in groups:
                self._blocks(frame, number, group, titled=not frame.lists or len(group[0].path) == 1)

    def _blocks(self, frame: _Frame, number: int, group: _Group, *, titled: bool) -> None:
        values: _Group = []
        named = frame.lists and all(len(leaf.path) > 1 for leaf in group)
        for leaf in [leaf._replace(path=leaf.path[1:]) for leaf in group] if named else group:
            is_title = titled and not frame.title and len(leaf.path) < 3 and leaf.path[-1].lower() in _TITLES
            if not is_title and not leaf.prose:
                values.append(leaf)
                continue
            self._add(_record(values), "record", values, number)
            values = []
            if is_title:
                frame.title = " ".join(leaf.text.split())[:_SHORT]
                self._add(frame.title + "\n\n", "heading", [leaf], number)
            elif leaf.path[-1].lower() in _AS_IT_STANDS:
                self._add(leaf.text.strip("\n") + "\n\n", "code", [leaf], number)
            else:
                for part in re.split(r"\n[^\S\n]*\n\s*", leaf.text):
                    self._add(" ".join(part.split()) + "\n\n", "text", [leaf], number)
        self._add(_record(values), "record", values, number)

    def _add(self, text: str, kind: str, leaves: _Group, number: int) -> None:
        if text.strip():
            headings = tuple(frame.title for frame in self._open[: number + 1] if frame.title)
            place = Place(lines=(leaves[0].first, leaves[-1].last), headings=headings)
            self.ready.append(Block(text, kind, place))  # type: ignore[arg-type]  # a kind of block


def _leaves(frame: _Frame) -> _Group:
    return [leaf for group in frame.pending for leaf in group]


def _is_prose(frame: _Frame, text: str) -> bool:
    name = frame.name.lower()
    if name in _TITLES and len(text) <= _SHORT:
        return False
    known = name in _PARAGRAPHS or name in _AS_IT_STANDS
    shown = text.strip()
    return known or frame.mixed or len(shown) > _SHORT or _SENTENCE.fullmatch(shown) is not None


def _record(leaves: _Group) -> str:
    """The values of a record, those of one name that follow one another together."""
    fields = [
        (path, [" ".join(leaf.text.split()) for leaf in same]) for path, same in groupby(leaves, lambda leaf: leaf.path)
    ]
    if len(fields) == 1 and fields[0][0][-1].lower() in _CELLS:
        return " | ".join(fields[0][1]) + "\n"
    shown = [f"{'.'.join(path)}: {', '.join(filter(None, texts))}" for path, texts in fields if any(texts)]
    return "; ".join(shown) + "\n" if shown else ""


def _own(attributes: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in attributes.items() if not name.startswith("xmlns"))


def _local(name: str) -> str:
    return name.rpartition(":")[2][:_LONGEST_NAME]
