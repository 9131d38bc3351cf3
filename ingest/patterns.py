"""Patterns of paths: gitignore's, with braces, case ignored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import bracex
from pathspec import GitIgnoreSpec

from ingest.errors import ConfigurationError

_MOST = 1_000
"""How many patterns the braces of one may make."""


class Patterns:
    """Patterns as in a `.gitignore`: the last one that matches decides, `!` excepts; braces are expanded first.

    They match a path whole; of an absolute path, any tail that starts at a folder.

    Raises:
        ConfigurationError: a pattern is none, or its braces make too many.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = tuple(patterns)
        self._spec = _spec(self.patterns)

    def matches(self, path: str) -> bool:
        """Whether the path (POSIX; a folder's ends with `/`) is matched."""
        return self.verdict(path) is True

    def verdict(self, path: str) -> bool | None:
        """Whether the last pattern that matches the path takes it in or excepts it; None where none matches."""
        lowered = path.lower()
        if not lowered.startswith("/"):
            return self._spec.check_file(lowered).include
        tails = list(_tails(lowered))
        for pattern in reversed(list(self._spec.patterns)):
            if pattern.include is not None and any(pattern.match_file(tail) is not None for tail in tails):
                return pattern.include
        return None


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec:
    lines = [line for pattern in patterns for line in braces(pattern)]
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise ConfigurationError(f"not a pattern: {error}", hint="patterns are those of a .gitignore") from error


def braces(pattern: str) -> list[str]:
    """The patterns, in small letters, that the braces of one stand for.

    Raises:
        ConfigurationError: they are too many.
    """
    try:
        return list(bracex.expand(pattern.lower(), keep_escapes=True, limit=_MOST))
    except bracex.ExpansionLimitException as error:
        raise ConfigurationError(f"the braces of {pattern!r} make more than {_MOST} patterns") from error


def _tails(path: str) -> Iterator[str]:
    """The tails of an absolute path that start at a folder, the longest first; of a file in the root, its name."""
    end = "/" if path.endswith("/") else ""
    parts = PurePosixPath(path).parts[1:]
    for start in range(max(1, len(parts) - (not end))):
        yield "/".join(parts[start:]) + end
