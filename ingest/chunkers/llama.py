"""llama-index-core's node parsers (0.14), their pieces found again exactly."""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from functools import lru_cache
from importlib.metadata import version
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from ingest.chunkers import Chunker
from ingest.chunkers._blocks import units_of
from ingest.chunkers._embed import Embed
from ingest.chunkers._packing import pack
from ingest.chunkers._room import Room
from ingest.errors import ConfigurationError, IngestError
from ingest.spans import Units
from ingest.tokens import Measure
from ingest.types import Segment, Span

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import NodeParser

_Embedding = Callable[[Sequence[str]], NDArray[np.float32]]

_OURS = {"chunk_size": "size", "chunk_overlap": "overlap", "max_tokens": "size"}
"""What the rule says for every strategy, by the parsers' own names."""
_EMBEDDER = "embed_model"
_NOT_PLAIN = frozenset(
    {
        *("callback_manager", "chunking_tokenizer_fn", "id_func", "include_metadata", "include_prev_next_rel"),
        *("node_parser_ids", "node_parser_map", "parser", "sentence_splitter", "tokenizer", _EMBEDDER),
    }
)
"""Code that no setting can give, and what does not change the pieces."""
_LEVELS = (16, 4, 1)
"""How many times larger than the leaves the nodes of a hierarchy are by default (2048, 512 and 128 in llama-index)."""
_AT_ONCE = 500
"""Texts that a parser has embedded at once."""
_REMEMBERED, _SHORT = 20_000, 32
"""So many short texts are counted once only: the parsers ask for each word again and again."""
_SAMPLE = "One, two. Three\n"
"""In pieces of one word it takes every step that a parser knows."""
_SAMPLED = ("chunk_size", "chunk_sizes", _EMBEDDER)
"""Those that have one of these cut any text; others take only what is JSON, or code."""
_DATA = "NLTK_DATA"
_SETTING = threading.Lock()


class Llama(Chunker):
    """Cuts where a node parser of llama-index-core does; a piece that is larger than its room is packed by sentences.

    The parser gets what fits as its chunk size, counts as the collection's embedder does, and compares by its vectors.
    Of a hierarchy the leaves are taken. What a parser leaves out of its pieces, or writes in other words, is a piece of
    its own: the pieces cover the text.
    """

    parser: str = "SentenceSplitter"
    """A class in `llama_index.core.node_parser`."""
    options: dict[str, Any] = Field(default_factory=dict)
    """The parser's own options (its chunk size and overlap are the rule's)."""

    @property
    def revision(self) -> str:
        """Another llama-index-core may cut otherwise."""
        return f"1, llama-index-core {version('llama-index-core')}"

    @property
    def needs_vectors(self) -> bool:
        """Whether the parser asks for an embedding model."""
        return _EMBEDDER in inspect.signature(_kind(self.parser)).parameters

    def check(self) -> None:
        """Imports the parser and tries it.

        Raises:
            ConfigurationError: there is no such parser, it has no such option, or it needs what no setting can give.
        """
        made = self._made(1, lambda text: len(text.split()), _same)
        try:
            _pieces(made, _SAMPLE if any(hasattr(made, name) for name in _SAMPLED) else "\n")
        except Exception as error:
            raise ConfigurationError(f"the parser {self.parser!r} does not work: {_line(error)}") from error

    def units(self, segment: Segment) -> Units:
        """The sentences: of them overlaps are made."""
        return units_of(segment)

    def split(self, segment: Segment, units: Units, measure: Measure, room: Room, embed: Embed | None) -> list[Span]:
        """The parser's pieces, each packed by itself."""
        if not segment.text.strip():
            return []
        # a character on: the document's first chunk alone has more room, as it repeats nothing
        size = min((room(start + 1) for start in segment.offsets[:-1]), default=1)
        made = self._made(max(1, size), _counter(measure), embed)
        try:
            pieces = _pieces(made, segment.text)
        except Exception as error:
            raise IngestError(f"llama-index's {self.parser} could not cut it: {_line(error)}") from error
        return pack(units.bordered(_ends(segment.text, pieces)), measure, room)

    def _made(self, size: int, count: Callable[[str], int], embed: _Embedding | None) -> NodeParser:
        """The parser, for pieces of at most `size` tokens where it takes a size."""
        kind = _kind(self.parser)
        known = inspect.signature(kind).parameters
        self._refuse_options(known)
        try:
            options = self._options(known, size, count)
            if _EMBEDDER in known:
                assert embed is not None  # rules are not made without
                options[_EMBEDDER] = _model()(embed)
            with _quiet():
                return kind(**options)
        except ImportError as error:
            hint = "pip install 'ibid-qa[code]'" if self.parser == "CodeSplitter" else ""
            raise ConfigurationError(
                f"the parser {self.parser!r} needs a package: {_line(error)}", hint=hint
            ) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, ("options", *first["loc"])))
            raise ConfigurationError(f"{where}: {self.parser!r} refuses it: {first['msg']}") from error
        except (ValueError, TypeError, LookupError) as error:
            raise ConfigurationError(f"options: {self.parser!r} refuses them: {_line(error)}") from error

    def _options(self, known: Collection[str], size: int, count: Callable[[str], int]) -> dict[str, Any]:
        """The parser's options: the user's, and what the rule says."""

        def tokenizer(text: str) -> Sequence[int]:
            return range(count(text))

        ours = {"chunk_size": size, "chunk_overlap": 0, "max_tokens": size, "tokenizer": tokenizer}
        given: dict[str, Any] = {**ours, "count_mode": "token", "chunk_sizes": [size * times for times in _LEVELS]}
        options = {name: value for name, value in given.items() if name in known} | self.options
        return options | (_hierarchy(options["chunk_sizes"], tokenizer) if "node_parser_map" in known else {})

    def _refuse_options(self, known: Collection[str]) -> None:
        if "llm" in known:
            raise ConfigurationError(
                f"the parser {self.parser!r} needs a model (llm)",
                hint="only parsers that need none can be used, such as SentenceSplitter",
            )
        plain = sorted(set(known) - _NOT_PLAIN - set(_OURS))
        for name in self.options:
            if name in _OURS:
                raise ConfigurationError(
                    f"options.{name} is the rule's own `{_OURS[name]}`", hint=f"say `{_OURS[name]}` beside `strategy`"
                )
            if name not in plain:
                raise ConfigurationError(
                    f"options.{name}: {self.parser!r} has no such option",
                    hint=f"options of {self.parser!r}: {', '.join(plain) or 'none'}",
                )


