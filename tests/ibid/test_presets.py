"""The presets: each loads by its bare name, cuts, and differs from the default as its comment says."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ibid import resources
from ibid.home import Home
from ibid.settings import load

Chunks = Callable[[str, str], dict[str, Any]]
NAMES = ["code", "default", "legal", "openai-file-search", "scans", "tables"]
SAMPLES = resources.samples() / "docs"
CODE = "".join(f"def lamp_{n}(n):\n    return {'n + 1 + ' * 20 * (n % 2)}n\n\n\n" for n in range(6))
LEASE = "<html><head><title>Lease of the Pier</title></head><body>{}</body></html>"
CLAUSES = "".join(f"<h2>{n}. Duties</h2><p>{'The tenant keeps the pier clean. ' * n}</p>" for n in range(1, 9))


@pytest.fixture
def chunks(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chunks:
    """What `ibid chunks FILE --config NAME` says of files made here."""
    (tmp_path / "lease.html").write_text(LEASE.format(CLAUSES))
    (tmp_path / "lamps.py").write_text(CODE)
    (tmp_path / "lamps.csv").write_text("lamp,colour\n" + "".join(f"{n},red\n" for n in range(40)))
    shutil.copy(SAMPLES / "dunlin-inspection.pdf", tmp_path / "scan.pdf")
    monkeypatch.chdir(tmp_path)

    def chunks(file: str, preset: str) -> dict[str, Any]:
        done = run("--home", str(tmp_path / ".ibid"), "chunks", file, "--config", preset, "--json")
        assert done.code == 0, done.out
        assert done.json["chunks"]
        found: dict[str, Any] = done.json
        return found

    return chunks


def test_they_are_all_there() -> None:
    assert sorted(resources.presets()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_says_what_it_is_for(name: str, tmp_path: Path) -> None:
    made = load(Home(tmp_path / ".ibid"), config=name)
    assert made.files == (str(resources.presets()[name]),)
    assert resources.presets()[name].read_text().startswith("# ")
    default = load(Home(tmp_path / ".ibid")).settings
    assert (made.settings.ingest.chunking.default == default.ingest.chunking.default) == (name == "default")


def test_the_default_is_the_default(chunks: Chunks) -> None:
    assert chunks("lease.html", "default")["strategy"] == "heading"


def test_openai_file_search(chunks: Chunks, tmp_path: Path) -> None:
    for file in ("lease.html", "lamps.csv"):
        found = chunks(file, "openai-file-search")
        assert (found["rule"], found["strategy"]) == ("default", "token")
        assert all(not chunk["context"] and chunk["tokens"] <= 800 for chunk in found["chunks"])
        assert "the embedder reads 256 at once" in found["warnings"][0]
    assert load(Home(tmp_path / ".ibid"), config="openai-file-search").settings.retrieval.search.top_k == 20


def test_legal(chunks: Chunks) -> None:
    """Clauses that were chunks by themselves go together; the title says which lease it is."""
    found, before = (chunks("lease.html", name)["chunks"] for name in ("legal", "default"))
    assert len(found) < len(before)
    assert min(chunk["tokens"] for chunk in found) >= 60 > min(chunk["tokens"] for chunk in before)
    assert all("Lease of the Pier" in chunk["context"] for chunk in found)


def test_tables(chunks: Chunks) -> None:
    found = chunks("lamps.csv", "tables")["chunks"]
    rows = [chunk["rows"] for chunk in found if "rows" in chunk]
    assert rows
    assert all(last - first < 4 for first, last in rows)


def test_scans(chunks: Chunks) -> None:
    found = chunks("scan.pdf", "scans")["chunks"]
    ends = {}
    for chunk in found:
        ends[chunk["pages"][-1]] = chunk["pages"]
    assert all(chunk["context"].startswith("scan.pdf") for chunk in found)
    assert all(len(pages) <= 2 for pages in ends.values())  # what it repeats may be of the page before


def test_code(chunks: Chunks) -> None:
    shown = chunks("lamps.py", "code")
    found = shown["chunks"]
    assert (shown["rule"], shown["strategy"]) == ("format: code", "heading")
    assert all(chunk["context"].startswith("lamps.py") for chunk in found)
    assert all(chunk["text"].startswith("def lamp_") for chunk in found)
    assert all(chunk["tokens"] >= 60 for chunk in found)
