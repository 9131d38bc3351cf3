"""Blocks gathered into segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import EmptyError, UnreadableError
from ingest.segments import cut, gather
from ingest.types import Block, Info, Page, Place, Segment


def segments(blocks: list[Block], limit: int) -> list[Segment]:
    return [event for event in gather(blocks, limit=limit) if isinstance(event, Segment)]


def test_segments_are_cut_between_blocks() -> None:
    found = segments([Block("aaaa"), Block("bbbb"), Block("cc")], 8)
    assert [(s.ordinal, s.start, s.text) for s in found] == [(0, 0, "aaaabbbb"), (1, 8, "cc")]


def test_a_block_larger_than_a_segment_is_cut_after_a_line_and_keeps_its_lines() -> None:
    found = segments([Block("one\ntwo\nthree\n", "text", Place(lines=(5, 7)))], 9)
    assert [(s.start, s.text, s.blocks[0].place.lines) for s in found] == [
        (0, "one\ntwo\n", (5, 6)),
        (8, "three\n", (7, 7)),
    ]


def test_nul_and_lone_surrogates_are_replaced_one_for_one() -> None:
    block = Block("a\0b\ud800c", "text", Place(pointers=("/\udfff",), headings=("\0",)), "h\0")
    (found,) = segments([block], 100)
    assert found.blocks == (
        Block("a\ufffdb\ufffdc", "text", Place(pointers=("/\ufffd",), headings=("\ufffd",)), "h\ufffd"),
    )


def test_pages_and_information_pass_through() -> None:
    assert list(gather([Info("T\0"), Block("a"), Page(1, "text")])) == [
        Info("T\ufffd"),
        Page(1, "text"),
        Segment(0, 0, (Block("a"),)),
    ]


def test_nothing_but_white_space_is_empty() -> None:
    with pytest.raises(EmptyError):
        list(gather([Block(" \n")]))


def test_nothing_but_failed_pages_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="page 2: broken"):
        list(gather([Page(1, "empty"), Page(2, "failed", "broken")]))


@given(st.lists(st.text(st.sampled_from("ab \n"), max_size=30).map(Block), max_size=20), st.integers(1, 12))
def test_nothing_is_lost(blocks: list[Block], limit: int) -> None:
    text = "".join(block.text for block in blocks)
    if not text.strip():
        return
    found = segments(blocks, limit)
    assert "".join(segment.text for segment in found) == text
    assert [segment.start for segment in found] == [sum(len(s.text) for s in found[:at]) for at in range(len(found))]
    assert all(0 < len(segment.text) <= limit for segment in found)


def test_a_cut_block_keeps_the_places_of_its_words() -> None:
    text = "ab cd ef gh"
    runs = ((0, 1, 0, 10, 0, 1, 2, 3), (6, 1, 20, 30, 4, 5, 6, 7))
    pieces = list(cut(Block(text, runs=runs), 4))
    assert [piece.text for piece in pieces] == ["ab ", "cd ", "ef ", "gh"]
    assert [piece.runs for piece in pieces] == [
        ((0, 1, 0, 10, 0, 1, 2, 3),),
        ((0, 1, 0, 10, 2, 3),),
        ((0, 1, 20, 30, 4, 5, 6, 7),),
        ((0, 1, 20, 30, 6, 7),),
    ]
