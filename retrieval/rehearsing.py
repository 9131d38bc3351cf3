"""Rehearsing a sync: the files are parsed and cut as they would be, and nothing of it is kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from ingest.chunking import Rules
from ingest.errors import EmptyError, IngestError, UnsupportedError
from ingest.loader import Loader, Parsing
from ingest.types import Failed, Parsed, Rows, Skipped
from retrieval.coverage import counts_of, hollow, partial_of, rows_of
from retrieval.planning import Plan, Task, failed
from retrieval.types import PageCounts, Partial, Progress, SyncPlan


@dataclass
class _Outcome:
    """What would become of the files."""

    made: list[Task] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    partial: list[Partial] = field(default_factory=list)
    hollow: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pages: PageCounts = field(default_factory=PageCounts)
    rows: Rows = field(default_factory=Rows)
    chunks: int = 0

    def add(self, task: Task, parsed: Parsed, chunks: int) -> None:
        """One more document."""
        path = task.source.path
        self.made.append(task)
        self.pages = PageCounts.total([self.pages, counts_of(parsed)])
        self.rows += parsed.rows
        self.chunks += chunks
        self.warnings += [f"{path}: {warning}" for warning in parsed.warnings]
        if (part := partial_of(path, parsed)) is not None:
            self.partial.append(part)


def rehearse(plan: Plan, *, loader: Loader, rules: Rules, progress: Progress | None = None) -> SyncPlan:
    """What a sync of the plan would do; memory does not grow with the files.

    What would have to be embedded is not told: to know which texts are there already, all would have to be held.
    """
    begun = time.perf_counter()
    if progress is not None:
        progress.stage("parsing", len(plan.tasks))
    out = _Outcome(failed=list(plan.failed), skipped=list(plan.skipped), warnings=list(plan.warnings))
    tasks = {task.source.path: task for task in plan.tasks}
    for parsing in loader.parse(task.source for task in plan.tasks):
        task = tasks[parsing.source.path]
        try:
            _parse(task, parsing, rules, out)
        except (EmptyError, UnsupportedError) as error:
            out.skipped.append(Skipped(task.source.path, error.message))
            out.hollow += [task.source.path] if parsing.pages else []
        except IngestError as error:
            out.failed.append(failed(task.source, error))
        if progress is not None:
            progress.advance()
    return replace(_plan(plan, out), seconds=time.perf_counter() - begun)


def _parse(task: Task, parsing: Parsing, rules: Rules, out: _Outcome) -> None:
    chunks = sum(1 for _ in rules.chunk(task.source.path, parsing.segments(), title=parsing.title))
    out.add(task, parsing.result, chunks)


def _plan(plan: Plan, out: _Outcome) -> SyncPlan:
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
        chunks=out.chunks,
        warnings=(*out.warnings, *hollow(out.hollow)),
    )
