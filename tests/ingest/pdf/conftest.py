"""PDFs with each line of text where a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
import pytest

_PAGE = "/MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
Spot = tuple[float, float, str] | tuple[float, float, str, float] | tuple[float, float, str, float, bool]
"""Where a line of text begins (points from the left, baseline from the top), the text, its size (10), whether bold."""
SetMaker = Callable[..., Path]


@pytest.fixture
def set_pdf(tmp_path: Path) -> SetMaker:
    """Writes a PDF: `set_pdf([[(72, 100, "text", 10, False)]])`, a list of lines for each page of 600 × 800."""

    def make(pages: Sequence[Sequence[Spot]], *, name: str = "a.pdf", rotate: int = 0, extra: str = "") -> Path:
        file = tmp_path / name
        file.write_bytes(written(pages, rotate=rotate, extra=extra))
        return file

    return make


@pytest.fixture
def opened() -> Callable[[Path], pypdfium2.PdfDocument]:
    """Opens a PDF with PDFium."""
    return pypdfium2.PdfDocument


def written(pages: Sequence[Sequence[Spot]], *, rotate: int = 0, extra: str = "") -> bytes:
    """The bytes of a PDF; `extra` is added to each page's content."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, spots in enumerate(pages):
        stream = "\n".join(map(_shown, spots)) + "\n" + extra
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Rotate {rotate} {_PAGE} /Contents {6 + 2 * number} 0 R >>",
            f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream",
        ]
    body = b"%PDF-1.4\n"
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def _shown(spot: Spot) -> str:
    x, y, text, size, bold = (*spot, *(10, False)[len(spot) - 3 :])
    escaped = str(text).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{'F2' if bold else 'F1'} {size} Tf {x} {800 - float(y)} Td ({escaped}) Tj ET"
