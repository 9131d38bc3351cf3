"""Coverage in words: what became of the pages of a document, neighbours of one kind as one range."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from ingest.types import Page

_MOST_RANGES = 10


def lines(pages: Sequence[Page]) -> list[str]:
    """`pages 1-12 text, 13 ocr, 14 empty`, and a line for each reason why pages failed."""
    if not pages:
        return []
    runs = [(state, [page.number for page in run]) for state, run in groupby(pages, key=lambda page: page.state)]
    said = ", ".join(f"{_range(numbers)} {state}" for state, numbers in runs[:_MOST_RANGES])
    if len(runs) > _MOST_RANGES:
        said += " …"
    reasons: dict[str, list[int]] = {}
    for page in pages:
        if page.reason:
            reasons.setdefault(page.reason, []).append(page.number)
    word = "page" if len(pages) == 1 else "pages"
    return [f"{word} {said}", *(f"{ranges(numbers)}: {reason}" for reason, numbers in reasons.items())]


def ranges(numbers: Iterable[int]) -> str:
    """`page 3`, `pages 3-5, 8`."""
    every = sorted(numbers)
    runs = [[number for _, number in run] for _, run in groupby(enumerate(every), key=lambda pair: pair[1] - pair[0])]
    said = ", ".join(_range(run) for run in runs[:_MOST_RANGES]) + (" …" if len(runs) > _MOST_RANGES else "")
    return f"page{'' if len(every) == 1 else 's'} {said}"


def _range(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
