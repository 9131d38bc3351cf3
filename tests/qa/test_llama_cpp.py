"""The llama_cpp provider: for real where the extra `local` is installed and $IBID_TEST_GGUF names a small model."""

import importlib.util
import os
from pathlib import Path

import pytest

from ingest.errors import ConfigurationError, ProviderError
from qa.budget import fit
from qa.providers import Request
from qa.providers.llama_cpp import LlamaCppProvider
from qa.settings import Budget

MODEL = os.environ.get("IBID_TEST_GGUF", "")
INSTALLED = importlib.util.find_spec("xllamacpp") is not None
real = pytest.mark.skipif(not (MODEL and INSTALLED), reason="needs the extra 'local' and IBID_TEST_GGUF")
TEXT = "The old ferry was closed in 1998. The bridge over the Glomma is 120 m long. It was opened by the mayor in 2003."
QUESTION = "How long is the bridge over the Glomma?"


@pytest.fixture(scope="module")
def provider() -> LlamaCppProvider:
    return LlamaCppProvider(model=MODEL, window=1024, threads=1)


def asked(provider: LlamaCppProvider, hit, embed, *, text: str = TEXT, tokens: int = 24) -> Request:
    budget = Budget(output_tokens=tokens, input_tokens=50_000, context_tokens=40_000)
    prompt = fit(QUESTION, hits=[hit(text)], turns=[], budget=budget, provider=provider)
    return Request(QUESTION, prompt.sources, prompt.messages, tokens, embed)


@real
def test_a_small_model_answers_in_a_stream_and_counts(provider, hit, embed) -> None:
    request = asked(provider, hit, embed)
    deltas = list(provider.stream(request))
    assert len([delta for delta in deltas if delta.text]) > 3
    usage = deltas[-1].usage
    assert usage is not None
    assert 0 < usage.output_tokens <= 25
    counted = sum(provider.count(message.content) for message in request.messages)
    assert counted / 1.3 <= usage.input_tokens <= counted * 1.2
    assert provider.cost(usage) == 0
    assert provider.model_name == Path(MODEL).stem


@real
def test_it_stops_where_the_reader_does_and_answers_again(provider, hit, embed) -> None:
    stream = provider.stream(asked(provider, hit, embed, tokens=400))
    assert next(stream).text
    stream.close()
    again = "".join(delta.text for delta in provider.stream(asked(provider, hit, embed)))
    assert again == "".join(delta.text for delta in provider.stream(asked(provider, hit, embed)))


@real
def test_an_answer_cut_at_its_limit_says_so(provider, hit, embed) -> None:
    deltas = list(provider.stream(asked(provider, hit, embed, tokens=3)))
    assert "cut off at qa.budget.output_tokens" in deltas[-1].warning


@real
def test_a_prompt_over_the_window_is_refused_with_the_remedy(provider, hit, embed) -> None:
    with pytest.raises(ProviderError, match=r"window is 1024") as caught:
        list(provider.stream(asked(provider, hit, embed, text="word and " * 2_000)))
    assert "qa.provider.window" in caught.value.hint


@real
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, hit, embed) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + b"\x00" * 100)
    provider = LlamaCppProvider(model=str(file))
    with pytest.raises(ConfigurationError, match=r"cannot load"):
        list(provider.stream(asked(provider, hit, embed)))


@pytest.mark.skipif(not INSTALLED, reason="without the extra its lack is said first")
def test_a_missing_file_is_said(tmp_path: Path, hit, embed) -> None:
    provider = LlamaCppProvider(model=str(tmp_path / "none.gguf"))
    with pytest.raises(ConfigurationError, match=r"there is no file"):
        list(provider.stream(asked(provider, hit, embed)))


@pytest.mark.skipif(INSTALLED, reason="the extra is installed")
def test_without_the_extra_it_says_what_to_install(hit, embed) -> None:
    provider = LlamaCppProvider(model="model.gguf")
    with pytest.raises(ConfigurationError, match="needs the extra 'local'") as caught:
        list(provider.stream(asked(provider, hit, embed)))
    assert caught.value.hint == "pip install 'ibid-qa[local]'"
