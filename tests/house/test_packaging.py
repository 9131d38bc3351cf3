"""The built wheel holds all that is needed: it is installed into an empty environment and used in an empty folder."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "-q",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    return next(folder.glob("ibid_qa-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `ibid` command of an environment that has the wheel and this one's dependencies, but not this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "-q", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True)
    paths = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True, check=True
    )
    # A .pth line adds the folder without reading the .pth files in it: the editable install of this checkout stays out.
    Path(paths.stdout.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "ibid"


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IBID", "PYTHON", "OPENAI"))}
    return {**kept, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


def test_the_wheel_carries_model_configs_and_samples(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "retrieval/embedders/minilm/model.onnx",
        "retrieval/embedders/minilm/tokenizer.json",
        "retrieval/embedders/minilm/LICENSE",
        "retrieval/embedders/minilm/provenance.json",
        "ibid/_data/configs/default.yaml",
        "ibid/_data/configs/presets/openai-file-search.yaml",
        "ibid/_data/samples/questions.jsonl",
        "ibid/py.typed",
    }
    assert wanted - names == set()
    assert not [name for name in names if name.startswith(("tests/", "bench/", "tools/"))]


def test_the_installed_wheel_runs_the_demo_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed, "demo"], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "report" in done.stdout
    assert "#page=" in done.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name != ".cache"] == []


def test_the_installed_wheel_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, ibid, ingest, retrieval, qa;"
        "print(json.dumps([module.__file__ for module in (ibid, ingest, retrieval, qa)]))"
    )
    python = installed.with_name("python")
    done = subprocess.run(
        [python, "-c", code], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    files = json.loads(done.stdout)
    assert [file for file in files if not Path(file).is_relative_to(installed.parents[1])] == []
