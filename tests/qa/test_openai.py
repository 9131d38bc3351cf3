"""The openai provider against a real HTTP server on this machine."""

import json
import re
import socket
import time
from dataclasses import replace

import pytest

from ingest.errors import ConfigurationError, ProviderError
from qa.providers import Delta, Request
from qa.providers.openai import OpenAIProvider
from qa.structured import RESPONSE_FORMAT
from qa.types import Message, Usage

MESSAGES = (Message("system", "Rules."), Message("user", "How long is the bridge?"))
SECRET = "sk-test-secret-0123456789"


def request(output_tokens: int = 50) -> Request:
    return Request("How long is the bridge?", (), MESSAGES, output_tokens, lambda texts: None)  # type: ignore[arg-type, return-value]


def ask(provider: OpenAIProvider) -> tuple[str, Delta]:
    deltas = list(provider.stream(request()))
    return "".join(delta.text for delta in deltas), deltas[-1]


def provider(endpoint, **options) -> OpenAIProvider:
    return OpenAIProvider(model="m", base_url=endpoint.url, **{"max_retries": 0, "timeout": 5, **options})


def test_streams_pieces_and_reports_the_endpoints_usage(endpoint, reply) -> None:
    endpoint.replies = [reply(["The bridge ", "is 120 m ", "long [1]."])]
    deltas = list(provider(endpoint, temperature=0).stream(request()))
    assert [delta.text for delta in deltas] == ["The bridge ", "is 120 m ", "long [1].", ""]
    assert deltas[-1].usage == Usage(321, 7)
    assert deltas[-1].abstained is False
    assert endpoint.bodies == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Rules."},
                {"role": "user", "content": "How long is the bridge?"},
            ],
            "stream": True,
            "max_tokens": 50,
            "stream_options": {"include_usage": True},
            "temperature": 0.0,
        }
    ]
    assert endpoint.keys == [f"Bearer {SECRET}"]


def test_an_endpoint_without_usage_is_estimated(endpoint, reply) -> None:
    endpoint.replies = [reply(["It is 120 m long."], usage=False)]
    text, last = ask(provider(endpoint))
    assert text == "It is 120 m long."
    assert last.usage == Usage(5 + 5 + 2 + 5 + 6, 9)


def test_the_abstention_is_known(endpoint, reply) -> None:
    endpoint.replies = [reply(["The documents ", "do not say."])]
    assert ask(provider(endpoint))[1].abstained is True


