"""How fast files become blocks, and in how much memory.

    python bench/parsing.py [--pdfs FOLDER] [--all FOLDER]

PDF: the whole default path (reading order, tables, places, OCR where it is needed), as `Loader` runs it with two
workers, against pypdf's `extract_text` on the same files in one process; Docling's 1.3 pages/s are as published. A
machine's speed may change from minute to minute: so pypdf's files come one after the other with whole runs of ibid
between them, and what counts is the ratio of the totals; those of the single runs show how far to trust it.
CSV: a file made here, rows to blocks. Memory: the peak of parent and workers while all files of a folder are parsed.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

del sys.path[0]  # bench/ingest.py is not the package

from ingest.errors import IngestError  # noqa: E402
from ingest.loader import Loader, walk  # noqa: E402
from ingest.settings import IngestSettings  # noqa: E402

ROOT = Path(__file__).parents[1]
DOCLING = 1.3
_TURNS = 3
"""Runs of ibid with and without pictures, spread over that of pypdf."""
WORDS = [first + last for first in ("har", "fer", "is", "time") for last in ("bour", "ry", "land", "table")]


@contextmanager
def watched() -> Iterator[list[float]]:
    """Takes note of the peak resident size, in MB, of this process and its children."""
    peaks = [0.0]
    over = threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not over.wait(0.05):
            total = 0
            for one in [own, *own.children(recursive=True)]:
                try:
                    total += one.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peaks[0] = max(peaks[0], total / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()


def parse(folder: Path, workers: int, images: str = "auto") -> tuple[int, int, int, int, float]:
    """Files, pages, pages by OCR, blocks, and seconds of parsing all of a folder."""
    settings = IngestSettings(parsers={"pdf": {"images": images}})
    begin = time.perf_counter()
    sources = walk([folder], root=folder, home=folder / ".ibid").sources
    files = pages = ocr = blocks = 0
    with Loader(settings, workers=workers) as loader:
        for parsing in loader.parse(sources):
            files += 1
            try:
                blocks += sum(len(segment.blocks) for segment in parsing.segments())
            except IngestError:
                continue
            pages += len(parsing.pages)
            ocr += sum(page.state == "ocr" for page in parsing.pages)
    return files, pages, ocr, blocks, time.perf_counter() - begin


def by_pypdf(file: Path) -> tuple[int, float]:
    """Pages and seconds of pypdf's plain text of a PDF."""
    from pypdf import PdfReader

    begin = time.perf_counter()
    pages = [page.extract_text() for page in PdfReader(file).pages]
    return len(pages), time.perf_counter() - begin


def pdf(folder: Path) -> None:
    """Prints pages per second of both sides."""
    files = sorted(folder.glob("*.pdf"))
    last = len(files) - 1
    after = {round(last * turn / (_TURNS - 1)) for turn in range(_TURNS)}
    pages, seconds = 0, 0.0
    ours: dict[str, list[tuple[int, int, float]]] = {"auto": [], "never": []}
    for number, file in enumerate(files):
        read, took = by_pypdf(file)
        pages, seconds = pages + read, seconds + took
        for images, runs in ours.items() if number in after else ():
            _, parsed, ocr, _, took = parse(folder, 2, images)
            runs.append((parsed, ocr, took))
    pypdf = pages / seconds
    print(f"pypdf's extract_text: {pages} pages in {seconds:.1f} s: {pypdf:.1f} pages/s")
    for images, runs in ours.items():
        parsed, ocr, _ = runs[0]
        took = sum(run[2] for run in runs) / len(runs)
        rate, single = parsed / took, sorted(run[0] / run[2] / pypdf for run in runs)
        print(f"ibid, images {images}: {parsed} pages ({ocr} by OCR) in {took:.1f} s: {rate:.0f} pages/s", end=", ")
        print(f"{rate / pypdf:.1f} times pypdf (the single runs {single[0]:.1f} to {single[-1]:.1f})", end=", ")
        print(f"{rate / DOCLING:.0f} times Docling's published {DOCLING}")


def table(megabytes: int) -> None:
    """Prints the megabytes per minute at which a CSV becomes blocks."""
    rng = random.Random(4)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with file.open("w", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["id", "date", "route", "remark", "amount"])
            number = 0
            while handle.tell() < megabytes * 2**20:
                number += 1
                remark = " ".join(rng.choices(WORDS, k=6))
                date = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
                writer.writerow([number, date, rng.choice(WORDS), remark, f"{number / 7:.2f}"])
        size = file.stat().st_size / 2**20
        _, _, _, blocks, seconds = parse(Path(folder), 1)
    print(f"CSV: {size:.0f} MB, {blocks} blocks in {seconds:.1f} s: {60 * size / seconds:.0f} MB/min with one worker")


def main() -> None:
    """Runs what is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pdfs", type=Path, default=ROOT.parent / "shared/eval/financebench_pdf/corpus")
    options.add_argument("--csv-mb", type=int, default=50)
    options.add_argument("--all", type=Path, help="parse all of a folder, and print the peak memory")
    given = options.parse_args()
    compileall.compile_dir(ROOT / "ingest", quiet=1)  # as pip did with pypdf: where none is written, each worker would
    pdf(given.pdfs)
    table(given.csv_mb)
    if given.all:
        with watched() as peak:
            files, pages, ocr, blocks, seconds = parse(given.all, 2)
        print(f"all: {files} files, {pages} pages ({ocr} by OCR), {blocks} blocks in {seconds:.0f} s; {peak[0]:.0f} MB")


if __name__ == "__main__":
    main()
