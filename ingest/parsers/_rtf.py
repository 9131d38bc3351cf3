"""RTF, read directly: unstructured would convert it with pandoc first. Nothing in it is run, no object opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.parsers._flow import unread
from ingest.parsers._rtf_paper import Paper
from ingest.parsers._rtf_words import CHARACTERS, KEPT, SKIPPED, codec_of_charset, codec_of_page
from ingest.types import Block, Info, ParseEvent

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,40})(?P<number>-?\d{1,10})?(?P<end> ?)|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^A-Za-z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|(?P<other>[\r\n]+|\\)",
    re.DOTALL,
)
_DEEPEST = 10_000
_HEAD = re.compile(rb"[\s\0]*(?:\xef\xbb\xbf)?\s*\{\\rtf")
_SYMBOLS = {"~": "\xa0", "_": "\u2011", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n", "\t": "\t"}
_MARKED = {"note": "", "comment": "[Comment] ", "box": ""}
"""The sinks whose text hangs on a paragraph, and how it begins."""
_HEADING_NAME = re.compile(r"heading (\d)\b", re.IGNORECASE)


def read(file: Path) -> Iterator[ParseEvent]:
    """Headings, paragraphs, list items and table rows; notes and comments follow the paragraph they hang on.

    Raises:
        UnreadableError: it is no RTF.
    """
    data = file.read_bytes()
    if not _HEAD.match(data):
        raise UnreadableError("it is no RTF")
    reader = Reader(data.decode("latin-1"))
    yield from reader.blocks()
    ending = () if reader.closed else ("its end is missing: text may be lost",)
    yield Info(title=reader.title, warnings=(*ending, *unread(reader.pictures)))


@dataclass
class _Sink:
    """Where text goes: the document, or one note, label, title or style name."""

    kind: str
    parts: list[str] = field(default_factory=list)

    def take(self) -> str:
        """What it has held, which is then gone; halves of characters beyond 16 bits are joined."""
        text = "".join(self.parts)
        self.parts.clear()
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@dataclass
class _State:
    """What a group inherits and what ends with it."""

    sink: _Sink
    skip: bool = False
    hidden: bool = False
    fallback: int = 1
    """How many characters follow a Unicode one for readers that know none."""
    codec: str = "cp1252"
    font: int = 0
    style: int = 0
    outline: int | None = None
    listed: bool = False
    in_table: bool = False
    table_of: str = ""
    """The table in the file's head that is being read: fonttbl or stylesheet."""

    def copy(self) -> _State:
        """The state of a group within."""
        return replace(self)


