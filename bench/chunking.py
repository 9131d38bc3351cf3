"""Our strategies on Chroma's chunking benchmark, beside what was published of theirs.

    python bench/chunking.py [--data FOLDER] [--without-recall]

Precision-omega (what a perfect search could reach) of `recursive` and `token`, without context, in cl100k tokens; then
recall of five hits by the embedded model alone (no words are searched), where a piece's WordPiece tokens count with
[CLS] and [SEP], as published. FOLDER holds `corpus/`, `cases.jsonl` and `published_results.csv`.

Bars: recursive 400/0 and 200/0 and token 800/400 within 0.1 points of the published, token 400/0 and 200/0 within 0.5
(the published ones locate a piece at its first occurrence), recall within 1.5. What has no bar is reported: recursive
800/400, whose overlap is upstream's own.
"""

from __future__ import annotations

import argparse
import csv
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)  # not bench/, whose ingest.py would be taken for the package

from ibid.evaluation.cases import Case, load_cases  # noqa: E402
from ingest.chunking import Rules  # noqa: E402
from ingest.segments import gather  # noqa: E402
from ingest.settings import ChunkingDefault, ChunkingSettings  # noqa: E402
from ingest.tokens import Tokenizer  # noqa: E402
from ingest.types import Block, Chunk, Place, Segment  # noqa: E402
from retrieval.embedders._tiktoken import encoding  # noqa: E402
from retrieval.embedders.minilm import MiniLM  # noqa: E402
from retrieval.metrics import Retrieved, char_scores, precision_omega  # noqa: E402

SEPARATORS = ("\n\n", "\n", ".", "?", "!", " ", "")
HITS = 5


@dataclass(frozen=True)
class BytePairs:
    """The vocabulary of the published rows of large embedders; each text that is counted is cut by itself."""

    special_tokens: int = 0
    max_tokens: int = 8191
    tokenizer_key: str = "cl100k_base"

    def token_starts(self, text: str) -> Sequence[int]:
        """Where each token begins; no word is cut."""
        vocabulary = encoding("cl100k_base")
        return vocabulary.decode_with_offsets(vocabulary.encode_ordinary(text))[1]


@dataclass(frozen=True)
class OfWhole:
    """The same, but a part has those tokens that begin in it in the whole text: what the published TokenText counts.

    By itself a part may have more: its first word's token begins with the space that is no longer there.
    """

    text: str
    special_tokens: int = 0
    max_tokens: int = 8191
    tokenizer_key: str = "cl100k_base, whole"

    @cached_property
    def _starts(self) -> Sequence[int]:
        return BytePairs().token_starts(self.text)

    def token_starts(self, text: str) -> Sequence[int]:
        """Where each token of a part begins, where the part occurs first."""
        at = self.text.find(text)
        first, last = bisect_left(self._starts, at), bisect_left(self._starts, at + len(text))
        return [start - at for start in self._starts[first:last]]


@dataclass(frozen=True)
class WordPieces:
    """MiniLM's tokens, with [CLS] and [SEP] around every text that is counted."""

    model: MiniLM
    special_tokens: int = 0
    max_tokens: int = 256
    tokenizer_key: str = "bert-uncased"

    def token_starts(self, text: str) -> Sequence[int]:
        """Where each token begins."""
        return [0, *self.model.token_starts(text).tolist(), len(text)]


@dataclass(frozen=True)
class Row:
    """A row of the published table, and by how much ours may differ."""

    model: str
    strategy: str
    size: int
    overlap: int
    measure: str
    bar: float | None

    @property
    def published_as(self) -> tuple[str, str, str, str]:
        """What names the row in the published table."""
        chunker = {"recursive": "Recursive", "token": "TokenText"}[self.strategy]
        return self.model, chunker, str(self.size), str(self.overlap)


LARGE, SMALL = "text-embedding-3-large", "all-MiniLM-L6-v2"
ROWS = (
    Row(LARGE, "recursive", 400, 0, "precision_omega", 0.1),
    Row(LARGE, "recursive", 200, 0, "precision_omega", 0.1),
    Row(LARGE, "token", 800, 400, "precision_omega", 0.1),
    Row(LARGE, "token", 400, 0, "precision_omega", 0.5),
    Row(LARGE, "token", 200, 0, "precision_omega", 0.5),
    Row(LARGE, "recursive", 800, 400, "precision_omega", None),
    Row(LARGE, "recursive", 400, 200, "precision_omega", None),
    Row(LARGE, "token", 400, 200, "precision_omega", None),
    Row(SMALL, "recursive", 250, 0, "precision_omega", None),
    Row(SMALL, "recursive", 200, 0, "precision_omega", None),
    Row(SMALL, "recursive", 250, 0, "recall", 1.5),
    Row(SMALL, "recursive", 200, 0, "recall", 1.5),
)


