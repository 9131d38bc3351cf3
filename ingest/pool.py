"""Worker processes and what they have to do: in order of submission, within limits of time and memory."""

from __future__ import annotations

import atexit
import contextlib
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.frames import Message, error_from_message, event_from_message, file_to_text
from ingest.process import Process
from ingest.segments import Gathered
from ingest.settings import Limits
from ingest.types import Info

_TICK = 0.05
"""Seconds between two looks at a worker's size and time."""
_FRESH_AFTER = 0.6
"""A worker that holds more than this share of the memory limit after a file is replaced before the next."""

Said = Gathered | IngestError | None
"""What a job hands over: an event, the error that ended it, or None at its good end."""


@dataclass
class Job:
    """One file to parse; `said` holds what came of it, a few segments at most: then its worker waits."""

    file: str
    parser: str
    options: dict[str, Any]
    said: queue.Queue[Said] = field(default_factory=lambda: queue.Queue(maxsize=4))
    dropped: threading.Event = field(default_factory=threading.Event)

    def drop(self) -> None:
        """Nobody wants it any more."""
        self.dropped.set()

    def order(self) -> Message:
        """What the worker is told."""
        return {"file": file_to_text(self.file), "parser": self.parser, "options": self.options}


class _DroppedError(Exception):
    """The job was dropped while its worker was busy with it."""


class Pool:
    """`workers` threads, each with a process of its own that is started when there is something to parse."""

    def __init__(self, setup: Message, limits: Limits, *, workers: int) -> None:
        self._setup = setup
        self._limits = limits
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()
        atexit.register(self.close)

    def submit(self, job: Job) -> None:
        """Takes a job; jobs are begun in the order in which they came."""
        self._jobs.put(job)

    def close(self) -> None:
        """Ends the workers, whatever they are doing."""
        atexit.unregister(self.close)
        self._closing.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        process: Process | None = None
        while (job := self._jobs.get()) is not None and not self._closing.is_set():
            if job.dropped.is_set():
                continue
            try:
                process = process or Process(self._setup)
            except OSError as error:
                self._deliver(job, UnreadableError(f"no process to parse it in can be started: {error}"))
                continue
            process = self._run(job, process)
        if process is not None:
            process.kill()

    def _run(self, job: Job, process: Process) -> Process | None:
        """Has one file parsed; the process, where it can take another."""
        end: Said = None
        watch = _Watch(self, job, process)
        try:
            process.send(job.order())
            end = watch.until_end()
        except _DroppedError:
            process.kill()
            return None
        except IngestError as error:
            process.kill()
            self._deliver(job, error)
            return None
        with contextlib.suppress(_DroppedError):
            watch.deliver(end)
        if watch.memory > self._limits.memory_mb * _FRESH_AFTER:
            process.kill()
            return None
        return process

    def _deliver(self, job: Job, said: Said) -> None:
        while not self.unwanted(job):
            with contextlib.suppress(queue.Full):
                job.said.put(said, timeout=_TICK)
                return

    def unwanted(self, job: Job) -> bool:
        """Whether nobody waits for the job any more."""
        return job.dropped.is_set() or self._closing.is_set()

    @property
    def limits(self) -> Limits:
        """What one file may take."""
        return self._limits


class _Watch:
    """One job in one process: hands on what the process says, and measures its time and memory."""

    def __init__(self, pool: Pool, job: Job, process: Process) -> None:
        self._pool = pool
        self._job = job
        self._process = process
        self._allowed = pool.limits.seconds
        self._used = 0.0
        self._looked = 0.0
        self.memory = 0.0

    def until_end(self) -> IngestError | None:
        """Hands on the events until the file's end: None, or the error that the parser reported.

        Raises:
            LimitError: too long or too large.
            UnreadableError: the process died.
            _DroppedError: nobody wants it any more.
        """
        while True:
            message = self._next()
            if message["is"] == "end":
                self._look(now=True)
                return None
            if message["is"] == "error":
                return error_from_message(message)
            event = self._event(message)
            if isinstance(event, Info) and event.page_count:
                self._allowed = max(self._allowed, event.page_count * self._pool.limits.seconds_per_page)
            self.deliver(event)

    def _event(self, message: Message) -> Gathered:
        try:
            return event_from_message(message)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableError(f"the parser died: it said {str(message)[:100]!r}") from error

    def _next(self) -> Message:
        """The next message; only the time spent here is the worker's, since elsewhere it waits for us."""
        while True:
            began = time.monotonic()
            try:
                message = self._process.inbox.get(timeout=_TICK)
            except queue.Empty:
                self._used += time.monotonic() - began
                self._look()
                self._in_time()
                continue
            self._used += time.monotonic() - began
            self._look()
            if message is None:
                raise UnreadableError(f"the parser died on it ({self._process.obituary()})")
            return message

    def _in_time(self) -> None:
        if self._used > self._allowed:
            raise LimitError(
                f"parsing took more than {self._allowed:g} seconds",
                hint="raise ingest.limits.seconds or ingest.limits.seconds_per_page",
            )

    def _look(self, *, now: bool = False) -> None:
        """Looks at the worker's size, and whether the job is still wanted."""
        if self._pool.unwanted(self._job):
            raise _DroppedError
        if not now and time.monotonic() - self._looked < _TICK:
            return
        self.memory = self._process.memory()
        self._looked = time.monotonic()
        if self.memory > self._pool.limits.memory_mb:
            raise LimitError(
                f"parsing took more than {self._pool.limits.memory_mb} MB of memory",
                hint="raise ingest.limits.memory_mb",
            )

    def deliver(self, said: Said) -> None:
        """Hands something on, and waits until it is taken."""
        while True:
            try:
                self._job.said.put(said, timeout=_TICK)
            except queue.Full:
                self._look()
            else:
                return
