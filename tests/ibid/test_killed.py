"""An ingest that is killed: the next one makes what an uninterrupted one makes, and embeds nothing twice."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ibid
from ibid import Library, NothingIndexedError
from retrieval import catalog, database
from retrieval.embedders.minilm import MiniLM
from retrieval.keeping import Keeper
from retrieval.stores.chroma import Chroma

KILLS = 12
EMBEDDER = MiniLM()
SETTINGS = {"ingest.chunking.default.size": 32, "ingest.chunking.rules": [{"match": "*.md", "strategy": "heading"}]}
QUESTIONS = ("Where does Anna keep the copper kettle?", "the harbour of Oslo in 1907", "row 7 of the ledger", "nothing")
WORDS = ("copper", "kettle", "harbour", "lantern", "railway", "orchard", "granite", "ledger", "violin", "glacier")
CHILD = """
import sys
import ibid
library = ibid.open(sys.argv[1], settings=eval(sys.argv[3]))
library.embedder.embed(["loads the model"])
print("ready", flush=True)
report = library.ingest(sys.argv[2], workers=1)
print("done", report.embedded, flush=True)
"""
DYING_STORE = '''
"""Chroma, in a process that kills itself at one moment of the store's update."""
import os, signal
from retrieval.stores.chroma import Chroma

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(Chroma):
    when: str

    def open(self, folder, name, *, dimensions):
        if self.when == "before":
            die()
        return Index(super().open(folder, name, dimensions=dimensions), self.when)

class Index:
    def __init__(self, inner, when):
        self.inner, self.when = inner, when

    def keys(self):
        return self.inner.keys()

    def delete(self, keys):
        self.inner.delete(keys)
        if self.when == "deleted":
            die()

    def upsert(self, keys, vectors):
        half = len(keys) // 2
        self.inner.upsert(keys[:half], vectors[:half])
        if self.when == "half":
            die()
        self.inner.upsert(keys[half:], vectors[half:])

    def close(self):
        if self.when == "written":
            die()
        self.inner.close()
