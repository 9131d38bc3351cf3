"""Coverage: what of the files is in the documents, what is not, and how that is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.types import Parsed, Rows
from retrieval.types import PageCounts, Partial

_NAMED = 3
"""How many documents a warning names."""


def counts_of(parsed: Parsed) -> PageCounts:
    """The pages of a text, counted."""
    states = [page.state for page in parsed.pages]
    return PageCounts(*(states.count(state) for state in ("text", "ocr", "empty", "failed")))


def rows_of(rows: Iterable[Rows]) -> Rows:
    """The sum of several."""
    return sum(rows, Rows())


def partial_of(path: str, parsed: Parsed) -> Partial | None:
    """What is lost of a document; None where all that can be read is in it."""
    lost, rows = parsed.lost, parsed.rows.failed
    if not (lost or rows or parsed.cut):
        return None
    if parsed.cut:
        reason = f"not read to its end: {parsed.cut}"
    elif lost:
        reason = lost[0].reason
    else:
        reason = f"{rows} of its rows could not be read" if rows > 1 else "a row of it could not be read"
    return Partial(path, tuple(page.number for page in lost), reason, rows)


def hollow(paths: Sequence[str]) -> list[str]:
    """The warning of files that are read and hold no text: they are skipped, and nothing in them can be found."""
    if not paths:
        return []
    have = f"{len(paths)} files have pages or pictures" if len(paths) > 1 else "1 file has pages or pictures"
    return [f"{have} without any text ({named(paths)}): nothing of them can be found"]


def named(paths: Sequence[str]) -> str:
    """The first few paths."""
    return ", ".join(sorted(paths)[:_NAMED]) + (" …" if len(paths) > _NAMED else "")
