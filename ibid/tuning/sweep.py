"""A sweep: every configuration ingested into a collection of its own and asked the same questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ibid.evaluation.cases import Case
from ibid.evaluation.corpus import collection_name
from ibid.evaluation.run import Evaluation, evaluate_index
from ibid.home import Home
from ibid.opened import Opened
from ibid.tuning.configuration import PRESENT, Configuration, Document
from ibid.tuning.embedders import Metered
from ibid.tuning.grid import built_in, distinct, read_grid
from ingest.errors import IngestError
from ingest.segments import clean

if TYPE_CHECKING:
    from ibid.settings import Loaded
    from ingest.chunking import Rules
    from retrieval.embedders import Embedder
    from retrieval.types import Progress, SyncReport


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a configuration came to."""

    configuration: Configuration
    collection: str
    evaluation: Evaluation
    report: SyncReport
    chunks: int
    tokens: int
    """Stored: of all chunks, with context and overlap."""
    embedded: int
    """Texts that this sweep embedded for it: not those that were there, or came with an earlier configuration."""
    embedding_seconds: float
    seconds: float

    @property
    def name(self) -> str:
        """The configuration's."""
        return self.configuration.name


@dataclass(frozen=True, slots=True)
class _Ingested:
    """A configuration that can be asked."""

    configuration: Configuration
    collection: str
    report: SyncReport
    embedded: int
    embedding_seconds: float
    seconds: float


class _Unseen:
    """What goes on behind another's progress."""

    def stage(self, name: str, total: int | None) -> None:
        """Not shown."""

    def advance(self, n: int = 1) -> None:
        """Not shown."""


class Watcher(Protocol):
    """Is told how a sweep goes on."""

    def begins(self, name: str, number: int, of: int) -> Progress:
        """A configuration is begun; what is told how far it is."""

    def done(self, outcome: Outcome, number: int, of: int) -> None:
        """It is done."""


@dataclass
class Sweep:
    """Configurations over one corpus, one home and one embedder.

    Texts and vectors are shared by content in the home: what one configuration parsed and embedded, the next ones find
    there. Each collection stays, so that a sweep that was interrupted goes on where it was.

    Args:
        home: where collections are made.
        folder: the corpus.
        cases: what is asked.
        embedder: of the present settings.
        warn: is told what the user should know.
    """

    home: Home
    folder: Path
    cases: Sequence[Case]
    embedder: Metered
    warn: Callable[[str], None]
    notes: list[str] = field(default_factory=list)
    """Configurations that were left out, and why."""

    def documents(self, present: Loaded) -> list[Document]:
        """The documents that the corpus may have."""
        from ingest.walk import walk

        found = []
        with self.opened(Configuration(PRESENT, present, {})).loader(workers=1, passwords=()) as loader:
            for source in walk([self.folder], root=self.folder, home=self.home.folder).sources:
                with suppress(IngestError):  # an ingest says what is wrong with it
                    found.append(Document(source.path, loader.parser_for(source), source.size))
        return found

    def configurations(self, present: Loaded, grid: Path | None) -> list[Configuration]:
        """Those of the grid, the present settings first.

        Raises:
            ConfigurationError: the grid has one that cannot be.
        """
        documents = self.documents(present)
        if grid is None:
            found = built_in(present, documents, rules=self.rules(Configuration(PRESENT, present, {})))
        else:
            found = read_grid(grid, present)
        kept, self.notes = distinct(found, documents, self.rules)
        return kept

    def rules(self, configuration: Configuration) -> Rules:
        """How a configuration cuts."""
        return self.opened(configuration).rules

    def run(self, configurations: Sequence[Configuration], watcher: Watcher) -> list[Outcome]:
        """Ingests and asks all configurations; while one is asked, the next one is embedded.

        Raises:
            LockedError: another process is writing.
            UsageError: none of the files that the cases name is there.
        """
        many = len(configurations)
        outcomes: list[Outcome] = []
        progress = watcher.begins(configurations[0].name, 1, many)
        ready = self._ingested(configurations[0], progress, None)
        files = self._good_files(ready)
        with ThreadPoolExecutor(1, thread_name_prefix="ingest") as ahead:
            try:
                for number, following in enumerate((*configurations[1:], None), 1):
                    coming = following and ahead.submit(self._ingested, following, _Unseen(), files)
                    outcomes.append(self._asked(ready, progress))
                    watcher.done(outcomes[-1], number, many)
                    if following and coming:
                        progress = watcher.begins(following.name, number + 1, many)
                        progress.stage("embedding", None)
                        ready = coming.result()
            except BaseException:
                self.embedder.stop()  # else the next one would be waited for
                raise
        return outcomes

    def _ingested(self, configuration: Configuration, progress: Progress, files: list[Path] | None) -> _Ingested:
        begun, meter = time.perf_counter(), self.embedder.meter
        texts, seconds = meter.texts, meter.seconds
        name = collection_name(configuration.loaded.settings, self.folder)
        with closing(self.opened(configuration)) as opened:
            index = opened.index(name, create=True)
            with opened.loader(workers=None, passwords=(), captioning=opened.captioning()) as loader:
                report = index.sync(
                    files or [self.folder],
                    root=self.folder,
                    loader=loader,
                    rules=opened.rules,
                    prune=True,
                    progress=progress,
                )
        return _Ingested(
            configuration,
            name,
            report,
            embedded=meter.texts - texts,
            embedding_seconds=meter.seconds - seconds,
            seconds=time.perf_counter() - begun,
        )

    def _asked(self, ready: _Ingested, progress: Progress) -> Outcome:
        begun = time.perf_counter()
        progress.stage("asking", len(self.cases))
        search = ready.configuration.loaded.settings.retrieval.search
        with closing(self.opened(ready.configuration)) as opened:
            index = opened.index(ready.collection)
            evaluation = evaluate_index(
                index, self.cases, embedder=self.embedder, search=search, advance=progress.advance
            )
            status = index.status(None, None)
        return Outcome(
            configuration=ready.configuration,
            collection=ready.collection,
            evaluation=evaluation,
            report=ready.report,
            chunks=status.chunks,
            tokens=status.tokens,
            embedded=ready.embedded,
            embedding_seconds=ready.embedding_seconds,
            seconds=ready.seconds + time.perf_counter() - begun,
        )

    def _good_files(self, first: _Ingested) -> list[Path] | None:
        """The files to ingest where some failed for the first configuration: these would take their time each time."""
        if not first.report.failed:
            return None
        bad = {one.path for one in first.report.failed}
        known = self.documents(first.configuration.loaded)
        files = [self.folder / document.path for document in known if document.path not in bad]
        return [file for file in files if file.exists()]

    def opened(self, configuration: Configuration, embedder: Embedder | None = None) -> Opened:
        """The home with a configuration's settings, and by default the embedder that all share."""
        opened = Opened(Home(self.home.folder, self.folder), configuration.loaded, warn=self.warn)
        opened.embedder = embedder or self.embedder
        return opened

    def forget(self, outcomes: Sequence[Outcome]) -> None:
        """Removes the collections again."""
        with closing(self.opened(outcomes[0].configuration)) as opened:
            for name in dict.fromkeys(outcome.collection for outcome in outcomes):
                opened.remove_collection(name)


def questions_of(cases: Sequence[Case]) -> frozenset[str]:
    """The questions, as search embeds them."""
    return frozenset(clean(case.question) for case in cases)