'''


def sentences(seed: int, count: int) -> str:
    chosen = random.Random(seed)
    return " ".join(
        f"Anna moved the {chosen.choice(WORDS)} of Oslo to the {chosen.choice(WORDS)} in {chosen.randrange(1900, 2000)}"
        f", and number {seed * 1000 + number} to the {chosen.choice(WORDS)}."
        for number in range(count)
    )


def write_corpus(folder: Path, *, old: bool) -> None:
    """Thirty documents and a copy; where `old`, some are missing, some differ, and some will be gone."""
    folder.mkdir()
    for number in range(31):
        if old and number % 5 == 0:
            continue
        text = sentences(number + 100 * (old and number % 5 == 1), 6)
        name = f"{number:02}"
        if number % 3 == 0:
            (folder / f"{name}.md").write_text(f"# Chapter {number}\n\n{text}\n\n## Part\n\n{text[::2]}\n")
        elif number % 7 == 0:
            rows = "".join(f"{row},{word}\n" for row, word in enumerate(text.split()[:40], 1))
            (folder / f"{name}.csv").write_text(f"row,word of ledger {number}\n{rows}")
        elif number % 7 == 1:
            (folder / f"{name}.json").write_text(json.dumps({"number": number, "words": text.split(". ")}))
        else:
            (folder / f"{name}.txt").write_text(text)
    shutil.copy(folder / "02.txt", folder / "copy of 02.txt")
    for number in range(5 if old else 0):
        (folder / f"gone {number}.txt").write_text(sentences(500 + number, 6))


@dataclass(frozen=True)
class State:
    """What a home holds, without the numbers of its rows."""

    documents: list[tuple[Any, ...]]
    chunks: list[tuple[Any, ...]]
    embeddings: dict[bytes, bytes]
    found: dict[str, list[tuple[Any, ...]]]


def rows(library: Library, sql: str) -> list[tuple[Any, ...]]:
    with library._parts.database().read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def state(library: Library) -> State:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for question in QUESTIONS:
        for mode in ("lexical", "dense", "hybrid"):
            hits = library.search(question, k=10, mode=mode)
            found[f"{mode}: {question}"] = [(hit.path, hit.span, hit.context, round(hit.score, 4)) for hit in hits]
    return State(
        rows(
            library,
            "SELECT d.path, d.current, d.chunks, d.tokens, d.stale, d.strategy, t.digest, t.characters, t.complete "
            "FROM documents d JOIN texts t ON t.id = d.text_id ORDER BY d.path",
        ),
        rows(
            library,
            "SELECT d.path, c.ordinal, c.start, c.end, c.tokens, c.context, c.place, e.digest FROM chunks c "
            "JOIN documents d ON d.id = c.document_id JOIN embeddings e ON e.id = c.embedding_id ORDER BY 1, 2",
        ),
        dict(rows(library, "SELECT digest, vector FROM embeddings")),
        found,
    )


def check_store(library: Library) -> None:
    """The store is clean, and has the vectors of the chunks and no others."""
    home = library._parts.database()
    with home.read() as connection:
        assert database.get(connection, "dirty") == "0"
        assert catalog.behind(connection) == set()
        index = Keeper(home, Chroma()).open(connection, catalog.collection(connection, "default"))
    assert sorted(index.keys()) == [key for (key,) in rows(library, "SELECT id FROM chunks ORDER BY id")]
    index.close()
    assert len(list((home.folder / "vectors").iterdir())) == 1


def opened(home: Path) -> Library:
    library = ibid.open(home, settings=SETTINGS)
    library._parts.embedder = EMBEDDER  # loaded once
    return library


def child(home: Path, docs: Path, *, more: dict[str, Any] | None = None) -> subprocess.Popen[str]:
    """An ingest in a process of its own, that has loaded its model and begins."""
    settings = repr({**SETTINGS, **(more or {})})
    path = os.pathsep.join([str(home.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), str(docs), settings],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@dataclass(frozen=True)
class Reference:
    """Two folders to begin with (one without a home, one with that of an older state), and what each ends as."""

    beginnings: dict[str, Path]
    state: State
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Made without interruption, by a process as those that are killed."""
    top = tmp_path_factory.mktemp("killed")
    for name in ("fresh", "old"):
        (top / name).mkdir()
    write_corpus(top / "old" / "docs", old=True)
    with opened(top / "old" / ".ibid") as library:
        library.ingest(top / "old" / "docs")
        texts = len(state(library).embeddings)
    shutil.rmtree(top / "old" / "docs")
    write_corpus(top / "old" / "docs", old=False)
    write_corpus(top / "fresh" / "docs", old=False)
    seconds, states = {}, []
    for name in ("fresh", "old"):
        shutil.copytree(top / name, top / f"{name} done")
        process = child(top / f"{name} done" / ".ibid", top / f"{name} done" / "docs")
        begun = time.perf_counter()
        out, _ = process.communicate()
        seconds[name] = time.perf_counter() - begun
        assert out.startswith("done ")
        with opened(top / f"{name} done" / ".ibid") as library:
            check_store(library)
            states.append(state(library))
        print(f"{name}: {seconds[name]:.2f} s, {out}")
    assert states[0] == states[1]
    assert texts > 80
    assert len(states[0].embeddings) > 200
    return Reference({name: top / name for name in ("fresh", "old")}, states[0], seconds)


def moments() -> list[tuple[str, float]]:
    """When to kill, as shares of the time that an uninterrupted ingest takes: one in each part of it."""
    chosen = random.Random(20260725)
    return [("fresh" if part % 2 else "old", round((part + chosen.random()) / KILLS, 2)) for part in range(KILLS)]


def check_after_the_kill(home: Path) -> set[bytes]:
    """Questions are answered from what was committed; the digests of what was embedded."""
    with opened(home) as library, contextlib.suppress(NothingIndexedError):
        for hit in library.search(QUESTIONS[0], k=50):
            assert library.text(home.parent / hit.path)[hit.span.start : hit.span.end] == hit.text
        library.ask(QUESTIONS[0])
        return {digest for (digest,) in rows(library, "SELECT digest FROM embeddings")}
    return set()


def check_after_the_rerun(home: Path, before: set[bytes], reference: Reference) -> None:
    with opened(home) as library:
        if not before and library.home.exists:
            before = {digest for (digest,) in rows(library, "SELECT digest FROM embeddings")}
        report = library.ingest(home.parent / "docs")
        assert (report.failed, report.documents) == ((), 32)
        assert report.embedded == len(reference.state.embeddings.keys() - before)
        check_store(library)
        assert state(library) == reference.state
        again = library.ingest(home.parent / "docs")
        assert (again.unchanged, again.embedded, again.chunks) == (32, 0, 0)


@pytest.mark.parametrize(
    ("beginning", "share"), moments(), ids=lambda value: value if isinstance(value, str) else f"{value:.2f}"
)
def test_at_any_moment(reference: Reference, tmp_path: Path, beginning: str, share: float) -> None:
    shutil.copytree(reference.beginnings[beginning], tmp_path / "work")
    home = tmp_path / "work" / ".ibid"
    process = child(home, tmp_path / "work" / "docs")
    time.sleep(share * reference.seconds[beginning])
    process.kill()
    out, _ = process.communicate()
    assert process.returncode in (-signal.SIGKILL, 0)
    print(out or "killed", end=" ")
    check_after_the_rerun(home, check_after_the_kill(home), reference)


@pytest.mark.parametrize(
    ("beginning", "when"),
    [("old", "before"), ("old", "deleted"), ("old", "half"), ("old", "written"), ("fresh", "half")],
)
def test_while_the_store_is_written(reference: Reference, tmp_path: Path, beginning: str, when: str) -> None:
    """All documents are committed, and the store is dirty: it is made anew."""
    shutil.copytree(reference.beginnings[beginning], tmp_path / "work")
    home = tmp_path / "work" / ".ibid"
    (tmp_path / "work" / "my_stores").mkdir()
    (tmp_path / "work" / "my_stores" / "__init__.py").touch()
    (tmp_path / "work" / "my_stores" / "dying.py").write_text(DYING_STORE)
    more = {"retrieval.store.name": "my_stores.dying", "retrieval.store.when": when}
    process = child(home, tmp_path / "work" / "docs", more=more)
    out, _ = process.communicate()
    assert (process.returncode, out) == (-signal.SIGKILL, "")
    with opened(home) as library, library._parts.database().read() as connection:
        assert database.get(connection, "dirty") == "1"
        number = int(database.get(connection, "vectors"))
    before = check_after_the_kill(home)
    assert before >= reference.state.embeddings.keys()
    check_after_the_rerun(home, before, reference)
    with opened(home) as library, library._parts.database().read() as connection:
        assert int(database.get(connection, "vectors")) == number + 1
