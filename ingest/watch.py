"""Watching a worker: what it says, as long as it keeps within its limits of time and memory."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable

from ingest.errors import LimitError, UnreadableError
from ingest.frames import Message
from ingest.process import Process
from ingest.settings import Limits

TICK = 0.05
"""Seconds between two looks at a worker's size and time."""
_MOST_CROWDED = 8.0
_CORES = os.cpu_count() or 1


class DroppedError(Exception):
    """Nobody waits for the file any more."""


class Watch:
    """One file in one process: hands on what the process says of it, and measures its time and memory.

    Only the time in which we wait for it is counted (else it waits for us), and less of it where the machine is
    crowded. It may be silent for `seconds`, once its pages are known for `seconds_per_page`; in all it has the larger
    of `seconds` and `seconds_per_page` for each page, or, while it has told of no pages, for each megabyte of the file.

    Args:
        process: does the work.
        limits: what it may take.
        megabytes: the file's size.
        unwanted: whether nobody waits for the file any more.
    """

    def __init__(
        self, process: Process, limits: Limits, *, megabytes: float = 0.0, unwanted: Callable[[], bool] = lambda: False
    ) -> None:
        self._process = process
        self._limits = limits
        self._megabytes = megabytes
        self._unwanted = unwanted
        self._pages = 0
        self._done = 0
        self.page = 0
        """The page that the parser says it reads; 0: it says nothing of that."""
        self.late = False
        """Whether it took too long in all."""
        self._used = 0.0
        self._silent = 0.0
        self._looked = 0.0
        self._over: LimitError | None = None
        self.memory = 0.0
        """Its size in megabytes when it was last looked at."""

    def expect(self, pages: int) -> None:
        """The file has so many pages."""
        self._pages = max(self._pages, pages)

    def begun(self, page: int) -> None:
        """A page is about to be read."""
        self.page = page

    def done(self, page: int) -> None:
        """A page is done."""
        self._done = page

    def next(self) -> Message:
        """The next message.

        Raises:
            LimitError: it took too long or grew too large.
            UnreadableError: the process died.
            DroppedError: nobody wants it any more.
        """
        while True:
            began = time.monotonic()
            try:
                message = self._process.inbox.get(timeout=TICK)
            except queue.Empty:
                self._count(time.monotonic() - began)
                continue
            self._count(time.monotonic() - began)
            if message is None:
                raise UnreadableError(f"the parser died on it ({self._process.obituary()})")
            self._silent = 0.0
            return message

    def _count(self, seconds: float) -> None:
        if not self._process.starting:
            seconds /= _crowding()
            self._used += seconds
            self._silent += seconds
        self.look()
        over = self._over or self._overdue()
        if over is not None:
            raise over

    def _overdue(self) -> LimitError | None:
        limits = self._limits
        each = limits.seconds_per_page
        if self._pages and self._silent > each:
            return _over(f"page {self.page or self._done + 1} took more than {each:g} seconds", "seconds_per_page")
        if not self._pages and self._silent > limits.seconds:
            return _over(f"nothing was read of it for more than {limits.seconds:g} seconds", "seconds")
        self.late = self._used > (allowed := max(limits.seconds, each * (self._pages or self._megabytes)))
        if self.late:
            return _over(f"parsing took more than {allowed:g} seconds", "seconds")
        return None

    def look(self, *, now: bool = False) -> None:
        """Looks at the worker's size, and ends it where that is too much: the next message is then the error.

        Raises:
            DroppedError: nobody wants it any more.
        """
        if self._unwanted():
            raise DroppedError
        if self._over is not None or (not now and time.monotonic() - self._looked < TICK):
            return
        self.memory = self._process.memory()
        self._looked = time.monotonic()
        most = self._limits.memory_mb
        if self.memory > most:
            self._over = _over(f"parsing took more than {most} MB of memory", "memory_mb")
            self._process.kill()


def _crowding() -> float:
    """How many times longer than at its worst alone work takes here now: an honest page is not lost for what others do.

    Up to two processes a core are ibid's own: its workers, and the embedder.
    """
    return min(_MOST_CROWDED, max(1.0, os.getloadavg()[0] / (2 * _CORES)))


def _over(what: str, limit: str) -> LimitError:
    return LimitError(what, hint=f"raise ingest.limits.{limit}")
