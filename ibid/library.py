"""The library: one home opened with its settings, and everything that can be asked of it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ibid import parts
from ibid.home import Home, find_home
from ibid.places import Shown, surroundings
from ibid.preview import FileChunks, file_chunks
from ibid.settings import Loaded, load
from ingest.citations import parse_citation
from ingest.errors import NothingIndexedError, UsageError
from ingest.types import Span
from retrieval.types import CollectionStatus, Hit, Mode, SyncPlan, SyncReport

if TYPE_CHECKING:
    from ingest.chunking import Rules
    from ingest.patterns import Patterns
    from retrieval.database import Database
    from retrieval.index import Index
    from retrieval.progress import Progress

    from ibid.settings import Settings
    from ingest.loader import Loader
    from qa.answering import Answerer, Preview
    from qa.conversations import Conversations, Summary
    from qa.types import Answer, Turn
    from retrieval.embedders import Embedder
    from retrieval.stores import Store

Paths = str | os.PathLike[str]
_COLLECTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MARKER = re.compile(r"\[?(\d+)\]?")
_LOG = logging.getLogger("ibid")


def open(  # noqa: A001  # `ibid.open(…)` reads as intended
    home: Paths | None = None,
    *,
    config: str | None = None,
    settings: Mapping[str, Any] | None = None,
    collection: str = "default",
) -> Library:
    """Opens a home: the given one, else `$IBID_HOME`, else the nearest `.ibid` upward, else `.ibid` here.

    Args:
        home: made by the first ingest where it is not there.
        config: a settings file, or a preset's name.
        settings: nearer than every file, nested or under dotted keys: `{"retrieval.search.top_k": 5}`.
        collection: what is ingested and searched.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    where = find_home(home)
    return Library(where, load(where, config=config, extra=settings), collection=collection)


