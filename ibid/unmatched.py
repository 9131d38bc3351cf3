"""Unmatched: what to say of a filter that no document matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from retrieval.catalog import Known
from retrieval.filters import KEYS, Filter

_NEAR = 3
"""The most paths that are named."""


def unmatched_said(filter: Filter, documents: Sequence[Known]) -> str:  # noqa: A002  # the option's name
    """That no document matches a filter, with the paths that are nearly what it says; "" where one does."""
    if any(filter.matches(one) for one in documents):
        return ""
    said = f"no document matches the filter {', '.join(filter.given)}"
    deeper = tuple(map(_deeper, filter.given))
    if deeper != filter.given and any(Filter(deeper).matches(one) for one in documents):
        return f"{said}: a pattern begins where the paths do; try {', '.join(deeper)}"
    near = _near(filter.given, [one.path for one in documents])
    return f"{said}; nearly so: {', '.join(near)}" if near else said


def _deeper(given: str) -> str:
    """A condition whose pattern of paths may begin at any folder."""
    key, equals, value = given.partition("=")
    named, pattern = (f"{key}=", value.strip()) if equals and key in KEYS else ("", given)
    beyond = pattern.lstrip("!")
    begins = "/" in beyond.rstrip("/") and not beyond.startswith(("/", ".", "**/")) and named in ("", "path=")
    return f"{named}{pattern[: len(pattern) - len(beyond)]}**/{beyond}" if begins else given


def _near(given: Iterable[str], paths: Sequence[str]) -> list[str]:
    """The documents whose path or name is nearly one of the patterns."""
    known = {name: path for path in reversed(paths) for name in (path.casefold(), path.rpartition("/")[2].casefold())}
    found: dict[str, None] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if key == "path" or not equals or key not in KEYS:
            pattern = (value if key == "path" else text).strip().lstrip("!/").casefold()
            found |= dict.fromkeys(known[one] for one in get_close_matches(pattern, known, n=_NEAR))
    return list(found)[:_NEAR]