@pytest.mark.parametrize(
    ("refused", "sent"),
    [
        ({"stream_options": "Unknown parameter: 'stream_options'."}, {"max_tokens": 50, "stream": True}),
        (
            {"max_tokens": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."},
            {"max_completion_tokens": 50, "stream": True, "stream_options": {"include_usage": True}},
        ),
        (
            {"temperature": "Unsupported value: 'temperature' does not support 0.5 with this model."},
            {"max_tokens": 50, "stream": True, "stream_options": {"include_usage": True}},
        ),
        ({"stream": "Streaming is not supported here: set stream to false"}, {"max_tokens": 50, "stream": False}),
        (
            {"max_tokens": "no max_tokens", "stream_options": "no stream_options", "temperature": "no temperature"},
            {"max_completion_tokens": 50, "stream": True},
        ),
    ],
)
def test_a_refused_parameter_is_left_out(endpoint, reply, refused, sent) -> None:
    endpoint.refuse = refused
    endpoint.replies = [reply(["120 m [1]"])]
    text, _ = ask(provider(endpoint, temperature=0.5))
    assert text == "120 m [1]"
    last = {key: value for key, value in endpoint.bodies[-1].items() if key not in ("model", "messages")}
    if "temperature" not in refused:
        assert last.pop("temperature") == 0.5
    assert last == sent


def test_a_refusal_of_something_else_is_said(endpoint, reply) -> None:
    endpoint.replies = [reply(status=400, body=json.dumps({"error": {"message": "context is 512 tokens"}}))]
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1:\d+ refused the request \(status 400\): context is 512"):
        ask(provider(endpoint))
    assert len(endpoint.bodies) == 1


def test_a_wrong_key_names_the_variable_and_not_the_key(endpoint, reply) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {SECRET}."}})
    endpoint.replies = [reply(status=401, body=body)]
    with pytest.raises(ProviderError) as caught:
        ask(provider(endpoint))
    assert re.fullmatch(r"the endpoint 127\.0\.0\.1:\d+ refused the key \(status 401\)", caught.value.message)
    assert caught.value.hint == "set OPENAI_API_KEY to a key that is valid there"
    assert not caught.value.transient


def test_what_an_endpoint_says_is_shown_without_keys(endpoint, reply) -> None:
    body = json.dumps({"error": {"message": f"bad request by key {SECRET} \n sorry"}})
    endpoint.replies = [reply(status=422, body=body)]
    with pytest.raises(ProviderError, match=r"\(status 422\): bad request by …? ?… sorry|by key … sorry") as caught:
        ask(provider(endpoint))
    assert SECRET not in str(caught.value)


def test_an_unknown_model_is_said(endpoint, reply) -> None:
    endpoint.replies = [reply(status=404, body=json.dumps({"error": {"message": "model 'm' not found"}}))]
    with pytest.raises(ProviderError, match=r"no such model or address .*: model 'm' not found") as caught:
        ask(provider(endpoint))
    assert "qa.provider.model" in caught.value.hint


def test_a_limited_rate_is_waited_for_as_long_as_asked(endpoint, reply) -> None:
    endpoint.replies = [reply(status=429, headers={"Retry-After": "1"}), reply(["120 m"])]
    assert ask(provider(endpoint, max_retries=1))[0] == "120 m"
    assert 0.95 < endpoint.times[1] - endpoint.times[0] < 3


def test_an_endpoint_that_asks_for_a_long_pause_is_not_waited_for(endpoint, reply) -> None:
    endpoint.replies = [reply(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(ProviderError, match="limits the rate"):
        ask(provider(endpoint, max_retries=3))
    assert len(endpoint.bodies) == 1


def test_a_limited_rate_is_said_in_the_end(endpoint, reply) -> None:
    endpoint.replies = [reply(status=429, headers={"Retry-After": "0.1"})]
    with pytest.raises(ProviderError, match=r"limits the rate \(status 429\) after 3 tries") as caught:
        ask(provider(endpoint, max_retries=2))
    assert caught.value.transient
    assert len(endpoint.bodies) == 3


def test_a_used_up_quota_is_not_transient(endpoint, reply) -> None:
    body = json.dumps({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}})
    endpoint.replies = [reply(status=429, body=body)]
    with pytest.raises(ProviderError, match="current quota") as caught:
        ask(provider(endpoint))
    assert not caught.value.transient


def test_a_failing_server_is_asked_again(endpoint, reply) -> None:
    endpoint.replies = [reply(status=503), reply(["120 m"])]
    assert ask(provider(endpoint, max_retries=1))[0] == "120 m"
    endpoint.replies = [reply(status=500)]
    with pytest.raises(ProviderError, match=r"failed \(status 500\): no") as caught:
        ask(provider(endpoint))
    assert caught.value.transient


def test_a_silent_server_is_given_up(endpoint, reply) -> None:
    endpoint.replies = [reply(["late"], delay=0.6)]
    begun = time.monotonic()
    with pytest.raises(ProviderError, match="did not answer in time") as caught:
        ask(provider(endpoint, timeout=0.2, max_retries=3))
    assert caught.value.transient
    assert time.monotonic() - begun < 2
    assert len(endpoint.bodies) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    closed = OpenAIProvider(model="m", base_url=f"http://127.0.0.1:{port}/v1", max_retries=1)
    with pytest.raises(ProviderError, match=rf"127\.0\.0\.1:{port} cannot be reached after 2 tries") as caught:
        ask(closed)
    assert caught.value.transient
    assert "base_url" in caught.value.hint


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html>Welcome</html>", "text/html"),
        ("not json", "application/json"),
        ("[1, 2]", "application/json"),
        ('{"choices": []}', "application/json"),
        ('{"hello": "world"}', "application/json"),
        ('{"choices": [{"message": {"content": 5}}]}', "application/json"),
        ("data: {broken\n\n", "text/event-stream"),
        ('data: {"choices": [{"delta": 5}]}\n\n', "text/event-stream"),
        ("data: [1]\n\n", "text/event-stream"),
        ("data: [DONE]\n\n", "text/event-stream"),
        ("", "text/event-stream"),
    ],
)
def test_nonsense_is_said(endpoint, reply, body, kind) -> None:
    endpoint.replies = [reply(body=body, headers={"Content-Type": kind})]
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1:\d+ answered (nonsense|with no text)"):
        ask(provider(endpoint))


def test_an_error_within_a_stream_is_said(endpoint, reply) -> None:
    body = 'data: {"error": {"message": "model crashed"}}\n\n'
    endpoint.replies = [reply(body=body, headers={"Content-Type": "text/event-stream"})]
    with pytest.raises(ProviderError, match="model crashed"):
        ask(provider(endpoint))


def test_a_broken_off_answer_is_said(endpoint, reply) -> None:
    endpoint.replies = [reply(["The bridge is "], drop=True)]
    with pytest.raises(ProviderError, match=r"the answer of 127\.0\.0\.1:\d+ broke off") as caught:
        ask(provider(endpoint, max_retries=1))
    assert caught.value.transient
    assert len(endpoint.bodies) == 1


