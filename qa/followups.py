"""Follow-ups: a question that leans on the turn before, made whole by rule, without a language model (English)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from qa.fitting import is_time, is_year
from qa.kinds import kind_of
from qa.replacing import replaced
from qa.types import Turn
from qa.words import fold, is_stop, stem, terms, words
from retrieval.dates import MONTHS, WEEKDAYS

_JOINED = re.compile(r"\s*(?:and|but|or|so|then|also)\b[ ,]*", re.IGNORECASE)
_ELLIPSIS = re.compile(
    r"\s*(?:(?:what|how) about|which ones?|(?:the )?same for|what else|anything else|who else|where else|why not|"
    r"how so|by how much|tell me more|go on|elaborate|explain)\b",
    re.IGNORECASE,
)
_OTHER = r"(?:what|how) about|(?:the )?same for"
_WHAT_ABOUT = re.compile(rf"\s*(?:{_OTHER})\b", re.IGNORECASE)
_ABOUT = re.compile(rf"\s*(?:{_OTHER}|how (?:much|many))\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\s*(?:in|for|on|at|since|until|during|after|before|by|from|with|without|to)\b", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b", re.IGNORECASE
)
_DEFINES = re.compile(r"\s*(?:what|who) (?:is|are|was|were)\b|\s*define\b", re.IGNORECASE)

_POINTING = re.compile(
    r"\b(?:this(?! (?:year|month|week|morning|afternoon|evening)\b)|these(?! days\b)|those(?! who)|there|"
    r"(?:that|the other) one|the (?:former|latter|others)|"
    r"the (?:same|other|first|second|third|last)(?= ones?\b|\W*$)|ones?\W*$)\b",
    re.IGNORECASE,
)
_THERE_IS = re.compile(
    r"\b(?:is|are|was|were|will|be|been) there\b|\bthere (?:is|are|was|were|be|a|any)\b", re.IGNORECASE
)
_THAT = re.compile(
    r"\bthat\W*$|\b(?:of|in|for|about|on|at|from|to|with|after|before|by|is|was|does|did|do|like|than) that\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:he|she|they|its|their|theirs|themselves|itself)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:him|his|hers?|himself|herself)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|them)\b", re.IGNORECASE)
_IDLE_IT = re.compile(
    r"\b(?:is|was) it (?:possible|allowed|necessary|safe|true|legal|a|an|ok)\b|\bdoes it (?:take|cost|mean to)\b|"
    r"\bit (?:take|takes|took|cost|costs|is possible)\b(?= to\b)",
    re.IGNORECASE,
)
_CLAUSE_IT = re.compile(r"\b(?:when|if|because|before|after|while|until|once|whether|that|why|how) it\b", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:the|an?|each|every)\s+[^\W\d_]{3,}", re.IGNORECASE)
_WANTED = re.compile(r"\W*(?:which|what|how)\b(?P<words>(?: (?-i:[a-z][a-z-]*))*)", re.IGNORECASE)
_COURTESY = re.compile(
    r"\W*(?:(?:thank you|thanks|thx|ok|okay|great|good|perfect|fine|hello|hi|hey|bye|yes|no|please|very|much|so|"
    r"a lot)\b\W*)+$",
    re.IGNORECASE,
)
"""It asks nothing."""
_ASKING = re.compile(
    r"\b(?:how (?:many|much|long|far|old|tall|high|deep|large|big|wide|heavy|fast|often)|who|whom|whose|when|where|"
    r"what|which|why|how)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w-])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*\b")
_WORDS_TOO = ("may", "march")
_ORDINAL = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)(?=\W*$)", re.IGNORECASE)
_DATE = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?(?P<month>{'|'.join(MONTHS)})\b", re.IGNORECASE)
_ROLES_TEXT = """
architect assistant captain chair chairman clerk coach coordinator deputy director doctor editor engineer foreman head
inspector leader manager mayor minister nurse officer owner president principal secretary supervisor surveyor teacher
tenant treasurer
"""
_ROLES = frozenset(map(stem, _ROLES_TEXT.split()))
_WHO_IS = re.compile(
    r"\W*(?:and )?who (?:is|was|'s) (?:the|our|your) (?:[a-z]+ ){0,2}?([a-z]+)(?=\W*$|\? )", re.IGNORECASE
)
_FEW = 5
"""Words: a question of more has a time of its own, beside the one before it may be."""
_NAMES = 3
"""At most so many names of an answer are carried on."""


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """The question as it should be searched: with what it leans on, where it leans on the turns before.

    The turns' own questions are made whole first, so that "and in 2020?" after "and in 2021?" still knows its matter.
    """
    whole = answer = last = ""
    named: frozenset[str] = frozenset()
    for turn in turns:
        whole, named = _whole(turn.question, whole, answer, last, named)
        answer, last = "" if turn.answer.abstained else turn.answer.text, turn.question
    return _whole(question, whole, answer, last, named)[0]


def asks_nothing(question: str) -> bool:
    """Whether what is said only greets or thanks."""
    return _COURTESY.match(question) is not None


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before."""
    if asks_nothing(question):
        return False
    return bool(_ELLIPSIS.match(question) or _points(question) or _is_fragment(question))


