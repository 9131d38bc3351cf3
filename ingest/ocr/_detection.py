"""Where lines of text are in a picture: PP-OCR's detection network, and the rectangles around what it marks.

The rectangles are made as in RapidOCR 3.10 (`ch_ppocr_det/utils.py`): "Real-time Scene Text Detection with
Differentiable Binarization", arXiv:1911.08947. A picture goes through the network in bands, for their memory's sake.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.ocr._networks import run

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Pixels = NDArray[np.uint8]
"""Height × width × 3, RGB; what goes to the networks is turned round: they were trained with blue first."""
Quads = NDArray[np.float32]
"""Lines × 4 corners (top left, then clockwise) × (x, y), in pixels."""

BAND_PIXELS = 700_000
"""What goes through the network at once: it takes some 170 bytes a pixel."""
_STEP = 32
"""The network halves a picture five times."""
_OVERLAP = 128
_TALL = 0.9
"""What is higher than this share of it may be cut by both of two bands."""
_LOWEST = 3 * _OVERLAP
"""A band of a wide picture is as high as this, whatever it takes."""
_MARKED = 0.3
_SURE = 0.5
_GROWTH = 1.6
_LEAST = 3
_MOST_LINES = 5_000
"""In a band; a page of a newspaper has under a thousand."""
_CUT = 2.0
_SAME = 0.35
"""Of the length and the height of a line: so near to one another, two middles are of the same line."""


def detect(
    network: InferenceSession, pixels: Pixels, scale: float, *, less: float = 0.0, known: Quads | None = None
) -> Quads:
    """The lines of a picture.

    Args:
        network: finds them.
        pixels: the picture.
        scale: it is looked at in so many times its size.
        less: marks are taken for so many pixels smaller.
        known: what was found in a smaller size; what is too tall for two bands to share is taken from there.
    """
    height, width = pixels.shape[:2]
    room = max(_LOWEST, int(BAND_PIXELS / max(1.0, width * scale)))
    count = ceil(max(1.0, height * scale - _OVERLAP) / (room - _OVERLAP)) if height * scale > room else 1
    tall = (height + (count - 1) * _OVERLAP / scale) / count
    found: list[Quads] = []
    for number in range(count):
        top = round(number * (tall - _OVERLAP / scale))
        bottom = min(height, round(top + tall)) if number + 1 < count else height
        quads = _band(network, pixels[top:bottom], scale, less)
        quads[:, :, 1] += top
        quads = _whole(quads, top if number else None, bottom if number + 1 < count else None)
        found.append(_new(quads, found[-1]) if found else quads)
    lines = np.concatenate(found)
    if known is None or count == 1:
        return lines
    tall = known[np.ptp(known[:, :, 1], axis=1) * scale > _TALL * _OVERLAP]
    return np.concatenate([lines, _new(tall, lines)])


def _whole(quads: Quads, top: int | None, bottom: int | None) -> Quads:
    """Without those that the band's edge cuts: the next band has them whole."""
    kept = np.ones(len(quads), dtype=bool)
    if top is not None:
        kept &= quads[:, :, 1].min(axis=1) > top + _CUT
    if bottom is not None:
        kept &= quads[:, :, 1].max(axis=1) < bottom - _CUT
    return quads[kept]


def _new(quads: Quads, known: Quads) -> Quads:
    """Without what the band before has found: what has its middle in the middle of one known."""
    if not len(known):
        return quads
    right, down = known[:, 1] - known[:, 0], known[:, 3] - known[:, 0]
    off = quads.mean(axis=1)[:, None] - known.mean(axis=1)
    along, across = (abs((off * side).sum(axis=2)) / np.maximum((side * side).sum(axis=1), 1) for side in (right, down))
    known_too: NDArray[np.bool_] = ((along < _SAME) & (across < _SAME)).any(axis=1)
    return quads[~known_too]


def _band(network: InferenceSession, pixels: Pixels, scale: float, less: float) -> Quads:
    import cv2

    height, width = pixels.shape[:2]
    across, down = (max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height))
    way = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR
    small: Any = cv2.resize(pixels, (across, down), interpolation=way)
    fed = np.ascontiguousarray(small[:, :, ::-1].transpose(2, 0, 1)[None], dtype=np.float32)
    fed /= 127.5
    fed -= 1
    marks: Any = run(network, fed)
    quads = _quads(marks[0, 0], less)
    quads[:, :, 0] = np.clip(quads[:, :, 0] * (width / across), 0, width - 1)
    quads[:, :, 1] = np.clip(quads[:, :, 1] * (height / down), 0, height - 1)
    return quads


def _quads(marks: NDArray[np.float32], less: float = 0.0) -> Quads:
    """The rectangles around what the network marked, grown to the whole height of the letters."""
    import cv2

    mask = cv2.dilate((marks > _MARKED).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Any] = []
    for outline in outlines[:_MOST_LINES]:
        middle, (wide, high), angle = cv2.minAreaRect(outline)
        if min(wide, high) < _LEAST or _mean(marks, cv2.boxPoints((middle, (wide, high), angle))) < _SURE:
            continue
        wide, high = wide - less, high - less
        more = wide * high * _GROWTH / (wide + high)
        found.append(_clockwise(cv2.boxPoints((middle, (wide + more, high + more), angle))))
    return np.array(found, dtype=np.float32).reshape(-1, 4, 2)


def _mean(marks: NDArray[np.float32], corners: Any) -> float:
    import cv2

    low = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, [marks.shape[1] - 1, marks.shape[0] - 1])
    high = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, [marks.shape[1] - 1, marks.shape[0] - 1])
    mask = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - low).astype(np.int32)], 1)
    return float(cv2.mean(marks[low[1] : high[1] + 1, low[0] : high[0] + 1], mask)[0])


def _clockwise(corners: Any) -> Any:
    """The corners from the top left one on."""
    left, right = np.split(corners[np.argsort(corners[:, 0], kind="stable")], 2)
    (top_left, bottom_left), (top_right, bottom_right) = (side[np.argsort(side[:, 1])] for side in (left, right))
    return np.array([top_left, top_right, bottom_right, bottom_left])
