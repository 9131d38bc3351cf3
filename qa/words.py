"""Words: what two texts have in common, with a light stemmer and a list of stop words (English)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from retrieval.inflections import PLAIN

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0900-\u0903\u093a-\u094d\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0b82"
    "\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c4d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
"""What is set on letters, and is none by itself: accents that stand alone, and the vowel signs of many scripts."""
_LETTERS = rf"[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|{_LETTERS}(?:['’]{_LETTERS})?")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_STOP_WORDS = """
a an the and or but if of in on at by to for from with without as is are was were be been being am do does did
done has have had having it its this that these those there here he she they them his her hers their theirs
him i you we me my your our us what which who whom whose when where why how many much not no nor so than then
too very can could will would shall should may might must about into over under between during after before up
down out off again also any all some such only own same each both more most other please tell give say says
said does't s t let name list state mention mentions mentioned mentioning regarding concerning compare describe
describes described describing explain summarise summarize called according text document documents
doesn didn isn wasn aren weren hasn haven hadn don couldn shouldn wouldn
doesnt didnt isnt wasnt arent werent hasnt havent hadnt dont wont cant couldnt shouldnt wouldnt
"""
_STOP = frozenset(_STOP_WORDS.split())
_SUFFIXES = (
    ("ational", "ate"), ("iveness", "ive"), ("ization", "ize"), ("fulness", "ful"), ("ation", "ate"), ("ness", ""),
    ("ment", ""), ("edly", ""), ("ing", ""), ("ity", ""), ("ied", "y"), ("ion", ""), ("est", ""), ("ed", ""),
    ("er", ""), ("or", ""), ("ly", ""), ("al", ""), ("e", ""),
)  # fmt: skip
_WHOLE_WORDS = """
billion career center companion copy corner counter county customer easter factor final flower forest former general
guest harvest honest interest journal legal mayor metal million minor party plane police policy request section sector
shower signal species station story summer university version wine
"""
_WHOLE = frozenset(_WHOLE_WORDS.split())
"""Words that end as if they had a suffix, and without it would be others: a mayor is no May, a party no part."""
_ONE_WORDS = """
abacus apparatus axis bonus bus cactus campus census chassis chorus circus citrus columbus consensus corpus debris focus
fungus genius genus hiatus impetus iris jesus lotus lupus minus mucus nexus nucleus octopus onus opus paris pelvis plus
prospectus radius sinus status stimulus stylus surplus syllabus tennis terminus uterus venus versus virus walrus
"""
_ONE = frozenset(_ONE_WORDS.split())
"""Words that end as several do: the CPUs are several, the virus is one."""
_SEVERAL = re.compile(r"(?:ss|sh|ch|x|z)es$")
_IRREGULAR = PLAIN | {"birth": "born", "dead": "die", "found": "find", "said": "say"}

_KEPT = 20_000
"""Words of which is remembered what becomes of them, none longer than `_LONG` letters."""
_LONG = 50


def words(text: str) -> list[str]:
    """The words and numbers of a text as written; `U.N.` is UN."""
    return _WORD.findall(_INITIALS.sub(lambda found: found[0].replace(".", ""), text))


def fold(word: str) -> str:
    """A word without case, accents and possessive; a number without its thousands' commas, 6.0 as 6."""
    return _folded(word) if len(word) <= _LONG else _folded.__wrapped__(word)


@lru_cache(_KEPT)
def _folded(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r",(?=\d{3}(?:\D|$))|\.0+$", "", word)
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"['’](?:s|ll|re|ve|d|m|t)?$", "", plain)


def stem(word: str) -> str:
    """A folded word's stem: good enough to find `opened` by `opening`; numbers stay."""
    return _stem(word) if len(word) <= _LONG else _stem.__wrapped__(word)


@lru_cache(_KEPT)
def _stem(word: str) -> str:
    if word in _IRREGULAR:
        return stem(_IRREGULAR[word])
    if not word.isalpha() or len(word) < 4:
        return word
    if word.endswith("sis"):
        return word[:-2]  # analyses are analysed
    word = _singular(word)
    if word in _WHOLE or len(word) < 4:
        return word
    for suffix, put in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(suffix)] + put
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "eiy" else word


def _singular(word: str) -> str:
    """A word without the ending of several, so that metals are stemmed as metal is."""
    if word.endswith("ies") and len(word) > 4 and word not in _WHOLE:
        return f"{word[:-3]}y"
    if _SEVERAL.search(word):
        return word[:-2]
    one = word.endswith("ss") or word in _WHOLE or word in _ONE
    return word[:-1] if word.endswith("s") and not one else word


def is_stop(word: str) -> bool:
    """Whether a folded word says nothing of the matter."""
    return word in _STOP or (len(word) < 2 and not word.isdigit())


def terms(text: str) -> list[str]:
    """The stems of a text's content words, and its numbers, in order."""
    folded = (fold(word) for word in words(text))
    return [stem(word) for word in folded if word and not is_stop(word)]
