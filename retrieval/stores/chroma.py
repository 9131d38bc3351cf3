"""Chroma: embedded in a folder, or a server."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ingest.errors import StoreError
from retrieval.stores import Store, VectorIndex

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

T = TypeVar("T")
_OPENING = threading.Lock()
_AT_ONCE = 2_000
_KEYS_AT_ONCE = 20_000


class Chroma(Store):
    """Chroma as a library (the default), or a server that `url` names."""

    url: str | None = None
    timeout: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds without an answer after which a server is given up."""

    @field_validator("url")
    @classmethod
    def _checked(cls, url: str | None) -> str | None:
        if url is not None and not _is_address(url):
            raise ValueError("give the server's address, such as http://localhost:8000")
        return url

    @property
    def embedded(self) -> bool:
        """Whether the vectors lie in a folder of ours."""
        return self.url is None

    @property
    def key(self) -> str:
        """Where the vectors lie: the server's address, or that they are embedded."""
        return f"chroma:{self.url or 'embedded'}"

    def open(self, folder: Path, name: str, *, dimensions: int) -> VectorIndex:
        """The collection called `name`, by a client of its own."""
        client = self._client(folder)
        try:
            return _ChromaIndex(client, name, dimensions)
        except StoreError:
            _close(client)
            raise

    def drop(self, folder: Path, name: str) -> None:
        """Removes the collection called `name`, where it is there."""
        client = self._client(folder)
        try:
            known = _tried("listed", lambda: {str(getattr(one, "name", one)) for one in client.list_collections()})
            if name in known:
                _tried("removed", lambda: client.delete_collection(name))
        finally:
            _close(client)

    def _client(self, folder: Path) -> ClientAPI:
        verb = "opened" if self.url is None else f"reached at {self.url!r}"
        return _tried(verb, lambda: self._connected(folder))

    def _connected(self, folder: Path) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if self.url is None:
            with _OPENING:
                folder.mkdir(parents=True, exist_ok=True)
                return chromadb.PersistentClient(str(folder), settings=settings)
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host, ssl = parts.hostname or "", parts.scheme == "https"
        client = _within(self.timeout, lambda: chromadb.HttpClient(host, port, ssl=ssl, settings=settings))
        for session in _sessions(client):
            session.timeout = self.timeout
        return client


class _ChromaIndex:
    """One collection of a Chroma client; its keys are the chunks' numbers as text."""

    def __init__(self, client: ClientAPI, name: str, dimensions: int) -> None:
        self._client = client
        self._dimensions = dimensions
        self._size: int | None = None
        self._collection: Any = _tried(
            "opened",
            lambda: client.get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_search": 500}}
            ),
        )

    def upsert(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Adds vectors, or replaces those of the same keys."""
        if vectors.shape != (len(keys), self._dimensions):
            raise ValueError(f"{len(keys)} keys of {self._dimensions} dimensions, vectors of shape {vectors.shape}")
        for at in range(0, len(keys), _AT_ONCE):
            ids = [str(key) for key in keys[at : at + _AT_ONCE]]
            rows = vectors[at : at + _AT_ONCE]
            self._size = None
            _tried("written", partial(self._collection.upsert, ids=ids, embeddings=rows))

    def delete(self, keys: Sequence[int]) -> None:
        """Removes what is there of `keys`."""
        for at in range(0, len(keys), _AT_ONCE):
            ids = [str(key) for key in keys[at : at + _AT_ONCE]]
            self._size = None
            _tried("written", partial(self._collection.delete, ids=ids))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The `k` nearest keys with their cosine similarity, best first (approximate)."""
        if self._size is None:
            self._size = self.count()  # which takes as long as a search; who opens it again sees what others changed
        k = min(k, self._size)
        if k < 1:
            return []
        found = _tried(
            "searched",
            lambda: self._collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"]),
        )
        return [(int(key), 1.0 - float(far)) for key, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def count(self) -> int:
        """How many vectors are there."""
        return int(_tried("counted", self._collection.count))

    def keys(self) -> Iterable[int]:
        """All keys, in any order."""
        at = 0
        while True:
            ids = _tried("read", partial(self._collection.get, limit=_KEYS_AT_ONCE, offset=at, include=[]))["ids"]
            yield from map(int, ids)
            if len(ids) < _KEYS_AT_ONCE:
                return
            at += _KEYS_AT_ONCE

    def close(self) -> None:
        """Lets go of files and connections."""
        _close(self._client)


def _is_address(url: str) -> bool:
    """Whether it is scheme, host and perhaps port: Chroma's client reads nothing else, and no secret may be in it."""
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return False
    bare = (parts.path.strip("/"), parts.query, parts.username) == ("", "", None)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and bare


def _close(client: ClientAPI) -> None:
    """Closes a client, and the connections to a server that Chroma 1.5 leaves open: its own, and its admin client's."""
    sessions = _sessions(client)
    client.close()  # type: ignore[attr-defined]  # every client has it, their interface does not
    for session in sessions:
        session.close()


def _sessions(client: ClientAPI) -> list[Any]:
    """The HTTP clients of a client of a server: Chroma 1.5 gives them no time-out."""
    both = [client, getattr(client, "_admin_client", None)]
    found = [getattr(getattr(one, "_server", None), "_session", None) for one in both]
    return [session for session in found if session is not None]


def _within(seconds: float, call: Callable[[], ClientAPI]) -> ClientAPI:
    """A client that asks its server for this and that while it is made, and would wait for ever.

    Raises:
        TimeoutError: it is not made in time; if it ever is, it is closed.
    """
    came: queue.SimpleQueue[ClientAPI | BaseException] = queue.SimpleQueue()
    late = threading.Event()

    def make() -> None:
        try:
            client = call()
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            came.put(error)
            return
        if late.is_set():
            _close(client)
        came.put(client)

    threading.Thread(target=make, daemon=True).start()
    try:
        found = came.get(timeout=seconds)
    except queue.Empty:
        late.set()
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None
    if isinstance(found, BaseException):
        raise found
    return found


def _tried(verb: str, call: Callable[[], T]) -> T:
    """What the call gives; what it raises becomes a StoreError.

    Chroma's own errors, its engine's panics (no Exception) and its HTTP client's share no base of theirs.
    """
    try:
        return call()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise StoreError(
            f"the vector store cannot be {verb}: {type(error).__name__}: {str(error)[:300]}",
            hint="a server must be running at retrieval.store.url; an embedded store is made anew by `ibid ingest`",
        ) from error
