"""A cross-encoder of the sentence-transformers library (6.x), on the CPU or a GPU (extra `sentence-transformers`)."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from ingest.errors import ConfigurationError, RetrievalError
from retrieval.rerankers import Graded, Reranker

_LOCK = threading.Lock()
"""A model is loaded once, and its tokenizer fails ("Already borrowed") where two threads use it at once."""


class CrossEncoderReranker(Reranker):
    """Reads question and passage together; code that comes with a model is never run."""

    model: Annotated[str, Field(min_length=1)]
    """A folder that holds the model, or its name on the hub."""
    revision: str | None = None
    download: bool = False
    """Whether a model that is not on this machine may be fetched from the hub."""
    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 32

    @property
    def model_name(self) -> str:
        """The model's name, or its folder's."""
        return Path(self.model).name if Path(self.model).is_dir() else self.model

    def grade(self, question: str, passages: Sequence[str]) -> Graded:
        """The model's scores; a passage longer than the model reads is cut by its tokenizer."""
        with _LOCK:
            model = self._model
            try:
                found = model.predict(
                    [(question, passage) for passage in passages],
                    batch_size=self.batch_size,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
            except RuntimeError as error:  # torch: out of memory, a device that went away
                raise RetrievalError(
                    f"the model {self.model!r} failed: {error}", hint="try a smaller batch_size, or device: cpu"
                ) from error
        scores = tuple(float(score) for score in found)
        if not all(map(math.isfinite, scores)):
            return Graded(
                (), f"the reranker {self.model_name!r} gave scores that are no numbers: the order is as found"
            )
        return Graded(scores)

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"the reranker 'cross_encoder' needs the extra 'sentence-transformers' ({error})",
                hint="pip install 'ibid-qa[sentence-transformers]'",
            ) from error
        try:
            model = CrossEncoder(
                self.model,
                device=None if self.device == "auto" else self.device,
                revision=self.revision,
                local_files_only=not self.download,
                trust_remote_code=False,
            )
        except Exception as error:  # OSError, ValueError, RuntimeError, AssertionError (no CUDA), the hub's own
            hint = "" if self.download else "; a name on the hub is fetched with download: true"
            raise ConfigurationError(
                f"the model {self.model!r} cannot be loaded on device {self.device!r}: {error}",
                hint=f"retrieval.search.reranker.model is a folder that holds a cross-encoder{hint}",
            ) from error
        if model.num_labels != 1:
            raise ConfigurationError(
                f"the model {self.model!r} gives {model.num_labels} scores a pair, and not one",
                hint="name a cross-encoder that was trained to rank",
            )
        return model
