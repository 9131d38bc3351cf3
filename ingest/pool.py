"""Worker processes and what they have to do: in order of submission, within limits of time and memory."""

from __future__ import annotations

import atexit
import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.captions import Describer
from ingest.errors import IngestError, UnreadableError
from ingest.frames import Message, file_to_text
from ingest.hearing import Hearing, StuckError
from ingest.process import Process
from ingest.segments import Gathered, gather
from ingest.settings import Limits
from ingest.types import Segment
from ingest.watch import TICK, DroppedError, Watch

_FRESH_AFTER, _LARGE = 0.6, 350.0
"""A worker that holds more than this share of the memory limit after a file, or so many megabytes, is replaced before
the next; with all networks loaded it holds some 230."""
_AHEAD = 4
"""Segments of a job that wait to be taken: then its worker waits too."""
_MEGABYTE = 1_000_000
_TRIES = 4
"""How often a file is tried, each time without the page on which its worker hung or died."""


@dataclass(frozen=True, slots=True)
class End:
    """A job's good end; `cut` says why it came before the file's."""

    cut: str = ""


Said = Gathered | IngestError | End
"""What a job hands over: an event, the error that ended it, or its good end."""


@dataclass(eq=False)
class Job:
    """One file to parse, and what comes of it; a few segments ahead of who takes them, its worker waits.

    Args:
        file: to open.
        size: its bytes.
        parser: its name.
        options: the parser's.
        news: is called when `begun` or `ended` has become true.
    """

    file: str
    size: int
    parser: str
    options: dict[str, Any]
    news: Callable[[], None]
    begun: bool = False
    """Whether a segment, or the end, can be taken."""
    ended: bool = False
    dropped: threading.Event = field(default_factory=threading.Event)
    _said: queue.SimpleQueue[Said] = field(default_factory=queue.SimpleQueue)
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AHEAD))

    def drop(self) -> None:
        """Nobody wants it any more."""
        self.dropped.set()

    def take(self) -> Said:
        """The next of what came of it; waits for it."""
        said = self._said.get()
        if isinstance(said, Segment):
            self._room.release()
        return said

    def tell(self, said: Said) -> bool:
        """Hands something over; False where there is still no room after a while."""
        if isinstance(said, Segment) and not self._room.acquire(timeout=TICK):
            return False
        self._said.put(said)
        ended = isinstance(said, IngestError | End)
        if ended or (isinstance(said, Segment) and not self.begun):
            self.begun, self.ended = True, ended
            self.news()
        return True

    def again(self) -> None:
        """Forgets what was told; nobody takes of it as long as it has not begun."""
        while not self._said.empty():
            self._said.get()

    def order(self, avoid: Iterable[int]) -> Message:
        """What the worker is told."""
        said = {"do": "parse", "file": file_to_text(self.file), "parser": self.parser, "options": self.options}
        return {**said, "avoid": list(avoid)}


class Pool:
    """`workers` threads, each with a process of its own that is started when there is something to parse."""

    def __init__(self, setup: Message, limits: Limits, *, workers: int, describer: Describer | None = None) -> None:
        self._setup = setup
        self._limits = limits
        self._describer = describer
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
            if not job.dropped.is_set():
                process = self._parse(job, process)
        if process is not None:
            process.kill()

    def _parse(self, job: Job, process: Process | None) -> Process | None:
        """Has a file parsed, by this process or a new one; the process, where it can take another file.

        As long as nobody has taken anything of it, it may be tried again by a new process: without the page on which
        the worker hung or died, or whole, where a worker died that had other files before.
        """
        avoid: dict[int, str] = {}
        for tries in range(_TRIES):
            used = process is not None
            try:
                process = process or Process(self._setup)
            except OSError as error:
                job.tell(UnreadableError(f"no process to parse it in can be started: {error}"))
                return None
            try:
                going = self._run(job, process, avoid, last=tries + 1 == _TRIES, used=used)
            except StuckError as error:
                process.kill()
                process = None
                job.again()
                avoid |= {error.page: f"not read: {error.reason}"} if error.page else {}
                continue
            if not going:
                process.kill()
            return process if going else None
        return None

    def _run(self, job: Job, process: Process, avoid: dict[int, str], *, last: bool, used: bool) -> bool:
        """Has one file parsed by a process; whether it can take another."""
        megabytes = job.size / _MEGABYTE
        watch = Watch(process, self._limits, megabytes=megabytes, unwanted=lambda: self._unwanted(job))
        hearing = Hearing(
            watch,
            avoid=avoid,
            used=used,
            final=lambda: last or job.begun,
            describe=lambda message: self._described(message, process, watch),
        )
        end: Said
        try:
            process.send(job.order(avoid))
            for said in gather(hearing.events()):
                while not job.tell(said):
                    watch.look()
            end = End(hearing.cut)
        except DroppedError:
            return False
        except IngestError as error:
            end = error
        if not hearing.over:
            process.kill()  # before the end is told: what was cut short must not be read on
        with contextlib.suppress(DroppedError):
            watch.look(now=True)
        job.tell(end)
        return hearing.over and watch.memory <= min(_LARGE, self._limits.memory_mb * _FRESH_AFTER)

    def _described(self, message: Message, process: Process, watch: Watch) -> str:
        """Answers a worker that asks for a caption; why there is none."""
        if self._describer is None:
            raise UnreadableError("the parser died: it asked for a caption, and none are made")
        answer = self._describer.answer(message, look=watch.look)
        process.send(answer)
        return str(answer["why"])

    def _unwanted(self, job: Job) -> bool:
        """Whether nobody waits for the job any more."""
        return job.dropped.is_set() or self._closing.is_set()
