"""One configuration on the page of HTML: what is said of it before the document, and told of its chunks beside it."""

from __future__ import annotations

from typing import Any

from ibid.html import escape, harmless
from ibid.html.charts import bars
from ibid.places import remark_on
from ibid.viewing.flow import classes
from ibid.viewing.sizes import Sizes, sizes_of
from ibid.viewing.view import View
from ibid.viewing.words import how, overlap_in_words
from ingest.citations import citation_of
from ingest.types import Chunk

MOST_CHARACTERS = 300_000
"""Of the text that is drawn."""
_MOST_TOLD = 3_000
"""Characters of a chunk that are told beside the document."""
_MOST_BARS = 500
_MOST_PLACELESS = 100
"""Chunks of a paged document that are shown below its pages, as no box tells where they stand."""


class Side:
    """One configuration on the page."""

    def __init__(self, number: int, view: View) -> None:
        self._view = view
        self.number = number
        self.found = view.cuts[number]
        self._states = None if view.difference is None else (view.difference.was, view.difference.now)[number]
        self.changed = (
            None
            if self._states is None
            else frozenset(number for number, state in enumerate(self._states) if state in ("new", "context"))
        )
        if view.pictures:
            self.placeless = [chunk for chunk in self.found.chunks if not chunk.place.boxes][:_MOST_PLACELESS]
            shown = frozenset(picture.page for picture in view.pictures)
            told = frozenset(chunk.ordinal for chunk in self.placeless)
            self.left_out = [
                chunk
                for chunk in self.found.chunks
                if chunk.ordinal not in told and not any(box.page in shown for box in chunk.place.boxes)
            ]
        else:
            self.placeless = []
            self.left_out = [chunk for chunk in self.found.chunks if chunk.span.start >= MOST_CHARACTERS]

    def head(self) -> str:
        """What is to be said of it before the document: the strategy, and how large its chunks are."""
        found, sizes = self.found, sizes_of(self.found.chunks)
        title = f"<h2>{escape(self.name)}</h2>" if self._states is not None else ""
        overlap = overlap_in_words(found.chunks)
        again = f"; {overlap} (hatched)" if overlap else ""
        span = f"<b>{sizes.least}</b> to <b>{sizes.most}</b> tokens each, median {sizes.median}; "
        return (
            f'<section class="side" data-side="{self.number}">{title}<p>{escape(how(found))}</p>'
            f"<p><b>{len(found.chunks):,}</b> chunk{'s' if len(found.chunks) != 1 else ''}: "
            f"{span if len(found.chunks) > 1 else ''}<b>{sizes.total:,}</b> tokens together{escape(again)}</p>"
            f'<div class="charts">{_histogram(sizes)}{self._sizes_in_order(sizes.most)}</div></section>'
        )

    @property
    def name(self) -> str:
        """What it is called where there are two."""
        return self._view.difference.name if self.number and self._view.difference else "now"

    def told(self) -> dict[str, Any]:
        """What the page's script tells of it, and of each chunk that is drawn."""
        hidden = frozenset(chunk.ordinal for chunk in self.left_out)
        told = []
        end = 0
        for number, chunk in enumerate(self.found.chunks):
            if chunk.ordinal not in hidden:
                told.append(self._told(chunk, max(0, end - chunk.span.start), number))
            end = max(end, chunk.span.end)
        return {"how": how(self.found), "chunks": told}

    def _told(self, chunk: Chunk, again: int, number: int) -> dict[str, Any]:
        text = harmless(chunk.text)
        return {
            "ordinal": chunk.ordinal,
            "span": [chunk.span.start, chunk.span.end],
            "tokens": chunk.tokens,
            "place": harmless(citation_of(self.found.path, chunk.place, chunk.span)),
            "remark": remark_on(chunk.place),
            "headings": [harmless(heading) for heading in chunk.place.headings],
            "context": harmless(chunk.context),
            "again": again,
            "state": self._states[number] if self._states is not None else None,
            "text": text[:_MOST_TOLD],
            "more": max(0, len(text) - _MOST_TOLD),
        }

    def _sizes_in_order(self, most: int) -> str:
        """A bar for each chunk, in their order: also a way to go to it."""
        chunks = self.found.chunks
        if not 1 < len(chunks) <= _MOST_BARS:
            return ""
        step = 420 / len(chunks)
        shapes = "".join(
            f'<rect class="{classes((chunk.ordinal,), self.changed)}" data-chunks="{chunk.ordinal}" '
            f'x="{number * step:.2f}" width="{step * (0.86 if step > 3 else 1):.2f}" '
            f'y="{92 - 88 * chunk.tokens / most:.1f}" height="{88 * chunk.tokens / most:.1f}"/>'
            for number, chunk in enumerate(chunks)
        )
        return (
            '<figure><svg class="chart order" viewBox="0 0 420 92" width="420" height="92" role="img" '
            f'aria-label="tokens of each chunk, in order">{shapes}</svg>'
            "<figcaption>tokens of each chunk, in order: click to go there</figcaption></figure>"
        )


def _histogram(sizes: Sizes) -> str:
    if len(sizes.steps) < 2:
        return ""
    values = [(_step(step.least, step.most), step.chunks) for step in sizes.steps]
    chart = bars(values, label="chunks by their tokens")
    return f"<figure>{chart}<figcaption>chunks by their tokens</figcaption></figure>"


def _step(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least}–{most}"
