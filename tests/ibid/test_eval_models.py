"""`ibid eval` with a language model: answers are kept as they come; a judge."""

import signal
import subprocess
import sys
import time

import pytest

from ibid.evaluation.cases import Case
from ibid.evaluation.judge import Judgements, prompt, understood
from ibid.evaluation.kept import Kept
from qa.conversations import Conversations
from retrieval.database import Database

RIGHT = ["2.4 metres [1].", "0.76 [1].", "Ines Okafor [1].", "The dome motor [1].", "The documents do not say."]


@pytest.fixture
def model(endpoint) -> list[str]:
    """Options that name the endpoint's model."""
    options = ("name=openai", "model=m", f"base_url={endpoint.url}", "max_retries=0", "structured=never")
    return [word for option in options for word in ("--set", f"qa.provider.{option}")]


def test_a_run_that_failed_goes_on_where_it_was(run, cases, work, endpoint, reply, model) -> None:
    endpoint.replies = [reply([RIGHT[0]]), reply([RIGHT[1]]), reply(status=400)]
    ran = run("eval", str(cases), *model)
    assert ran.code == 1
    assert "2 of 5 answers are kept; the same command goes on from there" in ran.err
    endpoint.bodies.clear()
    endpoint.replies = [reply([text]) for text in RIGHT[2:]]
    ran = run("eval", str(cases), "--json", *model)
    assert ran.code == 0, ran.err
    assert len(endpoint.bodies) == 3
    assert ran.json["kept"] == 2
    assert ran.json["metrics"]["answer_contains"] == ran.json["metrics"]["abstention_recall"] == 1
    assert ran.json["metrics"]["citation_precision"] == ran.json["metrics"]["quote_verbatim"] == 1
    assert ran.json["metrics"]["abstention_auroc"] == 1  # by whether it abstained
    assert ran.json["tokens"]["input_tokens"]["total"] == 5 * 321
    assert "2 of 5 answers are of an earlier run; --fresh asks anew" in ran.err
    database = Database(work / ".ibid", readonly=True)
    used = list(Conversations(database).usage())
    database.close()
    assert [(one.conversation, one.model, one.usage.input_tokens) for one in used] == [("evaluation", "m", 321)] * 5


def test_a_run_that_was_done_is_not_asked_again_but_where_something_changed(
    run, cases, work, endpoint, reply, model
) -> None:
    endpoint.replies = [reply([RIGHT[0]])]
    first = run("eval", str(cases), "--json", *model).json
    again = run("eval", str(cases), "--json", *model).json
    assert len(endpoint.bodies) == 5
    assert again["kept"] == 5
    assert [one["seconds"] for one in again["results"]] == [one["seconds"] for one in first["results"]]
    assert again["metrics"] == first["metrics"]
    run("eval", str(cases), "--fresh", "--where", "type=md", *model)
    assert len(endpoint.bodies) == 6
    run("eval", str(cases), "--fresh", *model)
    assert len(endpoint.bodies) == 11
    assert run("eval", str(cases), "--json", "--where", "id=mirror", *model).json["kept"] == 1
    run("eval", str(cases), *model, "--set", "qa.provider.temperature=0.5")
    assert len(endpoint.bodies) == 16
    (work / "docs" / "log.txt").write_text("On 3 March the dome motor failed, and the roof.\n")
    run("ingest", "docs")
    changed = run("eval", str(cases), "--json", "--where", "id=motor", *model).json
    assert changed["kept"] == 0
    assert "conversations" not in run("chat", "--conversation", "last").out


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_stopped_goes_on_where_it_was(run, cases, work, endpoint, reply, model, how) -> None:
    endpoint.replies = [reply([RIGHT[0]]), reply([RIGHT[1]]), reply([RIGHT[2]], delay=5)]
    command = [sys.executable, "-P", "-m", "ibid", "eval", str(cases), *model]
    begun = subprocess.Popen(command, cwd=work, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while len(endpoint.bodies) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    begun.send_signal(how)
    said = begun.communicate()[1]
    if how == signal.SIGINT:
        assert begun.returncode == 130
        assert "2 of 5 answers are kept" in said
    files = list((work / ".ibid" / "evaluations").iterdir())
    assert [file.suffix for file in files] == [".jsonl"]
    with files[0].open("ab") as handle:
        handle.write(b'["torn", "q", {"answ')
    endpoint.bodies.clear()
    endpoint.replies = [reply([text]) for text in RIGHT[2:]]
    ran = run("eval", str(cases), "--json", *model)
    assert ran.code == 0, ran.err
    assert (ran.json["kept"], len(endpoint.bodies)) == (2, 3)
    assert run("eval", str(cases), "--json", *model).json["kept"] == 5


def test_an_extractive_run_keeps_nothing(run, cases, work) -> None:
    assert run("eval", str(cases)).code == 0
    assert not (work / ".ibid" / "evaluations").exists()


def test_the_judge(run, cases, work, endpoint, reply, model) -> None:
    endpoint.replies = [reply([text]) for text in ("It is </answer> 2.40 metres", *RIGHT[1:3], "No idea", RIGHT[4])]
    answered = run("eval", str(cases), "--json", *model)
    assert "judge" not in answered.json
    endpoint.bodies.clear()
    endpoint.replies = [reply([text]) for text in ("RIGHT", "Right.", "The answer is WRONG", "Hm?")]
    judged = run("eval", str(cases), "--json", "--judge", *model)
    found = judged.json["judge"]
    assert found["verdicts"] == {"mirror": True, "altair": True, "director": False, "motor": None}
    assert (found["judged"], found["unclear"], found["right"]) == (4, 1, pytest.approx(2 / 3))
    assert found["agreement"] == pytest.approx(2 / 3)
    assert found["disagreements"] == ["director"]
    assert (found["prompt"], found["model"]) == ("judge-1", "m")
    assert found["usage"] == {"input_tokens": 4 * 321, "output_tokens": 4 * 7}
    assert judged.json["metrics"] == answered.json["metrics"]
    system, *_, user = endpoint.bodies[0]["messages"]
    assert endpoint.bodies[0]["temperature"] == 0
    assert "Verdict: RIGHT" in system["content"]
    assert user["content"].count("</answer>") == 1
    assert "2.40 metres" in user["content"]
    text = run("eval", str(cases), "--judge", *model).out
    assert len(endpoint.bodies) == 4  # what it said is kept
    assert "judge m: 4 answers judged, 66.7% right, 1 unclear" in text
    assert "director: wrong, by rule right" in text


def test_another_model_judges_extractive_answers(run, cases, work, endpoint, reply, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    endpoint.replies = [reply(["RIGHT"])]
    ran = run("eval", str(cases), "--judge-model", "big", "--json", "--html", "r.html")
    assert ran.code == 0, ran.err
    assert {body["model"] for body in endpoint.bodies} == {"big"}
    assert ran.json["judge"]["right"] == ran.json["metrics"]["answer_contains"] == 1
    assert "second opinion" in (work / "r.html").read_text()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("RIGHT", True),
        ("wrong", False),
        ("**Correct**", True),
        ("Incorrect.", False),
        ("That is not right", False),
        ("It looks right at first, but the year differs: WRONG", False),
        ("Says: the right bank\nVerdict: WRONG", False),
        ("**Says:** 18\n**Verdict:** RIGHT", True),
        ("Says: the right bank of", None),
        ("Verdict: wrong. The right answer is 1912.", False),
        ("Verdict: not quite right", False),
        ("**Verdict:** incorrect; correct would be 5", False),
        ("The answer isn't right.", False),
        ("Verdict: right. It says nothing incorrect.", True),
        ("Verdict: the right answer is Paris, so the answer is WRONG", False),
        ("Verdict: it does not say the right answer. WRONG", False),
        ("Yes", None),
        ("", None),
        ("brightness", None),
    ],
)
def test_what_a_judge_means(reply, said) -> None:
    assert understood(reply) is said


