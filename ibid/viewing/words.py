"""How a file is cut and what differs, in words: for the terminal and the page of HTML alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ibid.cli.common import counted
from ibid.preview import FileChunks
from ibid.viewing.difference import Difference, State
from ingest.types import Chunk

MARKS: dict[State, str] = {"same": "=", "moved": "~", "context": "*", "new": "+"}
_MEANS: dict[State, str] = {
    "same": "stay as they are",
    "moved": "with the same text at another place",
    "context": "at the same place with another context",
    "new": "new",
}


def how(found: FileChunks) -> str:
    """By which strategy a file is cut, and why by this one."""
    why = "the default: no rule matches" if found.rule == "default" else f"chosen by the rule {found.rule!r}"
    return f"strategy {found.strategy!r}, {why}"


def overlap_in_words(chunks: Sequence[Chunk]) -> str:
    """How many chunks repeat something of the one before; "" where none does."""
    count = sum(repeated(before, chunk) > 0 for before, chunk in pairwise(chunks))
    return f"{count} of them repeat the end of the one before" if count else ""


def repeated(before: Chunk | None, chunk: Chunk) -> int:
    """How many characters of a chunk the one before has too."""
    return 0 if before is None else max(0, before.span.end - chunk.span.start)


def counts_in_words(difference: Difference) -> str:
    """How many chunks are the same, and what became of the others."""
    counts = [f"{MARKS[state]} {count} {_MEANS[state]}" for state in MARKS if (count := difference.now.count(state))]
    gone = difference.was.count("new")
    return ", ".join([*counts, *([f"- {gone} gone"] if gone else [])]) or "no chunks"


def starts_in_words(difference: Difference) -> str:
    """How many of the places at which chunks start are the same."""
    kept, gone, new = difference.starts
    return f"chunks start at {counted(kept, 'place')} as before, at {new} new; {gone} no more"


def cost_in_words(difference: Difference) -> str:
    """What has to be embedded to change over."""
    cost = difference.cost
    anew = cost.chunks + cost.sentences
    if not anew and not cost.stored:
        return "to embed: nothing"
    there = f" ({cost.stored} more have their vectors in the home already)" if cost.stored else ""
    if cost.seconds is None:
        time = ", time and price as the endpoint has it"
    else:
        time = f", about {_duration(cost.seconds)} on this machine" if anew else ""
    beside = f" and {counted(cost.sentences, 'sentence')}" if cost.sentences else ""
    return f"to embed: {counted(cost.chunks, 'chunk')}{beside}, {cost.tokens:,} tokens{time}{there}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
