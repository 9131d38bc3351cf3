"""What a sweep would cost: the documents are parsed and cut by every configuration, nothing is embedded or kept."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ibid.tuning.configuration import Configuration, Document
from ibid.tuning.embedders import Guessing
from ibid.tuning.reckoning import Cost, Reckoning
from ibid.tuning.spool import Spool
from ibid.tuning.sweep import Sweep
from ingest.errors import EmptyError, IngestError, UnsupportedError
from ingest.loader import Loader, digest, walk
from ingest.types import Failed, Segment, Source
from retrieval import catalog
from retrieval.database import Database
from retrieval.embedders import Embedder
from retrieval.texts import Texts

if TYPE_CHECKING:
    import sqlalchemy as sa

    from retrieval.types import Progress


@dataclass
class Estimate:
    """What a sweep would cost."""

    costs: list[Cost]
    cases: int
    documents: int = 0
    failed: list[Failed] = field(default_factory=list)
    characters_a_second: float | None = None
    """How fast the embedder is; None where asking it may cost money."""
    seconds: float = 0.0

    def embedding_seconds(self, cost: Cost) -> float | None:
        """How long the embedder would take for a configuration."""
        return None if self.characters_a_second is None else cost.characters / self.characters_a_second

    @property
    def total_seconds(self) -> float | None:
        """For all configurations; nothing to embed takes no time."""
        known = [self.embedding_seconds(cost) for cost in self.costs if cost.texts]
        return None if None in known else sum(one for one in known if one is not None)


def estimate(sweep: Sweep, configurations: Sequence[Configuration], progress: Progress) -> Estimate:
    """Parses and cuts the corpus by every configuration.

    Args:
        sweep: the corpus, the home and the embedder.
        configurations: in order; what an earlier one has embedded a later one need not.
        progress: is told how far it is.
    """
    begun = time.perf_counter()
    guessing = Guessing(inner=sweep.embedder.inner)
    with ExitStack() as stack:
        homes = [stack.enter_context(closing(sweep.opened(one, guessing))) for one in configurations]
        database = homes[0].database() if sweep.home.exists else None
        reckoning = Reckoning([home.rules for home in homes], [one.name for one in configurations], guessing, database)
        loader = stack.enter_context(homes[0].loader(workers=None, passwords=()))
        failed = _all(_Corpus(sweep, loader, database), reckoning, progress)
    found = Estimate(reckoning.costs, len(sweep.cases), reckoning.documents, failed)
    if reckoning.sample and not sweep.embedder.remote:
        found.characters_a_second = _speed(sweep.embedder.inner, reckoning.sample)
    found.seconds = time.perf_counter() - begun
    return found


def _all(corpus: _Corpus, reckoning: Reckoning, progress: Progress) -> list[Failed]:
    """Reckons all documents; those that cannot be read."""
    stored, new, failed = corpus.sorted()
    progress.stage("cutting", len(stored) + len(new))
    for source, text_id in stored:
        with corpus.stored(text_id) as (title, segments):
            reckoning.add(corpus.document(source), title, segments)
        progress.advance()
    for parsing in corpus.loader.parse(new):
        try:
            with Spool(parsing.segments()) as segments:
                reckoning.add(corpus.document(parsing.source), parsing.title, segments)
        except (EmptyError, UnsupportedError):
            pass  # skipped by an ingest too: it holds nothing for us
        except IngestError as error:
            failed.append(Failed(parsing.source.path, error.message))
        progress.advance()
    return failed


class _Corpus:
    """The documents of a corpus: stored texts, and files that are parsed."""

    def __init__(self, sweep: Sweep, loader: Loader, database: Database | None) -> None:
        self.loader = loader
        self._sweep = sweep
        self._database = database
        self._texts = Texts()

    def document(self, source: Source) -> Document:
        """What rules choose by."""
        return Document(source.path, self.loader.parser_for(source), source.size)

    def sorted(self) -> tuple[list[tuple[Source, int]], list[Source], list[Failed]]:
        """The sources whose text is stored (with its number), the others, and those that cannot be read."""
        found = walk([self._sweep.folder], root=self._sweep.folder, home=self._sweep.home.folder)
        known: dict[tuple[str, str], int] = {}
        if self._database is not None:
            with self._database.read() as connection:
                known = catalog.complete_texts(connection)
        stored, new, failed = [], [], list(found.failed)
        for source in found.sources:
            try:
                text_id = known.get((digest(source.file), self.loader.parse_key(source))) if known else None
            except UnsupportedError:
                continue
            except IngestError as error:
                failed.append(Failed(source.path, error.message))
                continue
            if text_id is None:
                new.append(source)
            else:
                stored.append((source, text_id))
        return stored, new, failed

    @contextmanager
    def stored(self, text_id: int) -> Iterator[tuple[str, Iterable[Segment]]]:
        """The title and the segments of a stored text."""
        assert self._database is not None
        with self._database.read() as connection:
            yield catalog.parsed(connection, text_id).title, _Stored(connection, self._texts, text_id)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored text's segments, as often as they are wanted."""

    connection: sa.Connection
    texts: Texts
    text_id: int

    def __iter__(self) -> Iterator[Segment]:
        return self.texts.segments(self.connection, self.text_id)


def _speed(embedder: Embedder, sample: Sequence[str]) -> float:
    """Characters a second."""
    embedder.embed(sample[:1])  # loads the model
    begun = time.perf_counter()
    embedder.embed(sample)
    return sum(map(len, sample)) / (time.perf_counter() - begun)


def shape(found: Estimate, *, notes: Sequence[str]) -> dict[str, Any]:
    """The object of `ibid tune --estimate --json`."""
    costs = [
        {
            "name": cost.name,
            "chunks": cost.chunks,
            "tokens": cost.tokens,
            "exact": not cost.by_meaning,
            "embedded": cost.texts,
            "embedded_characters": cost.characters,
            "embedding_seconds": found.embedding_seconds(cost),
        }
        for cost in found.costs
    ]
    return {
        "estimate": True,
        "configurations": costs,
        "documents": found.documents,
        "failed": [asdict(one) for one in found.failed],
        "embedded": sum(cost.texts for cost in found.costs),
        "embedding_seconds": found.total_seconds,
        "left_out": list(notes),
        "seconds": found.seconds,
    }
