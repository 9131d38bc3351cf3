"""Sync: makes a collection equal to the files under some paths."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingest.chunking import Rules
from ingest.errors import EmptyError, IngestError, UnsupportedError
from ingest.loader import Loader, Parsing
from ingest.types import Chunk, Failed, Segment, Skipped, Source
from retrieval import catalog
from retrieval.coverage import hollow, named, partial_of, rows_of
from retrieval.database import Database
from retrieval.embedders import Embedder
from retrieval.language import mostly_not_english
from retrieval.pipeline import Building, Pipeline
from retrieval.planning import Plan, Task, failed
from retrieval.purging import purge_documents, purge_embeddings
from retrieval.remembering import Remembering
from retrieval.sentences import with_sentences
from retrieval.texts import Texts
from retrieval.types import PageCounts, Progress, SyncReport


@dataclass
class _Outcome:
    """What became of the files so far."""

    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Documents whose language the embedder does not read."""
    hollow: list[str] = field(default_factory=list)
    """Files that have pages, and no text."""
    undescribed: set[str] = field(default_factory=set)
    """Those of which nothing can be found because a caption could not be had: what was indexed of them stays."""
    embedded: int = 0
    """Texts beside the chunks', where a rule asks for vectors of sentences."""
    reused: int = 0


class Sync:
    """One sync of one collection; the caller holds the sync lock."""

    def __init__(
        self,
        database: Database,
        collection: catalog.Collection,
        *,
        embedder: Embedder,
        loader: Loader,
        rules: Rules,
        progress: Progress | None,
    ) -> None:
        self._database = database
        self._collection = collection
        self._embedder = embedder
        self._loader = loader
        self._rules = rules
        self._progress = progress
        self._texts = Texts()
        self._out = _Outcome()

    def run(self, plan: Plan, *, strict: bool) -> SyncReport:
        """Does what the plan says.

        Args:
            plan: made from the state that is current.
            strict: stops at the first file that fails.
        """
        begun = time.perf_counter()
        self._out = _Outcome(list(plan.failed), list(plan.skipped), list(plan.warnings))
        forgotten = purge_documents(self._database)
        with Pipeline(self._database, self._collection, self._embedder) as pipeline:
            if not (strict and self._out.failed):
                self._build(plan, pipeline, strict=strict)
            pipeline.flush()
        removed = [] if strict and self._out.failed else self._removed(plan)
        self._settle(plan, removed)
        forgotten |= purge_documents(self._database)
        purge_embeddings(self._database, spare=not forgotten)
        return self._report(plan, pipeline, removed=len(removed), seconds=time.perf_counter() - begun)

    def _removed(self, plan: Plan) -> list[catalog.Known]:
        """The documents to forget: their files vanished, or turned out to hold nothing for us."""
        skipped = {one.path for one in self._out.skipped} - self._out.undescribed
        hollow = [task.replaces for task in plan.tasks if task.source.path in skipped]
        return [*plan.removed, *(one for one in hollow if one is not None)]

    def _build(self, plan: Plan, pipeline: Pipeline, *, strict: bool) -> None:
        """Makes the documents: of stored texts, of texts to be parsed, then of copies of these."""
        if self._progress is not None:
            self._progress.stage("ingesting", len(plan.tasks))
        with self._database.read() as connection:
            stored = catalog.complete_texts(connection)
        later: list[Task] = []
        parse: dict[tuple[str, str], Task] = {}
        for task in plan.tasks:
            key = (task.digest, task.parse_key)
            if key in stored:
                self._from_store(task, stored[key], pipeline)
            elif key in parse:
                later.append(task)
            else:
                parse[key] = task
        if not self._parse(list(parse.values()), pipeline, strict=strict) or not later:
            return
        pipeline.flush()
        with self._database.read() as connection:
            stored = catalog.complete_texts(connection)
        again = [task for task in later if (task.digest, task.parse_key) not in stored]
        for task in later:
            if (text_id := stored.get((task.digest, task.parse_key))) is not None:
                self._from_store(task, text_id, pipeline)
        self._parse(again, pipeline, strict=strict)

    def _from_store(self, task: Task, text_id: int, pipeline: Pipeline) -> None:
        """A document of a text that is stored."""
        with self._database.read() as connection:
            title = catalog.parsed(connection, text_id).title
            building = self._building(task, title, text_id)
            for chunk in self._chunks(building, title, self._texts.segments(connection, text_id)):
                pipeline.add_chunk(building, chunk)
        pipeline.finish(building)
        self._advance()

    def _parse(self, tasks: list[Task], pipeline: Pipeline, *, strict: bool) -> bool:
        """Documents of files that are parsed; whether all were tried."""
        if tasks:
            pipeline.prepare()
        by_path = {task.source.path: task for task in tasks}
        for parsing in self._loader.parse(task.source for task in tasks):
            task = by_path[parsing.source.path]
            try:
                self._parse_one(task, parsing, pipeline)
            except (EmptyError, UnsupportedError) as error:
                self._out.skipped.append(Skipped(task.source.path, error.message))
                self._out.hollow += [task.source.path] if parsing.pages else []
                self._out.undescribed |= {task.source.path} if parsing.undescribed else set()
                self._warn(task, parsing.warnings)
            except IngestError as error:
                self._out.failed.append(failed(task.source, error))
                if strict:
                    return False
            self._advance()
        return True

    def _parse_one(self, task: Task, parsing: Parsing, pipeline: Pipeline) -> None:
        title = parsing.title
        building = self._building(task, title, None)
        first: list[str] = []
        segments = self._stored(parsing.segments(), building, pipeline, first)
        for chunk in self._chunks(building, title, segments):
            pipeline.add_chunk(building, chunk)
        building.parsed = parsing.result
        if building.parsed.cut:
            building.parse_key = self._loader.cut_key(building.parse_key)
        if building.parsed.undescribed:
            building.parse_key = self._loader.undescribed_key(building.parse_key)
        pipeline.finish(building)
        self._warn(task, parsing.result.warnings)
        if self._embedder.english_only and mostly_not_english("".join(first)):
            self._out.foreign.append(task.source.path)

    def _warn(self, task: Task, warnings: Iterable[str]) -> None:
        self._out.warnings += [f"{task.source.path}: {warning}" for warning in warnings]

    @staticmethod
    def _stored(
        segments: Iterable[Segment], building: Building, pipeline: Pipeline, first: list[str]
    ) -> Iterator[Segment]:
        """The segments, each handed to the pipeline as it comes by; the first one's text is put into `first`."""
        for segment in segments:
            if not first:
                first.append(segment.text)
            pipeline.add_segment(building, segment)
            yield segment

    def _settle(self, plan: Plan, removed: list[catalog.Known]) -> None:
        """Writes what is to be known of documents that were not made anew."""
        errors = {one.path: one.error for one in self._out.failed}
        with self._database.read() as connection:
            known = catalog.documents(connection, self._collection.id)
        notes = [(one.id, source.signature, "") for one, source in plan.unchanged if _differs(one, source)]
        notes += [(known[path].id, "", error) for path, error in errors.items() if path in known]
        if removed or notes:
            with self._database.write() as connection:
                catalog.hide_documents(connection, [one.id for one in removed])
                catalog.note_documents(connection, notes)
                if removed:
                    catalog.touch(connection, self._collection.id)

    def _report(self, plan: Plan, pipeline: Pipeline, *, removed: int, seconds: float) -> SyncReport:
        before = {task.source.path for task in plan.tasks if task.replaces is not None}
        made = {building.source.path for building in pipeline.finished}
        here = made | {one.path for one, _ in plan.unchanged}
        with self._database.read() as connection:
            documents = [one for one in catalog.documents(connection, self._collection.id).values() if one.path in here]
            lost = ((one.path, catalog.parsed(connection, one.text_id)) for one in documents if one.lost)
            partial = [found for path, parsed in lost if (found := partial_of(path, parsed)) is not None]
        return SyncReport(
            collection=self._collection.name,
            added=len(made - before),
            changed=len(made & before),
            removed=removed,
            unchanged=len(plan.unchanged),
            documents=len(documents),
            failed=tuple(sorted(self._out.failed, key=lambda one: one.path)),
            skipped=tuple(sorted(self._out.skipped, key=lambda one: one.path)),
            partial=tuple(partial),
            missing=tuple(plan.missing),
            pages=PageCounts.total(one.pages for one in documents),
            rows=rows_of(one.rows for one in documents),
            chunks=sum(building.chunks for building in pipeline.finished),
            embedded=pipeline.embedded + self._out.embedded,
            reused=pipeline.reused + self._out.reused,
            warnings=tuple(self._warnings()),
            seconds=seconds,
        )

    def _warnings(self) -> list[str]:
        foreign = self._out.foreign
        said = [*sorted(self._out.warnings), *hollow(self._out.hollow)]
        if not foreign:
            return said
        are = f"{len(foreign)} documents are" if len(foreign) > 1 else "1 document is"
        model = f"the embedder {self._collection.embedder.model!r} reads English"
        return [
            *said,
            f"{are} mostly not English ({named(foreign)}): {model}; such text is found by its words only",
        ]

    def _building(self, task: Task, title: str, text_id: int | None) -> Building:
        """A document whose title is known: it may decide by which rule it is cut."""
        chunking = self._rules.choose(task.source.path, title=title, parser=task.parser, size=task.source.size)
        return Building(task.source, chunking, task.digest, task.parse_key, task.parser, text_id)

    def _chunks(self, building: Building, title: str, segments: Iterable[Segment]) -> Iterator[Chunk]:
        """A document's chunks; the vectors that it is cut by, where it is, are kept."""
        key = building.chunking.key
        embed = Remembering(self._embedder, self._database, digest=building.digest, chunking_key=key)
        path, size = building.source.path, building.source.size
        chunks = self._rules.chunk(path, segments, title=title, parser=building.parser, size=size, embed=embed)
        return self._with_sentences(chunks, embed) if building.chunking.sentence_vectors else chunks

    def _with_sentences(self, chunks: Iterable[Chunk], embed: Remembering) -> Iterator[Chunk]:
        yield from with_sentences(chunks, embed)
        self._out.embedded += embed.embedded
        self._out.reused += embed.reused

    def _advance(self) -> None:
        if self._progress is not None:
            self._progress.advance()


def _differs(known: catalog.Known, source: Source) -> bool:
    return bool(known.stale) or known.signature != source.signature
