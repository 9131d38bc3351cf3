"""How a file is cut, in the terminal: a bar in changing colours beside each chunk, or plain text."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import click

from ibid.cli.common import clean, counted, one_line
from ibid.coverage import lines as page_lines
from ibid.places import remark_on
from ibid.preview import FileChunks
from ibid.viewing.difference import Difference
from ibid.viewing.sizes import Step, sizes_of
from ibid.viewing.words import MARKS, cost_in_words, counts_in_words, how, overlap_in_words, repeated, starts_in_words
from ingest.citations import citation_of
from ingest.types import Chunk

_COLOURS = ("cyan", "magenta", "yellow", "green")
_LONGEST_BAR = 40


def chunks_in_words(found: FileChunks, rows: str) -> Iterator[str]:
    """The lines that show a file's chunks.

    Args:
        found: the file, cut.
        rows: what became of its rows, in words.
    """
    yield f"{one_line(found.path)}: {one_line(how(found))}"
    for line in (*page_lines(found.coverage), *([f"rows {rows}"] if rows else [])):
        yield click.style(one_line(line), dim=True)
    before = None
    for chunk in found.chunks:
        yield ""
        yield from _chunk(found.path, chunk, repeated(before, chunk))
        before = chunk
    yield ""
    yield from sizes_in_words(found.chunks)


def sizes_in_words(chunks: Sequence[Chunk]) -> Iterator[str]:
    """How many chunks and tokens there are, and a histogram where that says more."""
    sizes = sizes_of(chunks)
    said = counted(len(chunks), "chunk")
    if len(chunks) == 1:
        yield f"{said}, {counted(sizes.total, 'token')}"
        return
    if len(chunks) > 1:
        said += f", {sizes.least} to {sizes.most} tokens (median {sizes.median}), {sizes.total:,} together"
    said += f"; {shared}" if (shared := overlap_in_words(chunks)) else ""
    yield said
    yield from histogram(sizes.steps)


def histogram(steps: Sequence[Step]) -> Iterator[str]:
    """A line for each step, with a bar as long as it has chunks."""
    if len(steps) < 2:
        return
    names = [f"{step.least}-{step.most}" for step in steps]
    width, most = max(map(len, names)), max(step.chunks for step in steps)
    block = "█" if (sys.stdout.encoding or "").lower().startswith("utf") else "#"
    for name, step in zip(names, steps, strict=True):
        bar = block * -(-step.chunks * _LONGEST_BAR // most)
        yield f"  {name:>{width}} tokens  {click.style(bar, fg='cyan')}{' ' if bar else ''}{step.chunks}"


def difference_in_words(difference: Difference) -> Iterator[str]:
    """The lines that tell what changes between two configurations."""
    before, after = difference.before, difference.after
    yield f"{one_line(before.path)}"
    yield f"now:   {one_line(how(before))}; {_tokens(before)}"
    yield f"other: {one_line(how(after))}; {_tokens(after)} ({one_line(difference.name)})"
    yield ""
    yield from _changes(difference)
    yield ""
    yield counts_in_words(difference)
    yield starts_in_words(difference)
    yield cost_in_words(difference)


def _chunk(path: str, chunk: Chunk, shared: int) -> Iterator[str]:
    colour = _COLOURS[chunk.ordinal % len(_COLOURS)]
    yield click.style(_heading(path, chunk, shared), fg=colour, bold=True)
    bar = click.style("▌", fg=colour) if sys.stdout.isatty() else ""
    if chunk.context:
        yield bar + click.style(f"context: {one_line(chunk.context)}", dim=True)
    again = clean(chunk.text[:shared])
    text = clean(chunk.text[shared:])
    dim = [click.style(line, dim=True) for line in again.split("\n")]
    fresh = text.split("\n")
    whole = [*dim[:-1], dim[-1] + fresh[0], *fresh[1:]] if shared else fresh
    for line in whole:
        yield bar + line


def _heading(path: str, chunk: Chunk, shared: int) -> str:
    place = clean(citation_of(path, chunk.place, chunk.span))
    noted = f" ── {remark}" if (remark := remark_on(chunk.place)) else ""
    again = f" ── the first {counted(shared, 'character')} again" if shared else ""
    span = f"[{chunk.span.start}, {chunk.span.end})"
    return f"── {chunk.ordinal} ── {span} ── {counted(chunk.tokens, 'token')}{again} ── {place}{noted}"


def _changes(difference: Difference) -> Iterator[str]:
    """A line for each chunk that is gone or not the same, in the order of the text; runs of the same in one line."""
    gone = [
        (chunk.span.start, 0, "-", chunk)
        for chunk, state in zip(difference.before.chunks, difference.was, strict=True)
        if state == "new"
    ]
    now = [
        (chunk.span.start, 1, MARKS[state], chunk)
        for chunk, state in zip(difference.after.chunks, difference.now, strict=True)
    ]
    same = 0
    for _, _, mark, chunk in sorted(gone + now, key=lambda one: one[:2]):
        if mark == "=":
            same += 1
            continue
        yield from _same(same)
        same = 0
        yield _change(mark, chunk)
    yield from _same(same)


def _same(count: int) -> Iterable[str]:
    return [click.style(f"= {counted(count, 'chunk')} as before", dim=True)] if count else []


def _change(mark: str, chunk: Chunk) -> str:
    colour = {"-": "red", "+": "green"}.get(mark, "yellow")
    text = one_line(chunk.text)
    shown = text if len(text) <= 70 else f"{text[:40]} … {text[-25:]}"
    where = f"{mark} {chunk.ordinal:<4} [{chunk.span.start}, {chunk.span.end})"
    return f"{click.style(f'{where:<24} {chunk.tokens:>5} tokens', fg=colour)}  {shown}"


def _tokens(found: FileChunks) -> str:
    sizes = sizes_of(found.chunks)
    return f"{counted(len(found.chunks), 'chunk')}, {sizes.total:,} tokens"
