"""The command line as the contract has it: exit codes, keys, streams."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ibid.cli import COMMANDS, main

PLACE = {"pages", "boxes", "sheet", "rows", "columns", "pointers", "lines", "headings", "confidence"}
HIT = {
    "rank",
    "score",
    "scores",
    "collection",
    "path",
    "span",
    "match",
    "text",
    "context",
    "tokens",
    "copies",
    "partly",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run, command) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert "Examples:\n" in ran.out
    assert f"\n    ibid {command}" in ran.out
    assert "--json" in ran.out


def test_without_a_command(run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ibid: no command is given (`ibid --help` lists them)\n"
    assert run("--json").json["error"]["message"] == "no command is given"


def test_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "ibid", "nope"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ibid: there is no command 'nope'.")


def test_help_and_version(run) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert all(f"\n  {command} " in ran.out for command in COMMANDS)
    assert run("--version").out.startswith("ibid ")


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["nope"],
        ["ingest"],
        ["search", "x", "--mode", "fuzzy"],
        ["search", "x", "-k", "0"],
        ["search", "x", "--filter", "reports"],
        ["ask", "x", "--set", "novalue"],
        ["ask", "x", "--set", "retrieval.search.topk=3"],
        ["ask", "x", "--config", "nowhere.yaml"],
        ["ask", "x", "--collection", "../x"],
        ["eval", "nowhere.jsonl"],
        ["eval", "x", "--fail-under", "hit@7=1"],
        ["show", "handbook.md#page=x"],
        ["show", "[7]"],
        ["chunks", "nowhere.md"],
        ["chunks", "docs"],
        ["ask", "", "--json"],
        ["search", " "],
        ["ask", "x", "--conversation", "nowhere"],
        ["rm", "nowhere"],
    ],
)
def test_wrong_usage_exits_with_2(run, work, args) -> None:
    ran = run(*args)
    assert ran.code == 2, ran
    if args and "--json" not in args:
        assert ran.out == ""
        assert len(ran.err.strip().splitlines()) == 1
        again = run(*args, "--json")
        assert again.code == 2
        assert set(again.json["error"]) == {"type", "message", "hint"}
        assert again.err == ""


@pytest.mark.parametrize("args", [["search", "x"], ["ask", "x"], ["status"], ["show", "a.md"], ["rm", "a"], ["chat"]])
def test_nothing_indexed_exits_with_4_and_makes_no_home(run, empty, args) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (4, "")
    if args != ["chat"]:
        ran = run(*args, "--json")
        assert ran.code == 4
        assert ran.json["error"]["type"] == "NothingIndexedError"
    assert not (empty / ".ibid").exists()


def test_no_such_collection_exits_with_4(run, work) -> None:
    ran = run("search", "x", "--collection", "papers")
    assert ran.code == 4
    assert "'papers'" in ran.err
    assert "default" in ran.err


def test_global_options_before_and_after(run, work, tmp_path) -> None:
    home = str(work / ".ibid")
    before = run("--home", home, "--json", "--set", "retrieval.search.top_k=1", "search", "telescope").json
    after = run("search", "telescope", "--home", home, "--json", "--set", "retrieval.search.top_k=1").json
    assert len(before["hits"]) == len(after["hits"]) == 1
    assert before["hits"] == after["hits"]


def test_ingest_reports(run, empty) -> None:
    (empty / "docs" / "empty.txt").write_text("")
    (empty / "docs" / "broken.json").write_text('{"a": 1,\n "b" 2}')
    ran = run("ingest", "docs", "--json")
    report = ran.json
    assert ran.code == 1
    assert (report["added"], report["documents"], report["unchanged"]) == (4, 4, 0)
    assert [one["path"] for one in report["failed"]] == ["docs/broken.json"]
    assert "line 2" in report["failed"][0]["error"]
    assert [one["path"] for one in report["skipped"]] == ["docs/empty.txt"]
    assert report["embedded"] + report["reused"] == report["chunks"] > 0
    assert set(report["pages"]) == {"text", "ocr", "empty", "failed"}
    assert (empty / ".ibid").stat().st_mode & 0o777 == 0o700
    assert (empty / ".ibid" / ".gitignore").read_text().strip() == "*"
    again = run("ingest", "docs")
    assert again.code == 1
    assert "failed   docs/broken.json: " in again.out
    assert "skipped  docs/empty.txt: " in again.out
    assert "4 unchanged" in again.out


def test_ingest_changes_and_removes(run, work) -> None:
    (work / "docs" / "log.txt").write_text("Nothing happened.")
    (work / "docs" / "stars.csv").unlink()
    plan = run("ingest", "docs", "--dry-run", "--json").json
    assert (plan["added"], plan["changed"], plan["removed"]) == ([], ["docs/log.txt"], ["docs/stars.csv"])
    report = run("ingest", "docs", "--json").json
    assert (report["changed"], report["removed"], report["unchanged"]) == (1, 1, 2)


def test_what_a_missing_path_held_is_forgotten_when_asked_for(run, work) -> None:
    (work / "docs" / "log.txt").unlink()
    assert "--prune forgets them" in run("ingest", "docs/log.txt").err
    assert run("status", "--json").json["documents"] == 4
    assert run("ingest", "docs/log.txt", "--prune", "--json").json["removed"] == 1
    assert run("status", "--json").json["documents"] == 3


def test_one_is_not_said_as_many(run, empty) -> None:
    out = run("ingest", "docs/log.txt").out
    assert "1 document: 1 added" in out
    assert "\n1 chunk, 1 embedded" in out
    assert "default → sentence: 1 document, 1 chunk\n" in run("status").out
    assert run("collections").out.startswith("default: 1 document, 1 chunk,")
    assert "docs/log.txt: strategy 'sentence', the default: no rule matches\n" in (
        out := run("chunks", "docs/log.txt").out
    )
    assert out.splitlines()[-1].startswith("1 chunk, ")
    assert " to " not in out.splitlines()[-1]


def test_a_missing_path_exits_with_2_after_the_others(run, empty) -> None:
    ran = run("ingest", "nowhere", "docs")
    assert ran.code == 2
    assert "missing  nowhere" in ran.out
    assert "4 added" in ran.out


def test_an_empty_folder_is_no_failure(run, empty) -> None:
    (empty / "nothing").mkdir()
    ran = run("ingest", "nothing", "--json")
    assert ran.code == 0
    assert ran.json["documents"] == 0


def test_a_dry_run_makes_no_home(run, empty) -> None:
    ran = run("ingest", "docs", "--dry-run", "--json")
    assert ran.code == 0
    assert len(ran.json["added"]) == 4
    assert not (empty / ".ibid").exists()


def test_a_dry_run_says_what_is_missing_and_what_is_none_of_ours(run, empty) -> None:
    (empty / "docs" / "blob.bin").write_bytes(b"\0\1\2")
    ran = run("ingest", "docs", "nowhere", "--dry-run", "--json")
    assert ran.code == 2
    assert ran.json["missing"] == ["nowhere"]
    assert [one["path"] for one in ran.json["skipped"]] == ["docs/blob.bin"]
    assert "missing  nowhere" in run("ingest", "docs", "nowhere", "--dry-run").out
    assert not (empty / ".ibid").exists()


def test_status(run, work) -> None:
    status = run("status", "--json").json
    assert status["home"] == str(work / ".ibid")
    assert (status["collection"], status["documents"], status["stale"]) == ("default", 4, [])
    assert status["embedder"]["name"] == "minilm"
    assert status["embedder"]["dimensions"] == 384
    rules = {rule["match"]: (rule["strategy"], rule["documents"]) for rule in status["rules"]}
    assert rules["*.md"] == ("heading", 1)
    assert rules["default"] == ("sentence", 1)
    one = run("status", "docs/handbook.md", "--json").json
    assert [source["path"] for source in one["sources"]] == ["docs/handbook.md"]
    assert {"path", "parser", "rule", "pages", "chunks"} <= set(one["sources"][0])
    assert "docs/handbook.md" in run("status", "docs").out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["path=docs/handbok.md"], "the filter path=docs/handbok.md; nearly so: docs/handbook.md"),
        (["path=Handbok.md"], "the filter path=Handbok.md; nearly so: docs/handbook.md"),
        (["path=doc/*.csv"], "the filter path=doc/*.csv; nearly so: docs/stars.csv"),
        (["format=pdf"], "the filter format=pdf"),
        (["path=*.csv", "title=zebra"], "the filter path=*.csv, title=zebra"),
    ],
)
def test_a_filter_that_no_document_matches_is_said(run, work, given, said) -> None:
    filters = [word for text in given for word in ("--filter", text)]
    for command in ("search", "ask"):
        ran = run(command, "How large is the mirror?", *filters)
        assert ran.code == 0
        assert f"warning: no document matches {said}\n" in ran.err
        warnings = run(command, "How large is the mirror?", *filters, "--json").json["warnings"]
        assert warnings == [f"no document matches {said}"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("path=letters/*", ": a pattern begins where the paths do; try path=**/letters/*"),
        ("path=letters/b.txt", ""),
        ("title=letters/a.txt", ""),
    ],
)
def test_a_filter_that_would_match_below_a_folder_is_told_how(run, work, given: str, said: str) -> None:
    (work / "docs" / "letters").mkdir()
    (work / "docs" / "letters" / "a.txt").write_text("The mirror is large.", encoding="utf-8")
    assert run("ingest", "docs").code == 0
    warnings = run("search", "How large is the mirror?", "--filter", given, "--json").json["warnings"]
    assert (
        warnings[0].removesuffix("; nearly so: docs/letters/a.txt") == f"no document matches the filter {given}{said}"
    )


def test_nothing_is_said_of_a_filter_that_a_document_matches(run, work) -> None:
    ran = run("search", "qwertyuiop", "--filter", "path=*.csv", "--mode", "lexical")
    assert (ran.out, ran.err) == ("nothing was found\n", "")


def test_status_tells_which_files_are_not_what_was_ingested(run, work) -> None:
    (work / "docs/log.txt").write_text("The dome motor was replaced.\n")
    (work / "docs/stars.csv").unlink()
    when = (work / "docs/staff.json").stat().st_mtime_ns + 1_000_000
    os.utime(work / "docs/staff.json", ns=(when, when))
    changed, gone = "the file's size or time has changed since it was ingested", "the file is not there any more"
    assert run("status", "--json").json["stale"] == [
        {"path": "docs/log.txt", "reason": changed},
        {"path": "docs/staff.json", "reason": changed},
        {"path": "docs/stars.csv", "reason": gone},
    ]
    said = run("status").out
    assert f"stale       docs/stars.csv: {gone}" in said
    assert "`ibid ingest` of the folder that holds them" in said
    run("ingest", "docs")
    assert run("status", "--json").json["stale"] == []
    assert "ibid ingest" not in run("status").out


def test_status_looks_at_the_files_wherever_it_is_called(run, work, monkeypatch, tmp_path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("The ferry leaves at nine.\n")
    run("ingest", str(outside))
    monkeypatch.chdir(work / "docs")
    assert run("status", "--json").json["stale"] == []
    outside.unlink()
    assert [one["path"] for one in run("status", "--json").json["stale"]] == [outside.as_posix()]


def test_stale_documents_are_said_once_and_answered(run, work) -> None:
    ran = run("search", "telescope", "--set", "ingest.chunking.rules=[{match: '*.md', strategy: heading, size: 60}]")
    assert ran.code == 0
    assert ran.out != ""
    assert ran.err.count("warning:") == 1
    assert "is stale (docs/handbook.md: " in ran.err
    assert "`ibid status` tells why" in ran.err
    assert run("search", "telescope", "-q", "--set", "ingest.chunking.default.size=60").err == ""
    assert run("search", "telescope", "--quiet", "--set", "ingest.chunking.default.size=60").err == ""


def test_search(run, work) -> None:
    found = run("search", "How large is the telescope mirror?", "-k", "2", "--json").json
    assert set(found) == {"question", "filter", "spelling", "hits", "seconds", "warnings"}
    assert found["filter"] == {"given": [], "named": []}
    assert found["spelling"] == {}
    first = found["hits"][0]
    assert set(first) - PLACE == HIT
    assert first["path"] == "docs/handbook.md"
    assert len(found["hits"]) == 2
    text = (work / "docs" / "handbook.md").read_text()
    assert first["text"] == text[slice(*first["span"])]
    filtered = run("search", "telescope", "--filter", "path=*.csv", "--json").json
    assert {hit["path"] for hit in filtered["hits"]} == {"docs/stars.csv"}
    assert filtered["filter"] == {"given": ["path=*.csv"], "named": []}
    assert run("search", "telescope", "--filter", "path=*.pdf").code == 0
    filtered = run("search", "telescope", "--filter", "format=csv", "--filter", "title=stars", "--json").json
    assert {hit["path"] for hit in filtered["hits"]} <= {"docs/stars.csv"}


def test_what_stands_in_several_files_is_one_hit(run, work) -> None:
    for number in range(4):
        (work / "docs" / f"copy-{number}.md").write_bytes((work / "docs" / "handbook.md").read_bytes())
    run("ingest", "docs")
    first = run("search", "How large is the telescope mirror?", "--json").json["hits"][0]
    assert len({citation.partition("#")[0] for citation in (first["path"], *first["copies"])}) == 5
    assert run("show", first["copies"][0]).code == 0
    told = run("search", "How large is the telescope mirror?").out
    assert f"   the same in {first['copies'][0]}, {first['copies'][1]} and 2 more\n" in told
    answer = run("ask", "How large is the mirror of the main telescope?", "--json").json
    assert len(answer["citations"][0]["copies"]) == 4
    assert "    the same in docs/" in run("ask", "How large is the mirror of the main telescope?").out


def test_a_question_that_names_a_file_is_asked_of_it_and_that_is_said(run, work) -> None:
    ran = run("search", "Is there a telescope in stars.csv?", "--json")
    assert {hit["path"] for hit in ran.json["hits"]} == {"docs/stars.csv"}
    assert ran.json["filter"] == {"given": [], "named": ["docs/stars.csv"]}
    said = "only searched in what the question names: docs/stars.csv"
    assert said in ran.err
    assert run("ask", "Is there a telescope in stars.csv?", "--json").json["warnings"] == [said]
    wide = ["search", "Is there a telescope in stars.csv?", "--json"]
    off = run(*wide, "--set", "retrieval.search.infer_filter=false")
    assert off.err == ""
    assert len({hit["path"] for hit in off.json["hits"]}) > 1
    assert run(*wide, "--filter", "path=*.md").json["filter"]["named"] == []


def test_what_a_misspelt_word_was_taken_for_is_said(run, work) -> None:
    ran = run("search", "How large is the telesocpe?", "--json")
    assert ran.json["spelling"] == {"telesocpe": "telescope"}
    said = "no document has “telesocpe”: searched for “telescope”"
    assert said in ran.err
    dense = run("search", "How large is the telesocpe?", "--mode", "dense", "--json")
    assert (dense.json["spelling"], dense.err) == ({}, "")
    answer = run("ask", "How large is the mirror of the main telesocpe?", "--json").json
    assert answer["question"] == "How large is the mirror of the main telesocpe?"
    assert answer["warnings"] == [said]
    assert "2.4 metres" in answer["answer"]


def test_a_row_of_a_table_is_shown_with_its_columns(run, tmp_path) -> None:
    (tmp_path / "classes").mkdir()
    table = "| Course | Teacher | Fee |\n|---|---|---|\n| Pottery | Ms Lind | 140 |\n| Italian | Mr Conti | 95 |\n"
    (tmp_path / "classes" / "autumn.md").write_text(table, encoding="utf-8")
    assert run("ingest", str(tmp_path / "classes"), "--collection", "classes").code == 0
    out = run("ask", "Who teaches pottery?", "--collection", "classes").out
    assert "    “| Pottery | Ms Lind | 140 |”\n    columns: Course | Teacher | Fee\n" in out


def test_ask_and_show(run, work) -> None:
    answer = run("ask", "How large is the mirror of the main telescope?", "--json").json
    assert {
        "question", "answer", "abstained", "citations", "unresolved", "hits", "conversation", "provider", "model",
        "usage", "cost", "seconds",
    } <= set(answer)  # fmt: skip
    assert "2.4 metres" in answer["answer"]
    assert answer["provider"] == "extractive"
    citation = answer["citations"][0]
    assert set(citation) - PLACE == {"marker", "citation", "path", "span", "quote", "copies"}
    text = (work / "docs" / "handbook.md").read_text()
    assert citation["quote"] == text[slice(*citation["span"])]
    shown = run("show", citation["citation"], "--json").json
    assert set(shown) - PLACE == {"citation", "path", "span", "text", "before", "after"}
    last = run("show", "[1]", "--json").json
    assert last["text"] == citation["quote"]
    whole = last["before"] + last["text"] + last["after"]
    assert whole in text
    assert f">>> {citation['quote']} <<<" in run("show", "[1]").out


@pytest.mark.parametrize(
    ("citation", "text"),
    [
        ("docs/stars.csv#rows=2", "name: Altair; constellation: Aquila; magnitude: 0.76"),
        ("docs/staff.json#/staff/0", "Ines Okafor"),
        ("docs/handbook.md#char=0,10", "# Handbook"),
        ("docs/log.txt", "The dome motor failed"),
    ],
)
def test_show_opens_places(run, work, citation, text) -> None:
    assert text in run("show", citation, "--json").json["text"]


def test_show_says_one_line_and_one_row(run, work) -> None:
    out = run("show", "docs/stars.csv#rows=2").out
    assert out.startswith("docs/stars.csv · row 2 · ")
    assert out.endswith("\nname           Altair\nconstellation  Aquila\nmagnitude      0.76\n")
    out = run("show", "docs/stars.csv#rows=2-3").out
    assert out.startswith("docs/stars.csv · rows 2-3 · ")
    assert [line.split() for line in out.splitlines()[1:] if "─" not in line] == [
        ["row", "name", "constellation", "magnitude"],
        ["2", "Altair", "Aquila", "0.76"],
        ["3", "Deneb", "Cygnus", "1.25"],
    ]
    out = run("show", "docs/handbook.md#char=0,10").out
    assert out.startswith("docs/handbook.md · line 1 · characters 0-10\n")
    assert "\n 1  >>> # Handbook <<<\n 2\n 3  The observatory was founded" in out
    assert "\n 3  >>> The observatory" in run("show", "docs/handbook.md#char=12,30").out
    assert "name  Ines Okafor\nrole  director\n" in run("show", "docs/staff.json#/staff/0").out
    (work / "docs" / "word.json").write_text('"A beacon."')
    run("ingest", "docs")
    assert run("show", "docs/word.json").out.endswith(" · characters 0-10\nA beacon.\n")


@pytest.mark.parametrize("part", ["[{}]", "{}", "a.csv#rows={}", "a.csv#rows=1-{}", "a#char=0,{}", "a#xywh=0,0,1,{}"])
@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 18])
def test_a_citation_with_a_huge_number_is_refused(run, work, part, number) -> None:
    ran = run("show", part.format(number), "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "UsageError")


def test_a_document_whose_name_is_a_number_is_shown_by_it(run, empty) -> None:
    (empty / "2024").write_text("The year of the flood.\n")
    assert run("ingest", ".").code == 0
    assert "The year of the flood." in run("show", "2024").out
    assert run("ask", "What is the magnitude of Altair?").code == 0
    assert "The year of the flood." in run("show", "2024").out
    assert "Altair" in run("show", "1").out
    assert "no citation [2024]" in run("show", "[2024]").err


def test_show_of_a_file_of_the_working_folder(run, work, monkeypatch) -> None:
    monkeypatch.chdir(work / "docs")
    assert run("show", "./stars.csv#rows=1", "--json").json["path"] == "docs/stars.csv"


def test_a_conversation_goes_on(run, work) -> None:
    first = run("ask", "What is the magnitude of Altair?", "--json").json
    second = run("ask", "And of Deneb?", "--conversation", first["conversation"], "--json").json
    assert second["conversation"] == first["conversation"]
    assert "1.25" in second["answer"]
    third = run("ask", "And of Vega?", "--conversation", "last", "--json").json
    assert third["conversation"] == first["conversation"]


def test_a_question_from_stdin(run, work, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("What is the magnitude of Altair?\n"))
    assert "0.76" in run("ask", "-").out


def test_a_question_from_stdin_is_never_cut(run, work, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a " * 500_000 + "?"))
    ran = run("ask", "-", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "UsageError")
    assert "over 1,000,000 characters" in ran.json["error"]["message"]


def test_an_abstention_is_no_failure(run, work) -> None:
    ran = run("ask", "Which pizza topping does Napoleon prefer?", "--json")
    assert ran.code == 0
    assert ran.json["abstained"] is True
    assert ran.json["citations"] == []


def test_where_there_is_no_answer_the_nearest_passages_are_shown(run, work) -> None:
    ran = run("ask", "Which pizza topping does Napoleon prefer?")
    answer, _, nearest = ran.out.partition("\n\nnearest passages:\n")
    assert answer == "The documents do not say."
    lines = nearest.splitlines()
    assert len(lines) == 2 * 3
    hits = run("ask", "Which pizza topping does Napoleon prefer?", "--json").json["hits"]
    assert [line.split("#")[0].strip() for line in lines[::2]] == [hit["path"] for hit in hits[:3]]
    assert all(line.strip() for line in lines[1::2])
    assert "nearest passages" not in run("ask", "What is the magnitude of Altair?").out


def test_an_answer_that_little_speaks_for_is_said_to_be_unsure(run, work) -> None:
    question, said = "What is the magnitude of Altair?", "unsure whether this answers the question:\n"
    assert said not in run("ask", question).out
    assert run("ask", question, "--json").json["unsure"] is False
    tried = [f"qa.provider.threshold={step * 0.3}" for step in range(10)]
    threshold = next(one for one in tried if run("ask", question, "--json", "--set", one).json["unsure"])
    out = run("ask", question, "--set", threshold).out
    assert out.startswith(said)
    assert "0.76" in out


def test_show_prompt_sends_nothing(run, work) -> None:
    model = ["--set", "qa.provider.name=openai", "--set", "qa.provider.model=m", "--set"]
    args = [*model, "qa.provider.base_url=http://127.0.0.1:9/v1", "ask", "How large is the mirror?", "--show-prompt"]
    ran = run(*args, "--json")
    assert ran.code == 0
    assert set(ran.json) == {"messages", "input_tokens", "cost"}
    assert ran.json["messages"][0]["role"] == "system"
    assert 100 < ran.json["input_tokens"] <= 1200
    assert "2.4 metres" in run(*args).out
    quoting = run(*args, "--no-llm", "--json").json
    assert quoting["messages"] == []
    assert not [one for one in Path(".ibid").iterdir() if one.name == "history"]


def test_context_tokens_bound_what_is_packed(run, work) -> None:
    assert run("ask", "telescope?", "--context-tokens", "40", "--json").json["usage"]["context_tokens"] <= 40
    ran = run("ask", "x", "--context-tokens", "3")
    assert ran.code == 2


def test_chunks_shows_boundaries_and_the_rule(run, empty) -> None:
    found = run("chunks", "docs/handbook.md", "--json").json
    assert (found["path"], found["rule"], found["strategy"]) == ("docs/handbook.md", "*.md", "heading")
    text = (empty / "docs" / "handbook.md").read_text()
    for chunk in found["chunks"]:
        assert chunk["text"] == text[slice(*chunk["span"])]
        assert set(chunk) - PLACE == {"ordinal", "span", "tokens", "text", "context"}
    shown = run("chunks", "docs/handbook.md").out
    assert "strategy 'heading', chosen by the rule '*.md'" in shown
    assert "The main telescope has a mirror" in shown
    assert not (empty / ".ibid").exists()
    plain = run("chunks", "docs/log.txt", "--json").json
    assert (plain["rule"], plain["strategy"]) == ("default", "sentence")


def test_chunks_of_a_broken_file(run, empty) -> None:
    (empty / "broken.json").write_text("{")
    ran = run("chunks", "broken.json")
    assert ran.code == 1
    assert ran.err.startswith("ibid: broken.json: it is no JSON: line 1, ")


def test_rm_forgets_and_collections_lists(run, work) -> None:
    assert run("rm", "docs/log.txt", "--json").json["removed"] == ["docs/log.txt"]
    listed = run("collections", "--json").json["collections"]
    assert [(one["collection"], one["documents"]) for one in listed] == [("default", 3)]
    assert len(run("rm", "docs", "--json").json["removed"]) == 3
    assert (work / "docs" / "log.txt").exists()


def test_collections_are_apart_and_can_be_forgotten(run, work) -> None:
    ran = run("ingest", "docs/stars.csv", "--collection", "stars", "--json")
    assert (ran.json["collection"], ran.json["documents"], ran.json["embedded"]) == ("stars", 1, 0)
    assert run("collections", "rm", "stars").code == 0
    assert run("search", "x", "--collection", "stars").code == 4
    assert run("search", "Altair").code == 0
    assert run("collections", "rm", "nope").code == 4


def test_config(run, work) -> None:
    (work / "ibid.yaml").write_text("retrieval: {search: {top_k: 3}}")
    shown = run("config", "--json").json
    assert set(shown) == {"home", "files", "settings", "origins"}
    assert shown["settings"]["retrieval"]["search"]["top_k"] == 3
    assert shown["origins"]["retrieval.search.top_k"] == str(work / "ibid.yaml")
    assert shown["origins"]["qa.budget.input_tokens"] == "built-in"
    assert shown["files"] == [str(work / "ibid.yaml")]
    assert "retrieval.search.top_k" in run("config").out


def test_chat_reads_plain_lines(run, work, monkeypatch) -> None:
    lines = ["What is the magnitude of Altair?", "/sources", "/show 1", "/search Rigel", "/conversations", "/help",
             "And of Deneb?", "/nope", "/quit", "never asked"]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    ran = run("chat")
    assert ran.code == 1
    assert "there is no command /nope" in ran.err
    assert "0.76" in ran.out
    assert "1.25" in ran.out
    assert "Rigel" in ran.out
    assert "/resume ID" in ran.out
    monkeypatch.setattr("sys.stdin", io.StringIO("And of Vega?\n"))
    again = run("chat", "--conversation", "last")
    assert again.code == 0
    assert "And of Deneb?" in again.out
    assert "0.03" in again.out


def test_chat_quotes_where_no_model_is_to_be_asked(run, work, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("What is the magnitude of Altair?\n"))
    model = ["--set", "qa.provider={name: openai, model: m, base_url: 'http://127.0.0.1:9/v1', max_retries: 0}"]
    ran = run("chat", "--no-llm", *model)
    assert (ran.code, "0.76" in ran.out) == (0, True)


def test_chat_says_what_was_searched_for_instead(run, work, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("/search telesocpe in handbook.md\n"))
    ran = run("chat")
    assert ran.code == 0
    assert "only searched in what the question names: docs/handbook.md" in ran.err
    assert "no document has “telesocpe”: searched for “telescope”" in ran.err


def test_chat_keeps_the_last_answer_where_nothing_is_asked(run, work, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("What is the magnitude of Altair?\nThanks!\n/show 1\n"))
    ran = run("chat")
    assert ran.code == 0
    assert "Nothing is asked" in ran.out
    assert ran.out.count("0.76") >= 3  # the answer, its quote, and what is shown


def test_what_ibid_says_of_a_table_s_columns_is_said_to_be_its_own(run, empty) -> None:
    (empty / "log.csv").write_text("machine,hours\nFiller,12\nLabeller,7\nRetort,31\n")
    assert run("ingest", "log.csv").code == 0
    told = run("ask", "How many columns has the table of machines?", "--set", "qa.provider.threshold=0")
    assert "said by ibid of the table's columns" in told.out
    assert "said by ibid" not in run("ask", "How many hours has the Retort run?").out


def test_chat_is_for_people(run, work) -> None:
    ran = run("chat", "--json")
    assert ran.code == 2
    assert "ibid ask --json" in ran.json["error"]["hint"]


def test_control_codes_of_documents_do_not_reach_the_terminal(run, empty) -> None:
    (empty / "evil.txt").write_text("The \x1b[31mred\x1b[0m button [/INST] [bold] opens \u202ethe hatch.\x07")
    assert run("ingest", "evil.txt").code == 0
    for args in (
        ["search", "red button"],
        ["ask", "What opens the hatch?"],
        ["show", "evil.txt"],
        ["chunks", "evil.txt"],
    ):
        out = run(*args).out
        assert "[/INST]" in out
        assert not {"\x1b", "\u202e", "\x07"} & set(out)


def test_json_is_one_object(run, work) -> None:
    for args in (["status"], ["collections"], ["config"], ["search", "x"], ["ask", "x"], ["chunks", "docs/log.txt"]):
        ran = run(*args, "--json")
        assert isinstance(json.loads(ran.out), dict)
        assert ran.out.count("\n") == 1


def test_what_should_not_have_happened_is_said_and_with_verbose_shown_in_full(run, work, monkeypatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("ibid.library.Library.search", broken)
    ran = run("search", "telescope", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (1, "InternalError")
    for option in ("-v", "--verbose"):
        with pytest.raises(ZeroDivisionError):
            run("search", "telescope", option)


def test_an_interrupt_exits_with_130(run, work, monkeypatch) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", type("Stdin", (io.StringIO,), {"read": interrupted})())
    assert main(["ask", "-"]) == 130


def test_what_became_of_pages_and_rows(run, empty) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.append(Path(__file__).parents[2] / "data" / "samples" / "docs" / "annual-report-2024.pdf", pages=(0, 2))
    writer.add_blank_page(width=300, height=300)
    writer.write(empty / "docs" / "report.pdf")
    planned = run("ingest", "docs", "--dry-run", "--json").json
    assert not (empty / ".ibid").exists()
    report = run("ingest", "docs", "--json").json
    assert report["pages"] == planned["pages"] == {"text": 2, "ocr": 0, "empty": 1, "failed": 0}
    assert report["rows"] == planned["rows"]
    assert (report["rows"]["text"], report["rows"]["failed"]) == (6, 0)  # four stars, two of the staff
    assert (report["documents"], report["chunks"]) == (planned["documents"], planned["chunks"])
    assert "; pages: 2 with text, 1 empty; rows: 6 with text\n" in run("ingest", "docs").out
    (source,) = run("status", "docs/report.pdf", "--json").json["sources"]
    assert [(page["page"], page["state"]) for page in source["coverage"]] == [(1, "text"), (2, "text"), (3, "empty")]
    assert set(source["coverage"][0]) == {"page", "state", "reason", "header", "footer"}
    assert source["rows"] == {"text": 0, "empty": 0, "failed": 0}
    assert run("chunks", "docs/report.pdf", "--json").json["coverage"] == source["coverage"]
    assert "\n            pages 1-2 text, 3 empty\n" in run("status", "docs/report.pdf").out
    assert "\n            rows 4 with text\n" in run("status", "docs/stars.csv").out
