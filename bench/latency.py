"""How long a question takes in a large collection: `search`, and `ask` with the extractive provider, in process.

    python bench/latency.py [--chunks 100000] [--questions 100] [--texts FOLDER] [--home FOLDER]

The collection is made of the sentences of a folder's Markdown and text files, put together anew at random, so that its
words are as frequent as in real text and no two chunks are equal. To make it in minutes, a chunk's vector is the mean
of its sentences' vectors; questions are embedded by the model itself each time. `--home` keeps what was made. Each
question is some words of a sentence of the collection, and asked once: what was read for one helps the next as far as
they have words or chunks in common. Beside it stands what SQLite's FTS5 needs for the same words (stop words left out)
in the same run, and of everything the processor's time too, which other programs on the machine disturb less: of all
threads, and of the one that waits for the answer.

Bars (issue "Found and true", two cores): p50 of search 40 ms, of ask 120 ms, at 100,000 chunks.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

del sys.path[0]  # bench/ingest.py is not the package

import ibid  # noqa: E402
from retrieval.lexical import query_terms  # noqa: E402

ROOT = Path(__file__).parents[1]
SENTENCES = 7
"""Sentences of a chunk: about 200 tokens."""
FILLED = 1.15
"""Parts that are written for each chunk: one that is short is filled with the beginning of the next."""
PER_DOCUMENT = 100
PART = '''
"""MiniLM, but a text of several lines is the mean of its lines, each of which is embedded once for all of them."""
import numpy as np
from retrieval.embedders.minilm import MiniLM

KNOWN = {}

class Pooled(MiniLM):
    @property
    def identity(self):
        return "pooled " + super().identity

    def embed(self, texts):
        if not any("\\n" in text for text in texts):
            return super().embed(texts)
        new = sorted({line for text in texts for line in text.split("\\n") if line.strip()} - KNOWN.keys())
        if new:
            KNOWN.update(zip(new, super().embed(new), strict=True))
        rows = [np.mean([KNOWN[line] for line in text.split("\\n") if line.strip()], axis=0) for text in texts]
        found = np.asarray(rows, dtype=np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)
'''


def sentences(folder: Path) -> list[str]:
    """Sentences of 8 to 40 words of a folder's texts."""
    found: dict[str, None] = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".md", ".txt"):
            for one in re.split(r"(?<=[.!?])\s+|\n+", file.read_text(encoding="utf-8", errors="replace")):
                if 8 <= len(one.split()) <= 40:
                    found[" ".join(one.split())] = None
    return list(found)


def make(folder: Path, pool: list[str], chunks: int, rng: random.Random) -> None:
    """Files of random sentences, a line each, of about so many chunks."""
    folder.mkdir(parents=True)
    for number in range(round(chunks * FILLED / PER_DOCUMENT)):
        parts = ("\n".join(rng.sample(pool, SENTENCES)) for _ in range(PER_DOCUMENT))
        (folder / f"{number:05}.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def timed(name: str, questions: list[str], run: object) -> None:
    """Prints the percentiles of running it on each question."""
    assert callable(run)
    run(questions[0])
    took, worked, here = [], [], []
    for question in questions:
        begin, used, mine = time.perf_counter(), time.process_time(), time.thread_time()
        run(question)
        took.append(1000 * (time.perf_counter() - begin))
        worked.append(1000 * (time.process_time() - used))
        here.append(1000 * (time.thread_time() - mine))
    p50, p95 = np.percentile(took, [50, 95])
    processor = f"processor p50 {np.median(worked):.1f} ms, of it this thread {np.median(here):.1f} ms"
    print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, slowest {max(took):.0f} ms, {processor}, {len(took)} questions")
    sys.stdout.flush()


def plain_search(home: Path) -> Callable[[str], object]:
    """The best hundred chunks by FTS5's own ranking."""
    connection = sqlite3.connect(home / "ibid.db")
    sql = "SELECT rowid, bm25(fts_1) AS score FROM fts_1 WHERE fts_1 MATCH ? ORDER BY score LIMIT 100"

    def run(question: str) -> object:
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in query_terms(question))
        return connection.execute(sql, (match,)).fetchall()

    return run


def main() -> None:
    """Makes the collection where it is not there, and asks."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--chunks", type=int, default=100_000)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--texts", type=Path, default=ROOT.parent / "shared/eval/chroma_chunking/corpus")
    options.add_argument("--home", type=Path)
    given = options.parse_args()
    rng = random.Random(6)
    pool = sentences(given.texts)
    asked = [" ".join(rng.choice(pool).split()[:12]) + "?" for _ in range(2 * given.questions)]
    others = [asked.pop() for _ in range(given.questions)]
    with tempfile.TemporaryDirectory() as scratch:
        where = given.home or Path(scratch) / "home"
        package = Path(scratch) / "bench_parts"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "pooled.py").write_text(PART)
        sys.path.append(scratch)
        # a line is a sentence
        cut = {"strategy": "sentence", "size": 256, "context": []}
        settings = {"retrieval.embedder.name": "bench_parts.pooled", "ingest.chunking": {"default": cut, "rules": []}}
        if not (where / "corpus").exists():
            make(where / "corpus", pool, given.chunks, rng)
        with ibid.open(where / ".ibid", settings=settings) as library:
            begin = time.perf_counter()
            report = library.ingest(where / "corpus")
            indexed = sum(one.chunks for one in library.collections())
            seconds = time.perf_counter() - begin
            print(f"{indexed} chunks, {report.embedded} embedded in {seconds:.0f} s", flush=True)
            timed("FTS5 alone", asked, plain_search(where / ".ibid"))
            timed("search", asked, library.search)
            timed("ask, extractive", others, library.ask)


if __name__ == "__main__":
    main()
