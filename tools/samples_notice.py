"""The picture: `samples_notice.txt` as the notice board with fares and opening hours that hangs at Saltmarsh Quay."""

from __future__ import annotations

from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

SIZE = (1000, 760)
BLUE, INK, PAPER, PALE = "#1d4e6b", "#1a1a1a", "#fbfaf5", "#e6eef2"
COLUMNS = (40, 380, 535, 690, 845)


def draw_notice(source: Path, target: Path) -> None:
    """Draw the board with the fonts that reportlab carries."""
    lines = source.read_text(encoding="utf-8").splitlines()
    fares = [line.split(" | ") for line in lines if "|" in line]
    notes = [line for line in lines if "|" not in line]
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 84), fill=BLUE)
    draw.text((40, 20), "TARROW SOUND FERRIES: FARES", font=_font("VeraBd", 36), fill="white")
    for number, row in enumerate(fares):
        top = 104 + 46 * number
        if number % 2 == 0:
            draw.rectangle((24, top - 5, SIZE[0] - 24, top + 38), fill=PALE)
        for left, cell in zip(COLUMNS, row, strict=True):
            draw.text((left, top), cell, font=_font("Vera" if number else "VeraBd", 25), fill=INK if number else BLUE)
    for number, note in enumerate(notes):
        draw.text((40, 398 + 43 * number), note, font=_font("Vera", 25), fill=INK)
    draw.rectangle((4, 4, SIZE[0] - 5, SIZE[1] - 5), outline=BLUE, width=4)
    picture.quantize(48).save(target, optimize=True)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf"), size)
