"""A file's chunks before anything is embedded."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ibid.home import Home
from ingest.errors import IngestError, UnreadableError, UsageError
from ingest.types import Chunk, Page, Parsed, Rows, Segment, Source

if TYPE_CHECKING:
    from ingest.chunking import Rules
    from ingest.loader import Loader, Parsing


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
    sentence_vectors: bool = False
    """Whether the sentences of its prose get vectors of their own."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file parsed once, to be cut in several ways."""

    source: Source
    parser: str
    title: str
    segments: tuple[Segment, ...]
    parsed: Parsed


def file_chunks(file: Path, *, home: Home, loader: Loader, rules: Rules) -> FileChunks:
    """Parses and chunks one file, without holding its text.

    Raises:
        IngestError: it cannot be read; the message names it.
        UsageError: there is no such file.
    """
    with _parsing(file, home, loader) as parsing:
        source, title, parser = parsing.source, parsing.title, parsing.parser
        segments = parsing.segments()
        return _cut(source, segments, rules=rules, title=title, parser=parser, said=lambda: parsing.result)


def read_file(file: Path, *, home: Home, loader: Loader) -> Read:
    """Parses one file.

    Raises:
        IngestError: it cannot be read; the message names it.
        UsageError: there is no such file.
    """
    with _parsing(file, home, loader) as parsing:
        segments = tuple(parsing.segments())
        return Read(parsing.source, parsing.parser, parsing.title, segments, parsing.result)


def cut(read: Read, rules: Rules) -> FileChunks:
    """How a parsed file is cut by some rules."""
    segments, title, parser = read.segments, read.title, read.parser
    return _cut(read.source, segments, rules=rules, title=title, parser=parser, said=lambda: read.parsed)


def _cut(
    source: Source, segments: Iterable[Segment], *, rules: Rules, title: str, parser: str, said: Callable[[], Parsed]
) -> FileChunks:
    """The chunks of a file; what the parse said beside its segments is asked for when these have been gone through."""
    path, size = source.path, source.size
    chunks = tuple(rules.chunk(path, segments, title=title, parser=parser, size=size))
    chosen = rules.choose(path, title=title, parser=parser, size=size)
    parsed, warnings = said(), rules.warnings(path, title=title, parser=parser, size=size)
    return FileChunks(
        path,
        chosen.match,
        chosen.strategy,
        chunks,
        tuple(dict.fromkeys((*parsed.warnings, *warnings))),
        coverage=parsed.pages,
        rows=parsed.rows,
        cut=parsed.cut,
        sentence_vectors=chosen.sentence_vectors,
    )


@contextmanager
def _parsing(file: Path, home: Home, loader: Loader) -> Generator[Parsing]:
    """The file as it is parsed; what goes wrong names it."""
    source = _source(file.expanduser(), home)
    try:
        yield from loader.parse([source])
    except IngestError as error:
        raise type(error)(f"{source.path}: {error.message}", hint=error.hint) from error


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
