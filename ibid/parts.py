"""The components that the settings name: checked when the settings are read, and built when they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from ibid.layers import Merged, similar
from ibid.schema import HIDDEN, Settings, as_json, explained, from_where
from ingest.chunkers import Chunker
from ingest.errors import ConfigurationError
from ingest.ocr import OCR
from ingest.parsers import Parser
from ingest.plugins import Component, find, names
from ingest.settings import ChunkingDefault, ChunkingRule, PartSetting
from qa.captioners import Captioner
from qa.providers import Provider
from retrieval.embedders import Embedder
from retrieval.rerankers import Reranker
from retrieval.stores import Store

C = TypeVar("C", bound=Component)


@dataclass(frozen=True, slots=True)
class _Use:
    """A component as the settings name it, and where."""

    key: str
    role: str
    base: type[Component]
    name: str
    options: Mapping[str, Any]
    chooser: str
    known: tuple[str, ...]


def check_parts(settings: Settings, merged: Merged) -> None:
    """Finds every component that is named and checks its options.

    Raises:
        ConfigurationError: with the key's full path and what is allowed.
    """
    for use in _uses(settings):
        _built(use, merged)


def shown_parts(settings: Settings) -> dict[str, Any]:
    """The settings as plain values, the components with all their options."""
    tree = settings.model_dump(mode="json")
    for rule in tree["ingest"]["chunking"]["rules"]:
        for key in [key for key, value in rule.items() if value is None]:
            del rule[key]
    tree["ingest"]["parsers"] = {
        name: options for name in names("ingest.parsers") if (options := _parser_options(name, settings))
    }
    for use in _uses(settings):
        if use.chooser:
            _at(tree, use.key).update(_built(use, Merged()).model_dump(mode="json"))
    return tree


def _parser_options(name: str, settings: Settings) -> dict[str, Any]:
    use = _Use(f"ingest.parsers.{name}", "ingest.parsers", Parser, name, settings.ingest.parsers.get(name, {}), "", ())
    part = _built(use, Merged())
    shown = part.model_dump(mode="json")
    return {key: _hidden(value) if key in _secret(type(part)) else value for key, value in shown.items()}


def _secret(part: type[Component]) -> frozenset[str]:
    return part.secret if issubclass(part, Parser) else frozenset()


def _hidden(value: Any) -> Any:
    """The value with its texts and numbers hidden; an empty one says that there is none."""
    if isinstance(value, dict):
        return {key: _hidden(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    return value if value in (None, "") else HIDDEN


def _at(tree: Any, key: str) -> Any:
    for part in key.split("."):
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    return tree


def embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name."""
    return _part("retrieval.embedder", "retrieval.embedders", Embedder, settings.retrieval.embedder)  # type: ignore[type-abstract]


def store(settings: Settings) -> Store:
    """The vector store that the settings name."""
    return _part("retrieval.store", "retrieval.stores", Store, settings.retrieval.store)  # type: ignore[type-abstract]


def provider(settings: Settings) -> Provider:
    """The provider that the settings name."""
    return _part("qa.provider", "qa.providers", Provider, settings.qa.provider)  # type: ignore[type-abstract]


def reranker(settings: Settings) -> Reranker | None:
    """What orders the hits anew; None where the settings name nothing for it."""
    setting = settings.retrieval.search.reranker
    if setting is None:
        return None
    return _part("retrieval.search.reranker", "retrieval.rerankers", Reranker, setting)  # type: ignore[type-abstract]


def captioner(settings: Settings) -> Captioner | None:
    """What describes pictures; None where the settings name nothing for it."""
    setting = settings.ingest.captions
    if setting is None:
        return None
    return _part("ingest.captions", "qa.captioners", Captioner, setting)  # type: ignore[type-abstract]


def _part(key: str, role: str, base: type[C], setting: PartSetting) -> C:
    part = _built(_of_section(key, role, base, setting), Merged())
    assert isinstance(part, base)
    return part


def _built(use: _Use, merged: Merged) -> Component:
    try:
        found = find(use.role, use.base, use.name)
    except ConfigurationError as error:
        guess = "" if "." in use.name else similar(use.name, names(use.role))
        key = f"{use.key}.{use.chooser}" if use.chooser else use.key
        message = f"{merged.written(key)}: {error.message}{from_where(merged, key)}"
        raise ConfigurationError(message, hint=guess + error.hint) from error
    try:
        return found.model_validate_json(as_json(use.options), strict=True)
    except ValidationError as error:
        prefix = tuple(use.key.split("."))
        raise explained(
            error, found, prefix=prefix, merged=merged, known=use.known, secret=_secret(found)
        ) from None  # the cause would show what is secret


def _of_section(key: str, role: str, base: type[Component], setting: PartSetting) -> _Use:
    return _Use(key, role, base, setting.name, setting.options, "name", ("name",))


def _uses(settings: Settings) -> Iterator[_Use]:
    ingest, retrieval = settings.ingest, settings.retrieval
    yield _of_section("ingest.ocr", "ingest.ocr", OCR, ingest.ocr)
    if ingest.captions is not None:
        yield _of_section("ingest.captions", "qa.captioners", Captioner, ingest.captions)
    for name, options in ingest.parsers.items():
        yield _Use(
            f"ingest.parsers.{name}" if name else "ingest.parsers", "ingest.parsers", Parser, name, options, "", ()
        )
    yield from _strategies(ingest.chunking.default, ingest.chunking.rules)
    yield _of_section("retrieval.embedder", "retrieval.embedders", Embedder, retrieval.embedder)
    yield _of_section("retrieval.store", "retrieval.stores", Store, retrieval.store)
    if retrieval.search.reranker is not None:
        yield _of_section("retrieval.search.reranker", "retrieval.rerankers", Reranker, retrieval.search.reranker)
    yield _of_section("qa.provider", "qa.providers", Provider, settings.qa.provider)


def _strategies(default: ChunkingDefault, rules: tuple[ChunkingRule, ...]) -> Iterator[_Use]:
    known = tuple(name for name in ChunkingDefault.model_fields)
    of_rules = tuple(ChunkingRule.model_fields)
    role = "ingest.chunkers"
    yield _Use("ingest.chunking.default", role, Chunker, default.strategy, default.options, "strategy", known)
    for number, rule in enumerate(rules):
        key = f"ingest.chunking.rules.{number}"
        name = rule.strategy or default.strategy
        options = rule.options if rule.strategy else {**default.options, **rule.options}
        yield _Use(key, role, Chunker, name, options, "strategy", of_rules)
