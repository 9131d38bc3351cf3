"""The shape of the settings: the stages' sections as one model, and what is said where a value does not fit."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ibid.layers import Merged, similar
from ingest.errors import ConfigurationError
from ingest.settings import IngestSettings, Section
from qa.settings import QASettings
from retrieval.settings import RetrievalSettings

HIDDEN = "***"
"""What is shown in place of a secret."""


class Settings(Section):
    """All settings."""

    ingest: IngestSettings = IngestSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    qa: QASettings = QASettings()


def validated(merged: Merged) -> Settings:
    """The settings of a merged tree; nothing is coerced from one type to another.

    Raises:
        ConfigurationError: an unknown key, a wrong type, a number out of range.
    """
    try:
        return Settings.model_validate_json(as_json(merged.tree), strict=True)
    except ValidationError as error:
        raise explained(error, Settings, prefix=(), merged=merged, known=("collections",)) from error


def as_json(tree: Mapping[str, Any]) -> str:
    """The tree as JSON text: what strict checking without coercion reads.

    Raises:
        ConfigurationError: it holds something that is no plain value.
    """
    try:
        return json.dumps(tree, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"the settings hold something that is no plain value: {error}") from error


def explained(
    error: ValidationError,
    model: type[BaseModel],
    *,
    prefix: tuple[str, ...],
    merged: Merged,
    known: Sequence[str] = (),
    secret: Collection[str] = (),
) -> ConfigurationError:
    """The first thing that is wrong, with its full key, where it was said, and what is allowed.

    Args:
        error: what pydantic found.
        model: what was checked.
        prefix: where that model lies in the settings.
        merged: knows the origins.
        known: keys that are allowed there beside the model's own, not in the sections within it.
        secret: keys of the model whose values are not shown.
    """
    first = error.errors(include_url=False)[0]
    inside = tuple(str(part) for part in first["loc"])
    key = ".".join((*prefix, *inside))
    written, said = merged.written(key), from_where(merged, key)
    if first["type"] == "extra_forbidden":
        allowed = sorted({*_keys(model, inside[:-1]), *(known if len(inside) == 1 else ())})
        hint = f"{similar(inside[-1], allowed)}allowed here: {', '.join(allowed) or 'nothing'}"
        return ConfigurationError(f"{written}: there is no such setting{said}", hint=hint)
    if first["type"] == "missing":
        return ConfigurationError(f"{written}: is needed and not given{said}", hint="")
    wanted = first["msg"].replace("Input should be", "should be").removeprefix("Value error, ")
    value = HIDDEN if inside[:1] and inside[0] in secret else _brief(first["input"])
    return ConfigurationError(f"{written}: {value} {wanted}{said}", hint=f"set {written} to an allowed value")


def from_where(merged: Merged, key: str) -> str:
    """` (from ibid.yaml)`: where the value at a key was said; nothing where it is built in."""
    origin = merged.origin_of(key)
    return "" if origin == "built-in" else f" (from {origin})"


def _brief(value: Any) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _keys(model: type[BaseModel], inside: Sequence[str]) -> list[str]:
    """The keys of the section that lies `inside` a model; none where it is no section."""
    current: type[BaseModel] | None = model
    for part in inside:
        if part.isdigit() or current is None:
            continue
        field = current.model_fields.get(part)
        current = None if field is None else _model_in(field.annotation)
    return list(current.model_fields) if current is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or holds: `X`, `X | None`, `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)
