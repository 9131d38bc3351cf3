"""A folder of documents with a home: real files, real workers, the embedded model, the embedded store."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.chunking import Rules
from ingest.loader import Loader
from ingest.settings import ChunkingSettings, IngestSettings
from retrieval.database import Database
from retrieval.embedders import Embedder
from retrieval.embedders.minilm import MiniLM
from retrieval.filters import Filter
from retrieval.index import Index
from retrieval.settings import SearchSettings
from retrieval.stores import Store
from retrieval.stores.chroma import Chroma
from retrieval.types import Hit, Mode, Progress, SyncPlan, SyncReport

TABLES = ("collections", "documents", "texts", "segments", "chunks", "embeddings")


class Home:
    """One collection of a home in `folder / ".ibid"`, opened; documents are written below `folder`."""

    def __init__(
        self,
        folder: Path,
        loader: Loader,
        embedder: Embedder,
        *,
        collection: str = "default",
        store: Store | None = None,
        readonly: bool = False,
        chunking: dict[str, Any] | None = None,
        search: dict[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.loader = loader
        self.embedder = embedder
        self.rules = Rules(ChunkingSettings.model_validate(chunking or {}), embedder)
        self.database = Database(folder / ".ibid", readonly=readonly)
        self.index = Index(
            self.database,
            collection,
            embedder=embedder,
            store=store or Chroma(),
            search=SearchSettings.model_validate(search or {}),
        )

    def close(self) -> None:
        self.index.close()
        self.database.close()

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def ingest(
        self, *paths: Path, prune: bool = False, strict: bool = False, progress: Progress | None = None
    ) -> SyncReport:
        """Of the whole folder, where no paths are given."""
        return self.index.sync(
            list(paths) or [self.folder],
            root=self.folder,
            loader=self.loader,
            rules=self.rules,
            prune=prune,
            strict=strict,
            progress=progress,
        )

    def plan(self, *paths: Path, prune: bool = False) -> SyncPlan:
        return self.index.plan(
            list(paths) or [self.folder], root=self.folder, loader=self.loader, rules=self.rules, prune=prune
        )

    def search(
        self,
        question: str,
        k: int = 5,
        *,
        mode: Mode | None = None,
        pattern: str | None = None,
        files: Sequence[str] | None = None,
    ) -> list[Hit]:
        chosen = None if pattern is None else Filter([pattern])
        return self.index.search(question, k=k, mode=mode, filter=chosen, files=files)

    def stale(self) -> dict[str, str]:
        return {one.path: one.reason for one in self.index.status(self.rules, None).stale}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def counts(self) -> dict[str, int]:
        """Rows of each table, and of each collection's full-text index (`fts_1`: its rows, as FTS5 counts them)."""
        made = [name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE name GLOB 'fts_*_docsize'")]
        counts = {name: self.rows(f"SELECT count(*) FROM {name}")[0][0] for name in (*TABLES, *made)}
        return {name.removesuffix("_docsize"): count for name, count in counts.items()}


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return MiniLM()


@pytest.fixture(scope="session")
def loader() -> Iterator[Loader]:
    with Loader(IngestSettings()) as made:
        yield made


@pytest.fixture(scope="session")
def make_home(loader: Loader, embedder: Embedder) -> Callable[..., Home]:
    """Opens a home in a folder; who asks for it closes it."""

    def make_home(folder: Path, **options: Any) -> Home:
        folder.mkdir(exist_ok=True)
        given = {"loader": loader, "embedder": embedder} | options
        return Home(folder, given.pop("loader"), given.pop("embedder"), **given)

    return make_home


@pytest.fixture(scope="module")
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, make_home: Callable[..., Home]
) -> Iterator[Home]:
    """A home that has a module's `DOCUMENTS`: not to be changed."""
    home = make_home(tmp_path_factory.mktemp("read"))
    for name, text in request.module.DOCUMENTS.items():
        home.write(name, text)
    home.ingest()
    yield home
    home.close()


@pytest.fixture
def open_home(make_home: Callable[..., Home]) -> Iterator[Callable[..., Home]]:
    """Opens a home in a folder, for the test's time: again, with another store, another collection …"""
    opened: list[Home] = []

    def open_home(folder: Path, **options: Any) -> Home:
        opened.append(make_home(folder, **options))
        return opened[-1]

    yield open_home
    for home in opened:
        home.close()


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[..., Home]) -> Home:
    """A home in an empty folder."""
    return open_home(tmp_path / "work")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1) as reply:
            return reply.status == 200
    except (OSError, urllib.error.URLError):
        return False


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server."""
    folder = tmp_path_factory.mktemp("chroma")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder / "data")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 60
        while not answers(url):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.1)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.fixture
def free_url() -> str:
    """An address where nothing listens."""
    return f"http://127.0.0.1:{free_port()}"
