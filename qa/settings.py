"""The `qa` section of the settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ingest.settings import PartSetting, Section
from qa.prompts import VERSION


class Budget(Section):
    """What one question may take; `input_tokens` is a hard cap on one request."""

    input_tokens: Annotated[int, Field(ge=100, le=10_000_000)] = 1200
    context_tokens: Annotated[int, Field(ge=20, le=10_000_000)] = 700
    history_tokens: Annotated[int, Field(ge=0, le=10_000_000)] = 250
    output_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    focus: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Of what was found, only passages that have this share of the best one's evidence are sent; 0: all that fits."""
    cost_per_day: Annotated[float, Field(ge=0)] | None = None


class QASettings(Section):
    """Answering."""

    provider: PartSetting = PartSetting(name="extractive")
    prompt: Annotated[str, Field(min_length=1)] = VERSION
    """A version of the prompts, or a file of the user's own."""
    budget: Budget = Budget()
