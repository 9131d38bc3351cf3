"""Citations: the markers of an answer, each resolved to the narrowest verified quote of its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Place, Span
from qa.bearing import bears, stems_of
from qa.dating import Quoted, misdated
from qa.numbers import numbers_in, numbers_of
from qa.providers import Quote
from qa.types import Packed
from qa.units import quotable_units, trimmed, units
from qa.words import terms

_MARKER = re.compile(
    r"[\[【](?:sources?\s*)?(\d{1,3}(?:\s*(?:[,;]|and|&|-|–)\s*(?:source\s*)?\d{1,3})*)[\]】]", re.IGNORECASE
)
_RANGE = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})")
_QUOTED = re.compile(r"[\"“«]([^\"”»]{1,600})[\"”»]")
_PASSAGE = 8
"""Characters: what is put in quotation marks and is shorter is a name or a word."""
_LEADS_IN = re.compile(
    r"\W*(?:according to|as (?:stated|said|reported|described|shown|noted) (?:in|by)|per|see|sources?|in|from|by)?\W*",
    re.IGNORECASE,
)
"""What stands before a marker that opens a sentence: `According to [1], …`."""
_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00ad": "", "\u00a0": " "}
)
_LEAST = 0.5
"""The share of a claim's words that a source must have that lacks its numbers or names (it may be a sum)."""
_MOST = 0.6
"""The share of a claim's words by which a source is told that the model did not name."""
_BOTH = 1.25
"""Two neighbouring sentences are quoted where together they hold so much more of the claim than the better one."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The quotes of an answer, in order, and the markers that match no source, or one that has nothing of the claim."""

    quotes: tuple[Quote, ...]
    unresolved: tuple[int, ...]
    invented: tuple[str, ...] = ()
    """What the answer puts in quotation marks and no source has."""
    generated: tuple[int, ...] = ()
    """Markers of sources that hold generated descriptions only: they are unresolved, since nothing can be quoted."""
    misdated: tuple[str, ...] = ()
    """What the answer says with a year that what is quoted for it has not."""
    unsure: bool = False
    """Whether what is quoted speaks less for an answer than other sentences that were sent."""


def markers(text: str) -> list[tuple[Span, tuple[int, ...]]]:
    """The marker groups of a text with their numbers: `[1]`, `[1, 2]`, `[1-3]`, `[source 2]`."""
    return [(Span(*found.span()), _numbers(found[1])) for found in _MARKER.finditer(text)]


def without_markers(text: str) -> str:
    """The text with its markers left out, and the white space before them."""
    return re.sub(rf"[ \t]*{_MARKER.pattern}", "", text, flags=re.IGNORECASE).strip()


