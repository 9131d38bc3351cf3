"""Layers of settings: reading one, laying one over another, remembering which said what."""

from __future__ import annotations

import copy
import difflib
import ipaddress
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import ConfigurationError

Tree = dict[str, Any]
_MOST_BYTES = 1_000_000
_MOST_NODES = 50_000
"""Values of one file, aliases counted each time: a small YAML can unfold into billions."""
_CHOOSERS = ("name", "strategy")
"""The keys that choose a component; where one changes, the component's own options begin anew."""
_ELSEWHERE = "name that file with --config, or say it with --set or in your own settings file"
_OF_EVERY_STRATEGY = ("size", "min_size", "overlap", "keep_together", "context")


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings from one origin. Only a trusted one may name components outside the tree."""

    origin: str
    tree: Tree
    trusted: bool
    origins: Mapping[str, str] = field(default_factory=dict)
    """The origin of single keys, where a layer is put together from several (variables, options)."""
    prefix: str = ""
    """What its keys have before them where it was read: `collections.reports.`, for a part of a layer."""
    found: bool = False
    """Whether it is a file that merely lay there: it may send nothing to another machine, and run no program."""

    def origin_of(self, key: str) -> str:
        """Where the value at a dotted key comes from."""
        parts = key.split(".")
        named = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((self.origins[name] for name in named if name in self.origins), self.origin)


def read_file(file: Path, *, trusted: bool) -> Layer:
    """The layer of a YAML file; one that is not trusted was found.

    Raises:
        ConfigurationError: it cannot be read, is no YAML, or holds no mapping.
    """
    try:
        with file.open("rb") as handle:
            data = handle.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"the settings file {str(file)!r} cannot be read: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise ConfigurationError(f"the settings file {str(file)!r} is over {_MOST_BYTES:,} bytes")
    return Layer(str(file), _mapping(parse_yaml(data, what=str(file)), str(file)), trusted, found=not trusted)


def parse_yaml(data: str | bytes, *, what: str) -> Any:
    """The value of a YAML text, made of plain values only.

    Raises:
        ConfigurationError: it is no YAML, a key is there twice, or it holds dates, tags or other things.
    """
    import yaml

    try:
        value = yaml.load(data, Loader=_loader())  # noqa: S506  # a SafeLoader that also refuses double keys
        _check_plain(value, what)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigurationError(f"{what}{where}: {problem}", hint="the settings are YAML") from error
    except RecursionError as error:
        raise ConfigurationError(f"{what}: nested too deeply") from error
    return value


def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses a key that is there twice: the first value would be lost in silence."""

    def mapping(loader: Loader, node: yaml.MappingNode) -> Any:
        loader.flatten_mapping(node)
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the key {key.value!r} is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return loader.construct_mapping(node, deep=True)

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return Loader


def _check_plain(value: Any, what: str) -> None:
    """Only mappings with text keys, lists, text, finite numbers, booleans and null, and not too many."""
    waiting = [value]
    nodes = 0
    while waiting:
        one = waiting.pop()
        nodes += 1
        if nodes > _MOST_NODES:
            raise ConfigurationError(f"{what}: more than {_MOST_NODES:,} values")
        if isinstance(one, dict):
            wrong = next((key for key in one if not isinstance(key, str)), None)
            if wrong is not None:
                raise ConfigurationError(f"{what}: the key {wrong!r} is no text", hint="put it in quotes")
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, float) and not math.isfinite(one):
            raise ConfigurationError(f"{what}: {one} is no number that a setting can have")
        elif not isinstance(one, str | int | float | None):
            raise ConfigurationError(f"{what}: {one!r} is a {type(one).__name__}", hint="put it in quotes")


def _mapping(value: Any, what: str) -> Tree:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigurationError(f"{what}: the settings are a mapping, not a {type(value).__name__}")
    return value


def assignments(pairs: Sequence[tuple[str, str, str]], *, origin: str, trusted: bool) -> Layer:
    """The layer of single assignments: (dotted key, value as YAML, where it was said); the later wins.

    Raises:
        ConfigurationError: a key is empty, or leads through something that is no section.
    """
    tree: Tree = {}
    origins: dict[str, str] = {}
    for key, text, said in pairs:
        value = parse_yaml(text, what=f"{said} ({key})")
        put(tree, key, value, said=said)
        for path, _ in leaves({key: value}):
            origins = {name: one for name, one in origins.items() if not f"{name}.".startswith(f"{path}.")}
        origins[key] = said
    return Layer(origin, tree, trusted, origins)


