"""`ibid eval` beside an earlier run, as a page, calibrated."""

import html
import json
import re
import shlex

import pytest
import yaml


def lines(file, cases) -> None:
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))


def test_a_baseline(run, cases, work) -> None:
    before = run("eval", str(cases), "--json")
    (work / "before.json").write_text(before.out)
    same = run("eval", str(cases), "--baseline", "before.json", "--json")
    assert same.code == 0, same.err
    told = same.json["baseline"]
    assert (told["cases"], told["regressions"], told["file"]) == (5, [], "before.json")
    rows = {row["metric"]: row for row in told["metrics"]}
    assert set(rows["hit@5"]) == {"metric", "before", "after", "difference", "low", "high", "verdict", "cases"}
    assert {row["verdict"] for name, row in rows.items() if name != "seconds"} == {"tie"}
    for result in (found := before.json)["results"]:
        if "hit@5" in result["scores"]:
            result["scores"]["hit@5"] = 0.5
    (work / "worse.json").write_text(json.dumps(found))
    better = run("eval", str(cases), "--baseline", "worse.json")
    assert better.code == 0
    assert re.search(r"hit@5 +0.5000 +1.0000 +\+0.5 +\+0.5 to \+0.5 +better", better.out)
    worse = run("eval", str(cases), "--baseline", "worse.json", "--set", "qa.provider.threshold=4")
    assert "regression  answer_contains" in worse.out
    assert worse.code == 1


def test_a_baseline_is_read_before_anything_is_asked(run, cases, work) -> None:
    ran = run("eval", str(cases), "--baseline", "nowhere.json")
    assert ran.code == 2
    assert "'nowhere.json' cannot be read" in ran.err
    (work / "other.json").write_text('{"results": [{"id": "other", "scores": {}}]}')
    ran = run("eval", str(cases), "--baseline", "other.json", "--retrieval-only")
    assert ran.code == 2
    assert "none of its cases" in ran.err


def test_the_answers_with_their_support(run, cases, work) -> None:
    found = run("eval", str(cases), "--json").json
    by_id = {result["id"]: result for result in found["results"]}
    assert by_id["mirror"]["support"] > by_id["pizza"]["support"]
    assert found["metrics"]["abstention_auroc"] == 1
    assert found["abstention"][0]["threshold"] is None
    assert found["abstention"][0]["abstention_recall"] == 1
    assert by_id["mirror"]["usage"]["context_tokens"] > 0
    assert set(found["tokens"]) == {"context_tokens", "input_tokens", "output_tokens"}


def test_the_page(run, cases, work) -> None:
    hostile = "<script>alert(1)</script> & the astrolabe of Ulm weighs 3 kg"
    (work / "docs" / "it's <b>.txt").write_text(hostile + "\n")
    assert run("ingest", "docs", "-q").code == 0
    known = [json.loads(line) for line in cases.read_text().splitlines()]
    wrong = {"id": "<i>", "question": "What does the <u>astrolabe</u> of Ulm weigh?", "type": "t&t",
             "answers": ["5 <kg>"], "evidence": [{"file": "docs/it's <b>.txt"}]}  # fmt: skip
    lines(cases, [*known, wrong])
    ran = run("eval", str(cases), "--html", "out/report.html", "--home", str(work / ".ibid"))
    assert ran.code == 0, ran.err
    assert "report: out/report.html" in ran.out
    page = (work / "out" / "report.html").read_text()
    for raw in ("<script>", "<u>", "<i>", "<kg>", "http://", "https://"):
        assert raw not in page
    assert html.escape(hostile) in page
    summaries = re.findall(r'<details class="case( \w+)?"( open)?><summary><b>([^<]*)</b>', page)
    assert [kind for kind, _, _ in summaries] == [" bad", *[" good"] * 5]
    assert summaries[0] == (" bad", " open", "wrong; its place was found at rank 1")
    commands = [html.unescape(found) for found in re.findall(r'<code class="command">(.*?)</code>', page)]
    told = next(words for one in commands if "it's" in (words := shlex.split(one))[2])
    assert told[:2] == ["ibid", "show"]
    shown = run(*told[1:])
    assert shown.code == 0, shown.err
    assert "astrolabe of Ulm weighs 3 kg" in shown.out
    assert page.count("<svg") >= 3


def test_the_page_of_a_corpus_opens_its_places(run, cases, work) -> None:
    assert run("eval", str(cases), "--corpus", "docs", "--html", "r.html", "--retrieval-only").code == 0
    page = (work / "r.html").read_text()
    command = html.unescape(re.findall(r'<code class="command">(.*?)</code>', page)[0])
    assert "--collection eval-" in command
    assert run(*shlex.split(command)[1:]).code == 0


def test_calibrate(run, cases, work) -> None:
    known = [json.loads(line) for line in cases.read_text().splitlines()]
    more = [
        {"id": f"none-{at}", "question": question, "type": "none", "answers": [], "evidence": []}
        for at, question in enumerate(("Who won the regatta in 1988?", "How large is the mirror of the submarine?"))
    ]
    lines(cases, [*known, *more])
    ran = run("eval", str(cases), "--calibrate", "--out", "threshold.yaml", "--json")
    assert ran.code == 0, ran.err
    found = ran.json["calibration"]
    assert (found["answerable"], found["unanswerable"], found["file"]) == (4, 3, "threshold.yaml")
    assert found["chosen"]["false_refusals"] <= 0.1
    assert found["curve"][0]["coverage"] == pytest.approx(6 / 7)  # of pizza there is nothing at all
    written = yaml.safe_load((work / "threshold.yaml").read_text())
    assert written == {"qa": {"provider": {"name": "extractive", "threshold": found["threshold"]}}}
    plain = run("eval", str(cases), "--json").json
    assert plain["metrics"] == ran.json["metrics"]  # those of the threshold in force
    told = [
        [(one["answer"], one["abstained"], one["unsure"]) for one in found["results"]] for found in (plain, ran.json)
    ]
    assert told[0] == told[1]
    assert not any(abstained and unsure for _, abstained, unsure in told[1])
    tried = run("eval", str(cases), "--json", "--config", "threshold.yaml").json["metrics"]
    assert tried["false_refusals"] == found["chosen"]["false_refusals"]
    assert tried["abstention_recall"] == found["chosen"]["abstention_recall"]
    text = run("eval", str(cases), "--calibrate").out
    assert re.search(r"threshold +answered +right +refused +abstained +balanced", text)
    assert "  name: extractive" in text
    assert "take it for a hint" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--calibrate", "--retrieval-only"], "needs answers"),
        (["--judge", "--retrieval-only"], "needs answers"),
        (["--judge"], "--judge needs a language model"),
        (["--out", "x.yaml"], "--out is where --calibrate"),
        (["--calibrate", "--where", "type=md"], 'no unanswerable questions among the cases ("answers": [])'),
        (["--calibrate", "--where", "type=none"], "no answerable questions"),
        (["--calibrate", "--set", "qa.provider.name=openai", "--set", "qa.provider.model=m"], "has no threshold"),
    ],
)
def test_what_is_refused(run, cases, work, arguments, said) -> None:
    ran = run("eval", str(cases), "--corpus", "docs", *arguments)
    assert ran.code == 2
    assert len(run("collections", "--json").json["collections"]) == 1  # nothing was ingested for it
    assert said in ran.err
