"""The openai embedder against a real HTTP server on this machine."""

import json
import socket

import numpy as np
import pytest
from pydantic import ValidationError

from ingest.errors import ConfigurationError, ProviderError
from retrieval.embedders.openai import OpenAIEmbedder


def made(endpoint, **options) -> OpenAIEmbedder:
    return OpenAIEmbedder(**{"model": "m", "base_url": endpoint.url, "timeout": 5, **options})


def failure(status: int, message: str = "said so", code: str | None = None) -> tuple[int, str]:
    return status, json.dumps({"error": {"message": message, "code": code}})


def test_asks_for_floats_and_gives_unit_rows(endpoint) -> None:
    vectors = made(endpoint).embed(["one", "two"])
    assert endpoint.bodies == [{"model": "m", "input": ["one", "two"], "encoding_format": "float"}]
    assert endpoint.keys == ["Bearer sk-test-secret"]
    assert vectors.shape == (2, 3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1], atol=1e-6)


def test_the_endpoints_order_does_not_matter(endpoint) -> None:
    straight = made(endpoint).embed(["a", "b", "c"])
    endpoint.reverse = True
    assert (made(endpoint).embed(["a", "b", "c"]) == straight).all()


def test_many_texts_go_in_batches(endpoint) -> None:
    made(endpoint, batch_size=3).embed([str(n) for n in range(7)])
    assert [body["input"] for body in endpoint.bodies] == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_a_request_holds_at_most_400_000_characters(endpoint) -> None:
    made(endpoint, window=100_000).embed(["word " * 30_000] * 5)
    assert [len(body["input"]) for body in endpoint.bodies] == [2, 2, 1]


def test_a_long_text_goes_in_windows(endpoint) -> None:
    embedder = made(endpoint, window=16)
    text = " ".join(f"word{n}" for n in range(40))
    embedder.embed(["short", text])
    pieces = endpoint.bodies[0]["input"]
    assert pieces[0] == "short"
    assert "".join(pieces[1:]) == text
    assert all(len(embedder.token_starts(piece)) <= 16 for piece in pieces)


def test_an_empty_text_is_sent_as_a_space(endpoint) -> None:
    made(endpoint).embed(["", "\ud800"])
    assert endpoint.bodies[0]["input"] == [" ", "?"]


def test_the_size_is_asked_for_or_found(endpoint) -> None:
    assert made(endpoint, size=256).dimensions == 256
    assert endpoint.bodies == []
    embedder = made(endpoint)
    assert (embedder.dimensions, embedder.dimensions) == (3, 3)
    assert len(endpoint.bodies) == 1
    with pytest.raises(ProviderError, match="vectors of 3 numbers, not of the 256 asked for"):
        made(endpoint, size=256).embed(["text"])
    assert endpoint.bodies[-1]["dimensions"] == 256


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_endpoint_is_asked_again(endpoint, status: int) -> None:
    endpoint.failures = [failure(status), failure(status)]
    assert made(endpoint).embed(["text"]).shape == (1, 3)
    assert len(endpoint.bodies) == 3


def test_a_busy_endpoint_is_given_up(endpoint) -> None:
    endpoint.failures = [failure(429, "slow down")] * 9
    with pytest.raises(ProviderError, match=r"failed after 3 tries for model 'm': status 429: .*slow down") as caught:
        made(endpoint, max_retries=2).embed(["text"])
    assert caught.value.transient
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (401, None, "check OPENAI_API_KEY"),
        (404, None, "check the embedder's base_url and model"),
        (400, None, ""),
        (429, "insufficient_quota", ""),
    ],
)
def test_a_refusal_is_said_without_the_key(endpoint, status: int, code: str | None, hint: str) -> None:
    endpoint.failures = [failure(status, "no: sk-test-secret", code)]
    with pytest.raises(ProviderError, match=f"status {status}") as caught:
        made(endpoint, max_retries=0).embed(["text"])
    assert not caught.value.transient
    assert caught.value.hint == hint
    assert "sk-test-secret" not in str(caught.value)
    assert len(endpoint.bodies) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<html>hello</html>",
        "{}",
        '{"data": []}',
        '{"data": null}',
        '{"data": [{"index": 0, "embedding": [0, 0, 0]}]}',
        '{"data": [{"index": 0, "embedding": []}]}',
        '{"data": [{"index": 0, "embedding": 7}]}',
        '{"data": [{"index": 0, "embedding": ["a"]}]}',
        '{"data": [{"index": 1, "embedding": [1, 2]}]}',
        '{"data": [{"index": 0, "embedding": [1, NaN]}]}',
        '"text"',
        "[]",
    ],
)
def test_nonsense_is_said_to_be(endpoint, body: str) -> None:
    endpoint.failures = [(200, body)]
    with pytest.raises(ProviderError, match=r"answered with .* for model 'm'"):
        made(endpoint, max_retries=0).embed(["text"])


def test_nobody_there(endpoint) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://user:hidden@127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(ProviderError, match="failed after 1 tries") as caught:
            made(endpoint, base_url=url, max_retries=0).embed(["text"])
    assert caught.value.transient
    assert "hidden" not in str(caught.value)


def test_an_endpoint_that_never_answers_is_given_up(endpoint) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(ProviderError, match="timed out") as caught:
            made(endpoint, base_url=url, timeout=0.2, max_retries=0).embed(["text"])
    assert caught.value.transient


def test_the_key_is_needed_for_openai_alone(endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is not set"):
        OpenAIEmbedder().embed(["text"])
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    OpenAIEmbedder().embed(["text"])
    assert endpoint.keys == ["Bearer none"]
    assert endpoint.bodies[0]["model"] == "text-embedding-3-small"


@pytest.mark.parametrize("options", [{"base_url": "localhost:8080"}, {"key": "sk-1"}, {"batch_size": 0}, {"window": 1}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OpenAIEmbedder(**options)


def test_token_starts_by_cl100k(endpoint) -> None:
    embedder = made(endpoint)
    assert embedder.token_starts("Hello world, 12345").tolist() == [0, 5, 11, 12, 13, 16]
    assert embedder.token_starts("<|endoftext|>").tolist()[0] == 0
    assert len(embedder.token_starts("<|endoftext|>")) > 1
