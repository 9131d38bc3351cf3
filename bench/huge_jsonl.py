"""A huge JSONL, and the same records as one array in a `.json`: time and memory of parsing them whole.

    python bench/huge_jsonl.py [--megabytes 300] [--ingest 0]

Each file is made in a temporary folder, then gone through in a process of its own, which has it parsed by a worker as
`ibid ingest` does and takes every segment; its peak memory is that of it and its worker together. With
`--ingest 50000` so many records are then ingested for real.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil

PARSE = """
import sys
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings
with Loader(IngestSettings()) as loader:
    for parsing in loader.parse(walk(sys.argv[1:], root="/", home=None).sources):
        blocks = sum(len(segment.blocks) for segment in parsing.segments())
        print(f"{blocks:,} blocks, {parsing.result.rows}")
"""
WORDS = [
    "north",
    "south",
    "river",
    "harbour",
    "invoice",
    "shipment",
    "delayed",
    "refund",
    "quarterly",
    "report",
    "customer",
    "address",
    "warehouse",
    "pallet",
    "fragile",
    "returned",
    "damaged",
    "urgent",
    "standard",
    "express",
    "signature",
    "missing",
    "partial",
    "complete",
    "credit",
    "debit",
    "account",
]


def records(seed: int = 7) -> Iterator[str]:
    """Orders without end, each a line of JSON."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        order = {
            "id": number,
            "customer": {"name": " ".join(chance.sample(WORDS, 2)).title(), "city": chance.choice(WORDS).title()},
            "total": round(chance.uniform(1, 5_000), 2),
            "paid": chance.random() < 0.8,
            "tags": chance.sample(WORDS, 3),
            "lines": [
                {"sku": f"S-{chance.randrange(10**6):06}", "count": chance.randrange(1, 9)}
                for _ in range(chance.randrange(1, 4))
            ],
            "note": " ".join(chance.choices(WORDS, k=25)),
        }
        yield json.dumps(order)


def write(file: Path, lines: Iterator[str], size: int) -> int:
    """Writes so many bytes of records; how many records that is."""
    array = file.suffix == ".json"
    count = written = 0
    with file.open("w", encoding="utf-8") as handle:
        handle.write("[" if array else "")
        for line in lines:
            separator = (",\n" if array else "\n") if count else ""
            written += handle.write(separator + line)
            count += 1
            if written >= size:
                break
        handle.write("]" if array else "\n")
    return count


def measured(*arguments: str) -> tuple[float, float, str]:
    """Runs Python: seconds, the peak of its and its children's resident megabytes, and what it said."""
    began, peak = time.monotonic(), 0
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        process = psutil.Process(child.pid)
        while child.poll() is None:
            try:
                family = [process, *process.children(recursive=True)]
                peak = max(peak, sum(one.memory_info().rss for one in family))
            except psutil.Error:
                continue
            time.sleep(0.05)
        said = child.stdout.read() if child.stdout else ""
    return time.monotonic() - began, peak / 1e6, said.strip().rpartition("\n")[2]


def main() -> None:
    """Makes the files and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--ingest", type=int, default=0, metavar="N", help="also ingest the first N records for real")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("orders.jsonl", "orders.json"):
            file = Path(folder, name)
            count = write(file, records(), options.megabytes * 10**6)
            report(file, count, "-c", PARSE, str(file))
            file.unlink()
        if options.ingest:
            file = Path(folder, "first.jsonl")
            count = write(file, islice(records(), options.ingest), sys.maxsize)
            report(file, count, "-m", "ibid", "--home", f"{folder}/.ibid", "ingest", str(file))


def report(file: Path, count: int, *arguments: str) -> None:
    """Has the file gone through, and prints what it took."""
    size = file.stat().st_size / 1e6
    seconds, memory, said = measured(*arguments)
    print(f"{file.name}: {count:,} records, {size:.0f} MB in {seconds:.1f} s, {size / seconds:.1f} MB/s, ", end="")
    print(f"at most {memory:.0f} MB; it said: {said}", flush=True)


if __name__ == "__main__":
    main()
