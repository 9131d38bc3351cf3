"""RapidOCR 3.10 on onnxruntime: its models are in its wheel, so that it works offline."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ingest.ocr import OCR, OCRLine

if TYPE_CHECKING:
    from PIL.Image import Image


class RapidOCR(OCR):
    """Reads pictures with PP-OCR's detection, direction and recognition models.

    Args:
        threads: processor threads to use; 0: what the machine has.
        longest_side: a larger picture is scaled down to so many pixels before lines are looked for.
        least_confidence: surer lines are kept.
    """

    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    longest_side: Annotated[int, Field(ge=200, le=20_000)] = 2000
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
                "EngineConfig.onnxruntime.intra_op_num_threads": self.threads or -1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, image: Image) -> list[OCRLine]:
        """The lines from top to bottom, those beside each other from left to right."""
        import numpy as np

        pixels = np.asarray(image.convert("RGB"))[:, :, ::-1]
        found = self._engine(np.ascontiguousarray(pixels))
        boxes, texts, scores = (getattr(found, name, None) for name in ("boxes", "txts", "scores"))
        if boxes is None or texts is None or scores is None:
            return []
        lines = [
            _line(box, " ".join(text.split()), float(score), image.size)
            for box, text, score in zip(boxes, texts, scores, strict=True)
            if text.strip()
        ]
        return reading_order(lines)


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
