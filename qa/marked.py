"""Marked names: those that their form tells from words, as a code, an abbreviation, or capitals within.

They can be meant for no others: where `GPT-4` is told of, nothing is said of `GPT-4o`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.words import fold, is_stop, stem

_TOKEN = re.compile(r"[^\W_]+(?:[-.+&/][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = r"[\W_]{0,2}"
_QUANTITY = re.compile(r"\d+[^\W\d_A-Z]{1,3}")
"""`5th`, `70s`, `500ml`: written in other ways as well."""
_PERIOD = re.compile(r"(?:(?:FY|CY|[QH][1-4]|[1-4][QH])-?(?:\d\d|\d{4})?|\d{4})+|\d{4}(?:FY|[QH][1-4])", re.IGNORECASE)
"""`FY2021`, `Q22023`: written in other ways as well."""
_PLACEHOLDER = re.compile(r"[YMDH]+(?:[-./][YMDH]+)*")
"""`YYYY-MM-DD`: how to write the answer."""
_CURRENCIES = frozenset(("USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "NZD", "SGD", "HKD", "MYR"))
_INNER = re.compile(r"[^\W\d_A-Z][A-Z]")
_ABBREVIATION = 3
"""Letters: of two too many are words in capitals, or have another way to be written (`UK`, `UN`)."""
_SHOUTED = 0.5
"""A question that has more than this share of its words in capitals marks nothing with them."""


def marked(question: str) -> tuple[str, ...]:
    """The marked names of a question, each once."""
    words = _PART.findall(question)
    if sum(map(str.isupper, words)) > _SHOUTED * len(words):
        return ()
    each = [name for token in _TOKEN.findall(question) for name in _names(token)]
    return tuple(dict.fromkeys(filter(_is_marked, each)))


def is_code(name: str) -> bool:
    """Whether a marked name has letters and digits, `B5`, `WO-2497`; `3rd-and-9` and `24-yard` are of words."""
    letters = name[:1].isalpha() or (name[:1].isdigit() and name.isupper())
    return letters and any(map(str.isdigit, name))


def parts_of(codes: Iterable[str], question: str) -> frozenset[str]:
    """What stands in a question as a part of codes alone, numbers and stems: the 5 of `B5` is that of no other."""
    rest = question
    for code in codes:
        rest = rest.replace(code, " ")
    kept = {stem(fold(run)) for run in _RUN.findall(rest)}
    return frozenset(stem(fold(run)) for code in codes for run in _RUN.findall(code)) - kept


def stands(name: str, text: str) -> bool:
    """Whether a text has a marked name, in small letters or capitals, its parts joined in whatever way."""
    joined = _BETWEEN.join(_RUN.findall(name.removesuffix("s")))
    return re.search(rf"(?<![^\W_]){joined}s?(?![^\W_])", text, re.IGNORECASE) is not None


def _names(token: str) -> list[str]:
    """Parts of a compound are names of their own, but of a code: `Step-Back`, `GPT-4o`."""
    return [token] if any(map(str.isdigit, token)) or _PLACEHOLDER.fullmatch(token) else _PART.findall(token)


def _is_marked(name: str) -> bool:
    if _PERIOD.fullmatch(name) or _PLACEHOLDER.fullmatch(name) or name in _CURRENCIES or is_stop(fold(name)):
        return False
    if any(map(str.isdigit, name)):
        return any(map(str.isalpha, name)) and not _QUANTITY.fullmatch(name)
    return _INNER.search(name) is not None or (name.isupper() and len(name) >= _ABBREVIATION)
