"""`ibid eval`: what it asks, what it counts, what it refuses."""

import json

import pytest

from ibid.evaluation.cases import load_cases, resolve
from ibid.evaluation.names import ANSWER, METRICS
from ingest.errors import UsageError


def test_the_object(run, cases, work) -> None:
    ran = run("eval", str(cases), "--json")
    found = ran.json
    assert ran.code == 0, ran.err
    assert {"cases", "metrics", "by_type", "results", "tokens", "cost", "seconds"} <= set(found)
    assert found["cases"] == 5
    assert set(found["metrics"]) == set(METRICS)
    assert set(found["by_type"]) == {"md", "csv", "json", "txt", "none"}
    metrics = found["metrics"]
    assert metrics["hit@5"] == metrics["answer_in_hits@5"] == metrics["quote_verbatim"] == 1
    assert metrics["answer_contains"] >= 0.75
    assert metrics["abstention_recall"] == 1
    assert found["by_type"]["none"]["hit@5"] is None
    assert found["by_type"]["csv"]["char_recall@5"] is None
    assert found["by_type"]["md"]["char_recall@5"] == 1
    by_id = {result["id"]: result for result in found["results"]}
    assert {"id", "retrieved", "answer", "scores"} <= set(by_id["mirror"])
    assert {"path", "span", "text", "tokens"} <= set(by_id["mirror"]["retrieved"][0])
    assert {hit["path"] for hit in by_id["motor"]["retrieved"]} == {"docs/log.txt"}
    assert by_id["pizza"]["scores"].get("hit@1") is None
    assert set(found["tokens"]["context_tokens"]) == {"p50", "p95", "total"}
    assert run("chat", "--conversation", "last").code == 2  # no conversation was kept


