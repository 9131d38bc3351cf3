"""The `ingest` section of the settings."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ContextKind = Literal["file", "title", "document_title", "headings", "table_header", "neighbours"]
"""The file's name with its ending or without, the document's own title, the headings above, the header of the table,
the first sentences of the chunks before and after."""
Together = Literal["table", "list", "code", "row", "record", "text"]
"""Kinds of blocks that are not cut where they fit: tables, lists and code whole; rows, records, paragraphs singly."""
_BYTES = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)(i?)b?", re.IGNORECASE)
_POWERS = ("", "k", "m", "g")


def bytes_in(size: str) -> int:
    """The bytes of a size such as `5MB` (millions), `5MiB` (of 1,048,576) or `5000000`.

    Raises:
        ValueError: it is none.
    """
    found = _BYTES.fullmatch(size.strip())
    if found is None:
        raise ValueError(size)
    return int(float(found[1]) * (1024 if found[3] else 1000) ** _POWERS.index(found[2].lower()))


def _as_text(size: Any) -> Any:
    return str(size) if type(size) is int else size


def _is_size(size: str) -> str:
    try:
        bytes_in(size)
    except ValueError:
        raise ValueError("should be a size such as 5MB") from None
    return size


def _several(names: Any) -> Any:
    if isinstance(names, str):
        return (names,)
    return tuple(names) if isinstance(names, list) else names


FileSize = Annotated[str, BeforeValidator(_as_text), AfterValidator(_is_size)]
"""Bytes, as a number or with a unit: `5MB`."""
Formats = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
"""Parsers' names or files' endings; a single one may stand by itself."""
_CONDITIONS = ("match", "format", "larger_than", "smaller_than", "metadata")
Size = Annotated[int, Field(ge=16, le=100_000)]
MinSize = Annotated[int, Field(ge=0, le=100_000)]
Overlap = Annotated[int, Field(ge=0, le=50_000)]


class Section(BaseModel):
    """A section of the settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PartSetting(BaseModel):
    """A component chosen by name; the other keys are its own options, checked by the component."""

    model_config = ConfigDict(frozen=True, extra="allow")
    name: str

    @property
    def options(self) -> dict[str, Any]:
        """The component's own options as written."""
        return dict(self.__pydantic_extra__ or {})


class ChunkingDefault(BaseModel):
    """How a document is cut where no rule says otherwise; other keys are the strategy's own options."""

    model_config = ConfigDict(frozen=True, extra="allow")
    strategy: str = "sentence"
    size: Size = 200
    min_size: MinSize = 0
    overlap: Overlap = 0
    keep_together: tuple[Together, ...] = ()
    context: tuple[ContextKind, ...] = ("title", "headings", "table_header")
    sentence_vectors: bool = False
    """Whether the sentences of prose are embedded too: search tells better which of a chunk's answers."""

    @property
    def options(self) -> dict[str, Any]:
        """The strategy's own options as written."""
        return dict(self.__pydantic_extra__ or {})


class Metadata(Section):
    """What a document must say of itself: patterns with `*`, `?` and braces, case ignored."""

    title: str | None = None


class ChunkingRule(BaseModel):
    """What differs from the default for some documents; other keys are the strategy's own options.

    It is for the documents of which all holds that it says: their paths, their formats, the sizes of their files, what
    they say of themselves.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    match: str | None = None
    format: Formats | None = None
    larger_than: FileSize | None = None
    smaller_than: FileSize | None = None
    metadata: Metadata | None = None
    strategy: str | None = None
    size: Size | None = None
    min_size: MinSize | None = None
    overlap: Overlap | None = None
    keep_together: tuple[Together, ...] | None = None
    context: tuple[ContextKind, ...] | None = None
    sentence_vectors: bool | None = None

    @model_validator(mode="after")
    def _is_for_some(self) -> ChunkingRule:
        if not any(getattr(self, name) is not None for name in _CONDITIONS) or self.metadata == Metadata():
            raise ValueError(
                "needs match, format, larger_than, smaller_than or metadata; what is for all belongs in default"
            )
        if self.larger_than and self.smaller_than and bytes_in(self.larger_than) + 1 >= bytes_in(self.smaller_than):
            raise ValueError("is for no file: none is larger than this and smaller than that")
        return self

    @property
    def options(self) -> dict[str, Any]:
        """The strategy's own options as written."""
        return dict(self.__pydantic_extra__ or {})


class ChunkingSettings(Section):
    """The default and the rules; the first rule that is for a document wins."""

    default: ChunkingDefault = ChunkingDefault()
    rules: tuple[ChunkingRule, ...] = (
        ChunkingRule(match="*.md", strategy="heading", size=250),
        ChunkingRule(match="*.{csv,tsv,xlsx}", strategy="rows"),
        ChunkingRule(match="*.{json,jsonl}", strategy="records"),
        ChunkingRule(match="*.{markdown,rst,html,htm,xhtml,docx,odt,rtf,epub}", strategy="heading", size=250),
        ChunkingRule(match="*.{xlsm,ods}", strategy="rows"),
        ChunkingRule(match="*.{pptx,pptm,ppsx,ppsm,potx,potm}", strategy="page"),
        ChunkingRule(match="*.ndjson", strategy="records"),
        ChunkingRule(match="*.{srt,vtt}", strategy="records"),
        ChunkingRule(match="*.pdf", size=250),
    )


class Limits(Section):
    """What one file may take.

    Its time is the larger of `seconds` and pages × `seconds_per_page`; a megabyte of a file without pages counts as a
    page. One page may take `seconds_per_page`. Where more than two processes a core run, seconds are longer.
    """

    seconds: Annotated[float, Field(gt=0, le=86_400)] = 120
    seconds_per_page: Annotated[float, Field(gt=0, le=3_600)] = 30
    memory_mb: Annotated[int, Field(ge=200, le=1_000_000)] = 1000
    pages: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    pixels: Annotated[int, Field(ge=10_000, le=10_000_000_000)] = 200_000_000
    decompressed_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 500


class IngestSettings(Section):
    """Parsing and chunking. `parsers` maps a parser's name to its options; `captions` names who describes pictures."""

    chunking: ChunkingSettings = ChunkingSettings()
    parsers: dict[str, dict[str, Any]] = {}
    ocr: PartSetting = PartSetting(name="rapidocr")
    captions: PartSetting | None = None
    limits: Limits = Limits()
