"""How long commands take from start to exit: medians over whole processes.

    python bench/startup.py [--runs 7]

Bars: `ibid --help` under 0.3 s, `ibid ask` on the samples under 2.5 s.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one run."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    """Ingest the samples once, then time the commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    args = parser.parse_args()
    ibid = str(Path(sys.executable).with_name("ibid"))
    with tempfile.TemporaryDirectory() as folder:
        home = ["--home", f"{folder}/.ibid"]
        subprocess.run([ibid, *home, "ingest", str(ROOT / "data/samples/docs")], check=True, capture_output=True)
        question = "Who is the Cooperative's fleet superintendent?"
        commands = {
            "ibid --help": [ibid, "--help"],
            "ibid search": [ibid, *home, "search", question],
            "ibid ask": [ibid, *home, "ask", question],
        }
        for name, command in commands.items():
            times = [seconds(command) for _ in range(args.runs)]
            print(f"{name:12} median {statistics.median(times):.2f} s  (from {min(times):.2f} to {max(times):.2f})")


if __name__ == "__main__":
    main()
