"""The library from Python, and `import ibid` beside files that have our names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ibid
from ibid.home import find_home


def python(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run([sys.executable, *args], cwd=folder, env=kept, capture_output=True, text=True, check=False)


def test_as_the_contract_shows_it(work) -> None:
    with ibid.open(".ibid") as library:
        report = library.ingest("docs")
        assert report.unchanged == 4
        hits = library.search("telescope mirror", k=2)
        assert [hit.rank for hit in hits] == [1, 2]
        answer = library.ask("How large is the mirror of the main telescope?", conversation=None, stream=False)
        assert "2.4 metres" in answer.text
        assert "2.4 metres" in answer.citations[0].quote
        assert answer.usage.input_tokens == 0
        assert library.text("docs/log.txt").startswith("The dome motor")
        pieces: list[str] = []
        again = library.ask("What failed on 3 March?", conversation=answer.conversation, stream=pieces.append)
        assert "".join(pieces).strip() == again.text
        assert len(library.turns(answer.conversation)) == 2
        assert library.status().documents == 4
        assert library.count_provider_tokens("The dome motor failed.") == 5
        assert library.chunks("docs/log.txt").strategy == "sentence"
        assert library.show("docs/stars.csv#rows=1").text.startswith("name: Vega; ")


def test_a_link_is_a_document_of_its_own(run, empty, monkeypatch) -> None:
    docs = empty / "docs"
    (docs / "real.txt").write_text("The lamp is green.\n")
    (docs / "link.txt").symlink_to("real.txt")
    (docs / "later.txt").symlink_to("log.txt")
    assert run("ingest", "docs").code == 0
    (docs / "later.txt").unlink()
    monkeypatch.chdir(docs)
    status = run("status", "link.txt", "--json").json
    assert [source["path"] for source in status["sources"]] == ["docs/link.txt"]
    with ibid.open() as library:
        assert library.text("link.txt") == library.text("real.txt")
        assert library.text("later.txt") == library.text("log.txt")
        assert library.show("link.txt#char=0,8").path == "docs/link.txt"
        assert library.remove("link.txt") == ["docs/link.txt"]
        assert library.remove(docs / "link.txt") == ["docs/real.txt"]  # it is none any more: what it leads to is


def test_errors_are_public(empty) -> None:
    with ibid.open() as library, pytest.raises(ibid.NothingIndexedError):
        library.search("x")
    with pytest.raises(ibid.ConfigurationError):
        ibid.open(settings={"retrieval.search.topk": 3})
    with pytest.raises(AttributeError):
        _ = ibid.nothing


def test_a_script_needs_no_main_guard(empty) -> None:
    script = empty / "script.py"
    script.write_text("import ibid\nwith ibid.open() as one:\n    print(one.ingest('docs', workers=2).documents)\n")
    done = python(empty, str(script))
    assert (done.returncode, done.stdout) == (0, "4\n"), done.stderr


def test_a_script_named_like_a_stage_is_told(empty) -> None:
    for name in ("ingest", "qa"):
        script = empty / f"{name}.py"
        script.write_text("import ibid\nprint(ibid.__version__)\n")
        done = python(empty, str(script))
        assert done.returncode == 1
        assert f"ImportError: ibid needs its own package '{name}'" in done.stderr
        assert str(script) in done.stderr
        script.unlink()


def test_code_in_a_folder_of_documents_does_not_run(empty) -> None:
    for name in ("ingest", "qa", "retrieval", "ibid"):
        (empty / name).mkdir()
        (empty / name / "__init__.py").write_text("raise SystemExit('code of the folder ran')\n")
        (empty / name / "worker.py").write_text("raise SystemExit('code of the folder ran')\n")
    for name in ("sitecustomize.py", "usercustomize.py", "json.py"):
        (empty / name).write_text("raise SystemExit('code of the folder ran')\n")
    command = Path(sys.executable).with_name("ibid")
    done = subprocess.run(
        [command, "ingest", ".", "--workers", "2"], cwd=empty, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "ran" not in done.stderr.replace("warning", "")
    assert "15 documents" in done.stdout


def test_importing_is_light() -> None:
    code = "import sys, ibid; print({'pydantic', 'numpy', 'yaml', 'sqlalchemy'} & set(sys.modules))"
    assert python(Path.cwd(), "-c", code).stdout == "set()\n"


def test_help_is_light() -> None:
    code = (
        "import sys; from ibid.cli import main; main(['--help']); "
        "print({'pydantic', 'numpy', 'yaml', 'rich', 'sqlalchemy'} & set(sys.modules), file=sys.stderr)"
    )
    assert python(Path.cwd(), "-c", code).stderr == "set()\n"


def test_the_home_is_found_as_git_finds_its_own(tmp_path, monkeypatch) -> None:
    (tmp_path / "a" / ".ibid").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b" / "c")
    assert find_home().folder == tmp_path / "a" / ".ibid"
    assert find_home().root == tmp_path / "a"
    monkeypatch.setenv("IBID_HOME", str(tmp_path / "named"))
    assert find_home().folder == tmp_path / "named"
    assert find_home("given").folder == tmp_path / "a" / "b" / "c" / "given"
    monkeypatch.delenv("IBID_HOME")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert find_home().folder == tmp_path / "other" / ".ibid"
