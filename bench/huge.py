"""Parsing one huge file through the worker: speed, and the peak memory of parent and worker together.

    python bench/huge.py [--format csv] [--megabytes 1000] [--folder FOLDER]

The file is made anew each time, of seeded random rows with quotes, line ends in fields, numbers and dates. It is
parsed as `ibid ingest` does: by a worker process, segment by segment, each dropped when the next one comes.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))  # else bench/ingest.py would be taken for the package

from ingest.loader import Loader
from ingest.settings import IngestSettings, Limits
from ingest.types import Source
from ingest.walk import signature

MEGABYTE = 1_000_000
_ROWS = 2_000
WORDS = ["north", "south", "copper", "river", "ledger", "amber", "signal", "harvest", "lantern", "meadow", "quartz"]


def csv_pieces() -> Iterator[str]:
    """Rows without end, some hundred kilobytes at a time."""
    yield "id,date,amount,share,name,note\n"
    chance = random.Random(7)
    for first in itertools.count(1, _ROWS):
        piece = io.StringIO()
        writer = csv.writer(piece, lineterminator="\n")
        for number in range(first, first + _ROWS):
            note = " ".join(chance.choices(WORDS, k=8))
            note = f'"{note}", he said\nand left' if number % 50 == 0 else note
            date = f"{chance.randint(1990, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            amount = f"{chance.uniform(-1e5, 1e5):,.2f}"
            name = " ".join(chance.choices(WORDS, k=2))
            writer.writerow([f"{number:08}", date, amount, f"{chance.random():.4f}", name, note])
        yield piece.getvalue()


PIECES: dict[str, Callable[[], Iterator[str]]] = {"csv": csv_pieces}


def make(file: Path, pieces: Iterator[str], size: int) -> None:
    """Writes pieces until the file has its size."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        while handle.tell() < size:
            handle.write(next(pieces))


class Memory:
    """Watches the resident memory of this process and its children; `peak` is in megabytes, `parts` at the peak."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.parts: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._done.wait(0.1):
            parts = []
            for process in [own, *own.children(recursive=True)]:
                try:
                    parts.append(process.memory_info().rss / MEGABYTE)
                except psutil.NoSuchProcess:
                    continue
            if sum(parts) > self.peak:
                self.peak, self.parts = sum(parts), parts


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", choices=sorted(PIECES), default="csv")
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the file is made; the temporary folder if not given")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        file = Path(folder) / f"huge.{options.format}"
        make(file, PIECES[options.format](), options.megabytes * MEGABYTE)
        size = file.stat().st_size
        source = Source(file.name, os.fspath(file), size, signature(os.fspath(file)))
        limits = Limits(seconds=86_400)
        began = time.perf_counter()
        blocks = characters = 0
        with Memory() as memory, Loader(IngestSettings(limits=limits)) as loader:
            for parsing in loader.parse([source]):
                for segment in parsing.segments():
                    blocks += len(segment.blocks)
                    characters += len(segment.text)
                result = parsing.result
        seconds = time.perf_counter() - began
    parts = " + ".join(f"{part:.0f}" for part in memory.parts)
    print(f"{size / MEGABYTE:.0f} MB, {blocks:,} blocks, {characters:,} characters, rows: {result.rows}")
    print(f"{seconds:.1f} s, {size / MEGABYTE / seconds * 60:.0f} MB/min, peak {memory.peak:.0f} MB ({parts})")
    for warning in result.warnings:
        print(f"warning: {warning}")


if __name__ == "__main__":
    main()
