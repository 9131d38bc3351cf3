"""A PDF's pages as blocks: read one by one, a few ahead, so that what runs over them is known."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from math import sqrt
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ingest.errors import IngestError
from ingest.ocr import OCRLine
from ingest.parsers import Aids
from ingest.parsers._pictures import blocks as ocr_blocks
from ingest.parsers._pictures import caption_block, described, read
from ingest.pdf.annotations import Annotations
from ingest.pdf.blocks import Vocabulary, block_of
from ingest.pdf.columns import regions
from ingest.pdf.drop_caps import settle
from ingest.pdf.headings import Headings
from ingest.pdf.line_numbers import LineNumbers
from ingest.pdf.lines import Line, joined, lines_of, standing_for, without
from ingest.pdf.outline import Outline
from ingest.pdf.paragraphs import Paragraph, body_size, in_order, paragraphs
from ingest.pdf.pictures import Picture, Pictures
from ingest.pdf.positions import Corners
from ingest.pdf.quality import verdict
from ingest.pdf.rules import read_rules
from ingest.pdf.running import Running
from ingest.pdf.table_blocks import table_blocks
from ingest.pdf.table_paragraphs import paragraph_tables
from ingest.pdf.tables import Table, continued, find_tables, tabular_zones
from ingest.pdf.upright import Back, upright
from ingest.pdf.words import Word, read_words, turned
from ingest.types import Block, Box, Page, PageState, ParseEvent

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_AHEAD = 8
"""Pages that are read before the first of them is given out."""
_DPI = 200
_POINTS = 72
_LONGEST_SIDE = 3000
_RULE_SEGMENTS = 12
"""A path of so few segments is a line or a frame, not the outline of letters."""
_EDGE = 0.12
"""Running lines stand in this share of a page's height, above and below."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|página|pagina|pg|p)?\W*\d{1,4}(?:\W*(?:of|von|de|di|sur)?\W*\d{1,4})?\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What OCR read in a picture, its description, and where the picture lies."""

    lines: list[OCRLine]
    corners: Corners
    scale: float
    caption: str = ""


@dataclass(slots=True)
class _Draft:
    """A page that was read, before it is known what runs over the pages."""

    number: int
    lines: list[Line] = field(default_factory=list)
    sideways: list[list[Line]] = field(default_factory=list)
    tables: list[Line] = field(default_factory=list)
    """A line for each table: it stands where the table is."""
    height: float = 0.0
    ocr: list[OCRLine] = field(default_factory=list)
    scale: float = 1.0
    pictures: list[_Seen] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    """What stands in form fields and annotations."""
    numbers: str = ""
    """The numbers of its lines, where they are printed beside them."""
    failed: str = ""
    back: Back | None = None
    """To the page as displayed, where all else is of one turned until its text runs across."""
    words: list[Word] = field(default_factory=list)


