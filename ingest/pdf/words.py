"""The words of a PDF page: their text and boxes, as PDFium 5.15 (pypdfium2) has the page's characters."""

from __future__ import annotations

import ctypes
import re
from collections import Counter, deque
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.codes import as_text, is_letter, is_space, runs_left
from ingest.pdf.direct import bare, direct, spot
from ingest.pdf.glyphs import FEW_LETTERS, Floats, Glyphs, near

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_HYPHENS = (0x02, 0xFFFE, 0xFFFF)
"""What PDFium gives for a hyphen at a line's end."""
_MOST_CHARACTERS = 1_000_000
"""A page with more is cut: nobody reads it, and its boxes would fill the memory."""
_BOLD = re.compile(r"bold|black|heavy|demi(?!c)", re.IGNORECASE)
_GAP = 0.65
"""A jump of so much of the font's size between two characters parts words, though no space stands there."""
_DROP = 0.5
"""And so much up or down."""
_BACK = 0.5
_TOUCH = 0.12
_ALIKE = 0.7
_FIRST_ACCENTED, _LAST_ACCENTED = 0xC0, 0x17F
_ACCENT = 0.75
"""A letter without its accent is at least so much as high."""
_LINE_FEED = 10
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_BOLD_WEIGHT = 600
_NAME_BYTES = 128
_AT_ONCE = 10_000
_APART = 2.0**24
"""More than any place on a page: a place across and one down the page make one number."""


@dataclass(slots=True, eq=False)
class Word:
    """A word and its box: points of the page as displayed, origin top left.

    `y0` and `y1` are those of the ink; `base` is the baseline, `size` the font's height (about its size in points).
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool = False
    turn: int = 0
    """90 for text that runs down the page, -90 for text that runs up, 180 for text upside down."""
    hyphen: bool = False
    """A line's end parted the word after a hyphen, which `text` leaves out."""
    glued: bool = False
    """No white space stands between the word before and this one."""
    font: int = 0
    """Equal numbers, equal fonts; of one page."""
    shown: tuple[float, float, float, float] | None = None
    """Where it stands as displayed, where the other fields are of a page turned so that its text runs across."""


@dataclass(slots=True)
class PageWords:
    """A page as displayed: its size in points, its words in the order of the file, and how many were cut off."""

    width: float
    height: float
    words: list[Word]
    lost: int = 0


def read_words(page: PdfPage) -> PageWords:
    """The words of a page, those drawn twice at one spot once."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        every = textpage.count_chars()
        count = min(every, _MOST_CHARACTERS)
        handle = ctypes.cast(textpage.raw, ctypes.c_void_p).value or 0
        words = _words(page, handle, count) if count else []
    finally:
        textpage.close()
    return PageWords(width, height, words, every - count)


def turned(words: list[Word], turn: int, width: float, height: float) -> list[Word]:
    """Words that run down (90), up (-90) or upside down (180) over a page, as if it were turned until they run across.

    Args:
        words: the words, whose boxes as displayed are kept in `shown`.
        turn: how they run.
        width: of the page as displayed.
        height: of the same.
    """
    found = []
    for word in words:
        box = word.x0, word.y0, word.x1, word.y1
        if turn == 90:
            x0, y0, x1, y1 = box[1], width - box[2], box[3], width - box[0]
        elif turn == -90:
            x0, y0, x1, y1 = height - box[3], box[0], height - box[1], box[2]
        else:
            x0, y0, x1, y1 = width - box[2], height - box[3], width - box[0], height - box[1]
        found.append(replace(word, x0=x0, y0=y0, x1=x1, y1=y1, base=y1, shown=box))
    return found


class _Calls:
    """PDFium's functions, called with plain addresses: through pypdfium2's own prototypes they take thrice the time."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        pointer, number = ctypes.c_void_p, ctypes.c_int
        self.text = direct(pdfium.FPDFText_GetText, number, pointer, number, number, pointer)
        self.unicode = direct(pdfium.FPDFText_GetUnicode, ctypes.c_uint, pointer, number)
        self.loose = bare(pdfium.FPDFText_GetLooseCharBox, None)
        self.tight = bare(pdfium.FPDFText_GetCharBox, None)
        self.origin = bare(pdfium.FPDFText_GetCharOrigin, None)
        self.weight = direct(pdfium.FPDFText_GetFontWeight, number, pointer, number)
        self.angle = direct(pdfium.FPDFText_GetCharAngle, ctypes.c_float, pointer, number)
        self.object = bare(pdfium.FPDFText_GetTextObject, ctypes.c_size_t)
        self.font = direct(pdfium.FPDFTextObj_GetFont, ctypes.c_size_t, pointer)
        self.font_name = direct(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, pointer, pointer, ctypes.c_size_t)


@cache
def _calls() -> _Calls:
    return _Calls()


