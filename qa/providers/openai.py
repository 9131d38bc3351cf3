"""The `openai` provider: any endpoint that speaks OpenAI's chat completions, by the official SDK (3.x)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Request
from qa.providers._openai_wire import Shape, cut_short, empty, pieces, translated
from qa.tokens import count_tokens
from qa.types import Usage
from retrieval.endpoint import Endpoint, web_address

if TYPE_CHECKING:
    from openai import OpenAI

_CHARACTERS_PER_TOKEN = 20
"""An endpoint that ignores the limit of tokens is cut off at this many characters for each."""


class OpenAIProvider(Provider):
    """Answers by a chat model; the key comes from OPENAI_API_KEY, the address from `base_url` or OPENAI_BASE_URL."""

    model: Annotated[str, Field(min_length=1)]
    base_url: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    timeout: Annotated[float, Field(gt=0, le=3600)] = 180.0
    """Seconds without a byte after which a try is given up; a local model's first token may take 40."""
    max_retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often a busy, failing or silent endpoint is asked again, with growing pauses (or as long as it asks for)."""
    input_price: Annotated[float, Field(ge=0)] | None = None
    """Money for a million tokens of input."""
    output_price: Annotated[float, Field(ge=0)] | None = None
    """Money for a million tokens of output."""

    _checked = field_validator("base_url")(web_address)

    @property
    def model_name(self) -> str:
        """The model, as the answer reports it."""
        return self.model

    @property
    def generates(self) -> bool:
        """True: the prompt leaves this process."""
        return True

    def count(self, text: str) -> int:
        """Tokens by cl100k_base, whatever the model: an estimate until the endpoint reports its own."""
        return count_tokens(text)

    def cost(self, usage: Usage) -> float | None:
        """What a request cost; None unless both prices are set."""
        if self.input_price is None or self.output_price is None:
            return None
        return (usage.input_tokens * self.input_price + usage.output_tokens * self.output_price) / 1e6

    def stream(self, request: Request) -> Iterator[Delta]:
        """The answer as it is generated; parameters that the endpoint refuses are left out, once each."""
        limit: Literal["max_tokens", "max_completion_tokens"] = (
            "max_completion_tokens" if self._endpoint.is_public else "max_tokens"
        )
        shape: Shape | None = Shape(limit=limit, temperature=self.temperature is not None)
        with self._endpoint.client(timeout=self.timeout, max_retries=self.max_retries) as client:
            while shape is not None:
                shape = yield from self._try(client, request, shape)

    def _try(self, client: OpenAI, request: Request, shape: Shape) -> Generator[Delta, None, Shape | None]:
        """One call; returns the shape to call again with, None when the answer is complete."""
        import openai

        text, usage, ended = "", None, None
        room = request.output_tokens * _CHARACTERS_PER_TOKEN
        try:
            reply = client.chat.completions.create(**self._body(request, shape))
            for piece, used, reason in pieces(reply):
                text, usage, ended = text + piece, used or usage, reason or ended
                if piece:
                    yield Delta(piece)
                if len(text) > room:
                    ended = "length"
                    break
        except openai.BadRequestError as error:
            smaller = shape.without(str(error.message)) if not text else None
            if smaller is None:
                raise translated(error, self._endpoint.host, tries=1) from error
            return smaller
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise translated(error, self._endpoint.host, tries=self.max_retries + 1, begun=bool(text)) from error
        if not text.strip():
            if shape.stream:
                return shape.whole()
            raise empty(self._endpoint.host, self.model)
        abstained = text.strip().startswith(ABSTENTION)
        yield Delta(usage=usage or self._estimate(request, text), abstained=abstained, warning=cut_short(ended))
        return None

    def _body(self, request: Request, shape: Shape) -> dict[str, Any]:
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        body: dict[str, Any] = {"model": self.model, "messages": messages, "stream": shape.stream}
        if shape.limit:
            body[shape.limit] = request.output_tokens
        if shape.stream and shape.usage:
            body["stream_options"] = {"include_usage": True}
        if shape.temperature:
            body["temperature"] = self.temperature
        return body

    def _estimate(self, request: Request, text: str) -> Usage:
        from qa.tokens import count_messages

        return Usage(count_messages(request.messages), self.count(text))

    @property
    def _endpoint(self) -> Endpoint:
        return Endpoint("qa.provider", self.base_url)
