"""`ibid tune`: configurations compared, the best written, what it costs said before."""

import json
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ibid.evaluation.bootstrap import interval
from ibid.tuning.chart import Line, chart
from ibid.tuning.judging import judge, main_metric, reason
from ibid.tuning.picture import dashed
from ingest.errors import UsageError

GRID = """
- {name: tiny, strategy: sentence, size: 24, context: []}
- {name: dense, retrieval.search.mode: dense}
- {cross: {strategy: [sentence], size: [60, 24], overlap: [0, 100]}}
"""
METRICS = {"hit@1000t", "char_recall@1000t", "char_iou@5", "precision_omega"}


@pytest.fixture
def grid(work):
    file = work / "grid.yaml"
    file.write_text(GRID)
    return file


@pytest.fixture
def tuned(run, cases, grid):
    return run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--json")


def test_the_object(tuned, work) -> None:
    assert tuned.code == 0, tuned.err
    found = tuned.json
    assert (found["metric"], found["cases"]) == ("hit@1000t", 4)
    names = [one["name"] for one in found["configurations"]]
    assert names == ["present", "tiny", "dense", "sentence 60", "sentence 24"]
    assert [note.split()[1] for note in found["left_out"]] == ["60", "24"]  # an overlap of 100 is more than the size
    present, tiny, dense = found["configurations"][:3]
    assert set(present["metrics"]) >= METRICS
    assert set(present["intervals"]) >= METRICS
    assert tiny["changes"]["ingest"]["chunking"]["default"] == {"strategy": "sentence", "size": 24, "context": []}
    assert present["collection"] == dense["collection"] != tiny["collection"]
    assert (present["chunks"], dense["embedded"]) == (dense["chunks"], 0)
    assert tiny["chunks"] > present["chunks"]
    assert 0 < tiny["embedded"] <= tiny["chunks"]
    assert present["behind_best"]["low"] <= 0
    assert found["chosen"] == "present"  # four cases: all is a tie
    assert set(found["files"]) == {"config", "json", "plot", "html"}
    assert json.loads((work / "tune" / "tune.json").read_text()) == found


def test_the_files(tuned, run, work) -> None:
    page = (work / "tune" / "tune.html").read_text()
    assert page.count("<svg") == 1
    assert "hit@1000t of &#x27;present&#x27;" in page
    picture = Image.open(BytesIO((work / "tune" / "tune.png").read_bytes()))
    assert picture.size == (1920, 840)
    written = (work / "tune" / "best.yaml").read_text()
    assert written.startswith("# Written by `ibid tune`")
    assert "# hit@1000t of 'present': " in written
    now = run("config", "--json").json["settings"]
    then = run("config", "--config", "tune/best.yaml", "--json").json["settings"]
    assert then["ingest"]["chunking"] == now["ingest"]["chunking"]


def test_a_second_run_embeds_nothing_and_says_the_same(tuned, run, cases, grid) -> None:
    again = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--json").json
    assert [one["embedded"] for one in again["configurations"]] == [0, 0, 0, 0, 0]
    for one, other in zip(tuned.json["configurations"], again["configurations"], strict=True):
        assert one["metrics"] == other["metrics"]
    names = [one["collection"] for one in run("collections", "--json").json["collections"]]
    assert len(names) == 5  # default, and four: two configurations search the same one
    forgotten = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--forget")
    assert forgotten.code == 0
    assert [one["collection"] for one in run("collections", "--json").json["collections"]] == ["default"]


def test_it_measures_what_eval_measures(tuned, run, cases) -> None:
    for name, options in (("present", []), ("tiny", ["--config", "tiny.yaml"])):
        if options:
            run("tune", str(cases), "--corpus", "docs", "-q", "--grid", "grid.yaml")
            changes = next(one for one in tuned.json["configurations"] if one["name"] == name)["changes"]
            Path("tiny.yaml").write_text(json.dumps(changes))
        metrics = run("eval", str(cases), "--corpus", "docs", "--retrieval-only", "--json", *options).json["metrics"]
        one = next(one for one in tuned.json["configurations"] if one["name"] == name)
        assert one["metrics"] == {key: value for key, value in metrics.items() if value is not None}


