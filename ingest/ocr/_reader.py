"""A picture to lines of text: where they are, which way the page lies, what they say, in which order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ingest.memory import give_back
from ingest.ocr import OCRLine
from ingest.ocr._detection import Pixels, Quads, detect
from ingest.ocr._lines import Found, in_order
from ingest.ocr._networks import quick_network, rapidocr_network
from ingest.ocr._recognition import NOTHING, QUICK_SPACE, SPACE, Reading, Recogniser
from ingest.ocr._turns import Turn

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from PIL.Image import Image

_TALL = 1.5
"""What is so much higher than wide is a line that lies on its side, as far as one can see."""
_SAMPLE = 5
"""So many lines tell which way a page lies."""
_CLEAR = 0.9
"""Lines read with this confidence are the right way up."""
_SMALLEST = 11.0
"""Lines lower than so many pixels, where they were looked for, are looked for again in a larger picture."""
_LESS = 0.5
"""Marks are spread by a pixel, which in a picture of half the size is two: half of it, on each side, is too much."""
_LARGE = 11.0
"""Where lines in a picture of half the size are as high as so many of its pixels, that is enough to find them: …"""
_FEW = 0.1
"""… all but this share of the lines; smaller ones would be missed."""
_LONGEST_SHAPE = 2.5
"""A picture longer than this is looked at as if it were so long: it is a roll of pages."""
_LEAST_SIDE = 480
"""Smaller pictures are looked at enlarged."""
_NO_DOUBT = 0.93
"""What the tiny network reads with this confidence is as good as what the small one reads: of 230 lines in the charts
of six annual reports it is less sure of 28, 16 of them among the 21 where the two differ; one of the others is worse.
"""
_NO_TEXT = 0.45
"""A single sign that the tiny network reads with less is a square of a legend, a ring, an arrow: of 19 in the charts of
14 PDFs the small one made six letters and figures that it was surer of than half, none of them there.
"""


class Networks:
    """PP-OCRv6's networks, each loaded when it is first needed."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    @cached_property
    def detector(self) -> InferenceSession:
        """Finds lines."""
        return rapidocr_network("det", threads=self._threads)

    @cached_property
    def quick_detector(self) -> InferenceSession:
        """Finds clear lines."""
        return quick_network("det", threads=self._threads)

    @cached_property
    def careful(self) -> Recogniser:
        """Reads them."""
        return Recogniser(rapidocr_network("rec", threads=1), SPACE)

    @cached_property
    def quick(self) -> Recogniser:
        """Reads clear ones."""
        return Recogniser(quick_network("rec", threads=1), QUICK_SPACE)


