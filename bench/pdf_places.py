"""What of PDFs reaches the text, and whether quotes have the right boxes: `python bench/pdf_places.py FOLDER…`.

Every word: page by page, the share of the words that PDFium extracts that are in the document's text, or in its running
headers and footers; a word that a hyphen parted counts where it is mended. Boxes: of random quotes of five words and
more, the share whose boxes hold, for PDFium, the quote's words and no others.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path

import pypdfium2

del sys.path[0]  # bench/ingest.py is not the package

from ingest.loader import Loader, walk  # noqa: E402
from ingest.places import boxes_of  # noqa: E402
from ingest.settings import IngestSettings  # noqa: E402
from ingest.types import Block, Page, Span  # noqa: E402

_HYPHEN = re.compile("[\x02\ufffe\uffff][\r\n]*")
_HYPHENS = "-\u2010\u00ad\ufffe\uffff"
_WORD = re.compile(r"\S+")


def words(text: str) -> Counter[str]:
    """The words of a text, control codes aside."""
    return Counter(re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f]", " ", text).split())


def read(folder: Path, password: tuple[str, ...]) -> dict[str, tuple[list[Block], tuple[Page, ...]]]:
    """The blocks and pages of every PDF."""
    found = walk([folder], root=folder, home=folder / ".ibid")
    sources = [source for source in found.sources if source.path.endswith(".pdf")]
    documents = {}
    with Loader(IngestSettings(), workers=2, passwords=password) as loader:
        for parsing in loader.parse(sources):
            try:
                blocks = [block for segment in parsing.segments() for block in segment.blocks]
            except Exception as error:  # noqa: BLE001
                print(f"  {parsing.source.path}: {error}", file=sys.stderr)
                continue
            documents[parsing.source.file] = (blocks, parsing.pages)
    return documents


def missing(page: pypdfium2.PdfPage, text: str) -> tuple[int, list[str]]:
    """How many words PDFium extracts of a page, and those that are not in the text."""
    textpage = page.get_textpage()
    extracted = textpage.get_text_range()
    textpage.close()
    have = words(text)
    letters = "".join(text.split())
    wanted = words(_HYPHEN.sub("\x11", extracted).replace("\x11", "\u2060"))
    lost = []
    for word, count in wanted.items():
        whole = [word.replace("\u2060", ""), word.replace("\u2060", "-")]
        there = sum(have[one] for one in set(whole))
        if there < count and not any(one in letters for one in whole):
            lost += [word] * (count - there)
    return sum(wanted.values()), lost


def quotes(blocks: list[Block], number: int, seed: int) -> list[tuple[Block, Span]]:
    """Random runs of five to fifteen words, each within a block."""
    rng = random.Random(seed)
    long = [block for block in blocks if block.runs and len(block.text.split()) >= 5]
    found = []
    for block in rng.choices(long, k=number) if long else []:
        spots = list(_WORD.finditer(block.text))
        first = rng.randrange(len(spots) - 4)
        last = min(len(spots) - 1, first + rng.randint(4, 14))
        found.append((block, Span(spots[first].start(), spots[last].end())))
    return found


def inside(document: pypdfium2.PdfDocument, block: Block, part: Span) -> str:
    """What PDFium finds within the boxes of a part of a block."""
    said = []
    for box in boxes_of(block, part):
        page = document[box.page - 1]
        left, bottom, right, top = page.get_bbox()
        textpage = page.get_textpage()
        if page.get_rotation() == 0:
            area = (box.x0 + left, top - box.y1, box.x1 + left, top - box.y0)
        elif page.get_rotation() == 90:
            area = (box.y0 + left, box.x0 + bottom, box.y1 + left, box.x1 + bottom)
        elif page.get_rotation() == 180:
            area = (right - box.x1, box.y0 + bottom, right - box.x0, box.y1 + bottom)
        else:
            area = (right - box.y1, top - box.x1, right - box.y0, top - box.x0)
        said.append(textpage.get_text_bounded(*area))
        textpage.close()
        page.close()
    return " ".join(said)


def plain(text: str) -> str:
    """Letters and digits, and what else is no white space and no hyphen."""
    return "".join(
        char for char in text if not char.isspace() and char.isprintable() and char not in "-\u2010\u00ad\ufffe\uffff"
    )


def opened(file: str, passwords: list[str]) -> pypdfium2.PdfDocument | None:
    """The document, by the first password that opens it."""
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(file, password=password)
        except pypdfium2.PdfiumError:
            continue
    return None


def lost_words(file: str, blocks: list[Block], states: tuple[Page, ...], given: argparse.Namespace) -> Counter[str]:
    """How many words its pages with a text layer have, how many are lost, and how many pages lost over a hundredth."""
    counts: Counter[str] = Counter()
    document = opened(file, given.password)
    texts: dict[int, list[str]] = {}
    for block in blocks:
        for number in block.place.pages:
            texts.setdefault(number, []).append(block.text)
    for state in states if document is not None else ():
        if state.state in ("ocr", "failed"):
            continue
        said = f"{state.header}\n{state.footer}\n" + "".join(texts.get(state.number, []))
        count, gone = missing(document[state.number - 1], said)
        bad = len(gone) > 0.01 * count
        counts.update(pages=1, words=count, lost=len(gone), bad=bad)
        if bad and given.examples > 0:
            given.examples -= 1
            print(f"  {Path(file).name} page {state.number}: {len(gone)} of {count}: {gone[:8]}")
    return counts


def wrong_quotes(pool: list[tuple[str, Block]], given: argparse.Namespace) -> int:
    """How many of the random quotes are not what PDFium finds in their boxes."""
    files = {id(block): file for file, block in pool}
    wrong = 0
    for block, part in quotes([block for _, block in pool], given.quotes, given.seed):
        document = opened(files[id(block)], given.password)
        assert document is not None
        said, quote = inside(document, block, part), block.text[part.start : part.end]
        document.close()
        if plain(said) != plain(quote):
            wrong += 1
            print(f"  quote {quote!r}\n  boxes {said!r}")
    return wrong


def main() -> None:
    """Prints both figures, and examples of what is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--password", action="append", default=[])
    options.add_argument("--quotes", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--examples", type=int, default=10)
    given = options.parse_args()
    counts: Counter[str] = Counter()
    pool: list[tuple[str, Block]] = []
    for folder in given.folders:
        for file, (blocks, states) in read(folder, tuple(given.password)).items():
            counts += lost_words(file, blocks, states, given)
            pool += [(file, block) for block in blocks]
    share = 1 - counts["lost"] / max(counts["words"], 1)
    print(f"every word: {share:.3%} of {counts['words']} on {counts['pages']} pages; {counts['bad']} pages below 99 %")
    wrong = wrong_quotes(pool, given)
    print(f"boxes: {given.quotes - wrong} of {given.quotes} quotes are what PDFium finds in their boxes")


if __name__ == "__main__":
    main()
