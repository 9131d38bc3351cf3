"""JSON, JSONL and NDJSON: a record is a block, with its JSON pointer and lines."""  # named after its format

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar

from ingest.errors import EmptyError, UnreadableError
from ingest.parsers import Aids, Parser
from ingest.parsers._lenient import relaxed
from ingest.parsers._parting import Items, Parting
from ingest.parsers._records import Spot, flat
from ingest.parsers._strict import decoded, encoding_at
from ingest.parsers._window import Window
from ingest.types import Block, Info, ParseEvent, Rows

_PIECE = 1 << 20
_NAMED = 5
"""So many of the lines that could not be read are named; the others are counted."""


class JSON(Parser):
    """Reads JSON: the records of its arrays, and what its objects hold beside them; in JSONL a line a record."""

    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl", ".ndjson")
    version: ClassVar[int] = 3

    lenient: bool = False
    """Takes comments, trailing commas, NaN and Infinity, single quotes and names without quotes."""

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """Blocks `path.to.key: value; …`; errors name line and column."""
        with file.open("rb") as handle:
            encoding = encoding_at(handle)
            if file.suffix.lower() == ".json":
                yield from self._document(handle, encoding)
            elif encoding == "utf-8":
                yield from _Lines(partial(handle.readline, _PIECE), lenient=self.lenient).read()
            else:
                yield from self._recoded_lines(file, encoding)

    def _recoded_lines(self, file: Path, encoding: str) -> Iterator[ParseEvent]:
        with file.open(encoding=encoding, errors="replace", newline="\n") as handle:
            handle.read(1)  # the byte order mark
            yield from _Lines(lambda: handle.readline(_PIECE).encode(), lenient=self.lenient).read()

    def _document(self, handle: BinaryIO, encoding: str) -> Iterator[ParseEvent]:
        window = _window(decoded(iter(partial(handle.read, _PIECE), b""), encoding), lenient=self.lenient)
        if not window.peek():
            raise UnreadableError("it is no JSON: line 1, column 1: there is nothing in it")
        parting = Parting()
        yield from parting.root(window)
        yield Info(rows=parting.rows)
        if not parting.text:
            raise EmptyError("valid JSON without content")


def _window(pieces: Iterator[str], *, lenient: bool, line: int = 1) -> Window:
    return Window(relaxed(pieces) if lenient else pieces, line, lenient)


class _Lines:
    """A file that has a value on each line, read as a stream; a line that is no JSON is said and left out."""

    def __init__(self, readline: Callable[[], bytes], *, lenient: bool) -> None:
        self._readline = readline
        self._lenient = lenient
        self._items = Items(Parting(), Spot())
        self._errors: list[UnreadableError] = []
        self._rows = Rows()

    def read(self) -> Iterator[ParseEvent]:
        """The records' blocks; pointers count the lines that are not blank, from 0."""
        count = 0
        for number, line in enumerate(iter(self._readline, b""), 1):
            pieces = self._pieces(line)
            if line.strip():
                yield from self._record(Spot(f"/{count}", is_item=True), pieces, number)
                count += 1
            for _ in pieces:  # what was not wanted of the line
                pass
        yield from self._items.rest()
        yield Info(warnings=self._warnings(), rows=self._rows)
        if self._errors and not self._rows.text + self._rows.empty:
            raise UnreadableError(
                f"none of its lines is JSON: {_place(self._errors[0])}",
                hint="is it one value over several lines? then its name should end in .json",
            )

    def _pieces(self, piece: bytes) -> Iterator[bytes]:
        """The line that begins with a piece, in pieces, without its end: what is missing is missing on this line."""
        yield piece.rstrip(b"\r\n")
        while not piece.endswith(b"\n") and (piece := self._readline()):
            yield piece.rstrip(b"\r\n")

    def _record(self, spot: Spot, pieces: Iterator[bytes], number: int) -> Iterator[Block]:
        """The blocks of one line; of one over a megabyte what comes before an error is kept."""
        window = _window(decoded(pieces, "utf-8"), lenient=self._lenient, line=number)
        try:
            piece = window.whole()
            if piece is not None:
                window.end()
            elif window.is_read:  # and wrong somewhere: nothing of it is kept
                deque(Parting().inside(window, spot, whole=False), maxlen=0)
            yield from self._items.take(spot, window, piece)
            window.end()
        except UnreadableError as error:
            self._rows += Rows(failed=1)
            self._errors = [*self._errors, error][:_NAMED]
            return
        text = piece is None or any(text.strip() for _, text in flat(piece.value))
        self._rows += Rows(text=1) if text else Rows(empty=1)

    def _warnings(self) -> tuple[str, ...]:
        more = self._rows.failed - len(self._errors)
        said = [f"left out, it is no JSON: {_place(error)}" for error in self._errors]
        return (*said, f"left out, {more} more lines are no JSON") if more else tuple(said)


def _place(error: UnreadableError) -> str:
    return error.message.removeprefix("it is no JSON: ")
