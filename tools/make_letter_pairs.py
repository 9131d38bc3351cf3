"""Derives the table of letter pairs in `ingest/pdf/letters.py`: `python tools/make_letter_pairs.py` (needs Babel).

The pairs are counted in the names that CLDR (Unicode licence) has in every language written in Latin letters, each
language weighing the same, and in the docstrings of Python's standard library for running English.
"""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from babel import Locale, localedata

from ingest.pdf.letters import LEVELS, STEP, encoded, numbered

PARTS = ("territories", "languages", "scripts", "unit_display_names", "currency_names", "date_fields", "months", "days")
MOST = 3_000
ENGLISH = 0.3


def strings(value: object) -> Iterator[str]:
    """The strings in a locale's data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)


def share_of_pairs(text: str) -> np.ndarray:
    """How often each pair of letters follows one another, as shares; all zero for a text in other letters."""
    letters = numbered(encoded(text)).astype(int)
    if np.count_nonzero(letters) < 0.7 * sum(char.isalpha() for char in text):
        return np.zeros(27 * 27)
    counted = np.bincount(letters[:-1] * 27 + letters[1:], minlength=27 * 27).astype(float)
    counted[0] = 0
    return counted / max(counted.sum(), 1)


def languages() -> Iterator[str]:
    """The names that CLDR has in each language."""
    for name in localedata.locale_identifiers():
        if "_" not in name:
            data = Locale.parse(name)._data  # noqa: SLF001  # Babel offers no way to all of it
            yield " ".join(text for part in PARTS for text in strings(data.get(part, {})))[:MOST]


def docstrings() -> str:
    """The docstrings of the standard library."""
    trees = [ast.parse(file.read_text()) for file in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Module)
    return "\n".join(ast.get_docstring(node) or "" for node in nodes if isinstance(node, kinds))


def main() -> None:
    """Prints the table."""
    others = sum(share_of_pairs(text) for text in languages() if len(text) == MOST)
    shares = (1 - ENGLISH) * others / others.sum() + ENGLISH * share_of_pairs(docstrings())
    table = shares.reshape(27, 27) + 1e-5
    surprise = -np.log(table / table.sum(axis=1, keepdims=True))
    for row in np.clip(np.round(surprise / STEP), 0, len(LEVELS) - 1).astype(int):
        print(f'    "{"".join(LEVELS[level] for level in row)}"')


if __name__ == "__main__":
    main()
