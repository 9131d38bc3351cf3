"""Workers that are forks, for who wants them: `ingest.forkserver` makes them, and is started when one is wanted."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping

from ingest.forkserver import NUMBER

_FORK = b"fork"
_AT_START = ("HOME", "LANG", "LC_", "LD_", "MALLOC_", "OMP_", "OPENBLAS_", "PATH", "PYTHON", "TZ")
"""How variables begin that a program looks at when it starts: the others each worker gets anew."""
_REPLY = 60.0
"""Seconds in which a worker must have been made: on a busy machine Python takes seconds to start."""


class ForkedChild:
    """A worker that a server made, with what `subprocess.Popen` has of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = [], []
        for reads in (False, True, True, True):
            pair = os.pipe()
            ours.append(pair[not reads])
            theirs.append(pair[reads])
        try:
            self._server, self.pid = _asked_for(_at_start(environment), theirs)
        except OSError:
            for number in ours:
                os.close(number)
            raise
        finally:
            for number in theirs:
                os.close(number)
        self.stdin = os.fdopen(ours[0], "wb")
        self.stdout, self.stderr, self._end = (os.fdopen(number, "rb") for number in ours[1:])
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, as `subprocess` has it; None as long as it has not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end.

        Raises:
            subprocess.TimeoutExpired: it has not come in so many seconds.
        """
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._end, select.POLLIN)
            if not waiting.poll(None if timeout is None else 1000 * timeout):
                raise subprocess.TimeoutExpired("ingest.worker", timeout or 0)
            said = self._end.read(NUMBER.size)
            self._end.close()
            self.returncode = NUMBER.unpack(said)[0] if said else -signal.SIGKILL  # with its server
        return self.returncode

    def kill(self) -> None:
        """Ends it, where it has not ended."""
        if self.returncode is None:
            self._server.kill(self.pid)


class _Server:
    """A server as who uses it sees it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(_REPLY)
        with contextlib.ExitStack() as unless_started, theirs:
            unless_started.callback(self._socket.close)
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                [sys.executable, "-P", "-m", "ingest.forkserver", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                env=environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is the parent's affair
            )
            unless_started.pop_all()
        threading.Thread(target=self._process.wait, daemon=True).start()  # what ends by itself is not to be a zombie

    def fork(self, files: list[int]) -> int:
        """Makes a worker; its number.

        Raises:
            OSError: there is no more room for one, or the server is gone.
        """
        socket.send_fds(self._socket, [_FORK], files)
        said = self._socket.recv(NUMBER.size)
        if not said:
            raise ConnectionResetError("the server of processes ended")
        number: int = NUMBER.unpack(said)[0]
        if number < 0:
            raise OSError(-number, os.strerror(-number))
        return number

    def kill(self, number: int) -> None:
        """Kills a worker; with its server it is gone already."""
        with contextlib.suppress(OSError):
            self._socket.send(NUMBER.pack(number))

    def end(self) -> str:
        """Ends it, and with it its workers; what it last said."""
        self._socket.close()
        self._process.kill()
        _, errors = self._process.communicate()
        return errors.decode(errors="replace").strip().rpartition("\n")[2]

    def forget(self) -> None:
        """In a fork of who started it: it is not ours."""
        self._socket.close()


_SERVERS: dict[frozenset[tuple[str, str]], _Server] = {}
"""The servers of this process by their environment: who changes it gets another."""
_ASKING = threading.Lock()


def prepare(environment: Mapping[str, str]) -> None:
    """Has the server started that will be asked for workers with this environment; why it cannot be is told then."""
    own = _at_start(environment)
    with _ASKING, contextlib.suppress(OSError):
        if (key := _key(own)) not in _SERVERS:
            _SERVERS[key] = _Server(own)


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_AT_START)}


def _key(environment: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """By what a server is known: where its user is at home a worker is told itself."""
    return frozenset((name, value) for name, value in environment.items() if name != "HOME")


def _asked_for(environment: Mapping[str, str], files: list[int]) -> tuple[_Server, int]:
    """Has a worker made by the server with this environment, or by a new one where there is none any more."""
    key = _key(environment)
    with _ASKING:
        if known := _SERVERS.get(key):
            with contextlib.suppress(ConnectionError, TimeoutError):
                return known, known.fork(files)
            known.end()
        server = _SERVERS[key] = _Server(environment)
        try:
            return server, server.fork(files)
        except (ConnectionError, TimeoutError) as error:
            del _SERVERS[key]
            raise OSError(server.end() or str(error)) from error


def _forget() -> None:
    """A fork of this process starts its own."""
    global _ASKING  # noqa: PLW0603  # another thread may have held it
    _ASKING = threading.Lock()
    while _SERVERS:
        _SERVERS.popitem()[1].forget()


os.register_at_fork(after_in_child=_forget)
