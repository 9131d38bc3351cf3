"""What is left of a PDF whose end is missing: a new end is written that leads to the pages that are still there.

PDFium finds objects again without the table at the file's end, but not without its trailer, which says where the
document begins. A download that broke off has lost both.
"""

from __future__ import annotations

import re
from pathlib import Path

_MOST = 300_000_000
"""Bytes: a larger file is not mended, since it has to be held in memory."""
_TAIL = 2048
_OBJECT = re.compile(rb"(\d{1,7})\s+(\d{1,5})\s+obj\b")
_NUMBERED = re.compile(rb"(\d{1,7})\s+\d{1,5}\s+(?:obj|R)\b")
_DICTIONARY = re.compile(_OBJECT.pattern + rb"((?:(?!endobj|stream).){0,200000})endobj", re.DOTALL)
_IS_PAGE = re.compile(rb"/Type\s*/Page\b")
_IS_TREE = re.compile(rb"/Type\s*/Pages\b")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d+)")
_MOST_PAGES = 100_000


def end_is_missing(file: Path) -> bool:
    """Whether a PDF does not end as the standard wants."""
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - _TAIL))
        return b"%%EOF" not in handle.read()


def salvaged(file: Path) -> bytes | None:
    """The file's bytes with a new end; None where nothing is missing, or no page is to be found in what is left.

    Pages in packed objects (PDF 1.5) are not found, since what tells them apart is packed too, and nothing in an
    encrypted file, since what opened it is lost.
    """
    if not end_is_missing(file) or file.stat().st_size > _MOST:
        return None
    data = file.read_bytes()
    tree, pages = _tree_and_pages(data)
    if not pages or b"/Encrypt" in data:
        return None
    free = max(int(found[1]) for found in _NUMBERED.finditer(data)) + 1  # lost objects are still referred to
    own = b"%d 0 obj\n<< /Type /Pages /Count %d /Kids [%b] >>\nendobj\n" % (free + 1, len(pages), b" ".join(pages))
    root = b"%d 0 obj\n<< /Type /Catalog /Pages %b >>\nendobj\n" % (free, tree or b"%d 0 R" % (free + 1))
    whole = data[: data.rfind(b"endobj") + len(b"endobj")]  # without the object that the end is missing of
    return whole + b"\n" + own + root + b"trailer\n<< /Root %d 0 R >>\nstartxref\n0\n%%%%EOF\n" % free


def _tree_and_pages(data: bytes) -> tuple[bytes, list[bytes]]:
    """References to the root of the page tree, "" where it is lost, and to the pages in the order of the file.

    Of several pages that show the same content the last counts.
    """
    tree = b""
    shown: dict[bytes, bytes] = {}
    for found in _DICTIONARY.finditer(data):
        reference = b"%b %b R" % found.group(1, 2)
        if _IS_TREE.search(found[3]) and b"/Parent" not in found[3]:
            tree = reference
        elif _IS_PAGE.search(found[3]) and len(shown) < _MOST_PAGES:
            contents = _CONTENTS.search(found[3])
            shown[reference] = contents[1] if contents else found[0]
    last = {contents: reference for reference, contents in shown.items()}
    return tree, list(last.values())
