"""Subjects: a name of the question that is the document's own, in its title or file name, tells nothing apart in it.

An annual report says `we had 76,700 employees`: it answers how many Nike has no less than a line with the name does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath

from qa.cues import Asked
from qa.likeness import forms
from qa.marked import is_code, stands
from qa.types import Packed
from qa.words import fold, stem, words

_NAMES = r"((?: (?:the )?[^\W\d_a-z][\w'’.-]*)+)"
_TOLD = (
    r"(?:sa(?:y|id)|tell|told|mention|promis|propos|announc|argu|claim|describ|stat(?:e|ing)|outlin|emphasi[sz]|express|"
    r"discuss|explain|address|urg|warn|admit|pledg|suggest|stress|highlight|refer|declar|cit[ei]|report|"
    r"recommend|request|quot|us(?:e|ing)|ask|refus|give|gave)"
)
_TELLER = re.compile(
    rf"\b(?:(?i:according to){_NAMES}|{_TOLD}\w* by{_NAMES}|"
    rf"(?:did|does|do|has|had|have|will|would){_NAMES}(?= (?:\w+ly )?{_TOLD}))"
)
"""Who tells something: `according to Ada Byron`, `what did President Tanaka propose in …`, not `was Tanaka paid`."""
_FEWEST = 2
"""Words: a document's name of fewer is a word like others."""


def subject(source: Packed, asked: Asked) -> frozenset[str]:
    """The names (stems) and codes of the question that the source's document has in its title or file name."""
    name = f"{source.name} {_title(source)}"
    codes = frozenset(sign for sign in asked.signs if is_code(sign) and stands(sign, name))
    return (frozenset(forms(name)) & asked.named) | codes


def tellers(question: str, sources: Iterable[Packed], unheard: Sequence[str]) -> frozenset[str]:
    """Names (stems) that stand in no document, of who is said to tell what one of them tells that is named too.

    `What did President Tanaka propose in his Address to the Nation?`, of `address_to_the_nation.txt`, where the
    speaker is not named.
    """
    told = {stem(fold(word)) for found in _TELLER.findall(question) for word in words(" ".join(found))}
    names = told.intersection(stem(fold(name)) for name in unheard)
    return frozenset(names) if names and any(_is_named(source, question) for source in sources) else frozenset()


def _is_named(source: Packed, question: str) -> bool:
    """Whether a question gives the whole title of a source's document, or its file's name."""
    asked = f" {_plain(question)} "
    titles = (PurePosixPath(source.hit.path).stem, _title(source))
    return any(len(name.split()) >= _FEWEST and forms(name) and f" {name} " in asked for name in map(_plain, titles))


def _title(source: Packed) -> str:
    return source.hit.context.split("\n")[0].split(" — ")[0]


def _plain(text: str) -> str:
    return " ".join(map(fold, words(text.replace("_", " "))))


def without(question: str, names: AbstractSet[str]) -> str:
    """The question without some names (stems); the whole of it where nothing else would be left."""
    kept = " ".join(one for one in question.split() if names.isdisjoint(_stems(one)))
    return kept if forms(kept) else question


def _stems(text: str) -> Iterable[str]:
    return (stem(fold(word)) for word in words(text))
