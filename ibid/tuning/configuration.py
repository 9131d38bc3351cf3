"""A configuration of a sweep: the present settings with an item's changes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ibid.layers import Layer, Tree, put
from ibid.parts import check_parts
from ibid.schema import validated
from ibid.settings import Loaded
from ingest.errors import ConfigurationError
from ingest.settings import ChunkingDefault
from ingest.types import Chunking

if TYPE_CHECKING:
    from ingest.chunking import Rules

PRESENT = "present"
"""The settings as they are: what every other configuration is compared with."""
TABULAR = ("rows", "records")
"""Strategies whose rules stay, whatever strategy a configuration names."""
_OF_RULES = frozenset(ChunkingDefault.model_fields) - {"strategy"}
"""What a rule says for every strategy."""
_SECTIONS = ("ingest", "retrieval")
_FIXED = ("retrieval.embedder", "retrieval.store")
"""What is the same for every configuration."""
HINT = "an item looks like {name: small, strategy: sentence, size: 100}, or {cross: {size: [100, 200]}}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings to be tried, under a name."""

    name: str
    loaded: Loaded
    changes: Tree
    """What differs from the present settings."""
    crossed: bool = False
    """It is one of many of a cross: where it cannot be, it is left out."""
    origin: str = ""
    """Where it was said: the grid's file, the item's number and name."""


@dataclass(frozen=True, slots=True)
class Document:
    """What rules choose by before a file is parsed: its path, its parser's name, its bytes."""

    path: str
    parser: str
    size: int

    def chunking(self, rules: Rules) -> Chunking:
        """How it is cut, its own title aside."""
        return rules.choose(self.path, parser=self.parser, size=self.size)


def named(item: Tree) -> Tree:
    """The item with a name."""
    return {**item, "name": str(item["name"]) if item.get("name") else name_of(item)}


def name_of(changes: Mapping[str, Any]) -> str:
    """A name made of what differs: `recursive 400 overlap 40`."""
    said = []
    for key, value in changes.items():
        if key == "strategy" or (key == "size" and "strategy" in changes):
            said.append(str(value))
        elif key == "context":
            said.append(f"context {'+'.join(map(str, value))}" if value else "no context")
        elif key == "overlap" and value == 0:
            continue
        elif isinstance(value, dict):
            said.append(name_of(value))
        else:
            said.append(f"{key.rpartition('.')[2]} {value}")
    return " ".join(said).strip() or "unchanged"


def present_of(present: Loaded) -> Configuration:
    """The settings as they are."""
    return Configuration(PRESENT, present, {})


def configuration_of(present: Loaded, item: Tree, *, crossed: bool, where: str = "the built-in grid") -> Configuration:
    """The present settings with an item's changes."""
    changes = _changes(present, {key: value for key, value in item.items() if key != "name"}, where)
    merged = copy.deepcopy(present.merged)
    origin = f"{where} ({item['name']})"
    merged.lay(Layer(origin, changes, trusted=False))
    settings = validated(merged)
    check_parts(settings, merged)
    return Configuration(str(item["name"]), Loaded(settings, present.files, merged), changes, crossed, origin)


def _changes(present: Loaded, item: Tree, where: str) -> Tree:
    """An item as settings: keys with dots and sections as they are, the short ones as those of chunking."""
    tree: Tree = {}
    short: Tree = {}
    for key, value in item.items():
        section = key.partition(".")[0]
        if section in _SECTIONS:
            put(tree, key, copy.deepcopy(value), said=where)
        elif "." in key or key == "qa":
            raise ConfigurationError(f"{where}: {key!r} is no setting of ingest or retrieval", hint=HINT)
        else:
            short[key] = value
    for fixed in _FIXED:
        if _has(tree, fixed):
            raise ConfigurationError(
                f"{where}: {fixed} is the same for all configurations of a sweep",
                hint="run the sweep once for each, with --set",
            )
    if short:
        _short(present, tree, short, where)
    return tree


def _has(tree: Tree, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def _short(present: Loaded, tree: Tree, short: Tree, where: str) -> None:
    """Lays the short keys into the settings.

    A strategy replaces that of every rule, but of those that cut rows and records; size, overlap and the like hold
    for all of them; `rows` are options of those that cut rows and records.
    """
    chunking = present.settings.ingest.chunking
    of_rows = short.get("rows", {})
    if not isinstance(of_rows, dict):
        raise ConfigurationError(f"{where}: 'rows' holds options of the rules that cut rows and records", hint=HINT)
    default = {key: copy.deepcopy(value) for key, value in short.items() if key != "rows"}
    rules = []
    for rule in chunking.rules:
        kept = rule.model_dump(mode="json", exclude_none=True)
        is_table = rule.strategy in TABULAR
        if "strategy" in short and not is_table:
            continue
        kept = {key: value for key, value in kept.items() if key not in _OF_RULES or key not in short}
        rules.append({**kept, **of_rows} if is_table else kept)
    put(tree, "ingest.chunking.inherit", value=False, said=where)
    put(tree, "ingest.chunking.rules", rules, said=where)
    for key, value in default.items():
        put(tree, f"ingest.chunking.default.{key}", value, said=where)