def test_the_table(run, cases, grid) -> None:
    ran = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--out", "here")
    assert ran.code == 0
    assert "hit of 4 cases, by hit@1000t" in ran.out
    header = next(line for line in ran.out.splitlines() if line.startswith("configuration"))
    assert header.split() == [
        "configuration", "250t", "500t", "1000t", "2000t", "prec@1000t", "IoU@1000t", "prec", "Ω", "hit@5",
        "95", "%", "chunks", "tokens", "embedded", "seconds",
    ]  # fmt: skip
    assert next(line for line in ran.out.splitlines() if line.startswith("present")).split()[1] == "→"
    assert "take it for a hint" in ran.out
    assert "2/5 tiny: " in ran.err
    assert "here/best.yaml" in ran.out


def test_another_metric_decides(run, cases, grid) -> None:
    found = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--metric", "mrr", "--json").json
    assert found["metric"] == "mrr"
    wrong = run("tune", str(cases), "--corpus", "docs", "--metric", "mmr")
    assert wrong.code == 2
    assert "did you mean 'mrr'?" in wrong.err
    none = run("tune", str(cases), "--corpus", "docs", "--metric", "answer_contains")
    assert none.code == 2
    before = run("tune", str(cases), "--corpus", "docs", "--metric", "mmr", "--estimate")
    assert (before.code, before.err) == (2, wrong.err)


def test_an_estimate_embeds_and_keeps_nothing(run, cases, grid, empty_home) -> None:
    ran = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--estimate", "--json", *empty_home)
    assert ran.code == 0, ran.err
    before = ran.json
    assert before["estimate"] is True
    assert before["documents"] == 4
    assert run("collections", "--json", *empty_home).json == {"collections": []}
    after = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--json", *empty_home).json
    for guess, fact in zip(before["configurations"], after["configurations"], strict=True):
        assert {key: guess[key] for key in ("name", "chunks", "tokens", "embedded")} == {
            key: fact[key] for key in ("name", "chunks", "tokens", "embedded")
        }
    again = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--estimate", "--json", *empty_home).json
    assert (again["embedded"], again["embedding_seconds"]) == (0, 0)
    assert [one["chunks"] for one in again["configurations"]] == [one["chunks"] for one in after["configurations"]]
    said = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--estimate", *empty_home)
    assert "0 texts to embed in all, about 0 s" in said.out


def test_vectors_of_sentences_are_estimated(run, cases, empty_home, work) -> None:
    (work / "grid.yaml").write_text("- {name: sentences, sentence_vectors: true}")
    args = ("tune", str(cases), "--corpus", "docs", "--grid", "grid.yaml", "--json", *empty_home)
    guess, fact = run(*args, "--estimate").json, run(*args).json
    present, sentences = (one["embedded"] for one in guess["configurations"])
    assert 0 < sentences != present
    assert [one["embedded"] for one in fact["configurations"]] == [present, sentences]


@pytest.fixture
def empty_home(tmp_path):
    return ["--home", str(tmp_path / "other" / ".ibid")]


def test_a_strategy_that_cuts_by_vectors_is_estimated_about(run, cases, empty_home, work) -> None:
    (work / "grid.yaml").write_text("- {strategy: semantic, size: 60}")
    args = ("tune", str(cases), "--corpus", "docs", "--grid", "grid.yaml", "--estimate")
    found = run(*args, "--json", *empty_home).json
    assert [one["exact"] for one in found["configurations"]] == [True, False]
    assert found["configurations"][1]["embedded"] > 0
    assert "~ cuts by vectors" in run(*args, *empty_home).out


