"""PP-OCRv6 on onnxruntime: RapidOCR 3.10 has its models in its wheel, so that it works offline.

Only the models are taken from RapidOCR. Its own pipeline pads each line to 320 pixels and more, asks of each whether it
is upside down, and tells nothing of the spaces that it was not sure of: here a receipt takes 1.9 s of processor time
instead of 2.6, a worker's peak is 300 MB instead of 705.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ingest.ocr import OCR, OCRLine

if TYPE_CHECKING:
    from PIL.Image import Image

    from ingest.ocr._reader import Reader


class RapidOCR(OCR):
    """Reads pictures with PP-OCRv6's small detection and recognition models.

    Args:
        threads: processor threads to use; 0: what the machine has.
        detection_pixels: a page is scaled to at most so many pixels for finding where lines are (they are read at full
            size); more where they turn out to be small.
        least_confidence: surer lines are kept.
    """

    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    detection_pixels: Annotated[int, Field(ge=10_000, le=100_000_000)] = 2_000_000
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5

    def read(self, image: Image, *, drawn: bool = False) -> list[OCRLine]:
        """The lines in reading order; in what is drawn, the tiny model reads first, the small one what is in doubt."""
        return (self._quick_reader if drawn else self._reader).read(image)

    @cached_property
    def _reader(self) -> Reader:
        from ingest.ocr._reader import Networks, Reader  # here: who only looks at the options need not load numpy

        return Reader(Networks(self.threads), self.threads, self.detection_pixels, self.least_confidence, drawn=False)

    @cached_property
    def _quick_reader(self) -> Reader:
        return replace(self._reader, drawn=True)
