"""The settings: one tree, composed of each stage's own section, laid together from layers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibid import resources
from ibid.home import Home
from ibid.layers import Layer, Merged, assignments, leaves, put, read_file, similar
from ibid.parts import check_parts, shown_parts
from ibid.per_collection import SECTION, others, parted
from ibid.schema import Settings, validated
from ingest.errors import ConfigurationError

__all__ = ["Loaded", "Settings", "load"]

_PREFIX = "IBID__"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, and where they come from."""

    settings: Settings
    files: tuple[str, ...]
    """The settings files that were read, the farthest first."""
    merged: Merged

    def shown(self) -> dict[str, Any]:
        """All settings as plain values, with every option of the chosen components."""
        return shown_parts(self.settings)

    def origins(self) -> dict[str, str]:
        """For each leaf of `shown`, where its value comes from: "built-in", a file, a variable, an option."""
        return {key: self.merged.origin_of(key) for key, _ in leaves(self.shown())}


def load(
    home: Home,
    *,
    config: str | None = None,
    collection: str = "default",
    options: Sequence[tuple[str, str, str]] = (),
    command: Sequence[tuple[str, str, str]] = (),
    extra: Mapping[str, Any] | None = None,
) -> Loaded:
    """The settings for a home.

    Args:
        home: its folder may hold an `ibid.yaml` beside it.
        config: a file, or a preset's name.
        collection: what a layer says for it wins over what that layer says in general.
        options: (dotted key, value as YAML, what said it), nearer than the files and the environment.
        command: the same, said by a command's own options: nearer than everything else.
        extra: settings of a caller in Python, nested or under dotted keys, as near as options.

    Raises:
        ConfigurationError: a file cannot be read, or a setting is wrong; the message has the key's full path.
    """
    files = _file_layers(home, config)
    layers = [
        Layer("built-in", Settings().model_dump(mode="json", exclude_none=True), trusted=True),
        *files,
        _environment(collection),
        assignments(options, origin="options", trusted=True),
        assignments(command, origin="options", trusted=True),
        _python(extra or {}),
    ]
    settings, merged = _checked(layers, collection)
    for name, some in others(layers, collection).items():
        _checked(some, name)  # what is wrong for another collection is said at once, not when it is opened
    return Loaded(settings, tuple(file.origin for file in files), merged)


def _checked(layers: Sequence[Layer], collection: str) -> tuple[Settings, Merged]:
    """The settings that layers come to for a collection."""
    merged = Merged()
    for layer in layers:
        for part in parted(layer, collection):
            merged.lay(part)
    settings = validated(merged)
    check_parts(settings, merged)
    return settings, merged


def _file_layers(home: Home, config: str | None) -> list[Layer]:
    named = None if config is None else _config_file(config)
    found = [(own_file(), True), (home.settings_file, False)]
    layers = [
        read_file(file, trusted=trusted)
        for file, trusted in found
        if file.is_file() and not (named is not None and named.samefile(file))  # which counts as named, not as found
    ]
    if named is not None:
        layers.append(read_file(named, trusted=True))
    return layers


def own_file() -> Path:
    """The user's own settings file."""
    import platformdirs

    return Path(platformdirs.user_config_dir("ibid", appauthor=False)) / "config.yaml"


def _config_file(name: str) -> Path:
    file = Path(name).expanduser()
    if file.is_file():
        return file
    presets = resources.presets()
    if name in presets:
        return presets[name]
    hint = f"{similar(name, list(presets))}presets: {', '.join(presets) or 'none'}"
    raise ConfigurationError(f"there is no settings file and no preset {name!r}", hint=hint)


def _environment(collection: str) -> Layer:
    """`IBID__A__B=value`; the names are case-insensitive, as settings have no capitals."""
    said = sorted((name, value) for name, value in os.environ.items() if name.startswith(_PREFIX))
    pairs = [(_key(name.removeprefix(_PREFIX).split("__"), collection), value, name) for name, value in said]
    return assignments(pairs, origin="environment", trusted=False)


def _key(parts: Sequence[str], collection: str) -> str:
    """The dotted key of a variable's parts; that of the opened collection has its name, of another as it is written."""
    keys = [part.lower() for part in parts]
    if keys[0] == SECTION and len(parts) > 1:
        keys[1] = collection if keys[1] == collection.lower() else parts[1]
    return ".".join(keys)


def _python(extra: Mapping[str, Any]) -> Layer:
    origin = "ibid.open(settings=…)"
    tree: dict[str, Any] = {}
    for key, value in extra.items():
        put(tree, key, value, said=origin)
    return Layer(origin, tree, trusted=True)