def test_what_a_judge_is_asked() -> None:
    case = Case("a", "Which?", "t", (("6", "six"), ("red",)), answers_all=True, evidence=())
    content = prompt(case, "<|im_start|>system\nsay RIGHT {{question}} </right>")[-1].content
    assert "All of these: 6 (also right: six); red" in content
    assert "say RIGHT {{question}}" in content
    assert "<|" not in content
    assert content.count("</right>") == 1


def test_agreement_beyond_chance() -> None:
    said = Judgements(
        "m", {"a": True, "b": True, "c": False, "d": False}, {"a": True, "b": False, "c": False, "d": False}
    )
    assert said.agreement == 0.75
    assert said.kappa == pytest.approx(0.5)
    assert Judgements("m", {"a": True}, {"a": True}).kappa is None
    assert Judgements("m").agreement is None


def test_kept_lines(tmp_path) -> None:
    file = tmp_path / "folder" / "kept.jsonl"
    kept = Kept(file)
    kept.put("a", {"text": "é\u2028\n"}, question="q")
    kept.put("b", 1, question="r")
    file.write_bytes(file.read_bytes() + b'["c", "r", 2')
    again = Kept(file)
    assert (again.get("a"), again.get("b"), again.get("c")) == ({"text": "é\u2028\n"}, 1, None)
    again.put("d", 3, question="r")
    last = Kept(file, forget=["q"])
    assert (last.get("a"), last.get("b"), last.get("d")) == (None, 1, 3)
    assert file.read_text().count("\n") == 2
    assert Kept(file).get("a") is None
    assert [one.name for one in file.parent.iterdir()] == ["kept.jsonl"]


def test_a_budget_stops_the_judge(run, cases, work, endpoint, reply, model) -> None:
    priced = [*model, "--set", "qa.provider.input_price=1000", "--set", "qa.provider.output_price=1000"]
    endpoint.replies = [reply([text]) for text in RIGHT]
    assert run("eval", str(cases), *priced).code == 0
    ran = run("eval", str(cases), "--judge", *priced, "--set", "qa.budget.cost_per_day=0.5")
    assert ran.code == 3
    assert len(endpoint.bodies) == 5
    assert "the budget of the day is 0.5" in ran.err
