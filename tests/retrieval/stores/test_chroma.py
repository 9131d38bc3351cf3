"""Chroma alone: what goes wrong with its folder, and with its server."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import ValidationError

from ingest.errors import StoreError
from retrieval.stores.chroma import Chroma


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "8000",
        "",
        "http://localhost:99999",
        "http://user:secret@localhost",
        "http://localhost/chroma",
    ],
)
def test_an_address_that_is_none_is_refused(url) -> None:
    with pytest.raises(ValidationError, match="such as http://localhost:8000"):
        Chroma(url=url)


def test_the_key_says_where_the_vectors_lie() -> None:
    assert Chroma().key == Chroma(exact_below=1).key == "chroma:embedded"
    assert Chroma(url="http://localhost:8000").key == "chroma:http://localhost:8000"


@pytest.mark.parametrize("call", ["open", "drop"])
def test_a_server_that_is_not_there(call, free_url, tmp_path) -> None:
    store = Chroma(url=free_url)
    with pytest.raises(StoreError) as caught:
        store.open(tmp_path, "ibid-one", dimensions=3) if call == "open" else store.drop(tmp_path, "ibid-one")
    assert f"the vector store cannot be reached at {free_url!r}: " in caught.value.message
    assert "retrieval.store.url" in caught.value.hint
    assert caught.value.exit_code == 1


class Relay:
    """Passes on what is said to a server, until it is told to be silent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._gate = threading.Event()
        self._sockets: list[socket.socket] = [socket.create_server(("127.0.0.1", 0))]
        self._threads: list[threading.Thread] = []
        self.url = f"http://127.0.0.1:{self._sockets[0].getsockname()[1]}"
        self._start(self._serve)

    def hush(self) -> None:
        self._gate.set()

    def close(self) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _start(self, call, *args) -> None:
        thread = threading.Thread(target=call, args=args)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                asking, _ = self._sockets[0].accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                self._sockets += [asking, server]
                self._start(self._pass, asking, server)
                self._start(self._pass, server, asking)

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if not self._gate.is_set():
                    other.sendall(data)


@pytest.fixture
def relay(chroma_server) -> Iterator[Relay]:
    """Stands before the server."""
    made = Relay(int(chroma_server.rpartition(":")[2]))
    yield made
    made.close()


def test_a_server_that_says_nothing_is_given_up(relay, tmp_path) -> None:
    relay.hush()
    begun = time.monotonic()
    with pytest.raises(StoreError, match=r"reached at .*TimeoutError: no answer within 0\.5 seconds"):
        Chroma(url=relay.url, timeout=0.5).open(tmp_path, "ibid-one", dimensions=3)
    assert time.monotonic() - begun < 5


def test_a_server_that_falls_silent_is_given_up(relay, tmp_path) -> None:
    index = Chroma(url=relay.url, timeout=2).open(tmp_path, "ibid-silent", dimensions=3)
    relay.hush()
    begun = time.monotonic()
    with pytest.raises(StoreError, match="cannot be written: ReadTimeout"):
        index.upsert([5], np.eye(3, dtype=np.float32)[:1])
    assert time.monotonic() - begun < 10
    index.close()


def test_a_server_keeps_what_another_client_wrote(chroma_server, tmp_path) -> None:
    store = Chroma(url=chroma_server)
    one, two = (store.open(tmp_path, "ibid-shared", dimensions=3) for _ in range(2))
    one.upsert([5], np.eye(3, dtype=np.float32)[:1])
    assert list(two.keys()) == [5]
    one.close()
    assert two.count() == 1
    two.close()
    store.drop(tmp_path, "ibid-shared")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_full_of_garbage(tmp_path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="the vector store cannot be opened"):
        Chroma().open(tmp_path, "ibid-one", dimensions=3)


def test_a_folder_that_cannot_be_made(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"the vector store cannot be opened: NotADirectoryError: .*file"):
        Chroma().open(tmp_path / "file" / "1", "ibid-one", dimensions=3)
