"""One collection of a home: what can be done with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ingest.citations import Cited
from ingest.errors import MismatchError, NothingIndexedError, StoreError, UsageError
from ingest.segments import clean
from ingest.types import Block, Place, Span
from retrieval import catalog, lexical
from retrieval.database import Database, advance
from retrieval.embedders import Embedder
from retrieval.filters import Filter, named, names_one
from retrieval.finding import Scope
from retrieval.keeping import Keeper
from retrieval.locating import locate
from retrieval.passages import Reader
from retrieval.planning import Plan, make_plan
from retrieval.purging import purge_documents, purge_embeddings
from retrieval.rehearsing import Counting, rehearse
from retrieval.rerankers import Graded, Reranker
from retrieval.roster import Rosters
from retrieval.search import Searcher
from retrieval.sentences import SentenceVectors
from retrieval.settings import SearchSettings
from retrieval.spelling import Asked, Speller
from retrieval.status import sources_of, status_of
from retrieval.stores import Store
from retrieval.sync import Sync
from retrieval.tables import COLLECTIONS, DOCUMENTS
from retrieval.texts import Texts
from retrieval.types import (
    CollectionStatus,
    Hit,
    Mode,
    Progress,
    SyncPlan,
    SyncReport,
)
from retrieval.vectors import Vectors
from retrieval.words import Vocabulary

if TYPE_CHECKING:
    from ingest.chunking import Rules
    from ingest.loader import Loader


class Index:
    """A collection of a home; made by its first sync."""

    def __init__(
        self,
        database: Database,
        collection: str,
        *,
        embedder: Embedder,
        store: Store,
        search: SearchSettings,
        reranker: Reranker | None = None,
        reranked: Callable[[Graded], None] | None = None,
    ) -> None:
        self.name = collection
        self._database = database
        self._embedder = embedder
        self._store = store
        self._settings = search
        self._reranker = reranker
        self._reranked = reranked
        self._texts = Texts()
        self._reader = Reader(self._texts)
        self._sentences = SentenceVectors(embedder)
        self._rosters = Rosters()
        self._vocabulary = Vocabulary()
        self._speller = Speller(embedder.token_starts, self._reader)
        self._keeper = Keeper(database, store)
        self._vectors: Vectors | None = None
        self._vectors_of: int | None = None
        self._pinned = threading.local()

    def close(self) -> None:
        """Lets go of files and connections."""
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, all that this thread reads is of one state, whatever others commit meanwhile."""
        if self._connection is not None:
            yield
            return
        with self._database.read() as connection:
            self._pinned.connection = connection
            try:
                yield
            finally:
                self._pinned.connection = None

    # what changes it

    def sync(
        self,
        paths: Sequence[str | Path],
        *,
        root: Path,
        loader: Loader,
        rules: Rules,
        prune: bool = False,
        strict: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Makes the collection equal to what is on disk under the given files and folders.

        Args:
            paths: files and folders.
            root: the folder that document paths are relative to.
            loader: parses.
            rules: cut.
            prune: also forgets what a given path held that is missing now, or has become empty.
            strict: stops at the first file that fails.
            progress: is told how far it is.

        Raises:
            MismatchError: the collection was built with another embedder.
            LockedError: another process is writing.
        """
        with self._database.sync_lock("ibid ingest"):
            collection = self._made()
            plan = self._plan(paths, root=root, loader=loader, rules=rules, prune=prune, progress=progress)
            sync = Sync(
                self._database, collection, embedder=self._embedder, loader=loader, rules=rules, progress=progress
            )
            report = sync.run(plan, strict=strict)
            try:
                self._keeper.update(collection)
            except StoreError as error:  # all is in the database: questions are answered, the next sync tries again
                return replace(report, store_error=error.message)
            return report

    def plan(
        self,
        paths: Sequence[str | Path],
        *,
        root: Path,
        loader: Loader,
        rules: Rules,
        prune: bool = False,
        progress: Progress | None = None,
    ) -> SyncPlan:
        """What `sync` would do: the files are parsed and cut; nothing is embedded or written."""
        plan = self._plan(paths, root=root, loader=loader, rules=rules, prune=prune, progress=progress)
        counting = Counting(self._embedder.identity, self._database)
        return rehearse(plan, loader=loader, rules=rules, counting=counting, progress=progress)

    def remove(self, paths: Sequence[str]) -> list[str]:
        """Forgets documents; the paths of those that were there.

        Raises:
            NothingIndexedError: there is no such collection.
            LockedError: another process is writing.
        """
        with self._database.sync_lock("ibid rm"):
            with self._database.write() as connection:
                collection = self._existing(connection)
                known = catalog.document_ids(connection, collection.id)
                found = [path for path in paths if path in known]
                catalog.hide_documents(connection, [known[path] for path in found])
                catalog.touch(connection, collection.id)
            purge_documents(self._database)
            purge_embeddings(self._database, spare=False)
            self._keeper.update(collection)
            return found

    # what reads it

    def search(
        self,
        question: str,
        *,
        k: int,
        mode: Mode | None = None,
        filter: Filter | None = None,  # noqa: A002  # the option's name
        files: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The best `k` hits for a question, best first.

        Args:
            question: in words.
            k: how many at most.
            mode: by default that of the settings.
            filter: only documents that match.
            files: only these documents.

        Raises:
            NothingIndexedError: nothing is indexed.
            MismatchError: the collection was built with another embedder.
        """
        question = clean(question)
        with self._reading() as connection:
            collection = self._existing(connection)
            self._check_embedder(collection)
            documents = self._documents(connection, collection, filter, files)
            if documents is not None and not documents:
                return []
            scope = self._scope(connection, collection, documents)
            mode = mode or self._settings.mode
            wide = k if self._reranker is None else max(k, self._reranker.depth)
            hits = self._searcher(collection).search(scope, question, k=wide, mode=mode)
            asked = scope.asked(question, mode)
        return self._in_order(asked.text, hits)[:k]

    def named(self, question: str) -> list[str]:
        """The documents of which a question is asked by name ("in handbook.pdf"); none where that may be otherwise.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        question = clean(question)
        if not names_one(question):
            return []
        with self._reading() as connection:
            known = catalog.documents(connection, self._existing(connection).id)
            return named(question, {path: one.title for path, one in known.items() if one.chunks})

    def asked(self, question: str, *, mode: Mode | None = None) -> Asked:
        """A question as it is searched, and what is meant by its words that stand nowhere but nearly do.

        Args:
            question: in words.
            mode: as of `search`.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        with self._reading() as connection:
            scope = self._scope(connection, self._existing(connection), None)
            return scope.asked(clean(question), mode or self._settings.mode)

    def _in_order(self, question: str, hits: list[Hit]) -> list[Hit]:
        """The hits as the reranker orders them; what that took is told to who wants to know."""
        if self._reranker is None:
            return hits
        done = self._reranker.rerank(question, hits)
        if self._reranked is not None:
            self._reranked(done.graded)
        return list(done.hits)

    def paths(self) -> list[str]:
        """The paths of the current documents, sorted.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        with self._reading() as connection:
            return list(catalog.document_ids(connection, self._existing(connection).id))

    def text(self, path: str, span: Span) -> str:
        """The characters of a span of a document.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            return self._texts.text(connection, self._document(connection, path).text_id, span)

    def length(self, path: str) -> int:
        """How many characters a document has.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            return catalog.parsed(connection, self._document(connection, path).text_id).characters

    def chunk_spans(self, path: str) -> list[Span]:
        """The spans of a document's chunks, in order.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            return catalog.chunk_spans(connection, self._document(connection, path).id)

    def blocks(self, path: str, span: Span) -> list[tuple[Block, Span]]:
        """The blocks of a document that share more than white space with a span, each with its own span.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            text_id = self._document(connection, path).text_id
            return [
                (block, Span(segment.start + offset, segment.start + offset + len(block.text)))
                for segment in self._texts.segments(connection, text_id, span)
                for block, offset in zip(segment.blocks, segment.offsets, strict=False)
                if _shares(block, span.shift(-segment.start - offset))
            ]

    def reading(self, path: str) -> tuple[str, str]:
        """The signature and the digest of a document's file when it was read.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            known = self._document(connection, path)
            return known.signature, known.digest

    def place(self, path: str, span: Span) -> Place:
        """Where a span of a document stands in its source.

        Raises:
            UsageError: there is no such document.
        """
        with self._reading() as connection:
            return self._texts.place(connection, self._document(connection, path).text_id, span)

    def locate(self, cited: Cited) -> tuple[str, Span]:
        """The document and the span that a citation names.

        Raises:
            UsageError: there is no such document, or no such place in it.
        """
        with self._reading() as connection:
            text_id = self._document(connection, cited.path).text_id
            length = catalog.parsed(connection, text_id).characters
            return cited.path, locate(connection, self._texts, text_id, length=length, cited=cited)

    def status(self, rules: Rules | None, path: str | None) -> CollectionStatus:
        """What is indexed.

        Args:
            rules: today's; documents cut by others are stale. None: only unreadable ones are.
            path: also tell of the documents at or below this path, one by one ("." is all that have relative paths).

        Raises:
            NothingIndexedError: there is no such collection.
            UsageError: nothing is indexed at the path.
        """
        with self._reading() as connection:
            collection = self._existing(connection)
            known = list(catalog.documents(connection, collection.id).values())
            status = status_of(collection, known, rules=rules, path=path)
            return replace(status, sources=tuple(sources_of(connection, known, path)))

    # inside

    @property
    def _connection(self) -> sa.Connection | None:
        return getattr(self._pinned, "connection", None)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._connection is not None:
            yield self._connection
            return
        with self._database.read() as connection:
            yield connection

    def _plan(
        self,
        paths: Sequence[str | Path],
        *,
        root: Path,
        loader: Loader,
        rules: Rules,
        prune: bool,
        progress: Progress | None,
    ) -> Plan:
        if progress is not None:
            progress.stage("looking for changes", None)
        with self._database.read() as connection:
            collection = catalog.collection(connection, self.name)
            known = {} if collection is None else catalog.documents(connection, collection.id)
        home = self._database.folder
        return make_plan(paths, known, root=root, home=home, loader=loader, rules=rules, prune=prune)

    def _made(self) -> catalog.Collection:
        """The collection, made where it is not there."""
        with self._database.write() as connection:
            found = catalog.collection(connection, self.name)
            if found is None:
                return catalog.create_collection(connection, self.name, self._embedder)
        self._check_embedder(found)
        return found

    def _existing(self, connection: sa.Connection) -> catalog.Collection:
        found = catalog.collection(connection, self.name)
        if found is None:
            raise NothingIndexedError(
                f"there is no collection {self.name!r}", hint="ingest a folder first: ibid ingest FOLDER"
            )
        return found

    def _check_embedder(self, collection: catalog.Collection) -> None:
        if collection.identity != self._embedder.identity:
            built, mine = collection.embedder, self._embedder
            raise MismatchError(
                f"the collection {self.name!r} was built with the embedder {built.name!r} ({built.model}), "
                f"the settings name {mine.component_name!r} ({mine.model_name})",
                hint=f"to rebuild it: ibid collections rm {self.name}, then ibid ingest FOLDER",
            )

    def _document(self, connection: sa.Connection, path: str) -> catalog.Known:
        path = clean(path)
        found = catalog.documents(connection, self._existing(connection).id, path).get(path)
        if found is None:
            raise UsageError(
                f"there is no document {path!r}",
                hint="`ibid status .` lists the documents below this folder, `ibid status /` the others",
            )
        return found

    def _documents(
        self,
        connection: sa.Connection,
        collection: catalog.Collection,
        filter: Filter | None,  # noqa: A002
        files: Sequence[str] | None,
    ) -> list[int] | None:
        """The numbers of the documents that may be hits; None: all.

        Raises:
            NothingIndexedError: there are no documents at all.
        """
        if not catalog.has_documents(connection, collection.id):
            raise NothingIndexedError(
                f"nothing is indexed in the collection {self.name!r}", hint="ingest a folder first: ibid ingest FOLDER"
            )
        if filter is None and files is None:
            return None
        wanted = None if files is None else set(files)
        if filter is None:
            known = catalog.document_ids(connection, collection.id)
            return [key for path, key in known.items() if wanted is None or path in wanted]
        every = catalog.documents(connection, collection.id).values()
        return [one.id for one in every if (wanted is None or one.path in wanted) and filter.matches(one)]

    def _scope(self, connection: sa.Connection, collection: catalog.Collection, documents: list[int] | None) -> Scope:
        words = self._vocabulary.of(connection, self._rosters.of(connection, collection.id))
        return Scope(connection, collection.id, words, self._speller, documents)

    def _searcher(self, collection: catalog.Collection) -> Searcher:
        if self._vectors is None or self._vectors_of != collection.id:
            self.close()  # the collection was forgotten, and made again
            self._vectors_of = collection.id
            self._vectors = Vectors(
                collection.embedder.dimensions,
                exact_below=self._store.exact_below,
                open_store=lambda connection: self._keeper.open(connection, collection),
            )
        return Searcher(
            self.name,
            embedder=self._embedder,
            vectors=self._vectors,
            texts=self._texts,
            settings=self._settings,
            reader=self._reader,
            sentences=self._sentences,
        )


def _shares(block: Block, part: Span) -> bool:
    return bool(block.text[max(0, part.start) : max(0, part.end)].strip())


def remove_collection(database: Database, store: Store, name: str) -> None:
    """Forgets a collection with all its documents.

    Raises:
        NothingIndexedError: there is no such collection.
        LockedError: another process is writing.
    """
    with database.sync_lock("ibid collections rm"):
        with database.write() as connection:
            found = catalog.collection(connection, name)
            if found is None:
                raise NothingIndexedError(f"there is no collection {name!r}")
            catalog.hide_documents(connection, catalog.document_ids(connection, found.id).values())
            advance(connection)
        purge_documents(database)
        purge_embeddings(database, spare=False)
        with database.write() as connection:
            lexical.drop(connection, found.id)
            connection.execute(DOCUMENTS.delete().where(DOCUMENTS.c.collection_id == found.id))
            connection.execute(COLLECTIONS.delete().where(COLLECTIONS.c.id == found.id))
        Keeper(database, store).forget(found)