class Library:
    """One collection of one home. Parts are loaded when they are first needed."""

    def __init__(
        self, home: Home, loaded: Loaded, *, collection: str = "default", warn: Callable[[str], None] | None = None
    ) -> None:
        if not _COLLECTION.fullmatch(collection):
            raise UsageError(f"{collection!r} is no name for a collection", hint="letters, digits, '.', '_' and '-'")
        self.home = home
        self.loaded = loaded
        self.collection = collection
        self._warn = warn or _LOG.warning
        self._database: Database | None = None
        self._indexes: dict[str, Index] = {}
        self._warned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of files and connections; the library may be used again."""
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

    # --- documents -------------------------------------------------------------------------------------------------

    def ingest(
        self,
        *paths: Paths,
        prune: bool = False,
        strict: bool = False,
        workers: int | None = None,
        passwords: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> SyncReport:
        """Makes the collection equal to what is on disk under the given files and folders.

        Args:
            paths: files and folders.
            prune: also forgets what a given path held that is missing now, or has become empty.
            strict: stops at the first file that fails.
            workers: how many processes parse; by default as many as the machine has cores, at most 4.
            passwords: tried on encrypted files.
            progress: is told how far it is.

        Raises:
            MismatchError: the collection was built with another embedder.
            LockedError: another process is writing.
        """
        given = self._given(paths)
        index = self.index(create=True)
        with self._loader(workers, passwords) as loader:
            return index.sync(
                given,
                root=self.home.root,
                loader=loader,
                rules=self.rules,
                prune=prune,
                strict=strict,
                progress=progress,
            )

    def plan(
        self, *paths: Paths, prune: bool = False, workers: int | None = None, progress: Progress | None = None
    ) -> SyncPlan:
        """What `ingest` would do; nothing is parsed or written."""
        given = self._given(paths)
        if not self.home.exists:
            return self._first_plan(given)
        with self._loader(workers, ()) as loader:
            return self.index(create=False, check=False).plan(
                given, root=self.home.root, loader=loader, rules=self.rules, prune=prune, progress=progress
            )

    def remove(self, *paths: Paths) -> list[str]:
        """Forgets documents: files, folders with all below them, or document paths. What was removed, sorted.

        Raises:
            UsageError: nothing is indexed under one of the paths.
        """
        index = self.index()
        known = index.paths()
        found: dict[str, None] = {}
        for path in paths:
            below = self._below(path, known)
            if not below:
                raise UsageError(f"nothing is indexed under {os.fspath(path)!r}", hint="`ibid status` lists documents")
            found |= dict.fromkeys(below)
        return index.remove(sorted(found))

    def status(self, path: Paths | None = None) -> CollectionStatus:
        """What is indexed; with a path, also document by document.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        index = self.index()
        return index.status(self.rules, None if path is None else self.document_path(path))

    def chunks(self, file: Paths, *, passwords: Sequence[str] = ()) -> FileChunks:
        """How a file would be cut, and by which rule; nothing is embedded or stored.

        Raises:
            IngestError: the file cannot be read.
            UsageError: there is no such file.
        """
        with self._loader(1, passwords) as loader:
            return file_chunks(Path(file), home=self.home, loader=loader, rules=self.rules)

    # --- questions -------------------------------------------------------------------------------------------------

    def search(
        self,
        question: str,
        *,
        k: int | None = None,
        mode: Mode | None = None,
        filter: str | Sequence[str] | None = None,  # noqa: A002  # the option's name
        files: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The hits for a question, best first.

        Args:
            question: in words.
            k: how many; by default `retrieval.search.top_k`.
            mode: by default `retrieval.search.mode`.
            filter: gitignore patterns of document paths; one of them must match.
            files: only these documents.

        Raises:
            NothingIndexedError: nothing is indexed.
        """
        index = self.index()
        self._warn_of_stale(index)
        return index.search(question, k=k or self._k, mode=mode, filter=_patterns(filter), files=files)

    def ask(
        self,
        question: str,
        *,
        conversation: str | None = None,
        stream: bool | Callable[[str], None] = False,
        k: int | None = None,
        mode: Mode | None = None,
        filter: str | Sequence[str] | None = None,  # noqa: A002
        files: Sequence[str] | None = None,
    ) -> Answer:
        """A cited answer.

        Args:
            question: in words; within a conversation it may lean on the turns before.
            conversation: the id of one that is kept (`answer.conversation`); a new one is begun where none is given.
            stream: is called with the answer's text as it comes; True prints it.
            k: how many hits are considered; by default `retrieval.search.top_k`.
            mode: by default `retrieval.search.mode`.
            filter: gitignore patterns of document paths; one of them must match.
            files: only these documents.

        Raises:
            NothingIndexedError: nothing is indexed.
            BudgetError: a budget stopped it before anything was sent.
            ProviderError: the model's endpoint failed.
        """
        answerer = self.answerer()
        return answerer.ask(
            question,
            conversation=conversation,
            k=k or self._k,
            stream=_printed if stream is True else stream or None,
            mode=mode,
            filter=_patterns(filter),
            files=files,
        )

    def preview(
        self,
        question: str,
        *,
        conversation: str | None = None,
        k: int | None = None,
        mode: Mode | None = None,
        filter: str | Sequence[str] | None = None,  # noqa: A002
    ) -> Preview:
        """What `ask` would send to the model, and its price; nothing is sent and nothing kept."""
        return self.answerer().preview(
            question, conversation=conversation, k=k or self._k, mode=mode, filter=_patterns(filter)
        )

    def show(self, citation: str) -> Shown:
        """The place that a citation names, or `[n]` of the last answer, with its surroundings.

        Raises:
            UsageError: it leads nowhere.
        """
        index = self.index()
        marker = _MARKER.fullmatch(citation.strip())
        if marker:
            return surroundings(index, *self._of_last_answer(int(marker[1])), citation=citation.strip())
        cited = parse_citation(citation)
        path, span = index.locate(self._known(cited, index))
        return surroundings(index, path, span, citation=citation.strip())

    def show_span(self, path: str, span: Span, *, citation: str) -> Shown:
        """A span of a document with its surroundings."""
        return surroundings(self.index(), path, span, citation=citation)

    def text(self, path: Paths) -> str:
        """A document's whole text, as it is indexed."""
        index = self.index()
        name = self.document_path(path)
        return index.text(name, Span(0, index.length(name)))

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a kept conversation.

        Raises:
            UsageError: there is no such conversation.
        """
        return self._conversations.turns(conversation)

    def conversations(self) -> list[Summary]:
        """The kept conversations, the latest first."""
        return self._conversations.list()

    def conversation_id(self, named: str | None) -> str | None:
        """The id that is meant: "last" is the conversation that went on last.

        Raises:
            UsageError: none is kept.
        """
        if named != "last":
            return named
        last = self._conversations.last()
        if last is None:
            raise UsageError("no conversation is kept yet", hint="ask a question first")
        return last

    # --- collections -----------------------------------------------------------------------------------------------

    def collections(self) -> list[CollectionStatus]:
        """What is indexed in each collection of this home; nothing where there is no home yet."""
        from retrieval.index import collections

        return collections(self.database()) if self.home.exists else []

    def remove_collection(self, name: str) -> None:
        """Forgets a collection with all its documents.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        from retrieval.index import remove_collection

        self._indexes.pop(name, None)
        remove_collection(self.database(), self._store, name)

    # --- parts -----------------------------------------------------------------------------------------------------

    def count_provider_tokens(self, text: str) -> int:
        """The tokens of a text as the provider's model counts them, by estimate."""
        return parts.provider(self.settings).count(text)

    def database(self, *, create: bool = False) -> Database:
        """The database of this home, open.

        Raises:
            NothingIndexedError: nothing was ever ingested here.
        """
        if self._database is None:
            from retrieval.database import Database

            if not create and not self.home.exists:
                raise NothingIndexedError(
                    f"nothing is indexed yet: there is no home at {str(self.home.folder)!r}",
                    hint="ingest a folder first: ibid ingest FOLDER",
                )
            readonly = self.home.exists and not self.home.writable
            self._database = Database(self.home.folder, readonly=readonly, create=create)
        return self._database

    def index(self, *, create: bool = False, check: bool = True, collection: str | None = None) -> Index:
        """The collection's index, open.

        Raises:
            NothingIndexedError: there is no such collection (unless it is created or not checked).
        """
        name = collection or self.collection
        if name not in self._indexes:
            from retrieval.index import Index

            database = self.database(create=create)
            if check and not create:
                self._check_collection(name)
            self._indexes[name] = Index(
                database, name, embedder=self.embedder, store=self._store, search=self.settings.retrieval.search
            )
        return self._indexes[name]

    def answerer(self, *, index: Index | None = None, database: Database | None = None) -> Answerer:
        """What asks this collection by the provider of the settings."""
        from qa.answering import Answerer

        index = index or self.index()
        self._warn_of_stale(index)
        return Answerer(
            index,
            database or self.database(),
            parts.provider(self.settings),
            self.settings.qa.budget,
            embedder=self.embedder,
        )

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder of the settings."""
        return parts.embedder(self.settings)

    @cached_property
    def rules(self) -> Rules:
        """The chunking rules of the settings."""
        from ingest.chunking import Rules

        return Rules(self.settings.ingest.chunking, self.embedder)

    @cached_property
    def _store(self) -> Store:
        return parts.store(self.settings)

    @property
    def _conversations(self) -> Conversations:
        from qa.conversations import Conversations

        return Conversations(self.database())

    @property
    def _k(self) -> int:
        return self.settings.retrieval.search.top_k

    def _loader(self, workers: int | None, passwords: Sequence[str]) -> Loader:
        from ingest.loader import Loader

        count = workers or min(4, os.cpu_count() or 1)
        return Loader(self.settings.ingest, workers=count, passwords=tuple(passwords))

    def _given(self, paths: Sequence[Paths]) -> list[str]:
        if not paths:
            raise UsageError("no path is given", hint="ibid ingest FOLDER")
        return [str(Path(path).expanduser()) for path in paths]

    def _first_plan(self, given: Sequence[str]) -> SyncPlan:
        """What would be done where there is no home yet."""
        from ingest.walk import walk

        found = walk(given, root=self.home.root, home=self.home.folder)
        added = tuple(source.path for source in found.sources)
        return SyncPlan(added=added, skipped=found.skipped, failed=found.failed)

    def _check_collection(self, name: str) -> None:
        known = [one.collection for one in self.collections()]
        if name not in known:
            listed = ", ".join(known) or "none"
            raise NothingIndexedError(
                f"there is no collection {name!r}", hint=f"ingest a folder first; collections here: {listed}"
            )

    def document_path(self, path: Paths) -> str:
        """The document path of a file: relative to the folder that holds the home where it lies below it."""
        file = Path(os.path.realpath(Path(path).expanduser()))
        root = Path(os.path.realpath(self.home.root))
        return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()

    def _below(self, path: Paths, known: Sequence[str]) -> list[str]:
        """The documents that a path on disk, or else a document path, means."""
        for name in dict.fromkeys((self.document_path(path), os.fspath(path).rstrip("/"))):
            found = [one for one in known if one == name or one.startswith(name + "/")]
            if found or name == ".":
                return found or [one for one in known if not one.startswith("/")]
        return []

    def _known(self, cited: Any, index: Index) -> Any:
        """The citation with the document's path, where it names a file of the working folder."""
        from dataclasses import replace

        name = self.document_path(cited.path)
        known = index.paths()
        return replace(cited, path=name) if cited.path not in known and name in known else cited

    def _of_last_answer(self, marker: int) -> tuple[str, Span]:
        last = self._conversations.last()
        citations = self._conversations.turns(last)[-1].answer.citations if last else ()
        for citation in citations:
            if citation.marker == marker:
                return citation.path, citation.span
        raise UsageError(f"the last answer has no citation [{marker}]", hint="ask a question first, or name a place")

    def _warn_of_stale(self, index: Index) -> None:
        """Says once that documents are not chunked by today's rules."""
        if self._warned:
            return
        self._warned = True
        stale = index.status(self.rules, None).stale
        if stale:
            self._warn(
                f"{len(stale)} document{'s are' if len(stale) > 1 else ' is'} stale "
                f"({stale[0].path}: {stale[0].reason}); `ibid status` lists them, `ibid ingest` brings them up to date"
            )


def _patterns(given: str | Sequence[str] | None) -> Patterns | None:
    if not given:
        return None
    from ingest.patterns import Patterns

    return Patterns([given] if isinstance(given, str) else list(given))


def _printed(piece: str) -> None:
    print(piece, end="", flush=True)  # noqa: T201  # asked for by `stream=True`