def _is_fragment(question: str) -> bool:
    """Whether a question has too little of its own: "Why?", "in 2022?", "and the profit?", "how much was paid?"."""
    rest = _after(_JOINED, question)
    content, count = terms(rest), len(words(rest))
    if not content or (_PREPOSITION.match(rest) and count <= 4 and not _VERB.search(rest)):
        return True
    if rest != question and (len(content) == 1 or not (_VERB.search(rest) or count > 5)):
        return True
    alone = len(content) == 1 and count <= 4 and not _DEFINES.match(rest)
    return alone and not _names(rest) and not _THERE_IS.search(rest)


def _after(pattern: re.Pattern[str], text: str) -> str:
    """A text without what it begins with."""
    found = pattern.match(text)
    return text[found.end() :] if found else text


def _points(question: str) -> bool:
    """Whether a pronoun stands for something that the question itself does not name."""
    if _POINTING.search(_THERE_IS.sub(" ", question)) or _THAT.search(question):
        return True
    for pattern, own in ((_PERSONAL, _names_or_noun), (_PERSON, _has_name), (_THING, _in_clause)):
        found = pattern.search(_IDLE_IT.sub(" ", question))
        if found and not own(question, found.start()):
            return True
    return False


def _has_name(question: str, at: int) -> bool:
    return bool(_names(question[:at]))


def _names_or_noun(question: str, at: int) -> bool:
    return _has_name(question, at) or bool(_NOUN.search(question[:at]))


def _in_clause(question: str, at: int) -> bool:
    """Whether `it` opens a clause of a question that has named something before."""
    return bool(_CLAUSE_IT.search(question)) and _names_or_noun(question, at)


def _is_of_thing(question: str) -> bool:
    """Whether all that points in a question is `it`, and it names something itself."""
    if not _THING.search(question) or _PERSONAL.search(question) or _PERSON.search(question):
        return False
    return bool(_NOUN.search(question)) and not _points(_THING.sub(" ", question)) and not _ELLIPSIS.match(question)


def _asks_for_a_person(question: str) -> bool:
    """Whether it is asked who does a work, and of nothing else: `Who is the engineer`."""
    found = _WHO_IS.match(question)
    return found is not None and stem(fold(found[1])) in _ROLES


def _names(text: str) -> list[str]:
    """Capitalised words but for the first, as written."""
    return [word for word in words(text)[1:] if word[0].isupper() and not is_stop(fold(word))]


def _whole(
    question: str, before: str, answer: str, last: str, named: frozenset[str] = frozenset()
) -> tuple[str, frozenset[str]]:
    """The question with what it leans on, and which of its words are names of answers.

    Args:
        question: as it is asked.
        before: the question before, made whole.
        answer: to it.
        last: it as it was asked.
        named: its words that are names of answers.
    """
    found: list[str] = []
    if not before:
        return question, frozenset()
    question, before = _of_that_month(question, before)
    if leans(question) and not (_is_of_thing(question) and _asks_for_a_person(before)):
        done = _done(question, before, last)
        found = _subject(question, before, answer)
        carried = [word for word in _carried(question, before, named) if word not in done] + found
    elif _JOINED.match(question) and not _names(question):
        carried = [word for word in _names(before) if word not in named]
    else:
        return question, frozenset()
    own = set(terms(question))
    added = [word for word in carried if stem(fold(word)) not in own]
    return " ".join([question.strip(), *dict.fromkeys(_asking(question, before) + added)]), named.union(found)


