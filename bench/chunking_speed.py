"""Chunking speed: `sentence` and `recursive` beside llama-index's SentenceSplitter and chonkie's RecursiveChunker.

    python bench/chunking_speed.py [--python PYTHON] [--corpus FOLDER] [--megabytes 1.5] [--rounds 5] [--long 50]

Chunks of 200 tokens of the same text by the same tokenizer (MiniLM's), counting included. Each side is a process that
stays loaded and remembers nothing of the text; they take turns, each `--rounds` times, so that a busy machine slows all
alike, and the median turn counts. chonkie runs in an environment of its own (bench/.venv-chunking, made on the first
run, or --python). The text is the .md and .txt files of FOLDER (by default the texts of Chroma's chunking benchmark
beside the checkout), repeated with other numbers in it where it is too short.

Then, ours alone: the rate at a fiftieth, a tenth and the whole of `--long` megabytes; and of what the strategies
that cut by vectors take, the share that is spent in the embedder.

Bars: 5 times SentenceSplitter and once RecursiveChunker in MB/s; the long text at 0.7 times the short one's rate at
least; 90 % in the embedder.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
_NUMBER = re.compile(r"[0-9]{1,15}")
PACKAGES = ["chonkie==1.7.0", "tokenizers==0.23.3"]
SIDE = """
import json, sys, time
from pathlib import Path
size, tokenizer_file = 200, "retrieval/embedders/minilm/tokenizer.json"
{load}
make()("First call. " * 100)
print("ready", flush=True)
for line in sys.stdin:
    name, part = json.loads(line)
    text = Path(name).read_text(encoding="utf-8")[:part]
    cut = make()
    begin = time.perf_counter()
    count = cut(text)
    print(json.dumps([len(text.encode()) / 1e6 / (time.perf_counter() - begin), count]), flush=True)
"""
TOKENIZER = """
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(tokenizer_file)
tokenizer.no_truncation()
tokenizer.no_padding()
"""
LLAMA = (
    TOKENIZER
    + """
from llama_index.core.node_parser import SentenceSplitter
def make():
    count = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    splitter = SentenceSplitter(chunk_size=size, chunk_overlap=0, tokenizer=count)
    return lambda text: len(splitter.split_text(text))
"""
)
CHONKIE = (
    TOKENIZER
    + """
from chonkie import RecursiveChunker
def make():
    chunker = RecursiveChunker(tokenizer=tokenizer, chunk_size=size)
    return lambda text: len(chunker.chunk(text))
"""
)
OURS = """
from ingest.chunking import Rules
from ingest.segments import gather
from ingest.settings import ChunkingDefault, ChunkingSettings
from ingest.types import Block, Segment
from retrieval.embedders.minilm import MiniLM
default = ChunkingDefault(strategy="{strategy}", size=size, context=())
def make():
    model = MiniLM()
    model.token_starts("Its tokenizer is loaded.")
    rules = Rules(ChunkingSettings(default=default, rules=()), model)
    def cut(text):
        paragraphs = text.replace("\\n\\n", "\\n\\n\\0").split("\\0")
        events = gather(Block(paragraph) for paragraph in paragraphs)
        return sum(1 for _ in rules.chunk("a.txt", (one for one in events if isinstance(one, Segment))))
    return cut
"""
SHARE = """
from ingest.chunking import Rules
from ingest.settings import ChunkingDefault, ChunkingSettings
from ingest.types import Block, Segment
from retrieval.embedders.minilm import MiniLM
class Timed:
    identity, seconds = "minilm", 0.0
    def __init__(self):
        self.model = MiniLM()
    def __call__(self, texts):
        begin = time.perf_counter()
        try:
            return self.model.embed(texts)
        finally:
            self.seconds += time.perf_counter() - begin
default = ChunkingDefault(strategy="{strategy}", size=size, context=())
def make():
    embed = Timed()
    embed(["The model is loaded."])
    embed.seconds = 0.0
    rules = Rules(ChunkingSettings(default=default, rules=()), MiniLM(), embed)
    def cut(text):
        begin = time.perf_counter()
        for _ in rules.chunk("a.txt", [Segment(0, 0, (Block(text),))]):
            pass
        return embed.seconds / (time.perf_counter() - begin)
    return cut
