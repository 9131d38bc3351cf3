"""Parses every file of a corpus of nasty files as `ibid ingest` would, one by one, and tells what became of each.

    python -P bench/nasty.py FOLDER [--only json/] [--messages]

FOLDER holds `corpus/` and `files.jsonl`: a line a file with `file`, `expect` and, of encrypted PDFs, the password.
What counts as a violation: a worker that dies or surprises, a file that takes more than 30 seconds a page or 1 GB,
JSON that is right and refused or wrong and accepted, an error of JSON without its position, a PDF that its password
does not open, a file that is neither document, failed nor skipped. The parent is this process: it must live.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ingest.errors import EmptyError, IngestError, UnsupportedError
from ingest.loader import Loader, walk
from ingest.settings import IngestSettings, Limits
from ingest.types import Source

SECONDS_PER_PAGE = 30
MEGABYTES = 1000
POSITION = re.compile(r"line \d+, column \d+")


@dataclass
class Outcome:
    """What became of a file: document, partial, failed or skipped; and what it took."""

    kind: str
    said: str
    characters: int
    pages: int
    seconds: float
    megabytes: float


class Peak:
    """The largest resident size of this process's children since it was last asked, in megabytes."""

    def __init__(self) -> None:
        self._most = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def taken(self) -> float:
        """The peak; begins anew."""
        most, self._most = self._most, 0.0
        return most

    def _look(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.02):
            for child in me.children():
                try:
                    self._most = max(self._most, child.memory_info().rss / 1e6)
                except psutil.Error:
                    continue


def parsed(loader: Loader, source: Source, peak: Peak) -> Outcome:
    """Has one file parsed."""
    peak.taken()
    began = time.monotonic()
    characters, kind, said = 0, "failed", ""
    for parsing in loader.parse([source]):
        try:
            characters = sum(len(segment.text) for segment in parsing.segments())
            result = parsing.result
            kind = "partial" if result.lost or result.cut or result.rows.failed else "document"
            said = result.cut or "; ".join([*(page.reason for page in result.lost), *result.warnings])
        except (EmptyError, UnsupportedError) as error:
            kind, said = "skipped", error.message
        except IngestError as error:
            said = f"{error.message} ({error.hint})" if error.hint else error.message
        pages = len(parsing.pages)
    return Outcome(kind, said, characters, pages, time.monotonic() - began, peak.taken())


def violations(row: dict[str, Any], found: Outcome) -> list[str]:
    """What is wrong with an outcome."""
    wrong = []
    if found.seconds > SECONDS_PER_PAGE * max(1, found.pages) + 2:
        wrong.append(f"{found.seconds:.0f} s for {found.pages} pages")
    if found.megabytes > MEGABYTES:
        wrong.append(f"{found.megabytes:.0f} MB")
    if "died on it" in found.said or "failed on it: " in found.said:
        wrong.append(found.said)
    if found.kind == "failed" and not found.said:
        wrong.append("no message")
    name = Path(row["file"]).name
    if row["type"] == "nasty/json":
        if name.startswith("y_") and found.kind not in ("document", "skipped"):
            wrong.append(f"is right, and {found.kind}: {found.said}")
        if name.startswith("n_") and found.kind != "failed":
            wrong.append(f"is wrong, and {found.kind}")
        if name.startswith("n_") and found.kind == "failed" and not POSITION.search(found.said):
            wrong.append(f"without a position: {found.said}")
    if row["type"] == "nasty/pdf" and password_of(row) and found.kind == "failed":
        wrong.append(f"its password does not open it: {found.said}")
    return wrong


def password_of(row: dict[str, Any]) -> str:
    """The known password; "" where it has none."""
    return str(row.get("pdfium", {}).get("password") or "")


def main() -> None:
    """Goes through the files and prints the counts, the slowest, the largest, and every violation."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--only", default="", help="files whose path begins so")
    options.add_argument("--messages", action="store_true", help="also print what was said of each file")
    given = options.parse_args()
    rows = [json.loads(line) for line in (given.folder / "files.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["file"].startswith(given.only)]
    corpus = given.folder / "corpus"
    passwords = tuple(dict.fromkeys(filter(None, map(password_of, rows))))
    counts: Counter[tuple[str, str]] = Counter()
    done: list[tuple[str, Outcome]] = []
    wrong: list[str] = []
    peak = Peak()
    settings = IngestSettings(limits=Limits(seconds_per_page=SECONDS_PER_PAGE, memory_mb=MEGABYTES))
    with Loader(settings, passwords=passwords) as loader:
        for row in rows:
            found = walk([corpus / row["file"]], root=corpus, home=None)
            if found.sources:
                outcome = parsed(loader, found.sources[0], peak)
            elif found.skipped:
                outcome = Outcome("skipped", found.skipped[0].reason, 0, 0, 0, 0)
            else:
                outcome = Outcome("failed", found.failed[0].error if found.failed else "", 0, 0, 0, 0)
            counts[row["type"], outcome.kind] += 1
            done.append((row["file"], outcome))
            wrong += [f"{row['file']}: {one}" for one in violations(row, outcome)]
            if given.messages:
                print(f"{outcome.kind:8} {outcome.seconds:5.1f} s  {row['file']}  {outcome.said}", flush=True)
    report(counts, done, wrong)


def report(counts: Counter[tuple[str, str]], done: list[tuple[str, Outcome]], wrong: list[str]) -> None:
    """The tables."""
    kinds = ("document", "partial", "failed", "skipped")
    print(f"{'':14}" + "".join(f"{kind:>10}" for kind in kinds))
    for type_ in sorted({type_ for type_, _ in counts}):
        print(f"{type_:14}" + "".join(f"{counts[type_, kind]:10}" for kind in kinds))
    sums = [f"{sum(counts[type_, kind] for type_, one in counts if one == kind)} {kind}" for kind in kinds]
    print(f"\nfiles seen {len(done)} = {' + '.join(sums)}")
    print("slowest: " + ", ".join(f"{path} {one.seconds:.1f} s" for path, one in by(done, "seconds")[:5]))
    print("largest: " + ", ".join(f"{path} {one.megabytes:.0f} MB" for path, one in by(done, "megabytes")[:5]))
    print(f"\n{len(wrong)} violations")
    for line in wrong:
        print(f"  {line}")


def by(done: list[tuple[str, Outcome]], key: str) -> list[tuple[str, Outcome]]:
    """The outcomes, those with the largest value first."""
    return sorted(done, key=lambda pair: -float(getattr(pair[1], key)))


if __name__ == "__main__":
    main()
