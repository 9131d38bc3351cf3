"""The `ingest` section of the settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ContextKind = Literal["title", "document_title", "headings", "table_header"]


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
    size: Annotated[int, Field(ge=16, le=100_000)] = 200
    overlap: Annotated[int, Field(ge=0, le=50_000)] = 0
    context: tuple[ContextKind, ...] = ("title", "headings", "table_header")

    @property
    def options(self) -> dict[str, Any]:
        """The strategy's own options as written."""
        return dict(self.__pydantic_extra__ or {})


class ChunkingRule(BaseModel):
    """What differs from the default for the paths that `match` matches; other keys are the strategy's own options."""

    model_config = ConfigDict(frozen=True, extra="allow")
    match: str
    strategy: str | None = None
    size: Annotated[int, Field(ge=16, le=100_000)] | None = None
    overlap: Annotated[int, Field(ge=0, le=50_000)] | None = None
    context: tuple[ContextKind, ...] | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The strategy's own options as written."""
        return dict(self.__pydantic_extra__ or {})


class ChunkingSettings(Section):
    """The default and the rules; the first rule that matches a document's path wins."""

    default: ChunkingDefault = ChunkingDefault()
    rules: tuple[ChunkingRule, ...] = (
        ChunkingRule(match="*.md", strategy="heading", size=250),
        ChunkingRule(match="*.{csv,tsv,xlsx}", strategy="rows"),
        ChunkingRule(match="*.{json,jsonl}", strategy="records"),
        ChunkingRule(match="*.{markdown,html,htm,xhtml,docx,odt,rtf,epub}", strategy="heading", size=250),
        ChunkingRule(match="*.{xlsm,ods}", strategy="rows"),
        ChunkingRule(match="*.ndjson", strategy="records"),
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
    """Parsing and chunking. `parsers` maps a parser's name to its options."""

    chunking: ChunkingSettings = ChunkingSettings()
    parsers: dict[str, dict[str, Any]] = {}
    ocr: PartSetting = PartSetting(name="rapidocr")
    limits: Limits = Limits()
