"""Behind: which documents' files are not what they were when they were ingested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.walk import has_kept
from retrieval.catalog import Known
from retrieval.types import Stale

_UNKNOWN = "\ufffd"
"""Stands for what is no character in a file's name: which file that is is not known any more."""


def with_files(told: Sequence[Stale], documents: Sequence[Known], *, root: Path) -> tuple[Stale, ...]:
    """What is stale, with the documents whose file has changed or vanished; no file is read.

    Of a document whose file could not be read before, that is said.

    Args:
        told: what is stale by what the database knows.
        documents: all that are current.
        root: the folder that document paths are relative to.
    """
    found = {one.path: one for one in told}
    for one in _changed(documents, root):
        found[one.path] = one
    return tuple(found[path] for path in sorted(found))


def _changed(documents: Sequence[Known], root: Path) -> Iterator[Stale]:
    for one in documents:
        reason = _reason(root / one.path, one)
        if reason:
            yield Stale(one.path, reason)


def _reason(file: Path, known: Known) -> str:
    """How a file is not what it was; "" where it is, or where that cannot be told."""
    try:
        now = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "" if _UNKNOWN in known.path else "the file is not there any more"
    except OSError as error:
        return f"the file cannot be looked at: {error.strerror}"
    if known.stale or has_kept(known.signature, now):
        return ""
    return "the file's size or time has changed since it was ingested"
