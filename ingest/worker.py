"""The process that parses: `python -P -m ingest.worker`, started by `ingest.pool`, one file at a time.

It reads its orders from standard input and answers on what was standard output, in messages of `ingest.frames`.
It ends when its input ends, so that it never outlives its parent.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.frames import Message, error_to_message, event_to_message, file_from_text, read_frame, write_frame
from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds, Parser
from ingest.plugins import find
from ingest.segments import Gathered, gather


def main() -> None:
    """Serves orders until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the messages
    _die_with_parent()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, orders), daemon=True).start()
    setup = orders.get()
    sys.path.extend(setup["paths"])
    aids = Aids(Bounds(**setup["bounds"]), _ocr(setup["ocr"]), tuple(setup["passwords"]))
    while True:
        order = orders.get()
        for message in answer(order, aids):
            write_frame(answers, message)


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


def _die_with_parent() -> None:
    """On Linux, asks the kernel to kill this process when its parent's thread ends, should the listener not run."""
    if sys.platform == "linux":
        import ctypes
        import signal

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


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
    """Parses one file: its events as messages, at last "end" or an error."""
    try:
        parser = find("ingest.parsers", Parser, order["parser"])(**order["options"])  # type: ignore[type-abstract]
        for event in guarded(parser, Path(file_from_text(order["file"])), aids):
            yield event_to_message(event)
    except IngestError as error:
        yield error_to_message(error)
    else:
        yield {"is": "end"}


def guarded(parser: Parser, file: Path, aids: Aids) -> Iterator[Gathered]:
    """What a parser makes of a file, in segments; whatever it raises is an IngestError."""
    try:
        yield from gather(parser.parse(file, aids))
    except IngestError:
        raise
    except MemoryError as error:
        raise LimitError("the file needs more memory than there is") from error
    except RecursionError as error:
        raise UnreadableError("the file is nested too deeply") from error
    except OSError as error:
        raise UnreadableError(f"the file cannot be read: {error.strerror or error}") from error
    except Exception as error:  # a library's surprise must cost one file, not the run
        raise UnreadableError(
            f"the parser {parser.component_name!r} failed on it: {type(error).__name__}: {error}"
        ) from error


if __name__ == "__main__":
    main()
