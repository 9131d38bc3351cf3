"""The `retrieval` section of the settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ingest.settings import PartSetting, Section
from retrieval.types import Mode


class SearchSettings(Section):
    """How a question is searched."""

    mode: Mode = "hybrid"
    dense_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    unit: Literal["chunk"] = "chunk"
    send: Literal["chunk"] = "chunk"
    candidates: Annotated[int, Field(ge=1, le=10_000)] = 100
    top_k: Annotated[int, Field(ge=1, le=1_000)] = 8
    reranker: PartSetting | None = None


class RetrievalSettings(Section):
    """Embedding, storing, searching."""

    embedder: PartSetting = PartSetting(name="minilm")
    store: PartSetting = PartSetting(name="chroma")
    search: SearchSettings = SearchSettings()
