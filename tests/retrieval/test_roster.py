"""What is held in memory of a collection, and what is remembered of what was read."""

import random
import sqlite3

import numpy as np
import pytest

from ingest.segments import gather
from ingest.types import Block, Segment, Span
from retrieval import catalog
from retrieval.bounded import Bounded
from retrieval.database import Database
from retrieval.fusion import Standing
from retrieval.roster import Roster, Rosters
from retrieval.texts import Texts, text_of

SENTENCES = {"default": {"size": 16}}
"""A chunk is a sentence."""


@pytest.fixture
def filled(home, open_home):
    made = open_home(home.folder, chunking=SENTENCES)
    made.write("b.txt", "\n\n".join(f"The red bridge stands in street number {n}." for n in range(3)))
    made.write("a.txt", "\n\n".join(f"The green tower stands in street number {n}." for n in range(2)))
    made.ingest()
    return made


def read(home) -> Roster:
    with home.database.read() as connection:
        return Rosters().of(connection, 1)


def test_by_path_and_place(filled) -> None:
    rows = filled.rows(
        "SELECT c.id, d.id FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY d.path, c.start"
    )
    roster = read(filled)
    assert list(zip(roster.chunks.tolist(), roster.documents.tolist(), strict=True)) == rows
    assert len(roster) == 5
    assert roster.rows(np.array([*roster.chunks, 99_999, 0])).tolist() == [0, 1, 2, 3, 4, -1, -1]
    assert roster.among([rows[0][1]]).tolist() == [True, True, False, False, False]


def test_neighbours_stand_in_the_same_document(filled) -> None:
    roster = read(filled)
    one, two, three, four, five = roster.chunks.tolist()
    first, second = roster.documents[0], roster.documents[-1]
    assert roster.standings([two]) == {one: Standing(first, -1, two, 2), two: Standing(first, one, -1, 2)}
    assert roster.standings([three, 99_999]) == {
        three: Standing(second, -1, four, 3),
        four: Standing(second, three, five, 3),
    }
    assert roster.standings([]) == {}


def test_the_kinds_are_the_parsers_that_read_the_documents(filled) -> None:
    assert read(filled).sizes.tolist() == [2, 2, 3, 3, 3]
    assert read(filled).kinds.one
    filled.write("c.csv", "bridge;street\nred;1\ngreen;2\n")
    filled.ingest()
    kinds = read(filled).kinds
    assert not kinds.one
    assert len(set(kinds.of[:5])) == 1
    assert set(kinds.of[:5]).isdisjoint(kinds.of[5:])


def test_only_what_is_visible_and_anew_when_something_changes(filled) -> None:
    rosters = Rosters()
    with filled.database.read() as connection:
        before = rosters.of(connection, 1)
        assert rosters.of(connection, 1) is before
    (filled.folder / "b.txt").unlink()
    filled.ingest()
    with filled.database.read() as connection:
        assert len(rosters.of(connection, 1)) == 2
        assert len(rosters.of(connection, 7)) == 0
        assert rosters.of(connection, 7).rows(np.array([1])).tolist() == [-1]
        assert rosters.of(connection, 7).standings([1]) == {}


def test_what_was_not_used_for_the_longest_time_goes_first() -> None:
    memory: Bounded[str, str] = Bounded(6, len)
    for key in ("ab", "cd", "ef"):
        memory.put(key, key)
    assert memory.get("ab") == "ab"
    memory.put("gh", "gh")
    assert [memory.get(key) for key in ("ab", "cd", "ef", "gh")] == ["ab", None, "ef", "gh"]
    memory.put("long", "a long one")
    assert [memory.get(key) for key in ("ab", "ef", "gh", "long")] == [None, None, None, "a long one"]


def test_many_spans_at_once_as_one_by_one(tmp_path) -> None:
    """Of texts of one segment and of several; over the border of two; with signs of several bytes."""
    long, short = "".join(f"Line {n}: é 東京 😀.\n\n" for n in range(9)), "Nothing but this."
    database = Database(tmp_path / ".ibid")
    numbers = []
    with database.write() as connection:
        for text in (long, short):
            numbers.append(catalog.begin_text(connection, digest=text, parse_key="", parser=""))
            gathered = [one for one in gather([Block(text)], limit=50) if isinstance(one, Segment)]
            catalog.add_segments(connection, [(numbers[-1], segment) for segment in gathered])
    spans = [Span(30, 70), Span(0, 120), Span(50, 59), Span(7, 12), Span(len(long) - 9, len(long))]
    wanted = [(numbers[1], Span(0, 7)), *((numbers[0], span) for span in spans), (numbers[1], Span(8, 17))]
    texts = Texts()
    with database.read() as connection:
        found = texts.many(connection, wanted)
        assert found == [texts.text(connection, number, span) for number, span in wanted]
        assert texts.many(connection, []) == []
    database.close()
    assert found == ["Nothing", *(long[span.start : span.end] for span in spans), "but this."]


