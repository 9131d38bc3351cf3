"""Small files made by hand, and what a parser makes of them."""

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.ocr import OCR
from ingest.ocr.rapidocr import RapidOCR
from ingest.parsers import Aids, Bounds, Parser
from ingest.types import Block, Info, Page, ParseEvent, Rows


@cache
def engine() -> OCR:
    return RapidOCR(threads=2)


class Read:
    """What a parser said of a file."""

    def __init__(self, events: Sequence[ParseEvent]) -> None:
        self.blocks = [event for event in events if isinstance(event, Block)]
        self.pages = [event for event in events if isinstance(event, Page)]
        self.title = next((e.title for e in events if isinstance(e, Info) and e.title), "")
        self.rows = sum((event.rows for event in events if isinstance(event, Info)), Rows())
        self.cut = next((event.cut for event in events if isinstance(event, Info) and event.cut), "")
        self.warnings = [warning for event in events if isinstance(event, Info) for warning in event.warnings]
        self.texts = [block.text for block in self.blocks]
        self.text = "".join(self.texts)


Reader = Callable[..., Read]


@pytest.fixture
def read() -> Reader:
    """Reads a file with a parser: `read(parser, file, passwords=(), bounds=None)`."""

    def run(parser: Parser, file: Path, *, passwords: tuple[str, ...] = (), bounds: Bounds | None = None) -> Read:
        return Read(list(parser.parse(file, Aids(bounds or Bounds(), engine, passwords))))

    return run


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Draws lines of text, one below the other: `picture("one", "two")`, a PNG."""

    def draw(*lines: str) -> bytes:
        image = Image.new("RGB", (700, 300), "white")
        for number, line in enumerate(lines):
            ImageDraw.Draw(image).text((30, 30 + 45 * number), line, fill="black", font=ImageFont.load_default(24))
        out = BytesIO()
        image.save(out, "PNG")
        return out.getvalue()

    return draw


PAGE = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
PdfMaker = Callable[..., Path]


@pytest.fixture
def make_pdf(tmp_path: Path) -> PdfMaker:
    """Writes a PDF of A4 pages: `make_pdf(["line one\\nline two", ""], rotate=0)`."""

    def make(pages: Sequence[str], *, name: str = "a.pdf", rotate: int = 0) -> Path:
        file = tmp_path / name
        file.write_bytes(pdf(pages, rotate=rotate))
        return file

    return make


def pdf(pages: Sequence[str], *, rotate: int = 0) -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 770 Td {shown} ET" if text else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Rotate {rotate} {PAGE} /Contents {5 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    body = "%PDF-1.4\n"
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("latin-1")
