"""The setting `qa.prompt`, a reranker by name, and what the command line shows of a generated answer."""

from pathlib import Path

import pytest

from ibid.home import Home
from ibid.settings import load
from ingest.errors import ConfigurationError

OWN = "--- system\nMine. {{abstention}}\n--- user\n{{sources}}{{form}} {{question}}\n--- markers\nMark.\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "work").mkdir()
    return Home(tmp_path / "work" / ".ibid")


def test_a_found_file_may_name_a_version_but_no_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.settings_file.write_text("qa: {prompt: answer-3}")
    assert load(home).settings.qa.prompt == "answer-3"
    for text in ("qa: {prompt: mine.txt}", "qa: {prompt: mine}", "qa: {prompt: /etc/passwd}"):
        home.settings_file.write_text(text)
        with pytest.raises(
            ConfigurationError, match=r"is no version of the prompts, and .*ibid\.yaml may name no file"
        ):
            load(home)
    home.settings_file.unlink()
    monkeypatch.setenv("IBID__QA__PROMPT", "mine.txt")
    with pytest.raises(ConfigurationError, match="IBID__QA__PROMPT may name no file"):
        load(home)


def test_an_own_file_is_named_by_option_and_refused_where_it_is_wrong(run, work, endpoint, reply) -> None:
    (work / "mine.txt").write_text(OWN)
    model = ["--set", "qa.provider.name=openai", "--set", "qa.provider.model=m"]
    where = [*model, "--set", f"qa.provider.base_url={endpoint.url}", "--set", "qa.prompt=mine.txt"]
    endpoint.replies = [reply(["The mirror has 2.4 metres [1]. It is 99 years old [1]."])]
    answer = run("ask", "How large is the mirror of the main telescope?", *where, "--json").json
    assert answer["prompt"].startswith("mine@")
    assert answer["unsupported"] == ["It is 99 years old."]
    assert endpoint.bodies[0]["messages"][0]["content"] == "Mine. The documents do not say."
    shown = run("ask", "How large is the mirror of the main telescope?", *where)
    assert "\nnot borne out by the sources it names:\n    ? It is 99 years old.\n" in shown.out
    (work / "mine.txt").write_text(OWN.replace("{{question}}", "{{quest}}"))
    refused = run("ask", "How large is it?", *where)
    assert refused.code == 2
    assert "{{quest}}" in refused.err


def test_a_reranker_that_is_no_order_is_said_and_its_use_is_kept(run, work, endpoint, reply) -> None:
    name = ["--set", f"retrieval.search.reranker={{name: llm, model: m, base_url: '{endpoint.url}', max_retries: 0}}"]
    endpoint.replies = [reply(["2, 1"])]
    plain = run("search", "telescope", "--json").json["hits"]
    found = run("search", "telescope", *name, "--json").json["hits"]
    assert [hit["path"] for hit in found[:2]] == [hit["path"] for hit in reversed(plain[:2])]
    assert found[0]["scores"]["rerank"] == 1.0
    endpoint.replies = [reply(["no idea"])]
    same = run("search", "telescope", *name)
    assert same.code == 0
    assert "in the order as found" in same.err
    from qa.conversations import Conversations
    from retrieval.database import Database

    database = Database(work / ".ibid", readonly=True)
    used = list(Conversations(database).usage())
    database.close()
    assert [(one.conversation, one.provider, one.model, one.usage.input_tokens) for one in used] == [
        ("reranking", "llm", "m", 321)
    ] * 2


def test_a_reranker_is_checked_when_the_settings_are_read(home: Home) -> None:
    with pytest.raises(ConfigurationError, match=r"retrieval\.search\.reranker\.name: no rerankers part is named 'x'"):
        load(home, options=[("retrieval.search.reranker.name", "x", "--set")])
    with pytest.raises(ConfigurationError, match=r"retrieval\.search\.reranker\.depth: 1 .*greater than or equal to 2"):
        load(home, options=[("retrieval.search.reranker", "{name: llm, model: m, depth: 1}", "--set")])
