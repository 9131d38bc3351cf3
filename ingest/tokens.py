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


class Tokenizer(Protocol):
    """What sizes are counted with: the collection's embedder's tokenizer."""

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

    A part that begins or ends inside a word may have one token more on its own; `size` counts the piece of a token
    that was cut at the beginning as a token.
    """

    def __init__(self, text: str, tokenizer: Tokenizer) -> None:
        self.text = text
        self.starts: list[int] = [int(start) for start in tokenizer.token_starts(text)]

    def size(self, start: int, end: int) -> int:
        """How many tokens `text[start:end]` has."""
        first = bisect_left(self.starts, start)
        return bisect_left(self.starts, end) - first + (start < end and self._cut(start, first))

    def reach(self, start: int, tokens: int) -> int:
        """The greatest end for which `text[start:end]` has at most `tokens` tokens."""
        first = bisect_left(self.starts, start)
        last = first + tokens - self._cut(start, first)
        return self.starts[last] if last < len(self.starts) else len(self.text)

    def _cut(self, start: int, first: int) -> bool:
        """Whether a token (the one before number `first`) goes on at `start`."""
        begins = first < len(self.starts) and self.starts[first] == start
        return not begins and start < len(self.text) and first > 0 and not self.text[start].isspace()
