"""The openai captioner against a real HTTP server."""

import base64

import pytest

from ingest.errors import ConfigurationError, ProviderError
from qa.captioners.openai import OpenAICaptioner
from qa.types import Usage

PNG = b"\x89PNG\r\n\x1a\n"


def captioner(endpoint, **options) -> OpenAICaptioner:
    return OpenAICaptioner(model="eyes", base_url=endpoint.url, **{"max_retries": 0, **options})


def test_a_picture_is_sent_with_the_prompt(endpoint, reply) -> None:
    endpoint.replies = [reply([" A cat. "])]
    found = captioner(endpoint, prompt="What is it?").describe(PNG)
    assert (found.text, found.usage) == ("A cat.", Usage(321, 7))
    (body,) = endpoint.bodies
    (message,) = body["messages"]
    assert message["content"][0] == {"type": "text", "text": "What is it?"}
    assert message["content"][1]["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert (body["model"], body["max_tokens"], body["stream"]) == ("eyes", 300, False)
    assert endpoint.keys == ["Bearer sk-test-secret-0123456789"]


def test_a_jpeg_is_said_to_be_one(endpoint, reply) -> None:
    endpoint.replies = [reply(["A cat."])]
    captioner(endpoint).describe(b"\xff\xd8\xff\xe0")
    assert endpoint.bodies[0]["messages"][0]["content"][1]["image_url"]["url"].startswith("data:image/jpeg;base64,")


def test_the_other_name_of_the_limit_is_tried(endpoint, reply) -> None:
    endpoint.replies = [reply(["A cat."])]
    endpoint.refuse = {"max_tokens": "Unsupported parameter: 'max_tokens'; use 'max_completion_tokens'."}
    assert captioner(endpoint).describe(PNG).text == "A cat."
    assert "max_completion_tokens" in endpoint.bodies[1]


def test_a_model_that_sees_nothing_is_said(endpoint, reply) -> None:
    complaint = '{"error": {"message": "this model does not support image input"}}'
    endpoint.replies = [reply(status=400, body=complaint)]
    with pytest.raises(ProviderError, match="does not support image input") as caught:
        captioner(endpoint).describe(PNG)
    assert caught.value.hint == "check ingest.captions"


def test_a_failing_server_is_asked_again(endpoint, reply) -> None:
    endpoint.replies = [reply(status=503), reply(["A cat."])]
    assert captioner(endpoint, max_retries=1).describe(PNG).text == "A cat."


def test_no_key_and_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="needs a key"):
        OpenAICaptioner(model="eyes").describe(PNG)


def test_what_decides_a_description_is_in_the_key_and_nothing_else() -> None:
    one = OpenAICaptioner(model="eyes")
    same = OpenAICaptioner(model="eyes", base_url="http://127.0.0.1:1/v1", timeout=5, input_price=1)
    others = [OpenAICaptioner(model="more"), OpenAICaptioner(model="eyes", prompt="What?")]
    assert one.key == same.key
    assert len({one.key, *(other.key for other in others)}) == 3


def test_prices_make_a_cost() -> None:
    assert OpenAICaptioner(model="eyes").cost(Usage(1, 1)) is None
    priced = OpenAICaptioner(model="eyes", input_price=2, output_price=8)
    assert priced.cost(Usage(1_000_000, 500_000)) == 6
    assert priced.cost(priced.most) == pytest.approx((2_000 * 2 + 300 * 8) / 1e6, abs=5e-4)


def test_what_the_model_thinks_is_no_description(endpoint, reply) -> None:
    endpoint.replies = [reply(["<think>A pet?</think>\n\nA cat."])]
    assert captioner(endpoint).describe(PNG).text == "A cat."