def _numbers(inside: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in re.split(r"[,;&]|and", inside):
        ends = _RANGE.search(part)
        if ends and 0 <= int(ends[2]) - int(ends[1]) < 50:
            found += range(int(ends[1]), int(ends[2]) + 1)
        else:
            found += [int(number) for number in re.findall(r"\d+", part)]
    return tuple(dict.fromkeys(found))


def resolve(text: str, sources: Sequence[Packed], *, question: str = "") -> Resolved:
    """Each marker of a generated answer with the slice of its source that bears the claim before it.

    What is a generated description of a picture is no source: it is not quoted, and no quote in it is a verified one.
    Nor is a source quoted for what it is not about: that lacks numbers or names of the claim, and most of its words.

    Args:
        text: the answer.
        sources: what was sent.
        question: its names are no claims.
    """
    asked = stems_of(question)
    by_number = {source.number: source for source in sources}
    quotes: dict[Quote, None] = {}
    unresolved: dict[int, None] = {}
    bare = {source.number for source in sources if not source.quotable}
    said: list[tuple[str, list[Quoted]]] = []
    for span, numbers in markers(text):
        claim = claim_before(text, span.start)
        said.append((claim, []))
        for number in numbers:
            if number in by_number and number not in bare and is_about(by_number[number], claim, asked):
                source = by_number[number]
                quote = supporting(claim, source)
                quotes[Quote(number, quote)] = None
                said[-1][1].append((source, quote.shift(-source.span.start)))
            else:
                unresolved[number] = None
    described = tuple(number for number in unresolved if number in bare)
    return Resolved(tuple(quotes), tuple(unresolved), invented_in(text, sources), described, misdated(said))


def invented_in(text: str, sources: Sequence[Packed]) -> tuple[str, ...]:
    """What a text puts in quotation marks and no source has."""
    said = dict.fromkeys(_passages(text))
    return tuple(one for one in said if all(said_in(one, source) is None for source in sources))


def bearer(claim: str, sources: Sequence[Packed], asked: frozenset[str]) -> int | None:
    """The number of the source that bears a claim best: all its numbers and names, and most of its words.

    Args:
        claim: a sentence without markers.
        sources: what was sent.
        asked: the stems of the question, whose names are no claims.
    """
    wanted = _weighed(claim)
    shares = {one.number: _share(wanted, one.text) for one in sources if one.quotable and bears([one], claim, asked)}
    best = max(shares, key=lambda number: shares[number], default=None)
    return best if best is not None and shares[best] >= _MOST * sum(wanted.values()) else None


def is_about(source: Packed, claim: str, asked: frozenset[str]) -> bool:
    """Whether a source can be quoted for a claim: it has its numbers and names, or a good part of its words."""
    wanted = _weighed(claim)
    return bears([source], claim, asked) or _share(wanted, source.text) >= _LEAST * sum(wanted.values())


def claim_before(text: str, marker: int) -> str:
    """The sentence that ends at a marker, other markers left out; a marker after a full stop belongs to it."""
    before = _blanked(text[:marker]).rstrip()
    line = before[before.rfind("\n") + 1 :]
    sentences = units(line, Place())
    claim = line[sentences[-1].start : sentences[-1].end] if sentences else line
    return _opened(text, marker, claim) if _LEADS_IN.fullmatch(claim) else claim


def _opened(text: str, marker: int, lead: str) -> str:
    """The sentence that a marker opens, `According to [1], …`; what stands before it where it opens none."""
    line = _blanked(text[marker:]).split("\n", 1)[0]
    after = line.lstrip(" ,:")
    sentences = units(after, Place())
    follows = bool(sentences) and not re.match(r"\s*[.!?]", line)
    return after[: sentences[0].end] if follows else lead


def _blanked(text: str) -> str:
    """A text with white space in the place of its markers."""
    return _MARKER.sub(lambda found: " " * len(found[0]), text)


def _passages(text: str) -> list[str]:
    """What a text puts in quotation marks, names and words apart."""
    return [one for one in _QUOTED.findall(text) if len(one) >= _PASSAGE]


def supporting(claim: str, source: Packed) -> Span:
    """The span in the document that supports a claim: words it quotes, else the sentence (or two) that shares most.

    Where nothing is shared it is the whole source; of one with a generated description the longest part without it.
    """
    for quoted in _passages(claim):
        found = said_in(quoted, source)
        if found is not None:
            return found.shift(source.span.start)
    return _best(_weighed(claim), source).shift(source.span.start)


def _best(wanted: dict[str, float], source: Packed) -> Span:
    """The sentence of a source's text, or two neighbours, with most of what is wanted; the whole where none has any."""
    spans = quotable_units(source)
    shares = [_share(wanted, _slice(source, span)) for span in spans]
    best = max(range(len(spans)), key=lambda at: (shares[at], -len(spans[at])), default=-1)
    if best < 0 or shares[best] == 0:
        return trimmed(source.text, max(source.quotable, key=len))
    wider = [Span(spans[at].start, spans[at + 1].end) for at in (best - 1, best) if 0 <= at < len(spans) - 1]
    wider = [pair for pair in wider if not any(pair.overlaps(one) for one in source.generated)]
    pair = max(wider, key=lambda span: _share(wanted, _slice(source, span)), default=spans[best])
    more = _share(wanted, _slice(source, pair)) >= _BOTH * shares[best]
    return pair if more else spans[best]


def _slice(source: Packed, span: Span) -> str:
    return source.text[span.start : span.end]


def said_in(quoted: str, source: Packed) -> Span | None:
    """Where quoted words stand in what is the document's own of a source's text."""
    for part in source.quotable:
        found = find(quoted, source.text[part.start : part.end])
        if found is not None:
            return found.shift(part.start)
    return None


def _weighed(claim: str) -> dict[str, float]:
    """The claim's terms and numbers; these weigh more, since a quote must hold them."""
    return {term: 1.0 for term in terms(claim) if not term[0].isdigit()} | dict.fromkeys(numbers_of(claim), 2.5)


def _share(wanted: dict[str, float], text: str) -> float:
    own = {*terms(text), *numbers_in(text)}
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
