"""The heading path of each place in a PDF: its outline, and below that what is set as a heading."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from ingest.pdf.outline import Outline
from ingest.pdf.paragraphs import Paragraph

_LONGEST = 200
_DEEPEST = 3
"""How many headings below the outline's are kept."""

Path = tuple[str, ...]


@dataclass(slots=True)
class Headings:
    """Follows the headings of a document from page to page."""

    outline: Outline
    current: Path = ()
    local: list[tuple[tuple[float, bool], str]] = field(default_factory=list)

    def of_page(self, number: int, paragraphs: list[Paragraph]) -> list[Path]:
        """The heading path of each paragraph of a page; a heading's own path ends with it.

        An entry of the outline begins at the paragraph that has its words, else where the one before it does.
        """
        if number == 2:
            self.local.clear()  # a cover's large type is no heading of what follows
        entries = _entries_on(self.outline, number)
        begins = _entries_at(entries, paragraphs)
        found: list[Path] = []
        for at, paragraph in enumerate(paragraphs):
            if at in begins:
                self.current = begins[at]
                self.local.clear()
                if paragraph.form == "text" and _plain(paragraph.text) == _plain(self.current[-1]):
                    paragraph.form = "heading"
            elif paragraph.form == "heading":
                self._push(paragraph)
            found.append((*self.current, *(title for _, title in self.local[:_DEEPEST])))
        if entries and self.current != entries[-1]:
            self.current = entries[-1]
            self.local.clear()
        return found

    def _push(self, paragraph: Paragraph) -> None:
        title = " ".join(paragraph.text.split())[:_LONGEST]
        while self.local and self.local[-1][0] <= paragraph.rank:
            self.local.pop()
        if not self.current or _plain(self.current[-1]) != _plain(title):
            self.local.append((paragraph.rank, title))


def _entries_on(outline: Outline, number: int) -> list[Path]:
    """The outline's entries that begin on a page."""
    return list(outline.paths[bisect_left(outline.starts, number) : bisect_right(outline.starts, number)])


def _entries_at(entries: list[Path], paragraphs: list[Paragraph]) -> dict[int, Path]:
    """At which paragraph which entry begins; one whose words are nowhere gives way to others of its place."""
    found: dict[int, Path] = {}
    at = 0
    texts = [_plain(paragraph.text)[: _LONGEST + 50] for paragraph in paragraphs] if entries else []
    for entry in entries:
        title = _plain(entry[-1])
        spot = next((spot for spot in range(at, len(texts)) if _names(paragraphs[spot], texts[spot], title)), None)
        if spot is None:
            found.setdefault(at, entry)
        else:
            at = spot
            found[at] = entry
    return found


def _names(paragraph: Paragraph, text: str, title: str) -> bool:
    return bool(title) and (text == title or (paragraph.form == "heading" and text.startswith(title)))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