def put(tree: Tree, key: str, value: Any, *, said: str) -> None:
    """Sets the value at a dotted key; a section goes over what is there, as a nearer layer does.

    Raises:
        ConfigurationError: a part of the key is empty, or a part before the last holds no section.
    """
    *sections, last = key.split(".")
    if not last or not all(sections):
        raise ConfigurationError(f"{said}: {key!r} is no setting", hint="keys look like retrieval.search.top_k")
    for number, section in enumerate(sections, 1):
        inner = tree.setdefault(section, {})
        if not isinstance(inner, dict):
            raise ConfigurationError(f"{said}: {'.'.join(sections[:number])} is no section, so {key!r} is no setting")
        tree = inner
    _put_over(tree, {last: value})


def _put_over(below: Tree, above: Tree) -> None:
    for chooser in _CHOOSERS:
        if chooser in below and chooser in above:
            for key in _dropped(below, above, chooser):
                del below[key]
    for key, value in above.items():
        old = below.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            _put_over(old, value)
        else:
            below[key] = copy.deepcopy(value)


def _dropped(below: Tree, above: Tree, chooser: str) -> list[str]:
    """What goes where a component's name changes: its options."""
    if chooser not in above or above[chooser] == below.get(chooser):
        return []
    kept = _OF_EVERY_STRATEGY if chooser == "strategy" else ()
    return [key for key in below if key not in kept]


def check_trust(layer: Layer) -> None:
    """Refuses components outside the tree, prompts of the user's own, and what leads off, in a layer that may not.

    Raises:
        ConfigurationError: a dotted component name, or a parser's, or a prompt file; in a file that was merely found
            also a program, or an address of another machine.
    """
    if layer.trusted:
        return
    _check_prompt(layer)
    if layer.found:
        _check_ways_out(layer)
    for key, value in leaves(layer.tree):
        parts = key.split(".")
        if parts[-1] in _CHOOSERS and isinstance(value, str) and "." in value:
            raise _outside(layer, key, value)
    ingest = layer.tree.get("ingest")
    parsers = ingest.get("parsers") if isinstance(ingest, dict) else None
    for name in parsers if isinstance(parsers, dict) else ():
        if "." in name:
            raise _outside(layer, "ingest.parsers", name)


def _check_prompt(layer: Layer) -> None:
    """A prompt file is sent to the model as its rules: a folder that was cloned may not name one."""
    section = layer.tree.get("qa")
    name = section.get("prompt") if isinstance(section, dict) else None
    if not isinstance(name, str):
        return
    from qa.prompts import versions

    if name not in versions():
        said = layer.origin_of("qa.prompt")
        raise ConfigurationError(
            f"{layer.prefix}qa.prompt: {name!r} is no version of the prompts, and {said} may name no file",
            hint=f"name a file with --config, --set or in your own settings file; versions: {', '.join(versions())}",
        )


def _check_ways_out(layer: Layer) -> None:
    """An address gets the key of the environment and the documents: a folder that was cloned may name none far off."""
    for key, value in leaves(layer.tree):
        texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
        if key.endswith(".python") and texts:
            said = f"{layer.prefix}{key}: {texts[0]!r} is a program, which {layer.origin_of(key)} may not name"
            raise ConfigurationError(said, hint=_ELSEWHERE)
        is_address = key.endswith("url")
        away = next((text for text in texts if (is_address or _looks_like_address(text)) and _is_far(text)), None)
        if away is not None:
            host = away.rpartition("://")[2].rpartition("@")[2]  # a password is never said
            said = f"{layer.prefix}{key}: {host!r} is not this machine, and {layer.origin_of(key)} may name no other"
            variable = ", or set OPENAI_BASE_URL" if key.endswith(".base_url") else ""
            raise ConfigurationError(said, hint=f"{_ELSEWHERE}{variable}")


def _looks_like_address(text: str) -> bool:
    return "://" in text and len(text.split()) == 1


