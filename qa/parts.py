"""Parts: a clause, section, rule or step that a question names by its number is what begins with that number.

And whether a list is asked for, or a way, which has steps.
"""

from __future__ import annotations

import re

PART = 0.5
"""What is added to the support of a unit that begins with the number of the part that is asked for."""
_KINDS = (
    r"clauses?|sections?|articles?|paragraphs?|rules?|steps?|items?|points?|chapters?|questions?|exercises?|"
    r"§|sec\.|art\.|cl\.|para\."
)
_ASKED = re.compile(
    rf"(?:\b(?:{_KINDS})|§) ?\(?(\d{{1,3}}(?:\.\d{{1,3}})*)\b(?!\s*(?:%|percent|[ap]m\b))", re.IGNORECASE
)
_BEGINS = re.compile(
    rf"\W*(?:(?P<kind>(?:{_KINDS})) ?)?\(?(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*)(?P<mark>[.):]*)(?=\s+\S)", re.IGNORECASE
)


_LISTING = re.compile(
    r"\b(?:how (?:do|does|can|could|to|should|would|may)|what (?:are|were|should|do i|must)|which (?:are|were)|"
    r"list|steps?|rules|all)\b",
    re.IGNORECASE,
)
"""Asks for the items of a list, or for a way, which may have steps."""
_STEP = re.compile(r"\(?\d{1,2}[.)]\s")


def asks_for_items(question: str) -> bool:
    """Whether a question asks for a list or a way, and not for one part by its number."""
    return _LISTING.search(question) is not None and not part_of(question)


def is_step(text: str) -> bool:
    """Whether a unit begins as an item of a numbered list."""
    return _STEP.match(text) is not None


def part_of(question: str) -> str:
    """The number of the part that a question asks for: `4.2` of `What does clause 4.2 say?`; "" where it names none."""
    found = _ASKED.findall(question)
    return found[0] if len(found) == 1 else ""


def begins_part(text: str, number: str) -> bool:
    """Whether a unit begins with the number of a part, and not with a number of things: `3 boxes` is no part."""
    found = _BEGINS.match(text) if number else None
    if found is None or found["number"] != number:
        return False
    return bool(found["mark"] or found["kind"] or "." in number)
