"""One document as it is parsed, and several of which the one is handed on that has something ready."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from ingest.errors import IngestError, UnreadableError
from ingest.pool import End, Job
from ingest.segments import Gathered
from ingest.types import Info, Page, Parsed, Rows, Segment, Source
from ingest.walk import signature


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
        self._cut = ""
        self._undescribed = 0
        self._characters = 0
        self._result: Parsed | None = None

    @property
    def begun(self) -> bool:
        """Whether a segment, or the end, is there: then nobody waits for the first of it."""
        return self._job is None or self._job.begun

    @property
    def ended(self) -> bool:
        """Whether it is parsed to its end."""
        return self._job is None or self._job.ended

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
    def warnings(self) -> tuple[str, ...]:
        """What is to be said so far, also where there is no text."""
        return tuple(self._warnings)

    @property
    def undescribed(self) -> int:
        """How many pictures have no caption so far that should have one, also where there is no text."""
        return self._undescribed

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
        pages = tuple(sorted(self._pages, key=lambda page: page.number))
        self._result = Parsed(
            self._title,
            self._characters,
            pages,
            tuple(self._warnings),
            self._rows,
            self._cut,
            self._undescribed,
        )

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
        while True:
            said = self._job.take()
            if isinstance(said, Segment):
                return said
            if isinstance(said, IngestError):
                self._error = said
                return None
            if isinstance(said, End):
                self._cut = said.cut or self._cut
                self._error = self._changed()
                return None
            self._note(said)

    def _note(self, said: Gathered) -> None:
        if isinstance(said, Page):
            self._pages.append(said)
        elif isinstance(said, Info):
            self._title = said.title or self._title
            self._warnings |= dict.fromkeys(said.warnings)
            self._rows += said.rows
            self._cut = said.cut or self._cut
            self._undescribed += said.undescribed

    def _changed(self) -> IngestError | None:
        try:
            same = signature(self.source.file) == self.source.signature
        except UnreadableError as error:
            return error
        return None if same else UnreadableError("the file changed while it was read", hint="ingest it again")


class Waiting:
    """Documents that are being parsed. The next is one that is parsed to its end; else one of which something is there.

    So a long scan keeps nobody waiting while others are ready, and no worker waits for ever for who takes what it has.
    """

    def __init__(self) -> None:
        self._parsings: list[Parsing] = []
        self._news = threading.Event()

    def __len__(self) -> int:
        return len(self._parsings)

    def news(self) -> None:
        """Something has become ready."""
        self._news.set()

    def add(self, parsing: Parsing) -> None:
        """One more."""
        self._parsings.append(parsing)

    def next(self) -> Parsing:
        """Takes the next one; waits for it."""
        while True:
            self._news.clear()
            ready = [parsing for parsing in self._parsings if parsing.ended]
            ready += [parsing for parsing in self._parsings if parsing.begun]
            if ready:
                self._parsings.remove(ready[0])
                return ready[0]
            self._news.wait()

    def drop(self) -> None:
        """Nobody wants the rest."""
        for parsing in self._parsings:
            parsing.drop()
