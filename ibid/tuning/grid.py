"""The configurations of a sweep: those that are built in, or a grid file's."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ibid.layers import Tree, parse_yaml
from ibid.settings import Loaded
from ibid.tuning.configuration import (
    HINT,
    PRESENT,
    TABULAR,
    Configuration,
    Document,
    configuration_of,
    name_of,
    named,
    present_of,
)
from ingest.errors import ConfigurationError
from ingest.plugins import names

if TYPE_CHECKING:
    from ingest.chunking import Rules

_MOST_BYTES = 1_000_000
_MOST = 200
"""Configurations of one sweep: more was not meant."""
_PAGED = (".pdf", ".tif", ".tiff", ".djvu")
_HEADED = (".md", ".markdown", ".rst", ".html", ".htm", ".xhtml", ".docx", ".odt", ".rtf", ".epub", ".pdf")

_TEXTS: tuple[Tree, ...] = (
    {"strategy": "sentence", "size": 100, "overlap": 0},
    {"strategy": "sentence", "size": 200, "overlap": 0},
    {"strategy": "sentence", "size": 250, "overlap": 0},
    {"strategy": "sentence", "size": 200, "overlap": 40},
    {"strategy": "sentence", "size": 200, "overlap": 0, "context": []},
    {"strategy": "recursive", "size": 200, "overlap": 0},
    {"strategy": "recursive", "size": 400, "overlap": 0},
    {"strategy": "token", "size": 200, "overlap": 0},
    {"strategy": "heading", "size": 250, "overlap": 0},
    {"strategy": "page", "size": 400, "overlap": 0},
    {"strategy": "cluster", "size": 200, "overlap": 0},
    {"strategy": "semantic", "size": 250, "overlap": 0},
)
"""For documents of text; rows and records keep their strategy."""
_TABLES: tuple[Tree, ...] = (
    {"size": 60, "overlap": 0},
    {"size": 100, "overlap": 0},
    {"size": 200, "overlap": 0},
    {"size": 250, "overlap": 0},
    {"size": 400, "overlap": 0},
    {"size": 200, "overlap": 40},
    {"size": 200, "overlap": 0, "context": []},
    {"rows": {"per_chunk": 1}},
    {"rows": {"per_chunk": 5}},
)
"""For documents of which each is cut by rows or records."""


def built_in(present: Loaded, documents: Sequence[Document], *, rules: Rules) -> list[Configuration]:
    """The grid that is built in, as far as it makes a difference for these documents.

    Args:
        present: the settings as they are.
        documents: of the corpus.
        rules: the present ones.
    """
    tables = bool(documents) and all(one.chunking(rules).strategy in TABULAR for one in documents)
    wanted = _TABLES if tables else tuple(one for one in _TEXTS if _applies(one["strategy"], documents))
    return [present_of(present), *(configuration_of(present, named(one), crossed=True) for one in wanted)]


def _applies(strategy: str, documents: Sequence[Document]) -> bool:
    """Whether a strategy is there, and some document has what it looks at."""
    if strategy not in names("ingest.chunkers"):
        return False
    suffixes = {"page": _PAGED, "heading": _HEADED}.get(strategy)
    return suffixes is None or any(one.path.lower().endswith(suffixes) for one in documents)


def read_grid(file: Path, present: Loaded) -> list[Configuration]:
    """The configurations of a grid file, the present settings first.

    Raises:
        ConfigurationError: it cannot be read, or says what no configuration can be.
    """
    try:
        with file.open("rb") as handle:
            data = handle.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"the grid {str(file)!r} cannot be read: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise ConfigurationError(f"the grid {str(file)!r} is over {_MOST_BYTES:,} bytes")
    value = parse_yaml(data, what=str(file))
    if not value:
        raise ConfigurationError(f"the grid {str(file)!r} has no configuration", hint=HINT)
    items = value if isinstance(value, list) else [value]
    found = [present_of(present)]
    known = {PRESENT}
    for number, item in enumerate(items, 1):
        where = f"{file}: item {number}"
        if not isinstance(item, dict) or not item:
            raise ConfigurationError(f"{where} is no mapping", hint=HINT)
        for one, crossed in _expanded(item, where):
            made = configuration_of(present, one, crossed=crossed, where=where)
            if made.name in known:
                raise ConfigurationError(f"{where}: the name {made.name!r} is there twice", hint="give it a name")
            known.add(made.name)
            found.append(made)
            if len(found) > _MOST:
                raise ConfigurationError(f"{file}: more than {_MOST} configurations")
    return found


def _expanded(item: Tree, where: str) -> Iterator[tuple[Tree, bool]]:
    """The item with its name; of a cross, every combination."""
    cross = item.get("cross")
    if cross is None:
        yield named(item), False
        return
    lists = isinstance(cross, dict) and cross and all(isinstance(value, list) and value for value in cross.values())
    if not lists:
        raise ConfigurationError(f"{where}: 'cross' maps settings to lists of values", hint=HINT)
    rest = {key: value for key, value in item.items() if key not in ("cross", "name")}
    prefix = f"{item['name']} " if item.get("name") else ""
    for values in itertools.product(*cross.values()):
        chosen = dict(zip(cross, values, strict=True))
        yield {**rest, **chosen, "name": prefix + name_of(chosen if prefix else {**rest, **chosen})}, True


def distinct(
    configurations: Iterable[Configuration], documents: Sequence[Document], make: Callable[[Configuration], Rules]
) -> tuple[list[Configuration], list[str]]:
    """The configurations that can be and that differ for these documents, and what is said of the others.

    Args:
        configurations: in order; of two that cut all documents alike and search alike the first stays.
        documents: of the corpus.
        make: the rules of a configuration.

    Raises:
        ConfigurationError: one that is not of a cross cannot be.
    """
    seen: dict[str, str] = {}
    kept: list[Configuration] = []
    notes: list[str] = []
    for one in configurations:
        try:
            rules = make(one)
        except ConfigurationError as error:
            if not one.origin:
                raise
            if not one.crossed:
                raise ConfigurationError(f"{error.message} (from {one.origin})", hint=error.hint) from error
            notes.append(f"{one.name!r} is left out: {error.message}")
            continue
        search = one.loaded.settings.retrieval.search.model_dump(mode="json")
        ingest = one.loaded.settings.ingest.model_dump(mode="json", exclude={"chunking"})
        by_title = [rule for rule in one.loaded.settings.ingest.chunking.rules if rule.metadata is not None]
        cut = [document.chunking(rules).key for document in documents]
        titles = [rule.model_dump(mode="json") for rule in by_title]  # which are for a document is not known yet
        said = json.dumps([cut, titles, search, ingest], sort_keys=True)
        if said in seen:
            notes.append(f"{one.name!r} is left out: it cuts these documents as {seen[said]!r} does")
            continue
        seen[said] = one.name
        kept.append(one)
    return kept, notes
