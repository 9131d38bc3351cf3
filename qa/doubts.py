"""Doubts: what speaks against the best unit as an answer, though it is the best.

They do not tell it from others, which have less for them still: they are taken from the support alone.
"""

from __future__ import annotations

from qa.candidates import Candidate
from qa.evidence import Judge, share_missing
from qa.standing import is_of_other_day
from qa.words import stem

_NAME_AFAR, _YEAR_AFAR = 0.15, 0.2
"""What it costs that names or a year of the question do not stand near it: others are talked of."""
_OTHER_DAY = 0.4
"""What it costs that it is a row of another day: who is on duty on 26 December stands in no other."""
_UNCOUNTED = 0.2
"""What it costs a sentence that nothing in it is like what is to be counted."""
_NOBODY = 0.2
"""What it costs that it names nobody where it is asked who: of `the missing pumps` much is told but who took them."""

_ROLES_TEXT = """
agent board chair clerk committee department director doctor employer guard head landlord leader manager nurse
officer owner police secretary staff supervisor team tenant treasurer user
"""
_ROLES = frozenset(map(stem, _ROLES_TEXT.split()))
"""Who does something may be told by what he is: `approved by the line manager`."""


def doubt(judge: Judge, best: Candidate) -> float:
    """What is taken from the support of the best unit: 0 to 0.95."""
    asked, heard = judge.asked, best.heard
    near = heard.own | heard.near | heard.paragraph
    return (
        _NAME_AFAR * share_missing(asked.named, near)
        + _YEAR_AFAR * (bool(asked.years) and asked.years.isdisjoint(near))
        + _OTHER_DAY * is_of_other_day(best, asked)
        + _UNCOUNTED * (best.form == "prose" and not judge.counts(heard))
        + _NOBODY * (asked.kind == "name" and not best.fits and heard.own.isdisjoint(_ROLES.difference(judge.terms)))
    )
