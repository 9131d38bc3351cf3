"""The files of the embedded model: read, checked against their provenance, made into a tokenizer and a session."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import RetrievalError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HERE = Path(__file__).parent
_HINT = "reinstall ibid-qa, or make the model again with tools/export_minilm.py"


def hashes(folder: Path = HERE) -> dict[str, str]:
    """The SHA-256 of each file of the model, as its provenance file says.

    Raises:
        RetrievalError: the provenance file is missing or broken.
    """
    path = folder / "provenance.json"
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RetrievalError(f"the embedded model's {path.name!r} cannot be read: {error}", hint=_HINT) from error


def checked(name: str, folder: Path = HERE) -> bytes:
    """The bytes of the model's file `name`, which are those that its provenance names.

    Raises:
        RetrievalError: the file is missing, or is another one.
    """
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise RetrievalError(f"the embedded model's {name!r} cannot be read: {error}", hint=_HINT) from error
    if hashlib.sha256(data).hexdigest() != hashes(folder).get(name):
        raise RetrievalError(f"the embedded model's {name!r} is not the file that its provenance names", hint=_HINT)
    return data


@cache
def tokenizer(folder: Path = HERE) -> Tokenizer:
    """The model's tokenizer, which neither cuts nor pads; one for the process."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_str(checked("tokenizer.json", folder).decode("utf-8"))
    made.no_truncation()
    made.no_padding()
    return made


@cache
def session(folder: Path = HERE) -> Any:
    """The model as an onnxruntime session of one thread a call, one for the process; several threads may call it.

    Without arena and memory pattern, which keep what the longest text once needed: texts differ in length. Each is as
    fast as with them (onnxruntime 1.32), and one shared session as fast as one for each thread.

    Raises:
        RetrievalError: the file is not the right one, or onnxruntime cannot load it.
    """
    import onnxruntime as ort

    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 3
    data = checked("model.onnx", folder)
    try:
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes share no base but this
        raise RetrievalError(f"onnxruntime cannot load the embedded model: {error}", hint=_HINT) from error
