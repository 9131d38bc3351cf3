"""Captions: pictures described by an endpoint that sees, found, shown as generated, never quoted."""

import base64
import io
import json
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

import ibid
from qa.conversations import Conversations
from retrieval.database import Database

SAID = "A red lighthouse stands on a cliff above a stormy sea."


def photo(file: Path, *, text: str = "") -> None:
    """A picture that holds no text, or a line of it."""
    image = Image.linear_gradient("L").resize((400, 300)).convert("RGB")
    if text:
        image = Image.new("RGB", (600, 200), "white")
        ImageDraw.Draw(image).text((50, 60), text, fill="black", font=ImageFont.load_default(40))
    image.save(file)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint) -> Path:
    """The working folder, with settings that have pictures described."""
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    captions = {"name": "openai", "model": "eyes", "base_url": endpoint.url, "timeout": 10, "max_retries": 0}
    prices = {"input_price": 1000.0, "output_price": 1000.0}
    (tmp_path / "ibid.yaml").write_text(json.dumps({"ingest": {"captions": captions | prices}}))
    return tmp_path


def sent(body: dict) -> Image.Image:
    """The picture of a request."""
    _, picture = body["messages"][0]["content"]
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_photograph_is_described_and_found_and_not_quoted(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply([f" {SAID}\n\x1b[31m"])]
    report = run("ingest", "docs", "--json")
    assert (report.code, report.json["documents"], report.json["warnings"]) == (0, 1, [])
    assert report.json["captions"] == {"count": 1, "input_tokens": 321, "output_tokens": 7, "cost": 0.328}
    assert sent(endpoint.bodies[0]).size == (400, 300)
    assert endpoint.bodies[0]["model"] == "eyes"

    (hit,) = run("search", "a lighthouse on a cliff", "--json").json["hits"]
    assert (hit["text"], hit["generated"]) == (SAID + " [31m", True)
    assert hit["boxes"] == [{"page": 1, "x0": 0, "y0": 0, "x1": 400, "y1": 300}]
    assert "(generated description)" in run("search", "a lighthouse on a cliff").out
    assert "generated description" in run("show", "docs/a.png#xywh=0,0,400,300").out

    answer = run("ask", "What stands on a cliff above a stormy sea?", "--json").json
    assert (answer["abstained"], answer["citations"]) == (True, [])


def test_the_usage_is_in_the_ledger(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply([SAID])]
    assert run("ingest", "docs").code == 0
    database = Database(here / ".ibid")
    (used,) = Conversations(database).usage()
    database.close()
    assert (used.model, used.conversation, used.usage.input_tokens, used.cost) == ("eyes", "captions", 321, 0.328)


def test_text_in_the_picture_stays_quotable_beside_its_description(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png", text="The keeper is Ada Frost")
    endpoint.replies = [reply(["A white sign that names a lighthouse's keeper."])]
    assert run("ingest", "docs").code == 0
    chunks = run("chunks", "docs/a.png", "--json").json["chunks"]
    assert [(chunk["text"], chunk.get("generated", False)) for chunk in chunks] == [
        ("The keeper is Ada Frost", False),
        ("A white sign that names a lighthouse's keeper.", True),
    ]
    assert "── generated description" in run("chunks", "docs/a.png").out
    answer = run("ask", "Who is the keeper?", "--json").json
    assert [citation["quote"] for citation in answer["citations"]] == ["The keeper is Ada Frost"]


def test_what_is_described_is_not_described_again_unless_the_question_changes(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply([SAID])]
    assert run("ingest", "docs", "--json").json["added"] == 1
    assert run("ingest", "docs", "--json").json["unchanged"] == 1
    moved = "ingest.captions.timeout=20"
    assert run("ingest", "docs", "--json", "--set", moved).json["unchanged"] == 1
    assert len(endpoint.bodies) == 1
    assert run("ingest", "docs", "--json", "--set", "ingest.captions.prompt=Which animal?").json["changed"] == 1
    assert len(endpoint.bodies) == 2
    off = run("ingest", "docs", "--json", "--set", "ingest.captions=null").json
    assert (off["documents"], off["removed"], off["captions"]) == (0, 1, None)
    assert len(endpoint.bodies) == 2


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"status": 500}, "failed (status 500)"),
        ({"body": "<html>busy</html>"}, "answered nonsense"),
        ({"body": '{"choices": []}'}, "answered nonsense"),
        ({"pieces": ["  "]}, "the model said nothing"),
        ({"pieces": ["late"], "delay": 3.0}, "no answer within 1 seconds|did not answer in time"),  # whoever is first
        ({"status": 401}, "refused the key"),
    ],
)
def test_a_caption_that_fails_is_a_warning(here, endpoint, reply, run, bad, why) -> None:
    photo(here / "docs" / "a.png", text="The keeper is Ada Frost")
    endpoint.replies = [reply(**bad)]
    quick = ("--set", "ingest.captions.timeout=1") if "delay" in bad else ()
    report = run("ingest", "docs", "--json", *quick)
    assert (report.code, report.json["documents"], report.json["failed"]) == (0, 1, [])
    (warning,) = report.json["warnings"]
    assert warning.startswith("docs/a.png: 1 picture is not described: ")
    assert any(one in warning for one in why.split("|"))
    assert "sk-test" not in report.out


