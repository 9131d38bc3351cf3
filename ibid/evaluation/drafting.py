"""Cases made here: places as evidence, and lines added to a case file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibid.evaluation.cases import load_cases
from ingest.errors import UsageError
from ingest.places import place_to_dict
from ingest.types import Place, Span
from retrieval.index import Index

_NUMBERED = re.compile(r"case-(\d+)")
_MOST_ROWS = 50
"""Rows that are listed: the span says as much."""
_TEXT_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that has no id yet."""

    question: str
    type: str
    answers: Sequence[str | list[str]] | None
    """As in a case file; None: only what is found is judged."""
    evidence: Sequence[dict[str, Any]]
    answers_all: bool = False
    generated: bool = False


def evidence_of(index: Index, path: str, span: Span) -> dict[str, Any]:
    """A span of a document as evidence: span and text, and where it stands by pages, rows or pointers."""
    text = index.text(path, span)
    evidence: dict[str, Any] = {"file": path, "span": [span.start, span.end]}
    if len(text) <= _TEXT_CHARACTERS:
        evidence["text"] = text
    return evidence | _place(index.place(path, span))


def _place(place: Place) -> dict[str, Any]:
    """What holds of a place also where the text is read in another way."""
    told: dict[str, Any] = {}
    known = place_to_dict(place)
    if place.pages:
        told["page"] = place.pages[0]
    if place.rows and place.rows[1] - place.rows[0] < _MOST_ROWS:
        told["rows"] = list(range(place.rows[0], place.rows[1] + 1))
    told |= {key: known[key] for key in ("sheet", "pointers") if known.get(key)}
    return told


class CaseFile:
    """A case file that lines are added to, each whole at once; what it holds already is checked first.

    Raises:
        UsageError: it holds what is no case.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        known = load_cases(file) if file.exists() else []
        self._ids = {case.id for case in known}
        self.questions = {case.question for case in known}
        found = (_NUMBERED.fullmatch(case.id) for case in known)
        self._next = max((int(match[1]) for match in found if match), default=0) + 1
        self.written: list[str] = []

    def add(self, draft: Draft) -> str:
        """Writes a case; its id.

        Raises:
            UsageError: the file cannot be written.
        """
        while (name := f"case-{self._next:03}") in self._ids:
            self._next += 1
        case: dict[str, Any] = {"id": name, "question": draft.question, "type": draft.type}
        if draft.answers is not None:
            case["answers"] = list(draft.answers)
        if draft.answers_all:
            case["answers_all"] = True
        case["evidence"] = list(draft.evidence)
        if draft.generated:
            case["generated"] = True
        self._write(json.dumps(case, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self._ids.add(name)
        self.questions.add(draft.question)
        self.written.append(name)
        return name

    def _write(self, line: bytes) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a+b") as handle:
                if handle.tell() and not self._ends_whole(handle):
                    line = b"\n" + line
                handle.write(line)
        except OSError as error:
            raise UsageError(f"the case file {str(self.file)!r} cannot be written: {error.strerror}") from error

    @staticmethod
    def _ends_whole(handle: Any) -> bool:
        """Whether the last line has its end."""
        handle.seek(-1, 2)
        return bool(handle.read(1) == b"\n")


def answers_of(text: str) -> tuple[list[str | list[str]] | None, bool]:
    """The answers that somebody typed: `a | b` are two spellings, `a; b` are both needed; nothing typed: None."""
    items = [[one.strip() for one in item.split("|") if one.strip()] for item in text.split(";")]
    found: list[str | list[str]] = [item[0] if len(item) == 1 else item for item in items if item]
    return found or None, len(found) > 1
