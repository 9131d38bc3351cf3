"""The engine `unstructured`: the protocol with another environment.

That environment is here a small real program that speaks the protocol, and this one, which has no unstructured for
PDFs. `unstructured[pdf]` brings torch: with IBID_TEST_UNSTRUCTURED_PYTHON the last test runs in such an environment.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ingest.errors import ConfigurationError, UnreadableError
from ingest.pdf import unstructured
from ingest.pdf.unstructured import read
from ingest.types import Block, Box, Page, ParseEvent

SCRIPT = Path(unstructured.__file__).with_name("_unstructured_script.py")
TITLE = {"type": "Title", "text": "Results", "page": 1, "depth": 0, "box": [0.1, 0.1, 0.5, 0.15]}
TEXT = {"type": "NarrativeText", "text": "It rose.", "page": 1, "box": [0.1, 0.2, 1.2, 0.25]}
TABLE = {
    "type": "Table",
    "text": "City 2023 Bern 1",
    "page": 2,
    "html": "<table><tr><th>City</th><th>2023</th></tr><tr><td>Bern</td><td>1</td></tr></table>",
}
FIRST = {
    "pages": [1, 3],
    "elements": [
        {"type": "Header", "text": "ACME", "page": 1},
        TITLE,
        TEXT,
        {"type": "PageNumber", "text": "1", "page": 1},
        {"type": "ListItem", "text": "Tea", "page": 2},
        TABLE,
    ],
}
LAST = {"pages": [4, 4], "failed": "KeyError: 'x'"}


def standing_for(tmp_path: Path, *answers: object, then: str = "") -> str:
    """A program that takes an order as the script does, gives these answers and then does something."""
    said = "".join(f"{answer if isinstance(answer, str) else json.dumps(answer)}\n" for answer in answers)
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys, time\norder = json.loads(sys.stdin.readline())\n"
        f"assert order['strategy'] == 'fast' and os.path.isabs(order['file'])\n"
        f"sys.stdout.write({said!r}); sys.stdout.flush()\n{then}\n"
    )
    program.chmod(0o755)
    return str(program)


def size(number: int) -> tuple[float, float]:
    return 600.0, 800.0


def events(tmp_path: Path, python: str) -> list[ParseEvent]:
    return list(read(tmp_path / "a.pdf", python, size))


def test_elements_become_blocks_with_their_places(tmp_path: Path) -> None:
    found = events(tmp_path, standing_for(tmp_path, FIRST, LAST, {"end": True}))
    assert [(b.kind, b.place.pages, b.place.headings, b.text, b.header) for b in found if isinstance(b, Block)] == [
        ("heading", (1,), ("Results",), "Results\n\n", ""),
        ("text", (1,), ("Results",), "It rose.\n\n", ""),
        ("list", (2,), ("Results",), "Tea\n", ""),
        ("table", (2,), ("Results",), "City | 2023\n", ""),
        ("row", (2,), ("Results",), "Bern | 1\n", "City | 2023"),
    ]
    assert [b.place.boxes for b in found if isinstance(b, Block)][:3] == [
        (Box(1, 60, 80, 300, 120),),
        (Box(1, 60, 160, 600, 200),),
        (),
    ]
    assert [event for event in found if isinstance(event, Page)] == [
        Page(1, "text", header="ACME", footer="1"),
        Page(2, "text"),
        Page(3, "empty", "unstructured found no text"),
        Page(4, "failed", "unstructured cannot read it: KeyError: 'x'"),
    ]


def test_what_goes_wrong_over_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot read it: PdfReadError: EOF"):
        events(tmp_path, standing_for(tmp_path, {"error": "unreadable", "message": "PdfReadError: EOF"}))
    with pytest.raises(ConfigurationError, match="has no unstructured for PDFs") as caught:
        events(tmp_path, standing_for(tmp_path, {"error": "missing", "message": "No module named 'unstructured'"}))
    assert "pip install 'unstructured[pdf]'" in caught.value.hint
    with pytest.raises(UnreadableError, match="ended before the file did: MemoryError"):
        events(tmp_path, standing_for(tmp_path, FIRST, then="raise MemoryError"))
    with pytest.raises(UnreadableError, match="what is no answer"):
        events(tmp_path, standing_for(tmp_path, "not json"))
    with pytest.raises(ConfigurationError, match=r"engine.python: '/no/python' is no program"):
        events(tmp_path, "/no/python")


def test_the_other_program_ends_when_nobody_wants_the_rest(tmp_path: Path) -> None:
    before = psutil.Process().children()
    coming = read(tmp_path / "a.pdf", standing_for(tmp_path, FIRST, then="time.sleep(60)"), size)
    next(coming)
    assert len(psutil.Process().children()) == len(before) + 1
    coming.close()
    assert psutil.Process().children() == before


def test_the_script_ends_when_its_input_does(tmp_path: Path) -> None:
    """So it does not outlive a worker that is killed."""
    code = f"import runpy, sys, time; sys.modules['unstructured'] = None; m = runpy.run_path({str(SCRIPT)!r}); "
    code += "import threading; threading.Thread(target=m['_end_with_parent'], daemon=True).start(); time.sleep(60)"
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-I", "-c", code], input=b"", check=False, timeout=30)
    assert done.returncode == 1
    assert time.monotonic() - began < 20


def test_the_real_script_says_that_the_environment_lacks_unstructured_for_pdfs(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    with pytest.raises(ConfigurationError, match="has no unstructured for PDFs"):
        events(tmp_path, sys.executable)


@pytest.mark.skipif("IBID_TEST_UNSTRUCTURED_PYTHON" not in os.environ, reason="no environment with unstructured[pdf]")
def test_with_the_real_library(make_text_pdf: Path) -> None:
    python = os.environ["IBID_TEST_UNSTRUCTURED_PYTHON"]
    found = list(read(make_text_pdf, python, size))
    texts = [block.text.strip() for block in found if isinstance(block, Block)]
    assert "The quick brown fox jumps over the lazy dog." in texts
    boxes = [block.place.boxes[0] for block in found if isinstance(block, Block)]
    assert all(70 <= box.x0 <= 74 and 85 <= box.y0 <= 105 for box in boxes)
    assert [event for event in found if isinstance(event, Page)] == [
        Page(1, "text"),
        Page(2, "empty", "unstructured found no text"),
    ]


@pytest.fixture
def make_text_pdf(set_pdf: object) -> Path:
    """A line at 72 points from the left and 100 from the top, and an empty page."""
    assert callable(set_pdf)
    made = set_pdf([[(72, 100, "The quick brown fox jumps over the lazy dog.")], []])
    assert isinstance(made, Path)
    return made
