"""Counting tokens: the tokenizer's view of a text, asked for any part of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

WORD_LIMIT = 100
"""Longer words are cut: BERT's tokenizer makes one unknown token of them, whatever their length."""
_LONG_WORD = re.compile(rf"(?<!\S)\S{{{WORD_LIMIT + 1},}}")
_SPACE = frozenset(" \t\n\r\xa0\u3000")
"""White space that every tokenizer takes for it: BERT's deletes form feeds and the like, and joins what they part."""
_WORD = re.compile(f"[^{''.join(sorted(_SPACE))}]+")
_REMEMBERED = 100_000
"""So many words are remembered: with their tokens they take about 25 MB."""


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


class KnownWords:
    """Puts a text's tokens together from those of its words, each of which is cut into tokens once only.

    This takes a tenth of the time: of running text nine words in ten have been before.

    Args:
        token_starts: where the tokens of a text begin, by a tokenizer that counts by words.
    """

    def __init__(self, token_starts: Callable[[str], NDArray[np.int64]]) -> None:
        self._token_starts = token_starts
        self._known: dict[str, tuple[int, ...]] = {}

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of `text` begins."""
        words: list[str] = _WORD.findall(text)
        known = self._known
        new = set(words).difference(known)
        if new and len(known) + len(new) > _REMEMBERED:
            known = self._known = {}  # another thread may go on with the ones before
            new = set(words)
        if new:
            known.update(self._cut(sorted(new)))
        starts = [known[word] for word in words]
        counts = np.fromiter(map(len, starts), dtype=np.int64, count=len(words))
        offsets = np.fromiter(chain.from_iterable(starts), dtype=np.int64, count=int(counts.sum()))
        return np.repeat(_word_starts(text), counts) + offsets

    def _cut(self, words: list[str]) -> dict[str, tuple[int, ...]]:
        """The tokens of each word, all cut at once."""
        starts = self._token_starts(" ".join(words))
        begins = np.cumsum([0, *(len(word) + 1 for word in words)])
        bounds = np.searchsorted(starts, begins).tolist()
        within = (starts - np.repeat(begins[:-1], np.diff(bounds))).tolist()
        return {
            word: tuple(within[first:last]) for word, first, last in zip(words, bounds[:-1], bounds[1:], strict=True)
        }


def _word_starts(text: str) -> NDArray[np.int64]:
    """Where each word of a text begins."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    parted = np.zeros(len(codes), dtype=bool)
    for character in _SPACE:
        parted |= codes == ord(character)
    return np.flatnonzero(~parted & np.concatenate(([True], parted[:-1]))).astype(np.int64)


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
        self._parts: dict[str, int] = {}

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
        if not self._by_word:
            return len(self.tokenizer.token_starts(self.text[start:end]))
        first, last = self._word_end(start, end), self._word_start(start, end)
        if first >= last:
            return self._part(start, end)
        whole = bisect_left(self.starts, last) - bisect_left(self.starts, first)
        return self._part(start, first) + whole + self._part(last, end)

    def _word_end(self, start: int, end: int) -> int:
        """Where the word ends that `start` falls into; `start` where it falls into none."""
        if start == 0 or self.text[start - 1] in _SPACE:
            return start
        word = _WORD.match(self.text, start, end)
        return word.end() if word else start

    def _word_start(self, start: int, end: int) -> int:
        """Where the word begins that `end` falls into; `end` where it falls into none."""
        if end == len(self.text) or self.text[end] in _SPACE:
            return end
        while end > start and self.text[end - 1] not in _SPACE:
            end -= 1
        return end

    def _part(self, start: int, end: int) -> int:
        """How many tokens a part of a word has by itself."""
        if start == end:
            return 0
        part = self.text[start:end]
        if part not in self._parts:
            self._parts[part] = len(self.tokenizer.token_starts(part))
        return self._parts[part]

    def _cut(self, start: int, first: int) -> bool:
        """Whether a token (the one before number `first`) goes on at `start`."""
        begins = first < len(self.starts) and self.starts[first] == start
        return not begins and start < len(self.text) and first > 0 and not self.text[start].isspace()
