"""Subjects: a name of the question that is the document's own, in its title or file name, tells nothing apart in it.

An annual report says `we had 76,700 employees`: it answers how many Nike has no less than a line with the name does.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from qa.likeness import forms
from qa.types import Packed
from qa.words import fold, stem, words


def subject(source: Packed, named: AbstractSet[str]) -> frozenset[str]:
    """The names of the question (stems) that the source's document has in its title or file name."""
    title = source.hit.context.split("\n")[0].split(" — ")[0]
    return frozenset(forms(f"{source.hit.path} {title}")) & named


def without(question: str, names: AbstractSet[str]) -> str:
    """The question without some names (stems); the whole of it where nothing else would be left."""
    kept = " ".join(one for one in question.split() if names.isdisjoint(_stems(one)))
    return kept if forms(kept) else question


def _stems(text: str) -> Iterable[str]:
    return (stem(fold(word)) for word in words(text))
