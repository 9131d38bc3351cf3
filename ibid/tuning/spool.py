"""A document's segments put by on disk, to be read several times without a second parse."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from ingest.places import blocks_to_json, segment_from_parts
from ingest.types import Segment


class Spool:
    """Takes segments once and gives them any number of times; the file is gone when it is closed."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed by __exit__
        for segment in segments:
            parts = [segment.ordinal, segment.start, segment.text, blocks_to_json(segment)]
            self._file.write(json.dumps(parts) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Segment]:
        self._file.seek(0)
        for line in self._file:
            ordinal, start, text, blocks = json.loads(line)
            yield segment_from_parts(ordinal, start, text=text, blocks=blocks)
