"""The `openai` provider: any endpoint that speaks OpenAI's chat completions, by the official SDK (3.x)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, field_validator

from qa.prompts import ABSTENTION
from qa.providers import Delta, Provider, Request
from qa.providers._openai_wire import Heard, Shape, added, cut_short, empty, pieces
from qa.structured import RESPONSE_FORMAT, keeps_shape, looks_structured, told
from qa.tokens import count_tokens
from qa.types import Usage
from retrieval.endpoint import Endpoint, retried, web_address
from retrieval.failures import translated
from retrieval.pricing import Priced

if TYPE_CHECKING:
    from openai import OpenAI

_CHARACTERS_PER_TOKEN = 20
"""An endpoint that ignores the limit of tokens is cut off at this many characters for each."""


@dataclass(slots=True)
class _Run:
    """A request on its way through one call or several."""

    request: Request
    shape: Shape
    used: Usage = field(default_factory=Usage)
    done: bool = False

    @property
    def structured(self) -> bool:
        """Whether this call asks for a structure."""
        return self.shape.structured and bool(self.request.structured)


class OpenAIProvider(Provider, Priced):
    """Answers by a chat model; the key comes from OPENAI_API_KEY, the address from `base_url` or OPENAI_BASE_URL."""

    model: Annotated[str, Field(min_length=1)]
    base_url: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    timeout: Annotated[float, Field(gt=0, le=3600)] = 180.0
    """Seconds without a byte after which it is given up; a local model's first token may take 40."""
    max_retries: Annotated[int, Field(ge=0, le=10)] = 3
    """How often a busy or failing endpoint is asked again, with growing pauses (or as long as it asks for)."""
    structured: Literal["auto", "always", "never"] = "auto"
    """Whether the reply is asked for as JSON, each sentence with its quotes; `auto`: where nobody watches it come."""

    _learnt: Shape | None = PrivateAttr(default=None)
    """What the endpoint takes, once it has refused something."""
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
        return self.price(usage.input_tokens, usage.output_tokens)

    def structures(self, *, streams: bool) -> bool:
        """As the option `structured` says; never of an endpoint that has refused it."""
        wanted = self.structured == "always" or (self.structured == "auto" and not streams)
        return wanted and (self._learnt is None or self._learnt.structured)

    def stream(self, request: Request) -> Iterator[Delta]:
        """The answer as it is generated, a structured one when it is whole.

        Parameters that the endpoint refuses are left out, once each, and not sent again.
        """
        limit: Literal["max_tokens", "max_completion_tokens"] = (
            "max_completion_tokens" if self._endpoint.is_public else "max_tokens"
        )
        run = _Run(request, self._learnt or Shape(limit=limit, temperature=self.temperature is not None))
        with self._endpoint.client(timeout=self.timeout, max_retries=0) as client:
            while not run.done:
                yield from self._try(client, run)

    def _try(self, client: OpenAI, run: _Run) -> Iterator[Delta]:
        """One call; `run.done` where it brought the answer, else `run.shape` is what to call again with."""
        import openai

        heard = Heard()
        room = run.request.output_tokens * _CHARACTERS_PER_TOKEN
        try:
            body = self._body(run)
            reply = retried(lambda: client.chat.completions.create(**body), max_retries=self.max_retries)
            for new in heard.all(pieces(reply), room=room):
                if not run.structured:
                    yield Delta(new)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            smaller = run.shape.without(str(error.message)) if not heard.text else None
            if smaller is None:
                raise translated(error, self._endpoint.host, tries=1) from error
            run.shape = self._learnt = smaller
            return
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            begun = bool(heard.text)
            raise translated(error, self._endpoint.host, tries=self.max_retries + 1, begun=begun) from error
        if not heard.text.strip() and run.shape.stream:
            run.shape = run.shape.whole()
            return
        if not heard.said.strip():
            raise empty(self._endpoint.host, self.model)
        run.used = added(run.used, heard.usage or self._estimate(run, heard.text))
        yield from self._finish(run, heard.said, heard.ended)

    def _finish(self, run: _Run, text: str, ended: str | None) -> Iterator[Delta]:
        """What closes an answer; nothing where another call is needed, since the structure is none."""
        if run.structured:
            found = told(text, run.request.sources, run.request.question)
            if found is None and looks_structured(text):
                run.shape = run.shape.plain()
                self._learnt = self._learnt if ended == "length" or keeps_shape(text) else run.shape
                return
            text = text.strip() if found is None else found.text  # the endpoint took the parameter, and wrote prose
            yield Delta(text, quoted=() if found is None else found.quoted, shaped=found is not None)
        run.done = True
        yield Delta(usage=run.used, abstained=text.strip().startswith(ABSTENTION), warning=cut_short(ended))

    def _body(self, run: _Run) -> dict[str, Any]:
        request, shape = run.request, run.shape
        asked = request.structured if run.structured else request.messages
        messages = [{"role": message.role, "content": message.content} for message in asked]
        body: dict[str, Any] = {"model": self.model, "messages": messages, "stream": shape.stream}
        if shape.limit:
            body[shape.limit] = request.output_tokens
        if shape.stream and shape.usage:
            body["stream_options"] = {"include_usage": True}
        if shape.temperature:
            body["temperature"] = self.temperature
        if run.structured:
            body["response_format"] = RESPONSE_FORMAT
        return body

    def _estimate(self, run: _Run, text: str) -> Usage:
        from qa.tokens import count_messages

        return Usage(count_messages(run.request.structured or run.request.messages), self.count(text))

    @property
    def _endpoint(self) -> Endpoint:
        return Endpoint("qa.provider", self.base_url)
