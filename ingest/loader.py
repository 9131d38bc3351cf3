"""From sources to segments: picks the parser, has the files parsed by worker processes, collects what they say."""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from ingest.errors import ConfigurationError, IngestError, UnreadableError, UnsupportedError
from ingest.frames import Message
from ingest.ocr import OCR
from ingest.parsers import Parser
from ingest.plugins import find, names
from ingest.pool import Job, Pool, Said
from ingest.segments import SEGMENT_CHARACTERS
from ingest.settings import IngestSettings
from ingest.types import Info, Page, Parsed, Rows, Segment, Source
from ingest.walk import digest, signature, walk

__all__ = ["SEGMENT_CHARACTERS", "Loader", "Parsing", "digest", "signature", "walk"]

_ROLE = "ingest.parsers"
_HEAD = 8192


class Parsing:
    """One document as it is parsed. What its segments do not say is in `result`, once they have been gone through."""

    def __init__(self, source: Source, parser: str, job: Job | None, *, error: IngestError | None = None) -> None:
        self.source = source
        self.parser = parser
        self._job = job
        self._error = error
        self._first: Segment | None = None
        self._begun = False
        self._title = ""
        self._pages: list[Page] = []
        self._warnings: dict[str, None] = {}
        self._rows = Rows()
        self._characters = 0
        self._result: Parsed | None = None

    @property
    def title(self) -> str:
        """The document's own title; waits for the first segment."""
        self._begin()
        return self._title

    @property
    def pages(self) -> tuple[Page, ...]:
        """What became of the pages so far, also where the document failed."""
        return tuple(self._pages)

    @property
    def result(self) -> Parsed:
        """What the parse said beside the segments."""
        if self._result is None:
            raise RuntimeError("the segments have not been gone through")
        return self._result

    def segments(self) -> Iterator[Segment]:
        """The segments, once.

        Raises:
            IngestError: the file cannot be read, or changed meanwhile; what came before is then no document.
        """
        self._begin()
        while self._first is not None:
            segment, self._first = self._first, None
            self._characters += len(segment.text)
            yield segment
            self._first = self._next()
        if self._error is not None:
            raise self._error
        self._result = Parsed(self._title, self._characters, tuple(self._pages), tuple(self._warnings), self._rows)

    def drop(self) -> None:
        """Nobody wants the rest."""
        if self._job is not None:
            self._job.drop()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._first = None if self._error else self._next()

    def _next(self) -> Segment | None:
        """The next segment; at the end None, with the error kept where there was one."""
        assert self._job is not None
        while (said := self._job.said.get()) is not None:
            if isinstance(said, Segment):
                return said
            if isinstance(said, IngestError):
                self._error = said
                return None
            self._note(said)
        self._error = self._changed()
        return None

    def _note(self, said: Said) -> None:
        if isinstance(said, Page):
            self._pages.append(said)
        elif isinstance(said, Info):
            self._title = said.title or self._title
            self._warnings |= dict.fromkeys(said.warnings)
            self._rows += said.rows

    def _changed(self) -> IngestError | None:
        try:
            same = signature(self.source.file) == self.source.signature
        except UnreadableError as error:
            return error
        return None if same else UnreadableError("the file changed while it was read", hint="ingest it again")


