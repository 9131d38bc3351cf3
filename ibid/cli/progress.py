"""Progress on stderr: a bar with counts and time left on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ibid.cli.common import options_of

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Silent:
    """Says nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """A new stage begins."""

    def advance(self, n: int = 1) -> None:
        """So many more are done."""


class Bar(Silent):
    """A bar for each stage, with counts and the time left."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None) -> None:
        """Begins a new bar in place of the last."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(name, total=total)

    def advance(self, n: int = 1) -> None:
        """Moves the bar on."""
        if self._task is not None:
            self._progress.advance(self._task, n)


@contextmanager
def progress() -> Iterator[Silent]:
    """A bar where stderr is a terminal and nobody asked for quiet."""
    if options_of().quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield Bar(shown)
