"""Posed: the questions that a document asks itself, and the lines of its contents: they answer nothing.

What stands below a question answers it, as in a list of frequently asked ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.chunkers._sentences import sentences, spoken, stands_alone
from ingest.types import Span
from qa.units import is_sentence, parted

_BEGINS = re.compile(r"\s*(?:#{1,6}\s|(?:Q|Question)\b ?\d*[.:)]|\(?\d{1,3}[.)]\s|\d{1,2}(?:\.\d{1,3})+\.?\s)")
"""How a heading or an item begins that may ask something in more than one sentence: `1.10 It is red. Is this a bug?`"""
_SECTION = re.compile(r"\s*(?:#{1,6}\s|\d{1,2}(?:\.\d{1,3})+\.?\s+[^\W\d_])")
_ENTRY = re.compile(r"\s*(?:\d{1,2}(?:\.\d{1,3})+\.?\s+[^\W\d_a-z]|(?:[-*+]|\d{1,3}[.)])\s+\[[^\]]+\]\(#)")
"""How a line of a list of contents begins: with a section's number, or a link within the document."""
_QUESTION = re.compile(r"[^\s?]\?+[\s\"'”’)\]*_]*$")
"""How a question ends; `in Table ??` refers to nothing."""
_SENTENCES = 3
"""Sentences: how many a question has at most with those that lead to it."""
_ENTRIES = 3
"""Lines: so many entries follow one another, with nothing between them, in a list of contents."""
_BELOW = 12
"""Units: how far below a question its answer goes on."""


@dataclass(frozen=True, slots=True)
class Posed:
    """What a unit is among the questions and contents of its source."""

    idle: bool = False
    """Whether it asks, or is a line of contents."""
    question: str = ""
    """That below which it stands."""
    at_once: bool = False
    """Whether it is of the first paragraph below it."""


def posed(text: str, spans: Sequence[Span], *, asks: bool = False) -> list[Posed]:
    """What each unit of a text is: one that asks, one that stands below a question, a line of contents, or neither.

    Args:
        text: of a source.
        spans: its units.
        asks: whether it is of a mail: what follows a question there, in the same line, answers it not.
    """
    texts = [text[span.start : span.end] for span in spans]
    blocks = {block.start: block for block in _questions(text, spans, texts)}
    entries = _entries(texts)
    found: list[Posed] = []
    under, at_once = range(0), False
    for at, one in enumerate(texts):
        under = blocks.get(at, under)
        if at in under or at in entries:
            found.append(Posed(idle=True))
            at_once = True
            continue
        above = _is_above(text, spans, under)
        if (asks and not above) or (at > under.stop and parted(text, spans[at - 1].end, spans[at].start)):
            at_once = False
        if _SECTION.match(one) or at >= under.stop + _BELOW or not (at_once or above):
            under = range(0)
        question = " ".join(spoken(texts[number]) for number in under)
        found.append(Posed(question=question, at_once=at_once and bool(question)))
    return found


def _is_above(text: str, spans: Sequence[Span], question: range) -> bool:
    """Whether a question stands on a line of its own, over what follows, and not within running text."""
    return "\n" in text[spans[question.stop - 1].end : spans[question.stop].start] if question else False


def _questions(text: str, spans: Sequence[Span], texts: Sequence[str]) -> list[range]:
    """The units of each question, with the sentences before it that its heading has."""
    found: list[range] = []
    for at, one in enumerate(texts):
        if _QUESTION.search(one) and not _says_more(one):
            least = max(at - _SENTENCES + 1, found[-1].stop if found else 0)
            first = next((begin for begin in range(at, least - 1, -1) if _BEGINS.match(texts[begin])), at)
            apart = parted(text, spans[first].end, spans[at].start)
            found.append(range(at if apart else first, at + 1))
    return found


def _says_more(text: str) -> bool:
    """Whether a turn of a conversation says something before it asks."""
    return stands_alone(text, 0) and len(sentences(spoken(text))) > 0


def _entries(texts: Sequence[str]) -> set[int]:
    """The units that are lines of a list of contents."""
    found: set[int] = set()
    run: list[int] = []
    for at, one in enumerate((*texts, "")):
        if _ENTRY.match(one) and not is_sentence(one):
            run.append(at)
            continue
        found |= set(run) if len(run) >= _ENTRIES else set()
        run = []
    return found
