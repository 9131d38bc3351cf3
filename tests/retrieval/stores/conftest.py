"""Every store of the folder: embedded, and, where it takes a `url`, as a server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.plugins import find, names
from retrieval.stores import Store, VectorIndex

STORES = {name: find("retrieval.stores", Store, name) for name in names("retrieval.stores")}
KINDS = [f"{name} {kind}" for name, store in STORES.items() for kind in ("embedded", "server")
         if kind == "embedded" or "url" in store.model_fields]  # fmt: skip


@dataclass
class Opener:
    """Opens indexes of one store, and closes them after the test."""

    store: Store
    folder: Path
    opened: list[VectorIndex]

    def __call__(self, name: str = "ibid-one", *, dimensions: int = 3) -> VectorIndex:
        self.opened.append(self.store.open(self.folder, name, dimensions=dimensions))
        return self.opened[-1]


@pytest.fixture(params=KINDS)
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., VectorIndex]]:
    """Opens indexes of each store in turn."""
    name, kind = request.param.split()
    options = {"url": request.getfixturevalue(f"{name}_server")} if kind == "server" else {}
    opener = Opener(STORES[name].model_validate(options), tmp_path / "vectors" / "1", [])
    assert opener.store.embedded == (kind == "embedded")
    yield opener
    for index in opener.opened:
        index.close()
    for used in ("ibid-one", "ibid-two"):
        opener.store.drop(opener.folder, used)
