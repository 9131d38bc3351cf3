"""What a cell of a table looks like: its kind, and its shape."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

ValueKind = Literal["blank", "number", "date", "time", "truth", "text"]

_MONEY = r"[$£€¥₹]"
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:[.,]\d*)?"
    r"|\d+(?:[.,]\d*)?|[.,]\d+)"
)
_NUMBER = re.compile(
    rf"[-+−–(]?\s?{_MONEY}?\s?[-+−]?{_DIGITS}(?:[eE][-+]?\d+)?\s?(?:%|{_MONEY})?\)?",
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?"
_TIME = re.compile(_CLOCK)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}[- ]{_MONTH}[- ,]\s?\d{{2,4}}|{_MONTH}\s\d{{1,2}},?\s\d{{4}})"
    rf"(?:[T ]{_CLOCK}(?:Z|[-+]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_TRUTHS = frozenset(("true", "false", "yes", "no"))
_LONGEST = 40
"""No number, date or time is longer: what is longer is text without another look."""
_RUNS = re.compile(r"[^\W\d_]+|\d+|\s+")


@lru_cache(maxsize=65_536)
def _kind(text: str) -> ValueKind:
    if text[-1].isdigit() or text[0].isdigit() or text[0] in ".,-+−–($£€¥₹":
        if _DATE.fullmatch(text):
            return "date"
        if _NUMBER.fullmatch(text):
            return "number"
        if _TIME.fullmatch(text):
            return "time"
    if _DATE.fullmatch(text):
        return "date"
    return "truth" if text.lower() in _TRUTHS else "text"


def kind_of(value: str) -> ValueKind:
    """The kind of a cell."""
    text = value.strip()
    if not text:
        return "blank"
    return "text" if len(text) > _LONGEST else _kind(text)


@lru_cache(maxsize=65_536)
def _shape(text: str) -> str:
    return _RUNS.sub(_run, text)


def _run(found: re.Match[str]) -> str:
    run = found[0]
    if run[0].isdigit():
        return "9" * min(len(run), 6)
    if run.isspace():
        return " "
    return "A" * len(run) if len(run) <= 3 and run.isupper() else "a"


def shape_of(value: str) -> str:
    """The shape of a cell: `28/01/2018` is `99/99/9999`, `MG-8769` is `AA-9999`; of a longer text there is one, "…"."""
    text = value.strip()
    return _shape(text) if len(text) <= 2 * _LONGEST else "…"
