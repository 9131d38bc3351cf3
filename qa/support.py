"""Support: which sentences of a generated answer its sources do not bear, and whether it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.types import Place, Span
from qa.bearing import SAYS_NOTHING, bears, stems_of
from qa.citations import markers, without_markers
from qa.dating import same
from qa.prompts import ABSTENTION
from qa.types import Packed
from qa.units import units
from qa.words import fold, words

_SOURCES = r"""
    (?:the\ |these\ |this\ |your\ )? (?:provided\ |given\ )? (?:documents?|sources?|excerpts?|texts?|context|passages?)
"""
_NOTHING = re.compile(
    rf"""
    {_SOURCES} \ (?:do|does|did)(?:\ not|n['’]t)\ (?:\w+ly\ )?
        (?:say|mention|state|contain|provide|specify|include|hold|give|answer|tell|cover|discuss|indicate)
    | (?:^|(?<=[,;:.!?]\s)) I\ (?:do\ not|don['’]t|could\ not|couldn['’]t|cannot|can['’]t)\ (?:\w+ly\ )?
        (?:know|say|tell|find|answer|determine|see)\b
    | (?:^|(?<=[,;:.!?]\s)) I(?:\ am|['’]m)\ (?:unable|not\ able)\ to\ (?:\w+ly\ )?
        (?:say|tell|find|answer|determine)\b
    | \b(?:is|are|was|were)(?:\ not|n['’]t)\ (?:\w+ly\ )?(?:mentioned|stated|given|provided|specified|contained|found)
        \ (?:anywhere\ )?(?:in|by)\ (?:any\ of\ )? {_SOURCES} \b
    | \b(?:cannot|can['’]t)\ be\ (?:\w+ly\ )?(?:answered|determined|found)
        \ (?:from|in|by|with|based\ on)\  {_SOURCES} \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How an answer says that the documents do not hold it; an `I` that begins no part of a sentence is quoted."""
_MISSING = re.compile(
    r"""
    ^\W* (?:there\ (?:is|are|was|were)\ no|no) \ (?:\w+\ ){0,2} (?:information|mention|indication|details?|reference)\b
    | \b(?:is|are|was|were)(?:\ not|n['’]t)\ (?:\w+ly\ )?(?:mentioned|stated|specified|provided|disclosed|indicated)\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How it says so of the matter alone; a document may say the same, and is then quoted with it."""
_STILL = re.compile(
    rf"""[,;]\ (?:but|however|although|though)
        (?!\ (?:they|it|i|you|we|this|that|these|those|none|nothing|neither|there|only|no|{_SOURCES})\b) (?:\ \S+){{3,}}
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What follows it in a sentence says something nevertheless: `I do not know why, but the report names lightning`."""
_NEGATED = re.compile(r"\b(?:no|not|none|never|neither|nor|without)\b|n['’]t\b", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•‣▪+]|\(?\d{1,3}[.)]|#{1,6})\s+")
_AROUND = " \t\n\"'“”*_`>"


def refuses(text: str, quotes: Sequence[str]) -> bool:
    """Whether an answer says that the documents do not hold it.

    It begins with that sentence, whatever it adds; or nothing is quoted, and it says so somewhere in other words; or
    none of its sentences says anything else. `There is no information about it` is what the documents say if a quote
    has a no.

    Args:
        text: the answer.
        quotes: what is quoted for it.
    """
    bare = text.lstrip(_AROUND)
    if bare.lower().startswith(ABSTENTION.rstrip(".").lower()) and not bare[len(ABSTENTION) - 1 :][:1].isspace():
        return True
    claims = [sentence for sentence, _ in _claims(text)]
    missing = not any(map(_NEGATED.search, quotes))
    nothing = [bool(_NOTHING.search(one) or (missing and _MISSING.search(one))) for one in claims]
    if not quotes:
        return any(nothing) or bool(_NOTHING.search(text))
    return bool(claims) and all(nothing) and not any(map(_says_more, claims))


def _says_more(sentence: str) -> bool:
    """Whether a sentence says that the documents do not hold one thing, and then another that they do."""
    found = _NOTHING.search(sentence)
    return found is not None and _STILL.search(sentence, found.end()) is not None


def unsupported(
    text: str,
    sources: Sequence[Packed],
    *,
    question: str = "",
    misdated: Sequence[str] = (),
    reckoned: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """The sentences of an answer that the sources they name do not bear, as far as can be told without a model.

    Such a sentence has no marker of a source that can be quoted, or a number or a name that is not in those sources
    (their paths and contexts included); names of the question are no claims, and numbers that are `reckoned` need not
    be there. Or it has one of the parts that are `misdated`: with a year that stands somewhere in its source, and not
    where it is quoted.
    """
    by_number = {source.number: source for source in sources if source.quotable}
    asked = stems_of(question)
    found: list[str] = []
    for sentence, numbers in _claims(text):
        cited = [by_number[number] for number in numbers if number in by_number]
        borne = cited and bears(cited, sentence, asked, reckoned=reckoned)
        borne = borne and not any(same(sentence, one) for one in misdated)
        if not borne and not _NOTHING.search(sentence):
            found.append(sentence)
    return tuple(dict.fromkeys(found))


def _claims(text: str) -> Iterator[tuple[str, list[int]]]:
    """The sentences of an answer that claim something, without markers, each with the numbers of its markers."""
    groups = markers(text)
    plain = text
    for span, _ in groups:  # of equal length, so that places stay
        plain = plain[: span.start] + " " * len(span) + plain[span.end :]
    sentences = [unit for line in _lines(plain) for unit in _sentences(plain, line)]
    ends = [*(unit.start for unit in sentences[1:]), len(text)][: len(sentences)]
    for unit, end in zip(sentences, ends, strict=True):
        numbers = [number for span, found in groups if unit.start <= span.start < end for number in found]
        sentence = " ".join(without_markers(text[unit.start : unit.end]).split()).strip(_AROUND)
        if _claims_something(sentence) or (numbers and sentence):
            yield sentence, numbers


def _lines(text: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        bullet = _BULLET.match(line[0])
        yield Span(line.start() + (bullet.end() if bullet else 0), line.end())


def _sentences(text: str, line: Span) -> list[Span]:
    return [unit.shift(line.start) for unit in units(text[line.start : line.end], Place())]


def _claims_something(sentence: str) -> bool:
    """Whether a sentence without markers says anything: "Yes." and "The steps are:" do not."""
    own = [fold(word) for word in words(sentence)]
    return bool(own) and not sentence.endswith(":") and not (len(own) == 1 and own[0] in SAYS_NOTHING)
