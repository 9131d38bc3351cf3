"""The home: the folder that holds everything ibid stores."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NAME = ".ibid"
DATABASE = "ibid.db"


@dataclass(frozen=True, slots=True)
class Home:
    """Where ibid stores, and the folder that document paths are relative to."""

    folder: Path
    corpus: Path | None = None
    """Where document paths are relative to another folder: the corpus of an evaluation."""

    @property
    def root(self) -> Path:
        """The folder that document paths are relative to: the one that holds the home."""
        return self.corpus or self.folder.parent

    @property
    def exists(self) -> bool:
        """Whether anything was ever stored."""
        return (self.folder / DATABASE).exists()

    @property
    def writable(self) -> bool:
        """Whether this process may write to it."""
        files = [self.folder, self.folder / DATABASE]
        return all(os.access(file, os.W_OK) for file in files if file.exists())

    @property
    def settings_file(self) -> Path:
        """`ibid.yaml` beside the home."""
        return self.folder.parent / "ibid.yaml"


def find_home(given: str | os.PathLike[str] | None = None) -> Home:
    """The home: as given, else `$IBID_HOME`, else the nearest `.ibid` upward, else `.ibid` here."""
    named = given or os.environ.get("IBID_HOME")
    if named:
        return Home(_absolute(Path(named).expanduser()))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / NAME).is_dir():
            return Home(folder / NAME)
    return Home(here / NAME)


def _absolute(path: Path) -> Path:
    """The path with the folder that holds it resolved, so that `root` is a real folder."""
    path = Path(os.path.abspath(path))  # noqa: PTH100  # drops `..` without following the last link
    return path.parent.resolve() / path.name
