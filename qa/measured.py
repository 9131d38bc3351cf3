"""Measured: of a measure that no source says how high it is, the lines that it is worked out from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.types import Span
from qa.candidates import Candidate
from qa.types import Packed
from qa.units import is_sentence, quotable_units
from retrieval.measures import Measure, measures

_LABEL = re.compile(r"[^\d\t$£€(]*")
"""What a line begins with: its name."""
_PLANT, _PLANT_OR_NOT = re.escape(", plant and"), "(?:, plant)?,? and"
_LEADING = r"\W*(?:(?:total|net|less|plus|the)\b:?\W*)*"
_AMOUNT = re.compile(r"(?<![\d.,])(?!(?:19|20)\d\d(?![\d.,]\d|%))\d[\d.,]*(?: ?%)?")
"""A number that is no year."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a source that a measure is worked out from."""

    name: str
    source: Packed
    span: Span
    label: str


def measured(question: str, sources: Sequence[Packed], found: Sequence[Candidate]) -> list[tuple[Packed, Span]]:
    """The lines that a measure is worked out from, of one document; none where a unit says how high it is itself.

    Args:
        question: as it is asked.
        sources: what was read, best first.
        found: units of them.
    """
    asked = [one for one in measures(question) if one.lines]
    if any(_tells(one.text, measure) for one in found for measure in asked):
        return []
    by_path: dict[str, list[_Line]] = {}
    for line in _lines(asked, sources):
        by_path.setdefault(line.source.hit.path, []).append(line)
    most = max(by_path.values(), key=lambda lines: len({line.name for line in lines}), default=[])
    names = [name for measure in asked for name in measure.lines]
    return [(line.source, line.span) for line in _shortest(most, names)]


def _tells(text: str, measure: Measure) -> bool:
    """Whether a unit says how high a measure is."""
    name = measure.names.search(text)
    return name is not None and _AMOUNT.search(text, name.end()) is not None


def _lines(asked: Sequence[Measure], sources: Sequence[Packed]) -> Iterator[_Line]:
    """The lines of the sources that measures are worked out from: their names, with a number."""
    patterns = {name: _pattern(name) for measure in asked for name in measure.lines}
    for source in sources:
        for span in quotable_units(source):
            text = source.text[span.start : span.end]
            label = _label(text)
            names = [name for name, pattern in patterns.items() if label and pattern.match(label)]
            yield from (_Line(name, source, span.shift(source.span.start), label) for name in names)


def _label(text: str) -> str:
    """The name of a line that has a number; "" of other units."""
    found = _LABEL.match(text)
    return found[0].casefold().replace("’", "'") if found and _AMOUNT.search(text) and not is_sentence(text) else ""


def _pattern(name: str) -> re.Pattern[str]:
    """Of a line's name at the beginning of a label; not every business has plants."""
    return re.compile(rf"{_LEADING}{re.escape(name).replace(_PLANT, _PLANT_OR_NOT)}s?\b")


def _shortest(lines: Sequence[_Line], names: Sequence[str]) -> list[_Line]:
    """Of each name the line that says least else, the first of equal ones; each line once, in the names' order."""
    best: dict[str, _Line] = {}
    for line in lines:
        if line.name not in best or len(line.label) < len(best[line.name].label):
            best[line.name] = line
    return list({best[name].span: best[name] for name in names if name in best}.values())
