"""The process that parses, one file at a time: a fork of `ingest.forkserver`, or `python -P -m ingest.worker`.

It reads its orders from standard input and answers on what was standard output, in messages of `ingest.frames`.
It ends when its input ends, so that it never outlives its parent.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import logging
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.frames import Message, error_to_message, event_to_list, file_from_text, read_frame, write_frame
from ingest.memory import give_back
from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds, Parser
from ingest.plugins import find
from ingest.segments import SEGMENT_CHARACTERS, cut
from ingest.types import Block, ParseEvent

_BATCH = 60_000
"""Characters of blocks after which they are sent."""
_CEILING = 1.5
"""How many times the memory limit the process may ask for: what grows faster than its parent looks ends there."""
_LONG = 0.1
"""A file that took so many seconds may have left much behind."""
_COLLECTED = (50_000, 20, 20)
"""How often garbage is looked for: a page is many small objects, and looking at each page took 6 % of the time."""


def main() -> None:
    """Serves orders until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the messages
    _die_with_parent()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    gc.set_threshold(*_COLLECTED)
    orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, orders), daemon=True).start()
    setup = orders.get()
    _settle(setup["folder"], setup["environment"])
    _bound(int(setup["memory_mb"] * _CEILING))
    sys.path.extend(setup["paths"])
    write_frame(answers, {"is": "ready"})
    aids = Aids(
        Bounds(**setup["bounds"]),
        _ocr(setup["ocr"]),
        tuple(setup["passwords"]),
        reading=partial(_reading, answers),
        caption=partial(_caption, answers, orders) if setup["captions"] else None,
    )
    while True:
        order = orders.get()
        for message in answer(order, aids):
            write_frame(answers, message)


def _reading(answers: BinaryIO, page: int) -> None:
    write_frame(answers, {"is": "reading", "page": page})


def _caption(answers: BinaryIO, orders: queue.SimpleQueue[Message], picture: bytes) -> str:
    """Asks the parent for a caption: while a file is parsed, nothing else comes from it."""
    write_frame(answers, {"is": "describe", "picture": base64.b64encode(picture).decode("ascii")})
    return str(orders.get()["text"])


def _listen(stream: BinaryIO, orders: queue.SimpleQueue[Message]) -> None:
    """Takes orders; when the input ends, the parent is gone: nobody else then removes the folder made for us."""
    folder = ""
    try:
        while (message := read_frame(stream)) is not None:
            folder = message.get("folder", folder)
            orders.put(message)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)


def _settle(folder: str, environment: Mapping[str, str]) -> None:
    """Works in its own folder and environment, whoever started it."""
    os.chdir(folder)
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    tempfile.tempdir = None


def _die_with_parent() -> None:
    """On Linux, asks the kernel to kill this process when its parent's thread ends, should the listener not run."""
    if sys.platform == "linux":
        import ctypes
        import signal

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _bound(megabytes: int) -> None:
    """Bounds what the process may write to, where the platform can; what is only reserved does not count."""
    import resource

    most = megabytes * 1024 * 1024
    for limit, value in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):  # macOS knows the first and does not take it
            resource.setrlimit(limit, (value, value))


def _ocr(setting: dict[str, Any]) -> Callable[[], OCR]:
    """Builds the OCR part when it is first asked for; `threads` is handed to a part that has such an option."""

    @cache
    def build() -> OCR:
        part = find("ingest.ocr", OCR, setting["name"])  # type: ignore[type-abstract]
        options = dict(setting["options"])
        if "threads" in part.model_fields:
            options.setdefault("threads", setting["threads"])
        return part(**options)

    return build


def answer(order: Message, aids: Aids) -> Iterator[Message]:
    """Does what an order says: what comes of it as messages, at last "end" or an error."""
    file = Path(file_from_text(order["file"]))
    end: Message = {"is": "end"}
    began = time.monotonic()
    try:
        if order["do"] == "render":
            from ingest.rendering import render  # here: a worker that parses need not load it

            with _surprises("it cannot be rendered"):
                png = render(file, order["picture"], aids)
            yield {"is": "picture", "png": base64.b64encode(png).decode("ascii")}
        elif order["do"] == "overview":
            from ingest.rendering import overview

            with _surprises("it cannot be rendered"):
                for shown in overview(file, order["pages"], aids):
                    data = base64.b64encode(shown.pop("webp", b"")).decode("ascii")
                    yield {"is": "picture", **shown, "webp": data}
        else:
            parser = find("ingest.parsers", Parser, order["parser"])(**order["options"])  # type: ignore[type-abstract]
            for events in batches(guarded(parser, file, replace(aids, avoid=frozenset(order["avoid"])))):
                yield {"is": "events", "events": [event_to_list(event) for event in events]}
    except IngestError as error:
        end = error_to_message(error)
    if time.monotonic() - began > _LONG:
        give_back()  # before the parent looks at what is held
    yield end


def batches(events: Iterable[ParseEvent]) -> Iterator[list[ParseEvent]]:
    """The events, some at a time; what is said of a page goes at once, so that it is there if the next one hangs."""
    held: list[ParseEvent] = []
    size = 0
    for event in events:
        if not isinstance(event, Block):
            held.append(event)
            yield held
            held, size = [], 0
            continue
        for piece in cut(event, SEGMENT_CHARACTERS):
            held.append(piece)
            size += len(piece.text)
            if size >= _BATCH:
                yield held
                held, size = [], 0
    if held:
        yield held


def guarded(parser: Parser, file: Path, aids: Aids) -> Iterator[ParseEvent]:
    """What a parser makes of a file; whatever it raises is an IngestError."""
    with _surprises(f"the parser {parser.component_name!r} failed on it"):
        yield from parser.parse(file, aids)


@contextmanager
def _surprises(failed: str) -> Iterator[None]:
    """Within it, whatever is raised becomes an IngestError."""
    try:
        yield
    except IngestError:
        raise
    except MemoryError as error:
        raise LimitError("the file needs more memory than it may have", hint="raise ingest.limits.memory_mb") from error
    except RecursionError as error:
        raise UnreadableError("the file is nested too deeply") from error
    except OSError as error:
        raise UnreadableError(f"the file cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a library's surprise must cost one file, not the run
        raise UnreadableError(f"{failed}: {type(error).__name__}: {error}") from error


if __name__ == "__main__":
    main()
