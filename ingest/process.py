"""One worker process as its parent sees it: started, spoken to, watched, ended."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

import ingest
from ingest import forking
from ingest.frames import Message, read_frame, write_frame

if TYPE_CHECKING:
    import psutil

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_KEPT = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONNOUSERSITE", "PYTHONUTF8", "PYTHONCOERCECLOCALE"}
_MEGABYTE = 1024 * 1024
_ALLOCATION = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "4000000",
    "MALLOC_TRIM_THRESHOLD_": "32000000",
}
"""For glibc: one heap, since that of each thread keeps what was freed; what is larger than 4 MB goes back at once. For
all files of the evaluation sets two workers then take 830 MB with their parent, 935 MB with one heap alone."""
_WAIT = 2.0
_FORKS = sys.platform == "linux"
"""Whether workers are forks: elsewhere, what libraries of the system have going on does not bear it."""
_START = 60.0
"""Seconds in which a worker must have started."""


class Process:
    """A worker, in an empty folder of its own and an environment without secrets.

    `inbox` holds what it said, at most two messages: a worker that is not listened to waits. None in it is its end.
    """

    def __init__(self, setup: Message) -> None:
        self._folder = tempfile.mkdtemp(prefix="ibid-")
        self.inbox: queue.Queue[Message | None] = queue.Queue(maxsize=2)
        self._errors: deque[bytes] = deque(maxlen=64)
        self._over = threading.Event()
        self._born = time.monotonic()
        self._ready = False
        own = environment(self._folder)
        try:
            self._child = forking.ForkedChild(own) if _FORKS else _spawned(own)
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        self._listens = threading.Thread(target=self._listen, args=(self._child.stdout,), daemon=True)
        self._drains = threading.Thread(target=self._drain, args=(self._child.stderr,), daemon=True)
        for thread in (self._listens, self._drains):
            thread.start()
        self.send({**setup, "folder": self._folder, "environment": own})

    def send(self, message: Message) -> None:
        """Gives an order; whether it arrived is seen by what comes back."""
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):
            write_frame(self._child.stdin, message)  # type: ignore[arg-type]  # IO[bytes] has what is needed

    @property
    def starting(self) -> bool:
        """Whether it has not begun to work, and may still do so: on a busy machine Python takes seconds to start."""
        return not self._ready and time.monotonic() - self._born < _START

    @cached_property
    def _measured(self) -> psutil.Process:
        """The child for looking at its size, as often as twenty times a second: only making this takes long."""
        import psutil

        return psutil.Process(self._child.pid)

    def memory(self) -> float:
        """Its resident size in megabytes; 0 when it has ended."""
        import psutil

        try:
            return float(self._measured.memory_info().rss) / _MEGABYTE
        except psutil.Error:
            return 0.0

    def obituary(self) -> str:
        """What became of a worker that ended by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(_WAIT)
        self._drains.join(_WAIT)  # it reads what was said last
        code = self._child.poll()
        how = f"exit code {code}"
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                how = f"killed by {signal.Signals(-code).name}"
        last = b"".join(self._errors).decode("utf-8", "replace").strip().rpartition("\n")[2]
        return how + (f": {last[:300]}" if last else "")

    def kill(self) -> None:
        """Ends it, whatever it does, and cleans up after it."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._child.kill()
        self._child.wait()
        for thread in (self._listens, self._drains):
            thread.join(_WAIT)
        for stream in (self._child.stdin, self._child.stdout, self._child.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listen(self, stream: IO[bytes]) -> None:
        message: Message | None = {}
        while message is not None and not self._over.is_set():
            try:
                message = read_frame(stream)  # type: ignore[arg-type]
            except (ValueError, OSError):
                message = None
            if message == {"is": "ready"}:
                self._ready = True
            else:
                self._put(message)

    def _put(self, message: Message | None) -> None:
        while not self._over.is_set():
            with contextlib.suppress(queue.Full):
                self.inbox.put(message, timeout=0.2)
                return

    def _drain(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in iter(lambda: stream.readline(4096), b""):
                self._errors.append(line)


def prepare() -> None:
    """Has loaded what workers need, beside what this process still loads itself: one then starts at once."""
    if _FORKS:
        forking.prepare(environment(""))


def _spawned(own: dict[str, str]) -> subprocess.Popen[bytes]:
    """A worker that is a new process."""
    return subprocess.Popen(  # our own interpreter and module
        [sys.executable, "-P", "-m", "ingest.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=own["TMPDIR"],
        env=own,
        start_new_session=True,  # Ctrl-C is the parent's affair
    )


def environment(folder: str) -> dict[str, str]:
    """The parent's environment without secrets and what would run other code; temporary files go to `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not _SECRET.search(name) and (not name.startswith("PYTHON") or name in _KEPT)
    }
    kept.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here multiplies matrices: its threads cost time to start
    kept = _ALLOCATION | kept
    kept |= {"PYTHONSAFEPATH": "1", "TMPDIR": folder, "TEMP": folder, "TMP": folder}
    root = str(Path(ingest.__file__).resolve().parents[1])
    if root not in {str(Path(known).resolve()) for known in [*site.getsitepackages(), site.getusersitepackages()]}:
        kept["PYTHONPATH"] = root  # a checkout: the worker must run the same code as its parent
    return kept
