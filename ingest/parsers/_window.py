"""A JSON text gone through as a stream: whole values where they are short, errors with line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.errors import UnreadableError
from ingest.parsers._strict import DEEPEST, LENIENT, PLACES, STRICT, ConstantError, Json, inner

_REACH = 1 << 20
_SPACE = re.compile(r"[ \t\n\r]*")
_CUT_OFF = 16
"""A token so near the end of what has been read may go on in what has not."""
_RELAXED = tuple("/#'NI]}")
"""What stands where a comment, other quotes, NaN, Infinity or a trailing comma is in the way."""
_HINT = "comments, trailing commas, NaN and single quotes are read with ingest.parsers.json.lenient: true"


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole value, where in the text that is held it stands, and its first and last line in the file."""

    value: Json
    text: str
    start: int
    end: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Child:
    """A member or item: its name, the line of the name or value, and the value, where it is read at once."""

    name: str
    line: int
    piece: Piece | None


@dataclass
class Window:
    """A part of a JSON text that moves over it: what lies behind is forgotten, what comes is read when needed."""

    pieces: Iterator[str]
    line: int = 1
    """The line of the last place that was asked for."""
    lenient: bool = False
    reach: int = _REACH
    """Values of at most so many characters are read at once, longer ones member by member."""
    text: str = ""
    at: int = 0
    depth: int = 0
    known: Json = None
    """The value that stands here, where it was read before: its parts are not kept twice."""
    _marked: int = 0
    _column: int = 0
    """How many characters of the text's first line have been forgotten."""
    _over: bool = field(default=False, repr=False)

    def inside(self, piece: Piece) -> Window:
        """A window on a value that was read whole."""
        return Window(
            iter(()),
            piece.first,
            self.lenient,
            text=piece.text,
            at=piece.start,
            depth=self.depth,
            known=piece.value,
            _marked=piece.start,
            _over=True,
        )

    @property
    def is_read(self) -> bool:
        """Whether nothing more comes than what is held."""
        return self._over

    def peek(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self._over:
                return ""
            self._ahead(self.reach)

    def whole(self, known: Json = None) -> Piece | None:
        """The value that stands here, which is then behind; None for a container that must be gone through.

        That is one that is too long to be read at once, nested too deeply, or wrong somewhere.

        Args:
            known: the same value, where it was read before.

        Raises:
            UnreadableError: what stands here is no value.
        """
        self._ahead(self.reach)
        nested = self.peek() in ("[", "{")
        decoder = PLACES if known is not None else LENIENT if self.lenient else STRICT
        while True:
            size = len(self.text)
            try:
                value, end = decoder.scan_once(self.text, self.at)  # type: ignore[attr-defined]  # as raw_decode has it
            except (StopIteration, ValueError, RecursionError) as error:
                if nested:
                    return None
                at, what = self._reason(error)
                if self._over or at < size - _CUT_OFF:
                    raise self.wrong(at, what) from error
                self._ahead(2 * (size - self.at))
                continue
            if nested or self._over or end < size - _CUT_OFF:
                break
            self._ahead(2 * (size - self.at))  # a number may go on
        if nested and known is None and self._is_deep(value, end):
            return None
        piece = Piece(
            value if known is None else known, self.text, self.at, end, self._line_at(self.at), self._line_at(end - 1)
        )
        self.at = end
        return piece

    def children(self) -> Iterator[Child]:
        """The members or items of the container that stands here; one without a piece must be gone through first.

        Raises:
            UnreadableError: it is no JSON.
        """
        named = self.peek() == "{"
        close = "}" if named else "]"
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(self.at, f"nested more than {DEEPEST} deep")
        self.at += 1
        known = inner(self.known)
        if self.peek() != close:
            yield self._child(next(known, None), named=named)
            while self._goes_on(close):
                yield self._child(next(known, None), named=named)
        self.at += 1
        self.depth -= 1

    def _goes_on(self, close: str) -> bool:
        mark = self.peek()
        if mark == close:
            return False
        if mark != ",":
            raise self.wrong(self.at, f"expecting ',' or '{close}'")
        self.at += 1
        return True

    def _child(self, known: Json, *, named: bool) -> Child:
        mark = self.peek()
        line = self._line_at(self.at)
        if not named:
            return Child("", line, self.whole(known))
        if mark != '"':
            raise self.wrong(self.at, "expecting a name in double quotes")
        name = self.whole()
        assert name is not None
        if self.peek() != ":":
            raise self.wrong(self.at, "expecting ':'")
        self.at += 1
        return Child(str(name.value), line, self.whole(known))

    def end(self) -> None:
        """Checks that nothing more comes.

        Raises:
            UnreadableError: something does.
        """
        if self.peek():
            raise self.wrong(self.at, "something follows after the end")

    def wrong(self, at: int, what: str) -> UnreadableError:
        """The error of something wrong at an offset of the text that is held."""
        line = self.line + (self.text.count("\n", self._marked, at) if at > self._marked else 0)
        before = self.text.rfind("\n", 0, at)
        column = at - before if before >= 0 else self._column + at + 1
        ends = self._over and at >= len(self.text) and "bytes" not in what
        said = f"it is no JSON: line {line}, column {column}: {what}{', not the end' if ends else ''}"
        relaxed = not self.lenient and self.text[at : at + 1] in _RELAXED and not ends
        return UnreadableError(said, hint=_HINT if relaxed else "")

    def _reason(self, error: Exception) -> tuple[int, str]:
        """Where a scalar is wrong, and how."""
        if isinstance(error, json.JSONDecodeError):
            what = error.msg.removesuffix(" at").removesuffix(" starting").lower()
            cut = what.startswith("unterminated") and not self._over
            return len(self.text) if cut else error.pos, what
        if isinstance(error, ConstantError):
            return self.at, f"{error} is no JSON"
        return self.at, "expecting a value"

    def _line_at(self, at: int) -> int:
        """The line of an offset that is not before the last one that was asked for."""
        self.line += self.text.count("\n", self._marked, at)
        self._marked = at
        return self.line

    def _ahead(self, need: int) -> None:
        """Reads on until so many characters lie ahead, or the end; what lies behind is forgotten."""
        if self._over or len(self.text) - self.at >= need:
            return
        held = [self._rest()]
        size = len(held[0])
        broken: UnicodeDecodeError | None = None
        while size < need and not self._over:
            try:
                piece = next(self.pieces, None)
            except UnicodeDecodeError as error:
                piece, broken = None, error
            self._over = piece is None
            held.append(piece or "")
            size += len(held[-1])
        self.text = "".join(held)
        if broken is not None:
            name = broken.encoding.upper().replace("UTF8", "UTF-8")
            raise self.wrong(len(self.text), f"the bytes are no {name}") from broken

    def _rest(self) -> str:
        """What lies ahead of what is held, the rest forgotten."""
        self._line_at(self.at)
        before = self.text.rfind("\n", 0, self.at)
        self._column = self._column + self.at if before < 0 else self.at - before - 1
        rest = self.text[self.at :]
        self.at = self._marked = 0
        return rest

    def _is_deep(self, value: Json, end: int) -> bool:
        """Whether a value that stands here is nested deeper than is read."""
        free = DEEPEST - self.depth
        if self.text.count("[", self.at, end) + self.text.count("{", self.at, end) <= free:
            return False
        level = [value]
        for _ in range(free):
            level = [item for outer in level for item in inner(outer) if isinstance(item, tuple | list)]
            if not level:
                return False
        return True
