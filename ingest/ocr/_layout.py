"""Reading order: columns one after the other, within them rows from top to bottom, what is in a row left to right.

A page is parted at gutters: white from one full-width line to the next, with text as of a column on both sides. A table
or a receipt has gutters too; but what stands there are cells, short or level with one another: those stay rows.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import median

JOINED = " "
BESIDE = "  "
BELOW = "\n"
APART = "\n\n"

_LEAST_LINES = 3
"""A column has so many lines on each side of its gutter."""
_PROSE = 7.0
"""A line of running text is so many times as long as it is high."""
_FULL = 0.45
"""Running text fills this share of its column: the median of its lines."""
_NARROW = 0.25
_CANDIDATES = 24
_CROSSED = 0.15
"""Of the lines between two columns so large a share may cross the gutter: a caption in between."""
_LEVEL = 0.3
_EXACT = 0.2
_MOST_LEVEL = 0.6
"""Lines of columns set apart from one another are level by chance: a third of them."""
_WHITE = 2.0
_NEAR = 0.5
"""What is nearer than so many heights is of the same words, taken for two lines."""
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Shape:
    """The rectangle of a line, on a page that lies straight."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.y0 + self.y1) / 2


def arrange(shapes: Sequence[Shape]) -> list[tuple[int, str]]:
    """The shapes' numbers in reading order, each with what parts it from the next: JOINED, BESIDE, BELOW or APART."""
    if not shapes:
        return []
    size = median(min(shape.height, shape.width) for shape in shapes)
    standing = [n for n, shape in enumerate(shapes) if shape.height > 3 * shape.width and shape.height > 3 * size]
    rest = sorted(set(range(len(shapes))) - set(standing))
    found: list[tuple[int, str]] = []
    for part in _parted(rest, shapes, size, _DEPTH) if rest else ():
        found += _rows(part, shapes, size)
    found += [(n, APART) for n in sorted(standing, key=lambda n: (shapes[n].x0, shapes[n].y0))]
    return [*found[:-1], (found[-1][0], BELOW)]


def _parted(numbers: list[int], shapes: Sequence[Shape], size: float, depth: int) -> list[list[int]]:
    """The lines in parts that are read one after the other."""
    gutter = _gutter(numbers, shapes, size) if depth and len(numbers) >= 2 * _LEAST_LINES else None
    if gutter is None:
        return [numbers]
    parts: list[list[int]] = []
    plain: list[int] = []
    for band in gutter.bands:
        if not gutter.parts(band):
            plain += band
            continue
        if plain:
            parts += _parted(plain, shapes, size, depth - 1)
            plain = []
        for side in gutter.sides(band):
            parts += _parted(side, shapes, size, depth - 1)
    return parts + (_parted(plain, shapes, size, depth - 1) if plain else [])


def _gutter(numbers: list[int], shapes: Sequence[Shape], size: float) -> _Gutter | None:
    """The one with the most lines in columns on both sides."""
    alone = _alone(numbers, shapes)
    best, most = None, 0
    for at in _candidates(numbers, shapes, size):
        gutter = _Gutter(at, numbers, alone, shapes, size)
        count = sum(len(band) for band in gutter.bands if gutter.parts(band))
        if count > most:
            best, most = gutter, count
    return best


def _candidates(numbers: list[int], shapes: Sequence[Shape], size: float) -> list[float]:
    """Where a column may begin: left of the left edges that several lines share, the most shared first."""
    shared: dict[int, list[float]] = {}
    for n in numbers:
        shared.setdefault(round(shapes[n].x0 / (2 * size)), []).append(shapes[n].x0)
    common = sorted((edges for edges in shared.values() if len(edges) > 1), key=len, reverse=True)
    least = min(shapes[n].x0 for n in numbers) + 2 * size
    return [min(edges) - _NARROW * size for edges in common[:_CANDIDATES] if min(edges) > least]


def _alone(numbers: list[int], shapes: Sequence[Shape]) -> set[int]:
    """The lines that have no other beside them."""
    level: set[int] = set()
    above: list[int] = []
    for n in sorted(numbers, key=lambda n: shapes[n].y0):
        above = [other for other in above if shapes[other].y1 > shapes[n].y0]
        for other in above:
            shared = min(shapes[other].y1, shapes[n].y1) - shapes[n].y0
            if shared > _LEVEL * min(shapes[other].height, shapes[n].height):
                level |= {n, other}
        above.append(n)
    return set(numbers) - level


