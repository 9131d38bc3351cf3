"""Tesseract 4 or 5, where it is installed: the program is called, with a picture in and a table of words out."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ingest.errors import ConfigurationError, LimitError, UnreadableError
from ingest.ocr import OCR, OCRLine
from ingest.ocr._lines import Found, in_order
from ingest.ocr._turns import Turn

if TYPE_CHECKING:
    from PIL.Image import Image

_PROGRAM = "tesseract"
_TURNS: dict[str, Turn] = {"90": 3, "180": 2, "270": 1}
"""What it calls `Rotate`, degrees clockwise that make the page upright, in quarter turns anticlockwise."""
_SURE = 2.0
"""Below this "orientation confidence" a page is read as it lies."""
_WORD = "5"
"""The level of a line of the table that holds a word."""
_WIDE_GAP = 2.0
"""Words of a line that are so many times as far apart as they are high are cells of a row."""


@dataclass(frozen=True, slots=True)
class _Word:
    line: tuple[str, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    text: str


class Tesseract(OCR):
    """Reads pictures with the `tesseract` program found on the PATH.

    Args:
        language: of the text, as `tesseract --list-langs` calls them, several joined by a plus.
        seconds: a picture that takes longer is given up.
        threads: processor threads to use; more are seldom faster, and much slower on a busy machine.
        least_confidence: surer words are kept.
    """

    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+([+/][A-Za-z0-9_]+)*$")] = "eng"
    seconds: Annotated[float, Field(gt=0, le=3600)] = 60
    threads: Annotated[int, Field(ge=1, le=1024)] = 1
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.3

    def check(self) -> None:
        """Looks for the program and the language's data.

        Raises:
            ConfigurationError: one of them is not installed.
        """
        if shutil.which(_PROGRAM) is None:
            raise ConfigurationError(
                "ingest.ocr: the program 'tesseract' is not installed",
                hint="install it (Debian: apt-get install tesseract-ocr), or set ingest.ocr.name=rapidocr",
            )
        known = self._run(["--list-langs"]).stdout.decode("utf-8", "replace").split("\n")[1:]
        missing = [name for name in self.language.split("+") if name not in known]
        if missing:
            raise ConfigurationError(
                f"ingest.ocr.language: tesseract has no data for {missing[0]!r}",
                hint=f"known here: {', '.join(name for name in known if name)}",
            )

    def read(self, image: Image, *, drawn: bool = False) -> list[OCRLine]:  # noqa: ARG002  # it has one way to read
        """The lines in reading order."""
        self.check()
        turn = self._turn(image)
        upright = image.rotate(90 * turn, expand=True) if turn else image
        said = self._run(["stdin", "stdout", "-l", self.language, "--psm", "3", "tsv"], upright)
        if said.returncode:
            reason = said.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise UnreadableError(f"tesseract failed: {reason[:200]}")
        table = said.stdout.decode("utf-8", "replace")
        return in_order(list(self._lines(table)), turn, image.size)

    def _turn(self, image: Image) -> Turn:
        """How the page lies; as it is where there is too little text to tell (then it fails) or it is not sure."""
        said = self._run(["stdin", "stdout", "--psm", "0"], image).stdout.decode("utf-8", "replace")
        values = dict(line.split(": ", 1) for line in said.splitlines() if ": " in line)
        if float(values.get("Orientation confidence", 0)) < _SURE:
            return 0
        return _TURNS.get(values.get("Rotate", ""), 0)

    def _lines(self, table: str) -> Iterator[Found]:
        words = [word for word in _words(table) if word.confidence >= self.least_confidence]
        for _, line in groupby(words, key=lambda word: word.line):
            yield from (_found(cell) for cell in _cells(list(line)))

    def _run(self, arguments: list[str], image: Image | None = None) -> subprocess.CompletedProcess[bytes]:
        picture = io.BytesIO()
        if image is not None:
            image.convert("RGB").save(picture, "PPM")
        try:
            return subprocess.run(  # noqa: S603  # no shell; the language has been checked for its form
                [_PROGRAM, *arguments],  # found on the PATH as the user has it
                input=picture.getvalue(),
                capture_output=True,
                check=False,
                timeout=self.seconds,
                env={**os.environ, "OMP_THREAD_LIMIT": str(self.threads)},
            )
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                f"tesseract took more than {self.seconds:g} seconds", hint="raise ingest.ocr.seconds"
            ) from error
        except OSError as error:
            raise UnreadableError(f"tesseract cannot be started: {error.strerror}") from error


def _words(table: str) -> Iterator[_Word]:
    """The words of the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD and cells[11].strip():
            left, top, width, height, confidence = map(float, cells[6:11])
            text = " ".join(cells[11].split())
            yield _Word(tuple(cells[1:5]), left, top, left + width, top + height, confidence / 100, text)


def _cells(words: list[_Word]) -> Iterator[list[_Word]]:
    """A line's words, parted where there is a wide gap between them."""
    height = max(word.y1 - word.y0 for word in words)
    cell = words[:1]
    for word, after in pairwise(words):
        if after.x0 - word.x1 > _WIDE_GAP * height:
            yield cell
            cell = []
        cell.append(after)
    yield cell


def _found(words: list[_Word]) -> Found:
    x0, x1 = min(word.x0 for word in words), max(word.x1 for word in words)
    y0, y1 = min(word.y0 for word in words), max(word.y1 for word in words)
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    sure = sum(word.confidence for word in words) / len(words)
    return Found(" ".join(word.text for word in words), sure, corners)
