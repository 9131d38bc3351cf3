"""Rehearsing a sync: stored texts and files are cut as they would be, and nothing of it is kept."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from ingest.chunking import Rules
from ingest.errors import EmptyError, IngestError, UnsupportedError
from ingest.loader import Loader, Parsing
from ingest.types import Failed, Parsed, Rows, Segment, Skipped
from retrieval import catalog
from retrieval.coverage import counts_of, hollow, partial_of, rows_of
from retrieval.database import Database
from retrieval.planning import Plan, Task, failed
from retrieval.sentences import sentences_of
from retrieval.texts import Texts
from retrieval.types import PageCounts, Partial, Progress, SyncPlan

_AT_ONCE = 500
"""Chunks whose vectors are looked up at once."""


class Counting:
    """Counts which chunks would have to be embedded: of each text that is new, eight bytes are held.

    Args:
        identity: the embedder's.
        database: where vectors are kept; None where there is none yet.
    """

    def __init__(self, identity: str, database: Database | None) -> None:
        self.database = database
        self.chunks = 0
        self._sentences = 0
        self._identity = identity
        self._waiting: list[bytes] = []
        self._new = array("Q")

    def add(self, embedded: str) -> None:
        """One more chunk, by what is embedded of it."""
        self.chunks += 1
        self._add(embedded)

    def add_sentence(self, text: str) -> None:
        """One more sentence that gets a vector of its own."""
        self._sentences += 1
        self._add(text)

    def _add(self, embedded: str) -> None:
        self._waiting.append(catalog.embedding_digest(self._identity, embedded))
        if len(self._waiting) >= _AT_ONCE:
            self._look_up()

    def new(self) -> int:
        """How many different texts so far have no vector yet."""
        self._look_up()
        return len(np.unique(np.frombuffer(self._new, dtype=np.uint64)))

    def reused(self) -> int:
        """How many texts need not be embedded."""
        return self.chunks + self._sentences - self.new()

    def mark(self) -> tuple[int, int, int]:
        """How far it has counted, for `back`."""
        self._look_up()
        return self.chunks, self._sentences, len(self._new)

    def back(self, mark: tuple[int, int, int]) -> None:
        """Forgets what came since."""
        self._waiting.clear()
        self.chunks, self._sentences, length = mark
        del self._new[length:]

    def _look_up(self) -> None:
        there: dict[bytes, int] = {}
        if self.database is not None and self._waiting:
            with self.database.read() as connection:
                there = catalog.embedding_ids(connection, self._waiting)
        self._new.extend(int.from_bytes(one[:8]) for one in self._waiting if one not in there)
        self._waiting.clear()


@dataclass
class _Outcome:
    """What would become of the files."""

    made: list[Task] = field(default_factory=list)
    rechunked: list[str] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    partial: list[Partial] = field(default_factory=list)
    hollow: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pages: PageCounts = field(default_factory=PageCounts)
    rows: Rows = field(default_factory=Rows)

    def add(self, task: Task, parsed: Parsed) -> None:
        """One more document."""
        path = task.source.path
        self.made.append(task)
        self.pages = PageCounts.total([self.pages, counts_of(parsed)])
        self.rows += parsed.rows
        if (part := partial_of(path, parsed)) is not None:
            self.partial.append(part)


def rehearse(
    plan: Plan, *, loader: Loader, rules: Rules, counting: Counting, progress: Progress | None = None
) -> SyncPlan:
    """What a sync of the plan would do. Files whose text is stored are not parsed; memory hardly grows with the files.

    Args:
        plan: what is to be done.
        loader: parses.
        rules: cut.
        counting: counts the chunks; it knows where texts and vectors are stored.
        progress: is told how far it is.
    """
    begun = time.perf_counter()
    rehearsal = _Rehearsal(plan, loader, rules, counting, progress)
    rehearsal.run()
    return replace(_plan(plan, rehearsal.out, counting), seconds=time.perf_counter() - begun)


class _Rehearsal:
    """One rehearsal of a sync."""

    def __init__(self, plan: Plan, loader: Loader, rules: Rules, counting: Counting, progress: Progress | None) -> None:
        self.out = _Outcome(failed=list(plan.failed), skipped=list(plan.skipped), warnings=list(plan.warnings))
        self._plan = plan
        self._loader = loader
        self._rules = rules
        self._counting = counting
        self._progress = progress

    def run(self) -> None:
        """Cuts the stored texts, then parses and cuts the other files."""
        if self._progress is not None:
            self._progress.stage("parsing", len(self._plan.tasks))
        parse = self._stored() if self._counting.database is not None else self._plan.tasks
        by_path = {task.source.path: task for task in parse}
        for parsing in self._loader.parse(task.source for task in parse):
            mark = self._counting.mark()
            try:
                self._parsed(by_path[parsing.source.path], parsing)
            except (EmptyError, UnsupportedError) as error:
                self._counting.back(mark)
                self.out.skipped.append(Skipped(parsing.source.path, error.message))
                self.out.hollow += [parsing.source.path] if parsing.pages else []
            except IngestError as error:
                self._counting.back(mark)
                self.out.failed.append(failed(parsing.source, error))
            self._advance()

    def _parsed(self, task: Task, parsing: Parsing) -> None:
        self._cut(task, parsing.title, parsing.segments())
        self.out.add(task, parsing.result)
        self.out.warnings += [f"{task.source.path}: {warning}" for warning in parsing.result.warnings]

    def _stored(self) -> list[Task]:
        """Cuts the texts that are stored; the tasks that are left."""
        database = self._counting.database
        assert database is not None
        texts = Texts()
        left = []
        with database.read() as connection:
            stored = catalog.complete_texts(connection)
            for task in self._plan.tasks:
                text_id = stored.get((task.digest, task.parse_key))
                if text_id is None:
                    left.append(task)
                    continue
                parsed = catalog.parsed(connection, text_id)
                self._cut(task, parsed.title, texts.segments(connection, text_id))
                self.out.add(task, parsed)
                if task.replaces is not None and task.replaces.text_id == text_id:
                    self.out.rechunked.append(task.source.path)
                self._advance()
        return left

    def _cut(self, task: Task, title: str, segments: Iterable[Segment]) -> None:
        path, size = task.source.path, task.source.size
        chunking = self._rules.choose(path, title=title, parser=task.parser, size=size)
        for chunk in self._rules.chunk(path, segments, title=title, parser=task.parser, size=size):
            self._counting.add(chunk.embedded)
            for sentence in sentences_of(chunk) if chunking.sentence_vectors else ():
                self._counting.add_sentence(sentence)

    def _advance(self) -> None:
        if self._progress is not None:
            self._progress.advance()


def _plan(plan: Plan, out: _Outcome, counting: Counting) -> SyncPlan:
    unchanged = [one for one, _ in plan.unchanged]
    skipped = {one.path for one in out.skipped}
    removed = [one.path for one in plan.removed]
    removed += [task.source.path for task in plan.tasks if task.replaces and task.source.path in skipped]
    return SyncPlan(
        added=tuple(sorted(task.source.path for task in out.made if task.replaces is None)),
        changed=tuple(sorted(task.source.path for task in out.made if task.replaces is not None)),
        removed=tuple(sorted(removed)),
        unchanged=tuple(one.path for one in unchanged),
        documents=len(out.made) + len(unchanged),
        skipped=tuple(sorted(out.skipped, key=lambda one: one.path)),
        failed=tuple(sorted(out.failed, key=lambda one: one.path)),
        partial=tuple(sorted(out.partial, key=lambda one: one.path)),
        missing=tuple(plan.missing),
        pages=PageCounts.total([out.pages, *(one.pages for one in unchanged)]),
        rows=rows_of([out.rows, *(one.rows for one in unchanged)]),
        chunks=counting.chunks,
        rechunked=tuple(sorted(out.rechunked)),
        embedded=counting.new(),
        reused=counting.reused(),
        warnings=(*out.warnings, *hollow(out.hollow)),
    )
