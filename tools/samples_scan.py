"""The scan: `samples_scan.txt` typed, as pictures of paper, a little askew and dusty, without a text layer."""

from __future__ import annotations

import io
import math
import random
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DPI = 170
ANGLES = (0.5, -0.6, 0.3)


def write_scan(source: Path, target: Path) -> None:
    """Type the pages, print them, lay them on the glass."""
    pages = source.read_text(encoding="utf-8").split("=== page\n")[1:]
    noise = random.Random(1187)
    canvas = Canvas(str(target), pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle("Scan 2024-12-20")
    for text, angle in zip(pages, ANGLES, strict=True):
        picture = _scanned(_printed(text), angle, noise)
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=48, optimize=True)
        data.seek(0)
        canvas.drawImage(ImageReader(data), 0, 0, *A4)
        canvas.showPage()
    canvas.save()


def _printed(text: str) -> Image.Image:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4, invariant=1)
    canvas.setFont("Courier-Bold", 12)
    height = A4[1] - 80
    for line in text.split("\n"):
        if line == "~":
            _signature(canvas, 90, height - 12)
            height -= 30
        else:
            canvas.drawString(80, height, line)
            height -= 18.5
    canvas.save()
    page = pypdfium2.PdfDocument(data.getvalue())[0]
    return page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")


def _signature(canvas: Canvas, x: float, y: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x, y)
    for step in range(1, 60):
        along = step / 59
        path.lineTo(x + 130 * along, y + 13 * math.sin(21 * along) * (1 - 0.7 * along) + 5 * math.sin(4 * along))
    canvas.setLineWidth(1.3)
    canvas.drawPath(path)


def _scanned(page: Image.Image, angle: float, noise: random.Random) -> Image.Image:
    page = page.point(lambda value: 40 + value * 200 // 255)  # grey ink on paper that is not quite white
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=240).filter(ImageFilter.GaussianBlur(0.5))
    small = (page.width // 3, page.height // 3)
    grain = Image.frombytes("L", small, bytes(noise.randrange(0, 12) for _ in range(small[0] * small[1])))
    page = ImageChops.subtract(page, grain.resize(page.size, Image.Resampling.BILINEAR))
    for _ in range(60):
        x, y = noise.randrange(page.width - 3), noise.randrange(page.height - 3)
        page.paste(noise.randrange(90, 200), (x, y, x + noise.randrange(1, 3), y + noise.randrange(1, 3)))
    return page
