"""What a worker says of one file, as the events of its parser; cut short where the file is over a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.frames import Message, error_from_message, event_from_list
from ingest.types import Info, Page, ParseEvent
from ingest.watch import Watch


class StuckError(Exception):
    """The worker hung, grew or died on one page: the file may be tried again without it (0: it is not known which)."""

    def __init__(self, page: int, reason: str) -> None:
        super().__init__(reason)
        self.page = page
        self.reason = reason


class Hearing:
    """The events of one file.

    Where it is over a limit, or the worker dies, after some content has come, the events end there: `cut` says why,
    and the pages that were not reached are failed ones. Other errors are raised: then it is no document.

    Args:
        watch: of the worker.
        avoid: pages that are left out, and why.
        used: whether the process had other files before: then it may have died of these.
        final: whether the file cannot be tried again.
        describe: answers a worker that asks for a caption, and says why there is none.
    """

    def __init__(
        self,
        watch: Watch,
        *,
        avoid: Mapping[int, str],
        used: bool,
        final: Callable[[], bool],
        describe: Callable[[Message], str],
    ) -> None:
        self._watch = watch
        self._avoid = avoid
        self._used = used
        self._final = final
        self._describe = describe
        self._undescribed: Counter[str] = Counter()
        self._pages = 0
        self._said: set[int] = set()
        self._content = False
        self.cut = ""
        self.over = False
        """Whether the worker has come to the file's end, and can take another."""

    def events(self) -> Iterator[ParseEvent]:
        """The events, once.

        Raises:
            IngestError: the file cannot be read.
            StuckError: it is to be tried again.
            DroppedError: nobody wants it any more.
        """
        try:
            yield from self._heard()
        except IngestError as error:
            if not (self.over or self._watch.late or self._final()):
                self._try_again(error)
            if not (self._content and (isinstance(error, LimitError) or not self.over)):
                raise
            self.cut = f"{error.message} ({error.hint})" if error.hint else error.message
            yield from self._lost(f"not read: {error.message}")
        else:
            yield from self._lost("")
        yield from self._pictures()

    def _try_again(self, error: IngestError) -> None:
        """Raises StuckError where another try may give more."""
        if self._used and not isinstance(error, LimitError):
            raise StuckError(0, error.message) from error
        if self._watch.page and self._pages - len(self._avoid) > 1:
            raise StuckError(self._watch.page, error.message) from error

    def _lost(self, reason: str) -> Iterator[Page]:
        """The pages that were left out, and, for a reason, those that were not reached."""
        for number in range(1, self._pages + 1):
            why = self._avoid.get(number, reason)
            if why and number not in self._said:
                yield Page(number, "failed", why)

    def _pictures(self) -> Iterator[Info]:
        """What is to be said of pictures that have no caption."""
        for why, count in self._undescribed.items():
            are = f"{count} pictures are" if count > 1 else "1 picture is"
            yield Info(warnings=(f"{are} not described: {why}",), undescribed=count)

    def _heard(self) -> Iterator[ParseEvent]:
        while True:
            message = self._watch.next()
            kind = message.get("is")
            if kind == "end":
                self.over = True
                return
            if kind == "error":
                self.over = True
                raise error_from_message(message)
            if kind == "reading":
                self._watch.begun(message["page"])
                continue
            if kind == "describe":
                why = self._describe(message)
                self._undescribed.update([why] if why else [])
                continue
            for event in _events(message):
                self._note(event)
                yield event

    def _note(self, event: ParseEvent) -> None:
        if isinstance(event, Page):
            self._said.add(event.number)
            self._watch.done(event.number)
        elif isinstance(event, Info):
            self._pages = max(self._pages, event.page_count)
            self._watch.expect(event.page_count)
        else:
            self._content = self._content or not event.text.isspace()


def _events(message: Message) -> list[ParseEvent]:
    try:
        return [event_from_list(found) for found in message["events"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(f"the parser died: it said {str(message)[:100]!r}") from error
