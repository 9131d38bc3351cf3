"""The words of a PDF page: their text and boxes, as PDFium 5.15 (pypdfium2) has the page's characters."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.pdf.direct import direct

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
_LINE_FEED = 10
_FEW_LETTERS = 3
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF
_LAST_CHARACTER = 0x10FFFF
_FARTHEST = 1e6
"""Points: broken pages have letters at infinity."""
_BOLD_WEIGHT = 600
_NAME_BYTES = 128

Floats = NDArray[np.float64]


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
        self.loose = direct(pdfium.FPDFText_GetLooseCharBox, number, pointer, number, pointer)
        self.tight = direct(pdfium.FPDFText_GetCharBox, number, pointer, number, pointer, pointer, pointer, pointer)
        self.origin = direct(pdfium.FPDFText_GetCharOrigin, number, pointer, number, pointer, pointer)
        self.weight = direct(pdfium.FPDFText_GetFontWeight, number, pointer, number)
        self.angle = direct(pdfium.FPDFText_GetCharAngle, ctypes.c_float, pointer, number)
        self.object = direct(pdfium.FPDFText_GetTextObject, pointer, pointer, number)
        self.font = direct(pdfium.FPDFTextObj_GetFont, pointer, pointer)
        self.font_name = direct(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, pointer, pointer, ctypes.c_size_t)


@cache
def _calls() -> _Calls:
    return _Calls()


def _each(call: Any, handle: int, indices: Any, buffer: NDArray[Any]) -> None:
    """Calls for each character, with the addresses of its row of the buffer, a column each."""
    step, item = buffer.strides[0], buffer.itemsize
    base, count = buffer.ctypes.data, buffer.shape[0]
    columns = [range(base + item * at, base + item * at + step * count, step) for at in range(buffer.shape[1])]
    for _ in map(call, repeat(handle), indices, *columns):
        pass


def _words(page: PdfPage, handle: int, count: int) -> list[Word]:
    calls = _calls()
    codes = _codes(calls, handle, count)
    loose32 = np.zeros((count, 4), np.float32)
    base = loose32.ctypes.data
    for _ in map(calls.loose, repeat(handle), range(count), range(base, base + 16 * count, 16)):
        pass
    tight = np.zeros((count, 4))
    _each(calls.tight, handle, range(count), tight)
    tight, loose32 = _near(tight), _near(loose32)
    shown = display(page)
    ink = shown(tight[:, 0], tight[:, 3], tight[:, 1], tight[:, 2])
    loose = shown(*loose32.astype(np.float64).T)
    starts, ends = _bounds(codes, loose)
    if not len(starts):
        return []
    origins = np.zeros((len(starts), 2))
    _each(calls.origin, handle, starts.tolist(), origins)
    origins = _near(origins)
    across, down, _, _ = shown(origins[:, 0], origins[:, 1], origins[:, 0], origins[:, 1])
    words = _made(codes, ink, loose, (starts, ends), (across, down), _fonts(calls, handle, starts.tolist()))
    if any(word.turn for _, word in words):
        _turn_short(words, calls, handle)
    return [word for _, word in words]


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


def _bounds(codes: NDArray[np.int64], loose: tuple[Floats, Floats, Floats, Floats]) -> tuple[Any, Any]:
    """Where words begin and end: at white space, at a hyphen of a line's end, and where the next letter is far off."""
    x0, y0, x1, y1 = loose
    space = _is_space(codes)
    ink = np.flatnonzero(~space)
    if not len(ink):
        return ink, ink
    size = np.maximum(np.maximum(y1 - y0, 1.0), 0)[ink]
    far = np.zeros(len(ink), bool)
    near = np.maximum(size[1:], size[:-1])
    ahead = x0[ink][1:] - x1[ink][:-1]
    middle = (y0 + y1)[ink] / 2
    drop = np.abs(np.diff(middle))
    # upright text runs to the right; what runs up or down the page has letters above one another
    stacked = (drop < 1.5 * near) & (np.abs(np.diff((x0 + x1)[ink] / 2)) < 0.3 * near)
    leftward = np.abs(x0[ink][:-1] - x1[ink][1:]) < _BACK * near  # Arabic, Hebrew, and text upside down
    behind = (ahead < -_BACK * near - (x1 - x0)[ink][1:]) & ~leftward
    far[1:] = ((ahead > _GAP * near) | behind | (drop > _DROP * near)) & ~stacked
    parted = np.ones(len(ink), bool)
    parted[1:] = np.diff(ink) > 1
    # PDFium ends a line after each letter of some fonts: where the next one touches on the same height, none ends
    touching = (np.abs(ahead) < _TOUCH * near) & (drop < 0.2 * near) & (codes[ink[1:] - 1] == _LINE_FEED)
    parted[1:] &= ~touching
    first = parted | far
    starts = ink[first]
    ends = np.append(ink[np.flatnonzero(first)[1:] - 1], ink[-1]) + 1
    return starts, ends