class Pages:
    """Reads the pages of one document."""

    def __init__(self, document: PdfDocument, outline: Outline, aids: Aids, pictures: Pictures) -> None:
        self._document = document
        self._aids = aids
        self._pictures = pictures
        self.annotations = Annotations()
        self._running = Running(len(document))
        self._line_numbers = LineNumbers()
        self._headings = Headings(outline)
        self._vocabulary = Vocabulary()
        self._sizes: Counter[float] = Counter()
        self._last_table: Table | None = None
        """The last table of the page before, where nothing follows it there."""
        self._edges: frozenset[str] = frozenset()
        """What stood at the upper edge of the page before."""

    def events(self) -> Iterator[ParseEvent]:
        """Blocks and pages, in order; one page that fails does not cost the others."""
        waiting: deque[_Draft] = deque()
        for number in range(1, len(self._document) + 1):
            if number in self._aids.avoid:
                continue
            self._aids.reading(number)
            waiting.append(self._read(number))
            if len(waiting) > _AHEAD:
                yield from self._safely_made(waiting.popleft())
        while waiting:
            yield from self._safely_made(waiting.popleft())

    def _read(self, number: int) -> _Draft:
        from pypdfium2 import PdfiumError

        draft = _Draft(number)
        try:
            page = self._document[number - 1]
            try:
                self._draw_up(draft, page)
            finally:
                page.close()
        except PdfiumError as error:
            draft.failed = f"PDFium cannot read it: {error}"
        except IngestError:
            raise
        except Exception as error:  # noqa: BLE001  # one page must not cost the others
            draft.failed = f"{type(error).__name__}: {error}"
        return draft

    def _draw_up(self, draft: _Draft, page: PdfPage) -> None:
        draft.notes = list(self.annotations.of_page(page, draft.number))
        with upright(page) as draft.back:
            self._draw_up_turned(draft, page)

    def _draw_up_turned(self, draft: _Draft, page: PdfPage) -> None:
        found = read_words(page)
        if self._read_by_ocr(draft, page, found.words):
            return
        boxes = ((word.x0, word.y0, word.x1, word.y1) for word in found.words)
        draft.pictures = list(self._seen(self._pictures.of_page(page, draft.number, boxes)))
        draft.height = found.height
        across = [word for word in found.words if not word.turn]
        sideways = [
            turned(list(words), turn, found.width, found.height)
            for turn, words in groupby(found.words if len(across) < len(found.words) else (), key=attrgetter("turn"))
            if turn
        ]
        if numbers := self._line_numbers.of_page(across):
            across, draft.numbers = _without_numbers(across, numbers)
        self._vocabulary.learn(found.words)
        settle(across, self._vocabulary)
        draft.words = [*across, *chain.from_iterable(sideways)] if draft.back else []
        draft.lines = lines_of(across)
        _take_tables(draft, _tables(draft.lines, page))
        draft.sideways = [lines_of(words) for words in sideways]
        self._sizes.update(body_size(draft.lines))
        self._running.learn(draft.number, draft.lines, draft.height)

    def _seen(self, pictures: Iterator[Picture]) -> Iterator[_Seen]:
        """What is to be said of pictures; nothing of those without text and description."""
        for picture in pictures:
            lines = read(self._aids.ocr, picture.image, drawn=picture.drawn) if picture.image else []
            caption = described(self._aids.caption, picture.shown) if picture.shown else ""
            if lines or caption:
                yield _Seen(lines, picture.corners, picture.scale, caption)

    def _read_by_ocr(self, draft: _Draft, page: PdfPage, words: list[Word]) -> bool:
        """Reads the page's picture where its text layer is missing or broken; whether that gave more."""
        text = joined(words)
        worth = verdict(text)
        if worth == "good" or (worth == "sparse" and not _shows_more(page, words)):
            return False
        image, draft.scale = _render(page, self._aids.bounds.pixels)
        lines = read(self._aids.ocr, image)
        read_letters = sum(len("".join(line.text.split())) for line in lines)
        if worth == "broken":
            better = read_letters > 0 and verdict(" ".join(line.text for line in lines)) != "broken"
        else:
            better = read_letters > len("".join(text.split()))
        draft.ocr = lines if better else []
        return better

    def _safely_made(self, draft: _Draft) -> list[ParseEvent]:
        try:
            return list(self._made(draft))
        except Exception as error:  # noqa: BLE001  # one page must not cost the others
            return [Page(draft.number, "failed", f"{type(error).__name__}: {error}")]

    def _made(self, draft: _Draft) -> Iterator[ParseEvent]:
        if draft.failed:
            yield Page(draft.number, "failed", draft.failed)
            return
        if draft.ocr:
            headings = self._headings.of_page(draft.number, [])
            path = headings[0] if headings else self._headings.current
            ocr = ocr_blocks(draft.ocr, page=draft.number, scale=draft.scale, paged=True, headings=path)
            yield from _turned_back(ocr, draft.back)
            yield from _below(path, draft.notes)
            yield Page(draft.number, "ocr")
            return
        header, footer = self._running.of_page(draft.number, draft.height)
        if not draft.tables and len(header) + len(footer) == len(draft.lines):
            header, footer = [], []  # a page of which nothing would be left
        found = self._laid_out(draft, {id(line) for line in (*header, *footer)})
        paths = self._headings.of_page(draft.number, found)
        if draft.back:
            for word in draft.words:
                word.shown = draft.back(word.shown or (word.x0, word.y0, word.x1, word.y1))
        for paragraph, path in zip(found, paths, strict=True):
            yield from _turned_back(self._blocks(paragraph, draft.number, path), draft.back)
        yield from _below(paths[-1] if paths else self._headings.current, draft.notes)
        above = "\n".join(filter(None, (_said(header), draft.numbers)))
        yield Page(draft.number, _state(draft, found), header=above, footer=_said(footer))

    def _blocks(self, paragraph: Paragraph, number: int, path: tuple[str, ...]) -> Iterator[Block]:
        content = paragraph.content
        if isinstance(content, Table):
            yield from table_blocks(content, number, path, self._vocabulary)
        elif isinstance(content, _Seen):
            left, top, *_ = content.corners
            scale = content.scale
            yield from ocr_blocks(
                content.lines, page=number, scale=scale, paged=True, headings=path, left=left, top=top
            )
            if content.caption:
                box = Box(number, *(round(side, 1) for side in content.corners))
                yield caption_block(content.caption, box, paged=True, headings=path)
        else:
            yield block_of(paragraph, number, path, self._vocabulary)

    def _laid_out(self, draft: _Draft, running: set[int]) -> list[Paragraph]:
        """The paragraphs of a page in reading order, without the running lines; at last what stands sideways."""
        body = max(self._sizes, key=lambda size: self._sizes[size], default=0.0)
        kept = [line for line in draft.lines if id(line) not in running]
        kept += self._goes_on(draft, kept)
        kept += [
            standing_for(seen, seen.corners, _row_at(draft.lines, seen.corners[1]) + _apart(number + len(draft.tables)))
            for number, seen in enumerate(draft.pictures)
        ]
        found = in_order([paragraphs(region, body) for region in regions(kept)], body)
        for lines in draft.sideways:
            found += [paragraph for region in regions(lines) for paragraph in paragraphs(region, body)]
        return found

    def _goes_on(self, draft: _Draft, others: list[Line]) -> list[Line]:
        """The tables of a page; the first with the headers of the page before where that one's last goes on in it.

        What runs over the pages parts no table; in a document of two pages it is not known by recurring thrice.
        """
        before, self._last_table = self._last_table, None
        top = [line for line in others if line.y1 < _EDGE * draft.height]
        known, self._edges = self._edges, frozenset(line.text for line in top)
        runs = {id(line) for line in top if line.text in known or _PAGE_NUMBER.fullmatch(line.text)}
        foot = (line for line in others if line.y0 > (1 - _EDGE) * draft.height)
        runs.update(id(line) for line in foot if _PAGE_NUMBER.fullmatch(line.text))
        others = [line for line in others if id(line) not in runs]
        tables = draft.tables
        if not tables:
            return []
        found = [line.content for line in tables]
        assert all(isinstance(table, Table) for table in found)
        if all(line.y0 >= tables[0].y0 for line in others):
            found = list(continued(found, before=before))  # type: ignore[arg-type]
        if all(line.y1 <= tables[-1].y1 for line in others):
            self._last_table = found[-1]  # type: ignore[assignment]
        return [replace(line, content=table) for line, table in zip(tables, found, strict=True)]


