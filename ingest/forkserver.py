"""A process that has loaded what a worker needs and makes each by a fork: starting one anew takes a second.

`python -P -m ingest.forkserver`, one for this process. It reads no document, has one thread, and ends when this process
does, or when for a minute nobody wanted anything of it. On Linux; elsewhere libraries of the system do not bear a fork.

It is asked by `ingest.forking` on a socket: for a worker by four files (its three streams, and where to write how it
ended), and to kill one by its number.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import NoReturn

NUMBER = struct.Struct("i")
"""A process's number, how it ended, or less than 0 the error for which there is none."""
_IDLE = 60.0
"""Seconds without a worker after which the server ends."""
_GRACE = 2.0
"""Seconds that workers have to clean up when the process is gone that wanted them."""


def main() -> None:
    """The server."""
    from ingest import worker

    control = socket.socket(fileno=int(sys.argv[1]))
    waking, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.collect()
    gc.freeze()  # else each worker's first collection copies all of it
    news = select.poll()
    news.register(control, select.POLLIN)
    news.register(waking, select.POLLIN)
    ends: dict[int, int] = {}
    while happened := news.poll(None if ends else 1000 * _IDLE):
        if any(number == waking for number, _ in happened):
            os.read(waking, 4096)
            _reap(ends)
        elif not _served(control, ends, (waking, wake), worker.main):
            break
    until = time.monotonic() + _GRACE
    while ends and time.monotonic() < until:
        time.sleep(0.02)
        _reap(ends)


def _served(control: socket.socket, ends: dict[int, int], own: tuple[int, int], run: Callable[[], None]) -> bool:
    """Does what is asked for; False where nobody is there any more."""
    try:
        order, files, _, _ = socket.recv_fds(control, NUMBER.size, 4)
    except ConnectionError:  # it was killed before it had read what was said
        return False
    if not order:
        return False
    if not files:
        _kill(NUMBER.unpack(order)[0], ends)
        return True
    try:
        number = os.fork()
        if not number:
            _work(run, files, [control.detach(), *own, *ends.values()])
        ends[number] = files.pop()
    except OSError as error:
        number = -(error.errno or 1)
    for file in files:
        os.close(file)
    with contextlib.suppress(ConnectionError):  # that is seen when the next order is read
        control.send(NUMBER.pack(number))
    return True


def _work(run: Callable[[], None], files: list[int], others: list[int]) -> NoReturn:
    """What a fork does: it becomes a worker, with nothing of the server."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, file in enumerate(files[:3]):
            os.dup2(file, number)
        for file in (*files, *others):
            os.close(file)
        os.setsid()
        run()
        code = 0
    except BaseException:  # noqa: BLE001  # as at the end of a program; nothing may come back from here
        traceback.print_exc()
    finally:
        os._exit(code)


def _kill(number: int, ends: Mapping[int, int]) -> None:
    """Kills a worker that has not ended: the number of one that has may be another's by now."""
    if number in ends:
        os.kill(number, signal.SIGKILL)


def _reap(ends: dict[int, int]) -> None:
    """Says of the workers that have ended how they did."""
    while ends:
        number, status = os.waitpid(-1, os.WNOHANG)
        if not number:
            return
        end = ends.pop(number)
        with contextlib.suppress(OSError):  # nobody may wait for it any more
            os.write(end, NUMBER.pack(os.waitstatus_to_exitcode(status)))
        os.close(end)


if __name__ == "__main__":
    main()
