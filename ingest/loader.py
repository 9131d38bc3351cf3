"""From sources to segments: picks the parser, has the files parsed by worker processes, collects what they say."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from ingest.captions import Captions, Describer
from ingest.errors import ConfigurationError, UnsupportedError
from ingest.frames import Message, error_from_message, file_to_text
from ingest.ocr import OCR
from ingest.parsers import Parser
from ingest.parsing import Parsing, Waiting
from ingest.plugins import find, names
from ingest.pool import Job, Pool
from ingest.process import Process
from ingest.rendering import Pictured
from ingest.segments import SEGMENT_CHARACTERS
from ingest.settings import IngestSettings
from ingest.types import Box, Source
from ingest.walk import digest, signature, walk
from ingest.watch import Watch

__all__ = ["SEGMENT_CHARACTERS", "Loader", "Parsing", "digest", "signature", "walk"]

_ROLE = "ingest.parsers"
_HEAD = 8192
_FILES_WORTH, _BYTES_WORTH = 8, 200_000
"""What there must be for each worker, where they are spared: one takes up to a second of a core to start."""


class Loader:
    """Parses files as the settings say, in worker processes that are started when they are needed.

    Args:
        settings: of the ingestion.
        workers: how many processes parse.
        sparing: whether a few small files get fewer; not where captions are made, since then workers wait.
        passwords: tried on encrypted files.
        captions: how pictures are described.
    """

    def __init__(
        self,
        settings: IngestSettings,
        *,
        workers: int = 1,
        sparing: bool = False,
        passwords: tuple[str, ...] = (),
        captions: Captions | None = None,
    ) -> None:
        self._settings = settings
        self._captions = captions
        self._workers = max(1, workers)
        self._sparing = sparing and self._describer() is None
        self._passwords = passwords
        outside = [name for name in settings.parsers if "." in name]
        unknown = set(settings.parsers) - set(names(_ROLE)) - set(outside)
        if unknown:
            raise ConfigurationError(
                f"ingest.parsers: no parser is named {min(unknown)!r}", hint=f"known: {', '.join(names(_ROLE))}"
            )
        check_ocr(settings)
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
        options = parser.model_dump(mode="json", exclude=set(parser.secret))
        said = [name, parser.version, _suffix(source), options, limits, ocr, SEGMENT_CHARACTERS]
        said += [self._captions.key] if self._captions and "captions" in parser.depends else []
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def cut_key(self, parse_key: str) -> str:
        """The key of a text that was cut short by a limit: under other limits it is read again."""
        limits = json.dumps(self._settings.limits.model_dump(), sort_keys=True)
        return f"{parse_key}-{hashlib.sha256(limits.encode()).hexdigest()[:16]}"

    def undescribed_key(self, parse_key: str) -> str:
        """The key of a text in which captions are missing that could not be had: the next time they are tried again."""
        return f"{parse_key}-undescribed"

    def parse(self, sources: Iterable[Source]) -> Iterator[Parsing]:
        """Has the files parsed; each is handed on when something of it is ready, whatever the order.

        The workers parse ahead, a few files and a few segments each. What is not taken of a document before the next
        one is asked for is dropped.
        """
        waiting = Waiting()
        sources, workers = self._planned(sources)
        try:
            for source in sources:
                waiting.add(self._submit(source, waiting.news, workers))
                if len(waiting) > 2 * self._workers:
                    yield from _handed(waiting.next())
            while len(waiting):
                yield from _handed(waiting.next())
        finally:
            waiting.drop()

    def _planned(self, sources: Iterable[Source]) -> tuple[Iterable[Source], int]:
        """The files in the order in which they are begun, and how many workers parse them.

        The largest come first, so that at the end no worker is left with a long one while the others have nothing.
        """
        if self._workers == 1:
            return sources, 1
        ordered = sorted(sources, key=lambda source: source.size, reverse=True)
        if not self._sparing:
            return ordered, self._workers
        worth = max(len(ordered) // _FILES_WORTH, sum(source.size for source in ordered) // _BYTES_WORTH)
        return ordered, max(1, min(self._workers, len(ordered), worth))

    def render(self, file: str, *, page: int, boxes: Sequence[Box]) -> bytes:
        """A page of a PDF, or a picture, as PNG, with the boxes that are on this page highlighted.

        Raises:
            IngestError: it cannot be opened or shown, or is over a limit.
        """
        sides = [[box.x0, box.y0, box.x1, box.y1] for box in boxes if box.page == page]
        order = {"do": "render", "file": file_to_text(file), "picture": {"page": page, "boxes": sides}}
        (message,) = self._ask(order, pages=1)
        return base64.b64decode(message["png"])

    def overview(self, file: str, *, pages: Sequence[int]) -> Iterator[Pictured]:
        """Pages of a PDF, or pictures, small, as they get ready.

        Raises:
            IngestError: it cannot be opened, or is over a limit; what came before stands.
        """
        for message in self._ask(
            {"do": "overview", "file": file_to_text(file), "pages": list(pages)}, pages=len(pages)
        ):
            yield Pictured(
                message["page"],
                message.get("width", 0.0),
                message.get("height", 0.0),
                base64.b64decode(message["webp"]),
                message.get("error", ""),
            )

    def _ask(self, order: Message, *, pages: int) -> Iterator[Message]:
        """What a worker of its own answers to an order about so many pages."""
        setup = self._setup(1)
        known: dict[str, str] = getattr(self._parsers["pdf"], "passwords", {})
        process = Process({**setup, "passwords": [*setup["passwords"], *known.values()]})
        try:
            watch = Watch(process, self._settings.limits)
            watch.expect(pages)
            process.send(order)
            while (message := watch.next())["is"] != "end":
                if message["is"] == "error":
                    raise error_from_message(message)
                yield message
        finally:
            process.kill()

    def close(self) -> None:
        """Ends the workers."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _submit(self, source: Source, news: Callable[[], None], workers: int) -> Parsing:
        try:
            name = self.parser_for(source)
        except UnsupportedError as error:
            return Parsing(source, "", None, error=error)
        job = Job(source.file, source.size, name, self._parsers[name].model_dump(mode="json"), news)
        if self._pool is None:
            describer = self._describer()
            setup = {**self._setup(workers), "captions": describer is not None}
            self._pool = Pool(setup, self._settings.limits, workers=workers, describer=describer)
        self._pool.submit(job)
        return Parsing(source, name, job)

    def _describer(self) -> Describer | None:
        """Who is asked for captions; None where none are made."""
        if self._captions is None or self._captions.describe is None:
            return None
        return Describer(self._captions.describe, seconds=self._captions.seconds)

    def _setup(self, workers: int) -> Message:
        """What each of so many workers is told once."""
        limits = self._settings.limits
        return {
            "memory_mb": limits.memory_mb,
            "bounds": limits.model_dump(include={"pages", "pixels", "decompressed_mb"}),
            "ocr": {
                "name": self._settings.ocr.name,
                "options": self._settings.ocr.options,
                "threads": max(1, (os.cpu_count() or 1) // workers),
            },
            "passwords": list(self._passwords),
            "paths": self._paths(),
            "captions": False,
        }

    def _paths(self) -> list[str]:
        """Where the modules of parts outside the tree lie."""
        outside = [name for name in [*self._parsers, self._settings.ocr.name] if "." in name]
        return [_root_of(name) for name in outside]


def _handed(parsing: Parsing) -> Iterator[Parsing]:
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
        ConfigurationError: there is no such part, an option of it is wrong, or what it needs is not installed.
    """
    try:
        part = find("ingest.ocr", OCR, settings.ocr.name)(**settings.ocr.options)  # type: ignore[type-abstract]
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(["ingest.ocr", *map(str, first["loc"])])
        raise ConfigurationError(f"{key}: {first['msg']}") from error
    part.check()
    return part