def _quiet() -> AbstractContextManager[object]:
    """Keeps what llama-index prints, such as what it raises too, out of our output."""
    return redirect_stdout(StringIO())


def _kind(name: str) -> type[NodeParser]:
    from llama_index.core import node_parser

    known = sorted(
        kind
        for kind, value in vars(node_parser).items()
        if isinstance(value, type) and issubclass(value, node_parser.NodeParser) and not inspect.isabstract(value)
    )
    if name not in known:
        raise ConfigurationError(f"llama-index-core has no node parser {name!r}", hint=f"known are: {', '.join(known)}")
    kind: type[NodeParser] = getattr(node_parser, name)
    return kind


def _hierarchy(sizes: Sequence[int], tokenizer: Callable[[str], Sequence[int]]) -> dict[str, Any]:
    """What HierarchicalNodeParser takes: a parser for each level."""
    from llama_index.core.node_parser import SentenceSplitter

    parsers = [SentenceSplitter(chunk_size=size, chunk_overlap=0, tokenizer=tokenizer) for size in sizes]
    return {
        "node_parser_ids": [str(level) for level in range(len(parsers))],
        "node_parser_map": {str(level): parser for level, parser in enumerate(parsers)},
    }


def _same(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors to try a parser with, before there is any text."""
    return np.ones((len(texts), 1), dtype=np.float32)


@lru_cache(1)
def _model() -> Callable[[_Embedding], BaseEmbedding]:
    """Makes our embedder llama-index's."""
    from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
    from llama_index.core.bridge.pydantic import PrivateAttr

    class Handed(BaseEmbedding):
        """The collection's embedder."""

        _embed: _Embedding = PrivateAttr()

        def __init__(self, embed: _Embedding) -> None:
            super().__init__(model_name="ibid", embed_batch_size=_AT_ONCE)
            self._embed = embed

        def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
            found: list[Embedding] = self._embed(texts).tolist()
            return found

        def _get_text_embedding(self, text: str) -> Embedding:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> Embedding:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> Embedding:
            return self._get_query_embedding(query)

    return Handed


def _counter(measure: Measure) -> Callable[[str], int]:
    """Counts as the measure does."""

    def count(text: str) -> int:
        return len(measure.tokenizer.token_starts(text))

    short = lru_cache(_REMEMBERED)(count)
    return lambda text: short(text) if len(text) <= _SHORT else count(text)


def _pieces(parser: NodeParser, text: str) -> list[str]:
    from llama_index.core.node_parser import TextSplitter, get_leaf_nodes
    from llama_index.core.schema import Document, MetadataMode

    _load_punkt()
    if isinstance(parser, TextSplitter):
        found: list[str] = parser.split_text(text)
        return found
    with _quiet():
        nodes = get_leaf_nodes(parser.get_nodes_from_documents([Document(text=text)]))
    return [node.get_content(metadata_mode=MetadataMode.NONE) for node in nodes]


def _load_punkt() -> None:
    """Lets llama-index read NLTK's data in its own wheel: what the user's `NLTK_DATA` lacks it would download."""
    from llama_index.core.utils import globals_helper

    with _SETTING:
        before = os.environ.pop(_DATA, None)
        try:
            _ = globals_helper.punkt_tokenizer
        finally:
            if before is not None:
                os.environ[_DATA] = before


def _ends(text: str, pieces: Sequence[str]) -> Iterator[int]:
    """Where the pieces begin and end in the text; one that is not in it, after the piece before, is passed over.

    White space is left out of the comparison: parsers strip it, and some make other of it.
    """
    offsets = [at for at, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text.split())
    done = 0
    for piece in pieces:
        wanted = "".join(piece.split())
        start = squeezed.find(wanted, done) if wanted else -1
        if start < 0:
            continue
        done = start + len(wanted)
        yield offsets[start]
        yield offsets[done - 1] + 1


def _line(error: Exception) -> str:
    """What an exception says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__
