"""Finding files: given paths become sources, and what is passed over is said."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ConfigurationError, UnreadableError
from ingest.types import Failed, Found, Skipped, Source

if TYPE_CHECKING:
    from ingest.patterns import Patterns

IGNORE_FILE = ".ibidignore"
_PASSED_OVER = {".git", "node_modules", "__pycache__"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST_LINE = 1_000_000
"""How many bytes of a `.jsonl` are read to see whether it is a case file."""


def walk(paths: Sequence[str | Path], *, root: Path, home: Path | None) -> Found:
    """Finds the files under the given paths, sorted; nothing of them is read but the head of each `.jsonl`.

    A source's path is relative to `root` where it lies below it, else absolute. A folder that is passed over
    (hidden, linked, ignored, `.git` …) is one entry of `skipped`; one that may not be opened is one of `failed`:
    what lies below it is not known to have vanished.

    Args:
        paths: files and folders; files given here are not skipped for their name or form.
        root: the folder that paths are relative to.
        home: the folder of ibid's own files, which is never entered.
    """
    walker = _Walker(os.path.realpath(root), None if home is None else os.path.realpath(home))
    given = [(str(path), os.path.realpath(path)) for path in paths]
    for name, file in sorted(given, key=lambda pair: _is_folder(pair[1])):  # files first: given beats found
        walker.given(name, file)
    return walker.found()


def _is_folder(file: str) -> bool:
    return Path(file).is_dir()


def signature(file: str) -> str:
    """Size, times and inode of a file in one string: while it stays, the bytes are taken to be the same.

    Raises:
        UnreadableError: the file is not there, or may not be looked at.
    """
    try:
        return _signature(Path(file).stat())
    except OSError as error:
        raise UnreadableError(f"the file cannot be read: {error.strerror}") from error


def _signature(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"


def has_kept(signature: str, found: os.stat_result) -> bool:
    """Whether a file has the size and the time of change that a signature was made of, be it at another place."""
    return signature.split("-")[:2] == _signature(found).split("-")[:2]


def size_in(signature: str) -> int:
    """The size of the file that a signature was made of, in bytes; 0 where it is empty."""
    return int(signature.partition("-")[0] or 0)


def digest(file: str) -> str:
    """The SHA-256 of a file's bytes in hexadecimal digits.

    Raises:
        UnreadableError: the file cannot be read.
    """
    try:
        with Path(file).open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(f"the file cannot be read: {error.strerror}") from error


def printable(name: str) -> str:
    """The name with each byte that is no UTF-8 replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", name)


