"""Settings: which layer wins, what is refused, and what is said."""

from pathlib import Path

import pytest
import yaml

import ibid
import ibid.resources
from ibid.home import Home
from ibid.settings import Loaded, load
from ingest.errors import ConfigurationError

UNFOLDING = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcd", "bcde", strict=True)
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in an empty folder, on a machine without any settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    return Home(tmp_path / "work" / ".ibid")


def own(home: Home, text: str) -> None:
    from ibid.settings import own_file

    own_file().parent.mkdir(parents=True)
    own_file().write_text(text)


def found(home: Home, text: str) -> None:
    home.settings_file.write_text(text)


def loaded(home: Home, *sets: str, config: str | None = None, collection: str = "default") -> Loaded:
    options = [(*one.split("=", 1), f"--set {one.split('=')[0]}") for one in sets]
    return load(home, config=config, collection=collection, options=options)


def test_the_written_defaults_are_the_built_in_ones(home: Home) -> None:
    tree = yaml.safe_load((ibid.resources.configs() / "default.yaml").read_text())
    built_in = load(home).settings.model_dump(mode="json", exclude_none=True)
    tree["retrieval"]["search"].pop("reranker")
    tree["ingest"].pop("captions")
    tree["qa"]["budget"].pop("cost_per_day")
    tree["retrieval"]["store"].pop("exact_below")  # the component's own
    assert tree == built_in
    assert load(home, config="default").settings.qa == load(home).settings.qa
    assert load(home).shown()["retrieval"]["store"]["exact_below"] == 50000


