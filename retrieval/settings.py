"""The `retrieval` section of the settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ingest.settings import PartSetting, Section
from retrieval.types import Mode

_MOST_TOKENS = 100_000


class Tokens(Section):
    """A size of what is scored, or sent."""

    tokens: Annotated[int, Field(ge=1, le=_MOST_TOKENS)]
    """At most so many: whole sentences, rows, records while they fit; where one is longer, a part of it is scored, and
    all of what scored is sent."""


class Around(Tokens):
    """What is sent around what scored."""

    least: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Only what scores at least so much of the best hit's score: a hit that stands alone is sent alone."""


def _one_of(*names: str, kind: type[Tokens]) -> BeforeValidator:
    """Checks that a value is one of the names or a size: pydantic's own message would tell of only one of the forms."""
    more = ", ".join(f"{key}: a number from 0 to 1" for key in kind.model_fields if key != "tokens")
    form = f"{{tokens: n}}, n from 1 to {_MOST_TOKENS}" + (f", or {{tokens: n, {more}}}" if more else "")

    def checked(value: Any) -> Any:
        said = value if isinstance(value, dict) else {}
        size = said.get("tokens") if said.keys() <= kind.model_fields.keys() else None
        known = isinstance(value, kind) or (isinstance(value, str) and value in names)
        sized = type(size) is int and 1 <= size <= _MOST_TOKENS
        if not known and not (sized and 0 <= _number(said.get("least", 0)) <= 1):
            raise ValueError(f"should be {', '.join(names)} or {form}")
        return value

    return BeforeValidator(checked)


def _number(value: Any) -> float:
    """A number; of what is none, one that is out of every range."""
    return value if type(value) in (int, float) else -1


Unit = Annotated[Literal["chunk", "sentence"] | Tokens, _one_of("chunk", "sentence", kind=Tokens)]
"""What is scored: whole chunks; each sentence, row, record; or pieces of a size."""
Send = Annotated[
    Literal["chunk", "unit", "window", "section"] | Around,
    _one_of("chunk", "unit", "window", "section", kind=Around),
]
"""What is sent of what scored best: its chunk, itself alone, it with what stands around it (less with each further hit,
or of one size, as far as that scores too), all of its section."""


class SearchSettings(Section):
    """How a question is searched; read when a question comes, so that a change needs no new ingest."""

    mode: Mode = "hybrid"
    dense_weight: Annotated[float, Field(ge=0, le=1)] = 0.5
    unit: Unit = "sentence"
    send: Send = "window"
    candidates: Annotated[int, Field(ge=1, le=10_000)] = 100
    top_k: Annotated[int, Field(ge=1, le=1_000)] = 8
    infer_filter: bool = True
    reranker: PartSetting | None = None


class RetrievalSettings(Section):
    """Embedding, storing, searching."""

    embedder: PartSetting = PartSetting(name="minilm")
    store: PartSetting = PartSetting(name="chroma")
    search: SearchSettings = SearchSettings()