def test_an_endless_answer_is_cut_off(endpoint, reply) -> None:
    endpoint.replies = [reply(["word " * 100] * 100)]
    text, _ = ask(provider(endpoint))
    assert 1_000 < len(text) <= 1_500


def test_no_key_and_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is not set") as caught:
        ask(OpenAIProvider(model="m"))
    assert "OPENAI_BASE_URL" in caught.value.hint


def test_an_own_endpoint_needs_no_key(endpoint, reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    endpoint.replies = [reply(["120 m"])]
    assert ask(OpenAIProvider(model="m"))[0] == "120 m"
    assert endpoint.keys == ["Bearer none"]


@pytest.mark.parametrize("address", ["localhost:8080/v1", "me:hunter2@localhost:8080/v1", "ftp://localhost:8080/v1"])
def test_an_address_of_the_environment_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL is no address, at 'localhost:8080/v1': ") as caught:
        ask(OpenAIProvider(model="m"))
    assert caught.value.exit_code == 2
    assert caught.value.hint == "write http://localhost:8080/v1"
    assert "hunter2" not in str(caught.value)


def test_prices_make_a_cost() -> None:
    assert OpenAIProvider(model="m").cost(Usage(1000, 100)) is None
    priced = OpenAIProvider(model="m", input_price=2.0, output_price=8.0)
    assert priced.cost(Usage(1_000_000, 250_000)) == 4.0


@pytest.mark.parametrize("address", ["http://localhost:80x/v1", "http://localhost:0", "http://[::1/v1"])
def test_a_port_or_host_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"(?i)port|IPv6"):
        OpenAIProvider(model="m", base_url=address)
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL is no address") as caught:
        ask(OpenAIProvider(model="m"))
    assert caught.value.hint == ""


