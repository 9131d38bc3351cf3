"""Evidence: whether what was found answers a question at all."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from statistics import fmean

from qa.scoring import Scored
from qa.words import terms

THRESHOLD = 0.36
"""Below it the documents do not say. Set where about 5 % of xquad_en's and tatqa_json's questions would be refused."""
_TOP = 3


def confidence(found: Scored) -> float:
    """How far the best candidates cover the question: about 0 to 1.

    Words (rare ones more) and meaning count about equally. Names and numbers of the question that the source of the
    best candidate does not have count against it (a question after another year, another person), and so does a
    time, number or name asked for that none of the best candidates has.
    """
    if not found.candidates:
        return 0.0
    best = found.candidates[0]
    near = fmean(sorted((one.similarity for one in found.candidates), reverse=True)[:5])
    there = best.near | frozenset(terms(best.source.text))
    missing = _missing(found.asked.named, there) + _missing(found.asked.numbers, there)
    unfit = found.asked.kind != "other" and not any(one.fits for one in found.candidates[:_TOP])
    return 0.55 * best.lexical + 0.35 * best.similarity + 0.1 * near - 0.4 * missing - 0.15 * unfit


def _missing(wanted: AbstractSet[str], there: AbstractSet[str]) -> float:
    """The share of the wanted that is not there."""
    return len(wanted - there) / len(wanted) if wanted else 0.0
