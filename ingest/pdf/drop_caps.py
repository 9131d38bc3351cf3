"""A paragraph's large first letter, which hangs over several lines: put before its word, on the first of them."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from ingest.pdf.words import Word

if TYPE_CHECKING:
    from ingest.pdf.blocks import Vocabulary

_LONGEST = 2
"""Characters: an opening quote may stand before the letter."""
_MOST = 30
"""A page with more of them has no paragraphs that begin so: each is held against all words."""
_LARGE = 1.6
"""It is so many times as large as what stands beside it."""
_AHEAD, _OVER = 0.6, 0.25
"""What stands beside it begins within so much of its size after it, or before its end: some letters lean."""
_LEVEL = 0.5
"""Its foot is on a line beside it, but for so much of that line's size."""
_SAME = 0.15
_TOP = 0.3, 1.7
"""The first line beside it stands so many of its own sizes below its top."""
_BEFORE = 0.8
"""Nothing stands so close before it, in sizes of a line: it begins its lines."""
_SPACE = 0.15
"""The first line begins so much of its size after the second one where a space parts it from the letter."""
_WORDS = frozenset("AEIOUYÀÁÈÉÓÔÚ")
"""Letters that are words."""
_HANGS = 0.6


def settle(words: list[Word], vocabulary: Vocabulary) -> None:
    """Puts each large first letter of a page on the line of the word that it begins."""
    letters = [word for word in words if len(word.text) <= _LONGEST and word.text[-1].isupper()]
    if not letters:
        return
    least = _LARGE * median([word.size for word in words])
    large = [letter for letter in letters if letter.size >= least]
    for letter in large if len(large) <= _MOST else ():
        _settle(letter, words, vocabulary)


def hangs(word: Word) -> bool:
    """Whether the ink of a word reaches down over the next lines: it is such a letter."""
    return word.y1 > word.base + _HANGS * word.size


def _settle(letter: Word, words: list[Word], vocabulary: Vocabulary) -> None:
    starts = _beside(letter, words)
    if not starts or _has_before(letter, starts, words):
        return
    first = starts[0]
    if not first.glued:
        first.glued = not _is_parted(letter, starts, vocabulary)
    letter.base, letter.size, letter.bold = first.base, first.size, first.bold


def _beside(letter: Word, words: list[Word]) -> list[Word]:
    """The first word of each line right of the letter, from the upper one down; none where they fit it not."""
    left, right = letter.x1 - _OVER * letter.size, letter.x1 + _AHEAD * letter.size
    near = [
        word
        for word in words
        if left <= word.x0 <= right
        and _LARGE * word.size <= letter.size
        and letter.y0 + _TOP[0] * word.size <= word.base <= letter.base + _LEVEL * word.size
    ]
    starts: list[Word] = []
    for word in sorted(near, key=lambda word: (word.base, word.x0)):
        if starts and word.base - starts[-1].base < _LEVEL * word.size:
            starts[-1] = min(starts[-1], word, key=lambda one: one.x0)
        else:
            starts.append(word)
    if not starts or letter.base - starts[-1].base > _LEVEL * starts[-1].size:
        return []
    first = starts[0]
    if len(starts) == 1:  # it stands on its line, and out above it
        return starts if abs(letter.base - first.base) <= _SAME * first.size else []
    return starts if first.base - letter.y0 <= _TOP[1] * first.size else []


def _has_before(letter: Word, starts: list[Word], words: list[Word]) -> bool:
    """Whether something stands close before the letter, on the lines beside it."""
    size = starts[0].size
    top, bottom = starts[0].base - _LEVEL * size, starts[-1].base + _LEVEL * size
    return any(
        word.x0 < letter.x0 and letter.x0 - word.x1 < _BEFORE * size and top <= word.base <= bottom
        for word in words
        if -size < letter.x0 - word.x1
    )


def _is_parted(letter: Word, starts: list[Word], vocabulary: Vocabulary) -> bool:
    """Whether the letter is a word of its own: a space is left after it, or the document knows the two words alone."""
    if len(starts) > 1 and starts[0].x0 - starts[1].x0 > _SPACE * starts[0].size:
        return True
    if letter.text not in _WORDS:
        return False
    after = starts[0].text
    return vocabulary.count(after) > 1 and not vocabulary.count(letter.text + after)
