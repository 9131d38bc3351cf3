"""`ibid cases new`: a case file written in a dialogue, or by a model."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ibid.evaluation.cases import load_cases
from ibid.evaluation.drafting import CaseFile, Draft, answers_of
from ibid.evaluation.generating import parsed
from ingest.errors import UsageError


@pytest.fixture
def typed(run, monkeypatch):
    """Runs `cases new` with lines on stdin."""

    def typed(lines, *args):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(line + "\n" for line in lines)))
        return run("cases", "new", "own.jsonl", *args)

    return typed


def written(work):
    return [json.loads(line) for line in (work / "own.jsonl").read_text().splitlines()]


def test_a_question_a_hit_a_sentence_an_answer(typed, run, work) -> None:
    ran = typed(["How large is the mirror of the main telescope?", "1", "2", "2.4 metres"])
    assert ran.code == 0, ran.err
    assert written(work) == [
        {
            "id": "case-001",
            "question": "How large is the mirror of the main telescope?",
            "type": "md",
            "answers": ["2.4 metres"],
            "evidence": [
                {
                    "file": "docs/handbook.md",
                    "span": [84, 130],
                    "text": "The main telescope has a mirror of 2.4 metres.",
                }
            ],
        }
    ]
    assert "1 case written to own.jsonl" in ran.out
    metrics = run("eval", "own.jsonl", "--json").json["metrics"]
    assert metrics["char_recall@5"] == metrics["answer_contains"] == 1


def test_rows_and_pointers(typed, work) -> None:
    typed(["What is the magnitude of Altair?", "1", "", "0.76 | .76", "Who is the night assistant?", "1", "", ""])
    table, record = written(work)
    assert table["answers"] == [["0.76", ".76"]]
    assert table["evidence"][0]["rows"] == [1, 2, 3, 4]
    assert "answers" not in record
    assert record["evidence"][0]["pointers"][0].startswith("/staff/")
    assert [case.id for case in load_cases(work / "own.jsonl")] == ["case-001", "case-002"]


def test_several_hits_and_several_answers(typed, work) -> None:
    ran = typed(["What did Tom Aubert do, and what is his role?", "1-2", "", "", "repaired; night assistant"])
    case = written(work)[0]
    assert (case["answers"], case["answers_all"]) == (["repaired", "night assistant"], True)
    assert len(case["evidence"]) == 2
    assert ran.code == 0


def test_nothing_answers_it(typed, work) -> None:
    typed(["Which pizza topping does Napoleon prefer?", "n"])
    assert written(work)[0] | {"id": ""} == {
        "id": "", "question": "Which pizza topping does Napoleon prefer?", "type": "unanswerable", "answers": [],
        "evidence": [],
    }  # fmt: skip


def test_slips_are_asked_again(typed, work) -> None:
    ran = typed(["Who founded it?", "9", "x", "m", "s Marta Lindqvist", "1", "7", "2", "Napoleon"], "-k", "1")
    assert ran.out.count("is none of these") == 3
    assert "'Napoleon' does not stand there" in ran.out
    assert written(work)[0]["evidence"][0]["text"] == "The observatory was founded in 1962 by Marta Lindqvist."


def test_left_out_and_asked_twice(typed, work) -> None:
    ran = typed(["Who founded it?", "", "Pizza?", "n", "Pizza?"])
    assert "left out" in ran.out
    assert "in the file already" in ran.out
    assert len(written(work)) == 1


def test_the_object_stands_alone_on_stdout(typed, work) -> None:
    ran = typed(["Pizza?", "n"], "--json")
    assert ran.json == {"file": "own.jsonl", "written": ["case-001"]}
    assert "handbook.md" in ran.err


def test_a_corpus_of_its_own(typed, work) -> None:
    typed(["How large is the mirror?", "1", "", ""], "--corpus", "docs", "--type", "mine")
    assert (written(work)[0]["evidence"][0]["file"], written(work)[0]["type"]) == ("handbook.md", "mine")


def test_nothing_indexed(run, empty) -> None:
    assert run("cases", "new").code == 4


def test_lines_are_added_whole(tmp_path) -> None:
    file = tmp_path / "new" / "cases.jsonl"
    first = CaseFile(file)
    assert first.add(Draft("a?", "t", None, [])) == "case-001"
    file.write_text(file.read_text() + '{"id": "case-007", "question": "b?"}')  # no end of line
    second = CaseFile(file)
    assert second.add(Draft("c\u2028?\ud800", "t", ["x"], [])) == "case-008"
    assert [case.id for case in load_cases(file)] == ["case-001", "case-007", "case-008"]
    file.write_text("{")
    with pytest.raises(UsageError, match="is no case"):
        CaseFile(file)


@pytest.mark.parametrize(
    ("text", "answers", "every"),
    [
        ("", None, False),
        (" ; | ", None, False),
        ("a", ["a"], False),
        ("a | b", [["a", "b"]], False),
        ("a; b|c ;", ["a", ["b", "c"]], True),
    ],
)
def test_answers_as_typed(text, answers, every) -> None:
    assert answers_of(text) == (answers, every)


PASSAGE = "The observatory was founded in 1962 by Marta Lindqvist."


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("Question: Who founded the observatory?\nAnswer: Marta Lindqvist.", ""),
        ('**Question:** Who founded the observatory?\n\n**Answer:** "Marta Lindqvist"', ""),
        ("I cannot.", "a reply without question and answer"),
        ("Question: Tell me of it.\nAnswer: 1962", "no question"),
        ("Question: What year does the passage mention?\nAnswer: 1962", "a question that points at the passage"),
        ("Question: Who founded the observatory?\nAnswer: Napoleon", "an answer that does not stand in the passage"),
        ("Question: What did Marta Lindqvist found?\nAnswer: Marta Lindqvist", "a question that holds its answer"),
        ("Question: Who founded the observatory?\nAnswer: " + "x" * 300, "an answer that is empty or very long"),
    ],
)
def test_what_a_model_replies_is_checked(reply, why) -> None:
    assert parsed(reply, PASSAGE)[2] == why


@pytest.fixture
def endpoint(monkeypatch):
    """A chat endpoint that answers with the first words of the passage; every third reply is nonsense."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append(body["messages"][-1]["content"])
            words = asked[-1].replace("#", " ").split()[:2]
            text = f"Question: What comes up under number {len(asked)}?\nAnswer: {' '.join(words)}"
            text = "no idea" if len(asked) % 3 == 0 else text
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            reply = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
            data = json.dumps(reply | {"usage": usage}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    yield asked
    server.shutdown()
    server.server_close()


MODEL = ("--set", "qa.provider.name=openai", "--set", "qa.provider.model=m")


def test_a_model_suggests_cases(run, work, endpoint) -> None:
    ran = run("cases", "new", "own.jsonl", "--generate", "3", "--json", *MODEL)
    assert ran.code == 0, ran.err
    assert ran.json["written"] == ["case-001", "case-002", "case-003"]
    assert ran.json["refused"] == ["a reply without question and answer"]
    assert ran.json["usage"] == {"input_tokens": 400, "output_tokens": 40}
    found = written(work)
    assert [case["generated"] for case in found] == [True, True, True]
    for case in found:
        assert case["answers"][0] in " ".join(case["evidence"][0]["text"].replace("#", " ").split())
    assert run("eval", "own.jsonl", "--retrieval-only", "--where", "generated=true", "--json").json["cases"] == 3
    asked = list(endpoint)
    endpoint.clear()
    run("cases", "new", "again.jsonl", "--generate", "3", *MODEL)
    assert list(endpoint) == asked  # the same passages by the same seed
    endpoint.clear()
    run("cases", "new", "third.jsonl", "--generate", "3", "--seed", "1", *MODEL)
    assert list(endpoint) != asked


def test_fewer_than_wanted(run, work, endpoint) -> None:
    ran = run("cases", "new", "own.jsonl", "--generate", "50", *MODEL)
    assert ran.code == 1
    assert "marked as generated: read them" in ran.out
    assert "× a reply without question and answer" in ran.out
    assert 0 < len(written(work)) < 50


def test_quotes_make_no_questions(run, work) -> None:
    ran = run("cases", "new", "own.jsonl", "--generate", "2")
    assert ran.code == 2
    assert "quotes only" in ran.err
    assert not (work / "own.jsonl").exists()
