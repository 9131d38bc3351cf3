"""A folder of small documents, and the command line run in it as a user would, on a machine without settings."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ibid.cli import main

HANDBOOK = """\
# Handbook

The observatory was founded in 1962 by Marta Lindqvist.

## Telescopes

The main telescope has a mirror of 2.4 metres. It was built in Uppsala.

## Visitors

Visitors are welcome on Saturdays. The entrance fee is 7 euros.
"""
STARS = """\
name,constellation,magnitude
Vega,Lyra,0.03
Altair,Aquila,0.76
Deneb,Cygnus,1.25
Rigel,Orion,0.13
"""
STAFF = {"staff": [{"name": "Ines Okafor", "role": "director"}, {"name": "Tom Aubert", "role": "night assistant"}]}
LOG = """\
The dome motor failed on 3 March and was repaired by Tom Aubert.

On 9 April the spectrograph was recalibrated after a thunderstorm.
"""
CASES = [
    {"id": "mirror", "question": "How large is the mirror of the main telescope?", "type": "md",
     "answers": ["2.4 metres"], "evidence": [{"file": "handbook.md", "span": [84, 130]}]},
    {"id": "altair", "question": "What is the magnitude of Altair?", "type": "csv", "answers": ["0.76"],
     "evidence": [{"file": "stars.csv", "rows": [2]}]},
    {"id": "director", "question": "What is the name of the director?", "type": "json", "answers": ["Ines Okafor"],
     "evidence": [{"file": "staff.json", "pointers": ["/staff/0"]}]},
    {"id": "motor", "question": "What failed on 3 March?", "type": "txt", "answers": ["dome motor"],
     "evidence": [{"file": "log.txt"}], "files": ["log.txt"]},
    {"id": "pizza", "question": "Which pizza topping does Napoleon prefer?", "type": "none", "answers": [],
     "evidence": []},
]  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


def write_documents(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "handbook.md").write_text(HANDBOOK)
    (folder / "stars.csv").write_text(STARS)
    (folder / "staff.json").write_text(json.dumps(STAFF))
    (folder / "log.txt").write_text(LOG)


@pytest.fixture(autouse=True)
def machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("IBID", "OPENAI")):
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("machine")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run(*args: str) -> Ran:
        capsys.readouterr()
        code = main(list(args))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and a home that has them: not to be changed."""
    folder = tmp_path_factory.mktemp("ingested")
    write_documents(folder / "docs")
    assert main(["--home", str(folder / ".ibid"), "-q", "ingest", str(folder / "docs")]) == 0
    return folder


@pytest.fixture
def work(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a copy of `ingested`."""
    shutil.copytree(ingested, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: documents, nothing ingested."""
    write_documents(tmp_path / "work" / "docs")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def cases(work: Path) -> Path:
    """A case file about the documents."""
    file = work / "cases.jsonl"
    file.write_text("".join(json.dumps(case) + "\n" for case in CASES))
    return file