@dataclass(frozen=True)
class Reader:
    """How the networks are driven; the options are RapidOCR's.

    Args:
        networks: may be shared.
        drawn: the pictures' letters are clear, so that the quick recogniser reads them, and the other what is in doubt.
    """

    networks: Networks
    threads: int
    detection_pixels: int
    least_confidence: float
    drawn: bool

    def read(self, image: Image) -> list[OCRLine]:
        """The lines in reading order."""
        pixels: Pixels = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
        found: list[Found] = []
        turn: Turn = 0
        for quads in self._find(pixels):
            found, turn = self._lines(pixels, quads)
            if found:
                break
        give_back()
        return in_order(found, turn, image.size)

    def _lines(self, pixels: Pixels, quads: Quads) -> tuple[list[Found], Turn]:
        """What stands where lines were found, and how the page must be turned."""
        turn, known = self._turn(pixels, quads)
        if turn:
            pixels, known = np.ascontiguousarray(np.rot90(pixels, turn)), {}
            quads = next(self._find(pixels))
        unread = [n for n in range(len(quads)) if n not in known]
        known.update(zip(unread, self._read(pixels, quads[unread]), strict=True))
        found = [
            Found(known[n].text, known[n].confidence, tuple((float(x), float(y)) for x, y in quads[n]))
            for n in range(len(quads))
            if known[n].text and known[n].confidence >= self.least_confidence
        ]
        return found, turn

    def _find(self, pixels: Pixels) -> Iterator[Quads]:
        """Where lines are, in half the size if they seem large enough; and again, should nothing be readable there.

        A paragraph of small print in a large picture looks like one large line. Small lines are looked for once more in
        a larger picture.
        """
        height, width = pixels.shape[:2]
        shortest, longest = min(height, width), min(max(height, width), _LONGEST_SHAPE * min(height, width))
        enlarged = max(1.0, min(_LEAST_SIDE / shortest, sqrt(self.detection_pixels / (width * height))))
        scale = min(enlarged, sqrt(self.detection_pixels / (shortest * longest)))
        detector = self.networks.quick_detector if self.drawn else self.networks.detector
        quads = detect(detector, pixels, scale / 2, less=_LESS)
        if len(quads) and float(np.quantile(_sides(quads).min(axis=1), _FEW)) * scale / 2 >= _LARGE:
            yield quads
        quads = detect(detector, pixels, scale, known=quads)
        while scale < 1 and len(quads) and float(np.median(_sides(quads).min(axis=1))) * scale < _SMALLEST:
            scale = min(1.0, 2 * scale)
            quads = detect(detector, pixels, scale, known=quads)
        yield quads

    def _turn(self, pixels: Pixels, quads: Quads) -> tuple[Turn, dict[int, Reading]]:
        """How a page must be turned to be read, tried on its longest lines; and what they say when it is not turned."""
        if not len(quads):
            return 0, {}
        sides = _sides(quads)
        tall = sides[:, 1] > _TALL * sides[:, 0]
        sideways = sides[tall].max(axis=1).sum() > sides[~tall].max(axis=1).sum()
        longest = [int(n) for n in np.argsort(-sides.max(axis=1)) if tall[n] == sideways][:_SAMPLE]
        if sideways:
            sure = {turn: self._clear(pixels, quads[longest], turn) for turn in (0, 1, 3)}
            return cast("Turn", max(sure, key=lambda turn: sure[turn])), {}
        straight = self._read(pixels, quads[longest])
        if _mean(straight) >= _CLEAR or self._clear(pixels, quads[longest], 2) <= _mean(straight):
            return 0, dict(zip(longest, straight, strict=True))
        return 2, {}

    def _clear(self, pixels: Pixels, quads: Quads, turn: int) -> float:
        """How sure the letters of these lines are when they are turned."""
        return _mean(self._each(lambda quad: self._line(np.rot90(_cut(pixels, quad), turn)), quads))

    def _read(self, pixels: Pixels, quads: Quads) -> list[Reading]:
        return self._each(lambda quad: self._either_way(_cut(pixels, quad)), quads)

    def _either_way(self, line: Pixels) -> Reading:
        """A line; one that stands on its end the way it is read best."""
        height, width = line.shape[:2]
        if height <= _TALL * width:
            return self._surely(line, self._line(line))
        ways = [np.rot90(line, turn) for turn in ((0, 1, 3) if height < 2 * _TALL * width else (1, 3))]
        return self._surely(*max(((way, self._line(way)) for way in ways), key=lambda read: read[1].confidence))

    def _surely(self, line: Pixels, reading: Reading) -> Reading:
        """What a line says, read once more where the quick recogniser is in doubt."""
        no_text = len(reading.text) < 2 and reading.confidence < _NO_TEXT
        if self.drawn and not no_text and reading.confidence < _NO_DOUBT and line.size:
            return self.networks.careful.read(np.ascontiguousarray(line))
        return reading

    def _line(self, line: Pixels) -> Reading:
        first = self.networks.quick if self.drawn else self.networks.careful
        return first.read(np.ascontiguousarray(line)) if line.size else NOTHING

    def _each(self, work: Any, quads: Iterable[Any]) -> list[Reading]:
        """Lines side by side, each on one thread: faster than many threads on one small line."""
        with ThreadPoolExecutor(self.threads or os.cpu_count() or 1) as threads:
            return list(threads.map(work, quads))


def _sides(quads: Quads) -> Any:
    """Width and height of each."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    return np.maximum(np.stack([across, down], axis=1), 1)


def _mean(readings: list[Reading]) -> float:
    """How sure the letters of several lines are, together."""
    letters = sum(len(reading.text) for reading in readings)
    return sum(len(reading.text) * reading.confidence for reading in readings) / max(letters, 1)


def _cut(pixels: Pixels, quad: Any) -> Pixels:
    """The picture within four corners, laid straight."""
    import cv2

    width, height = (max(1, int(side)) for side in _sides(quad[None])[0])
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    cut: Any = cv2.warpPerspective(
        pixels,
        cv2.getPerspectiveTransform(quad, target),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return cast("Pixels", cut)
