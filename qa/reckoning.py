"""Reckoning: which numbers of an answer follow from others by a step or two of arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import permutations

from qa.numbers import Written, values_of, written_in

_SCALES = (1.0, 100.0, 1e3, 1e-3, 1e6, 1e-6)
"""What a result may be told in: as it is, per cent, thousands or millions, of those or in those."""
_THREE, _MANY = 6, 40
"""Numbers: of so many three are put together, of more than the second none are."""


def reckoned(answer: str, question: str, told: Collection[str], quotes: Sequence[str]) -> frozenset[str]:
    """The numbers of an answer that no source tells and that can be worked out, in the forms of `numbers_of`.

    From those of the question and those of the answer that are told, or were worked out before; with these from a
    quote's, or from all quotes'. By one step of two numbers, by two steps of three where there are few, or as the sum
    or mean of all; rounded as it is written. No number follows from so many that one of as few digits would by chance.

    Args:
        answer: without markers.
        question: as asked.
        told: the numbers of the sources.
        quotes: what is quoted for the answer.
    """
    numbers = written_in(answer)
    given = [*values_of(question), *(value for one in numbers if one.form in told for value in one.values)]
    found: set[str] = set()
    for number in numbers:
        if number.form in told or number.form in found:
            continue
        given_with = [given, *([*given, *values_of(quote)] for quote in (*quotes, " ".join(quotes)))]
        if any(_gives(_results(dict.fromkeys(values)), number) for values in given_with):
            found.add(number.form)
            given += number.values
    return frozenset(found)


def _gives(results: Collection[float], number: Written) -> bool:
    return len(results) <= 10**number.digits and any(
        abs(abs(result) * scale - value) <= half * (1 + 1e-9)
        for value, half in number.readings
        for result in results
        for scale in _SCALES
    )


def _results(numbers: Collection[float]) -> dict[float, None]:
    """All that some numbers make, each once."""
    if len(numbers) > _MANY:
        return {}
    found = dict.fromkeys(one for pair in permutations(numbers, 2) for one in _of_two(*pair))
    if len(numbers) > 2:
        found |= dict.fromkeys((sum(numbers), sum(numbers) / len(numbers)))
    if len(numbers) <= _THREE:
        found |= dict.fromkeys(one for three in permutations(numbers, 3) for one in _of_three(*three))
    return found


def _of_two(one: float, other: float) -> Iterator[float]:
    yield from (one + other, one - other, one * other, (one + other) / 2)
    if other:
        yield from (one / other, (one - other) / other)


def _of_three(one: float, other: float, third: float) -> Iterator[float]:
    yield one + other - third
    if third:
        yield from ((one + other) / third, (one - other) / third)
