"""RapidOCR 3.10 on onnxruntime: its models are in its wheel, so that it works offline."""

from __future__ import annotations

import sys
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ingest.ocr import OCR, OCRLine

if TYPE_CHECKING:
    from PIL.Image import Image


_LEAST_SIDE = 736
"""RapidOCR scales smaller pictures up to this before it looks for lines."""


class RapidOCR(OCR):
    """Reads pictures with PP-OCR's detection, direction and recognition models.

    Args:
        threads: processor threads to use; 0: what the machine has.
        longest_side: a larger picture is scaled down to so many pixels before lines are looked for.
        detection_pixels: and to so many pixels for finding where lines are: this decides how much memory it takes.
        least_confidence: surer lines are kept.
    """

    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    longest_side: Annotated[int, Field(ge=200, le=20_000)] = 2000
    detection_pixels: Annotated[int, Field(ge=10_000, le=100_000_000)] = 2_000_000
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5

    @cached_property
    def _engine(self) -> Any:
        import logging

        logging.getLogger("RapidOCR").disabled = True  # it reports every step on standard error
        import rapidocr

        return rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": self.longest_side,
                "Global.text_score": self.least_confidence,
                "Rec.rec_batch_num": 2,  # with 6 the widest lines of a page take 250 MB more
                "EngineConfig.onnxruntime.intra_op_num_threads": self.threads or -1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def _bound_detection(self, size: tuple[int, int]) -> None:
        """Has lines looked for in at most `detection_pixels`; they are read at full size.

        RapidOCR's own limits are of a side: at 2000 an A4 page is 3 million pixels, which take 600 MB for a moment.
        """
        detector = self._engine._load_det_model()  # noqa: SLF001  # 3.10 builds it when first used, or here
        within = min(1.0, self.longest_side / max(size))
        longest, shortest = max(size) * within, min(size) * within
        scale = min(max(1.0, _LEAST_SIDE / shortest), sqrt(self.detection_pixels / (longest * shortest)))
        if scale < 1:
            detector.limit_type, detector.limit_side_len = "max", round(longest * scale)
        else:
            detector.limit_type, detector.limit_side_len = "min", round(shortest * scale)

    def read(self, image: Image) -> list[OCRLine]:
        """The lines from top to bottom, those beside each other from left to right."""
        import numpy as np

        pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
        self._bound_detection(image.size)
        found = self._engine(np.ascontiguousarray(pixels))
        _give_back()
        boxes, texts, scores = (getattr(found, name, None) for name in ("boxes", "txts", "scores"))
        if boxes is None or texts is None or scores is None:
            return []
        lines = [
            _line(box, " ".join(text.split()), float(score), image.size)
            for box, text, score in zip(boxes, texts, scores, strict=True)
            if text.strip()
        ]
        return reading_order(lines)


def _give_back() -> None:
    """Has the C library return what it freed: otherwise a worker grows from page to page up to its limit."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _line(corners: Any, text: str, confidence: float, size: tuple[int, int]) -> OCRLine:
    """The line in the upright rectangle around its four corners, within the picture."""
    across = [min(max(float(x), 0.0), size[0]) for x, _ in corners]
    down = [min(max(float(y), 0.0), size[1]) for _, y in corners]
    return OCRLine(text, min(across), min(down), max(across), max(down), confidence)


def reading_order(lines: list[OCRLine]) -> list[OCRLine]:
    """Lines whose middles lie within one another's height are beside each other."""
    rows: list[list[OCRLine]] = []
    for line in sorted(lines, key=lambda line: (line.y0 + line.y1, line.x0)):
        if rows and _beside(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def _beside(first: OCRLine, other: OCRLine) -> bool:
    middle = (first.y0 + first.y1) / 2, (other.y0 + other.y1) / 2
    return first.y0 <= middle[1] <= first.y1 and other.y0 <= middle[0] <= other.y1
