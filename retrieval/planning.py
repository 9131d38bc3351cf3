"""Planning a sync: what is on disk against what is indexed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.chunking import Rules
from ingest.errors import IngestError, UnsupportedError
from ingest.loader import Loader, digest, walk
from ingest.types import Failed, Found, Skipped, Source
from ingest.walk import printable
from retrieval.catalog import Known


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be made, anew or for the first time."""

    source: Source
    digest: str
    parse_key: str
    parser: str
    replaces: Known | None


@dataclass
class Plan:
    """What a sync has to do."""

    tasks: list[Task] = field(default_factory=list)
    unchanged: list[tuple[Known, Source]] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def make_plan(
    paths: Sequence[str | Path],
    known: Mapping[str, Known],
    *,
    root: Path,
    home: Path,
    loader: Loader,
    rules: Rules,
    prune: bool,
) -> Plan:
    """Compares what lies under the given paths with the documents that are known.

    A file whose size, times and inode are those of its last reading is not read; of others the digest decides. Which
    rule is for a document may depend on its title: of a known one that is there, of a new one it is not asked here.
    """
    found = walk(list(paths), root=root, home=home)
    plan = Plan(failed=list(found.failed), skipped=list(found.skipped), missing=list(found.missing))
    for source in found.sources:
        _compare(plan, source, known.get(source.path), loader, rules)
    scope = _Scope(root, paths, found)
    kept: list[str] = []
    for one in _vanished(plan, known):
        if scope.forgets(one.path, prune=prune):
            plan.removed.append(one)
        else:
            kept.append(one.path)
    plan.warnings += scope.kept(kept)
    if found == Found() and not (plan.warnings or plan.removed):
        named = ", ".join(repr(printable(str(path))) for path in paths)
        plan.warnings.append(f"there is no file in {named}: give a folder that holds documents, or files")
    return plan


def _compare(plan: Plan, source: Source, known: Known | None, loader: Loader, rules: Rules) -> None:
    try:
        parser, parse_key = loader.parser_for(source), loader.parse_key(source)
        title = known.title if known else ""
        chunking = rules.choose(source.path, title=title, parser=parser, size=source.size)
        same_file = known is not None and known.signature == source.signature
        content = known.digest if known and same_file else digest(source.file)
        keys = (parse_key, loader.cut_key(parse_key))
        if known is None or known.digest != content or known.parse_key not in keys:
            plan.tasks.append(Task(source, content, parse_key, parser, known))
        elif known.chunking_key != chunking.key:
            plan.tasks.append(Task(source, content, known.parse_key, parser, known))
        else:
            plan.unchanged.append((known, source))
    except UnsupportedError as error:
        plan.skipped.append(Skipped(source.path, error.message))
    except IngestError as error:
        plan.failed.append(failed(source, error))


def failed(source: Source, error: IngestError) -> Failed:
    """What is said of a file that cannot be read: what is wrong, and what to do where something can be done."""
    return Failed(source.path, f"{error.message} ({error.hint})" if error.hint else error.message)


def _vanished(plan: Plan, known: Mapping[str, Known]) -> Iterator[Known]:
    """The documents that no file was found for, failed ones aside: their last good version stays."""
    there = {source.path for _, source in plan.unchanged} | {task.source.path for task in plan.tasks}
    there |= {one.path for one in plan.failed}
    return (one for path, one in known.items() if path not in there)


class _Scope:
    """Which of the given paths speaks for a document, and whether it may be forgotten for that."""

    def __init__(self, root: Path, paths: Sequence[str | Path], found: Found) -> None:
        self._root = os.path.realpath(root)
        missing = set(found.missing)
        full = {self._absolute(source.path) for source in found.sources}
        full |= {self._absolute(one.path) for one in found.failed}
        self._failed = {self._absolute(one.path) for one in found.failed}
        self._given: dict[str, str] = {}
        for path in paths:
            where = printable(os.path.realpath(path))
            if str(path) in missing or not Path(os.path.realpath(path)).exists():
                self._given[where] = "is missing"
            elif not any(_is_below(file, where) for file in full):
                self._given[where] = "has nothing to ingest any more"
            else:
                self._given[where] = ""

    def forgets(self, path: str, *, prune: bool) -> bool:
        """Whether a document without a file is below a given path that may speak for it."""
        file = self._absolute(path)
        if any(_is_below(file, folder) for folder in self._failed):
            return False  # a folder that may not be opened does not say what vanished
        return any(_is_below(file, given) and (prune or not why) for given, why in self._given.items())

    def kept(self, paths: Sequence[str]) -> list[str]:
        """What to say of documents that are kept though no file was found."""
        files = [self._absolute(path) for path in paths]
        said = []
        for given, why in self._given.items():
            count = sum(_is_below(file, given) for file in files)
            if why and count:
                said.append(f"{given!r} {why}: {count} of its documents stay indexed; --prune forgets them")
        return said

    def _absolute(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._root.rstrip('/')}/{path}"


def _is_below(file: str, folder: str) -> bool:
    """Whether a file is the folder, or lies below it."""
    return file == folder or file.startswith(folder.rstrip("/") + "/")
