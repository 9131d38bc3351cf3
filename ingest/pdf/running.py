"""Running headers and footers: what stands at the edge of several pages, the same on each or counting them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.pdf.lines import Line

_EDGE_ROWS = 3
"""How many rows at the top and the bottom of a page may be running ones."""
_EDGE = 0.2
"""They lie in this share of the page's height."""
_LEAST = 3
"""On so many pages something has to stand at one place."""
_NUMBER = re.compile(r"\d+")
_WORDS = (
    r"page|pg\.?|seite|blatt|página|pagina|p\.|s\.|sida|side|sivu|strona|strana|oldal|sayfa|stranica|страница|стр\."
)
_WORD = rf"(?:{_WORDS}|第)"
_OF = r"\s*(?:of|/|\||von|de|di|do|sur|van|av|af|z|ze|od|из|共)\s*(?P<all>\d+)\s*(?:页|頁|ページ)?"
_PAGE = re.compile(rf"{_WORD}?\s*#\s*(?:页|頁|ページ)?(?:{_OF})?", re.IGNORECASE)
_PAGE_BESIDE = re.compile(rf"(?:.{{1,60}}\W)?{_WORD}\s*#\s*(?:页|頁|ページ)?{_OF}", re.IGNORECASE)
"""The same behind what runs with it: `Kestrel / Fenwick - page 1 of 2`."""
_DIGITS = 4
_SHORT = 60
"""Characters of a line that counts the pages, wherever the text above it ends."""
_ROMAN = re.compile(r"[ivxlc]+")
_ANYWHERE = -9
"""The place of a page's number that stands alone, which may follow the text."""
_PLACE = 6.0
"""Points by which the place may differ from page to page."""

Key = tuple[str, bool, int, int]


@dataclass(slots=True)
class Running:
    """Learns what runs over the pages of a document, as they come.

    A line is known by its text, with the page's number counted out of it, and by its height on the page.
    """

    count: int = 0
    """How many pages the document has."""
    pages: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))
    learnt: dict[int, list[tuple[Line, list[tuple[Key, int]]]]] = field(default_factory=dict)
    """Of each page that was not yet asked for, the lines at its edges and what they are known by."""

    def learn(self, number: int, lines: list[Line], height: float) -> None:
        """Takes note of the lines at a page's edges."""
        self.learnt[number] = [
            (line, [*self._counted(line, number, height), *_keys(line, number, height, outermost=outermost)])
            for line, outermost in _edges(lines, height)
        ]
        for _, keys in self.learnt[number]:
            for key, _ in keys:
                self.pages[key].add(number)

    def of_page(self, number: int, height: float) -> tuple[list[Line], list[Line]]:
        """The running lines of a page that was learnt: those of its header, and those of its footer; once."""
        found = [
            line for line, keys in self.learnt.pop(number, ()) if any(self._recurs(key, least) for key, least in keys)
        ]
        top = [line for line in found if line.y1 < height / 2]
        return top, [line for line in found if line.y1 >= height / 2]

    def _counted(self, line: Line, number: int, height: float) -> Iterator[tuple[Key, int]]:
        """A line that names its page and how many there are of the document's: it need not stand on another."""
        text = " ".join(line.text.split())
        if str(self.count) not in text:
            return
        own = rf"(?<!\d){number}(?!\d)"
        alone = _PAGE.fullmatch(re.sub(own, "#", text, count=1))
        found = alone or _PAGE_BESIDE.fullmatch(re.sub(rf"{own}(?=\D*{self.count}\D*$)", "#", text, count=1))
        if found and found["all"] == str(self.count) and any(map(str.isalpha, text)):
            yield (text, line.y1 < height / 2, _ANYWHERE, 0), 1

    def _recurs(self, key: Key, least: int) -> bool:
        """Whether so many pages have the same, be it a little higher or lower."""
        text, top, place, count = key
        near = [self.pages.get((text, top, place + by, count), ()) for by in (-1, 0, 1)]
        if max(map(len, near)) >= least:
            return True
        return sum(map(len, near)) >= least and len(set().union(*near)) >= least


def _edges(lines: list[Line], height: float) -> list[tuple[Line, bool]]:
    """The lines of the outermost rows of a page, that lie near its edges, and whether it is the outermost row."""
    by_row = sorted({line.row: line for line in lines if line.content is None}.values(), key=lambda line: line.base)
    top = [line.row for line in by_row[:_EDGE_ROWS] if line.y1 < _EDGE * height]
    bottom = [line.row for line in by_row[-_EDGE_ROWS:] if line.y0 > (1 - _EDGE) * height]
    if by_row and not bottom:
        bottom = [by_row[-1].row]  # what counts the pages may follow a short text
    chosen, outermost = {*top, *bottom}, {*top[:1], *bottom[-1:]}
    return [(line, line.row in outermost) for line in lines if line.row in chosen]


def _keys(line: Line, number: int, height: float, *, outermost: bool) -> Iterator[tuple[Key, int]]:
    """What a line is known by, and on how many pages that has to be so.

    That is its text as it stands, and its text with one of its numbers as that which counts the pages; where more than
    a number is there, only in the outermost row: a line of the text may count something, too.
    """
    text = " ".join(line.text.split())
    place = round(line.base / _PLACE)
    top = line.y1 < height / 2
    yield (text, top, place, 0), _LEAST
    if text.isdecimal() and len(text) <= _DIGITS:
        yield ("#", top, _ANYWHERE, int(text) - number), _LEAST
    for found in _NUMBER.finditer(text):
        every = re.sub(rf"(?<!\d){found[0]}(?!\d)", "#", text)
        for rest in {f"{text[: found.start()]}#{text[found.end() :]}", every}:  # the last one of 8 is page 8 of 8
            bare = not any(map(str.isalpha, rest)) or _PAGE.fullmatch(rest) is not None
            if len(found[0]) <= _DIGITS and (bare or outermost):
                yield (rest, top, place, int(found[0]) - number), _LEAST if bare else _LEAST + 1
                if outermost and len(rest) <= _SHORT:
                    yield (rest, False, _ANYWHERE, int(found[0]) - number), _LEAST + 1
    if _ROMAN.fullmatch(text):
        yield ("roman", top, place, 0), _LEAST
