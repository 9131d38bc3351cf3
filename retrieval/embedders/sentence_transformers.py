"""Any sentence-transformers model, by name or from a folder, on the CPU or a GPU (extra `sentence-transformers`)."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ingest.errors import ConfigurationError, RetrievalError
from ingest.tokens import break_words, unbroken
from retrieval.embedders import Embedder
from retrieval.embedders._windows import averaged

_LOADING = threading.Lock()
_ENCODING = threading.Lock()
"""A model's tokenizer is set for each call, and fails ("Already borrowed") where two threads do so at once."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_PROBE = 1 << 20
_UNLIMITED = 100_000
"""Tokenizers without a limit say 1e30."""


class SentenceTransformers(Embedder):
    """A model of the sentence-transformers library; code that comes with a model is never run."""

    model: str
    """A model's name on the hub, or a folder."""
    revision: str | None = None
    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32

    @property
    def model_name(self) -> str:
        """The model's name, or its folder's."""
        return Path(self.model).name if Path(self.model).is_dir() else self.model

    @cached_property
    def identity(self) -> str:
        """Part, model and its revision, or what tells a folder's files from others."""
        if Path(self.model).is_dir():
            version = _fingerprint(Path(self.model))
        else:
            config = getattr(getattr(self._model[0], "auto_model", None), "config", None)
            version = self.revision or getattr(config, "_commit_hash", None) or "unknown"
        return f"sentence_transformers:{self.model_name}:{version}"

    @property
    def dimensions(self) -> int:
        """The length of a vector; loads the model."""
        loaded = self._model
        ask = getattr(loaded, "get_embedding_dimension", None) or loaded.get_sentence_embedding_dimension
        return int(ask())

    @property
    def special_tokens(self) -> int:
        """How many tokens the model adds to each text."""
        return int(self._tokenizer.num_special_tokens_to_add(is_pair=False))

    @property
    def max_tokens(self) -> int:
        """The most tokens the model reads at once."""
        limit = self._model.max_seq_length or self._model.tokenizer.model_max_length
        return int(min(limit, _UNLIMITED))

    @cached_property
    def tokenizer_key(self) -> str:
        """The hash of the tokenizer."""
        return f"tokenizer:{hashlib.sha256(self._tokenizer.to_str().encode()).hexdigest()[:16]}"

    def load(self) -> None:
        """Loads the model: seconds, of which importing torch takes the most."""
        _ = self._tokenizer

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of `text` begins."""
        broken, put = break_words(_SURROGATE.sub("\ufffd", text))
        offsets = self._tokenizer.encode(broken, add_special_tokens=False).offsets
        return unbroken(np.fromiter((start for start, _ in offsets), dtype=np.int64, count=len(offsets)), put)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit row per text, in order; a long text by windows."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        clean = [break_words(_SURROGATE.sub("\ufffd", text))[0] for text in texts]
        return averaged(clean, self.max_tokens - self.special_tokens, self.token_starts, self._encode)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        model = self._model
        try:
            with _ENCODING:
                rows = model.encode(
                    texts,
                    batch_size=self.batch_size,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                )
        except RuntimeError as error:  # torch: out of memory, a device that went away
            raise RetrievalError(
                f"the model {self.model!r} failed: {error}", hint="try a smaller batch_size, or device: cpu"
            ) from error
        return np.asarray(rows, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        """The model's own tokenizer, a copy that neither cuts nor pads."""
        from tokenizers import Tokenizer

        backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ConfigurationError(f"the model {self.model!r} has no fast tokenizer, which sizes are counted with")
        made = Tokenizer.from_str(backend.to_str())
        made.no_truncation()
        made.no_padding()
        return made

    @property
    def _model(self) -> Any:
        with _LOADING:
            return self._loaded

    @cached_property
    def _loaded(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"the embedder 'sentence_transformers' needs the extra 'sentence-transformers' ({error})",
                hint="pip install 'ibid-qa[sentence-transformers]'",
            ) from error
        device = None if self.device == "auto" else self.device
        try:
            return SentenceTransformer(self.model, device=device, revision=self.revision, trust_remote_code=False)
        except Exception as error:  # OSError, ValueError, RuntimeError, AssertionError (no CUDA), the hub's own
            raise ConfigurationError(
                f"the model {self.model!r} cannot be loaded on device {self.device!r}: {error}",
                hint="model is a name on the hub, which is downloaded once, or a folder that holds the model",
            ) from error


def _fingerprint(folder: Path) -> str:
    """What tells a model's folder from another: names, sizes, and the first and last megabyte of each file."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".txt", ".safetensors", ".bin", ".model"}:
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(_PROBE))
                file.seek(max(0, size - _PROBE))
                digest.update(file.read(_PROBE))
    return digest.hexdigest()[:16]