@pytest.mark.parametrize("address", ["localhost:8080", "ftp://host/v1", "http://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="begins with http"):
        OpenAIProvider(model="m", base_url=address)


def test_an_addresss_password_is_never_said(endpoint, reply) -> None:
    endpoint.replies = [reply(status=500)]
    address = endpoint.url.replace("http://", "http://me:hunter2@")
    with pytest.raises(ProviderError) as caught:
        ask(OpenAIProvider(model="m", base_url=address, max_retries=0))
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"


STRUCTURED = json.dumps(
    {
        "sentences": [
            {"quotes": [{"source": 1, "words": "is 120 m long"}], "text": "It is 120 m long."},
            {"quotes": [{"source": 2, "words": "in 2003"}], "text": "It opened in 2003."},
        ]
    }
)
SHAPED = (*MESSAGES[:-1], Message("user", "As JSON: how long is the bridge?"))


def structured_request() -> Request:
    return replace(request(), structured=SHAPED)


class TestStructured:
    def test_it_is_asked_for_and_becomes_text_with_markers(self, endpoint, reply) -> None:
        endpoint.replies = [reply([STRUCTURED[:40], STRUCTURED[40:]])]
        deltas = list(provider(endpoint).stream(structured_request()))
        assert [delta.text for delta in deltas] == ["It is 120 m long [1]. It opened in 2003 [2].", ""]
        assert deltas[0].quoted == ((1, "is 120 m long"), (2, "in 2003"))
        assert (deltas[-1].usage, deltas[-1].abstained, deltas[-1].warning) == (Usage(321, 7), False, "")
        (body,) = endpoint.bodies
        assert body["response_format"] == RESPONSE_FORMAT
        assert body["stream"] is True
        assert body["messages"][-1]["content"] == "As JSON: how long is the bridge?"

    def test_no_sentences_are_an_abstention(self, endpoint, reply) -> None:
        endpoint.replies = [reply(['{"sentences": []}'])]
        deltas = list(provider(endpoint).stream(structured_request()))
        assert deltas[0].text == "The documents do not say."
        assert deltas[-1].abstained is True

    @pytest.mark.parametrize("status", [400, 422])
    @pytest.mark.parametrize(
        "complaint",
        [
            "Unknown parameter: 'response_format'.",
            "This model does not support response format `json_schema`.",
            "Invalid schema for structured output",
            "failed to parse grammar",
        ],
    )
    def test_an_endpoint_that_refuses_it_is_asked_for_text_and_never_again(
        self, endpoint, reply, complaint: str, status: int
    ) -> None:
        refusal = reply(status=status, body=json.dumps({"error": {"message": complaint}}))
        endpoint.replies = [refusal, reply(["It is 120 m long [1]."])]
        asked = provider(endpoint)
        assert asked.structures(streams=False)
        assert [delta.text for delta in asked.stream(structured_request())] == ["It is 120 m long [1].", ""]
        assert ["response_format" in body for body in endpoint.bodies] == [True, False]
        assert endpoint.bodies[1]["messages"][-1]["content"] == "How long is the bridge?"
        assert not asked.structures(streams=False)
        list(asked.stream(structured_request()))
        assert ["response_format" in body for body in endpoint.bodies] == [True, False, False]

    def test_a_structure_that_is_none_is_asked_for_as_text_and_both_calls_count(self, endpoint, reply) -> None:
        endpoint.replies = [reply(['{"answer": "120 m"}']), reply(["It is 120 m long [1]."])]
        asked = provider(endpoint)
        deltas = list(asked.stream(structured_request()))
        assert [delta.text for delta in deltas] == ["It is 120 m long [1].", ""]
        assert deltas[-1].usage == Usage(642, 14)
        assert not asked.structures(streams=False)

    def test_prose_in_spite_of_it_is_the_answer(self, endpoint, reply) -> None:
        endpoint.replies = [reply(["It is 120 m ", "long [1]."])]
        deltas = list(provider(endpoint).stream(structured_request()))
        assert [delta.text for delta in deltas] == ["It is 120 m long [1].", ""]
        assert len(endpoint.bodies) == 1

    def test_what_is_cut_off_keeps_its_whole_sentences(self, endpoint, reply) -> None:
        endpoint.replies = [reply([STRUCTURED[:-20]], finish="length")]
        deltas = list(provider(endpoint).stream(structured_request()))
        assert deltas[0].text == "It is 120 m long [1]."
        assert "qa.budget.output_tokens" in deltas[-1].warning

    @pytest.mark.parametrize("fence", ["", "```"])
    def test_what_says_nothing_in_the_right_shape_is_asked_for_as_text_this_time_only(
        self, endpoint, reply, fence: str
    ) -> None:
        echo = {"sentences": [{"quotes": [{"source": 1, "words": "..."}], "text": "..."}]}
        endpoint.replies = [reply([f"{fence}{json.dumps(echo)}{fence}"]), reply(["It is 120 m long [1]."])]
        asked = provider(endpoint)
        assert [delta.text for delta in asked.stream(structured_request())] == ["It is 120 m long [1].", ""]
        assert asked.structures(streams=False)

    def test_what_is_cut_off_at_once_is_asked_for_as_text_this_time_only(self, endpoint, reply) -> None:
        endpoint.replies = [reply([STRUCTURED[:40]], finish="length"), reply(["It is 120 m long [1]."])]
        asked = provider(endpoint)
        assert [delta.text for delta in asked.stream(structured_request())] == ["It is 120 m long [1].", ""]
        assert asked.structures(streams=False)

    @pytest.mark.parametrize(
        ("option", "streams", "wanted"),
        [
            ("auto", False, True),
            ("auto", True, False),
            ("always", True, True),
            ("never", False, False),
        ],
    )
    def test_when_it_is_wanted(self, endpoint, option: str, streams: bool, wanted: bool) -> None:
        assert provider(endpoint, structured=option).structures(streams=streams) is wanted

    def test_a_request_for_text_is_never_structured(self, endpoint, reply) -> None:
        endpoint.replies = [reply(["Yes."])]
        ask(provider(endpoint, structured="always"))
        assert "response_format" not in endpoint.bodies[0]


def test_a_refused_parameter_is_not_sent_again(endpoint, reply) -> None:
    endpoint.refuse = {"stream_options": "Unknown parameter: 'stream_options'."}
    endpoint.replies = [reply(["120 m [1]"])]
    asked = provider(endpoint)
    ask(asked)
    ask(asked)
    assert ["stream_options" in body for body in endpoint.bodies] == [True, False, False]


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (["<think>Look [1]", " here.</thi", "nk>\n\nIt is 120 m", " long [2]."], ["It is 120 m", " long [2].", ""]),
        (["<th", "ink>a</think>", "<think>b</think>It is", " long."], ["It is", " long.", ""]),
        (["<", "120 m"], ["<120 m", ""]),
        (["<thi"], ["<thi", ""]),
        (["It is <think>", "</think>"], ["It is <think>", "</think>", ""]),
    ],
)
def test_what_a_model_thinks_before_it_answers_is_not_shown(endpoint, reply, pieces, told) -> None:
    endpoint.replies = [reply(pieces)]
    assert [delta.text for delta in provider(endpoint).stream(request())] == told


def test_a_model_that_only_thinks_has_not_answered(endpoint, reply) -> None:
    endpoint.replies = [reply(["<think>The bridge", " is"])]
    with pytest.raises(ProviderError, match="no text"):
        ask(provider(endpoint))