def test_the_nearer_layer_wins(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "retrieval.search.top_k"
    file = tmp_path / "given.yaml"

    def top_k(*sets: str, config: str | None = None) -> tuple[int, str]:
        result = loaded(home, *sets, config=config)
        return result.settings.retrieval.search.top_k, result.origins()[key]

    assert top_k() == (8, "built-in")
    own(home, "retrieval: {search: {top_k: 1}}")
    assert top_k() == (1, str(tmp_path / "config" / "ibid" / "config.yaml"))
    found(home, "retrieval: {search: {top_k: 2}}")
    assert top_k() == (2, str(tmp_path / "work" / "ibid.yaml"))
    file.write_text("retrieval: {search: {top_k: 3}}")
    assert top_k(config=str(file)) == (3, str(file))
    monkeypatch.setenv("IBID__RETRIEVAL__SEARCH__TOP_K", "4")
    assert top_k(config=str(file)) == (4, "IBID__RETRIEVAL__SEARCH__TOP_K")
    assert top_k(f"{key}=5", config=str(file)) == (5, f"--set {key}")
    assert top_k(f"{key}=5", f"{key}=6") == (6, f"--set {key}")


def test_other_variables_are_not_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID_TOP_K", "4")
    monkeypatch.setenv("IBID_HOME", "/elsewhere")
    assert load(home).settings.retrieval.search.top_k == 8


@pytest.mark.parametrize("name", ["IBID__FOO", "IBID__FOO__BAR", "IBID__QA__FOO__BAR", "IBID__QA__BUDGET__FOO__BAR"])
def test_a_refusal_names_the_variable(home: Home, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigurationError, match=rf"there is no such setting \(from {name}\)"):
        loaded(home)


def test_a_refusal_of_a_part_names_the_variable(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID__INGEST__PARSERS__PFD__X", "1")
    with pytest.raises(ConfigurationError, match=r"'pfd' \(from IBID__INGEST__PARSERS__PFD__X\)"):
        loaded(home)


def test_nearer_rules_come_first(home: Home) -> None:
    own(home, "ingest: {chunking: {rules: [{match: '*.txt', size: 50}]}}")
    found(home, "ingest: {chunking: {rules: [{match: '*.log', size: 60}, {match: '*.tex', size: 70}]}}")
    result = loaded(home)
    rules = [rule.match for rule in result.settings.ingest.chunking.rules]
    assert rules[:6] == ["*.log", "*.tex", "*.txt", "*.md", "*.{csv,tsv,xlsx}", "*.{json,jsonl}"]
    origins = result.origins()
    assert origins["ingest.chunking.rules.1.match"] == str(home.settings_file)
    assert origins["ingest.chunking.rules.2.size"].endswith("config.yaml")
    assert origins["ingest.chunking.rules.3.match"] == "built-in"


def test_inherit_false_drops_farther_rules(home: Home) -> None:
    found(home, "ingest: {chunking: {inherit: false, rules: [{match: '*.log', size: 60}]}}")
    assert [rule.match for rule in loaded(home).settings.ingest.chunking.rules] == ["*.log"]
    assert loaded(home, "ingest.chunking.inherit=false").settings.ingest.chunking.rules == ()


def test_a_section_whose_name_changes_begins_anew(home: Home) -> None:
    found(home, "qa: {provider: {name: openai, model: one, base_url: 'http://127.0.0.1:1/v1'}}")
    assert loaded(home).settings.qa.provider.options == {"model": "one", "base_url": "http://127.0.0.1:1/v1"}
    assert loaded(home, "qa.provider.model=two").settings.qa.provider.options["base_url"] == "http://127.0.0.1:1/v1"
    assert loaded(home, "qa.provider.name=extractive").settings.qa.provider.options == {}


def test_a_section_that_is_set_goes_over_single_settings_of_it(home: Home) -> None:
    result = loaded(home, "retrieval.search.top_k=3", "retrieval.search={mode: dense}")
    search = result.settings.retrieval.search
    assert (search.top_k, search.mode) == (3, "dense")
    origins = result.origins()
    assert origins["retrieval.search.top_k"] == "--set retrieval.search.top_k"
    assert origins["retrieval.search.mode"] == "--set retrieval.search"
    again = loaded(home, "retrieval.search.top_k=3", "retrieval.search={top_k: 4}")
    assert again.settings.retrieval.search.top_k == 4
    assert again.origins()["retrieval.search.top_k"] == "--set retrieval.search"
    changed = loaded(home, "qa.provider={name: openai, model: one}", "qa.provider={name: extractive}")
    assert changed.settings.qa.provider.options == {}
    kept = loaded(home, "qa.provider.model=one", "qa.provider={name: openai}")
    assert kept.settings.qa.provider.options == {"model": "one"}
    given = {"retrieval": {"search": {"mode": "dense"}}, "retrieval.search.top_k": 3}
    assert load(home, extra=given).settings.retrieval.search.top_k == 3
    assert given["retrieval"] == {"search": {"mode": "dense"}}


def test_empty_sections_say_nothing(home: Home) -> None:
    found(home, "retrieval:\n  search:\nqa:\n")
    assert loaded(home).settings == load(Home(home.folder / "x" / ".ibid")).settings


def test_settings_of_a_caller(home: Home) -> None:
    result = load(home, extra={"retrieval.search.top_k": 3, "qa": {"budget": {"context_tokens": 99}}})
    assert result.settings.retrieval.search.top_k == 3
    assert result.settings.qa.budget.context_tokens == 99
    assert result.origins()["qa.budget.context_tokens"] == "ibid.open(settings=…)"


@pytest.mark.parametrize(
    ("key", "value", "said", "hint"),
    [
        ("retrieval.search.topk", "5", "retrieval.search.topk: there is no such setting", "did you mean 'top_k'?"),
        ("retreival.search.top_k", "5", "retreival: there is no such setting", "did you mean 'retrieval'?"),
        ("retrieval.search.top_k", "many", 'retrieval.search.top_k: "many" should be a valid integer', ""),
        ("retrieval.search.top_k", "'5'", 'retrieval.search.top_k: "5" should be a valid integer', ""),
        ("retrieval.search.top_k", "5.0", "retrieval.search.top_k: 5.0 should be a valid integer", ""),
        ("retrieval.search.top_k", "true", "retrieval.search.top_k: true should be a valid integer", ""),
        ("retrieval.search.top_k", "0", "retrieval.search.top_k: 0 should be greater than or equal to 1", ""),
        ("retrieval.search.mode", "fuzzy", "should be 'hybrid', 'dense' or 'lexical'", ""),
        ("ingest.chunking.default.size", "[1]", "ingest.chunking.default.size: [1] should be a valid integer", ""),
        ("ingest.chunking.default.sise", "100", "ingest.chunking.default.sise: there is no such", "mean 'size'?"),
        ("ingest.chunking.default.strategy", "sentense", "ingest.chunking.default.strategy: ", "mean 'sentence'?"),
        ("ingest.chunking.rules", "[{match: a, sise: 3}]", "ingest.chunking.rules.0.sise: there is no", "'size'"),
        ("ingest.chunking.rules", "[{size: 30}]", 'ingest.chunking.rules.0: {"size": 30} needs match, format', ""),
        (
            "ingest.chunking.rules",
            "[{larger_than: 5MB, smaller_than: 4 MB}]",
            "is for no file: none is larger than this and smaller than that",
            "",
        ),
        ("ingest.chunking.rules", "[{larger_than: big}]", 'larger_than: "big" should be a size such as 5MB', ""),
        ("ingest.chunking.rules", "[{format: []}]", "ingest.chunking.rules.0.format", ""),
        ("ingest.chunking.rules", "[{metadata: {}}]", "needs match, format", ""),
        ("ingest.chunking.rules", "[{metadata: {by: A}}]", "rules.0.metadata.by: there is no such setting", "title"),
        ("ingest.chunking.default.keep_together", "[tables]", "default.keep_together.0", ""),
        ("ingest.chunking.rules", "{match: a}", "ingest.chunking.rules: must be a list", ""),
        ("ingest.parsers.pfd", "{}", "ingest.parsers.pfd: no parsers part is named 'pfd'", "did you mean 'pdf'?"),
        ("retrieval.embedder.name", "minilmm", "retrieval.embedder.name: no embedders part", "did you mean 'minilm'?"),
        ("retrieval.embedder.nmae", "minilm", "retrieval.embedder.nmae: there is no such setting", "'name'"),
        ("retrieval.store.exact_below", "few", 'retrieval.store.exact_below: "few" should be a valid integer', ""),
        ("qa.provider", "openai", 'qa.provider: "openai" should be', ""),
        ("qa.budget.cost_per_day", "-1", "qa.budget.cost_per_day: -1 should be greater than or equal to 0", ""),
        ("qa.provider.api_key", "secret", "qa.provider.api_key: there is no such setting", ""),
        ("a..b", "1", "'a..b' is no setting", ""),
        ("retrieval.search.top_k", "[1", "--set retrieval.search.top_k", "YAML"),
        ("retrieval.search.top_k", "2020-01-01", "is a date", "quotes"),
        ("retrieval.search.dense_weight", ".nan", "nan is no number", ""),
        ("retrieval.search.top_k", "!!python/object/apply:os.system [ls]", "could not determine a constructor", ""),
    ],
)  # fmt: skip
def test_what_is_refused(home: Home, key: str, value: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(home, f"{key}={value}")
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_refusal_names_the_file(home: Home) -> None:
    found(home, "retrieval: {search: {top_k: many}}")
    with pytest.raises(ConfigurationError, match=r"from .*ibid\.yaml"):
        loaded(home)


@pytest.mark.parametrize(
    "text",
    [
        "retrieval: {embedder: {name: my_package.embedder}}",
        "qa: {provider: {name: os.path}}",
        "ingest: {chunking: {default: {strategy: os.path}}}",
        "ingest: {chunking: {rules: [{match: '*.md', strategy: evil.module}]}}",
        "ingest: {parsers: {evil.module: {}}}",
        "ingest: {parsers: {pdf: {engine: {name: evil.module}}}}",
        "ingest: {ocr: {name: evil.module}}",
    ],
)
def test_a_found_file_names_no_code(home: Home, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.root
    (folder / "evil").mkdir()
    (folder / "evil" / "module.py").write_text("raise SystemExit('code of the folder ran')")
    monkeypatch.syspath_prepend(str(folder))
    found(home, text)
    with pytest.raises(ConfigurationError, match=r"outside ibid, which .*ibid\.yaml may not"):
        loaded(home)


FAR = "https://elsewhere.example/v1"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"qa: {{provider: {{name: openai, model: m, base_url: '{FAR}'}}}}", "qa.provider.base_url"),
        (f"qa: {{provider: {{base_url: '{FAR}'}}}}", "qa.provider.base_url"),
        (f"retrieval: {{embedder: {{name: openai, model: m, base_url: '{FAR}'}}}}", "retrieval.embedder.base_url"),
        (f"retrieval: {{search: {{reranker: {{base_url: '{FAR}'}}}}}}", "retrieval.search.reranker.base_url"),
        (f"retrieval: {{store: {{name: chroma, url: '{FAR}'}}}}", "retrieval.store.url"),
        (f"ingest: {{captions: {{name: openai, model: m, base_url: '{FAR}'}}}}", "ingest.captions.base_url"),
        (f"collections: {{reports: {{qa: {{provider: {{base_url: '{FAR}'}}}}}}}}", "collections.reports.qa.provider"),
        (f"ingest: {{captions: {{other: '{FAR}'}}}}", "ingest.captions.other"),
        ("qa: {provider: {base_url: 'http://localhost@elsewhere.example'}}", "qa.provider.base_url"),
        ("qa: {provider: {base_url: 'http://127.0.0.1.elsewhere.example'}}", "qa.provider.base_url"),
        ("qa: {provider: {base_url: ' //elsewhere.example'}}", "qa.provider.base_url"),
        ("qa: {provider: {base_url: 'http://10.0.0.1:1/v1'}}", "qa.provider.base_url"),
        ("qa: {provider: {base_url: 'http://[::2]/v1'}}", "qa.provider.base_url"),
        ("qa: {provider: {base_url: 'http://[oops'}}", "qa.provider.base_url"),
    ],
)
def test_a_found_file_sends_nothing_to_another_machine(home: Home, text: str, key: str) -> None:
    found(home, text)
    with pytest.raises(
        ConfigurationError, match=r"is not this machine, and .*ibid\.yaml.* may name no other"
    ) as caught:
        loaded(home)
    assert caught.value.message.startswith(key)
    assert "--config" in caught.value.hint
    assert ("OPENAI_BASE_URL" in caught.value.hint) is ("base_url" in caught.value.message)


def test_addresses_that_are_allowed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("localhost:8080", "127.0.0.1", "127.3.2.1:9", "[::1]:9", "LOCALHOST"):
        found(home, f"qa: {{provider: {{name: openai, model: m, base_url: 'http://{host}/v1'}}}}")
        assert loaded(home).settings.qa.provider.options["base_url"] == f"http://{host}/v1"
    found(home, "ingest: {captions: {name: openai, model: m, prompt: 'What is it? Not as http://a.example says'}}")
    loaded(home)
    found(home, f"qa: {{provider: {{name: openai, model: m, base_url: '{FAR}'}}}}")
    given = loaded(
        Home(home.folder / "x" / ".ibid"), config=str(home.settings_file)
    )  # named, it is the user's own word
    assert given.settings.qa.provider.options["base_url"] == FAR
    own(home, home.settings_file.read_text())
    home.settings_file.unlink()
    assert loaded(home).settings.qa.provider.options["base_url"] == FAR
    monkeypatch.setenv("IBID__QA__PROVIDER__BASE_URL", f"{FAR}/2")
    assert loaded(home).settings.qa.provider.options["base_url"] == f"{FAR}/2"


def test_an_address_with_a_password_is_said_without_it(home: Home) -> None:
    found(home, "qa: {provider: {base_url: 'http://me:sesame@elsewhere.example/v1'}}")
    with pytest.raises(ConfigurationError) as caught:
        loaded(home)
    assert "sesame" not in caught.value.message


def test_a_found_file_runs_no_program(home: Home) -> None:
    engine = "{engine: {name: unstructured, python: ./evil}}"
    found(home, f"ingest: {{parsers: {{pdf: {engine}}}}}")
    with pytest.raises(ConfigurationError, match=r"'\./evil' is a program, which .*ibid\.yaml may not name"):
        loaded(home)
    home.settings_file.unlink()
    assert loaded(home, f"ingest.parsers.pdf={engine}")


def test_the_environment_names_no_code(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBID__QA__PROVIDER__NAME", "my_package.provider")
    with pytest.raises(ConfigurationError, match="IBID__QA__PROVIDER__NAME may not"):
        loaded(home)


def test_an_option_names_code(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_provider_package").mkdir()
    (tmp_path / "my_provider_package" / "__init__.py").write_text("")
    (tmp_path / "my_provider_package" / "mine.py").write_text(
        "from qa.providers.extractive import ExtractiveProvider\n\n\n"
        "class Mine(ExtractiveProvider):\n    loud: bool = False\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    name = "qa.provider.name=my_provider_package.mine"
    assert loaded(home, name, "qa.provider.loud=true").settings.qa.provider.options == {"loud": True}
    with pytest.raises(ConfigurationError, match=r"qa\.provider\.load: there is no such setting"):
        loaded(home, name, "qa.provider.load=true")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "line 1"),
        ("- 1", "a mapping, not a list"),
        ("qa: {}\nqa: {}", "'qa' is there twice"),
        ("1: 2", "the key 1 is no text"),
        (UNFOLDING, "more than 50,000 values"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("a: \x00", ""),
        ("a: " + "x" * 1_000_001, "over 1,000,000 bytes"),
    ],
)  # fmt: skip
def test_files_that_are_no_settings(home: Home, text: str, said: str) -> None:
    found(home, text)
    with pytest.raises(ConfigurationError) as caught:
        loaded(home)
    assert said in caught.value.message
    assert "ibid.yaml" in caught.value.message


def test_an_unknown_preset(home: Home) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(home, config="defalt")
    assert "did you mean 'default'?" in caught.value.hint


def test_passwords_are_never_shown(home: Home) -> None:
    own(home, "ingest: {parsers: {pdf: {passwords: {'secret/*.pdf': open sesame}}}}")
    found = loaded(home)
    assert found.settings.ingest.parsers["pdf"]["passwords"] == {"secret/*.pdf": "open sesame"}
    assert found.shown()["ingest"]["parsers"]["pdf"]["passwords"] == {"secret/*.pdf": "***"}
    assert "sesame" not in str(found.shown()) + str(found.origins())
    with pytest.raises(ConfigurationError) as caught:
        loaded(home, "ingest.parsers.pdf.passwords={a.pdf: 12345}")
    assert "12345" not in caught.value.message
    assert caught.value.message.startswith("ingest.parsers.pdf.passwords.a.pdf: *** should be a valid string")
    assert caught.value.__cause__ is None


def of_reports(text: str) -> str:
    return f"collections: {{reports: {text}}}\n"


def test_a_collection_has_settings_of_its_own(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "retrieval.search.top_k"
    file = tmp_path / "given.yaml"

    def top_k(*sets: str, config: str | None = None, collection: str = "reports") -> tuple[int, str]:
        result = loaded(home, *sets, config=config, collection=collection)
        return result.settings.retrieval.search.top_k, result.origins()[key]

    own(home, of_reports("{retrieval: {search: {top_k: 1}}}"))
    assert top_k() == (1, f"{tmp_path / 'config' / 'ibid' / 'config.yaml'}, collections.reports")
    found(home, "retrieval: {search: {top_k: 2}}")
    assert top_k() == (2, str(home.settings_file))  # the nearer file wins
    found(home, of_reports("{retrieval: {search: {top_k: 3}}}") + "retrieval: {search: {top_k: 2}}")
    assert top_k() == (3, f"{home.settings_file}, collections.reports")  # within a file the collection's part wins
    assert top_k(collection="default") == top_k(collection="other") == (2, str(home.settings_file))
    file.write_text("retrieval: {search: {top_k: 4}}")
    assert top_k(config=str(file)) == (4, str(file))
    monkeypatch.setenv("IBID__RETRIEVAL__SEARCH__TOP_K", "5")
    assert top_k(config=str(file)) == (5, "IBID__RETRIEVAL__SEARCH__TOP_K")
    assert top_k(f"{key}=6") == (6, f"--set {key}")
    assert top_k(f"{key}=6", f"collections.reports.{key}=7") == (
        7,
        f"--set collections.reports.{key}",
    )


@pytest.mark.parametrize("collection", ["Reports", "reports", "REPORTS"])
def test_a_variable_is_for_a_collection_in_small_and_large_letters(
    home: Home, monkeypatch: pytest.MonkeyPatch, collection: str
) -> None:
    for name in ("Reports", "REPORTS"):
        with monkeypatch.context() as patch:
            patch.setenv(f"IBID__COLLECTIONS__{name}__RETRIEVAL__SEARCH__TOP_K", "2")
            assert loaded(home, collection=collection).settings.retrieval.search.top_k == 2
            assert loaded(home, collection="report").settings.retrieval.search.top_k == 8


def test_rules_of_a_collection_come_before_those_of_its_file(home: Home) -> None:
    own(home, of_reports("{ingest: {chunking: {rules: [{match: '*.a', size: 50}]}}}"))
    general = "ingest: {chunking: {rules: [{match: '*.c', size: 70}]}}\n"
    found(home, general + of_reports("{ingest: {chunking: {rules: [{match: '*.b', size: 60}]}}}"))
    result = loaded(home, collection="reports")
    assert [rule.match for rule in result.settings.ingest.chunking.rules][:4] == ["*.b", "*.c", "*.a", "*.md"]
    origins = result.origins()
    assert origins["ingest.chunking.rules.0.match"] == f"{home.settings_file}, collections.reports"
    assert origins["ingest.chunking.rules.1.match"] == str(home.settings_file)
    assert [rule.match for rule in loaded(home).settings.ingest.chunking.rules][:2] == ["*.c", "*.md"]
    found(home, general + of_reports("{ingest: {chunking: {inherit: false, rules: [{match: '*.b', size: 60}]}}}"))
    assert [rule.match for rule in loaded(home, collection="reports").settings.ingest.chunking.rules] == ["*.b"]
    assert [rule.match for rule in loaded(home).settings.ingest.chunking.rules][:2] == ["*.c", "*.md"]


def test_an_empty_collection_says_nothing(home: Home) -> None:
    found(home, "collections: {reports: , others: {ingest: }}")
    assert loaded(home, collection="reports").settings == loaded(home, collection="others").settings
    found(home, "collections:\n")
    assert loaded(home, collection="reports").settings == loaded(home).settings


@pytest.mark.parametrize("collection", ["reports", "default"])
@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("{ingest: {chunking: {default: {siez: 1}}}}", ".ingest.chunking.default.siez: there is no such", "'size'"),
        ("{ingest: {chunking: {rules: [{match: a, siez: 1}]}}}", ".ingest.chunking.rules.0.siez: there is", "'size'"),
        ("{ingest: {chunking: {rules: [{size: 30}]}}}", '.ingest.chunking.rules.0: {"size": 30} needs match', ""),
        ("{ingest: {chunking: {default: {strategy: sentense}}}}", ".ingest.chunking.default.strategy: ", "'sentence'"),
        ("{ingest: {chunking: {rules: {match: a}}}}", ".ingest.chunking.rules: must be a list", ""),
        ("{ingest: {chunking: {inherit: 1}}}", ".ingest.chunking.inherit: 1 is neither", ""),
        ("{ingets: {}}", ".ingets: there is no such setting", "did you mean 'ingest'? allowed here: ingest, retrieval"),
        ("{collections: {}}", ".collections: there is no such setting", "allowed here: ingest, retrieval, qa"),
        ("{retrieval: 5}", ".retrieval: 5 should be", ""),
        ("{retrieval: {search: {top_k: many}}}", '.retrieval.search.top_k: "many" should', "set collections.reports."),
        ("5", ": is no section of a collection", ""),
        ("{ingest: {chunking: {default: {strategy: evil.module}}}}", ".ingest.chunking.default.strategy: 'e", "--set"),
        ("{ingest: {parsers: {evil.module: {}}}}", ".ingest.parsers: 'evil.module' names a part outside ibid", "--set"),
        ("{qa: {prompt: ../mine.txt}}", ".qa.prompt: '../mine.txt' is no version", ""),
    ],
)  # fmt: skip
def test_what_is_refused_of_a_collection(home: Home, collection: str, text: str, said: str, hint: str) -> None:
    """Also where another one is opened: a mistake is not found weeks later."""
    found(home, of_reports(text))
    with pytest.raises(ConfigurationError) as caught:
        loaded(home, collection=collection)
    assert caught.value.message.startswith(f"collections.reports{said}")
    assert str(home.settings_file) in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("colections: {reports: {}}", "colections: there is no such setting", "did you mean 'collections'?"),
        ("collections: [reports]", "collections: is no section of a collection", "looks like"),
        ("collections: {'a b': {}}", "collections.a b: is no section of a collection", "letters"),
    ],
)
def test_collections_that_are_none(home: Home, text: str, said: str, hint: str) -> None:
    found(home, text)
    with pytest.raises(ConfigurationError) as caught:
        loaded(home)
    assert caught.value.message.startswith(said)
    assert hint in caught.value.hint


