"""Subtitles, SRT and WebVTT: a cue is a block, its times and its words; the decoded file but for its markup.

In WebVTT `<v Ines>` says who speaks: `Ines: `.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ingest.parsers import Aids, Parser
from ingest.parsers._decoding import encoding_of, lines_of, open_text
from ingest.types import Block, Info, ParseEvent, Place

_TIMES = re.compile(r"\s*(?:\d+:)?\d\d?:\d\d[.,]\d{1,3}[ \t]*-->")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{1,80})?[ \t]+([^<>\n]{1,80}?)[ \t]*>[ \t]*")
_MARKUP = re.compile(
    r"</?(?:[bciuv]|ruby|rt|lang|font)(?:[.\s][^<>\n]{0,200})?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>", re.IGNORECASE
)
_LONG = 20_000
"""What has more characters without a time in it is given out in pieces, at a line's end."""


class Subtitles(Parser):
    """Reads subtitles: what is said is not torn from when it is said, and no sentence runs on into the next times."""

    suffixes: ClassVar[tuple[str, ...]] = (".srt", ".vtt")
    version: ClassVar[int] = 2

    def parse(self, file: Path, aids: Aids) -> Iterator[ParseEvent]:  # noqa: ARG002  # the role's signature
        """A block a cue, with its number or name; before them the file's head."""
        encoding = encoding_of(file)
        if encoding.warning:
            yield Info(warnings=(encoding.warning,))
        with open_text(file, encoding) as handle:
            yield from cues(lines_of(handle))


def cues(lines: Iterator[str]) -> Iterator[Block]:
    """Blocks that begin with the line of a cue's times, or with the line before it that names the cue."""
    held: list[str] = []
    first, size = 1, 0
    for line in lines:
        begins = _TIMES.match(line) is not None
        if begins or size > _LONG:
            kept = len(held) - (begins and _ends_with_name(held))
            if any(map(str.strip, held[:kept])):
                yield _block(held[:kept], first)
                first += sum(part.endswith("\n") for part in held[:kept])
                held = held[kept:]
                size = sum(map(len, held))
        held.append(line)
        size += len(line)
    if held:
        yield _block(held, first)


def _ends_with_name(held: list[str]) -> bool:
    """Whether the last line numbers or names the cue that comes: it stands alone, or is a number."""
    last = held[-1].strip() if held else ""
    return bool(last) and (last.isdecimal() or len(held) == 1 or not held[-2].strip())


def _block(held: list[str], first: int) -> Block:
    text = "".join(held)
    timed = any(map(_TIMES.match, held[:50]))
    text = _MARKUP.sub("", _VOICE.sub(r"\1: ", text)) if timed else text
    return Block(text, "record" if timed else "text", Place(lines=(first, first + text.rstrip().count("\n"))))
