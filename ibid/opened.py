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
    from ibid.captions import Captioning
    from ibid.settings import Settings
    from ingest.chunking import Rules
    from ingest.loader import Loader
    from qa.answering import Answerer
    from qa.conversations import Conversations
    from qa.providers import Provider
    from retrieval.catalog import Known
    from retrieval.database import Database
    from retrieval.embedders import Embedder
    from retrieval.index import Index
    from retrieval.rerankers import Graded, Reranker
    from retrieval.stores import Store
    from retrieval.types import CollectionStatus

_RERANKING = "reranking"
"""Stands in the ledger where a question's usage has its conversation."""
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
    def reranker(self) -> Reranker | None:
        """The reranker of the settings."""
        return parts.reranker(self.settings)

    def _reranked(self, graded: Graded) -> None:
        """Says why hits were not reranked, and keeps what it used in the ledger."""
        if graded.warning:
            self._warn(graded.warning)
        if self.reranker is None or not graded.input_tokens or not self.home.writable:
            return
        from qa.types import Usage

        name, model = self.reranker.component_name, self.reranker.model_name
        usage = Usage(graded.input_tokens, graded.output_tokens)
        self.conversations.record(_RERANKING, provider=name, model=model, usage=usage, cost=graded.cost)

    @cached_property
    def provider(self) -> Provider:
        """The provider of the settings; what it has learnt of its endpoint, or loaded, is kept."""
        return parts.provider(self.settings)

    @cached_property
    def rules(self) -> Rules:
        """The chunking rules of the settings."""
        from ingest.chunking import Rules
        from retrieval.remembering import Recalling

        known = Recalling(self.embedder, lambda: self.database() if self.home.exists else None)
        return Rules(self.settings.ingest.chunking, self.embedder, known)

    @property
    def conversations(self) -> Conversations:
        """The kept conversations."""
        from qa.conversations import Conversations

        return Conversations(self.database())

    def captioning(self) -> Captioning | None:
        """What describes pictures, for one run; None where no captions are wanted."""
        captioner = parts.captioner(self.settings)
        if captioner is None:
            return None
        from ibid.captions import Captioning

        ledger = self.conversations if self.home.exists and self.home.writable else None
        return Captioning(captioner, self.settings.qa.budget, ledger)

    def loader(self, *, workers: int | None, passwords: Sequence[str], captioning: Captioning | None = None) -> Loader:
        """What parses files.

        Without `captioning` no pictures are described, whatever the settings say: what is to be stored needs it.
        """
        from ingest.loader import Loader

        count = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        asked = captioning or self.captioning()
        captions = None if asked is None else asked.captions(made=captioning is not None)
        return Loader(
            self.settings.ingest,
            workers=count,
            sparing=workers is None,
            passwords=tuple(passwords),
            captions=captions,
        )

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
                database,
                collection,
                embedder=self.embedder,
                store=self.store,
                search=search,
                reranker=self.reranker,
                reranked=self._reranked,
            )
        return self._indexes[collection]

    def answerer(self, index: Index, *, database: Database | None = None) -> Answerer:
        """What asks a collection by the provider of the settings; what is kept goes to `database`."""
        from qa.answering import Answerer
        from qa.prompts import load

        return Answerer(
            index,
            database or self.database(),
            self.provider,
            self.settings.qa.budget,
            embedder=self.embedder,
            prompts=load(self.settings.qa.prompt),
        )

    def collections(self) -> list[CollectionStatus]:
        """What is indexed in each collection; nothing where there is no home yet."""
        from retrieval.status import collections

        return collections(self.database()) if self.home.exists else []

    def documents(self, collection: str) -> list[Known]:
        """The current documents of a collection, by path."""
        from retrieval import catalog

        with self.database().read() as connection:
            known = catalog.collection(connection, collection)
            return list(catalog.documents(connection, known.id).values()) if known else []

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
