"""Chunking: which rule cuts a document, and its chunks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ingest.choosing import Conditions
from ingest.chunkers import Chunker
from ingest.chunkers._embed import Embed
from ingest.context import Contexts
from ingest.cutting import Cutter
from ingest.errors import ConfigurationError
from ingest.neighbours import Neighbours
from ingest.plugins import find
from ingest.settings import ChunkingDefault, ChunkingRule, ChunkingSettings, ContextKind
from ingest.shaping import Shape
from ingest.tokens import Tokenizer, counts_by_word
from ingest.types import WITH_SENTENCES, Chunk, Chunking, Segment

_ROLE = "ingest.chunkers"
_SECTION = "ingest.chunking"
_REVISION = 7
"""Goes up when packing, overlap or context change what the same settings give."""
LEAST_TEXT = 8
"""How many tokens of new text every chunk has room for, whatever its overlap and context."""
_INHERITED = ("strategy", "size", "min_size", "overlap", "keep_together", "context", "sentence_vectors")
"""What a rule takes from the default where it says nothing of it."""
_CONTEXT_SHARE = 4
"""Context takes at most this part of the size."""


class Rules:
    """The rules of the settings, ready to cut.

    Args:
        settings: the default and the rules.
        tokenizer: the embedder's.
        embed: gives vectors to strategies that cut by meaning.

    Raises:
        ConfigurationError: a rule cannot be: an unknown strategy or option, or sizes that cannot be together.
    """

    def __init__(self, settings: ChunkingSettings, tokenizer: Tokenizer, embed: Embed | None = None) -> None:
        self._tokenizer = tokenizer
        self._embed = embed
        # the default first: what is wrong with it is not a rule's fault that inherits it
        self._default = _rule("default", settings.default, tokenizer, embed, key=f"{_SECTION}.default")
        self._rules: list[tuple[Conditions, _Rule]] = []
        for number, rule in enumerate(settings.rules):
            key = f"{_SECTION}.rules.{number}"
            conditions = Conditions(rule, key=key)
            complete = _complete(settings.default, rule)
            self._rules.append((conditions, _rule(conditions.name, complete, tokenizer, embed, key=key)))

    def choose(self, path: str, *, title: str = "", parser: str = "", size: int = 0) -> Chunking:
        """How a document is cut.

        Args:
            path: the document's path.
            title: its own title.
            parser: the name of the parser that reads it.
            size: the bytes of its file.
        """
        return self._rule(path, title, parser, size).chunking

    def chunk(
        self,
        path: str,
        segments: Iterable[Segment],
        *,
        title: str = "",
        parser: str = "",
        size: int = 0,
        embed: Embed | None = None,
    ) -> Iterator[Chunk]:
        """The document's chunks, as its segments come.

        Args:
            path: the document's path.
            segments: all of its segments, in order.
            title: the document's own title.
            parser: the name of the parser that reads it.
            size: the bytes of its file.
            embed: gives vectors in place of the rules' own.
        """
        rule = self._rule(path, title, parser, size)
        contexts = Contexts(rule.context, self._tokenizer, budget=rule.context_budget, path=path, title=title)
        cutter = Cutter(
            rule.chunker,
            rule.size - rule.reserve,
            overlap=rule.overlap,
            contexts=contexts,
            tokenizer=self._tokenizer,
            embed=embed or self._embed,
            shape=rule.shape,
        )
        chunks = (chunk for segment in segments for chunk in cutter.chunks(segment))
        if "neighbours" not in rule.context:
            return chunks
        return Neighbours(self._tokenizer, size=rule.size, budget=rule.context_budget).added(chunks)

    def warnings(self, path: str, *, title: str = "", parser: str = "", size: int = 0) -> list[str]:
        """What is to be said of how a document is cut; the arguments are those of `choose`."""
        rule = self._rule(path, title, parser, size)
        most = self._tokenizer.max_tokens
        if rule.size <= most:
            return []
        said = f"chunks of up to {rule.size} tokens: the embedder reads {most} at once"
        return [f"{said}, longer chunks are embedded in windows whose vectors are averaged"]

    def _rule(self, path: str, title: str, parser: str, size: int) -> _Rule:
        for conditions, rule in self._rules:
            if conditions.hold(path, title=title, parser=parser, size=size):
                return rule
        return self._default


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule with all that it inherits."""

    chunking: Chunking
    chunker: Chunker
    size: int
    overlap: int
    context: tuple[ContextKind, ...]
    context_budget: int
    reserve: int
    """What is kept free of the size for the neighbours' sentences: they come when the chunks are cut."""
    shape: Shape