RULES = [
    {"format": ["markdown"], "metadata": {"title": "*handbook*"}, "strategy": "sentence", "size": 24},
    {"larger_than": "150B", "strategy": "sentence", "size": 24},
    {"format": ["text"], "strategy": "token", "size": 24},
]


@pytest.mark.parametrize("number", range(len(RULES)))
def test_an_estimate_follows_rules_on_format_size_and_title(run, cases, empty_home, work, number) -> None:
    chunking = {"inherit": False, "default": {"context": []}, "rules": RULES[number : number + 1]}
    (work / "rules.yaml").write_text(json.dumps({"ingest": {"chunking": chunking}}))
    (work / "grid.yaml").write_text("- {strategy: sentence, size: 200}")  # a strategy leaves no rule
    args = ("tune", str(cases), "--corpus", "docs", "--config", "rules.yaml", "--grid", "grid.yaml", "--json")
    before = run(*args, "--estimate", *empty_home).json["configurations"]
    after = run(*args, *empty_home).json["configurations"]
    counts = [[(one["name"], one["chunks"], one["tokens"]) for one in found] for found in (before, after)]
    assert counts[0] == counts[1]
    assert before[0]["chunks"] > before[1]["chunks"]


def test_a_file_that_fails_is_said_once_and_read_once(run, cases, work, grid) -> None:
    (work / "docs" / "broken.json").write_text("{")
    ran = run("tune", str(cases), "--corpus", "docs", "--grid", str(grid))
    assert ran.code == 1
    assert ran.err.count("broken.json") == 1
    assert run("tune", str(cases), "--corpus", "docs", "--grid", str(grid), "--estimate").err.count("broken.json") == 1


def test_a_case_file_over_a_collection_serves_for_its_folder(run, work) -> None:
    names = ("docs/handbook.md", str((work / "docs" / "handbook.md").resolve()))
    for name in names:
        case = {"id": "a", "question": "How large is the mirror?", "evidence": [{"file": name, "span": [84, 130]}]}
        (work / "own.jsonl").write_text(json.dumps(case))
        ran = run("eval", "own.jsonl", "--corpus", "docs", "--retrieval-only", "--json")
        assert ran.json["metrics"]["hit@1"] == 1
        assert ran.json["unknown_files"] == []


def outcome(name, values, *, tokens):
    """As much of an outcome as judging looks at."""
    from types import SimpleNamespace

    results = [
        SimpleNamespace(case=SimpleNamespace(id=str(number)), scores={"hit@1000t": value})
        for number, value in enumerate(values)
    ]
    return SimpleNamespace(name=name, tokens=tokens, evaluation=SimpleNamespace(results=results))


def test_what_may_be_chance_is_a_tie_and_the_present_settings_stay() -> None:
    good = [1.0] * 90 + [0.0] * 30
    verdict = judge(
        [
            outcome("present", [0.0, *good[1:]], tokens=9),
            outcome("best", good, tokens=5),
            outcome("bad", [0.0] * 120, tokens=1),
        ],
        "hit@1000t",
    )
    assert (verdict.best.outcome.name, verdict.chosen.outcome.name) == ("best", "present")
    assert [one.tied for one in verdict.judged] == [True, True, False]
    assert "the present settings stay" in " ".join(reason(verdict))


def test_of_the_tied_ones_that_with_the_highest_score_is_chosen() -> None:
    good = [1.0] * 90 + [0.0] * 30
    verdict = judge(
        [
            outcome("present", [0.0] * 120, tokens=1),
            outcome("best", good, tokens=5),
            outcome("cheap", [0.0, *good[1:]], tokens=3),
        ],
        "hit@1000t",
    )
    assert (verdict.best.outcome.name, verdict.chosen.outcome.name) == ("best", "best")
    assert [one.tied for one in verdict.judged] == [False, True, True]
    low, high = verdict.judged[2].behind.low, verdict.judged[2].behind.high
    assert reason(verdict) == [
        f"hit@1000t of 'best': 0.750 [{interval(good).low:.3f}, {interval(good).high:.3f}], over 120 cases.",
        "It has the highest score of 3 configurations.",
        f"Tied with 'best', behind it: 'cheap' by 0.008 [{low:.3f}, {high:.3f}].",
    ]


