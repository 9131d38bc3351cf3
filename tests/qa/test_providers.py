"""Every provider of the folder keeps the contract."""

import pytest

from ingest.plugins import find, names
from qa.packing import pack
from qa.prompts import build
from qa.providers import Provider, Request
from qa.types import Usage

TEXT = "The ferry is old. The bridge is 120 m long and opened in 2003. It is blue."


def make(name: str, endpoint) -> Provider:
    part = find("qa.providers", Provider, name)
    options = {"model": "m", "base_url": endpoint.url, "max_retries": 0}
    return part(**{key: value for key, value in options.items() if key in part.model_fields})


NAMES = names("qa.providers")


class TestEveryProvider:
    @pytest.mark.parametrize("name", [name for name in NAMES if name != "llama_cpp"])  # it has tests of its own
    def test_answers_with_markers_and_usage(self, name, endpoint, reply, hit, embed) -> None:
        endpoint.replies = [reply(["It is 120 m ", "long [1]."])]
        provider = make(name, endpoint)
        assert provider.component_name == name
        assert provider.model_name
        sources = pack([hit(TEXT, start=10)], budget=500, count=provider.count)
        question = "How long is the bridge?"
        deltas = list(provider.stream(Request(question, sources, build(question, sources), 50, embed)))
        text = "".join(delta.text for delta in deltas)
        assert "120 m" in text
        assert "[1]" in text
        assert [delta.abstained for delta in deltas if delta.abstained is not None] == [False]
        usage = [delta.usage for delta in deltas if delta.usage is not None]
        assert len(usage) == 1
        assert (usage[0] == Usage()) is not provider.generates
        quotes = [quote for delta in deltas for quote in delta.quotes]
        assert bool(quotes) is not provider.generates
        for quote in quotes:
            assert quote.marker == 1
            assert 10 <= quote.span.start < quote.span.end <= 10 + len(TEXT)

    @pytest.mark.parametrize("name", NAMES)
    def test_counts_tokens(self, name, endpoint) -> None:
        provider = make(name, endpoint)
        assert provider.count("") == 0
        assert 5 <= provider.count("The bridge is 120 m long.") <= 12

    @pytest.mark.parametrize("name", NAMES)
    def test_refuses_unknown_options(self, name) -> None:
        with pytest.raises(ValueError, match="colour"):
            find("qa.providers", Provider, name)(model="m", colour="red")  # type: ignore[call-arg]
