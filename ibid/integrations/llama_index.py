"""A retriever of LlamaIndex over an ibid home: its query and chat engines run on ibid's index, with its places.

from ibid.integrations.llama_index import IbidRetriever
from llama_index.core.query_engine import RetrieverQueryEngine

with ibid.open("papers/.ibid") as library:
    engine = RetrieverQueryEngine.from_args(IbidRetriever(library, k=5), llm=…)
    answer = engine.query("What limits the cycle life?")
    answer.source_nodes[0].metadata["citation"]
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from ibid.library import Library, check_mode
from ingest.citations import citation_of
from ingest.places import place_to_dict
from retrieval.types import Hit, Mode

_FOR_THE_MODEL = ("path", "citation", "context")
"""What a language model is shown of a node's metadata, beside its text."""


class IbidRetriever(BaseRetriever):
    """Retrieves ibid's hits as nodes: `RetrieverQueryEngine.from_args(IbidRetriever(library, k=5), llm=…)`.

    A node's text is the hit's, a slice of the document (`start_char_idx`, `end_char_idx`); its metadata has `path`,
    `citation` (what `ibid show` opens), `context` and the place (`pages`, `boxes`, `rows`, `sheet`, `pointers`, …),
    under the names of ibid's JSON. Of these a language model is shown path, citation and context.

    Args:
        library: an open library; it stays the caller's to close.
        k: how many hits; by default `retrieval.search.top_k` of the settings.
        mode: by default `retrieval.search.mode` of the settings.
        filter: gitignore patterns of document paths; one of them must match.
        callback_manager: LlamaIndex's own.

    Raises:
        UsageError: there is no such mode.
    """

    def __init__(
        self,
        library: Library,
        *,
        k: int | None = None,
        mode: Mode | None = None,
        filter: str | Sequence[str] | None = None,  # noqa: A002  # as of `Library.search`
        callback_manager: CallbackManager | None = None,
    ) -> None:
        check_mode(mode)
        self._library = library
        self._k = k
        self._mode = mode
        self._filter = filter
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._library.search(query_bundle.query_str, k=self._k, mode=self._mode, filter=self._filter)
        return [NodeWithScore(node=node_of(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def node_of(hit: Hit) -> TextNode:
    """The node of a hit; the same hit gives the same id."""
    citation = citation_of(hit.path, hit.place, hit.span)
    metadata: dict[str, Any] = {"path": hit.path, "citation": citation, **place_to_dict(hit.place)}
    if hit.context:
        metadata["context"] = hit.context
    name = f"{hit.collection}\n{hit.path}\n{hit.span.start}-{hit.span.end}"
    node = TextNode(
        id_=hashlib.sha256(name.encode()).hexdigest()[:32],
        text=hit.text,
        start_char_idx=hit.span.start,
        end_char_idx=hit.span.end,
        metadata=metadata,
        excluded_llm_metadata_keys=[key for key in metadata if key not in _FOR_THE_MODEL],
        excluded_embed_metadata_keys=[key for key in metadata if key != "context"],
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=hit.path)
    return node
