"""all-MiniLM-L6-v2 in int8, carried in the package: no download, no torch."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ingest.tokens import KnownWords, break_words, unbroken
from retrieval.embedders import Embedder
from retrieval.embedders.minilm import model

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_WIDTH = 384
_MAX_TOKENS = 256
_SPECIAL = 2
_START, _END = 101, 102
_TEXTS_AT_ONCE, _CHARACTERS_AT_ONCE = 512, 2_000_000
"""What is tokenised at once: a tokenizer's own record of a token takes some hundred bytes."""
_PIECE = 8_000
"""Characters that are cut into tokens at once."""
_TOKENIZER_LOADING, _NETWORK_LOADING = threading.Lock(), threading.Lock()
"""Two: a text can be cut into tokens while the network is loaded."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Window:
    """What the model reads at once: `row` is the text it comes from."""

    row: int
    ids: NDArray[np.int64]


class MiniLM(Embedder):
    """The embedded model; reads English.

    One text at a time on each thread, never padded: this is faster than batches, and a vector depends on its own text
    alone (activations are quantised over all that is read at once).
    """

    counts_by_word: ClassVar[bool] = True
    """The tokenizer splits at white space before all else."""

    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    """Texts embedded at the same time; by default as many as there are usable cores."""

    @property
    def model_name(self) -> str:
        """The model's name."""
        return "all-MiniLM-L6-v2"

    @cached_property
    def identity(self) -> str:
        """Part, model and the hash of its graph."""
        return f"minilm:{self.model_name}:{model.hashes().get('model.onnx', '')[:16]}"

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return _WIDTH

    @property
    def english_only(self) -> bool:
        """It was trained on English."""
        return True

    @property
    def special_tokens(self) -> int:
        """One before and one after each text."""
        return _SPECIAL

    @property
    def max_tokens(self) -> int:
        """What the model was trained to read."""
        return _MAX_TOKENS

    @cached_property
    def tokenizer_key(self) -> str:
        """The tokenizer's name and hash."""
        return f"bert-uncased:{model.hashes().get('tokenizer.json', '')[:16]}"

    def load(self) -> None:
        """Reads the tokenizer and the network."""
        _ = self._tokenizer, self._session

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of `text` begins."""
        broken, put = break_words(_SURROGATE.sub("\ufffd", text))
        return unbroken(self._words.token_starts(broken), put)

    @cached_property
    def _words(self) -> KnownWords:
        return KnownWords(self._token_starts)

    def _token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of a text without words of over 100 characters begins."""
        pieces = _pieces(text)
        found, done = [np.zeros(0, np.int64)], 0
        for piece, encoding in zip(pieces, self._encoded(pieces), strict=True):
            offsets = encoding.offsets
            found.append(np.fromiter((start for start, _ in offsets), dtype=np.int64, count=len(offsets)) + done)
            done += len(piece)
        return np.concatenate(found)

    def _encoded(self, pieces: list[str]) -> list[Encoding]:
        """The tokens of each piece; several at once on all cores, which also takes half the time on one."""
        if len(pieces) == 1:
            return [self._tokenizer.encode(pieces[0], add_special_tokens=False)]
        found: list[Encoding] = self._tokenizer.encode_batch(pieces, add_special_tokens=False)
        return found

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit row per text, in order; a text of more than 254 tokens by windows, averaged by their tokens."""
        vectors = np.zeros((len(texts), _WIDTH), dtype=np.float32)
        threads = self.threads or _usable_cores()
        for start, end in _slices(texts):
            self._embed_into(vectors[start:end], texts[start:end], threads)
        return vectors

    def _embed_into(self, vectors: NDArray[np.float32], texts: Sequence[str], threads: int) -> None:
        """Fills `vectors`; the longest windows first, so that all threads end at about the same time."""
        windows = sorted(self._windows(texts), key=lambda window: -len(window.ids))
        session = self._session

        def run(window: _Window) -> NDArray[np.float32]:
            result: NDArray[np.float32] = session.run(None, {"ids": window.ids[None, :]})[0][0]
            return result

        if threads == 1 or len(windows) == 1:
            results = [run(window) for window in windows]
        else:
            pool = ThreadPoolExecutor(min(threads, len(windows)), thread_name_prefix="minilm")
            try:
                results = list(pool.map(run, windows))
            finally:  # when interrupted, the rest is not waited for
                pool.shutdown(cancel_futures=True)
        for window, result in zip(windows, results, strict=True):
            vectors[window.row] += result * (len(window.ids) - _SPECIAL or 1)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    def _windows(self, texts: Sequence[str]) -> Iterator[_Window]:
        """Each text's tokens, in as few windows as hold them, of about the same length."""
        broken = [break_words(_SURROGATE.sub("\ufffd", text))[0] for text in texts]
        encoded = self._tokenizer.encode_batch_fast(broken, add_special_tokens=False)
        for row, encoding in enumerate(encoded):
            ids = np.asarray(encoding.ids, dtype=np.int64)
            for part in np.array_split(ids, max(1, -(-len(ids) // (_MAX_TOKENS - _SPECIAL)))):
                yield _Window(row, np.concatenate(([_START], part, [_END]), dtype=np.int64))

    @property
    def _tokenizer(self) -> Tokenizer:
        with _TOKENIZER_LOADING:
            return model.tokenizer()

    @property
    def _session(self) -> Any:
        with _NETWORK_LOADING:
            return model.session()


def _pieces(text: str) -> list[str]:
    """The text in pieces that end at white space, where no token goes on."""
    pieces, start = [], 0
    while len(text) - start > _PIECE:
        end = max(text.rfind(" ", start, start + _PIECE), text.rfind("\n", start, start + _PIECE)) + 1
        if end <= start:
            break
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def _slices(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The texts in runs that are tokenised at once: each of at least one text."""
    start = characters = 0
    for row, text in enumerate(texts):
        if row > start and (row - start == _TEXTS_AT_ONCE or characters + len(text) > _CHARACTERS_AT_ONCE):
            yield start, row
            start, characters = row, 0
        characters += len(text)
    if texts:
        yield start, len(texts)


def _usable_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