class Reader:
    """Reads the words of an RTF text one after the other."""

    def __init__(self, text: str) -> None:
        self.title = ""
        self.pictures = 0
        self.closed = False
        self._text = text
        self._at = 0
        self._paper = Paper()
        self._main = _Sink("document")
        self._state = _State(self._main)
        self._states: list[_State] = []
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, int] = {}
        self._pending = bytearray()
        self._ignore = 0
        self._first = self._starred = False
        self._notes = 0
        self._merging = False

    def blocks(self) -> Iterator[Block]:
        """The blocks, as they are complete."""
        while self._at < len(self._text) and not self.closed:
            found = _TOKEN.match(self._text, self._at)
            if found is None:  # a backslash at the end
                break
            self._at = found.end()
            self._token(found)
            yield from self._paper.take()
        self._end_paragraph()
        yield from self._paper.end()

    def _token(self, found: re.Match[str]) -> None:
        kind = found.lastgroup
        if found["hex"] is not None:
            self._byte(int(found["hex"], 16))
            return
        if kind == "text":
            self._write_raw(found["text"])
            return
        self._flush()
        if found["brace"] is not None:
            self._ignore = 0
            self._open() if found["brace"] == "{" else self._close()
        elif found["symbol"] is not None:
            self._symbol(found["symbol"])
        elif found["word"] is not None:
            number = None if found["number"] is None else int(found["number"])
            self._word(found["word"].lower(), number)

    # groups

    def _open(self) -> None:
        if len(self._states) > _DEEPEST:
            raise UnreadableError("its groups are nested too deeply")
        self._states.append(self._state)
        self._state = self._state.copy()
        self._first, self._starred = True, False
        if self._state.table_of == "stylesheet":
            self._state.sink, self._state.style, self._state.outline = _Sink("style"), 0, None

    def _close(self) -> None:
        if not self._states:
            self.closed = True
            return
        ended, self._state = self._state, self._states.pop()
        self._first = self._starred = False
        if ended.sink is not self._state.sink:
            self._end_sink(ended)
        self.closed = not self._states

    def _end_sink(self, ended: _State) -> None:
        text = ended.sink.take().strip()
        kind = ended.sink.kind
        if kind == "label":
            self._paper.label = text
        elif kind == "title":
            self.title = " ".join(text.split())
        elif kind == "margin":
            self._paper.margins += [text] if text else []
        elif kind == "style":
            self._name_style(ended, text)
        elif text and kind in _MARKED:
            self._hang(kind, text)

    def _hang(self, kind: str, text: str) -> None:
        mark = _MARKED[kind]
        if kind == "note":
            self._notes += 1
            mark = f"[{self._notes}] "
            self._write(mark.rstrip())
        self._paper.hang(mark + text)

    def _name_style(self, ended: _State, name: str) -> None:
        found = _HEADING_NAME.match(name)
        if ended.outline is not None and ended.outline < 9:
            self._styles[ended.style] = ended.outline
        elif found:
            self._styles[ended.style] = int(found[1]) - 1

    # words

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
            return
        if symbol in _SYMBOLS and not self._skipped():
            if symbol in "\r\n":
                self._end_paragraph()
            else:
                self._write(_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        first, self._first = self._first, False
        if word == "bin":
            self._at += max(0, number or 0)
            return
        if (first or self._starred) and self._destination(word):
            self._starred = False
            return
        self._starred = False
        if word in CHARACTERS:
            if not self._skipped():
                self._write(CHARACTERS[word])
        else:
            action = getattr(self, f"_on_{word}", None)
            if action is not None:
                action(number)

    def _skipped(self) -> bool:
        """Whether this character stands in for a Unicode one."""
        if self._ignore:
            self._ignore -= 1
            return True
        return False

    def _destination(self, word: str) -> bool:
        """Whether the word names where the group's text goes, and if so, what becomes of it."""
        state = self._state
        if word in KEPT:
            state.skip = False if KEPT[word] else state.skip
            if KEPT[word] and KEPT[word] != "text":
                state.sink = _Sink(KEPT[word])
                state.in_table = state.listed = False
            return True
        if word in ("fonttbl", "stylesheet"):
            state.table_of = word
            state.skip = word == "fonttbl"
            state.sink = _Sink("nothing")
            return True
        if word in SKIPPED or self._starred:
            self.pictures += word in ("shppict", "pict") and not state.skip
            state.skip = True
            return True
        return False

    def _on_ansicpg(self, number: int | None) -> None:
        self._codec = self._state.codec = codec_of_page(number)

    def _on_mac(self, _: int | None) -> None:
        self._codec = self._state.codec = "mac_roman"

    def _on_f(self, number: int | None) -> None:
        self._state.font = number or 0
        self._state.codec = self._fonts.get(self._state.font) or self._codec

    def _on_fcharset(self, number: int | None) -> None:
        if self._state.table_of == "fonttbl":
            self._fonts[self._state.font] = codec_of_charset(number)

    def _on_uc(self, number: int | None) -> None:
        self._state.fallback = max(0, min(number or 0, 100))

    def _on_u(self, number: int | None) -> None:
        self._ignore = 0
        self._write(chr((number or 0) % 65536))
        self._ignore = self._state.fallback

    def _on_v(self, number: int | None) -> None:
        self._state.hidden = number != 0

    _on_deleted = _on_htmlrtf = _on_v

    def _on_plain(self, _: int | None) -> None:
        self._state.hidden = False
        self._state.codec = self._codec

    def _on_pard(self, _: int | None) -> None:
        state = self._state
        state.style, state.outline, state.listed, state.in_table = 0, None, False, False

    def _on_s(self, number: int | None) -> None:
        self._state.style = number or 0

    def _on_outlinelevel(self, number: int | None) -> None:
        self._state.outline = number

    def _on_ls(self, number: int | None) -> None:
        self._state.listed = bool(number)

    def _on_intbl(self, _: int | None) -> None:
        self._state.in_table = True

    def _on_par(self, _: int | None) -> None:
        if self._state.sink is self._main:
            self._end_paragraph()
        else:
            self._write("\n")

    _on_sect = _on_page = _on_par

    # tables

    def _on_trowd(self, _: int | None) -> None:
        self._paper.row.merged, self._paper.row.header, self._merging = [], False, False

    def _on_trhdr(self, _: int | None) -> None:
        self._paper.row.header = True

    def _on_clvmrg(self, _: int | None) -> None:
        self._merging = True

    def _on_cellx(self, _: int | None) -> None:
        self._paper.row.merged.append(self._merging)
        self._merging = False

    def _on_cell(self, _: int | None) -> None:
        if self._state.sink is self._main:
            self._paper.end_cell(self._main.take())

    def _on_nestcell(self, _: int | None) -> None:
        self._write(" | ")

    def _on_row(self, _: int | None) -> None:
        if self._state.sink is self._main:
            self._paper.end_row()

    # text

    def _end_paragraph(self) -> None:
        self._flush()
        state = self._state
        if state.in_table and self._states:
            self._main.parts.append("\n")
            return
        level = self._styles.get(state.style) if state.outline is None else state.outline
        self._paper.end_paragraph(self._main.take(), level=level, listed=state.listed)

    def _byte(self, value: int) -> None:
        if not self._skipped():
            self._pending.append(value)

    def _flush(self) -> None:
        if self._pending:
            self._write(self._pending.decode(self._state.codec, "replace"))
            self._pending.clear()

    def _write_raw(self, text: str) -> None:
        """Takes text as it stands in the file, in the encoding of its font."""
        self._first = False
        shown = text[self._ignore :]
        self._ignore = max(0, self._ignore - len(text))
        if shown.isascii():
            self._flush()
            self._write(shown)
        else:
            self._pending += shown.encode("latin-1")

    def _write(self, text: str) -> None:
        state = self._state
        if state.table_of == "fonttbl" or state.skip or state.hidden:
            return
        state.sink.parts.append(text.rstrip(";") if state.table_of else text)
