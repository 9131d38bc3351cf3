"""Status: what is indexed in a collection, counted, and what of it is behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ingest.errors import UsageError
from ingest.walk import size_in
from retrieval import catalog
from retrieval.database import Database
from retrieval.types import CollectionStatus, PageCounts, RuleStatus, SourceStatus, Stale

if TYPE_CHECKING:
    from ingest.chunking import Rules
    from ingest.types import Chunking


def collections(database: Database) -> list[CollectionStatus]:
    """What is indexed in each collection of a home, by name."""
    with database.read() as connection:
        return [
            status_of(one, list(catalog.documents(connection, one.id).values()))
            for one in catalog.collections(connection)
        ]


def status_of(
    collection: catalog.Collection,
    known: Sequence[catalog.Known],
    *,
    rules: Rules | None = None,
    path: str | None = None,
) -> CollectionStatus:
    """What is indexed in a collection.

    Args:
        collection: the collection.
        known: its documents.
        rules: today's; documents cut by others are stale. None: only unreadable ones are.
        path: something must be indexed there ("." is all that have relative paths).

    Raises:
        UsageError: nothing is indexed at the path.
    """
    if path is not None and not any(_is_under(one.path, path) for one in known):
        raise UsageError(f"nothing is indexed under {path!r}", hint="`ibid status` tells what is; `ibid ingest` adds")
    return CollectionStatus(
        collection=collection.name,
        documents=len(known),
        pages=PageCounts.total(one.pages for one in known),
        chunks=sum(one.chunks for one in known),
        tokens=sum(one.tokens for one in known),
        embedder=collection.embedder,
        rules=_by_rule(known),
        stale=tuple(_stale(known, rules)),
    )


def sources_of(connection: sa.Connection, known: Sequence[catalog.Known], path: str | None) -> Iterator[SourceStatus]:
    """The documents at or below a path, one by one; none where no path is given."""
    for one in () if path is None else known:
        if _is_under(one.path, path or ""):
            parsed = catalog.parsed(connection, one.text_id)
            yield SourceStatus(
                path=one.path,
                parser=one.parser,
                rule=one.match,
                strategy=one.strategy,
                pages=one.pages,
                chunks=one.chunks,
                tokens=one.tokens,
                rows=one.rows,
                coverage=parsed.pages,
                cut=parsed.cut,
                warnings=parsed.warnings,
            )


def _is_under(path: str, folder: str) -> bool:
    if folder == ".":
        return not path.startswith("/")
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _by_rule(known: Sequence[catalog.Known]) -> tuple[RuleStatus, ...]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in known:
        count = counts[one.match, one.strategy]
        count[0] += 1
        count[1] += one.chunks
    return tuple(RuleStatus(match, strategy, *count) for (match, strategy), count in sorted(counts.items()))


def _stale(known: Sequence[catalog.Known], rules: Rules | None) -> Iterator[Stale]:
    for one in known:
        if one.stale:
            yield Stale(one.path, one.stale)
        elif rules is not None and _chosen(one, rules).key != one.chunking_key:
            yield Stale(one.path, "the chunking rules have changed since it was ingested")


def _chosen(known: catalog.Known, rules: Rules) -> Chunking:
    """How a document would be cut by today's rules."""
    return rules.choose(known.path, title=known.title, parser=known.parser, size=size_in(known.signature))