def _of_that_month(question: str, before: str) -> tuple[str, str]:
    """A question that says `the 24th` with the month of the date before, which then is none of the question before."""
    day, date = _ORDINAL.search(question), _DATE.search(before)
    if not (day and date) or len(words(question)) > _FEW or _named(MONTHS, question):
        return question, before
    told = f"{question[: day.start()]}{day[1]} {date['month'].capitalize()}{question[day.end() :]}"
    return told, f"{before[: date.start()]}{before[date.end() :]}"


def _asking(question: str, before: str) -> list[str]:
    """By which words the question before asks for a number, a name, a time …, where the new one asks it of another.

    That is named, or behind a preposition: `And the deadline?` asks for something else.
    """
    rest = _after(_WHAT_ABOUT, _after(_JOINED, question))
    found = _ASKING.search(before)
    own = _ASKING.search(rest) or _VERB.search(rest) or _ELLIPSIS.match(rest)
    another = _PREPOSITION.match(rest) or _names(f"x {rest}") or any(map(str.isdigit, rest))
    return found[0].lower().split() if found and another and not own and kind_of(before) != "other" else []


def _carried(question: str, before: str, named: frozenset[str]) -> list[str]:
    """The content words of the question before, but for what the new one puts something else in the place of.

    Where that is a name or a number, the names that an answer gave to it go with it.
    """
    same = _same_codes(question, before)
    for code in same:
        before = re.sub(rf"\b{re.escape(code)}\b", " ", before)
    kept = [word for word in _whole_words(before) if not is_stop(fold(word))]
    found = [word for word in words(question) if word[0].isdigit()]
    years = set(map(is_year, found))
    kept = [word for word in kept if not (word[0].isdigit() and is_year(word) in years)]
    rest = _after(_ABOUT, _after(_JOINED, question))
    if _points(question) or _VERB.search(rest):
        return kept
    old = replaced(rest, before)
    other = bool(same) or any(word[0].isupper() or word[0].isdigit() for word in old)
    other = other or not _ROLES.isdisjoint(terms(rest))
    return [word for word in kept if word not in old and not (other and word in named)]


def _same_codes(question: str, before: str) -> list[str]:
    """What of the question before the new one has another of in its place: for `And of 9C?` 9B, for `in May?` March."""
    shapes = set(map(_shape, _CODE.findall(question)))
    codes = [code for code in _CODE.findall(before) if _shape(code) in shapes]
    for names in (MONTHS, WEEKDAYS):
        if len(words(question)) <= _FEW and _named(names, question):
            codes += _named(names, before)
    return codes


def _named(names: Sequence[str], text: str) -> list[str]:
    """The words of a text that are among some names; those that are words as well with a capital alone."""
    found = (word for word in words(text)[text.startswith("May ") :] if fold(word) in names)
    return [word for word in found if word[0].isupper() or fold(word) not in _WORDS_TOO]


def _whole_words(text: str) -> list[str]:
    """The words of a text, a code as one."""
    found: list[str] = []
    done = 0
    for code in _CODE.finditer(text):
        found += [*words(text[done : code.start()]), code[0]]
        done = code.end()
    return found + words(text[done:])


def _shape(code: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "0", code))


def _done(question: str, before: str, last: str) -> set[str]:
    """What the question before asked for, which is answered: left out where a pronoun stands for what it named.

    "What did she cost?" after "Which shipyard built Sanderling?" is about Sanderling, and no longer about a shipyard.
    """
    if not (_points(question) and terms(question) and _names(before)):
        return set()
    wanted = _WANTED.match(before)
    found = takewhile(lambda word: not is_stop(word), wanted["words"].split() if wanted else ())
    return {*found, *(words(last) if _points(last) else ())}


def _subject(question: str, before: str, answer: str) -> list[str]:
    """The first names of the answer before, where the pronoun may stand for them."""
    person = _PERSON.search(question) or re.search(r"\b(?:he|she)\b", question, re.IGNORECASE)
    if not person and not (_points(question) and kind_of(before) == "name"):
        return []
    plain = re.sub(r"\[[\d, ]+\]", " ", answer).strip()
    first = re.split(r"(?<=[.!?])\s|\n", plain)[0]
    known = set(terms(before))
    named = (word for word in words(first) if word[0].isupper() and not is_stop(fold(word)))
    found = (word for word in named if not is_time(fold(word)))
    return list(dict.fromkeys(word for word in found if stem(fold(word)) not in known))[:_NAMES]
