"""How many rows of tables in PDFs come out whole, with their headers: rows marked by eye, and an own set of cells.

    python bench/pdf_tables.py --rows ROWS.json FOLDER    rows marked on the pages of the PDFs in FOLDER
    python bench/pdf_tables.py --cells FOLDER             what tools/make_table_pdfs.py drew into FOLDER

ROWS.json is a list of `{file, page, label, values, headers, sections}`. A row counts as whole where its label and its
values, in order, are in one block; with its headers where each of them is in that block or its header. White space,
currency and percent signs, hyphens and footnotes' marks do not count. A cell counts where it stands in its row at its
column; the name of a column, over all levels, counts as one more cell.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

del sys.path[0]  # bench/ingest.py is not the package

from ingest.ocr import OCR  # noqa: E402
from ingest.parsers import Aids, Bounds  # noqa: E402
from ingest.parsers.pdf import PDF  # noqa: E402
from ingest.types import Block  # noqa: E402

_MARKS = re.compile(r"\((?:[a-z]|\d)(?:,\d)*\)|[*†‡]")
_SIGNS = re.compile(r"[\s$€£%‐‑-]+")
_LEADERS = re.compile(r"(?:\.\s?){3,}")
_DASHES = re.compile("[–—―−]+")


@cache
def blocks_of(file: Path) -> tuple[Block, ...]:
    """What the parser makes of a file."""
    return tuple(
        event for event in PDF.model_validate({}).parse(file, Aids(Bounds(), _no_ocr)) if isinstance(event, Block)
    )


def _no_ocr() -> OCR:
    raise RuntimeError("these pages have text")


def plain(text: str) -> str:
    """The text without what does not count."""
    return _SIGNS.sub("", _LEADERS.sub("", _DASHES.sub("—", _MARKS.sub("", text)))).casefold()


def follows(text: str, parts: list[str]) -> bool:
    """Whether the parts stand in the text one after the other."""
    at = 0
    for part in map(plain, parts):
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def is_whole(block: Block, row: dict[str, Any]) -> bool:
    """Whether the row's label and values are in the block, in order."""
    return follows(plain(block.text), [row["label"], *row["values"]])


def is_headed(block: Block, row: dict[str, Any]) -> bool:
    """Whether all of the row's headers, and its sections, are in the block or its header."""
    text = plain(f"{block.header}\n{block.text}")
    return all(plain(part) in text for part in row["headers"])


def rows(truth: Path, folder: Path, *, verbose: bool) -> None:
    """Measures with rows marked by eye."""
    marked = json.loads(truth.read_text(encoding="utf-8"))
    counts = {"label and numbers": 0, "with every header": 0, "with their sections": 0}
    for row in marked:
        found = [block for block in blocks_of(folder / row["file"]) if row["page"] in block.place.pages]
        whole = [block for block in found if len(block.text) < 2000 and is_whole(block, row)]
        headed = [block for block in whole if is_headed(block, row)]
        sections = [block for block in headed if is_headed(block, {"headers": row.get("sections", [])})]
        for name, kept in zip(counts, (whole, headed, sections), strict=True):
            counts[name] += bool(kept)
        if verbose and not headed:
            print(f"{row['file'][:12]} p. {row['page']}: {'no header' if whole else 'TORN'}: {row['label'][:60]!r}")
            for block in whole:
                text = plain(f"{block.header}\n{block.text}")
                print("    ", [part for part in row["headers"] if plain(part) not in text], "|", block.header[:300])
    for name, count in counts.items():
        print(f"{name}: {count} of {len(marked)} ({100 * count / len(marked):.1f} %)")


def cells(folder: Path, *, verbose: bool) -> None:
    """Measures with tables whose cells are known."""
    truth = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    right = every = 0
    for name, tables in truth.items():
        found = list(_rows_of(folder / name))
        scores = [_table_score(table, found, verbose=verbose) for table in tables]
        good, most = sum(score[0] for score in scores), sum(score[1] for score in scores)
        extra = "" if tables else f"{len(found)} rows where there is no table"
        print(f"{name:22} {good:5} of {most:5} {extra}")
        right, every = right + good, every + most
    print(f"cells: {right} of {every} ({100 * right / every:.1f} %)")


def _rows_of(file: Path) -> Iterator[tuple[int, list[str], tuple[str, ...]]]:
    """Page, cells and column names of each row."""
    for block in blocks_of(file):
        if block.kind == "row":
            yield block.place.pages[0], block.text.rstrip("\n").split("\t"), block.place.columns


def _table_score(
    table: dict[str, Any], found: list[tuple[int, list[str], tuple[str, ...]]], *, verbose: bool
) -> tuple[int, int]:
    """How many cells and names are right, and how many there are."""
    good = most = 0
    for page, row in zip(table["pages"], table["rows"], strict=True):
        names = [" ".join(name) for name, cell in zip(table["names"], row, strict=True) if name and cell]
        scores = [
            (_cell_score(row, cells) + sum(plain(name) in map(plain, columns) for name in names), cells, columns)
            for number, cells, columns in found
            if number == page
        ]
        best = max(scores, default=(0, [], ()), key=lambda score: score[0])
        good, most = good + best[0], most + len(row) + len(names)
        if verbose and best[0] < len(row) + len(names):
            print("     expected", row, names, "\n     found   ", best[1], best[2])
    return good, most


def _cell_score(expected: list[str], found: list[str]) -> int:
    """How many cells are right; none where no filled one is."""
    padded = [*found, *[""] * (len(expected) - len(found))]
    equal = [plain(left) == plain(right) for left, right in zip(expected, padded, strict=False)]
    return sum(equal) if any(same and text for same, text in zip(equal, expected, strict=False)) else 0


def main() -> None:
    """Measures what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--cells", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args()
    if chosen.rows:
        rows(chosen.rows, chosen.folder, verbose=chosen.verbose)
    else:
        cells(chosen.folder, verbose=chosen.verbose)


if __name__ == "__main__":
    main()
