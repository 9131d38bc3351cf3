"""Evidence: whether what was found answers a question at all."""

from __future__ import annotations

from statistics import fmean

from qa.scoring import Scored
from qa.words import terms

THRESHOLD = 0.36
"""Below it the documents do not say. Set where 4 % of xquad_en's answerable questions would be refused."""
_TOP = 3


def confidence(found: Scored) -> float:
    """How far the best candidates cover the question: about 0 to 1.

    Words (rare ones more) and meaning count about equally. A name or number of the question that stands in none of
    the best candidates, and a time, number or name asked for that none of them has, count against it.
    """
    if not found.candidates:
        return 0.0
    top = found.candidates[:_TOP]
    best = top[0]
    near = fmean(sorted((one.similarity for one in found.candidates), reverse=True)[:5])
    missing = _missing(found)
    unfit = found.asked.kind != "other" and not any(one.fits for one in top)
    penalty = 0.15 * missing[0] + 0.3 * missing[1] + 0.15 * unfit
    return 0.55 * best.lexical + 0.35 * best.similarity + 0.1 * near - penalty


def _missing(found: Scored) -> tuple[bool, bool]:
    """Whether a name, whether a number of the question stands neither in the best candidates nor in their context."""
    seen = frozenset().union(*(one.terms | one.near for one in found.candidates[:_TOP]))
    wanted = found.asked.named | found.asked.numbers
    best = [one.source for one in found.candidates[:1]]
    seen |= wanted & frozenset(term for source in best for term in terms(source.text))
    return bool(found.asked.named - seen), bool(found.asked.numbers - seen)
