"""Ask questions of a folder of documents; get answers cited to the exact place."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibid.library import Library, open  # noqa: A004  # `ibid.open(…)` reads as intended
    from ingest.errors import (
        AnswerError,
        BudgetError,
        ConfigurationError,
        IbidError,
        IngestError,
        LockedError,
        MismatchError,
        NothingIndexedError,
        ProviderError,
        RetrievalError,
        UsageError,
    )

__all__ = [
    "AnswerError",
    "BudgetError",
    "ConfigurationError",
    "IbidError",
    "IngestError",
    "Library",
    "LockedError",
    "MismatchError",
    "NothingIndexedError",
    "ProviderError",
    "RetrievalError",
    "UsageError",
    "__version__",
    "open",
]

_STAGES = ("ingest", "retrieval", "qa")


def _in_the_way(name: str) -> str | None:
    """The file that a stage's name leads to, where it is not ours."""
    ours = Path(__file__).resolve().parents[1] / name / "__init__.py"
    loaded = sys.modules.get(name)
    if loaded is not None:
        found = getattr(loaded, "__file__", None)
    else:
        spec = importlib.util.find_spec(name)
        found = spec.origin or next(iter(spec.submodule_search_locations or ()), None) if spec else None
    if found is not None and Path(found).resolve() == ours:
        return None
    return found or f"(nothing is found under the name {name!r})"


def _check_stages() -> None:
    for name in _STAGES:
        other = _in_the_way(name)
        if other is not None:
            raise ImportError(
                f"ibid needs its own package {name!r}, but another one is in the way: {other}. "
                "Rename that file or folder, or run from another folder."
            )


_check_stages()


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("ibid-qa")
    if name not in __all__:
        raise AttributeError(f"module 'ibid' has no attribute {name!r}")
    module = "ibid.library" if name in ("Library", "open") else "ingest.errors"
    return getattr(importlib.import_module(module), name)


def __dir__() -> list[str]:
    return sorted(__all__)
