"""The networks that read pictures, as sessions of onnxruntime: RapidOCR's wheel has them, `models/` tiny ones."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ConfigurationError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def rapidocr_network(task: str, *, threads: int) -> InferenceSession:
    """One of the models in RapidOCR's wheel; RapidOCR itself, slow to load, is not imported."""
    spec = find_spec("rapidocr")
    folders = spec.submodule_search_locations if spec is not None else None
    files = sorted(Path(folders[0], "models").glob(f"PP-OCRv6_{task}_small.onnx")) if folders else []
    if not files:
        raise ConfigurationError("RapidOCR's models are missing", hint="reinstall it: pip install 'rapidocr==3.10.*'")
    return _session(files[0], threads)


def quick_network(task: str, *, threads: int) -> InferenceSession:
    """One of the tiny models (`models/NOTICE`): they take a third (det) and a fifth (rec) of the small ones' time."""
    return _session(Path(__file__).parent / "models" / f"PP-OCRv6_{task}_tiny.onnx", threads)


def _session(file: Path, threads: int) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others have work to do meanwhile
    options.enable_cpu_mem_arena = True  # without, what it took cannot be given back: detection holds 200 MB more
    options.enable_mem_pattern = False
    return InferenceSession(
        str(file), options, providers=[("CPUExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})]
    )


def run(network: InferenceSession, fed: Any) -> Any:
    """What a network of one input says first; the memory that it took is given back, which costs no time to speak of.

    Kept for the next line and the next picture, it makes a worker 75 MB larger.
    """
    from onnxruntime import RunOptions

    options = RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return network.run(None, {network.get_inputs()[0].name: fed}, options)[0]
