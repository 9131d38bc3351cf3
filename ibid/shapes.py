"""The shapes of `--json`: what the stages produce, as plain values under the contract's keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ibid.places import Shown
from ibid.preview import FileChunks
from ibid.rendering import Rendered
from ibid.viewing.difference import Difference
from ibid.viewing.sizes import sizes_of
from ingest.citations import citation_of
from ingest.places import place_to_dict
from ingest.types import Chunk, Page, Span
from qa.types import Answer, Citation
from retrieval.types import CollectionStatus, Hit, Partial, SyncPlan, SyncReport

Shape = dict[str, Any]


def span_list(span: Span) -> list[int]:
    """`[start, end]`."""
    return [span.start, span.end]


def hit_shape(hit: Hit) -> Shape:
    """HIT."""
    return {
        "rank": hit.rank,
        "score": hit.score,
        "scores": dict(hit.scores),
        "collection": hit.collection,
        "path": hit.path,
        "span": span_list(hit.span),
        "match": span_list(hit.match),
        "text": hit.text,
        "context": hit.context,
        "tokens": hit.tokens,
        "copies": [citation_of(copy.path, copy.place, copy.span) for copy in hit.copies if copy.whole],
        "partly": [citation_of(copy.path, copy.place, copy.span) for copy in hit.copies if not copy.whole],
        **place_to_dict(hit.place),
    }


def citation_shape(citation: Citation) -> Shape:
    """One entry of an answer's citations."""
    return {
        "marker": citation.marker,
        "citation": citation.citation,
        "path": citation.path,
        "span": span_list(citation.span),
        "quote": citation.quote,
        "copies": list(citation.copies),
        **place_to_dict(citation.place),
    }


