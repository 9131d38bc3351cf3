"""OpenAI's vocabularies without a download: llama-index-core carries them."""

from __future__ import annotations

import importlib.util
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ConfigurationError

if TYPE_CHECKING:
    from tiktoken import Encoding

_FOLDER = "TIKTOKEN_CACHE_DIR"
_SETTING = threading.Lock()


def encoding(name: str) -> Encoding:
    """The vocabulary `name`, from the user's own `TIKTOKEN_CACHE_DIR` or from llama-index-core's files.

    Raises:
        ConfigurationError: the vocabulary is not there.
    """
    import tiktoken

    with _SETTING:
        before = os.environ.get(_FOLDER)
        if before is None:
            os.environ[_FOLDER] = str(_bundled())
        try:
            return tiktoken.get_encoding(name)
        finally:
            if before is None:
                del os.environ[_FOLDER]


def _bundled() -> Path:
    """Where llama-index-core keeps its vocabularies; found without importing it, which takes a second."""
    spec = importlib.util.find_spec("llama_index.core")
    folder = Path(spec.origin).parent / "_static" / "tiktoken_cache" if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise ConfigurationError("llama-index-core, which carries the vocabulary, is not installed whole")
    return folder
