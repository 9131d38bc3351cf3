"""The library: one collection of a home, and everything that can be asked of it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, get_args

from ibid import parts
from ibid.home import Home, find_home
from ibid.opened import Opened
from ibid.per_collection import NAME
from ibid.places import Shown, surroundings
from ibid.preview import FileChunks, file_chunks, read_file
from ibid.rendering import Rendered, rendered
from ibid.settings import Loaded, load
from ingest.citations import Cited, parse_citation
from ingest.errors import UsageError
from ingest.types import Span
from ingest.walk import printable
from retrieval.types import CollectionStatus, Hit, Mode, SyncPlan, SyncReport

if TYPE_CHECKING:
    from ibid.settings import Settings
    from ibid.viewing.view import View
    from ingest.loader import Loader
    from qa.answering import Answerer, Preview
    from qa.conversations import Summary
    from qa.types import Answer, Turn
    from retrieval.database import Database
    from retrieval.embedders import Embedder
    from retrieval.filters import Filter
    from retrieval.index import Index
    from retrieval.types import Progress

Paths = str | os.PathLike[str]
_MARKER = re.compile(r"\[?(\d{1,9})\]?")
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
    return Library(where, load(where, config=config, collection=collection, extra=settings), collection=collection)


class Library:
    """One collection of one home. Parts are loaded when they are first needed."""

    def __init__(
        self, home: Home, loaded: Loaded, *, collection: str = "default", warn: Callable[[str], None] | None = None
    ) -> None:
        if not NAME.fullmatch(collection):
            raise UsageError(f"{collection!r} is no name for a collection", hint="letters, digits, '.', '_' and '-'")
        self.home = home
        self.loaded = loaded
        self.collection = collection
        self._parts = Opened(home, loaded, warn=warn or _LOG.warning)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of files and connections; the library may be used again."""
        self._parts.close()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @property
    def embedder(self) -> Embedder:
        """The embedder of the settings."""
        return self._parts.embedder

    def index(self) -> Index:
        """The collection's index.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        return self._parts.index(self.collection)

    def answerer(self, *, database: Database | None = None) -> Answerer:
        """What asks the collection; what it keeps goes to `database`, or else this home's."""
        index = self.index()
        self._parts.warn_of_stale(index)
        return self._parts.answerer(index, database=database)

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
            workers: how many processes parse; by default as many as the machine has cores, at most 4, and one for
                a few small files.
            passwords: tried on encrypted files.
            progress: is told how far it is.

        Raises:
            MismatchError: the collection was built with another embedder.
            LockedError: another process is writing.
        """
        given = _given(paths)
        index = self._parts.index(self.collection, create=True)
        captioning = self._parts.captioning()
        with self._parts.loader(workers=workers, passwords=passwords, captioning=captioning) as loader:
            report = index.sync(
                given,
                root=self.home.root,
                loader=loader,
                rules=self._parts.rules,
                prune=prune,
                strict=strict,
                progress=progress,
            )
        return report if captioning is None else replace(report, captions=captioning.used)

    def plan(
        self,
        *paths: Paths,
        prune: bool = False,
        workers: int | None = None,
        passwords: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> SyncPlan:
        """What `ingest` would do: the files are parsed and cut, and nothing is described, embedded or written."""
        given, root, rules = _given(paths), self.home.root, self._parts.rules
        with self._parts.loader(workers=workers, passwords=passwords) as loader:
            if self.home.exists:
                index = self._parts.index(self.collection, create=True)
                plan = index.plan(given, root=root, loader=loader, rules=rules, prune=prune, progress=progress)
                return self._undescribed(plan)
            from retrieval.planning import make_plan
            from retrieval.rehearsing import Counting, rehearse

            home = self.home.folder
            made = make_plan(given, {}, root=root, home=home, loader=loader, rules=rules, prune=prune)
            counting = Counting(self._parts.embedder.identity, None)
            plan = rehearse(made, loader=loader, rules=rules, counting=counting, progress=progress)
            return self._undescribed(plan)

    def _undescribed(self, plan: SyncPlan) -> SyncPlan:
        """The plan, which says that captions are wanted and were not made."""
        if self.settings.ingest.captions is None:
            return plan
        said = "no pictures were described: that is done by a real ingest only (ingest.captions)"
        return replace(plan, warnings=(*plan.warnings, said))

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
                raise UsageError(
                    f"nothing is indexed under {os.fspath(path)!r}",
                    hint="`ibid status .` lists the documents below this folder, `ibid status /` the others",
                )
            found |= dict.fromkeys(below)
        return sorted(index.remove(sorted(found)))

    def status(self, path: Paths | None = None) -> CollectionStatus:
        """What is indexed, and what is behind by the sizes and times of files; with a path, also document by document.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        from ibid.behind import with_files

        index = self.index()
        named = None if path is None else self.document_path(path, index.paths())
        status = index.status(self._parts.rules, named)
        stale = with_files(status.stale, self._parts.documents(self.collection), root=self.home.root)
        return replace(status, stale=stale)

    def chunks(self, file: Paths, *, passwords: Sequence[str] = ()) -> FileChunks:
        """How a file would be cut, and by which rule; its pictures are described where the settings say so.

        Nothing is embedded or stored.

        Raises:
            IngestError: the file cannot be read.
            UsageError: there is no such file.
        """
        with self._reader(passwords) as loader:
            return file_chunks(Path(file), home=self.home, loader=loader, rules=self._parts.rules)

    def view(
        self, file: Paths, *, other: str | None = None, pictures: bool = False, passwords: Sequence[str] = ()
    ) -> View:
        """A file with its text and how it would be cut; it is parsed once, and nothing is stored.

        Args:
            file: as of `chunks`.
            other: a settings file or a preset, as `config` of `open`: how those would cut it, and what differs.
            pictures: also the pages of a PDF, or the picture, rendered.
            passwords: tried where it is encrypted.

        Raises:
            IngestError: the file cannot be read.
            UsageError: there is no such file.
            ConfigurationError: the other settings are wrong.
        """
        from ibid.viewing.view import compared, pictured, view

        others = (
            None
            if other is None
            else Opened(self.home, load(self.home, config=other, collection=self.collection), warn=_LOG.warning)
        )
        with self._reader(passwords) as loader:
            read = read_file(Path(file), home=self.home, loader=loader)
            seen = view(read, self._parts.rules)
            if others is not None and other is not None:
                seen = compared(seen, read, other, self._parts, others)
            if pictures:
                shown, notes = pictured(read.source.file, [page.number for page in read.parsed.pages], loader)
                seen = replace(seen, pictures=shown, notes=notes)
        return seen

    def _reader(self, passwords: Sequence[str]) -> Loader:
        """What parses one file as `ingest` would."""
        return self._parts.loader(workers=1, passwords=passwords, captioning=self._parts.captioning())

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
            filter: gitignore patterns of document paths, or `path=…`, `format=…`, `title=…`: one of each key must hold.
            files: only these documents; where neither is given, those that the question names (`named`).

        Raises:
            UsageError: the question is empty, or there is no such mode.
            NothingIndexedError: nothing is indexed.
        """
        check_mode(mode)
        if not question.strip():
            raise UsageError("the question is empty", hint='search for something: ibid search "…"')
        index = self.index()
        self._parts.warn_of_stale(index)
        if files is None and not filter:
            files = self.named(question) or None
        return index.search(question, k=self._hits(k), mode=mode, filter=_filter(filter), files=files)

    def named(self, question: str) -> list[str]:
        """The documents to which a question is narrowed, where no filter is given: those that it names ("in a.pdf").

        None, where a name is not that of exactly one document, or `retrieval.search.infer_filter` is false.
        """
        return self.index().named(question) if self.settings.retrieval.search.infer_filter else []

    def unmatched(self, filter: str | Sequence[str] | None) -> str:  # noqa: A002
        """That no document matches a filter, and which nearly do; "" where one does, or none is given."""
        wanted = _filter(filter)
        if wanted is None:
            return ""
        from ibid.unmatched import unmatched_said

        return unmatched_said(wanted, self._parts.documents(self.collection))

    def spelt(self, question: str, *, mode: Mode | None = None) -> dict[str, str]:
        """What is searched for instead of words of a question that no document has, but one that is a letter away.

        Args:
            question: in words.
            mode: as of `search`; vectors alone are searched for the question as it is.
        """
        return dict(self.index().asked(question, mode=mode).meant)

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
            filter: gitignore patterns of document paths, or `path=…`, `format=…`, `title=…`: one of each key must hold.
            files: only these documents; where neither is given, those that the question names (`named`).

        Raises:
            UsageError: there is no such mode.
            NothingIndexedError: nothing is indexed.
            BudgetError: a budget stopped it before anything was sent.
            ProviderError: the model's endpoint failed.
        """
        check_mode(mode)
        narrowed = self.named(question) if files is None and not filter else []
        answer = self.answerer().ask(
            question,
            conversation=conversation,
            k=self._hits(k),
            stream=_printed if stream is True else stream or None,
            mode=mode,
            filter=_filter(filter),
            files=narrowed or files,
        )
        said = narrowing_said(narrowed) if narrowed else "" if answer.hits else self.unmatched(filter)
        return replace(answer, warnings=(*answer.warnings, said)) if said else answer

    def preview(
        self,
        question: str,
        *,
        conversation: str | None = None,
        k: int | None = None,
        mode: Mode | None = None,
        filter: str | Sequence[str] | None = None,  # noqa: A002
        stream: bool = False,
    ) -> Preview:
        """What `ask` would send to the model, and its price; nothing is sent and nothing kept."""
        check_mode(mode)
        return self.answerer().preview(
            question,
            conversation=conversation,
            k=self._hits(k),
            mode=mode,
            filter=_filter(filter),
            files=None if filter else self.named(question) or None,
            streams=stream,
        )

    def show(self, citation: str) -> Shown:
        """The place that a citation names, or `[n]` of the last answer, with its surroundings.

        Raises:
            UsageError: it leads nowhere.
        """
        path, span = self._located(citation)
        return surroundings(self.index(), path, span, citation=citation.strip())

    def render(self, citation: str, *, passwords: Sequence[str] = ()) -> Rendered:
        """The page of a PDF, or the picture, on which a cited place stands, as PNG, the place highlighted.

        The file is opened in a process of its own, within the limits.

        Args:
            citation: as of `show`.
            passwords: tried where it is encrypted.

        Raises:
            UsageError: it leads nowhere, or to a file of which no page can be shown.
            IngestError: the file is not there any more, or cannot be shown.
        """
        path, span = self._located(citation)
        with self._parts.loader(workers=1, passwords=passwords) as loader:
            return rendered(self.index(), path, span, root=self.home.root, loader=loader)

    def show_span(self, path: str, span: Span, *, citation: str) -> Shown:
        """A span of a document with its surroundings."""
        return surroundings(self.index(), path, span, citation=citation)

    def text(self, path: Paths) -> str:
        """A document's whole text, as it is indexed."""
        index = self.index()
        name = self.document_path(path, index.paths())
        return index.text(name, Span(0, index.length(name)))

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a kept conversation.

        Raises:
            UsageError: there is no such conversation.
        """
        return self._parts.conversations.turns(conversation)

    def conversations(self) -> list[Summary]:
        """The kept conversations, the latest first."""
        return self._parts.conversations.list()

    def conversation_id(self, named: str | None) -> str | None:
        """The id that is meant: "last" is the conversation that went on last.

        Raises:
            UsageError: none is kept.
        """
        if named != "last":
            return named
        last = self._parts.conversations.last()
        if last is None:
            raise UsageError("no conversation is kept yet", hint="ask a question first")
        return last

    def collections(self) -> list[CollectionStatus]:
        """What is indexed in each collection of this home; nothing where there is no home yet."""
        return self._parts.collections()

    def remove_collection(self, name: str) -> None:
        """Forgets a collection with all its documents.

        Raises:
            NothingIndexedError: there is no such collection.
        """
        self._parts.remove_collection(name)

    @property
    def generates(self) -> bool:
        """Whether a language model writes the answers, which come piece by piece."""
        return parts.provider(self.settings).generates

    def count_provider_tokens(self, text: str) -> int:
        """The tokens of a text as the provider's model counts them, by estimate."""
        return parts.provider(self.settings).count(text)

    def document_path(self, path: Paths, known: Sequence[str] = ()) -> str:
        """The document path of a file: relative to the folder that holds the home where it lies below it.

        A link is a document of its own where its path is among the known ones; else what it leads to is meant.
        """
        file = Path(path).expanduser()
        root = Path(os.path.realpath(self.home.root))
        own, resolved = (
            printable((one.relative_to(root) if one.is_relative_to(root) else one).as_posix())
            for one in (Path(os.path.realpath(file.parent), file.name), Path(os.path.realpath(file)))
        )
        return own if any(one == own or one.startswith(own + "/") for one in known) else resolved

    def _hits(self, k: int | None) -> int:
        """How many hits are wanted.

        Raises:
            UsageError: fewer than one.
        """
        if k is not None and k < 1:
            raise UsageError(f"k is {k}: at least one hit must be wanted", hint="leave it out, or ask for 1 and more")
        return self.settings.retrieval.search.top_k if k is None else k

    def _below(self, path: Paths, known: Sequence[str]) -> list[str]:
        """The documents that a path on disk, or else a document path, means."""
        for name in dict.fromkeys((self.document_path(path, known), os.fspath(path).rstrip("/"))):
            found = [one for one in known if one == name or one.startswith(name + "/")]
            if name == ".":
                found = [one for one in known if not one.startswith("/")]
            if found:
                return found
        return []

    def _located(self, citation: str) -> tuple[str, Span]:
        """The document and the span that a citation, or `[n]` of the last answer, names; a document's path first."""
        index = self.index()
        marker = _MARKER.fullmatch(citation.strip())
        if marker and marker[0] not in index.paths():
            return self._of_last_answer(int(marker[1]))
        return index.locate(self._known(parse_citation(citation), index))

    def _known(self, cited: Cited, index: Index) -> Cited:
        """The citation with the document's path, where it names a file of the working folder, or how one path ends."""
        known = index.paths()
        if cited.path in known:
            return cited
        ending = [path for path in known if path.endswith(f"/{cited.path}")]
        name = self.document_path(cited.path, known)
        found = [name] if name in known else ending
        return replace(cited, path=found[0]) if len(found) == 1 else cited

    def _of_last_answer(self, marker: int) -> tuple[str, Span]:
        conversations = self._parts.conversations
        last = conversations.last()
        citations = conversations.turns(last)[-1].answer.citations if last else ()
        for citation in citations:
            if citation.marker == marker:
                return citation.path, citation.span
        raise UsageError(f"the last answer has no citation [{marker}]", hint="ask a question first, or name a place")


def _given(paths: Sequence[Paths]) -> list[str]:
    if not paths:
        raise UsageError("no path is given", hint="ibid ingest FOLDER")
    return [str(Path(path).expanduser()) for path in paths]


def _filter(given: str | Sequence[str] | None) -> Filter | None:
    if not given:
        return None
    from retrieval.filters import Filter

    return Filter([given] if isinstance(given, str) else list(given))


def check_mode(mode: str | None) -> None:
    """Checks a way of searching that a caller names; None is that of the settings.

    Raises:
        UsageError: there is none of that name.
    """
    known = get_args(Mode)
    if mode is not None and mode not in known:
        raise UsageError(f"mode {mode!r} is no way of searching", hint=f"one of {', '.join(known)}")


def narrowing_said(named: Sequence[str]) -> str:
    """That a search was narrowed to the documents that the question names."""
    return f"only searched in what the question names: {', '.join(named)}"


def _printed(piece: str) -> None:
    print(piece, end="", flush=True)  # noqa: T201  # asked for by `stream=True`