def answer_shape(answer: Answer) -> Shape:
    """The object of `ask`."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "unsure": answer.unsure,
        "citations": [citation_shape(citation) for citation in answer.citations],
        "unresolved": list(answer.unresolved),
        "unsupported": list(answer.unsupported),
        "hits": [hit_shape(hit) for hit in answer.hits],
        "conversation": answer.conversation,
        "provider": answer.provider,
        "model": answer.model,
        "usage": asdict(answer.usage),
        "cost": answer.cost,
        "seconds": asdict(answer.seconds),
        "warnings": list(answer.warnings),
        "prompt": answer.prompt,
    }


def report_shape(report: SyncReport) -> Shape:
    """The object of `ingest`."""
    return {
        "collection": report.collection,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "documents": report.documents,
        "failed": [asdict(one) for one in report.failed],
        "skipped": [asdict(one) for one in report.skipped],
        "partial": [_partial_shape(one) for one in report.partial],
        "missing": list(report.missing),
        "pages": asdict(report.pages),
        "rows": asdict(report.rows),
        "chunks": report.chunks,
        "embedded": report.embedded,
        "reused": report.reused,
        "warnings": list(report.warnings),
        "captions": asdict(report.captions) if report.captions else None,
        "store_error": report.store_error or None,
        "seconds": report.seconds,
    }


def plan_shape(plan: SyncPlan, collection: str) -> Shape:
    """The object of `ingest --dry-run`: the paths themselves instead of their numbers."""
    return {
        "collection": collection,
        "dry_run": True,
        "added": list(plan.added),
        "changed": list(plan.changed),
        "removed": list(plan.removed),
        "unchanged": list(plan.unchanged),
        "documents": plan.documents,
        "failed": [asdict(one) for one in plan.failed],
        "skipped": [asdict(one) for one in plan.skipped],
        "partial": [_partial_shape(one) for one in plan.partial],
        "missing": list(plan.missing),
        "pages": asdict(plan.pages),
        "rows": asdict(plan.rows),
        "chunks": plan.chunks,
        "rechunked": list(plan.rechunked),
        "embedded": plan.embedded,
        "reused": plan.reused,
        "warnings": list(plan.warnings),
        "seconds": plan.seconds,
    }


def _partial_shape(one: Partial) -> Shape:
    return {"path": one.path, "pages": list(one.pages), "reason": one.reason, "rows": one.rows}


def status_shape(status: CollectionStatus, home: str, *, sources: bool) -> Shape:
    """The object of `status`."""
    shape: Shape = {
        "home": home,
        "collection": status.collection,
        "documents": status.documents,
        "pages": asdict(status.pages),
        "chunks": status.chunks,
        "tokens": status.tokens,
        "embedder": asdict(status.embedder) if status.embedder else None,
        "rules": [asdict(rule) for rule in status.rules],
        "stale": [asdict(one) for one in status.stale],
    }
    if sources:
        shape["sources"] = [
            asdict(source) | {"coverage": [page_shape(page) for page in source.coverage]} for source in status.sources
        ]
    return shape


def page_shape(page: Page) -> Shape:
    """What became of a page: one entry of `coverage`."""
    return {
        "page": page.number,
        "state": page.state,
        "reason": page.reason,
        "header": page.header,
        "footer": page.footer,
    }


def chunks_shape(found: FileChunks, difference: Difference | None = None) -> Shape:
    """The object of `chunks`; with a difference also that, under `diff`."""
    shape: Shape = {
        "path": found.path,
        **_cut_shape(found),
        "coverage": [page_shape(page) for page in found.coverage],
        "rows": asdict(found.rows),
        "cut": found.cut,
    }
    return shape if difference is None else shape | {"diff": _difference_shape(difference)}


def _cut_shape(found: FileChunks) -> Shape:
    return {
        "rule": found.rule,
        "strategy": found.strategy,
        "chunks": [_chunk_shape(chunk) for chunk in found.chunks],
        "sizes": asdict(sizes_of(found.chunks)),
        "warnings": list(found.warnings),
    }


def _difference_shape(difference: Difference) -> Shape:
    """`chunks` are those of the other settings, each with its `state`; `was` has the states of the present ones."""
    after = _cut_shape(difference.after)
    chunks = [chunk | {"state": state} for chunk, state in zip(after["chunks"], difference.now, strict=True)]
    kept, gone, new = difference.starts
    return {
        "settings": difference.name,
        **after,
        "chunks": chunks,
        "was": list(difference.was),
        "same": difference.now.count("same"),
        "moved": difference.now.count("moved"),
        "context": difference.now.count("context"),
        "new": difference.now.count("new"),
        "gone": difference.was.count("new"),
        "starts": {"kept": kept, "gone": gone, "new": new},
        "embed": asdict(difference.cost),
        "warnings": [*after["warnings"], *difference.warnings],
    }


def _chunk_shape(chunk: Chunk) -> Shape:
    return {
        "ordinal": chunk.ordinal,
        "span": span_list(chunk.span),
        "tokens": chunk.tokens,
        "text": chunk.text,
        "context": chunk.context,
        **place_to_dict(chunk.place),
    }


def shown_shape(shown: Shown) -> Shape:
    """The object of `show`."""
    return {
        "citation": shown.citation,
        "path": shown.path,
        "span": span_list(shown.span),
        "text": shown.text,
        "before": shown.before,
        "after": shown.after,
        **place_to_dict(shown.place),
    }


def rendered_shape(picture: Rendered, file: str) -> Shape:
    """What `show --png` adds."""
    return {"png": file, "png_page": picture.page, "warnings": list(picture.warnings)}


def search_shape(
    question: str,
    hits: Sequence[Hit],
    seconds: float,
    *,
    given: Sequence[str] = (),
    named: Sequence[str] = (),
    meant: Mapping[str, str] | None = None,
    warnings: Sequence[str] = (),
) -> Shape:
    """The object of `search`; its filters are those that were given, and the documents that the question names.

    `spelling` has what was searched for instead of words that no document has.
    """
    return {
        "question": question,
        "filter": {"given": list(given), "named": list(named)},
        "spelling": dict(meant or {}),
        "hits": [hit_shape(hit) for hit in hits],
        "seconds": seconds,
        "warnings": list(warnings),
    }