def test_what_was_missed_is_listed(run, work) -> None:
    asked = [
        {"id": "a", "question": "How large is the mirror?", "answers": [["ninety ells"]], "evidence": []},
        {"id": "b", "question": "How large is the mirror?", "answers": [], "evidence": []},
    ]
    (work / "missed.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    told = run("eval", "missed.jsonl").out
    assert "  not right: a: How large is the mirror?\n" in told
    assert "  answered, though it is not told: b: How large is the mirror?\n" in told
    assert "unsure: 0 of 2 answers\n" in told
    results = run("eval", "missed.jsonl", "--json").json["results"]
    assert [(one["question"], one["answers"]) for one in results] == [
        ("How large is the mirror?", [["ninety ells"]]),
        ("How large is the mirror?", []),
    ]


def test_a_corpus_has_its_own_collection_and_is_embedded_once(run, cases, work) -> None:
    first = run("eval", str(cases), "--corpus", "docs", "--retrieval-only", "--json")
    assert first.code == 0, first.err
    assert first.json["ingest"]["documents"] == 4
    assert first.json["results"][0]["retrieved"][0]["path"] == "handbook.md"
    second = run("eval", str(cases), "--corpus", "docs", "--retrieval-only", "--json").json
    assert (second["ingest"]["embedded"], second["ingest"]["unchanged"]) == (0, 4)
    assert second["metrics"]["hit@5"] == 1
    assert set(second["metrics"]) == set(METRICS)
    assert {second["metrics"][name] for name in ANSWER} == {None}
    names = [one["collection"] for one in run("collections", "--json").json["collections"]]
    assert len(names) == 2
    assert any(name.startswith("eval-work-docs-") for name in names)
    run("eval", str(cases), "--corpus", "docs", "--retrieval-only", "--set", "ingest.chunking.default.size=60")
    assert len(run("collections", "--json").json["collections"]) == 3


def test_where_and_bars(run, cases, work) -> None:
    assert run("eval", str(cases), "--where", "type=csv", "--retrieval-only", "--json").json["cases"] == 1
    none = run("eval", str(cases), "--where", "type=csv", "--where", "id=motor")
    assert none.code == 2
    assert "has type=csv, id=motor" in none.err
    assert run("eval", str(cases), "--retrieval-only", "--fail-under", "hit@5=1").code == 0
    ran = run("eval", str(cases), "--retrieval-only", "--fail-under", "hit@5=1.01")
    assert ran.code == 1
    assert "missed  hit@5 is 1.0000 (bar: 1.01)" in ran.out
    assert run("eval", str(cases), "--retrieval-only", "--fail-under", "answer_contains=0").code == 1


@pytest.mark.parametrize(
    ("where", "count"),
    [("flag=true", 1), ("flag='true'", 1), ("number=3", 1), ("number=4", 0), ("name=3", 1), ("x=y", 0)],
)
def test_where_compares_values(tmp_path, where, count) -> None:
    file = tmp_path / "c.jsonl"
    text = '{"id": "a", "question": "q", "type": "t", "flag": true, "number": 3, "name": "3"}\n'
    file.write_text(text + '{"id": "b", "question": "q", "type": "t", "flag": "true"}\n' * (where == "flag='true'"))
    assert len(load_cases(file, where=[tuple(where.split("="))])) == count


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "cases.jsonl:2 is no case"),
        ("[]", "not an object"),
        ('{"id": ', "cases.jsonl:2 is no case: column 8: Expecting value"),
        ('{"id": "b", "type": "t"}', "cases.jsonl:2 is no case: it has no 'question'"),
        ('{"question": "q", "type": "t"}', "cases.jsonl:2 is no case: it has no 'id'"),
        ('{"id": "b", "question": "", "type": "t"}', "no text"),
        ('{"id": "b", "question": "q", "type": "t", "answers": "x"}', "'answers' is no list"),
        ('{"id": "b", "question": "q", "type": "t", "evidence": [{}]}', "evidence without 'file'"),
        ('{"id": "b", "question": "q", "type": "t", "evidence": [{"file": "a", "span": [1]}]}', "is no case"),
        ('{"id": "b", "question": "q", "evidence": [{"file": "a", "span": [9, 2]}]}', "not two offsets"),
        ('{"id": "b", "question": "q", "evidence": [{"file": "a", "box": [1, 2]}]}', "not [x0, y0, x1, y1]"),
        ('{"id": "b", "question": "q", "evidence": [{"file": "a", "rows": "12"}]}', "'rows' is no list"),
        ('{"id": "b", "question": "q", "evidence": [{"file": "a", "rows": [1e999]}]}', "is no case"),
        ('{"id": "b", "question": "q", "evidence": [{"file": "a", "span": [true, 2]}]}', "not two offsets"),
        ('{"id": "b", "question": "q", "answers": [[]], "answers_all": true}', "'answers' has []"),
        ('{"id": "b", "question": "q", "answers": [null]}', "'answers' has None"),
        ("[" * 30_000, "is no case"),
        ('{"id": "a", "question": "q", "type": "t"}', "'a' is there twice"),
    ],
)
def test_case_files_are_checked(tmp_path, line, said) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "question": "q", "type": "t"}\n' + line + "\n")
    with pytest.raises(UsageError) as caught:
        load_cases(file)
    assert said in caught.value.message


def test_a_case_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(UsageError) as caught:
        load_cases(tmp_path / "cases.jsonl")
    assert caught.value.message.count("cases.jsonl") == 1


def test_a_file_is_a_path_or_the_end_of_exactly_one() -> None:
    paths = ["a/x.md", "b/x.md", "b/y.md", "y.md"]
    assert resolve("a/x.md", paths) == "a/x.md"
    assert resolve("y.md", paths) == "y.md"
    assert resolve("z.md", paths) is None
    assert resolve(".md", paths) is None
    with pytest.raises(UsageError, match="2 documents"):
        resolve("x.md", paths)


def test_files_that_are_not_indexed(run, work) -> None:
    file = work / "cases.jsonl"
    case = {"id": "a", "question": "q", "type": "t", "evidence": [{"file": "nowhere.md"}]}
    file.write_text(json.dumps(case))
    ran = run("eval", str(file), "--retrieval-only")
    assert ran.code == 2
    other = {"id": "b", "question": "Altair?", "type": "t", "evidence": [{"file": "stars.csv"}]}
    file.write_text(json.dumps(case) + "\n" + json.dumps(other))
    ran = run("eval", str(file), "--retrieval-only", "--json")
    assert ran.code == 0
    assert ran.json["metrics"]["hit@5"] == 0.5
    assert ran.json["unknown_files"] == ["nowhere.md"]
    assert "1 file that the cases name is not indexed: 'nowhere.md'" in ran.err