class _Gutter:
    """A place where columns may part, and the lines around it in bands from top to bottom.

    A line by itself that crosses it, or one that is half as wide as all, ends a band and is one of its own; white over
    the whole width ends a band too.
    """

    def __init__(self, at: float, numbers: list[int], alone: set[int], shapes: Sequence[Shape], size: float) -> None:
        self._at = at
        self._shapes = shapes
        self._size = size
        wide = (max(shapes[n].x1 for n in numbers) - min(shapes[n].x0 for n in numbers)) / 2
        self.bands: list[list[int]] = []
        is_open, low = False, 0.0
        for n in sorted(numbers, key=lambda n: shapes[n].middle):
            ends = self._crossed(shapes[n]) and (n in alone or shapes[n].width > wide)
            if ends or not is_open or shapes[n].y0 > low + _WHITE * size:
                self.bands.append([n])
            else:
                self.bands[-1].append(n)
            is_open, low = not ends, max(low, shapes[n].y1)

    def _crossed(self, shape: Shape) -> bool:
        return shape.x0 < self._at - 0.5 * self._size and shape.x1 > self._at + 0.5 * self._size

    def sides(self, band: list[int]) -> tuple[list[int], list[int]]:
        """What is left of it, and what is right."""
        left = [n for n in band if (self._shapes[n].x0 + self._shapes[n].x1) / 2 < self._at]
        return left, [n for n in band if n not in set(left)]

    def parts(self, band: list[int]) -> bool:
        """Whether the two sides of a band are columns of text, and not cells of the same rows."""
        left, right = self.sides(band)
        if min(len(left), len(right)) < _LEAST_LINES or self._share_crossed(band) > _CROSSED:
            return False
        least, full = (_PROSE, _FULL) if self._level(left, right) else (_PROSE / 2, _FULL / 2)
        return self._prose(left, least, full) and self._prose(right, least, full)

    def _share_crossed(self, band: list[int]) -> float:
        return sum(self._crossed(self._shapes[n]) for n in band) / len(band)

    def _level(self, left: list[int], right: list[int]) -> bool:
        """Whether most lines of one side are level with one of the other's, as cells are."""
        fewer, more = sorted((left, right), key=len)
        middles = sorted(self._shapes[n].middle for n in more)
        count = 0
        for n in fewer:
            at = bisect(middles, self._shapes[n].middle)
            off = min(abs(middle - self._shapes[n].middle) for middle in middles[max(0, at - 1) : at + 1])
            count += off < _EXACT * self._shapes[n].height
        return count > _MOST_LEVEL * len(fewer)

    def _prose(self, numbers: list[int], least: float, full: float) -> bool:
        """Whether the lines are long for their height, and most of them fill their column."""
        shapes = [self._shapes[n] for n in numbers]
        few = len(shapes) // 10  # what juts out is not counted: a page number, a caption
        width = sorted(shape.x1 for shape in shapes)[-1 - few] - sorted(shape.x0 for shape in shapes)[few]
        long = median(shape.width / max(shape.height, 1.0) for shape in shapes)
        return long > least and median(shape.width for shape in shapes) > full * width


def _rows(numbers: list[int], shapes: Sequence[Shape], size: float) -> list[tuple[int, str]]:
    """The lines of one column: those level with one another in a row, from left to right."""
    rows: list[list[int]] = []
    for n in sorted(numbers, key=lambda n: (shapes[n].middle, shapes[n].x0)):
        row = next((row for row in reversed(rows[-4:]) if _belongs(n, row, shapes)), None)
        if row is None:
            rows.append([n])
        else:
            row.append(n)
    for row in rows:
        row.sort(key=lambda n: shapes[n].x0)
    gaps = [_between(above, below, shapes) for above, below in pairwise(rows)]
    usual = median(gaps) if gaps else 0.0
    ends = [APART if gap > max(0.8 * size, usual + 0.5 * size) else BELOW for gap in gaps] + [APART]
    return [
        (n, end if after is None else BESIDE if shapes[after].x0 - shapes[n].x1 > _NEAR * size else JOINED)
        for row, end in zip(rows, ends, strict=True)
        for n, after in zip_longest(row, row[1:])
    ]


def _between(above: list[int], below: list[int], shapes: Sequence[Shape]) -> float:
    return median(shapes[n].y0 for n in below) - median(shapes[n].y1 for n in above)


def _belongs(number: int, row: list[int], shapes: Sequence[Shape]) -> bool:
    """Whether a line is level with the nearest one of a row, and above or below none of it."""
    shape = shapes[number]
    if any(min(shape.x1, shapes[n].x1) - max(shape.x0, shapes[n].x0) > 0.5 * shape.height for n in row):
        return False
    other = shapes[min(row, key=lambda n: max(shapes[n].x0 - shape.x1, shape.x0 - shapes[n].x1))]
    return shape.y0 <= other.middle <= shape.y1 and other.y0 <= shape.middle <= other.y1
