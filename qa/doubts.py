"""Doubts: what speaks against the best unit as an answer, though it is the best.

They do not tell it from others, which have less for them still: they are taken from the support alone.
"""

from __future__ import annotations

from qa.candidates import Candidate
from qa.cues import Asked
from qa.evidence import Judge, share_missing
from qa.likeness import forms
from qa.standing import fields_of, is_of_namesake, is_of_other_day, is_of_other_range
from qa.words import fold, stem, words

_NAME_AFAR, _YEAR_AFAR = 0.15, 0.2
"""What it costs that names or a year of the question do not stand near it: others are talked of."""
_OTHER_DAY = 0.4
"""What it costs that it is a row of another day: who is on duty on 26 December stands in no other."""
_UNTOLD = 0.2
"""What it costs that nothing around it is like what is asked for of something: of a ward much is told, no turnout."""
_UNCOUNTED = 0.2
"""What it costs a sentence that nothing in it is like what is to be counted."""
_NOBODY = 0.2
"""What it costs that it names nobody where it is asked who: of `the missing pumps` much is told but who took them."""

_OTHERS = 0.4
"""What it costs a record that it is of somebody else than who is named, whose number or address is asked for, or of
another one of the same surname, or a row that it is of another range (1 to 3 years for one of 8)."""
_OWN_KEYS_TEXT = "name person title client customer company member employee contact holder"
_OWN_KEYS = frozenset(map(stem, _OWN_KEYS_TEXT.split()))
"""How a field is named that says of whom a record is."""
_REACHED = frozenset(("mail", "phone", "address"))

_ROLES_TEXT = """
agent board chair clerk committee department director doctor employer guard head landlord leader manager nurse
officer owner police secretary staff supervisor team tenant treasurer user
"""
_ROLES = frozenset(map(stem, _ROLES_TEXT.split()))
"""Who does something may be told by what he is: `approved by the line manager`."""


def doubt(judge: Judge, best: Candidate) -> float:
    """What is taken from the support of the best unit: 0 to 1.35."""
    asked, heard = judge.asked, best.heard
    near = heard.own | heard.near | heard.paragraph
    return (
        _NAME_AFAR * share_missing(asked.named, near)
        + _YEAR_AFAR * (bool(asked.years) and asked.years.isdisjoint(near))
        + _OTHER_DAY * is_of_other_day(best, asked)
        + _OTHERS * is_of_other_range(best)
        + _OTHERS * (_is_of_somebody_else(best, asked) or is_of_namesake(best, asked))
        + _UNTOLD * (not judge.tells(asked.attribute, heard, fits=best.fits))
        + _UNCOUNTED * (best.form == "prose" and not judge.counts(heard))
        + _NOBODY * (asked.kind == "name" and not best.fits and heard.own.isdisjoint(_ROLES.difference(judge.terms)))
    )


def _is_of_somebody_else(best: Candidate, asked: Asked) -> bool:
    """Whether a record has a name of the question in another field (`partner`) than those that say of whom it is."""
    if asked.kind not in _REACHED or not asked.named or best.form not in ("row", "record"):
        return False
    own, others = set[str](), set[str]()
    for key, value in fields_of(best.text):
        is_own = not _OWN_KEYS.isdisjoint(stem(fold(word)) for word in words(key.replace("_", " ")))
        (own if is_own else others).update(forms(value))
    return bool(own) and asked.named.isdisjoint(own) and not asked.named.isdisjoint(others)
