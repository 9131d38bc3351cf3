"""Office files: docx, pptx and msg with the extra `office`, epub, eml, mbox, odt and rtf without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.parsers import Aids, Parser
from ingest.parsers._zip import check_zip
from ingest.types import ParseEvent

_WORD = (".docx", ".docm", ".dotx", ".dotm")
_SLIDES = (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm")
_BOOKS = (".epub",)
_TEXTS = (".odt", ".ott")


class Office(Parser):
    """Reads office files: headings as heading path, table rows, lists; a slide is a page.

    Word, PowerPoint and Outlook's messages need the extra `office`, the others nothing.
    """

    suffixes: ClassVar[tuple[str, ...]] = (*_WORD, *_SLIDES, *_BOOKS, *_TEXTS, ".eml", ".mbox", ".msg", ".rtf")
    version: ClassVar[int] = 5
    depends: ClassVar[tuple[str, ...]] = ("ocr", "pixels", "decompressed_mb")

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:
        """Blocks in reading order, pages of presentations."""
        suffix = file.suffix.lower()
        if suffix in (*_WORD, *_SLIDES, *_BOOKS, *_TEXTS):
            check_zip(file, aids.bounds)
        yield from _events(file, suffix, aids)


def _events(file: Path, suffix: str, aids: Aids) -> Iterator[ParseEvent]:
    """What the reader of the suffix says; each is imported when it is needed."""
    if suffix in _WORD:
        from ingest.parsers import _docx

        yield from _docx.read(file, aids)
    elif suffix in _SLIDES:
        from ingest.parsers import _pptx

        yield from _pptx.read(file, aids)
    elif suffix in _BOOKS:
        from ingest.parsers import _epub

        yield from _epub.read(file, aids)
    elif suffix in _TEXTS:
        from ingest.parsers import _odt

        yield from _odt.read(file, aids)
    elif suffix == ".rtf":
        from ingest.parsers import _rtf

        yield from _rtf.read(file)
    elif suffix == ".mbox":
        from ingest.parsers import _mbox

        yield from _mbox.read(file, aids)
    else:
        yield from _message(file, suffix, aids)


def _message(file: Path, suffix: str, aids: Aids) -> Iterator[ParseEvent]:
    from ingest.parsers import _eml, _mail, _msg

    yield from _mail.read(_eml.read(file) if suffix == ".eml" else _msg.read(file), aids)