@dataclass
class _Walker:
    root: str
    home: str | None
    sources: dict[str, Source] = field(default_factory=dict)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def found(self) -> Found:
        """What was found, sorted by path; what is a source is not also skipped."""
        taken = self.sources.keys() | self.failed.keys()
        return Found(
            tuple(self.sources[path] for path in sorted(self.sources)),
            tuple(self.skipped[path] for path in sorted(self.skipped) if path not in taken),
            tuple(self.failed[path] for path in sorted(self.failed) if path not in self.sources),
            tuple(dict.fromkeys(self.missing)),
        )

    def given(self, name: str, file: str) -> None:
        """Takes a path that the user named, resolved to `file`."""
        try:
            found = os.stat(file)  # noqa: PTH116  # one call for existence, kind and size
        except (FileNotFoundError, NotADirectoryError):
            self.missing.append(printable(name))
            return
        except (OSError, ValueError) as error:
            self._fail(file, error)
            return
        if self._at_home(file):
            self._skip(file, "ibid's own home")
        elif stat.S_ISDIR(found.st_mode):
            self._folder(file, self._patterns_above(file))
        elif not stat.S_ISREG(found.st_mode):
            self._fail(file, "it is neither a file nor a folder")
        else:
            self._file(file, found)

    def _folder(self, folder: str, patterns: tuple[tuple[str, Patterns], ...]) -> None:
        """Walks a folder and what lies below it, without recursion: depth is bounded by the disk alone."""
        waiting = [(folder, patterns)]
        while waiting:
            folder, patterns = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._fail(folder, error)
                continue
            patterns = (*patterns, *self._patterns_of(folder))
            waiting.extend((entry.path, patterns) for entry in listed if self._entry(entry, patterns))

    def _entry(self, entry: os.DirEntry[str], patterns: tuple[tuple[str, Patterns], ...]) -> bool:
        """Takes one entry of a folder; whether it is a folder to walk."""
        try:
            folder = entry.is_dir()
            reason = self._passed_over(entry, patterns, folder=folder)
            if reason:
                self._skip(entry.path, reason)
            elif folder:
                return True
            elif not entry.is_file():
                self._special(entry)
            elif _is_case_file(entry.path):
                self._skip(entry.path, "a case file")
            else:
                self._file(entry.path, entry.stat())
        except OSError as error:
            self._fail(entry.path, error)
        return False

    def _special(self, entry: os.DirEntry[str]) -> None:
        if entry.is_symlink() and not Path(entry.path).exists():
            self._fail(entry.path, "the link leads nowhere")
        else:
            self._skip(entry.path, "neither a file nor a folder")

    def _passed_over(self, entry: os.DirEntry[str], patterns: tuple[tuple[str, Patterns], ...], *, folder: bool) -> str:
        """Why an entry is skipped for its name or form; "" where it is not."""
        if self._at_home(entry.path):
            return "ibid's own home"
        if entry.name in _PASSED_OVER and folder:
            return f"a folder named {entry.name}"
        if entry.name.startswith("."):
            return "hidden"
        if folder and entry.is_symlink():
            return "a linked folder"
        said = (
            below.verdict(self._relative(entry.path, base) + ("/" if folder else ""))
            for base, below in reversed(patterns)
        )
        ignored = next((one for one in said if one is not None), False)  # the nearest file that names it decides
        return f"named in {IGNORE_FILE}" if ignored else ""

    def _file(self, file: str, found: os.stat_result) -> None:
        path = self._path(file)
        other = self.sources.get(path)
        if other is not None and other.file != file:
            shown = os.fsencode(file).decode("utf-8", "backslashreplace")
            self.failed[shown] = Failed(shown, "another file has the same name but for bytes that are no UTF-8")
        elif found.st_size == 0 and not file.lower().endswith(".json"):
            self._skip(file, "empty: zero bytes")
        else:
            self.sources[path] = Source(path, file, found.st_size, _signature(found))

    def _skip(self, file: str, reason: str) -> None:
        path = self._path(file)
        self.skipped[path] = Skipped(path, reason)

    def _fail(self, file: str, error: OSError | ValueError | str) -> None:
        path = self._path(file)
        reason = error if isinstance(error, str) else f"cannot be opened: {getattr(error, 'strerror', None) or error}"
        self.failed[path] = Failed(path, reason)

    def _at_home(self, file: str) -> bool:
        return self.home is not None and (file == self.home or file.startswith(self.home + os.sep))

    def _path(self, file: str) -> str:
        return printable(self._relative(file, self.root))

    @staticmethod
    def _relative(file: str, base: str) -> str:
        inside = base if base.endswith(os.sep) else base + os.sep
        return (file.removeprefix(inside)).replace(os.sep, "/")

    def _patterns_above(self, folder: str) -> tuple[tuple[str, Patterns], ...]:
        """The patterns of the folders between the root and `folder`, where it lies below the root."""
        if not folder.startswith(self.root.rstrip(os.sep) + os.sep):
            return ()
        above = [str(parent) for parent in Path(folder).parents]
        below_root = above[: above.index(self.root) + 1]
        return tuple(pair for parent in reversed(below_root) for pair in self._patterns_of(parent))

    @staticmethod
    def _patterns_of(folder: str) -> Iterator[tuple[str, Patterns]]:
        file = Path(folder) / IGNORE_FILE
        try:
            text = file.read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return
        from ingest.patterns import Patterns

        lines = text.splitlines()
        given = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
        for number in given:
            try:
                Patterns([lines[number]])
            except ConfigurationError as error:
                where = f"{printable(str(file))!r}, line {number + 1}"
                raise ConfigurationError(f"{where}: {error.message}", hint=error.hint) from error
        yield folder, Patterns([lines[number] for number in given])


def _is_case_file(file: str) -> bool:
    """Whether a file is a `.jsonl` whose first object has a question and evidence."""
    if not file.lower().endswith(".jsonl"):
        return False
    try:
        with Path(file).open("rb") as handle:
            line = b"\n"
            while line and not line.strip():
                line = handle.readline(_FIRST_LINE)
        first = json.loads(line.decode("utf-8-sig")) if line else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "question" in first and "evidence" in first
