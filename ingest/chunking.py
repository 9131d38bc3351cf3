"""Chunking: which rule cuts a document, and its chunks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ingest.chunkers import Chunker
from ingest.chunkers._embed import Embed
from ingest.context import Contexts
from ingest.cutting import Cutter
from ingest.errors import ConfigurationError
from ingest.patterns import Patterns
from ingest.plugins import find
from ingest.settings import ChunkingDefault, ChunkingRule, ChunkingSettings, ContextKind
from ingest.tokens import Tokenizer, counts_by_word
from ingest.types import Chunk, Chunking, Segment

_ROLE = "ingest.chunkers"
_SECTION = "ingest.chunking"
_REVISION = 5
"""Goes up when packing, overlap or context change what the same settings give."""
LEAST_TEXT = 8
"""How many tokens of new text every chunk has room for, whatever its overlap and context."""
_CONTEXT_SHARE = 4
"""Context takes at most this part of the size."""


class Rules:
    """The rules of the settings, ready to cut.

    Args:
        settings: the default and the rules.
        tokenizer: the embedder's.
        embed: gives vectors to strategies that cut by meaning.

    Raises:
        ConfigurationError: a rule cannot be: an unknown strategy or option, or more overlap than the size leaves.
    """

    def __init__(self, settings: ChunkingSettings, tokenizer: Tokenizer, embed: Embed | None = None) -> None:
        self._tokenizer = tokenizer
        self._embed = embed
        # the default first: what is wrong with it is not a rule's fault that inherits it
        self._default = _rule(settings.default, None, tokenizer, key=f"{_SECTION}.default")
        self._rules = [
            _rule(settings.default, rule, tokenizer, key=f"{_SECTION}.rules.{number}")
            for number, rule in enumerate(settings.rules)
        ]

    def choose(self, path: str) -> Chunking:
        """How the document at `path` is cut."""
        return self._rule(path).chunking

    def chunk(self, path: str, segments: Iterable[Segment], *, title: str = "") -> Iterator[Chunk]:
        """The document's chunks, as its segments come.

        Args:
            path: the document's path.
            segments: all of its segments, in order.
            title: the document's own title.
        """
        rule = self._rule(path)
        contexts = Contexts(rule.context, self._tokenizer, budget=rule.context_budget, path=path, title=title)
        cutter = Cutter(
            rule.chunker,
            rule.size,
            overlap=rule.overlap,
            contexts=contexts,
            tokenizer=self._tokenizer,
            embed=self._embed,
        )
        for segment in segments:
            yield from cutter.chunks(segment)

    def warnings(self, path: str) -> list[str]:
        """What is to be said of how the document is cut."""
        rule = self._rule(path)
        most = self._tokenizer.max_tokens
        if rule.size <= most:
            return []
        said = f"chunks of up to {rule.size} tokens: the embedder reads {most} at once"
        return [f"{said}, longer chunks are embedded in windows whose vectors are averaged"]

    def _rule(self, path: str) -> _Rule:
        return next((rule for rule in self._rules if rule.patterns.matches(path)), self._default)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with all that it inherits."""

    patterns: Patterns
    chunking: Chunking
    chunker: Chunker
    size: int
    overlap: int
    context: tuple[ContextKind, ...]
    context_budget: int


def _rule(default: ChunkingDefault, rule: ChunkingRule | None, tokenizer: Tokenizer, *, key: str) -> _Rule:
    if rule is not None and not rule.match.strip():
        raise ConfigurationError(f"{key}.match is empty", hint="give a pattern of paths, such as *.pdf")
    size = default.size if rule is None or rule.size is None else rule.size
    overlap = default.overlap if rule is None or rule.overlap is None else rule.overlap
    context = default.context if rule is None or rule.context is None else rule.context
    chunker = _chunker(default, rule, key)
    free = size - tokenizer.special_tokens - overlap - LEAST_TEXT
    if free < 0:
        raise ConfigurationError(
            f"{key}: an overlap of {overlap} leaves no room for new text in chunks of {size} tokens",
            hint=f"with size {size} the overlap can be at most {max(0, overlap + free)}",
        )
    strategy = chunker.component_name
    decides = {
        "revision": [_REVISION, chunker.revision],
        "strategy": [strategy, chunker.model_dump(mode="json")],
        "sizes": [size, overlap],
        "context": sorted(set(context)),
        "tokenizer": [tokenizer.tokenizer_key, tokenizer.special_tokens, counts_by_word(tokenizer)],
    }
    return _Rule(
        patterns=Patterns([] if rule is None else [rule.match]),
        chunking=Chunking("default" if rule is None else rule.match, strategy, _digest(decides)),
        chunker=chunker,
        size=size,
        overlap=overlap,
        context=context,
        context_budget=min(size // _CONTEXT_SHARE, free),
    )


def _chunker(default: ChunkingDefault, rule: ChunkingRule | None, key: str) -> Chunker:
    """The strategy with its options: those of the rule, or of the default where the rule names no strategy."""
    if rule is None or rule.strategy is None:
        strategy, options = default.strategy, {**default.options, **(rule.options if rule else {})}
    else:
        strategy, options = rule.strategy, rule.options
    try:
        kind = find(_ROLE, Chunker, strategy)  # type: ignore[type-abstract]
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}.strategy: {error.message}", hint=error.hint) from error
    try:
        chunker = kind.model_validate(options)
        chunker.check()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in (key, *first["loc"]))
        known = ", ".join(sorted(kind.model_fields)) or "none"
        raise ConfigurationError(
            f"{where}: {_said(first['type'], first['msg'])}", hint=f"options of {strategy!r}: {known}"
        ) from error
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}: {error.message}", hint=error.hint) from error
    return chunker


def _said(kind: str, message: str) -> str:
    return "there is no such option" if kind == "extra_forbidden" else message


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
