"""How long things take to start: commands from start to exit, a small ingest in a running process, a worker.

    python bench/startup.py [--runs 7]

Medians. A worker is made by either way: as a fork of a process that has loaded what it needs (how it is done on Linux),
and as a new process.

Bars: `ibid --help` under 0.3 s, `ibid ask` on the samples under 2.5 s.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

del sys.path[0]  # bench/ingest.py is not the package

import ibid  # noqa: E402
from ingest.loader import Loader, walk  # noqa: E402
from ingest.settings import IngestSettings  # noqa: E402

ROOT = Path(__file__).parents[1]
NOTE = "# Kettle\n\nThe copper kettle stands in the pantry. Anna bought it in Oslo in 1907.\n"


def told(name: str, runs: int, run: Callable[[], object], *, warm: bool = False) -> None:
    """Prints the median of some runs, after one that does not count where the process is to be warm."""
    times = []
    for number in range(runs + warm):
        begin = time.perf_counter()
        run()
        if number >= warm:
            times.append(time.perf_counter() - begin)
    print(f"{name:45} median {statistics.median(times):.2f} s  (from {min(times):.2f} to {max(times):.2f})", flush=True)


def commands(runs: int, folder: Path) -> None:
    """Whole processes."""
    program = str(Path(sys.executable).with_name("ibid"))
    home = ["--home", str(folder / ".ibid")]

    def command(*words: str) -> object:
        return subprocess.run([program, *words], check=True, capture_output=True)

    def new_home() -> object:
        with tempfile.TemporaryDirectory() as other:
            return command("--home", f"{other}/.ibid", "ingest", str(folder / "note.md"))

    command(*home, "ingest", str(ROOT / "data/samples/docs"))
    question = "Who is the Cooperative's fleet superintendent?"
    told("ibid --help", runs, lambda: command("--help"))
    told("ibid search", runs, lambda: command(*home, "search", question))
    told("ibid ask", runs, lambda: command(*home, "ask", question))
    told("ibid ingest, one note, a new home", runs, new_home)


def in_process(runs: int, folder: Path) -> None:
    """In this process, which has done it before."""

    def ingested() -> None:
        with tempfile.TemporaryDirectory() as other, ibid.open(f"{other}/.ibid") as library:
            assert library.ingest(folder / "note.md").added == 1

    def parsed() -> None:
        sources = walk([folder / "note.md"], root=folder, home=None).sources
        with Loader(IngestSettings(), workers=1) as loader:
            (text,) = ["".join(one.text for one in parsing.segments()) for parsing in loader.parse(sources)]
        assert text == NOTE

    told("the same in a running process", runs, ingested, warm=True)
    for forks, name in ((True, "a fork"), (False, "a new process")):
        with patch("ingest.process._FORKS", forks and sys.platform == "linux"):
            told(f"a note parsed by a worker that is {name}", runs, parsed, warm=True)


def main() -> None:
    """Times all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "note.md").write_text(NOTE, encoding="utf-8")
        commands(args.runs, folder)
        in_process(args.runs, folder)


if __name__ == "__main__":
    main()