"""
SIDES = {"llama-index SentenceSplitter": LLAMA, "chonkie RecursiveChunker": CHONKIE} | {
    f"ibid {strategy}": OURS.format(strategy=strategy) for strategy in ("sentence", "recursive")
}
VECTORS = ("semantic", "cluster")
TIMES_LLAMA, TIMES_CHONKIE, LINEAR, SHARE_OF_EMBEDDER = 5.0, 1.0, 0.7, 0.9


def environment(python: str | None) -> str:
    """The Python that has chonkie, in an environment of its own made on the first call."""
    if python:
        return python
    folder = ROOT / "bench" / ".venv-chunking"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "-q", "install", *PACKAGES], check=True)
    return str(folder / "bin" / "python")


def text_of(folder: Path, megabytes: float) -> str:
    """The texts of a folder, over and over with other numbers in them, up to a size."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".md", ".txt"))
    once = "\n\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    if not once.strip():
        raise SystemExit(f"{folder} holds no text: name one with --corpus")
    parts: list[str] = []
    size = 0
    while size < megabytes * 1e6:
        parts.append(_NUMBER.sub(partial(_greater, by=len(parts)), once))
        size += len(parts[-1].encode())
    return "\n\n".join(parts).encode()[: int(megabytes * 1e6)].decode(errors="ignore")


def _greater(number: re.Match[str], *, by: int) -> str:
    return str(int(number[0]) + by)


class Side:
    """A side's process, its tokenizer loaded."""

    def __init__(self, python: str, load: str) -> None:
        command = [python, "-c", SIDE.replace("{load}", load)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        if self._process.stdout is None or self._process.stdout.readline() != "ready\n":
            raise SystemExit(f"{python} could not load its chunker")

    def turn(self, file: Path, characters: int) -> tuple[float, Any]:
        """MB/s of one turn, and what the side says of it."""
        if self._process.stdin is None or self._process.stdout is None:
            raise SystemExit("a side has no pipes")
        self._process.stdin.write(json.dumps([str(file), characters]) + "\n")
        self._process.stdin.flush()
        rate, said = json.loads(self._process.stdout.readline())
        return rate, said

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


def beside(python: str, file: Path, rounds: int) -> bool:
    """All sides in turns; whether the bars are met."""
    sides = {name: Side(python if "chonkie" in name else sys.executable, load) for name, load in SIDES.items()}
    turns: dict[str, list[tuple[float, Any]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            turns[name].append(side.turn(file, sys.maxsize))
    for side in sides.values():
        side.close()
    rates = {name: median(rate for rate, _ in found) for name, found in turns.items()}
    llama, chonkie, *ours = rates.values()
    for name, rate in rates.items():
        said = f"{rate / llama:5.1f} × SentenceSplitter, {rate / chonkie:4.1f} × RecursiveChunker"
        best = max(one for one, _ in turns[name])
        print(f"{name:29} {rate:6.2f} MB/s (best turn {best:.2f}), {turns[name][0][1]:6,} chunks; {said}", flush=True)
    return all(rate >= TIMES_LLAMA * llama and rate >= TIMES_CHONKIE * chonkie for rate in ours)


def linear(file: Path, characters: int) -> bool:
    """Ours on more and more of a long text; whether the rate holds."""
    met = True
    for strategy in ("sentence", "recursive"):
        side = Side(sys.executable, OURS.format(strategy=strategy))
        rates = [side.turn(file, characters // part)[0] for part in (50, 10, 1)]
        side.close()
        print(f"ibid {strategy:24} {' '.join(f'{rate:6.2f}' for rate in rates)} MB/s at 1/50, 1/10 and all", flush=True)
        met = met and rates[-1] >= LINEAR * rates[0]
    return met


def embedding(file: Path, characters: int) -> bool:
    """The share of their time that strategies which cut by vectors spend in the embedder; whether it is enough."""
    met = True
    for strategy in VECTORS:
        side = Side(sys.executable, SHARE.format(strategy=strategy))
        _, share = side.turn(file, characters)
        side.close()
        print(f"ibid {strategy:24} {share:6.1%} of its time in the embedder", flush=True)
        met = met and share >= SHARE_OF_EMBEDDER
    return met


def main() -> int:
    """Run all, print a line each, exit with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="a Python that has chonkie and tokenizers")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/eval/chroma_chunking/corpus")
    parser.add_argument("--megabytes", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", type=float, default=50, help="megabytes of the long text")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.txt"
        file.write_text(text_of(args.corpus, args.megabytes), encoding="utf-8")
        met = [beside(environment(args.python), file, args.rounds), embedding(file, 150_000)]
        text = text_of(args.corpus, args.long)
        file.write_text(text, encoding="utf-8")
        met.append(linear(file, len(text)))
    if not all(met):
        print("a bar is MISSED")
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
