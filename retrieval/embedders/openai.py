"""Vectors from OpenAI, or any endpoint that speaks its `/embeddings`."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ingest.errors import ProviderError
from ingest.tokens import break_words, unbroken
from retrieval.embedders import Embedder
from retrieval.embedders._tiktoken import encoding
from retrieval.embedders._windows import averaged
from retrieval.endpoint import KEY, Endpoint, web_address

if TYPE_CHECKING:
    from openai import APIError, OpenAI
    from tiktoken import Encoding

_LOADING = threading.Lock()
_CHARACTERS_AT_ONCE = 400_000
"""The most characters in a request: OpenAI takes 300,000 tokens, servers at home a megabyte or so."""


class OpenAIEmbedder(Embedder):
    """An endpoint's embeddings model; the key is `OPENAI_API_KEY`, read from the environment only."""

    model: str = "text-embedding-3-small"
    base_url: str | None = None
    """Where the endpoint is, up to `/v1`; otherwise `OPENAI_BASE_URL`, otherwise OpenAI."""
    size: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """The length of vectors to ask for (not every endpoint can); otherwise what the first answer has."""
    window: Annotated[int, Field(ge=16, le=1_000_000)] = 8191
    """The most tokens the model reads at once, as cl100k_base counts them."""
    batch_size: Annotated[int, Field(ge=1, le=2048)] = 128
    timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    max_retries: Annotated[int, Field(ge=0, le=10)] = 5

    _checked = field_validator("base_url")(web_address)

    @property
    def model_name(self) -> str:
        """The model's name."""
        return self.model

    @property
    def identity(self) -> str:
        """Part, model and size; the address is not part of it, so that a proxy may move."""
        return f"openai:{self.model}:{self.size or 'full'}"

    @property
    def dimensions(self) -> int:
        """The length of a vector; asks the endpoint once where the settings do not say."""
        return self.size or self._found_size

    @property
    def remote(self) -> bool:
        """Texts go to the endpoint."""
        return True

    @property
    def special_tokens(self) -> int:
        """None that count."""
        return 0

    @property
    def max_tokens(self) -> int:
        """The option `window`."""
        return self.window

    @property
    def tokenizer_key(self) -> str:
        """The vocabulary of OpenAI's embedding models."""
        return "cl100k_base"

    def token_starts(self, text: str) -> NDArray[np.int64]:
        """Where each token of `text` begins."""
        broken, put = break_words(_clean(text))
        vocabulary = self._encoding
        _, offsets = vocabulary.decode_with_offsets(vocabulary.encode_ordinary(broken))
        return unbroken(np.asarray(offsets, dtype=np.int64), put)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit row per text, in order; a long text by windows."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        clean = [_clean(text) or " " for text in texts]  # OpenAI refuses an empty text
        return averaged(clean, self.window, self.token_starts, self._request_all)

    def _request_all(self, texts: list[str]) -> NDArray[np.float32]:
        with self._endpoint.client(timeout=self.timeout, max_retries=self.max_retries) as client:
            rows = [self._request(client, batch) for batch in self._batches(texts)]
        if len({part.shape[1] for part in rows}) != 1:
            raise self._nonsense("vectors of different lengths")
        return np.concatenate(rows)

    def _batches(self, texts: list[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        characters = 0
        for text in texts:
            if batch and (len(batch) == self.batch_size or characters + len(text) > _CHARACTERS_AT_ONCE):
                yield batch
                batch, characters = [], 0
            batch.append(text)
            characters += len(text)
        yield batch

    def _request(self, client: OpenAI, batch: list[str]) -> NDArray[np.float32]:
        """One request; the SDK tries again on 408, 409, 429, 5xx and lost connections, waiting longer each time."""
        import openai

        asked = self.size or openai.omit
        try:
            answer = client.embeddings.create(model=self.model, input=batch, encoding_format="float", dimensions=asked)
            found = {item.index: item.embedding for item in answer.data}
            rows = np.array([found[index] for index in range(len(batch))], dtype=np.float32)
        except openai.APIError as error:
            raise self._failed(error) from error
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise self._nonsense(f"no vector for each of {len(batch)} texts") from error
        norms = np.linalg.norm(rows, axis=1, keepdims=True) if rows.ndim == 2 else np.zeros(1)
        if not (np.isfinite(norms).all() and (norms > 0).all()):
            raise self._nonsense("what is no vector")
        if self.size and rows.shape[1] != self.size:
            raise self._nonsense(f"vectors of {rows.shape[1]} numbers, not of the {self.size} asked for")
        return np.asarray(rows / norms, dtype=np.float32)

    def _failed(self, error: APIError) -> ProviderError:
        """Our exception for the SDK's."""
        import openai

        status = error.status_code if isinstance(error, openai.APIStatusError) else None
        spent = error.code == "insufficient_quota"
        lost = isinstance(error, openai.APIConnectionError)
        transient = not spent and (lost or status in {408, 409, 429} or (status or 0) >= 500)
        said = f"status {status}: {error.message}" if status else error.message
        tried = f" after {self.max_retries + 1} tries" if transient else ""
        hints = {
            401: f"check {KEY}",
            403: f"check {KEY}",
            404: "check the embedder's base_url and model",
        }
        hint = "try again later, or check the embedder's base_url" if transient else hints.get(status or 0, "")
        said = said.replace(os.environ.get(KEY) or "\0", "…")[:500]
        return ProviderError(
            f"the embeddings endpoint {self._endpoint.host!r} failed{tried} for model {self.model!r}: {said}",
            hint=hint,
            transient=transient,
        )

    def _nonsense(self, what: str) -> ProviderError:
        return ProviderError(
            f"the embeddings endpoint {self._endpoint.host!r} answered with {what} for model {self.model!r}",
            hint="check that base_url and model name an embeddings model",
        )

    @property
    def _endpoint(self) -> Endpoint:
        return Endpoint("retrieval.embedder", self.base_url)

    @cached_property
    def _found_size(self) -> int:
        return int(self._request_all(["size"]).shape[1])

    @property
    def _encoding(self) -> Encoding:
        with _LOADING:
            return self._loaded_encoding

    @cached_property
    def _loaded_encoding(self) -> Encoding:
        return encoding("cl100k_base")


def _clean(text: str) -> str:
    """The text without lone surrogates, which no JSON carries."""
    return text.encode("utf-8", "replace").decode("utf-8")