def _words(page: PdfPage, handle: int, count: int) -> list[Word]:
    calls = _calls()
    codes = _codes(calls, handle, count)
    inked = np.flatnonzero(~is_space(codes))
    if not len(inked):
        return []
    loose = _loose(calls, handle, count, inked)
    shown = display(page)
    boxes = shown(*loose)
    starts, ends = _bounds(codes, boxes, inked)
    signs = np.flatnonzero(~is_letter(codes[ends - 1]))  # of another font may be what ends a word: a full stop, a quote
    fonts, bold = _fonts(calls, handle, np.concatenate([starts, ends[signs] - 1]))
    mixed = np.zeros(len(starts), bool)
    mixed[signs] = fonts[len(starts) :] != fonts[signs]
    turns = _turns(codes, boxes, starts, ends)
    glyphs = Glyphs(codes, loose, starts, ends)
    tight, origins = glyphs.boxes(calls, handle, glyphs.kinds(fonts[: len(starts)], mixed, turns))
    left, right, bottom, top = tight
    ink = shown(left, top, right, bottom)
    bases = shown(*origins, *origins)[1]
    words, letters = _made(codes, glyphs.folded(ink), boxes, (starts, ends), bases, turns, (fonts, bold))
    if turns.any():
        _turn_short(list(zip(letters, words, strict=True)), calls, handle)
    return words


def _loose(calls: _Calls, handle: int, count: int, inked: NDArray[np.int64]) -> Floats:
    """The font's boxes: left, top, right, bottom of each character; of white space, that nobody looks at, nothing."""
    found = np.zeros((4, count))
    sides, spots = _sides()
    for first in range(0, len(inked), _AT_ONCE):
        letters = inked[first : first + _AT_ONCE]
        part = sides[: len(letters)]
        part[:] = 0
        deque(map(calls.loose, repeat(spot(handle)), letters.tolist(), spots), maxlen=0)
        found[:, letters] = near(part).T
    return found


@cache
def _sides() -> tuple[NDArray[np.float32], list[Any]]:
    """Room for the boxes of so many letters, and pointers to each: made once, for every page."""
    sides = np.zeros((_AT_ONCE, 4), np.float32)
    return sides, [spot(sides.ctypes.data + 16 * number) for number in range(_AT_ONCE)]


def _codes(calls: _Calls, handle: int, count: int) -> NDArray[np.int64]:
    """The code of each character: all at once where PDFium's text has one for each, else one by one."""
    buffer = np.zeros(count + 1, np.uint16)
    if calls.text(handle, 0, count, buffer.ctypes.data) == count + 1:
        codes = buffer[:count].astype(np.int64)
        if not ((codes >= _FIRST_SURROGATE) & (codes <= _LAST_SURROGATE)).any():
            return codes
    return np.fromiter(map(calls.unicode, repeat(handle), range(count)), np.int64, count)


def display(page: PdfPage) -> Any:
    """From `(left, top, right, bottom)` in the page's space to `(x0, y0, x1, y1)` as displayed."""
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation()

    def shown(x0: Any, y1: Any, x1: Any, y0: Any) -> tuple[Any, Any, Any, Any]:
        if turn == 90:
            found = y0 - bottom, x0 - left, y1 - bottom, x1 - left
        elif turn == 180:
            found = right - x1, y0 - bottom, right - x0, y1 - bottom
        elif turn == 270:
            found = top - y1, right - x1, top - y0, right - x0
        else:
            found = x0 - left, top - y1, x1 - left, top - y0
        return found

    return shown


def _bounds(
    codes: NDArray[np.int64], loose: tuple[Floats, Floats, Floats, Floats], ink: NDArray[np.int64]
) -> tuple[Any, Any]:
    """Where words begin and end: at white space, at a hyphen of a line's end, and where the next letter is far off."""
    x0, y0, x1, y1 = (side[ink] for side in loose)
    size = np.maximum(y1 - y0, 1.0)
    far = np.zeros(len(ink), bool)
    near = np.maximum(size[1:], size[:-1])
    ahead = x0[1:] - x1[:-1]
    drop = np.abs(np.diff((y0 + y1) / 2))
    # upright text runs to the right; what runs up or down the page has letters above one another
    stacked = (drop < 1.5 * near) & (np.abs(np.diff((x0 + x1) / 2)) < 0.3 * near)
    leftward = np.abs(x0[:-1] - x1[1:]) < _BACK * near  # Arabic, Hebrew, and text upside down
    behind = (ahead < -_BACK * near - (x1 - x0)[1:]) & ~leftward
    far[1:] = ((ahead > _GAP * near) | behind | (drop > _DROP * near)) & ~stacked
    parted = np.ones(len(ink), bool)
    parted[1:] = np.diff(ink) > 1
    # PDFium ends a line after each letter of some fonts: where the next one touches on the same height, none ends
    touching = (np.abs(ahead) < _TOUCH * near) & (drop < 0.2 * near) & (codes[ink[1:] - 1] == _LINE_FEED)
    touching &= np.minimum(size[1:], size[:-1]) > _ALIKE * near  # but a paragraph's large first letter
    parted[1:] &= ~touching
    first = parted | far
    starts = ink[first]
    ends = np.append(ink[np.flatnonzero(first)[1:] - 1], ink[-1]) + 1
    return starts, ends


