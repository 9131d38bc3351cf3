"""Confidence: how sure it is that what was found answers a question, on one scale for all kinds of documents.

The support of the best unit alone is not: of a table's row, which says what its columns are named elsewhere, or of an
answer that must be worked out, less can be expected than of a sentence, and a question of two words is soon told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.candidates import Candidate, around, heads
from qa.cues import Asked
from qa.dating import spans_in, years_in
from qa.evidence import Form
from qa.likeness import ROMAN
from qa.marked import stands
from qa.types import Packed
from qa.units import is_sentence
from qa.words import fold, stem

THRESHOLD = 1.15
"""Support below it is none: the documents do not say. `bench/abstention.py` prints what each threshold does; with this
one no public set was refused more than .08 of what it answers, of eight in people's own words one .12, the others .09.
The numbers below are set by hand on these sets. Another embedder needs another threshold: `ibid eval --calibrate`.
"""
UNSURE = 0.4
"""Support less than this above the threshold is little: what is quoted may be what comes nearest, and no answer."""
_PER_WORD, _WORDS = 0.015, 14
"""What each word of the question allows, up to so many, beside what it does in the support of a unit."""
_COMPUTED = 0.25
"""What is allowed to a question whose answer must be worked out: no sentence says it."""
_OTHER: dict[Form, float] = {"row": 0.35, "record": -0.05, "printed": -0.1}
_PROSE = 0.05
"""What is allowed, beside a document of pages, where all that was read are rows, records, lines of receipts and forms,
or prose without pages; in part where a part is."""
_MATTER = 0.4
"""What it is worth that the words of the question that are no names are said: of a person much may be told, but not
this."""
_MEANING = 0.2
"""What it is worth that the best passage as a whole means what the question means."""
_MEANT = 0.5
"""How near it is taken to be where only words were searched."""
_LEAD, _FAR_AHEAD = 1.5, 0.1
"""What the lead of the best hit over the next is worth, and from where on a larger one says no more."""
_UNTOLD = 0.35
"""What it costs that a marked name of the question stands in no source: `GPT-4` is not `GPT-4o`."""
_UNTOLD_AMONG = 0.6
"""The same of one of which others stand there that differ by the number: `E7` where E1 and E5 are told."""
_TOLD = 0.15
"""What it is worth that one with a number stands in the best unit, and all stand somewhere: `E42` means one thing."""
_UNNUMBERED = {False: 0.15, True: 0.3}
"""What it costs that a numbered name of the question stands nowhere; more where only others are told: Route 4."""

_UNDATED = 0.5
"""What it costs that the document of the best unit is of other years than the one that is asked for: of 2023 by its
name or headings, and it says nothing of 2018."""

_UNHEARD = 0.45
"""What it costs that a name of the question stands in no document at all: nothing is told there of Vermeer."""

_NUMBERED = re.compile(r"(?P<name>.*[^\W\d_].*?)\d+")


def allowance(
    wanted: Asked,
    words: float,
    said: float,
    found: Sequence[Candidate],
    sources: Sequence[Packed],
    unheard: Sequence[str] = (),
) -> float:
    """What is added to the support of the best unit: about 0 to 1.6.

    Args:
        wanted: what the question asks for.
        words: how many it has.
        said: the share of them, but for names, that the best unit says, or what is around it.
        found: the units that were judged.
        sources: what was read, best first.
        unheard: names of the question that stand in no document, in small letters.
    """
    nearest = max(source.hit.scores.get("dense", _MEANT) for source in sources)
    return (
        _PER_WORD * min(words, _WORDS)
        + _MATTER * said
        + _COMPUTED * wanted.computed
        + _of_forms(found)
        + _MEANING * max(nearest, 0.0)
        + _LEAD * _lead(sources)
        - _unnumbered(wanted, sources)
        - _undated(wanted, found, sources)
        + _marked(wanted, found, sources)
        - _UNHEARD * (not wanted.measure and any(stem(fold(name)) in wanted.named for name in unheard))
    )


def untold(wanted: Asked, sources: Sequence[Packed]) -> tuple[str, ...]:
    """The marked names of a question that stand in no source, nor in its headings."""
    texts = [around(source) for source in sources] if wanted.marked else []
    return tuple(name for name in wanted.marked if not any(stands(name, text) for text in texts))


def _marked(wanted: Asked, found: Sequence[Candidate], sources: Sequence[Packed]) -> float:
    """What the marked names of the question are worth: more than nothing where the best unit has one with a number."""
    missing = untold(wanted, sources)
    if missing:
        return -_UNTOLD_AMONG if _others_stand(missing, sources) else -_UNTOLD
    best = max(found, key=lambda one: one.score)
    codes = [name for name in wanted.marked if any(map(str.isdigit, name))]
    # a title says what the document is about; `E9 internal fault: call Jide` tells what the code means
    listed = any(re.match(rf"{re.escape(code)}\s+[^:\n]+: \S", best.text) for code in codes)
    telling = best.form != "prose" or is_sentence(best.text) or listed
    return _TOLD * (telling and any(stands(code, best.text) for code in codes))


def _others_stand(names: Sequence[str], sources: Sequence[Packed]) -> bool:
    """Whether a source has a name like one of some, but for its last number."""
    codes = [match for match in map(_NUMBERED.fullmatch, names) if match]
    texts = [around(source) for source in sources] if codes else []
    likes = [rf"(?<![^\W_]){re.escape(code['name'])}\d+(?![^\W_])" for code in codes]
    return any(re.search(like, text) for like in likes for text in texts)


def _of_forms(found: Sequence[Candidate]) -> float:
    return sum(_of_form(one) for one in found) / len(found)


def _of_form(one: Candidate) -> float:
    if one.form == "prose":
        return 0.0 if one.source.hit.place.pages else _PROSE
    return _OTHER[one.form]


def _lead(sources: Sequence[Packed]) -> float:
    """Of the best hit over the next one: nearly nothing where many passages are equally good, or bad."""
    if len(sources) < 2:
        return _FAR_AHEAD
    return min(max(sources[0].hit.score - sources[1].hit.score, 0.0), _FAR_AHEAD)


def _unnumbered(wanted: Asked, sources: Sequence[Packed]) -> float:
    """What it costs that one of several by its number is in no source, in either order: Route 5, 5th Route.

    What is written small is a name where it is told with other numbers.
    """
    texts = [around(source) for source in sources] if wanted.numbered else []
    costs = [0.0]
    for name, number in wanted.numbered:
        if not _stands(texts, name, number):
            told = _stands(texts, name, r"\d{1,3}")
            costs.append(_UNNUMBERED[told] if name[0].isupper() or told else 0.0)
    return max(costs)


def _undated(wanted: Asked, found: Sequence[Candidate], sources: Sequence[Packed]) -> float:
    """What it costs that the best unit's document has a year in its name or headings, and none of the question's."""
    if not wanted.years:
        return 0.0
    best = max(found, key=lambda one: one.score)
    same = [source for source in sources if source.hit.path == best.source.hit.path]
    above, whole = ("\n".join(map(of, same)) for of in (heads, around))
    undated = bool(years_in(above)) and years_in(whole).isdisjoint(wanted.years)
    other = bool(wanted.spans and spans_in(above)) and spans_in(whole).isdisjoint(wanted.spans)
    return _UNDATED if undated or other else 0.0


def _stands(texts: Sequence[str], name: str, number: str) -> bool:
    also = f"|{ROMAN[number]}" if number in ROMAN else ""
    pattern = rf"\b{name}\W{{1,3}}(?:0*{number}{also})\b|\b0*{number}(?:st|nd|rd|th)?\W{{1,3}}{name}\b"
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)
