"""Citations: the markers of an answer, each resolved to the narrowest verified quote of its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Place, Span
from qa.providers import Quote
from qa.types import Packed
from qa.units import trimmed, units
from qa.words import terms

_MARKER = re.compile(
    r"[\[【](?:sources?\s*)?(\d{1,4}(?:\s*(?:[,;]|and|&|-|–)\s*(?:source\s*)?\d{1,4})*)[\]】]", re.IGNORECASE
)
_RANGE = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})")
_QUOTED = re.compile(r"[\"“«]([^\"”»]{8,600})[\"”»]")
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00ad": "", "\u00a0": " "}
)
_BOTH = 1.25
"""Two neighbouring sentences are quoted where together they hold so much more of the claim than the better one."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The quotes of an answer, in order, and the markers that match no source."""

    quotes: tuple[Quote, ...]
    unresolved: tuple[int, ...]
    invented: tuple[str, ...] = ()
    """What the answer puts in quotation marks and no source has."""


def markers(text: str) -> list[tuple[Span, tuple[int, ...]]]:
    """The marker groups of a text with their numbers: `[1]`, `[1, 2]`, `[1-3]`, `[source 2]`."""
    return [(Span(*found.span()), _numbers(found[1])) for found in _MARKER.finditer(text)]


def _numbers(inside: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in re.split(r"[,;&]|and", inside):
        ends = _RANGE.search(part)
        if ends and 0 <= int(ends[2]) - int(ends[1]) < 50:
            found += range(int(ends[1]), int(ends[2]) + 1)
        else:
            found += [int(number) for number in re.findall(r"\d+", part)]
    return tuple(dict.fromkeys(found))


def resolve(text: str, sources: Sequence[Packed]) -> Resolved:
    """Each marker of a generated answer with the slice of its source that bears the claim before it."""
    by_number = {source.number: source for source in sources}
    quotes: dict[Quote, None] = {}
    unresolved: dict[int, None] = {}
    for span, numbers in markers(text):
        claim = claim_before(text, span.start)
        for number in numbers:
            if number in by_number:
                quotes[Quote(number, supporting(claim, by_number[number]))] = None
            else:
                unresolved[number] = None
    invented = [said for said in _QUOTED.findall(text) if all(find(said, one.text) is None for one in sources)]
    return Resolved(tuple(quotes), tuple(unresolved), tuple(dict.fromkeys(invented)))


def claim_before(text: str, marker: int) -> str:
    """The sentence that ends at a marker, other markers left out; a marker after a full stop belongs to it."""
    before = _MARKER.sub(lambda found: " " * len(found[0]), text[:marker]).rstrip()
    line = before[before.rfind("\n") + 1 :]
    sentences = units(line, Place())
    return line[sentences[-1].start : sentences[-1].end] if sentences else line


def supporting(claim: str, source: Packed) -> Span:
    """The span in the document that supports a claim: words it quotes, else the sentence (or two) that shares most.

    Where nothing is shared it is the whole source.
    """
    for quoted in _QUOTED.findall(claim):
        found = find(quoted, source.text)
        if found is not None:
            return found.shift(source.span.start)
    spans = units(source.text, source.hit.place, starts=source.starts)
    wanted = _weighed(claim)
    shares = [_share(wanted, source.text[span.start : span.end]) for span in spans]
    best = max(range(len(spans)), key=lambda at: (shares[at], -len(spans[at])), default=-1)
    if best < 0 or shares[best] == 0:
        return trimmed(source.text, Span(0, len(source.text))).shift(source.span.start)
    wider = [Span(spans[at].start, spans[at + 1].end) for at in (best - 1, best) if 0 <= at < len(spans) - 1]
    pair = max(wider, key=lambda span: _share(wanted, source.text[span.start : span.end]), default=spans[best])
    more = _share(wanted, source.text[pair.start : pair.end]) >= _BOTH * shares[best]
    return (pair if more else spans[best]).shift(source.span.start)


def _weighed(claim: str) -> dict[str, float]:
    """The claim's terms; numbers weigh more, since a quote must hold them."""
    return {term: 2.5 if term[0].isdigit() else 1.0 for term in terms(claim)}


def _share(wanted: dict[str, float], text: str) -> float:
    own = set(terms(text))
    return sum(weight for term, weight in wanted.items() if term in own)


def find(quoted: str, text: str) -> Span | None:
    """Where quoted words stand in a text: exactly, or but for case, white space, quotation marks and dashes."""
    exact = text.find(quoted)
    if exact >= 0:
        return Span(exact, exact + len(quoted))
    words = quoted.translate(_SAME).strip(" .,;:…").split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    same = "".join(char.translate(_SAME) or "\u200b" for char in text)
    found = re.search(pattern, same, re.IGNORECASE)
    return Span(*found.span()) if found else None