def _is_far(address: str) -> bool:
    """Whether it names a host, or nobody can say which, that is not this machine."""
    try:
        host = urlsplit(address.strip()).hostname
    except ValueError:
        return True
    if host is None or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _outside(layer: Layer, key: str, name: str) -> ConfigurationError:
    return ConfigurationError(
        f"{layer.prefix}{key}: {name!r} names a part outside ibid, which {layer.origin_of(key)} may not",
        hint="parts outside the tree run code: name them with --config, --set or in your own settings file",
    )


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """All values that are no section with their dotted keys; lists of sections by number, empty sections as values."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            yield from leaves(value, path + ".")
        elif isinstance(value, list | tuple) and value and all(isinstance(item, dict) for item in value):
            for number, item in enumerate(value):
                yield from leaves(item, f"{path}.{number}.")
        else:
            yield path, value


@dataclass
class Merged:
    """Layers laid over one another: the values, and for each leaf where it came from."""

    tree: Tree = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    _prefixes: dict[str, str] = field(default_factory=dict)
    """By origin: what its keys have before them there."""

    def lay(self, layer: Layer) -> None:
        """Puts a nearer layer on top."""
        check_trust(layer)
        self._prefixes |= dict.fromkeys((layer.origin, *layer.origins.values()), layer.prefix)
        self._lay(self.tree, layer.tree, "", layer)

    def _lay(self, below: Tree, above: Tree, prefix: str, layer: Layer) -> None:
        self._begin_anew(below, above, prefix)
        if prefix == "ingest.chunking.":
            above = self._lay_rules(below, above, layer)
        for key, value in above.items():
            path = prefix + key
            old = below.get(key)
            if isinstance(value, dict) and isinstance(old, dict):
                self._lay(old, value, path + ".", layer)
            elif value is None and isinstance(old, dict) and "name" not in old:
                continue  # an empty section says nothing
            else:
                self._forget(path)
                below[key] = copy.deepcopy(value)
                self._remember(path, value, layer)

    def _begin_anew(self, below: Tree, above: Tree, prefix: str) -> None:
        """Drops the options of a component whose name changes."""
        for chooser in _CHOOSERS:
            for key in _dropped(below, above, chooser):
                del below[key]
                self._forget(prefix + key)

    def _lay_rules(self, below: Tree, above: Tree, layer: Layer) -> Tree:
        """Puts nearer rules before farther ones; the rest of the section is handed back."""
        key = "ingest.chunking.rules"
        rest = {name: value for name, value in above.items() if name not in ("rules", "inherit")}
        inherit = above.get("inherit", True)
        if not isinstance(inherit, bool):
            raise _of_chunking(layer, "inherit", f"{inherit!r} is neither true nor false")
        new = above.get("rules")
        if new is not None and not isinstance(new, list):
            raise _of_chunking(layer, "rules", "must be a list of rules, each with a pattern under 'match' or the like")
        old = below.get("rules", []) if inherit else []
        said = [self._origin_within(f"{key}.{number}") for number in range(len(old))]
        self._forget(key)
        below["rules"] = [*(new or []), *old]
        for number, origin in enumerate([*[layer.origin_of(key)] * len(new or []), *said]):
            self.origins[f"{key}.{number}"] = origin
        return rest

    def _origin_within(self, path: str, otherwise: str = "built-in") -> str:
        """Where a section is from: the nearest, which is laid last, where it is from several."""
        within = (said for key, said in reversed(self.origins.items()) if f"{key}.".startswith(f"{path}."))
        return next(within, otherwise)

    def _forget(self, path: str) -> None:
        for key in [key for key in self.origins if key == path or key.startswith(path + ".")]:
            del self.origins[key]

    def _remember(self, path: str, value: Any, layer: Layer) -> None:
        for key, _ in leaves({path: value}):
            self.origins[key] = layer.origin_of(key)

    def origin_of(self, key: str) -> str:
        """Where the value at a dotted key comes from; else the last value that it holds, else what holds it."""
        if key in self.origins:
            return self.origins[key]
        parts = key.split(".")
        names = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
        holding = next((self.origins[name] for name in names if name in self.origins), "built-in")
        return self._origin_within(key, holding)

    def written(self, key: str) -> str:
        """The dotted key as it stands where its value comes from."""
        return self._prefixes.get(self.origin_of(key), "") + key


def _of_chunking(layer: Layer, name: str, problem: str) -> ConfigurationError:
    key = f"ingest.chunking.{name}"
    return ConfigurationError(f"{layer.prefix}{key}: {problem} (from {layer.origin_of(key)})")


def similar(word: str, known: Sequence[str]) -> str:
    """The question whether a known word was meant, where one is near, else nothing."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}? " if near else ""