def test_few_cases_make_ties_and_no_bad_choice() -> None:
    verdict = judge(
        [
            outcome("present", [0.0] * 20, tokens=9),
            outcome("lucky", [1.0] * 17 + [0.0] * 3, tokens=1),
            outcome("first", [1.0] * 20, tokens=5),
            outcome("fewer", [*[1.0] * 19, 0.9999], tokens=4),  # the same score, as far as three digits go
        ],
        "hit@1000t",
    )
    assert verdict.judged[1].tied
    assert verdict.chosen.outcome.name == "fewer"
    said = " ".join(reason(verdict))
    assert "2 of 4 configurations have this score, the highest: of these it stores the fewest tokens, 4." in said
    assert "Tied with 'fewer', behind it: 'first' by 0.000 [0.000, 0.000], 'lucky' by 0.150 [0.000, " in said
    assert "take it for a hint" in said


def test_of_equal_scores_the_present_settings_stay() -> None:
    verdict = judge([outcome("present", [1.0] * 120, tokens=9), outcome("other", [1.0] * 120, tokens=1)], "hit@1000t")
    assert verdict.best is verdict.chosen
    assert verdict.chosen.outcome.name == "present"
    assert reason(verdict)[1] == "All 2 configurations have this score, the highest: the present settings stay."


def test_a_real_difference_decides() -> None:
    verdict = judge(
        [outcome("present", [0.0] * 60 + [1.0] * 60, tokens=1), outcome("best", [1.0] * 120, tokens=9)], "hit@1000t"
    )
    assert verdict.chosen.outcome.name == "best"
    assert reason(verdict)[1:] == ["It has the highest score of 2 configurations.", "None is tied with it."]


def test_a_metric_that_applies_to_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="applies to no case"):
        main_metric(outcome("present", [1.0], tokens=1).evaluation, "char_iou@5")


def test_a_chart_is_valid_svg_with_names_made_harmless() -> None:
    lines = [Line("<a> & b", (0.5, None, 0.9), score=0.8765), Line("flat", (0.7, 0.7, 0.7), score=0.7)]
    drawn = chart("recall", [250, 500, 1000], lines, below="t", scored="recall@500t")
    root = ET.fromstring(drawn.svg())
    texts = [one.text for one in root.iter() if one.text]
    assert texts[-5:] == ["recall@500t", "<a> & b", "0.876", "flat", "0.700"]
    assert Image.open(BytesIO(drawn.png())).size == (drawn.width * 2, drawn.height * 2)


def test_no_two_lines_of_a_chart_look_alike_and_what_is_left_is_grey() -> None:
    lines = [Line(f"line {number}", (0.5, 0.9 - number / 50), score=0.9 - number / 50) for number in range(14)]
    root = ET.fromstring(chart("recall", [250, 500], lines, below="t").svg())
    legend = [one for one in root.iter() if one.tag.endswith("polyline")][-14:]
    looks = [(one.get("stroke"), one.get("stroke-dasharray")) for one in legend]
    assert len({colour for colour, _ in looks[:8]}) == len({dashes for _, dashes in looks[:8]}) == 8
    assert len(set(looks[8:])) == 1
    assert not set(looks[:8]) & set(looks[8:])


def test_dashes_go_around_corners() -> None:
    points = [(0.0, 0.0), (3.0, 0.0), (3.0, 3.0)]
    assert dashed(points, (2, 2)) == [[(0, 0), (2, 0)], [(3, 1), (3, 3)]]
    assert dashed(points, (4, 1)) == [[(0, 0), (3, 0), (3, 1)], [(3, 2), (3, 3)]]
    assert dashed(points, ()) == [points]
    assert dashed(points[:1], ()) == []
