"""How well pictures are read: `python -P bench/ocr.py`, or with receipts and pages that have transcripts.

    python -P bench/ocr.py [--engine tesseract] [--keep DIR]
        thirty pages drawn here, 100 to 200 dpi: clean, skewed by 2°, grey, noisy, in two columns
    python -P bench/ocr.py --receipts ../shared/eval/sroie_receipts
        lines whose letters and digits are in the text; whose line's box overlaps theirs
    python -P bench/ocr.py --transcripts ../shared/eval/ocr_pages
        words of `files.jsonl` that are read, and those in reading order

(-P: else `bench/ingest.py` stands in the package's way.)

Each picture goes through the parser as in `ibid ingest`. Drawn with DejaVu where Debian's `fonts-dejavu` is installed,
else with Pillow's own font.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image, ImageDraw, ImageFont

from ingest.ocr import OCR
from ingest.parsers import Aids, Bounds
from ingest.parsers.image import Picture
from ingest.plugins import find
from ingest.types import Block

KINDS = ("clean", "skewed", "grey", "noisy", "columns")
FONTS = ("DejaVuSerif.ttf", "DejaVuSans.ttf", "DejaVuSansCondensed.ttf", "")
OPENINGS = "In spring|After the flood|According to the log|For the third time|By noon|Without a word|As agreed"
WHO = "the harbour master|a young surveyor|our neighbour Ilse|the night train|Dr. Okafor|the committee|every gardener"
DID = "measured|repaired|sold|described|forgot|counted|painted|carried away|promised to return|weighed"
WHAT = "the old bridge|twelve crates of pears|a brass telescope|the northern wall|seven letters|the tide tables"
HOW = "before sunset|for £4.75 each|at 60 km/h|in room 214|with great care|on 3 May 1987|near the mill|against advice"


@dataclass(frozen=True)
class Score:
    """Of how many words (or lines) how many were right, and how many in order (or in place)."""

    name: str
    all: int
    right: int
    placed: int
    seconds: float


def sentences(chance: random.Random, words: int) -> list[str]:
    """Sentences made up here, of so many words together."""
    found: list[str] = []
    while sum(len(sentence.split()) for sentence in found) < words:
        opening, who, did, what, how = (chance.choice(part.split("|")) for part in (OPENINGS, WHO, DID, WHAT, HOW))
        found.append(f"{opening}, {who} {did} {what} {how}.")
    return found


def font(name: str, size: int) -> Any:
    """A font in so many pixels."""
    try:
        return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    except OSError:
        return ImageFont.load_default(size)


def wrapped(text: str, face: Any, width: float) -> list[str]:
    """The text in lines of a width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def page(number: int) -> tuple[Image.Image, str]:
    """A drawn page of A4 and its words in reading order."""
    chance = random.Random(number)
    kind, dpi = KINDS[number % 5], (100, 120, 150, 150, 175, 200)[number // 5]
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    image = Image.new("L", (width, height), 235 if kind == "grey" else 255)
    draw = ImageDraw.Draw(image)
    ink = 70 if kind == "grey" else 0
    face = font(FONTS[number % 4], round(chance.choice((10, 11, 12)) * dpi / 72))
    head = font(FONTS[number % 4], round(18 * dpi / 72))
    margin, gap = dpi * 0.9, dpi * 0.3
    columns = 2 if kind == "columns" else 1
    wide = (width - 2 * margin - (columns - 1) * gap) / columns
    title = f"{chance.choice(WHAT.split('|')).capitalize()}: report {number}"
    draw.text((margin, margin), title, font=head, fill=ink)
    written = [title]
    for column in range(columns):
        down = margin + 2 * head.size
        while down < height - margin - 6 * face.size:
            for line in wrapped(" ".join(sentences(chance, 40)), face, wide):
                if down < height - margin:
                    draw.text((margin + column * (wide + gap), down), line, font=face, fill=ink)
                    written.append(line)
                    down += 1.35 * face.size
            down += 0.8 * face.size
    return worn(image, kind, number), "\n".join(written)


def worn(image: Image.Image, kind: str, number: int) -> Image.Image:
    """The page as a scanner would give it."""
    if kind == "skewed":
        return image.rotate(2 if number % 2 else -2, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if kind == "noisy":
        pixels = np.asarray(image, dtype=np.float32)
        noise = np.random.default_rng(number)
        pixels = pixels + noise.normal(0, 25, pixels.shape)
        pixels[noise.random(pixels.shape) < 0.003] = 0
        return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return image


def words(text: str) -> list[str]:
    """What white space parts, in lower case, without punctuation around it."""
    return [word for word in (re.sub(r"^\W+|\W+$", "", word) for word in text.lower().split()) if word]


def letters(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]", "", text.lower())


def compared(name: str, gold: str, read: str, seconds: float) -> Score:
    """How many of the words were read, and how many of them stand in the same order."""
    wanted, got = words(gold), words(read)
    right = sum((Counter(wanted) & Counter(got)).values())
    matches = SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
    return Score(name, len(wanted), right, sum(match.size for match in matches), seconds)


def parsed(file: Path, ocr: Any) -> tuple[list[Block], float]:
    """A picture's blocks, and the seconds they took."""
    began = time.perf_counter()
    events = list(Picture().parse(file, Aids(Bounds(), ocr)))
    return [event for event in events if isinstance(event, Block)], time.perf_counter() - began


def drawn(ocr: Any, keep: Path) -> list[Score]:
    """The pages drawn here."""
    scores = []
    for number in range(30):
        image, gold = page(number)
        file = keep / f"{number:02}-{KINDS[number % 5]}.png"
        image.save(file)
        found, seconds = parsed(file, ocr)
        scores.append(compared(file.name, gold, "".join(block.text for block in found), seconds))
    return scores


def transcripts(ocr: Any, folder: Path) -> list[Score]:
    """Pages with transcripts in `files.jsonl`."""
    scores = []
    for line in (folder / "files.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        file = folder / "corpus" / case["file"]
        if file.suffix in Picture.suffixes:
            found, seconds = parsed(file, ocr)
            scores.append(compared(file.name, case["text"], "".join(block.text for block in found), seconds))
    return scores


def receipts(ocr: Any, folder: Path) -> list[Score]:
    """Receipts with lines and boxes in `ground_truth`."""
    scores = []
    for file in sorted((folder / "corpus").iterdir()):
        found, seconds = parsed(file, ocr)
        text = letters("".join(block.text for block in found))
        gold = json.loads((folder / "ground_truth" / f"{file.stem}.json").read_text(encoding="utf-8"))["lines"]
        lines = [line for line in gold if letters(line["text"])]
        read = [line for line in lines if letters(line["text"]) in text]
        placed = sum(overlaps(line, found) for line in read)
        scores.append(Score(file.name, len(lines), len(read), placed, seconds))
    return scores


def overlaps(line: dict[str, Any], found: list[Block]) -> bool:
    """Whether a block with the line's letters, or two that follow one another, overlap the line's box."""
    across, down = line["bbox"][::2], line["bbox"][1::2]
    wanted = letters(line["text"])
    for number, block in enumerate(found):
        pair = found[number : number + 2]
        if wanted not in letters("".join(other.text for other in pair)):
            continue
        for box in (
            box for other in (pair if wanted not in letters(block.text) else [block]) for box in other.place.boxes
        ):
            if min(box.x1, max(across)) > max(box.x0, min(across)) and min(box.y1, max(down)) > max(box.y0, min(down)):
                return True
    return False


def main() -> None:
    """Measures, prints a line a picture and the sum."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--engine", default="rapidocr")
    options.add_argument("--keep", type=Path, help="where the drawn pages are kept")
    options.add_argument("--receipts", type=Path)
    options.add_argument("--transcripts", type=Path)
    given = options.parse_args()
    part = find("ingest.ocr", OCR, given.engine)  # type: ignore[type-abstract]
    ocr = cache(part)
    with tempfile.TemporaryDirectory() as folder:
        keep = given.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        if given.receipts:
            scores = receipts(ocr, given.receipts)
        elif given.transcripts:
            scores = transcripts(ocr, given.transcripts)
        else:
            scores = drawn(ocr, keep)
    for score in scores:
        right, placed = score.right / score.all, score.placed / score.all
        print(f"{score.name:28} {score.all:5} {right:7.1%} {placed:7.1%} {score.seconds:6.1f} s")
    every, correct, there = (sum(getattr(score, key) for score in scores) for key in ("all", "right", "placed"))
    seconds = sum(score.seconds for score in scores) / len(scores)
    print(f"\n{'all':28} {every:5} {correct / every:7.1%} {there / every:7.1%} {seconds:6.1f} s a picture")
    if given.receipts:
        print(f"of those read, the box overlaps in {there / correct:.1%}")
    print(f"memory now {psutil.Process().memory_info().rss / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
