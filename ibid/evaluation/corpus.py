"""The corpus of an evaluation: a folder, ingested into a collection of its own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from ibid.evaluation.cases import Case
from ibid.home import Home
from ibid.library import Library
from ibid.schema import Settings
from ingest.errors import UsageError
from retrieval.types import Progress, SyncReport


def corpus_folder(given: str) -> Path:
    """The folder of `--corpus`.

    Raises:
        UsageError: it is none.
    """
    folder = Path(given).expanduser().resolve()
    if not folder.is_dir():
        raise UsageError(f"--corpus: there is no folder {given!r}")
    return folder


def within(cases: Sequence[Case], folder: Path) -> list[Case]:
    """The cases with their files named as a corpus has them: `docs/a.md`, or its absolute path, is `a.md` in `docs`.

    So a case file that was written over a collection can be asked of the folder that was ingested into it.
    """

    @cache
    def inside(name: str) -> str:
        if (folder / name.lstrip("/")).exists():
            return name
        parts = folder.parts
        tails = ("/".join(parts[at:]).replace("//", "/") + "/" for at in range(len(parts)))
        rests = (name.removeprefix(tail) for tail in tails if name.startswith(tail))
        return next((rest for rest in rests if (folder / rest).exists()), name)

    return [
        replace(
            case,
            evidence=tuple(replace(one, path=inside(one.path)) for one in case.evidence),
            files=tuple(map(inside, case.files)),
        )
        for case in cases
    ]


def collection_name(settings: Settings, folder: Path) -> str:
    """A name for a folder ingested with these settings: other settings, another collection."""
    said = [str(folder), settings.ingest.model_dump(mode="json"), settings.retrieval.embedder.model_dump(mode="json")]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:10]
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{folder.parent.name}-{folder.name}").strip("-")[:60]
    return f"eval-{plain}-{digest}"


def corpus_library(library: Library, folder: Path) -> Library:
    """The same home and settings, opened on the corpus' own collection; document paths are relative to the corpus."""
    loaded, home = library.loaded, library.home
    return Library(Home(home.folder, folder), loaded, collection=collection_name(library.settings, folder))


def ingest_corpus(library: Library, folder: Path, progress: Progress) -> SyncReport:
    """Brings the corpus' collection up to date; what is there already is not embedded again."""
    return library.ingest(folder, prune=True, progress=progress)