def _fonts(calls: _Calls, handle: int, letters: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Of the font of each of these letters a number, and whether it is bold."""
    objects = map(calls.object, repeat(spot(handle)), letters.tolist())
    fonts = np.fromiter(map(calls.font, objects), np.uint64, len(letters))
    known, first, numbers = np.unique(fonts, return_index=True, return_inverse=True)
    bold = [
        calls.weight(handle, letter) >= _BOLD_WEIGHT or bool(font and _BOLD.search(_name(calls, font)))
        for font, letter in zip(known.tolist(), letters[first].tolist(), strict=True)
    ]
    return numbers, np.array(bold)[numbers]


def _name(calls: _Calls, font: int) -> str:
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    calls.font_name(font, ctypes.addressof(buffer), _NAME_BYTES)
    return buffer.value.decode("utf-8", "replace")


def _turns(
    codes: NDArray[np.int64], boxes: tuple[Floats, ...], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How each word runs, as far as its own letters show."""
    x0, y0, x1, y1 = boxes
    last = ends - 1
    rise = ((y0 + y1)[last] - (y0 + y1)[starts]) / 2
    run = ((x0 + x1)[last] - (x0 + x1)[starts]) / 2
    turn = np.where((np.abs(rise) <= np.abs(run)) | (ends - starts == 1), 0, np.where(rise > 0, 90, -90))
    turn[(turn == 0) & (run < -_BACK * (y1 - y0)[starts]) & ~runs_left(codes[starts])] = 180
    return turn


def _made(
    codes: NDArray[np.int64],
    ink: tuple[Floats, ...],
    loose: tuple[Floats, ...],
    bounds: tuple[Any, Any],
    bases: Floats,
    turns: NDArray[np.int64],
    fonts: tuple[NDArray[np.int64], NDArray[np.bool_]],
) -> tuple[list[Word], list[int]]:
    """The words, those drawn twice at one spot once, and the number of each one's first character."""
    starts, ends = bounds
    text = as_text(codes)
    wide, high = ((loose[side + 2] - loose[side])[starts] for side in (0, 1))
    _lower_accented(high, codes, loose, bounds, fonts[0])
    size = np.where(np.abs(turns) != 90, high, np.maximum(wide, 1.0))
    after = codes[np.minimum(ends, len(codes) - 1)]
    hyphen = np.logical_or.reduce([after == code for code in _HYPHENS]) & (ends < len(codes))
    glued = np.append(False, starts[1:] == ends[:-1])
    font, bold = (column[: len(starts)] for column in fonts)
    letters = starts.tolist()
    texts = [text[start:end] for start, end in zip(letters, ends.tolist(), strict=True)]
    texts = ["".join(one.split()) if "\n" in one else one for one in texts]
    columns = (*ink, bases, size, bold, turns, hyphen, glued, font)
    words = list(map(Word, texts, *(column.tolist() for column in columns)))
    across, down = np.rint(ink[0] / 2), np.rint(ink[1] / 2)
    if len(set((across * _APART + down).tolist())) == len(words):
        return words, letters
    spots = list(zip(texts, across.tolist(), down.tolist(), strict=True))
    kept = sorted({spot: len(spots) - 1 - number for number, spot in enumerate(reversed(spots))}.values())
    return [words[number] for number in kept], [letters[number] for number in kept]


def _lower_accented(
    high: Floats, codes: NDArray[np.int64], loose: tuple[Floats, ...], bounds: tuple[Any, Any], fonts: NDArray[np.int64]
) -> None:
    """Gives words that begin with an accented letter the height of plain ones: their box reaches up to the accent."""
    starts, ends = bounds
    first = codes[starts]
    for word in np.flatnonzero((first >= _FIRST_ACCENTED) & (first <= _LAST_ACCENTED)).tolist():
        letters = slice(starts[word], ends[word])
        own = (loose[3] - loose[1])[letters].min()
        near = [other for other in (word - 1, word + 1) if 0 <= other < len(starts) and fonts[other] == fonts[word]]
        plain = [own, *(high[other] for other in near)]
        high[word] = min([height for height in plain if height > _ACCENT * high[word]], default=high[word])


def _turn_short(words: list[tuple[int, Word]], calls: _Calls, handle: int) -> None:
    """Turns words of few letters as longer ones at the same angle run: alone they do not show how."""
    turns: dict[float, Counter[int]] = {}
    few = min(FEW_LETTERS, max(len(word.text) for _, word in words) - 1)
    for start, word in words:
        if len(word.text) > few:
            turns.setdefault(round(calls.angle(handle, start), 1), Counter())[word.turn] += 1
    size = 0.0
    for start, word in words:
        if len(word.text) > few:
            size = word.size
        elif found := turns.get(round(calls.angle(handle, start), 1)):
            word.turn = found.most_common(1)[0][0]
            word.size = size if word.turn and size else word.size
