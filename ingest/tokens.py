"""Counting tokens: the tokenizer's view of a text, asked for any part of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

WORD_LIMIT = 100
"""Longer words are cut: BERT's tokenizer makes one unknown token of them, whatever their length."""
_LONG_WORD = re.compile(rf"\S{{{WORD_LIMIT + 1},}}")
_SPACE = frozenset(" \t\n\r\xa0\u3000")
"""White space that every tokenizer takes for it: BERT's deletes form feeds and the like, and joins what they part."""


class Tokenizer(Protocol):
    """What sizes are counted with: the collection's embedder's tokenizer.

    One that splits at white space before all else (BERT's; none of byte pairs) says so by an attribute
    `counts_by_word = True`: what was counted once in the whole then need not be counted again in its parts.
    """

    @property
    def special_tokens(self) -> int:
        """How many tokens the model adds to each text."""

    @property
    def max_tokens(self) -> int:
        """The most tokens the model reads at once, special ones included."""

    @property
    def tokenizer_key(self) -> str:
        """Equal keys count equally."""

    def token_starts(self, text: str) -> Sequence[int] | NDArray[np.int64]:
        """Where each token of `text` begins, ascending; special tokens left out; long words cut as by `break_words`."""


def counts_by_word(tokenizer: Tokenizer) -> bool:
    """Whether texts joined at white space have as many tokens together as they have by themselves."""
    return getattr(tokenizer, "counts_by_word", False) is True


def break_words(text: str) -> tuple[str, list[int]]:
    """The text with a space put into every word of over 100 characters, after each 100.

    Returns:
        The new text, and the offsets in it at which a space was put, ascending.
    """
    if not _LONG_WORD.search(text):
        return text, []
    parts: list[str] = []
    put: list[int] = []
    done = length = 0
    for word in _LONG_WORD.finditer(text):
        for cut in range(word.start() + WORD_LIMIT, word.end(), WORD_LIMIT):
            parts.append(text[done:cut])
            length += cut - done
            put.append(length)
            parts.append(" ")
            length += 1
            done = cut
    parts.append(text[done:])
    return "".join(parts), put


def unbroken(starts: NDArray[np.int64], put: Sequence[int]) -> NDArray[np.int64]:
    """Offsets in a text broken by `break_words`, brought back to the text before it."""
    return starts - np.searchsorted(np.asarray(put, dtype=np.int64), starts) if put else starts


class Measure:
    """The tokens of one text, asked for any part of it.

    The text is tokenised once. `size` is exact for a part that begins and ends at white space where the tokenizer
    counts by words; elsewhere it may be a few tokens off (a part of a word, or of a run of byte pairs, is cut into
    tokens anew), and `count` is exact.
    """

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self.text = text
        self.tokenizer = tokenizer
        self._array = np.asarray(tokenizer.token_starts(text), dtype=np.int64)
        self.starts: list[int] = self._array.tolist()
        self._by_word = counts_by_word(tokenizer)

    def before(self, offsets: Sequence[int]) -> list[int]:
        """How many tokens begin before each of the offsets."""
        found: list[int] = np.searchsorted(self._array, np.asarray(offsets, dtype=np.int64)).tolist()
        return found

    def size(self, start: int, end: int) -> int:
        """About how many tokens `text[start:end]` has; a token that is cut at the beginning counts."""
        first = bisect_left(self.starts, start)
        return bisect_left(self.starts, end) - first + (start < end and self._cut(start, first))

    def reach(self, start: int, tokens: int) -> int:
        """The greatest end for which `text[start:end]` has at most `tokens` tokens by `size`."""
        first = bisect_left(self.starts, start)
        last = first + tokens - self._cut(start, first)
        if last < first:
            return start
        return self.starts[last] if last < len(self.starts) else len(self.text)

    def count(self, start: int, end: int) -> int:
        """Exactly how many tokens `text[start:end]` has by itself."""
        if self._by_word and self._parted(start) and self._parted(end):
            return bisect_left(self.starts, end) - bisect_left(self.starts, start)
        return len(self.tokenizer.token_starts(self.text[start:end]))

    def _parted(self, at: int) -> bool:
        """Whether white space stands before or after an offset (or nothing)."""
        return at in (0, len(self.text)) or self.text[at] in _SPACE or self.text[at - 1] in _SPACE

    def _cut(self, start: int, first: int) -> bool:
        """Whether a token (the one before number `first`) goes on at `start`."""
        begins = first < len(self.starts) and self.starts[first] == start
        return not begins and start < len(self.text) and first > 0 and not self.text[start].isspace()