def _without_numbers(words: list[Word], numbers: list[Word]) -> tuple[list[Word], str]:
    """The words without those that number the lines, and these."""
    taken = set(map(id, numbers))
    return [word for word in words if id(word) not in taken], " ".join(word.text for word in numbers)


def _apart(number: int) -> float:
    """What is added to the row of a table or picture, so that those that begin at one height have rows of their own."""
    return 0.4 * number / (number + 1)


def _tables(lines: list[Line], page: PdfPage) -> list[Table]:
    """The tables of a page, from top to bottom."""
    areas = tabular_zones(lines)
    found = find_tables(areas, read_rules(page)) if areas else []
    others = without(lines, {id(word) for table in found for word in table.words}) if found else lines
    return sorted([*found, *paragraph_tables(others)], key=lambda table: table.box[1])


def _take_tables(draft: _Draft, tables: list[Table]) -> None:
    """Has lines stand for the tables, and takes their words out of the page's lines."""
    if not tables:
        return
    taken = {id(word) for table in tables for word in table.words}
    draft.tables = [
        standing_for(table, table.box, _row_at(draft.lines, table.box[1]) + _apart(number))
        for number, table in enumerate(tables)
    ]
    draft.lines = without(draft.lines, taken)


def _row_at(lines: list[Line], top: float) -> float:
    """A row before that of the lines that begin lower than `top`."""
    return min((line.row for line in lines if line.y1 >= top), default=len(lines)) - 0.5


def _state(draft: _Draft, found: list[Paragraph]) -> PageState:
    """How the page's text was got: by OCR where its pictures say more than its text layer, as of a stamped scan."""
    seen = sum(len(line.text) for one in draft.pictures for line in one.lines)
    if seen and seen > sum(len(word.text) for line in draft.lines for word in line.words):
        return "ocr"
    has_text = any(not isinstance(one.content, _Seen) or one.content.lines for one in found)
    return "text" if has_text or draft.notes else "empty"


def _turned_back(blocks: Iterator[Block], back: Back | None) -> Iterator[Block]:
    """The blocks, the boxes of those that have some put where they are on the page as displayed."""
    for block in blocks:
        if back is None or not block.place.boxes:
            yield block
            continue
        boxes = tuple(
            Box(box.page, *(round(side, 1) for side in back((box.x0, box.y0, box.x1, box.y1))))
            for box in block.place.boxes
        )
        yield replace(block, place=replace(block.place, boxes=boxes))


def _below(path: tuple[str, ...], notes: list[Block]) -> Iterator[Block]:
    """The notes, with the heading path of where they stand."""
    for note in notes:
        yield replace(note, place=replace(note.place, headings=(*path, *note.place.headings)))


def _said(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _shows_more(page: PdfPage, words: list[Word]) -> bool:
    """Whether there is more to see on the page than its text and ruled lines: pictures, shapes, glyphs without text."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_GetAnnotCount(page) > 0:
        return True
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT and words:
            continue
        if item.type != pdfium.FPDF_PAGEOBJ_PATH or pdfium.FPDFPath_CountSegments(item) > _RULE_SEGMENTS:
            return True
    return False


def _render(page: PdfPage, most: int) -> tuple[Image, float]:
    """The page as displayed, in pixels, and how many of them a point is."""
    width, height = page.get_size()
    scale = min(_DPI / _POINTS, _LONGEST_SIDE / max(width, height, 1), sqrt(most / max(width * height, 1)))
    bitmap: Any = page.render(scale=scale)
    try:
        return bitmap.to_pil().convert("RGB"), scale
    finally:
        bitmap.close()
