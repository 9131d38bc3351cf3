"""What a layer of settings says for single collections: `collections: {NAME: {ingest: …}}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ibid.layers import Layer, similar
from ibid.schema import Settings
from ingest.errors import ConfigurationError

SECTION = "collections"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What a collection may be called."""


def parted(layer: Layer, collection: str) -> list[Layer]:
    """What a layer says in general and, nearer, what it says for a collection.

    Raises:
        ConfigurationError: the collections are no sections.
    """
    general = {key: value for key, value in layer.tree.items() if key != SECTION}
    parts = [replace(layer, tree=general)]
    own = _sections(layer).get(collection)
    if own:
        parts.append(_part(layer, collection, own))
    return parts


def _part(layer: Layer, collection: str, tree: Mapping[str, Any]) -> Layer:
    prefix = f"{SECTION}.{collection}."
    said = layer.origin_of(prefix[:-1])
    allowed = list(Settings.model_fields)
    wrong = next((key for key in tree if key not in allowed), None)
    if wrong is not None:
        hint = f"{similar(wrong, allowed)}allowed here: {', '.join(allowed)}"
        raise ConfigurationError(f"{prefix}{wrong}: there is no such setting (from {said})", hint=hint)
    origins = {key.removeprefix(prefix): one for key, one in layer.origins.items() if key.startswith(prefix)}
    return replace(layer, origin=f"{said}, {prefix[:-1]}", tree=dict(tree), origins=origins, prefix=prefix)


def others(layers: Sequence[Layer], collection: str) -> dict[str, Sequence[Layer]]:
    """The other collections that are named, each with the layers up to the nearest that names it.

    What is nearer than that is meant for the collection that is opened, and need not fit these.
    """
    named = {name: number for number, layer in enumerate(layers, 1) for name in _sections(layer)}
    return {name: layers[:count] for name, count in named.items() if name != collection}


def _sections(layer: Layer) -> Mapping[str, Mapping[str, Any] | None]:
    """What a layer says by collection; an empty section says nothing."""
    found = layer.tree.get(SECTION)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _no_section(layer, SECTION, f"looks like {SECTION}: {{reports: {{ingest: …}}}}")
    for name, own in found.items():
        if not NAME.fullmatch(name):
            raise _no_section(layer, f"{SECTION}.{name}", "names have letters, digits, '.', '_' and '-'")
        if own is not None and not isinstance(own, dict):
            raise _no_section(layer, f"{SECTION}.{name}", "it holds ingest, retrieval or qa")
    return found


def _no_section(layer: Layer, key: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"{key}: is no section of a collection (from {layer.origin_of(key)})", hint=hint)
