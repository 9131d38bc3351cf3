"""The default settings against the best of `ibid tune`'s sweep, on several sets, by paired bootstrap over cases.

    python bench/tuning.py FOLDER [SET ...] [--home HOME] [--grid FILE] [--metric NAME]

FOLDER holds a folder for each set, with `cases.jsonl` and `corpus/`. Prints the Markdown table of docs/chunking.md.
A home for each set lies below HOME: a second run embeds nothing, and then tells nothing of time.

Bars: for sets of 100 cases and more, the 95 % interval of default less best does not lie below −1 point; the sweep
takes at most twice the time of embedding its distinct texts (in a new home, on a machine with nothing else to do).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SETS = ["xquad_en", "tatqa_json", "mmlongbench_pdf", "wikitablequestions"]
LEAST_CASES, POINT = 100, 0.01
COLUMNS = ["set", "cases", "metric", "default", "best", "best of the sweep", "default − best", "", "time / embedding"]


def sweep(folder: Path, home: Path, options: list[str]) -> dict[str, Any]:
    """The object of `ibid tune`."""
    command = [sys.executable, "-m", "ibid", "--home", str(home / folder.name / ".ibid"), "--json"]
    command += ["tune", str(folder / "cases.jsonl"), "--corpus", str(folder / "corpus"), *options]
    command += ["--out", str(home / folder.name / "tune")]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    if "error" in found:
        sys.exit(f"{folder.name}: {found['error']['message']}")
    return found


def row(name: str, found: dict[str, Any]) -> tuple[list[str], bool]:
    """The row of a set, and whether it keeps the bar."""
    metric, by_name = found["metric"], {one["name"]: one for one in found["configurations"]}
    present, best = by_name["present"], by_name[found["best"]]
    behind = present["behind_best"]
    reported = found["cases"] < LEAST_CASES
    kept = reported or behind["low"] <= POINT
    spent = sum(one["embedding_seconds"] for one in found["configurations"])
    fresh = present["embedded"] > 0
    cells = [
        name,
        str(found["cases"]),
        f"`{metric}`",
        f"{present['metrics'][metric]:.3f}",
        f"{best['metrics'][metric]:.3f}",
        best["name"],
        f"{0.0 - behind['mean']:+.3f} [{0.0 - behind['high']:+.3f}, {0.0 - behind['low']:+.3f}]",
        "reported" if reported else "kept" if kept else "missed",
        f"{found['seconds'] / spent:.1f}" if fresh else "–",
    ]
    return cells, kept


def main() -> None:
    """Prints the table; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=SETS, metavar="SET")
    parser.add_argument("--home", type=Path, help="where homes and results go; otherwise a new folder")
    parser.add_argument("--grid")
    parser.add_argument("--metric")
    given = parser.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="ibid-tuning-"))
    options = [f"--{name}={value}" for name in ("grid", "metric") if (value := getattr(given, name))]
    print(f"homes and results: {home}", file=sys.stderr)
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS), flush=True)
    every = True
    for name in given.sets:
        cells, kept = row(name, sweep(given.folder / name, home, options))
        every = every and kept
        print("| " + " | ".join(cells) + " |", flush=True)
    sys.exit(0 if every else 1)


if __name__ == "__main__":
    main()
