"""What a line says: PP-OCR's recognition network, and its marks put together to text.

The network gives for each eighth pixel of a line 48 pixels high how likely each letter is there, or none (CTC).
PP-OCRv6's small model loses spaces in capitals (RapidOCR issue 723): it sees them, but is surer that nothing is there.
On 10,481 gaps of the receipts it set 1,174 of 1,263 spaces; taking what it holds for a space at `SPACE` and more
sets 65 of the other 89, and 3 that are none.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.ocr._detection import Pixels
from ingest.ocr._networks import run

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_HEIGHT = 48
_STEP = 32
"""Widths are whole steps: a line is not made longer than it must be, since that costs time."""
_WIDEST = 3200
SPACE = 0.05
QUICK_SPACE = 0.4
"""The tiny model sees spaces in words as often as not: of 702 lines in PDFs' pictures 645 are then spaced as the small
one has them, at 0.05 585."""
_TIGHT = re.compile(r"\d[.,:'/%°-]|[.,:'/-]\d|[^\W\d_][.'-]|[(\['-][^\W_]|.[.,:;!?)\]%]")
"""Two characters that no space parts where the network did not clearly see one: `3.50`, `it's`, `(a`, `b,`."""
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""The wide forms of ASCII, which it gives for `&` and the like between Latin letters too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says, and how sure that is (the mean over its letters)."""

    text: str
    confidence: float


NOTHING = Reading("", 0.0)


class Recogniser:
    """A recognition network and its letters."""

    def __init__(self, network: InferenceSession, space: float) -> None:
        self._network = network
        self._space = space
        self._letters = ["", *network.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]

    def read(self, line: Pixels) -> Reading:
        """Reads the picture of one line."""
        import cv2

        height, width = line.shape[:2]
        across = min(_WIDEST, max(_STEP // 4, math.ceil(_HEIGHT * width / height)))
        way = cv2.INTER_AREA if height > 2 * _HEIGHT else cv2.INTER_LINEAR
        small: Any = cv2.resize(line, (across, _HEIGHT), interpolation=way)
        fed = np.zeros((1, 3, _HEIGHT, math.ceil(across / _STEP) * _STEP), np.float32)
        fed[0, :, :, :across] = small[:, :, ::-1].transpose(2, 0, 1) / np.float32(127.5) - 1
        likely: Any = run(self._network, fed)
        return read_marks(likely[0], self._letters, self._space)


def read_marks(likely: Any, letters: list[str], space: float = SPACE) -> Reading:
    """The text in the network's marks: steps × letters, the first for none, the last for a space."""
    best = likely.argmax(axis=1)
    new = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    steps = np.flatnonzero(new)
    if not len(steps):
        return NOTHING
    text = ""
    before = 0
    for step in map(int, steps):
        letter = letters[best[step]]
        if text and likely[before : step + 1, -1].max() > space and not _TIGHT.match(text[-1] + letter):
            text += " "
        text += letter
        before = step
    text = " ".join(text.split())
    return Reading(text if _CJK.search(text) else text.translate(_NARROW), float(likely[steps, best[steps]].mean()))