@dataclass(frozen=True)
class Benchmark:
    """The texts by file name, the questions, and the published figures."""

    texts: dict[str, str]
    cases: list[Case]
    published: dict[tuple[str, str, str, str], dict[str, str]]

    @classmethod
    def read(cls, folder: Path) -> Benchmark:
        """The benchmark in a folder."""
        with (folder / "published_results.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["table"] == "main table"]
        names = ("embedding_model", "chunker", "size", "overlap")
        return cls(
            texts={file.name: file.read_bytes().decode() for file in sorted((folder / "corpus").iterdir())},
            cases=load_cases(folder / "cases.jsonl"),
            published={(row[names[0]], row[names[1]], row[names[2]], row[names[3]]): row for row in rows},
        )

    def chunks(self, row: Row, model: MiniLM) -> dict[str, list[Chunk]]:
        """Each text's chunks by our strategy."""
        return {path: list(self._chunks(row, text, _tokenizer(row, text, model))) for path, text in self.texts.items()}

    def _chunks(self, row: Row, text: str, tokenizer: Tokenizer) -> Iterator[Chunk]:
        options = {"separators": SEPARATORS} if row.strategy == "recursive" else {}
        default = ChunkingDefault.model_validate(
            {"strategy": row.strategy, "size": row.size, "overlap": row.overlap, "context": (), **options}
        )
        rules = Rules(ChunkingSettings(default=default, rules=()), tokenizer)
        return rules.chunk("a.txt", _segments(text))


def _segments(text: str) -> Iterator[Segment]:
    """The text in one segment: theirs are not cut before they are split."""
    return (event for event in gather([Block(text)], limit=len(text)) if isinstance(event, Segment))


def _tokenizer(row: Row, text: str, model: MiniLM) -> Tokenizer:
    """What the published rows of its kind count with."""
    if row.model == SMALL:
        return WordPieces(model)
    return OfWhole(text) if row.strategy == "token" else BytePairs()


def measured(row: Row, bench: Benchmark, model: MiniLM) -> float:
    """Our figure for a row, in points."""
    chunks = bench.chunks(row, model)
    if row.measure == "recall":
        return 100 * recall(bench.cases, chunks, model)
    spans = {path: [chunk.span for chunk in found] for path, found in chunks.items()}
    return 100 * mean(precision_omega(case.evidence, spans) for case in bench.cases)


def recall(cases: list[Case], chunks: dict[str, list[Chunk]], model: MiniLM) -> float:
    """The share of the evidence's characters among the chunks nearest to each question."""
    flat = [(path, chunk) for path, found in chunks.items() for chunk in found]
    vectors = model.embed([chunk.text for _, chunk in flat])
    near = model.embed([case.question for case in cases]) @ vectors.T
    best = np.argsort(-near, axis=1, kind="stable")[:, :HITS]
    return mean(
        char_scores(case.evidence, [_hit(*flat[number]) for number in row])[0]
        for case, row in zip(cases, best, strict=True)
    )


def _hit(path: str, chunk: Chunk) -> Retrieved:
    return Retrieved(path, chunk.span, Place(), "", chunk.tokens, 0)


def main() -> int:
    """Measure every row, print ours beside the published, exit with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/eval/chroma_chunking")
    parser.add_argument("--without-recall", action="store_true", help="embed nothing")
    args = parser.parse_args()
    bench, model = Benchmark.read(args.data), MiniLM()
    missed = 0
    print(
        f"{'counted for':23} {'strategy':9} {'size':>8}  {'measure':15} {'ours':>6} {'published':>9} {'diff':>6}  bar"
    )
    for row in ROWS:
        if args.without_recall and row.measure == "recall":
            continue
        ours, published = measured(row, bench, model), float(bench.published[row.published_as][row.measure])
        off = row.bar is not None and abs(ours - published) > row.bar
        missed += off
        size, bar = f"{row.size}/{row.overlap}", "" if row.bar is None else f"{row.bar}{' MISSED' if off else ''}"
        print(f"{row.model:23} {row.strategy:9} {size:>8}  {row.measure:15} ", end="")
        print(f"{ours:6.2f} {published:9.1f} {ours - published:+6.2f}  {bar}", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
