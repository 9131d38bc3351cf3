"""The `llama_cpp` provider: a GGUF file, run in this process by llama.cpp (xllamacpp 2026.10, the extra `local`)."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ingest.errors import ConfigurationError, ProviderError
from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Request
from qa.providers._openai_wire import Heard, Piece, cut_short
from qa.tokens import count_messages, count_tokens
from qa.types import Usage

if TYPE_CHECKING:
    from xllamacpp import Server

_SILENT = -1
"""llama.cpp's logs are for its developers: what fails is said by its replies."""


class LlamaCppProvider(Provider):
    """Answers by a model file; nothing leaves the process, and no port is opened."""

    model: Annotated[str, Field(min_length=1)]
    """The GGUF file."""
    window: Annotated[int, Field(ge=512, le=1_000_000)] = 4096
    """The most tokens of prompt and answer together; memory grows with it."""
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    """By default as many as there are cores."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0

    @property
    def model_name(self) -> str:
        """The file's name without its suffix."""
        return Path(self.model).stem

    @property
    def generates(self) -> bool:
        """True: a language model makes the text (though the prompt stays here)."""
        return True

    def count(self, text: str) -> int:
        """Tokens by cl100k_base, whatever the model: an estimate until the model reports its own."""
        return count_tokens(text)

    def cost(self, usage: Usage) -> float | None:  # noqa: ARG002
        """Nothing."""
        return 0.0

    def stream(self, request: Request) -> Iterator[Delta]:
        """The answer as it is generated."""
        heard = Heard()
        yield from map(Delta, heard.all(self._pieces(request)))
        if not heard.said.strip():
            raise ProviderError(
                f"the model {self.model_name!r} answered with no text",
                hint="a model that thinks before it answers may need a larger qa.budget.output_tokens",
            )
        used = heard.usage or Usage(count_messages(request.messages), self.count(heard.text))
        yield Delta(usage=used, abstained=heard.said.strip().startswith(ABSTENTION), warning=cut_short(heard.ended))

    def _pieces(self, request: Request) -> Iterator[Piece]:
        for chunk in _chunks(self._server, self._body(request)):
            if "error" in chunk:
                raise _refused(chunk["error"], self.window)
            choice: dict[str, Any] = next(iter(chunk.get("choices", ())), {"delta": {}})
            yield choice["delta"].get("content") or "", _usage(chunk), choice.get("finish_reason")

    def _body(self, request: Request) -> dict[str, Any]:
        return {
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "max_tokens": request.output_tokens,
            "temperature": self.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    @cached_property
    def _server(self) -> Server:
        """llama.cpp's server, spoken to by calls; what it must listen at is a socket in a private folder."""
        try:
            import xllamacpp
        except ImportError as error:
            raise ConfigurationError(
                "the provider 'llama_cpp' needs the extra 'local'", hint="pip install 'ibid-qa[local]'"
            ) from error
        file = Path(self.model).expanduser()
        if not file.is_file():
            raise ConfigurationError(f"qa.provider.model: there is no file {str(file)!r}", hint="name a GGUF file")
        folder = tempfile.mkdtemp(prefix="ibid-llama-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        given = xllamacpp.CommonParams()
        given.model.path, given.verbosity = str(file), _SILENT
        given.n_ctx, given.n_parallel, given.use_jinja = self.window, 1, True
        given.cpuparams.n_threads = given.cpuparams_batch.n_threads = self.threads or os.cpu_count() or 1
        given.hostnames, given.ui = [str(Path(folder) / "llama.sock")], False
        try:
            return xllamacpp.Server(given)
        except RuntimeError as error:
            raise ConfigurationError(
                f"llama.cpp cannot load {str(file)!r}", hint="is it a whole GGUF file, and is there memory for it?"
            ) from error


def _chunks(server: Server, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The chunks of a streamed reply as they come; generation stops where the reader does.

    Raises:
        ProviderError: llama.cpp refused the request.
    """
    coming: SimpleQueue[dict[str, Any] | Exception | None] = SimpleQueue()
    left = threading.Event()

    def take(chunk: dict[str, Any]) -> bool:
        coming.put(chunk)
        return left.is_set()

    def generate() -> None:
        try:
            server.handle_chat_completions(body, take)
            coming.put(None)
        except Exception as error:  # noqa: BLE001  # raised where the reader is
            coming.put(error)

    thread = threading.Thread(target=generate, name="llama.cpp")
    thread.start()
    try:
        while (chunk := coming.get()) is not None:
            if isinstance(chunk, Exception):
                raise ProviderError(f"llama.cpp failed: {' '.join(str(chunk).split())}") from chunk
            yield chunk
    finally:
        left.set()
        thread.join()


def _usage(chunk: dict[str, Any]) -> Usage | None:
    usage = chunk.get("usage")
    return Usage(usage["prompt_tokens"], usage["completion_tokens"]) if usage else None


def _refused(error: dict[str, Any], window: int) -> ProviderError:
    if error.get("type") == "exceed_context_size_error":
        return ProviderError(
            f"the prompt has {error.get('n_prompt_tokens')} tokens, and qa.provider.window is {window}",
            hint="raise qa.provider.window, or lower qa.budget.input_tokens",
        )
    return ProviderError(f"llama.cpp refused the request: {error.get('message')}")
