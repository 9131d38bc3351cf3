"""How many CSV files of a set of polluted ones are read cell for cell as their clean versions say.

    python bench/nasty_csv.py FOLDER [-v]

FOLDER holds `files.jsonl` (a line a file: `file` below `corpus/`, `expected_file` below FOLDER: a clean CSV, or a
JSON object or a
list of them). Cells are compared without the white space around them; rows without a value count on neither
side. Where a clean version has made-up names (`col_0`) the file has no header, and none may be found. What follows the
clean version's last row in a file of several tables is not compared.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ingest.errors import EmptyError, IngestError
from ingest.parsers._tables import Begin, parts
from ingest.parsers.csv import rows_of


def tidy(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    """The rows with a value, their cells stripped, without blank cells at the end."""
    found = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(cells)
    return found


def expected(file: Path, parameters: Path | None) -> tuple[list[str] | None, list[list[str]]]:
    """Header and rows of a clean version; no header where the parameters know of none."""
    if file.suffix == ".json":
        records = json.loads(file.read_text(encoding="utf-8"))
        records = records if isinstance(records, list) else [records]
        return list(records[0]), tidy(record.values() for record in records)
    with file.open(newline="", encoding="utf-8") as handle:
        header, *rows = list(csv.reader(handle)) or [[]]
    if header and parameters and int(json.loads(parameters.read_text(encoding="utf-8"))["header_lines"]) == 0:
        made_up = all(re.fullmatch(r"col_\d+", cell) for cell in header)
        return None, tidy(rows if made_up else [header, *rows])
    return [cell.strip() for cell in header], tidy(rows)


def read(file: Path) -> tuple[list[str] | None, list[list[str]]]:
    """Header and rows as ibid reads them."""
    names: tuple[str, ...] | None = None
    rows = []
    for part in parts(rows_of(file)):
        if isinstance(part, Begin):
            names = names or part.names
        else:
            rows += part.rows
    headless = names is not None and all(re.fullmatch(r"column \d+", name) for name in names)
    return None if headless or names is None else list(names), tidy(rows)


def differences(file: Path, clean: Path, parameters: Path | None) -> Iterator[str]:
    """What is not as expected."""
    header, rows = expected(clean, parameters)
    try:
        names, found = read(file)
    except EmptyError:
        names, found = ([] if header == [] else None), []
    if (header is None) != (names is None):
        yield f"header {names} instead of {header}"
    elif header and names:
        named = [name for name in names if not name.startswith("column ")]
        if [cell.split() for cell in header if cell] != [name.split() for name in named]:
            yield f"header {names} instead of {header}"
    if len(found) < len(rows):
        yield f"{len(found)} rows instead of {len(rows)}"
    for number, (row, right) in enumerate(zip(found, rows, strict=False), 1):
        if row != right:
            yield f"row {number}: {row} instead of {right}"


def main() -> None:
    """Prints each file that is not read right, and the share of those that are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print the differences")
    options = parser.parse_args()
    right = total = 0
    for line in (options.folder / "files.jsonl").read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        if not about.get("expected_file") or not about["file"].lower().endswith((".csv", ".tsv")):
            continue
        total += 1
        try:
            parameters = options.folder / about["parameters_file"] if "parameters_file" in about else None
            clean = options.folder / about["expected_file"]
            found = list(differences(options.folder / "corpus" / about["file"], clean, parameters))
        except IngestError as error:
            found = [f"refused: {error}"]
        right += not found
        if found:
            print(f"{about['file']}: {len(found)} differences")
            for said in found[:3] if options.verbose else ():
                print(f"    {said[:600]}")
    print(f"{right} of {total} files right: {right / total:.1%}")


if __name__ == "__main__":
    main()