def test_an_option_for_the_opened_collection_need_not_fit_another(home: Home) -> None:
    found(home, of_reports("{qa: {provider: {name: openai, model: one, base_url: 'http://127.0.0.1:1/v1'}}}"))
    assert loaded(home, "qa.provider.threshold=2.0").settings.qa.provider.options == {"threshold": 2.0}
    with pytest.raises(ConfigurationError, match=r"^qa\.provider\.threshold: there is no such setting"):
        loaded(home, "qa.provider.threshold=2.0", collection="reports")


def test_two_collections_are_cut_differently_by_one_file(empty, run) -> None:
    sentences = " ".join(
        f"Sentence number {number} says something about the sea and its tides." for number in range(60)
    )
    (empty / "docs" / "sea.txt").write_text(sentences)
    (empty / "ibid.yaml").write_text(of_reports("{ingest: {chunking: {default: {size: 60}}}}"))

    def status(collection: str) -> dict[str, object]:
        return run("status", "docs/sea.txt", "--collection", collection, "--json").json

    def chunks(collection: str) -> int:
        return sum(source["chunks"] for source in status(collection)["sources"])

    for collection in ("default", "reports", "other"):
        assert run("ingest", "docs", "--collection", collection).code == 0
    assert status("default")["stale"] == status("reports")["stale"] == status("other")["stale"] == []
    assert chunks("reports") > 2 * chunks("default") > 2
    assert chunks("other") == chunks("default")
    again = run("ingest", "docs", "--collection", "reports", "--json").json
    assert (again["unchanged"], again["changed"]) == (5, 0)
    shown = run("config", "--collection", "reports", "--json").json
    assert shown["settings"]["ingest"]["chunking"]["default"]["size"] == 60
    assert shown["origins"]["ingest.chunking.default.size"].endswith("ibid.yaml, collections.reports")
    assert "collection: reports\n" in run("config", "--collection", "reports").out
    with ibid.open(collection="reports") as library:
        assert len(library.chunks("docs/sea.txt").chunks) == chunks("reports")
    assert run("collections", "rm", "reports").code == 0
