"""A home opened: its database, the collections in it, and the components of the settings, each when first needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ibid import parts
from ibid.home import Home
from ibid.settings import Loaded
from ingest.errors import NothingIndexedError

if TYPE_CHECKING:
    from ibid.settings import Settings
    from ingest.chunking import Rules
    from ingest.loader import Loader
    from qa.answering import Answerer
    from qa.conversations import Conversations
    from retrieval.database import Database
    from retrieval.embedders import Embedder
    from retrieval.index import Index
    from retrieval.stores import Store
    from retrieval.types import CollectionStatus

_MOST_WORKERS = 4
"""Parsing processes started by default: embedding takes most of the time, and each needs memory."""


class Opened:
    """The parts of one home."""

    def __init__(self, home: Home, loaded: Loaded, *, warn: Callable[[str], None]) -> None:
        self.home = home
        self.loaded = loaded
        self._warn = warn
        self._database: Database | None = None
        self._indexes: dict[str, Index] = {}
        self._warned = False

    def close(self) -> None:
        """Lets go of files and connections."""
        for index in self._indexes.values():
            index.close()
        self._indexes.clear()
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder of the settings."""
        return parts.embedder(self.settings)

    @cached_property
    def store(self) -> Store:
        """The vector store of the settings."""
        return parts.store(self.settings)

    @cached_property
    def rules(self) -> Rules:
        """The chunking rules of the settings."""
        from ingest.chunking import Rules

        return Rules(self.settings.ingest.chunking, self.embedder)

    @property
    def conversations(self) -> Conversations:
        """The kept conversations."""
        from qa.conversations import Conversations

        return Conversations(self.database())

    def loader(self, *, workers: int | None, passwords: Sequence[str]) -> Loader:
        """What parses files."""
        from ingest.loader import Loader

        count = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        return Loader(self.settings.ingest, workers=count, passwords=tuple(passwords))

    def database(self, *, create: bool = False) -> Database:
        """The database.

        Raises:
            NothingIndexedError: nothing was ever ingested here, and it is not to be created.
        """
        if not create and not self.home.exists:
            raise NothingIndexedError(
                f"nothing is indexed yet: there is no home at {str(self.home.folder)!r}",
                hint="ingest a folder first: ibid ingest FOLDER",
            )
        if self._database is None:
            from retrieval.database import Database

            readonly = self.home.exists and not self.home.writable
            self._database = Database(self.home.folder, readonly=readonly, create=create)
        return self._database

    def index(self, collection: str, *, create: bool = False) -> Index:
        """A collection's index.

        Raises:
            NothingIndexedError: there is no such collection, and it is not to be created.
        """
        database = self.database(create=create)
        if collection not in self._indexes:
            from retrieval.index import Index

            if not create:
                self._check_collection(collection)
            search = self.settings.retrieval.search
            self._indexes[collection] = Index(
                database, collection, embedder=self.embedder, store=self.store, search=search
            )
        return self._indexes[collection]

    def answerer(self, index: Index, *, database: Database | None = None) -> Answerer:
        """What asks a collection by the provider of the settings; what is kept goes to `database`."""
        from qa.answering import Answerer

        provider = parts.provider(self.settings)
        budget = self.settings.qa.budget
        return Answerer(index, database or self.database(), provider, budget, embedder=self.embedder)

    def collections(self) -> list[CollectionStatus]:
        """What is indexed in each collection; nothing where there is no home yet."""
        from retrieval.status import collections

        return collections(self.database()) if self.home.exists else []

    def remove_collection(self, name: str) -> None:
        """Forgets a collection with all its documents.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        from retrieval.index import remove_collection

        database = self.database()
        self._check_collection(name)
        opened = self._indexes.pop(name, None)
        if opened is not None:
            opened.close()
        remove_collection(database, self.store, name)

    def warn_of_stale(self, index: Index) -> None:
        """Says, once, that documents are behind."""
        if self._warned:
            return
        self._warned = True
        stale = index.status(self.rules, None).stale
        if stale:
            self._warn(
                f"{len(stale)} document{'s are' if len(stale) > 1 else ' is'} stale "
                f"({stale[0].path}: {stale[0].reason}); `ibid status` tells why"
            )

    def _check_collection(self, name: str) -> None:
        known = [one.collection for one in self.collections()]
        if name not in known:
            listed = ", ".join(known) or "none"
            raise NothingIndexedError(
                f"there is no collection {name!r}", hint=f"ingest a folder first; collections here: {listed}"
            )
