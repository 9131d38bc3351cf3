"""The configurations of a sweep: grid files, and the grid that is built in."""

import pytest

from ibid.home import Home
from ibid.parts import embedder
from ibid.settings import load
from ibid.tuning.configuration import PRESENT, Document
from ibid.tuning.grid import built_in, distinct, read_grid
from ingest.chunking import Rules
from ingest.errors import ConfigurationError

TEXT = [Document("a.txt", "text", 100)]


@pytest.fixture
def present(tmp_path):
    return load(Home(tmp_path / ".ibid"))


@pytest.fixture
def read(tmp_path, present):
    def read(text):
        file = tmp_path / "grid.yaml"
        file.write_text(text)
        return read_grid(file, present)

    return read


def rules_of(configuration):
    settings = configuration.loaded.settings
    return Rules(settings.ingest.chunking, embedder(settings), lambda texts: None)


def chunking(configuration):
    return configuration.loaded.settings.ingest.chunking


def test_the_present_settings_come_first(read, present) -> None:
    first, second = read("- {name: small, strategy: sentence, size: 100}")
    assert first.name == PRESENT
    assert first.loaded is present
    assert second.name == "small"
    assert chunking(second).default.size == 100


def test_a_strategy_replaces_every_rule_but_those_of_tables(read) -> None:
    _, found = read("- {strategy: page, size: 400}")
    assert found.name == "page 400"
    rules = chunking(found).rules
    assert {rule.strategy for rule in rules} == {"rows", "records"}
    assert (chunking(found).default.strategy, chunking(found).default.size) == ("page", 400)
    chosen = {path: (rules_of(found).choose(path).strategy) for path in ("a.md", "a.csv", "a.json", "a.pdf")}
    assert chosen == {"a.md": "page", "a.csv": "rows", "a.json": "records", "a.pdf": "page"}


def test_a_size_alone_holds_for_every_rule(read) -> None:
    _, found = read("- {size: 90, overlap: 10}")
    assert found.name == "size 90 overlap 10"
    assert [rule.strategy for rule in chunking(found).rules].count("heading") == 2
    assert {rule.size for rule in chunking(found).rules} == {None}
    assert chunking(found).default.size == 90


def test_options_of_tables(read) -> None:
    _, found = read("- rows: {per_chunk: 3}")
    assert found.name == "per_chunk 3"
    tables = [rule for rule in chunking(found).rules if rule.strategy in ("rows", "records")]
    assert len(tables) == 5  # tables twice, records twice, subtitles
    assert {rule.options["per_chunk"] for rule in tables} == {3}
    assert not any("per_chunk" in rule.options for rule in chunking(found).rules if rule not in tables)


def test_settings_by_their_keys(read) -> None:
    text = """
- retrieval.search.dense_weight: 0.7
- name: both
  ingest: {chunking: {default: {size: 80}}}
  retrieval: {search: {mode: dense}}
"""
    _, weighted, both = read(text)
    assert weighted.name == "dense_weight 0.7"
    assert weighted.loaded.settings.retrieval.search.dense_weight == 0.7
    assert (chunking(both).default.size, both.loaded.settings.retrieval.search.mode) == (80, "dense")


def test_a_cross(read) -> None:
    found = read("- {cross: {strategy: [sentence, page], size: [100, 200], overlap: [0, 20]}}")
    names = [one.name for one in found[1:]]
    assert names == [
        "sentence 100", "sentence 100 overlap 20", "sentence 200", "sentence 200 overlap 20",
        "page 100", "page 100 overlap 20", "page 200", "page 200 overlap 20",
    ]  # fmt: skip
    assert all(one.crossed for one in found[1:])
    named = read("- {name: mine, strategy: page, cross: {size: [100, 300]}}")
    assert [one.name for one in named[1:]] == ["mine size 100", "mine size 300"]
    assert {chunking(one).default.strategy for one in named[1:]} == {"page"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 3", "item 1 is no mapping"),
        ("[", "grid.yaml"),
        ("[]", "grid.yaml' has no configuration"),
        ("# nothing yet", "grid.yaml' has no configuration"),
        ("{}", "grid.yaml' has no configuration"),
        ("- {cross: {size: 3}}", "'cross' maps settings to lists"),
        ("- {size: 60}\n- {size: 60}", "'size 60' is there twice"),
        ("- {strategy: nonesuch}", "nonesuch"),
        ("- {size: many}", "ingest.chunking.default.size"),
        ("- {strategy: sentence, per_chunk: 3}", "per_chunk"),
        ("- {retrieval.embedder.name: openai}", "retrieval.embedder is the same for all"),
        ("- {retrieval: {embedder: {name: openai}}}", "retrieval.embedder is the same for all"),
        ("- {qa.budget.input_tokens: 5}", "no setting of ingest or retrieval"),
        ("- {rows: 3}", "'rows' holds options"),
        ("- {strategy: my.own.module}", "names a part outside ibid"),
        (f"- {{cross: {{size: {list(range(20, 320))}}}}}", "more than 200 configurations"),
    ],
)
def test_what_a_grid_cannot_say(read, text, said) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    assert said in caught.value.message


def test_a_grid_that_is_not_there(tmp_path, present) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_grid(tmp_path / "no.yaml", present)


def test_what_cannot_be_is_refused_where_it_was_named_and_left_out_of_a_cross(read) -> None:
    crossed = read("- {cross: {size: [40, 200], overlap: [0, 100]}}")
    kept, notes = distinct(crossed, TEXT, rules_of)
    assert [one.name for one in kept] == [PRESENT, "size 40", "size 200 overlap 100"]
    assert "'size 40 overlap 100' is left out: ingest.chunking.default: an overlap of 100" in notes[0]
    assert notes[1] == "'size 200' is left out: it cuts these documents as 'present' does"
    said = r"overlap of 100 .*grid\.yaml: item 2 \(size 40 overlap 100\)\)$"
    with pytest.raises(ConfigurationError, match=said):
        distinct(read("- {size: 90}\n- {size: 40, overlap: 100}"), TEXT, rules_of)


def test_another_search_is_another_configuration(read) -> None:
    kept, notes = distinct(read("- {retrieval.search.mode: dense}"), TEXT, rules_of)
    assert ([one.name for one in kept], notes) == ([PRESENT, "mode dense"], [])


@pytest.mark.parametrize(
    ("paths", "has", "lacks"),
    [
        (["a.txt", "b.csv"], {"sentence 100", "sentence 200 no context"}, {"page 400", "heading 250", "per_chunk 1"}),
        (["a.pdf"], {"page 400", "heading 250"}, {"per_chunk 1"}),
        (["a.csv", "b.json"], {"size 100", "per_chunk 1"}, {"sentence 100", "page 400"}),
    ],
)
def test_the_built_in_grid_fits_the_documents(present, paths, has, lacks) -> None:
    rules = Rules(present.settings.ingest.chunking, embedder(present.settings))
    documents = [Document(path, path[2:], 100) for path in paths]
    names = {one.name for one in built_in(present, documents, rules=rules)}
    assert PRESENT in names
    assert has <= names
    assert not lacks & names
