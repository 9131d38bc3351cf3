"""Sections: what a section is named is told by what stands below its title, and by no other section of the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ingest.types import Span
from qa.likeness import forms_told
from qa.marked import is_code, marked
from qa.types import Packed
from qa.units import is_bullet, is_sentence, parted
from retrieval.dates import day_of

_WORDS = 8
"""Words of a section's title."""
_NAME = 2
"""Words of a title that is the name of what its section is about, which the others are not: `Berlin`."""
_HEADING = re.compile(r"#{1,6}\s+")
Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of one source's text; of a text without several, nothing is named and nothing shut out."""

    titles: Sequence[int]
    """Of each unit which one is the title of its section, -1 where none is."""
    names: dict[int, Stems]
    """Of each title the stems of the name that it is."""
    shut: dict[int, Stems]
    """Of each the stems of the other sections' names, but the document's, that nothing of the section has."""
    coded: frozenset[int] = frozenset()
    """The titles that have a code, or are a date."""

    @classmethod
    def of(
        cls,
        source: Packed,
        spans: Sequence[Span],
        texts: Sequence[str],
        own: Sequence[Stems],
        together: AbstractSet[str],
    ) -> Sections:
        """Reads the sections.

        Args:
            source: the text's.
            spans: of its units, in it.
            texts: of these.
            own: the stems of each.
            together: the stems of the question's names: sections that it names do not shut one another out.
        """
        dates = {at for at, text in enumerate(texts) if _is_date(text)}
        titles: list[int] = []
        for at, text in enumerate(texts):
            begins = at in dates or _HEADING.match(text) or _is_title(source, spans, text, at)
            titles.append(at if begins else titles[-1] if titles else -1)
        each = set(titles)
        named = {at for at in each if len(each) > 1 and at >= 0 and (at in dates or _is_name(texts[at]))}
        names = {at: own[at] if at in named else Stems() for at in each}
        shut: dict[int, Stems] = {}
        for mine in each:
            others = Stems().union(*(names[at] for at in each - {0, mine}))
            others -= together if not names[mine].isdisjoint(together) else Stems()
            shut[mine] = others.difference(*(own[at] for at, title in enumerate(titles) if title == mine))
        coded = {at for at in each if at >= 0 and any(map(is_code, marked(texts[at])))}
        return cls(titles, names, shut, frozenset(coded | dates))

    def name(self, unit: int) -> Stems:
        """What the section of a unit is named."""
        return self.names[self.titles[unit]]

    def groups(self, texts: Sequence[str]) -> list[str | None]:
        """Of each unit the text of its section, where one of them has a code or a date; None else."""
        if not self.coded:
            return [None] * len(self.titles)
        return list(map(joined_by(self.titles, texts).__getitem__, self.titles))

    def shut_out(self, unit: int) -> Stems:
        """What other sections are named, and not that of a unit."""
        return self.shut[self.titles[unit]]


def joined_by(groups: Sequence[int], texts: Sequence[str]) -> dict[int, str]:
    """The texts of each group as one, in lines."""
    found: dict[int, list[str]] = {}
    for group, text in zip(groups, texts, strict=True):
        found.setdefault(group, []).append(text)
    return {group: "\n".join(some) for group, some in found.items()}


def _is_date(text: str) -> bool:
    """Whether a line is a date: what was noted on that day stands below it."""
    return bool(day_of(text.strip("#* ")))


def _is_name(title: str) -> bool:
    return not _HEADING.match(title) and len(title.split()) <= _NAME


def other_headings(other: Packed, source: Packed) -> Stems:
    """The stems of the names under which one source stands and another of its document, under other headings, not."""
    mine = source.hit.place.headings
    others = (one for one in other.hit.place.headings[1:] if mine and one not in mine)
    return frozenset(forms_told("\n".join(one for one in others if len(one.split()) <= _NAME)))


def _is_title(source: Packed, spans: Sequence[Span], text: str, at: int) -> bool:
    """Whether a unit is a line of a few words and no sentence, with items or another paragraph below."""
    if at + 1 >= len(spans) or text.rstrip().endswith((",", ";", ":", ".", "!", "?")):
        return False
    if len(text.split()) > _WORDS or is_sentence(text) or is_bullet(text) or "|" in text or "\t" in text:
        return False
    below = source.text[spans[at + 1].start : spans[at + 1].end]
    if is_bullet(below):
        return text[:1].isupper() or text[:1].isdigit()
    if not (text[:1].isupper() and is_sentence(below)) or any(map(str.isdigit, text)):
        return False
    apart = not at or parted(source.text, spans[at - 1].end, spans[at].start)
    return apart and parted(source.text, spans[at].end, spans[at + 1].start)
