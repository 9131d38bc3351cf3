"""Pages as pictures with the chunks drawn on them: the boxes of each chunk, those of what it repeats hatched."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ibid.html import Html
from ibid.viewing.flow import classes, handle
from ingest.places import place_of
from ingest.rendering import Pictured
from ingest.types import Box, Chunk, Segment, Span

_TAG = 0.011
"""How high a chunk's number is written, as a part of the page's longer side."""
_LEAST_TAG = 12
"""How many pixels of the screen high it is at least."""
_WIDEST = 1000
_LINES = 3
HATCHING = Html(
    '<svg class="hidden" width="0" height="0" aria-hidden="true"><defs><pattern id="hatching" width="5" height="5" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="1.2" height="5"/></pattern>'
    "</defs></svg>"
)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What of a chunk stands on one page."""

    chunk: Chunk
    boxes: tuple[Box, ...]
    repeated: tuple[Box, ...]
    begins: bool
    margin: float
    """Where its first line begins, be it that of the chunk before: left of it is room for the number."""


class Pages:
    """Draws pages, with the chunks of one configuration.

    Args:
        chunks: all of the document.
        segments: all of it.
        changed: the chunks that another configuration has not; None where none is compared.
        zoom: how many pixels of the screen a point (a pixel of the picture) gets, where there is room.
    """

    def __init__(
        self, chunks: Sequence[Chunk], segments: Sequence[Segment], changed: frozenset[int] | None, *, zoom: float
    ) -> None:
        self._changed = changed
        self._zoom = zoom
        self._on: dict[int, list[_Drawn]] = {}
        end = 0
        before: tuple[Box, ...] = ()
        for chunk in chunks:
            again = Span(chunk.span.start, max(chunk.span.start, min(end, chunk.span.end)))
            for drawn in _by_page(chunk, _boxes(segments, again) if len(again) > 0 else (), before):
                self._on.setdefault(drawn.boxes[0].page, []).append(drawn)
            end = max(end, chunk.span.end)
            before = chunk.place.boxes

    def drawn(self, picture: Pictured, *, again: bool) -> str:
        """A page as SVG.

        Args:
            picture: of the page.
            again: whether the picture stands in the document already, drawn with another configuration.
        """
        width, height = f"{picture.width:.1f}", f"{picture.height:.1f}"
        name = f"picture-{picture.page}"
        if again:
            image = f'<use href="#{name}"/>'
        else:
            data = base64.b64encode(picture.webp).decode("ascii")
            image = f'<image id="{name}" width="{width}" height="{height}" href="data:image/webp;base64,{data}"/>'
        wide = min(_WIDEST, picture.width * self._zoom)
        tag = max(_TAG * max(picture.width, picture.height), _LEAST_TAG * picture.width / wide)
        groups = "".join(self._group(drawn, tag) for drawn in self._on.get(picture.page, ()))
        return (
            f'<figure class="page" data-page="{picture.page}"><svg viewBox="0 0 {width} {height}" width="{wide:.0f}">'
            f"{image}{groups}</svg><figcaption>page {picture.page}</figcaption></figure>"
        )

    def _group(self, drawn: _Drawn, tag: float) -> str:
        chunk, first = drawn.chunk, drawn.boxes[0]
        names = classes((chunk.ordinal,), self._changed)
        held = f'data-chunks="{chunk.ordinal}" data-start="{chunk.span.start}" data-end="{chunk.span.end}"'
        number = f"{chunk.ordinal}" if drawn.begins else f"…{chunk.ordinal}"
        wide = tag * (0.5 + 0.62 * len(number))
        left = max(0.0, drawn.margin - wide - tag * 0.2)
        return (
            f'<g class="{names}" {held}{handle((chunk.ordinal,) if drawn.begins else ())}>'
            f"{''.join(_rectangle(box, 'box') for box in drawn.boxes)}"
            f"{''.join(_rectangle(box, 'again') for box in drawn.repeated)}"
            f"{_rectangle(replace(first, x0=first.x0 - tag * 0.2, x1=first.x0), 'start') if drawn.begins else ''}"
            f'<rect class="tag" x="{left:.1f}" y="{first.y0:.1f}" width="{wide:.1f}" height="{tag * 1.25:.1f}"/>'
            f'<text class="tag" x="{left + wide / 2:.1f}" y="{first.y0 + tag:.1f}" font-size="{tag:.1f}" '
            f'text-anchor="middle">{number}</text></g>'
        )


def _by_page(chunk: Chunk, repeated: Sequence[Box], before: Sequence[Box]) -> Iterator[_Drawn]:
    pages = list(dict.fromkeys(box.page for box in chunk.place.boxes))
    for page in pages:
        boxes = tuple(box for box in chunk.place.boxes if box.page == page)
        yield _Drawn(
            chunk,
            boxes,
            tuple(box for box in repeated if box.page == page),
            page == pages[0],
            _margin(boxes, [box for box in before if box.page == page]),
        )


def _margin(boxes: Sequence[Box], before: Sequence[Box]) -> float:
    """The left of the line on which the first box stands: further left than it, if others of the line or the next are.

    Args:
        boxes: of the chunk, on one page.
        before: of the chunk before it, on the same page.
    """
    first = boxes[0]
    middle, near = (first.y0 + first.y1) / 2, first.x0 - (first.y1 - first.y0)
    same_line = [box.x0 for box in before if box.y0 < middle < box.y1 and box.x0 < first.x0 and box.x1 > near]
    below = [box.x0 for box in boxes[:_LINES] if box.x0 <= first.x0 <= box.x1]
    return min([*same_line, *below])


def _boxes(segments: Sequence[Segment], span: Span) -> tuple[Box, ...]:
    """Where a span of the document stands."""
    found: list[Box] = []
    for segment in segments:
        inner = Span(max(0, span.start - segment.start), min(len(segment.text), span.end - segment.start))
        if inner.start < inner.end:
            found += place_of(segment, inner).boxes
    return tuple(found)


def _rectangle(box: Box, name: str) -> str:
    return (
        f'<rect class="{name}" x="{box.x0:.1f}" y="{box.y0:.1f}" '
        f'width="{max(0.0, box.x1 - box.x0):.1f}" height="{max(0.0, box.y1 - box.y0):.1f}"/>'
    )
