"""Answer metrics: what was said against the right answers, by rule."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from ibid.evaluation.cases import Answers
from retrieval.lexical import CJK, is_cjk

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?![\d_]|\.\d)")
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?!\w*\.\d)")
_ARTICLES = {"a", "an", "the"}
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00ad": None})


def normalised(text: str) -> str:
    """Case, white space and the format of numbers made equal: `1,234.50` is `1234.5`."""
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold()
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<![\w.])(\d+\.\d*?)0+(?!\w|\.\d)", r"\1", text)
    text = re.sub(r"(?<=\d)\.(?=\s|$|[^\w.])", "", text)
    return " ".join(text.split())


def holds(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text` at token boundaries, both normalised; no part of a decimal number does."""
    needle, text = normalised(wanted), normalised(text)
    before = rf"(?<![^\W{CJK}])" if needle[:1].isalnum() and not is_cjk(needle[:1]) else ""
    after = rf"(?![^\W{CJK}])" if needle[-1:].isalnum() and not is_cjk(needle[-1:]) else ""
    decimals = [found.span() for found in _DECIMAL.finditer(text)]
    for found in re.finditer(before + re.escape(needle) + after, text) if needle else ():
        if not any(start < found.start() < end or start < found.end() < end for start, end in decimals):
            return True
    return False


def contains(text: str, answers: Answers, *, every: bool) -> bool:
    """Whether a text holds the right answers: any of them, or every one."""
    found = [any(holds(text, spelling) for spelling in item) for item in answers]
    return all(found) if every else any(found)


def _tokens(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+(?:[.']\w+)*", normalised(text)) if word not in _ARTICLES]


def _candidates(answers: Answers, *, every: bool) -> list[str]:
    if every:
        return [" ".join(item[0] for item in answers)]
    return [spelling for item in answers for spelling in item]


def exact_match(text: str, answers: Answers, *, every: bool) -> bool:
    """Whether the words are those of a right answer, articles and punctuation aside (SQuAD)."""
    return any(_tokens(text) == _tokens(one) for one in _candidates(answers, every=every))


def token_f1(text: str, answers: Answers, *, every: bool) -> float:
    """The best harmonic mean of word precision and recall over the right answers (SQuAD)."""
    return max((_f1(_tokens(text), _tokens(one)) for one in _candidates(answers, every=every)), default=0.0)


def _f1(said: list[str], right: list[str]) -> float:
    common = sum((Counter(said) & Counter(right)).values())
    return 2 * common / (len(said) + len(right)) if common else 0.0


def number_match(text: str, answers: Answers) -> bool | None:
    """Whether a number of the text equals a right answer's; None where no right answer is a number."""
    right = [number for item in answers for one in item if (number := _number(one)) is not None]
    if not right:
        return None
    said = [float(found) for found in _NUMBER.findall(normalised(text))]
    return any(abs(one - other) <= 1e-9 * max(1.0, abs(other)) for one in said for other in right)


def _number(text: str) -> float | None:
    plain = normalised(text).strip("$€£%. ")
    return float(plain) if _NUMBER.fullmatch(plain) else None