def _rule(name: str, said: ChunkingDefault, tokenizer: Tokenizer, embed: Embed | None, *, key: str) -> _Rule:
    """A rule of which nothing is left open."""
    chunker = _chunker(said, key)
    free = _free(said, tokenizer, key)
    budget = min(said.size // _CONTEXT_SHARE, free)
    strategy = chunker.component_name
    together = sorted(set(said.keep_together))
    decides = {
        "revision": [_REVISION, chunker.revision],
        "strategy": [strategy, chunker.model_dump(mode="json")],
        "sizes": [said.size, said.min_size, said.overlap],
        "together": together,
        "context": sorted(set(said.context)),
        **_vectors(chunker, embed, key),
        "tokenizer": [tokenizer.tokenizer_key, tokenizer.special_tokens, counts_by_word(tokenizer)],
    }
    return _Rule(
        chunking=Chunking(name, strategy, _digest(decides) + WITH_SENTENCES * said.sentence_vectors),
        chunker=chunker,
        size=said.size,
        overlap=said.overlap,
        context=said.context,
        context_budget=budget,
        reserve=min(budget // 2, free - budget) if "neighbours" in said.context else 0,
        shape=Shape(tuple(together), said.size - said.overlap - said.min_size if said.min_size else None),
    )


def _complete(default: ChunkingDefault, rule: ChunkingRule) -> ChunkingDefault:
    """The rule with what it inherits; a strategy's own options are not inherited by another."""
    said = {name: getattr(rule, name) for name in _INHERITED if getattr(rule, name) is not None}
    options = rule.options if rule.strategy is not None else {**default.options, **rule.options}
    kept = {name: getattr(default, name) for name in _INHERITED}
    return ChunkingDefault.model_validate({**kept, **said, **options})


def _free(said: ChunkingDefault, tokenizer: Tokenizer, key: str) -> int:
    """The tokens of a chunk that context may take, at most.

    Raises:
        ConfigurationError: the sizes cannot be together.
    """
    size, overlap = said.size, said.overlap
    free = size - tokenizer.special_tokens - overlap - LEAST_TEXT
    if free < 0:
        raise ConfigurationError(
            f"{key}: an overlap of {overlap} leaves no room for new text in chunks of {size} tokens",
            hint=f"with size {size} the overlap can be at most {max(0, overlap + free)}",
        )
    if said.min_size > size - overlap:
        repeated = f", {overlap} of them repeated," if overlap else ""
        raise ConfigurationError(
            f"{key}: chunks of at most {size} tokens{repeated} cannot have at least {said.min_size} of their own",
            hint=f"min_size can be at most {size - overlap} here",
        )
    return free


def _vectors(chunker: Chunker, embed: Embed | None, key: str) -> dict[str, str]:
    """What decides where a strategy cuts by vectors: the embedder; nothing where it does not."""
    if not chunker.needs_vectors:
        return {}
    if embed is None:
        raise ConfigurationError(
            f"{key}.strategy: {chunker.component_name!r} cuts by vectors, and there is no embedder here"
        )
    return {"embedder": embed.identity}


def _chunker(said: ChunkingDefault, key: str) -> Chunker:
    """The strategy with its options."""
    strategy, options = said.strategy, said.options
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
    return "there is no such option" if kind == "extra_forbidden" else message.removeprefix("Value error, ")


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
