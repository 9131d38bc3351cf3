"""The stages import downwards only, and third-party libraries only where they are declared."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORDER = ["ingest", "retrieval", "qa", "ibid"]
MODULES = {
    "charset_normalizer": "charset-normalizer",
    "cv2": "opencv-python-headless",
    "pi_heif": "pi-heif",
    "llama_index": "llama-index-core",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "prompt_toolkit": "prompt-toolkit",
}
OPTIONAL = {"sentence_transformers", "torch", "xllamacpp"}


def imports(file: Path) -> set[str]:
    """The top-level names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add((node.module or "").partition(".")[0])
    return found


def files(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("package", ORDER)
def test_a_stage_imports_only_from_below(package: str) -> None:
    above = set(ORDER[ORDER.index(package) + 1 :])
    wrong = {str(file.relative_to(ROOT)): sorted(imports(file) & above) for file in files(package)}
    assert {file: names for file, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", ORDER)
def test_every_third_party_import_is_declared(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=\[;]", line)[0].strip() for line in project["dependencies"]}
    missing = {}
    for file in files(package):
        for name in imports(file) - set(sys.stdlib_module_names) - set(ORDER) - OPTIONAL:
            if MODULES.get(name, name) not in declared:
                missing[str(file.relative_to(ROOT))] = name
    assert missing == {}


def test_ingest_opens_no_connection() -> None:
    network = {"socket", "http", "urllib", "requests", "httpx", "openai", "aiohttp"}
    found = {file.name: imports(file) & network for file in files("ingest") if imports(file) & network}
    assert found == {"forking.py": {"socket"}, "forkserver.py": {"socket"}}  # a pair, for handing over files
    texts = [(ROOT / "ingest" / name).read_text(encoding="utf-8") for name in found]
    used = {name for text in texts for name in re.findall(r"(?<![\w.])socket\.(\w+)", text)}
    assert used == {"AF_UNIX", "SOCK_SEQPACKET", "recv_fds", "send_fds", "socket", "socketpair"}


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = project["dependencies"] + extras["sentence-transformers"] + extras["office"]
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[<>=\[;]", line)[0].strip() for line in lines]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_constraints_are_plain_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+-]+( ?;.*)?", pin)] == []
    assert len(pins) > 50
