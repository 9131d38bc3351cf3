"""Case files: questions with their right answers and the places that hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ibid.layers import parse_yaml
from ingest.errors import UsageError
from ingest.types import Span
from retrieval.metrics import Evidence

_PLACES = frozenset(("file", "span", "box", "page", "pointers", "rows", "text"))
"""The keys of a place of the evidence."""
_HINT = (
    'one JSON object a line, as {"id": "q1", "question": "…", "answers": ["…"], "evidence": [{"file": "a.md", '
    '"span": [0, 40]}]}; `ibid cases new` writes one'
)

Answers = tuple[tuple[str, ...], ...]
"""Items; each is its equally right spellings."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question. `answers` is None where only retrieval is judged, and empty where abstaining is right."""

    id: str
    question: str
    type: str
    answers: Answers | None
    answers_all: bool
    evidence: tuple[Evidence, ...]
    """As written: `path` is the file's name in the case file, not resolved yet."""
    files: tuple[str, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict)
    """The author's own keys."""
    unread: tuple[str, ...] = ()
    """Keys of its evidence that say nothing to ibid."""


def load_cases(file: Path, *, where: Sequence[tuple[str, str]] = ()) -> list[Case]:
    """The cases of a file, in order, of which all `where` keys have the given values (written as YAML).

    Raises:
        UsageError: the file is not there, or a line is no case (with its number).
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"the case file {str(file)!r} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"the case file {str(file)!r} cannot be read: it is no UTF-8") from error
    cases: list[Case] = []
    known: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            case = _case(raw)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            said = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else error
            raise UsageError(f"{file}:{number} is no case: {said}", hint=_HINT) from error
        if case.id in known:
            raise UsageError(f"{file}:{number}: the id {case.id!r} is there twice")
        known.add(case.id)
        if all(_same(raw.get(key), text) for key, text in where):
            cases.append(case)
    return cases


def _same(value: Any, text: str) -> bool:
    """Whether a case's value is what was written: the same text, or the same value in YAML."""
    return bool(value == text or value == parse_yaml(text, what="--where"))


def _case(raw: Any) -> Case:
    if not isinstance(raw, dict):
        raise TypeError("not an object")
    for key in ("id", "question"):
        if key not in raw:
            raise ValueError(f"it has no {key!r}")
    answers = raw.get("answers")
    evidence = _list(raw.get("evidence", []), "evidence")
    named = {"id", "question", "type", "answers", "answers_all", "evidence", "files"}
    return Case(
        id=str(raw["id"]),
        question=_text(raw, "question"),
        type=str(raw.get("type", "")),
        answers=None if answers is None else tuple(_spellings(item) for item in _list(answers, "answers")),
        answers_all=bool(raw.get("answers_all", False)),
        evidence=tuple(map(_evidence, evidence)),
        files=tuple(str(name) for name in _list(raw.get("files", []), "files")),
        other={key: value for key, value in raw.items() if key not in named},
        unread=tuple(dict.fromkeys(key for item in evidence for key in item if key not in _PLACES)),
    )


def _text(raw: dict[str, Any], key: str) -> str:
    if not isinstance(raw[key], str) or not raw[key].strip():
        raise TypeError(f"{key!r} is no text")
    return str(raw[key])


def _list(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{key!r} is no list")
    return value


def _spellings(item: Any) -> tuple[str, ...]:
    spellings = item if isinstance(item, list) else [item]
    if not spellings or any(one is None or isinstance(one, (list, dict)) for one in spellings):
        raise TypeError(f"'answers' has {item!r}, which is no text")
    return tuple(map(str, spellings))


def _evidence(raw: Any) -> Evidence:
    if not isinstance(raw, dict) or not isinstance(raw.get("file"), str):
        raise TypeError("evidence without 'file'")
    span, box = raw.get("span"), raw.get("box")
    if span is not None and not (_are_numbers(span, count=2) and 0 <= span[0] <= span[1]):
        raise TypeError(f"the evidence has the span {span!r}, and not two offsets [a, b]")
    if box and not _are_numbers(box, count=4):
        raise TypeError(f"the evidence has the box {box!r}, and not [x0, y0, x1, y1]")
    return Evidence(
        path=raw["file"],
        span=Span(*map(int, span)) if span is not None else None,
        box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])) if box else None,
        pointers=tuple(map(str, _list(raw.get("pointers", []), "pointers"))),
        rows=tuple(map(int, _list(raw.get("rows", []), "rows"))),
        page=int(raw["page"]) if raw.get("page") is not None else None,
    )


def _are_numbers(value: Any, *, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(map(_is_number, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def resolve(name: str, paths: Sequence[str]) -> str | None:
    """The document that a case file's name means: its path, or the one document whose path ends with it; else None.

    Raises:
        UsageError: several documents end with it.
    """
    if name in paths:
        return name
    ending = [path for path in paths if path.endswith("/" + name)]
    if len(ending) > 1:
        raise UsageError(
            f"{len(ending)} documents have the path {name!r} of the case file", hint="give more of the path"
        )
    return ending[0] if ending else None
