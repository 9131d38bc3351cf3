"""A file's chunks before anything is embedded."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ibid.home import Home
from ingest.errors import IngestError, UnreadableError, UsageError
from ingest.types import Chunk, Page, Rows, Source

if TYPE_CHECKING:
    from ingest.chunking import Rules
    from ingest.loader import Loader


@dataclass(frozen=True, slots=True)
class FileChunks:
    """How a file is cut: the pattern of the rule that chose ("default" where none did), and the chunks."""

    path: str
    rule: str
    strategy: str
    chunks: tuple[Chunk, ...]
    warnings: tuple[str, ...]
    coverage: tuple[Page, ...] = ()
    """What became of each page."""
    rows: Rows = field(default_factory=Rows)
    cut: str = ""
    """Why the file was not read to its end; "" where it was."""


def file_chunks(file: Path, *, home: Home, loader: Loader, rules: Rules) -> FileChunks:
    """Parses and chunks one file.

    Raises:
        IngestError: it cannot be read; the message names it.
        UsageError: there is no such file.
    """
    source = _source(file.expanduser(), home)
    try:
        return _cut(source, loader, rules)
    except IngestError as error:
        raise type(error)(f"{source.path}: {error.message}", hint=error.hint) from error


def _cut(source: Source, loader: Loader, rules: Rules) -> FileChunks:
    path = source.path
    for parsing in loader.parse([source]):
        segments = parsing.segments()
        chunks = tuple(rules.chunk(path, segments, title=parsing.title))
        parsed, chosen = parsing.result, rules.choose(path)
        return FileChunks(
            path,
            chosen.match,
            chosen.strategy,
            chunks,
            tuple(dict.fromkeys((*parsed.warnings, *rules.warnings(path)))),
            coverage=parsed.pages,
            rows=parsed.rows,
            cut=parsed.cut,
        )
    raise AssertionError("one source, one parsing")


def _source(file: Path, home: Home) -> Source:
    from ingest.walk import walk

    if file.is_dir():
        raise UsageError(f"{str(file)!r} is a folder", hint="name one file: ibid chunks FILE")
    found = walk([file], root=home.root, home=home.folder)
    if found.missing:
        raise UsageError(f"there is no file {str(file)!r}")
    if found.failed:
        raise UnreadableError(f"{found.failed[0].path}: {found.failed[0].error}")
    if found.skipped:
        raise UsageError(f"{found.skipped[0].path!r} has no chunks: {found.skipped[0].reason}")
    return found.sources[0]