def test_a_caption_that_failed_is_tried_again_the_next_time(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png", text="The keeper is Ada Frost")
    endpoint.replies = [reply(status=500)]
    assert run("ingest", "docs", "--json").json["added"] == 1
    endpoint.replies = [reply([SAID])]
    again = run("ingest", "docs", "--json").json
    assert (again["changed"], again["warnings"], again["captions"]["count"]) == (1, [], 1)
    assert run("ingest", "docs", "--json").json["unchanged"] == 1


def test_of_a_picture_without_text_it_is_said_why_nothing_can_be_found(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply(status=500)]
    report = run("ingest", "docs", "--json")
    assert (report.code, [one["path"] for one in report.json["skipped"]]) == (0, ["docs/a.png"])
    assert "1 picture is not described" in report.json["warnings"][0]


def test_a_description_stays_where_a_new_one_cannot_be_had(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply([SAID])]
    assert run("ingest", "docs").code == 0
    endpoint.replies = [reply(status=500)]
    again = ("--json", "--set", "ingest.captions.prompt=Which animal?")
    report = run("ingest", "docs", *again).json
    assert (report["removed"], len(report["skipped"])) == (0, 1)
    assert run("search", "lighthouse", "--json").json["hits"][0]["text"] == SAID
    endpoint.replies = [reply(["A gull."])]
    assert run("ingest", "docs", *again).json["changed"] == 1
    assert run("search", "lighthouse", "--json").json["hits"][0]["text"] == "A gull."


def test_an_endpoint_that_hangs_is_given_up(here, endpoint, reply, run) -> None:
    for number in range(8):
        photo(here / "docs" / f"{number}.png", text=f"Sign number {number}")
    endpoint.replies = [reply(["late"], delay=4.0)]
    begun = time.monotonic()
    report = run("ingest", "docs", "--json", "--workers", "1", "--set", "ingest.captions.timeout=0.5").json
    assert time.monotonic() - begun < 60
    assert (report["documents"], len(report["warnings"]), len(endpoint.bodies)) == (8, 8, 3)
    assert "given up after 3 failures in a row, the last: no answer within 0.5 seconds" in report["warnings"][-1]


def test_waiting_for_a_caption_is_not_the_parsers_time(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png", text="The keeper is Ada Frost")
    endpoint.replies = [reply([SAID], delay=8.0)]
    limits = ("--set", "ingest.limits.seconds=6", "--set", "ingest.limits.seconds_per_page=6")
    report = run("ingest", "docs", "--json", *limits).json
    assert (report["failed"], report["warnings"], report["captions"]["count"]) == ([], [], 1)


def test_the_budget_of_the_day_is_not_passed(here, endpoint, reply, run) -> None:
    for name in ("a", "b"):
        photo(here / "docs" / f"{name}.png", text=f"Sign {name}")
    endpoint.replies = [reply([SAID])]
    report = run("ingest", "docs", "--json", "--set", "qa.budget.cost_per_day=2.5", "--workers", "1").json
    assert (report["captions"]["count"], len(endpoint.bodies)) == (1, 1)
    (warning,) = report["warnings"]
    assert "the budget of the day is 2.5: 0.3280 is spent" in warning


def test_a_budget_needs_prices(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png", text="Sign a")
    unknown = ("--set", "ingest.captions.input_price=null", "--set", "qa.budget.cost_per_day=2.5")
    report = run("ingest", "docs", "--json", *unknown).json
    assert "the prices of ingest.captions are not known" in report["warnings"][0]
    assert endpoint.bodies == []


def test_a_rehearsal_sends_nothing(here, endpoint, run) -> None:
    photo(here / "docs" / "a.png")
    plan = run("ingest", "docs", "--dry-run", "--json").json
    assert "no pictures were described" in plan["warnings"][-1]
    assert endpoint.bodies == []


def test_pictures_are_not_sent_unless_it_is_asked_for(here, endpoint, run) -> None:
    (here / "ibid.yaml").unlink()
    photo(here / "docs" / "a.png", text="The keeper is Ada Frost")
    assert run("ingest", "docs", "--json").json["captions"] is None
    assert endpoint.bodies == []


def test_a_large_picture_is_scaled_down_before_it_is_sent(here, endpoint, reply, run) -> None:
    Image.linear_gradient("L").resize((4000, 1000)).save(here / "docs" / "a.png")
    Image.new("RGB", (40, 40), "red").save(here / "docs" / "icon.png")
    endpoint.replies = [reply([SAID])]
    assert run("ingest", "docs").code == 0
    assert [sent(body).size for body in endpoint.bodies] == [(1024, 256)]


def test_a_caption_of_any_length_is_bounded(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply(["word\n" * 5000])]
    assert run("ingest", "docs").code == 0
    with ibid.open(here / ".ibid") as library:
        text = library.text(here / "docs" / "a.png")
    assert len(text) <= 2001
    assert text.startswith("word word")
    assert text.endswith("word …\n")


def test_a_generating_provider_is_told_what_was_generated(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    endpoint.replies = [reply([SAID])]
    assert run("ingest", "docs").code == 0
    asks = (
        "--set",
        "qa.provider.name=openai",
        "--set",
        "qa.provider.model=m",
        "--set",
        f"qa.provider.base_url={endpoint.url}",
    )
    prompt = run("ask", "What stands on the cliff?", "--show-prompt", "--json", *asks).json["messages"][-1]["content"]
    assert f"[generated description, not a source] {SAID}" in prompt
    endpoint.replies = [reply([f'It is "{SAID[:30]}" [1].'])]
    answer = run("ask", "What stands on the cliff?", "--json", *asks).json
    assert (answer["citations"], answer["unresolved"]) == ([], [1])
    assert answer["warnings"] == [
        f"no source holds the quoted words “{SAID[:30]}”",
        "source [1] is a generated description of a picture: it is not quoted",
    ]


def test_no_case_is_made_of_a_description(here, endpoint, reply, run) -> None:
    photo(here / "docs" / "a.png")
    (here / "docs" / "b.txt").write_text("The ferry Aurora leaves Kotka at 7:40 each morning from May to September.\n")
    endpoint.replies = [reply([SAID]), reply(["Question: When does the ferry Aurora leave?\nAnswer: 7:40"])]
    assert run("ingest", "docs").code == 0
    provider = {"name": "openai", "model": "m", "base_url": endpoint.url}
    model = [part for key, value in provider.items() for part in ("--set", f"qa.provider.{key}={value}")]
    ran = run("cases", "new", "own.jsonl", "--generate", "2", "--json", *model)
    assert ran.json["written"] == ["case-001"]
    asked = [body["messages"][-1]["content"] for body in endpoint.bodies[1:]]
    assert len(asked) == 1
    assert "ferry" in asked[0]