def _is_space(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """White space and control codes; the hyphen at a line's end among them."""
    space = (codes <= 32) | ((codes >= 0x7F) & (codes <= 0xA0)) | (codes == 0xAD) | (codes == 0x3000)
    space |= ((codes >= 0x2000) & (codes <= 0x200F)) | ((codes >= 0x2028) & (codes <= 0x202F)) | (codes == 0x205F)
    found: NDArray[np.bool_] = space | (codes == 0xFEFF) | (codes >= 0xFFFE) & (codes <= 0xFFFF)
    return found


def _fonts(calls: _Calls, handle: int, starts: list[int]) -> list[tuple[int, bool]]:
    """Of the font of each word a number, and whether it is bold."""
    numbers: dict[int, tuple[int, bool]] = {}
    found = []
    fonts = map(calls.font, map(calls.object, repeat(handle), starts))
    for start, font in zip(starts, fonts, strict=True):
        if (font or 0) not in numbers:
            heavy = calls.weight(handle, start) >= _BOLD_WEIGHT
            numbers[font or 0] = (len(numbers), heavy or bool(font and _BOLD.search(_name(calls, font))))
        found.append(numbers[font or 0])
    return found


def _name(calls: _Calls, font: int) -> str:
    buffer = ctypes.create_string_buffer(_NAME_BYTES)
    calls.font_name(font, ctypes.addressof(buffer), _NAME_BYTES)
    return buffer.value.decode("utf-8", "replace")


def _made(
    codes: NDArray[np.int64],
    ink: tuple[Floats, ...],
    loose: tuple[Floats, ...],
    bounds: tuple[Any, Any],
    origins: tuple[Floats, Floats],
    fonts: list[tuple[int, bool]],
) -> list[tuple[int, Word]]:
    """Each word, with the number of its first character."""
    starts, ends = bounds
    text = as_text(codes)
    left, top = _least(ink[0], starts, ends), _least(ink[1], starts, ends)
    right, bottom = _most(ink[2], starts, ends), _most(ink[3], starts, ends)
    size = (loose[3] - loose[1])[starts]
    wide = (loose[2] - loose[0])[starts]
    last = ends - 1
    rise = ((loose[1] + loose[3])[last] - (loose[1] + loose[3])[starts]) / 2
    run = ((loose[0] + loose[2])[last] - (loose[0] + loose[2])[starts]) / 2
    turn = np.where((np.abs(rise) <= np.abs(run)) | (ends - starts == 1), 0, np.where(rise > 0, 90, -90))
    turn[(turn == 0) & (run < -_BACK * size) & ~_runs_left(codes[starts])] = 180
    size = np.where(np.abs(turn) != 90, size, np.maximum(wide, 1.0))
    after = codes[np.minimum(ends, len(codes) - 1)]
    hyphen = np.isin(after, _HYPHENS) & (ends < len(codes))
    glued = np.append(False, starts[1:] == ends[:-1])
    columns = (left, top, right, bottom, origins[1], size, turn, hyphen, glued)
    words: list[tuple[int, Word]] = []
    seen: set[tuple[str, int, int]] = set()
    for start, end, font, *row in zip(
        starts.tolist(), ends.tolist(), fonts, *(column.tolist() for column in columns), strict=True
    ):
        word = text[start:end]
        if "\n" in word:
            word = "".join(word.split())
        spot = word, round(row[0] / 2), round(row[1] / 2)
        if spot in seen:
            continue
        seen.add(spot)
        made = Word(word, row[0], row[1], row[2], row[3], row[4], row[5], font[1], row[6], row[7], row[8], font[0])
        words.append((start, made))
    return words


def _turn_short(words: list[tuple[int, Word]], calls: _Calls, handle: int) -> None:
    """Turns words of few letters as longer ones at the same angle run: alone they do not show how."""
    turns: dict[float, Counter[int]] = {}
    few = min(_FEW_LETTERS, max(len(word.text) for _, word in words) - 1)
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


def _runs_left(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Letters of Hebrew, Arabic and their neighbours, and their presentation forms."""
    found: NDArray[np.bool_] = ((codes >= 0x590) & (codes <= 0x8FF)) | ((codes >= 0xFB1D) & (codes <= 0xFEFC))
    return found


def as_text(codes: NDArray[np.int64]) -> str:
    """A character for each code; U+FFFD for what broken fonts have beyond Unicode."""
    return "".join(map(chr, np.where(codes <= _LAST_CHARACTER, codes, 0xFFFD).tolist()))


def _near(sides: NDArray[Any]) -> NDArray[Any]:
    """The numbers, those of broken pages brought within reach."""
    found: NDArray[Any] = np.nan_to_num(np.clip(sides, -_FARTHEST, _FARTHEST))
    return found


def _least(values: Floats, starts: Any, ends: Any) -> Floats:
    return _over(np.minimum, values, starts, ends)


def _most(values: Floats, starts: Any, ends: Any) -> Floats:
    return _over(np.maximum, values, starts, ends)


def _over(fold: Any, values: Floats, starts: Any, ends: Any) -> Floats:
    """`fold` over the characters of each word."""
    borders = np.empty(2 * len(starts), np.int64)
    borders[0::2], borders[1::2] = starts, ends
    if borders[-1] == len(values):
        borders = borders[:-1]
    found: Floats = fold.reduceat(values, borders)[0::2]
    return found
