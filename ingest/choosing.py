"""When a rule is for a document: its path, its format, the size of its file, what it says of itself."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ingest.errors import ConfigurationError
from ingest.patterns import Patterns, braces
from ingest.settings import ChunkingRule, bytes_in


class Conditions:
    """What a rule says of the documents that it is for; all of it must hold.

    Args:
        rule: as it is written.
        key: where, for what is said when it cannot be.

    Raises:
        ConfigurationError: its pattern is empty, or none.
    """

    def __init__(self, rule: ChunkingRule, *, key: str) -> None:
        self._patterns = _patterns(rule, key)
        self._formats = {name.lower().removeprefix(".") for name in rule.format or ()}
        self._over = bytes_in(rule.larger_than) if rule.larger_than else -1
        self._under = bytes_in(rule.smaller_than) if rule.smaller_than else None
        self._titles = braces(rule.metadata.title) if rule.metadata and rule.metadata.title is not None else []
        self.name = _name(rule)

    def hold(self, path: str, *, title: str, parser: str, size: int) -> bool:
        """Whether the rule is for a document.

        Args:
            path: the document's path.
            title: its own title, "" where it has none.
            parser: the name of the parser that reads it.
            size: the bytes of its file.
        """
        return (
            (self._patterns is None or self._patterns.matches(path))
            and (not self._formats or not self._formats.isdisjoint((parser, _suffix(path))))
            and size > self._over
            and (self._under is None or size < self._under)
            and (not self._titles or any(fnmatchcase(title.lower(), pattern) for pattern in self._titles))
        )


def _patterns(rule: ChunkingRule, key: str) -> Patterns | None:
    if rule.match is None:
        return None
    if not rule.match.strip():
        raise ConfigurationError(f"{key}.match is empty", hint="give a pattern of paths, such as *.pdf")
    return Patterns([rule.match])


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower().removeprefix(".")


def _name(rule: ChunkingRule) -> str:
    """What the rule is called: its pattern, and what else it says as it is written in YAML."""
    said = {
        "format": ", ".join(rule.format or ()),
        "larger_than": rule.larger_than,
        "smaller_than": rule.smaller_than,
        "title": None if rule.metadata is None or rule.metadata.title is None else rule.metadata.title or '""',
    }
    others = [f"{name}: {value}" for name, value in said.items() if value]
    return ", ".join([rule.match, *others] if rule.match else others)
