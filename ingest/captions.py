"""Captions: descriptions of pictures, by a callable that the application hands down: nothing here opens a connection.

The worker that parses asks its parent for one, and waits; the parent asks the callable, in a thread of its own.
"""

from __future__ import annotations

import base64
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import IbidError, UnreadableError
from ingest.frames import Message
from ingest.segments import clean
from ingest.watch import TICK

Describe = Callable[[bytes], str]
"""A picture, as PNG or JPEG, to what it shows, in words; "" where there is nothing to say."""

_LONGEST = 2_000
"""Characters of a caption: what a model says beyond them is left out."""
_IN_A_ROW = 3
"""After so many failures in a row nobody is asked any more: an endpoint that hangs must not hold every picture up."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_WITHIN = 200
"""How far back from the longest a place to cut is looked for."""


@dataclass(frozen=True, slots=True)
class Captions:
    """How pictures are described.

    Args:
        key: equal keys mean that the same is asked of the same model.
        describe: the callable; None: no captions are made now.
        seconds: that one caption may take in all; then it is given up, whatever the callable does.
    """

    key: str
    describe: Describe | None
    seconds: float = 120.0


class UndescribedError(Exception):
    """A picture gets no caption; the message says why."""


class Describer:
    """Asks for the captions of one run, from several threads at once; gives up where nothing comes of it."""

    def __init__(self, describe: Describe, *, seconds: float) -> None:
        self._describe = describe
        self._seconds = seconds
        self._failed = 0
        self._last = ""

    def answer(self, message: Message, *, look: Callable[[], None]) -> Message:
        """What a worker is answered that asks for a caption: the text, "" where there is none, and then why.

        Raises:
            UnreadableError: the worker said something else.
        """
        try:
            picture = base64.b64decode(message["picture"], validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError("the parser died: it asked for a caption of what is no picture") from error
        try:
            return {"is": "caption", "text": self.caption(picture, look=look), "why": ""}
        except UndescribedError as error:
            return {"is": "caption", "text": "", "why": str(error)}

    def caption(self, picture: bytes, *, look: Callable[[], None]) -> str:
        """The caption of a picture, clean and of bounded length.

        Args:
            picture: as PNG or JPEG.
            look: is called several times a second while it is waited for; what it raises ends the waiting.

        Raises:
            UndescribedError: there is none.
        """
        if self._failed >= _IN_A_ROW:
            raise UndescribedError(f"given up after {_IN_A_ROW} failures in a row, the last: {self._last}")
        try:
            text = cleaned(self._waited_for(picture, look))
        except UndescribedError as error:
            self._failed, self._last = self._failed + 1, str(error)
            raise
        self._failed = 0
        if not text:
            raise UndescribedError("the model said nothing")
        return text

    def _waited_for(self, picture: bytes, look: Callable[[], None]) -> str:
        came: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(picture, came), daemon=True).start()
        end = time.monotonic() + self._seconds
        while time.monotonic() < end:
            look()
            try:
                found = came.get(timeout=TICK)
            except queue.Empty:
                continue
            if isinstance(found, Exception):
                raise UndescribedError(_reason(found)) from found
            return found
        raise UndescribedError(f"no answer within {self._seconds:g} seconds")

    def _ask(self, picture: bytes, came: queue.SimpleQueue[str | Exception]) -> None:
        try:
            came.put(self._describe(picture))
        except Exception as error:  # noqa: BLE001  # a callable's surprise costs a caption, not the run
            came.put(error)


def cleaned(text: str) -> str:
    """A caption in one line, without what controls a terminal or a reader's direction; cut where it is too long."""
    line = " ".join(_CONTROL.sub(" ", clean(text)).split())
    if len(line) <= _LONGEST:
        return line
    kept = line[: _LONGEST - 2]
    space = kept.rfind(" ", len(kept) - _WITHIN)
    return (kept[:space] if space > 0 else kept) + " …"


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, IbidError) else f"{type(error).__name__}: {error}"