@pytest.fixture
def stored(tmp_path):
    """A database with two texts of signs of one to four bytes, the second in two segments; and what they are."""
    rng = random.Random(7)
    signs = ["a", "b", " ", "\n", "é", "東", "😀"]
    written = ["".join(rng.choices(signs, k=9_000)), "x" * 3_000 + "".join(rng.choices(signs[3:], k=3_000))]
    database = Database(tmp_path / ".ibid")
    numbers = []
    with database.write() as connection:
        for text in written:
            number = catalog.begin_text(connection, digest=text[:9], parse_key="", parser="")
            halves = [text] if text == written[0] else [text[:4_000], text[4_000:]]
            starts = [0, 4_000]
            segments = [Segment(at, starts[at], (Block(half[:10]), Block(half[10:]))) for at, half in enumerate(halves)]
            catalog.add_segments(connection, [(number, segment) for segment in segments])
            numbers.append(number)
    yield database, dict(zip(numbers, written, strict=True))
    database.close()


def some_spans(written: dict[int, str]) -> list[tuple[int, Span]]:
    rng = random.Random(8)
    found = []
    for number, text in written.items():
        found += [(number, Span(0, 0)), (number, Span(0, len(text))), (number, Span(len(text), len(text)))]
        for _ in range(60):
            start = rng.randrange(len(text))
            found.append((number, Span(start, min(len(text), start + rng.choice((1, 5, 700, 3_000))))))
    return found


def test_parts_of_texts_are_read_whatever_was_read_before(stored) -> None:
    """All at once and one by one; of segments read for the first time, again, in whole, and of a file made anew."""
    database, written = stored
    wanted = some_spans(written)
    right = [written[number][span.start : span.end] for number, span in wanted]
    texts = Texts()
    with database.read() as connection:
        assert texts.many(connection, wanted) == right
        assert texts.many(connection, wanted) == right
        assert [texts.text(connection, *one) for one in wanted] == right
        for number, text in written.items():
            assert "".join(segment.text for segment in texts.segments(connection, number)) == text
        assert texts.many(connection, wanted) == right
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM segments WHERE text_id = ?", (min(written),))
    last = [(one, text) for one, text in zip(wanted, right, strict=True) if one[0] == max(written)]
    texts = Texts()
    with database.read() as connection:
        assert texts.many(connection, [one for one, _ in last]) == [text for _, text in last]
    file = sqlite3.connect(database.folder / "ibid.db", isolation_level=None)
    file.execute("VACUUM")
    file.close()
    with database.read() as connection:
        assert texts.many(connection, [one for one, _ in last]) == [text for _, text in last]


def test_the_segments_of_many_spans_as_of_one(stored) -> None:
    database, written = stored
    wanted = some_spans(written)
    texts = Texts()
    with database.read() as connection:
        found = texts.around(connection, wanted)
        assert found == [list(texts.segments(connection, number, span)) for number, span in wanted]
        for (number, span), segments in zip(wanted, found, strict=True):
            assert text_of(segments, span) == written[number][span.start : span.end]
            for segment in segments:
                at = segment.start
                assert segment.text == written[number][at : at + len(segment.text)]


def test_a_segment_without_a_block(tmp_path) -> None:
    database = Database(tmp_path / ".ibid")
    with database.write() as connection:
        number = catalog.begin_text(connection, digest="empty", parse_key="", parser="")
        catalog.add_segments(connection, [(number, Segment(0, 0, ()))])
    texts = Texts()
    with database.read() as connection:
        assert list(texts.segments(connection, number)) == [Segment(0, 0, ())]
        assert list(texts.segments(connection, number, Span(0, 0))) == [Segment(0, 0, ())]
        assert texts.text(connection, number, Span(0, 0)) == ""
    database.close()


def test_numbers_far_apart(home) -> None:
    home.write("a.txt", "The heron stands.")
    home.ingest()
    with home.database.write() as connection:
        connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = 5000000 WHERE name = 'chunks'")
    home.write("b.txt", "The owl sits.")
    home.ingest()
    roster = read(home)
    one, other = roster.chunks.tolist()
    assert (one < 100, other > 5_000_000) == (True, True)
    asked = np.array([other, one, one + 64, other + 1, 4_999_999, 2**40, 0])
    assert roster.rows(asked).tolist() == [1, 0, -1, -1, -1, -1, -1]
