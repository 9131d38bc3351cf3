"""Bad input: each kind with a clear line in the report and the right exit code, and everything else still ingested."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from ibid.resources import samples

GOOD = ["docs/handbook.md", "docs/log.txt", "docs/staff.json", "docs/stars.csv"]
AS_ANYONE = """
import ctypes, os, sys
main = "import sys; from ibid.cli import main; sys.exit(main())"
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what root may do in spite of permissions
    assert os.geteuid() != 0 or ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-c", main, *sys.argv[1:]])
"""


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=report())
    for page in list(writer.pages)[1:]:
        writer.remove_page(page)
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def report() -> Path:
    return samples() / "docs" / "annual-report-2024.pdf"


def truncated() -> bytes:
    return report().read_bytes()[:20_000]


FAILED = {
    "binary.txt": (bytes(range(256)), "it is no text: it holds control codes (is its suffix right?)"),
    "broken.json": (
        b'{\n  "name": "Ines",\n  "role": director\n}\n',
        "it is no JSON: line 3, column 11: expecting a value",
    ),
    "broken.jsonl": (b'\n{"a": }\n{"a"\n', "none of its lines is JSON: line 2, column 7: expecting a value"),
    "empty.json": (b"", "it is no JSON: line 1, column 1: there is nothing in it"),
    "encrypted.pdf": (encrypted, "the PDF is encrypted (give its password with --password)"),
    "no-image.png": (b"no image at all", "it is no picture that can be read"),
    "no.pdf": (b"%PDF-1.7\nno more of it", "it is no PDF that can be read"),
}
SKIPPED = {
    "case-file.jsonl": (b'{"question": "Who?", "evidence": []}\n', "a case file"),
    "empty.txt": (b"", "empty: zero bytes"),
    "nothing.json": (b"[]", "valid JSON without content"),
    "tool.exe": (b"MZ\0\0\1\2", "no parser reads .exe, and it is no text"),
}


def check_good_ones(run) -> None:
    """The good documents are found and answer."""
    status = run("status", ".", "--json").json
    assert set(GOOD) <= {source["path"] for source in status["sources"]}
    assert "2.4 metres" in run("ask", "How large is the mirror of the main telescope?", "--json").json["answer"]


def test_all_of_it_at_once(run, empty) -> None:
    for name, (content, _) in {**FAILED, **SKIPPED}.items():
        (empty / "docs" / name).write_bytes(content() if callable(content) else content)
    ran = run("ingest", "docs")
    assert ran.code == 1
    lines = ran.out.splitlines()
    for word, files in (("failed", FAILED), ("skipped", SKIPPED)):
        for name, (_, said) in files.items():
            (line,) = [line for line in lines if line.startswith(f"{word:8} docs/{name}: ")]
            assert said in line
    assert f"4 added, 0 changed, 0 removed, 0 unchanged, {len(FAILED)} failed, {len(SKIPPED)} skipped" in ran.out
    again = run("ingest", "docs", "--json")
    assert again.code == 1
    assert {one["path"]: one["error"] for one in again.json["failed"]}.keys() == {f"docs/{name}" for name in FAILED}
    assert (again.json["unchanged"], again.json["embedded"]) == (4, 0)
    check_good_ones(run)


@pytest.mark.parametrize("name", FAILED)
def test_a_bad_file_alone(run, empty, name) -> None:
    content, said = FAILED[name]
    file = empty / "docs" / name
    file.write_bytes(content() if callable(content) else content)
    ran = run("ingest", "docs", "--json")
    assert ran.code == 1
    (failed,) = ran.json["failed"]
    assert failed["path"] == f"docs/{name}"
    assert said in failed["error"]
    assert (ran.json["added"], ran.json["documents"]) == (4, 4)
    assert run("ingest", f"docs/{name}").code == 1
    assert run("ingest", "docs", "--strict").code == 1
    chunks = run("chunks", f"docs/{name}", "--json")
    assert chunks.code == 1
    assert said.partition(" (")[0] in chunks.json["error"]["message"]
    check_good_ones(run)


@pytest.mark.parametrize("name", SKIPPED)
def test_a_file_that_holds_nothing_for_us(run, empty, name) -> None:
    content, said = SKIPPED[name]
    (empty / "docs" / name).write_bytes(content)
    ran = run("ingest", "docs", "--json")
    assert ran.code == 0
    (skipped,) = ran.json["skipped"]
    assert skipped == {"path": f"docs/{name}", "reason": said}
    check_good_ones(run)


def test_a_password(run, empty) -> None:
    (empty / "docs" / "encrypted.pdf").write_bytes(encrypted())
    wrong = run("ingest", "docs", "--password", "guess", "--json")
    assert wrong.code == 1
    assert wrong.json["failed"][0]["error"] == "the PDF is encrypted, and no given password opens it"
    ran = run("ingest", "docs", "--password", "guess", "--password", "secret", "--json")
    assert (ran.code, ran.json["added"], ran.json["pages"]["text"]) == (0, 1, 1)
    assert "secret" not in ran.out


def test_a_missing_path_beside_a_good_one(run, empty) -> None:
    ran = run("ingest", "no where", "docs/nothing.txt", "docs", "--json")
    assert ran.code == 2
    assert ran.json["missing"] == ["no where", "docs/nothing.txt"]
    assert ran.json["added"] == 4
    check_good_ones(run)


def test_a_missing_path_alone(run, empty) -> None:
    ran = run("ingest", "no\nwhere")
    assert ran.code == 2
    assert ran.out.splitlines()[0] == "missing  no where: there is no such file or folder"


def test_an_empty_folder_beside_a_good_one(run, empty) -> None:
    (empty / "nothing").mkdir()
    ran = run("ingest", "nothing", "docs", "--json")
    assert (ran.code, ran.json["added"], ran.json["warnings"]) == (0, 4, [])


def test_what_is_left_of_a_truncated_pdf_is_read_and_the_loss_is_said(run, empty) -> None:
    (empty / "docs" / "truncated.pdf").write_bytes(truncated())
    ran = run("ingest", "docs", "--json")
    assert ran.code == 1
    (partial,) = ran.json["partial"]
    assert partial["path"] == "docs/truncated.pdf"
    assert partial["reason"] == "not read to its end: its end is missing: pages may be lost"
    assert ran.json["failed"] == []


def test_a_ragged_table_keeps_every_field(run, empty) -> None:
    (empty / "docs" / "ragged.csv").write_text("name,magnitude\nPollux,1.14\nCastor,1.58,double\nAlcor\n")
    ran = run("ingest", "docs", "--json")
    assert (ran.code, ran.json["added"], ran.json["failed"]) == (0, 5, [])
    assert ran.json["warnings"] == ["docs/ragged.csv: rows with more or fewer fields than most: 2"]
    assert "double" in run("show", "docs/ragged.csv#rows=2", "--json").json["text"]
    assert "Alcor" in run("show", "docs/ragged.csv#rows=3", "--json").json["text"]
    check_good_ones(run)


def test_links_that_loop(run, empty) -> None:
    docs = empty / "docs"
    (docs / "loop").symlink_to(".")
    (docs / "up").symlink_to("..")
    (docs / "round.txt").symlink_to("trip.txt")
    (docs / "trip.txt").symlink_to("round.txt")
    (docs / "nowhere.txt").symlink_to("gone.txt")
    ran = run("ingest", "docs", "docs/loop/loop/loop", "--json")
    assert (ran.code, ran.json["added"]) == (1, 4)
    assert {one["path"]: one["reason"] for one in ran.json["skipped"]} == {
        "docs/loop": "a linked folder",
        "docs/up": "a linked folder",
    }
    assert {one["path"]: one["error"] for one in ran.json["failed"]} == {
        "docs/nowhere.txt": "the link leads nowhere",
        "docs/round.txt": "cannot be opened: Too many levels of symbolic links",
        "docs/trip.txt": "cannot be opened: Too many levels of symbolic links",
    }
    check_good_ones(run)


NAMES = {
    b"with space.txt": "docs/with%20space.txt",
    "emoji \U0001f600.txt".encode(): "docs/emoji%20\U0001f600.txt",
    b"two\nlines.txt": "docs/two%0Alines.txt",
    b"bytes\xff.txt": "docs/bytes\ufffd.txt",
    b"-rf.txt": "docs/-rf.txt",
    b"50% #1 & more.txt": "docs/50%25%20%231%20%26%20more.txt",
    b"\x1b[31mred.txt": "docs/%1B[31mred.txt",
    b"quote'\".txt": "docs/quote'\".txt",
}


def test_names_of_every_kind(run, empty) -> None:
    for number, name in enumerate(NAMES):
        with open(os.path.join(os.fsencode(empty / "docs"), name), "wb") as handle:  # noqa: PTH118, PTH123
            handle.write(f"Beacon number {number} is lit by keeper K{number}.".encode())
    ran = run("ingest", "docs", "--json")
    assert (ran.code, ran.json["added"]) == (0, 12)
    for number, citation in enumerate(NAMES.values()):
        answer = run("ask", f"Who lights beacon number {number}?", "--json").json
        cited = [one["citation"] for one in answer["citations"] if f"K{number}." in one["quote"]]
        assert cited == [citation]
        shown = run("show", citation, "--json").json
        assert shown["text"] == f"Beacon number {number} is lit by keeper K{number}."
        for args in (["status", "."], ["search", "beacon"], ["show", citation]):
            assert "\x1b" not in run(*args).out
    assert run("ingest", "docs", "--json").json["unchanged"] == 12
    (empty / "docs" / "two\nlines.txt").unlink()
    gone = run("ingest", "docs", "--json").json
    assert (gone["removed"], gone["unchanged"]) == (1, 11)
    for args in (["rm", "docs/-rf.txt"], ["rm", "docs/50% #1 & more.txt"], ["rm", "docs/bytes\ufffd.txt"]):
        assert run(*args).code == 0
    check_good_ones(run)


def test_names_on_the_command_line_that_are_no_utf8(run, empty) -> None:
    file = os.fsdecode(b"docs/bytes\xff.txt")
    with open(file, "w") as handle:  # noqa: PTH123
        handle.write("The beacon is lit by Keeper Kim.")
    command = Path(sys.executable).with_name("ibid")
    done = subprocess.run([command, "ingest", file, os.fsdecode(b"nowhere\xff")], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (2, b"")
    assert done.stdout.startswith("missing  nowhere\ufffd: ".encode())
    question = os.fsdecode(b"Who lights the beacon\xff?")
    for args in (
        ["ask", question],
        ["search", question],
        ["chunks", file],
        ["show", file],
        ["status", file],
        ["rm", file],
    ):
        ran = run(*args, "--json")
        assert (ran.code, ran.err) == (0, ""), ran
        assert "docs/bytes\ufffd.txt" in json.dumps(ran.json, ensure_ascii=False)
    assert run("show", file).code == 2


def test_no_permission(run, empty) -> None:
    """Files and folders that may not be opened, by a process that may not do what root may."""
    docs = empty / "docs"
    (docs / "closed.txt").write_text("x")
    (docs / "closed").mkdir()
    (docs / "closed" / "inside.txt").write_text("The lighthouse keeper is Kim.")
    assert run("ingest", "docs").code == 0
    (docs / "closed.txt").write_text("y")
    for path, mode in ((docs / "closed.txt", 0), (docs / "closed", 0)):
        path.chmod(mode)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_ANYONE, "ingest", "docs", "--json"],
            cwd=empty,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (docs / "closed").chmod(0o700)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert {one["path"]: one["error"] for one in report["failed"]} == {
        "docs/closed": "cannot be opened: Permission denied",
        "docs/closed.txt": "the file cannot be read: Permission denied",
    }
    assert (report["unchanged"], report["removed"]) == (4, 0)
    assert "Kim" in run("ask", "Who is the lighthouse keeper?").out  # what may not be seen has not vanished
    assert run("status", "--json").json["stale"] == [
        {"path": "docs/closed.txt", "reason": "the file cannot be read: Permission denied"}
    ]
    check_good_ones(run)


def test_a_home_that_may_not_be_written(run, work) -> None:
    home = work / ".ibid"
    for file in home.iterdir():
        if file.is_file():
            file.chmod(0o400)
    home.chmod(0o500)

    def as_anyone(*args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", AS_ANYONE, *args]
        return subprocess.run(command, cwd=work, input=typed, capture_output=True, text=True, check=False)

    try:
        chatted = as_anyone("chat", typed="What is the magnitude of Altair?\nWhat is the magnitude of Deneb?\n")
        asked = as_anyone("ask", "How large is the mirror of the main telescope?", "--json")
        ingested = as_anyone("ingest", "docs", "--json")
        removed = as_anyone("rm", "docs", "--json")
    finally:
        home.chmod(0o700)
    assert asked.returncode == 0, asked
    answer = json.loads(asked.stdout)
    assert "2.4 metres" in answer["answer"]
    assert answer["warnings"] == ["the home is read-only: the conversation is not kept"]
    assert chatted.returncode == 0, chatted
    assert ("0.76" in chatted.stdout, "1.25" in chatted.stdout) == (True, True)
    for done in (ingested, removed):
        assert done.returncode == 1
        error = json.loads(done.stdout)["error"]
        assert (error["type"], "is read-only" in error["message"]) == ("RetrievalError", True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["--set", "retrieval.search.topk=3"],
            "retrieval.search.topk: there is no such setting",
        ),
        (
            ["--set", "ingest.chunking.default.size=many"],
            'ingest.chunking.default.size: "many" should be a valid integer',
        ),
        (["--set", "ingest.chunking.default.size=3"], "greater than or equal to 16"),
        (["--set", "retrieval.embedder.name=minilmm"], "no embedders part is named 'minilmm'"),
        (["--set", "retrieval.store.url=nowhere"], "retrieval.store.url: "),
        (["--set", "retrieval.store.name=no.such.module"], "cannot be imported"),
        (["--config", "nowhere.yaml"], "nowhere.yaml"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_wrong_settings_do_nothing(run, empty, args, said) -> None:
    ran = run("ingest", "docs", *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not (empty / ".ibid").exists()


@pytest.mark.parametrize(
    "text",
    [
        "retrieval: {store: {name: my_parts.store}}",
        "ingest: {chunking: {rules: [{match: '*.md', strategy: my_parts.store}]}}",
        "ingest: {parsers: {my_parts.store: {}}}",
    ],
)
def test_a_found_file_that_names_code(run, empty, text, monkeypatch) -> None:
    (empty / "my_parts").mkdir()
    (empty / "my_parts" / "store.py").write_text("raise SystemExit('code of the folder ran')")
    (empty / "ibid.yaml").write_text(text)
    monkeypatch.syspath_prepend(str(empty))
    for args in (["ingest", "docs"], ["ask", "x"], ["config"], ["status"]):
        ran = run(*args)
        assert (ran.code, ran.out) == (2, "")
        assert "'my_parts.store' names a part outside ibid" in ran.err
        assert "ibid.yaml" in ran.err
    assert not (empty / ".ibid").exists()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
@pytest.mark.parametrize("args", [["ingest", "docs"], ["ask", "x"], ["status"], ["search", "x"], ["collections"]])
def test_a_home_whose_database_is_none(run, empty, content, args) -> None:
    (empty / ".ibid").mkdir()
    (empty / ".ibid" / "ibid.db").write_bytes(content)
    ran = run(*args)
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be opened" in ran.err
    assert "move it away" in ran.err
    assert (empty / ".ibid" / "ibid.db").read_bytes() == content


@pytest.mark.parametrize("args", [["ingest", "docs"], ["ask", "x"], ["status"]])
def test_a_file_where_the_home_should_be(run, empty, args) -> None:
    (empty / "file").write_text("x")
    ran = run("--home", "file", *args)
    assert ran.code in (1, 4)
    assert "file" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "question", ["", "   ", "\0", "?", "\U0001f600", '"', "*", "AND", "'; DROP TABLE chunks; --", "x" * 3_000]
)
def test_odd_questions(run, work, question) -> None:
    for command in ("search", "ask"):
        ran = run(command, question, "--json")
        assert ran.code == (0 if question.strip() else 2), ran
    check_good_ones(run)
