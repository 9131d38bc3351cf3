"""What a slow model has said so far, kept as it comes: a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Sequence
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
Line = tuple[str, str, Any]


def digest(*parts: object) -> str:
    """A name for what is made of these parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Kept:
    """A file of lines, each a key, a question and a value; what is put is on disk at once.

    Args:
        file: need not be there.
        forget: questions of which it shall hold nothing any more.

    Raises:
        UsageError: it cannot be read or written.
    """

    def __init__(self, file: Path, *, forget: Collection[str] = ()) -> None:
        self.file = file
        self.reused = 0
        self.written = 0
        try:
            lines = [one for line in file.read_bytes().split(b"\n") if (one := _line(line))] if file.exists() else []
            self._found = {key: value for key, question, value in lines if question not in forget}
            self._rewrite([one for one in lines if one[1] not in forget])
        except OSError as error:
            raise self._failed(error) from error

    def get(self, key: str) -> Any:
        """The value of a key; None where there is none."""
        return self._found.get(key)

    def put(self, key: str, value: Any, *, question: str) -> None:
        """Adds a line.

        Raises:
            UsageError: it cannot be written.
        """
        self._found[key] = value
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("ab") as handle:
                handle.write(_bytes((key, question, value)))
        except OSError as error:
            raise self._failed(error) from error
        self.written += 1

    def _rewrite(self, lines: Sequence[Line]) -> None:
        """Puts the file right where it holds something else than these lines: what is forgotten, or cut short."""
        whole = b"".join(map(_bytes, lines))
        if not self.file.exists() or self.file.read_bytes() == whole:
            return
        beside = self.file.with_suffix(".new")
        beside.write_bytes(whole)
        beside.replace(self.file)

    def _failed(self, error: OSError) -> UsageError:
        return UsageError(f"{str(self.file)!r}, where finished cases are kept, failed: {error.strerror}")


def _bytes(line: Line) -> bytes:
    return json.dumps(line).encode() + b"\n"  # in ASCII, so that no text can break the line


def _line(data: bytes) -> Line | None:
    """A line's key, question and value; None of one that a kill has cut short."""
    try:
        key, question, value = json.loads(data)
    except (ValueError, TypeError, RecursionError):
        return None
    return str(key), str(question), value


def kept_answers(library: Library, cases: Path, provider: Provider, *, forget: Collection[str]) -> Kept:
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
    return Kept(_file(library, cases, said), forget=forget)


def kept_judgements(library: Library, cases: Path, by: Sequence[object], *, forget: Collection[str]) -> Kept:
    """Where what a judge says of the answers to a case file is kept."""
    return Kept(_file(library, cases, digest(str(cases.resolve()), "judge", by)), forget=forget)


def _file(library: Library, cases: Path, said: str) -> Path:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", cases.stem).strip("-")[:40] or "cases"
    return library.home.folder / FOLDER / f"{plain}-{said}{_SUFFIX}"


@cache
def answers_adapter() -> Any:
    """Answers to JSON and back."""
    from pydantic import TypeAdapter

    from qa.types import Answer

    return TypeAdapter(Answer)
