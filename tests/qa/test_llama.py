"""The openai provider against a real llama.cpp server (tools/llama_server.py) at $IBID_TEST_LLAMA_URL."""

import os

import pytest

from ingest.errors import ProviderError
from qa.budget import fit
from qa.citations import resolve
from qa.providers import Request
from qa.providers.openai import OpenAIProvider
from qa.settings import Budget

URL = os.environ.get("IBID_TEST_LLAMA_URL", "")
pytestmark = [pytest.mark.llama, pytest.mark.skipif(not URL, reason="IBID_TEST_LLAMA_URL is not set")]
TEXT = "The old ferry was closed in 1998. The bridge over the Glomma is 120 m long. It was opened by the mayor in 2003."


def test_a_small_model_answers_in_a_stream_and_counts(hit, embed) -> None:
    provider = OpenAIProvider(model="small", base_url=URL, temperature=0)
    question = "How long is the bridge over the Glomma?"
    prompt = fit(question, hits=[hit(TEXT)], turns=[], budget=Budget(output_tokens=40), provider=provider)
    deltas = list(provider.stream(Request(question, prompt.sources, prompt.messages, 40, embed)))
    pieces = [delta.text for delta in deltas if delta.text]
    assert len(pieces) > 3
    usage = deltas[-1].usage
    assert usage is not None
    assert 0 < usage.output_tokens <= 41
    assert prompt.input_tokens / 1.3 <= usage.input_tokens <= prompt.input_tokens * 1.1
    text = "".join(pieces)
    resolved = resolve(text, prompt.sources)
    assert "120" in text
    assert all(0 <= quote.span.start < quote.span.end <= len(TEXT) for quote in resolved.quotes)


def test_a_structured_answer_is_in_the_shape(hit, embed) -> None:
    provider = OpenAIProvider(model="small", base_url=URL, temperature=0)
    question = "How long is the bridge over the Glomma?"
    budget = Budget(output_tokens=120)
    prompt = fit(question, hits=[hit(TEXT)], turns=[], budget=budget, provider=provider, structured=True)
    request = Request(question, prompt.sources, prompt.messages, 120, embed, prompt.structured)
    deltas = list(provider.stream(request))
    assert "".join(delta.text for delta in deltas).strip()
    assert "{" not in deltas[0].text
    assert deltas[-1].usage is not None
    assert provider.structures(streams=False), "the server takes response_format, and the reply is of its shape"


def test_a_request_over_the_models_window_is_said(hit, embed) -> None:
    provider = OpenAIProvider(model="small", base_url=URL, max_retries=0)
    prompt = fit(
        "Why?",
        hits=[hit("word and " * 20_000)],
        turns=[],
        budget=Budget(input_tokens=50_000, context_tokens=40_000),
        provider=provider,
    )
    with pytest.raises(ProviderError, match=r"refused the request \(status 400\)|failed \(status 500\)"):
        list(provider.stream(Request("Why?", prompt.sources, prompt.messages, 40, embed)))
