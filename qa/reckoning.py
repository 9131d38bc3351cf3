"""Reckoning: which numbers of an answer follow from others by a step or two of arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import permutations

from qa.numbers import Written, values_of, written_in

_THREE, _MANY = 6, 40
"""Numbers: of so many three are put together, of more than the second none are."""
_LONG = 3
"""Digits: of numbers with fewer it cannot be said that they follow from nothing."""


def reckoned(answer: str, question: str, told: Collection[str], quotes: Sequence[str]) -> frozenset[str]:
    """The numbers of an answer that no source tells and that can be worked out, in the forms of `numbers_of`.

    From those of the question and those of the answer that are told, or were worked out before; with these from a
    quote's, or from all quotes'. By one step of two numbers, by two steps of three where there are few, as the sum or
    mean of all, or as one of them in other units; rounded as it is written. No number follows from so many that one of
    as few digits would by chance.

    Args:
        answer: without markers.
        question: as asked.
        told: the numbers of the sources.
        quotes: what is quoted for the answer.
    """
    numbers = written_in(answer)
    given = [*values_of(question), *(value for one in numbers if one.form in told for value in one.values)]
    each = [(), *map(values_of, (*quotes, " ".join(quotes)))]
    results = cache(_results)
    found: set[str] = set()
    for number in numbers:
        if number.form in told or number.form in found:
            continue
        if any(_gives(results((*given, *values)), number) for values in each):
            found.add(number.form)
            given += number.values
    return frozenset(found)


def strays(answer: str, told: Collection[str], follow: Collection[str]) -> bool:
    """Whether an answer has a number that is neither told nor follows; a short one may follow in ways of its own."""
    return any(
        number.digits >= _LONG and number.form not in told and number.form not in follow
        for number in written_in(answer)
    )


def _gives(results: Collection[float], number: Written) -> bool:
    return len(results) * len(number.scales) <= 10**number.digits and any(
        abs(abs(result) * scale - value) <= half * (1 + 1e-9)
        for value, half in number.readings
        for result in results
        for scale in number.scales
    )


def _results(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """All that some numbers make, each once."""
    different = list(dict.fromkeys(numbers))
    if len(different) > _MANY:
        return ()
    found = dict.fromkeys(different)
    found |= dict.fromkeys(one for pair in permutations(different, 2) for one in _of_two(*pair))
    if len(numbers) > 1:
        found |= dict.fromkeys((sum(numbers), sum(numbers) / len(numbers)))
    if len(different) <= _THREE:
        found |= dict.fromkeys(one for three in permutations(different, 3) for one in _of_three(*three))
    return tuple(found)


def _of_two(one: float, other: float) -> Iterator[float]:
    yield from (one + other, one - other, one * other, (one + other) / 2)
    if other:
        yield from (one / other, (one - other) / other)


def _of_three(one: float, other: float, third: float) -> Iterator[float]:
    yield one + other - third
    if third:
        yield from ((one + other) / third, (one - other) / third)
