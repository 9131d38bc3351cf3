"""Chroma alone: what goes wrong with its folder, and with its server."""

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
