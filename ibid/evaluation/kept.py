"""What a slow model has said so far, kept as it comes: a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import UsageError

if TYPE_CHECKING:
    from ibid.library import Library
    from qa.providers import Provider

FOLDER = "evaluations"
"""Of the home."""
_SUFFIX = ".jsonl"


def digest(*parts: object) -> str:
    """A name for what is made of these parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Kept:
    """A file of lines, each a key and a value; what is put is on disk at once.

    Args:
        file: need not be there.
        fresh: whether to forget what it holds.

    Raises:
        UsageError: it cannot be read or written.
    """

    def __init__(self, file: Path, *, fresh: bool = False) -> None:
        self.file = file
        self.reused = 0
        self.written = 0
        try:
            if fresh:
                file.unlink(missing_ok=True)
            data = file.read_bytes() if file.exists() else b""
        except OSError as error:
            raise self._failed(error) from error
        self._torn = bool(data) and not data.endswith(b"\n")
        self._found = dict(entry for line in data.split(b"\n") if (entry := _entry(line)))

    def get(self, key: str) -> Any:
        """The value of a key; None where there is none."""
        return self._found.get(key)

    def put(self, key: str, value: Any) -> None:
        """Adds a line.

        Raises:
            UsageError: it cannot be written.
        """
        self._found[key] = value
        line = json.dumps([key, value]).encode() + b"\n"  # in ASCII, so that no text can break it
        if self._torn:
            line, self._torn = b"\n" + line, False
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("ab") as handle:
                handle.write(line)
        except OSError as error:
            raise self._failed(error) from error
        self.written += 1

    def _failed(self, error: OSError) -> UsageError:
        return UsageError(f"{str(self.file)!r}, where finished cases are kept, failed: {error.strerror}")


def _entry(line: bytes) -> tuple[str, Any] | None:
    """The key and the value of a line; None of one that a kill has cut short."""
    try:
        key, value = json.loads(line)
    except ValueError:
        return None
    return str(key), value


def kept_answers(library: Library, cases: Path, provider: Provider, *, fresh: bool) -> Kept:
    """Where the answers to a case file by these settings are kept."""
    from qa.prompts import load

    settings = library.settings
    said = digest(
        str(cases.resolve()),
        library.collection,
        provider.component_name,
        provider.model_dump(mode="json"),
        settings.qa.budget.model_dump(mode="json"),
        load(settings.qa.prompt).version,
        settings.retrieval.search.model_dump(mode="json"),
    )
    return Kept(_file(library, cases, said), fresh=fresh)


def kept_judgements(library: Library, cases: Path, by: Sequence[object], *, fresh: bool) -> Kept:
    """Where what a judge says of the answers to a case file is kept."""
    return Kept(_file(library, cases, digest(str(cases.resolve()), "judge", by)), fresh=fresh)


def _file(library: Library, cases: Path, said: str) -> Path:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", cases.stem).strip("-")[:40] or "cases"
    return library.home.folder / FOLDER / f"{plain}-{said}{_SUFFIX}"


@cache
def answers_adapter() -> Any:
    """Answers to JSON and back."""
    from pydantic import TypeAdapter

    from qa.types import Answer

    return TypeAdapter(Answer)