class Loader:
    """Parses files as the settings say, in worker processes that are started when they are needed."""

    def __init__(self, settings: IngestSettings, *, workers: int = 1, passwords: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._workers = max(1, workers)
        self._passwords = passwords
        outside = [name for name in settings.parsers if "." in name]
        unknown = set(settings.parsers) - set(names(_ROLE)) - set(outside)
        if unknown:
            raise ConfigurationError(
                f"ingest.parsers: no parser is named {min(unknown)!r}", hint=f"known: {', '.join(names(_ROLE))}"
            )
        self._parsers = {name: _part(name, settings) for name in [*outside, *names(_ROLE)]}
        self._by_suffix: dict[str, str] = {}
        for name, parser in self._parsers.items():
            for suffix in parser.suffixes:
                self._by_suffix.setdefault(suffix, name)
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parser_for(self, source: Source) -> str:
        """The name of the parser that reads a file: by its suffix, else `text` where it looks like text.

        Raises:
            UnsupportedError: no parser has this suffix, and the file is no text.
        """
        suffix = _suffix(source)
        if suffix in self._by_suffix:
            return self._by_suffix[suffix]
        try:
            with Path(source.file).open("rb") as handle:
                head = handle.read(_HEAD)
        except OSError:
            return "text"  # whose parser will say what is wrong
        if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
            raise UnsupportedError(f"no parser reads {suffix or 'files without a suffix'}, and it is no text")
        return "text"

    def parse_key(self, source: Source) -> str:
        """Files with equal keys and equal bytes give equal blocks."""
        name = self.parser_for(source)
        parser = self._parsers[name]
        limits = self._settings.limits.model_dump(include=set(parser.depends))
        ocr = self._settings.ocr.model_dump() if "ocr" in parser.depends else None
        said = [name, parser.version, _suffix(source), parser.model_dump(mode="json"), limits, ocr, SEGMENT_CHARACTERS]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def parse(self, sources: Iterable[Source]) -> Iterator[Parsing]:
        """Has the files parsed, in order; the workers parse ahead, a few files and a few segments each.

        What is not taken of a document before the next one is asked for is dropped.
        """
        waiting: deque[Parsing] = deque()
        coming = iter(sources)
        try:
            for source in coming:
                waiting.append(self._submit(source))
                if len(waiting) > 2 * self._workers:
                    yield from _handed(waiting)
            while waiting:
                yield from _handed(waiting)
        finally:
            for parsing in waiting:
                parsing.drop()

    def close(self) -> None:
        """Ends the workers."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _submit(self, source: Source) -> Parsing:
        try:
            name = self.parser_for(source)
        except UnsupportedError as error:
            return Parsing(source, "", None, error=error)
        job = Job(source.file, name, self._parsers[name].model_dump(mode="json"))
        if self._pool is None:
            self._pool = Pool(self._setup(), self._settings.limits, workers=self._workers)
        self._pool.submit(job)
        return Parsing(source, name, job)

    def _setup(self) -> Message:
        """What a worker is told once."""
        limits = self._settings.limits
        return {
            "bounds": limits.model_dump(include={"pages", "pixels", "decompressed_mb"}),
            "ocr": {
                "name": self._settings.ocr.name,
                "options": self._settings.ocr.options,
                "threads": max(1, (os.cpu_count() or 1) // self._workers),
            },
            "passwords": list(self._passwords),
            "paths": self._paths(),
        }

    def _paths(self) -> list[str]:
        """Where the modules of parts outside the tree lie."""
        outside = [name for name in [*self._parsers, self._settings.ocr.name] if "." in name]
        return [_root_of(name) for name in outside]


def _handed(waiting: deque[Parsing]) -> Iterator[Parsing]:
    parsing = waiting.popleft()
    try:
        yield parsing
    finally:
        parsing.drop()


def _suffix(source: Source) -> str:
    return PurePosixPath(source.path).suffix.lower()


def _part(name: str, settings: IngestSettings) -> Parser:
    try:
        return find(_ROLE, Parser, name)(**settings.parsers.get(name, {}))  # type: ignore[type-abstract]
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["ingest.parsers", name, *map(str, first["loc"])])
        raise ConfigurationError(f"{key}: {first['msg']}") from error


def _root_of(name: str) -> str:
    """The folder from which a module outside the tree was imported."""
    import importlib

    module = importlib.import_module(name)
    file = Path(module.__file__ or "").resolve()
    up = name.count(".") + (file.name == "__init__.py")
    return str(file.parents[up])


def check_ocr(settings: IngestSettings) -> OCR:
    """The OCR part that the settings name, with its options checked; nothing is loaded yet.

    Raises:
        ConfigurationError: there is no such part, or an option of it is wrong.
    """
    try:
        return find("ingest.ocr", OCR, settings.ocr.name)(**settings.ocr.options)  # type: ignore[type-abstract]
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["ingest.ocr", *map(str, first["loc"])])
        raise ConfigurationError(f"{key}: {first['msg']}") from error
